//! "Unknown key, did you mean …": the closest of the known words.

/// The known word that is meant: one that has the word as a part, else the one with the fewest letters to change.
/// Case does not count. An empty text when nothing is known.
pub(crate) fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    // a limit on what is compared: nobody's typing error has more letters than any key
    let letters: Vec<char> = word.to_lowercase().chars().take(64).collect();
    let word: String = letters.iter().collect();
    known
        .min_by_key(|candidate| {
            let is_part = letters.len() >= 3 && candidate.contains(&word);
            (!is_part, distance(&letters, &candidate.chars().collect::<Vec<_>>()))
        })
        .unwrap_or_default()
}

/// The known word that somebody has mistyped: no more than one in four of its letters is to be changed.
pub(crate) fn mistyped(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let letters = |text: &str| text.to_lowercase().chars().take(64).collect::<Vec<_>>();
    let word = letters(word);
    let by_distance = known.map(|candidate| (distance(&word, &letters(candidate)), candidate));
    let (changes, nearest) = by_distance.min()?;
    (changes * 4 <= nearest.chars().count()).then_some(nearest)
}

/// Levenshtein's distance: one row of the table at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, to) in b.iter().enumerate() {
            let above = row[j + 1];
            let replaced = diagonal + usize::from(from != to);
            row[j] = left;
            left = replaced.min(above + 1).min(left + 1);
            diagonal = above;
        }
        row[b.len()] = left;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_changed_letters() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("kitten", "sitting", 3),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&chars(a), &chars(b)), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_word_is_found() {
        let known = ["fingerprint", "ca", "endpoints", "insecure"];
        for (word, expected) in [
            ("finger_print", "fingerprint"),
            ("CAs", "ca"),
            ("endpoint", "endpoints"),
            ("Print", "fingerprint"),
            ("", "ca"),
        ] {
            assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
        }
        assert_eq!(nearest("x", std::iter::empty()), "");
    }

    #[test]
    fn a_typing_error_leaves_most_of_a_word() {
        let known = ["CPU Cores", "RAM", "Network Bandwidth"];
        for (word, expected) in [
            ("cpu coers", Some("CPU Cores")),
            ("Network Bandwith", Some("Network Bandwidth")),
            ("RAN", None),
            ("ram", Some("RAM")),
            ("Bandwidth", None),
            ("", None),
        ] {
            assert_eq!(mistyped(word, known.into_iter()), expected, "{word}");
        }
    }
}
