//! What the other side says may quote what it was sent: an error page the request with its login, a refusal the password
//! it did not like. Before such a text becomes an error, which is stored and shown, the secrets in it are masked.

use super::Secret;
use std::fmt::Write as _;
use std::ops::Range;

/// What stands in the place of a secret.
const STARS: &str = "***";
/// Shorter secrets are parts of any text: nothing would be left of it, and nothing protected.
const SHORTEST: usize = 4;
/// Shorter ones are masked where they stand alone, not inside other words.
const LONG: usize = 8;

/// Secrets that a text may quote, however it spells them.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Vec<Secret>);

/// A secret, or one of its encodings, as a text may spell it.
struct Needle {
    /// The ways to write each of its characters.
    letters: Vec<Vec<Spelling>>,
    /// It is masked only where no letter or digit is next to it.
    alone: bool,
    /// Its ends depend on what was encoded with it: what is next to it is masked too.
    within: bool,
}

struct Spelling {
    text: String,
    /// Hexadecimal digits and names of entities may be in either case.
    any_case: bool,
}

impl Secrets {
    /// These and one more.
    pub fn and(mut self, secret: &Secret) -> Secrets {
        if secret.expose().len() >= SHORTEST && !self.0.contains(secret) {
            self.0.push(secret.clone());
        }
        self
    }

    /// The text with stars in place of each secret: as it is, percent-encoded (once or twice, `+` for a blank), as JSON
    /// or HTML escapes it, in hexadecimal, and within base64.
    pub fn mask(&self, text: &str) -> String {
        self.mask_beside(text, &[])
    }

    /// The same for a text of somebody whose phrases decide what happens next, `#` for a number: whoever chooses a word of
    /// one as a secret hides that word everywhere else, and no phrase from us.
    pub fn mask_beside(&self, text: &str, phrases: &[&str]) -> String {
        let mut masked = text.to_owned();
        for needle in self.0.iter().flat_map(|secret| needles(secret.expose())) {
            let theirs = places(&masked, phrases);
            masked = needle.mask(&masked, &theirs);
        }
        masked
    }
}

/// Where phrases stand in a text.
fn places(text: &str, phrases: &[&str]) -> Vec<Range<usize>> {
    let begins = phrases.iter().flat_map(|phrase| {
        let begin = phrase.split('#').next().unwrap_or_default();
        text.match_indices(begin).map(move |(at, _)| (at, *phrase))
    });
    begins
        .filter_map(|(at, phrase)| Some(at..phrase_end(text, at, phrase)?))
        .collect()
}

fn phrase_end(text: &str, at: usize, phrase: &str) -> Option<usize> {
    let mut rest = &text[at..];
    for (index, part) in phrase.split('#').enumerate() {
        if index > 0 {
            let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            if number.len() == rest.len() {
                return None;
            }
            rest = number;
        }
        rest = rest.strip_prefix(part)?;
    }
    Some(text.len() - rest.len())
}

fn needles(secret: &str) -> Vec<Needle> {
    let plain = |text: &str, alone, within| Needle {
        letters: text.chars().map(spellings).collect(),
        alone,
        within,
    };
    let mut needles = vec![plain(secret, secret.len() < LONG, false)];
    if secret.len() >= LONG {
        needles.push(Needle {
            letters: data_encoding::HEXLOWER
                .encode(secret.as_bytes())
                .chars()
                .map(|c| vec![either_case(c.to_string())])
                .collect(),
            alone: false,
            within: false,
        });
    }
    // a text has three faces in base64, by where it begins in what was encoded
    for before in 0..3 {
        let bytes = [vec![0; before], secret.as_bytes().to_vec()].concat();
        let face = data_encoding::BASE64_NOPAD.encode(&bytes);
        let whole = bytes.len() * 8 / 6;
        let face = face.get((before * 8).div_ceil(6)..whole).unwrap_or_default();
        if face.len() >= LONG {
            needles.push(plain(face, false, true));
        }
    }
    needles
}

fn exact(text: impl Into<String>) -> Spelling {
    Spelling {
        text: text.into(),
        any_case: false,
    }
}

fn either_case(text: String) -> Spelling {
    Spelling { text, any_case: true }
}

/// Every way in which a text may write a character.
fn spellings(c: char) -> Vec<Spelling> {
    let mut all = vec![exact(c)];
    let mut bytes = [0; 4];
    let percent = c.encode_utf8(&mut bytes).bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02x}");
        text
    });
    all.push(either_case(percent.replace('%', "%25")));
    all.push(either_case(percent));
    // the alphabet of base64 in addresses has these two in place of + and /
    all.extend(match c {
        ' ' => Some(exact("+")),
        '+' => Some(exact("-")),
        '/' => Some(exact("_")),
        _ => None,
    });
    let short = match c {
        '"' | '\\' | '/' => Some(format!("\\{c}")),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        _ => None,
    };
    let mut units = [0; 2];
    let long = c.encode_utf16(&mut units).iter().fold(String::new(), |mut text, unit| {
        let _ = write!(text, "\\u{unit:04x}");
        text
    });
    for escaped in short.into_iter().chain([long]) {
        // JSON in a text of JSON
        all.push(either_case(escaped.replace('\\', "\\\\").replace('"', "\\\"")));
        all.push(either_case(escaped));
    }
    let entity = match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&apos;"),
        _ => None,
    };
    let number = u32::from(c);
    let numbers = [
        format!("&#{number};"),
        format!("&#0{number};"),
        format!("&#x{number:x};"),
        format!("&#x0{number:x};"),
    ];
    for entity in entity.map(str::to_owned).into_iter().chain(numbers) {
        all.push(either_case(entity.replace('&', "&amp;")));
        all.push(either_case(entity));
    }
    all
}

impl Needle {
    fn mask(&self, text: &str, theirs: &[Range<usize>]) -> String {
        // a whole phrase is never taken for the other side's own: a secret must not say it
        let is_theirs = |at: usize, end: usize| {
            let is_part = |phrase: &Range<usize>| phrase.start <= at && end <= phrase.end && *phrase != (at..end);
            theirs.iter().any(is_part)
        };
        let mut masked = String::with_capacity(text.len());
        let mut rest = 0;
        let mut at = 0;
        while at < text.len() {
            match self.end_at(text, at) {
                Some(end) if (!self.alone || stands_alone(text, at, end)) && !is_theirs(at, end) => {
                    let (from, to) = if self.within {
                        (run_before(text, rest, at), run_behind(text, end))
                    } else {
                        (at, end)
                    };
                    masked.push_str(&text[rest..from]);
                    masked.push_str(STARS);
                    (rest, at) = (to, to);
                }
                _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
        }
        masked.push_str(&text[rest..]);
        masked
    }

    /// Where the secret ends that begins here. Of two spellings of a character one may be the beginning of the other,
    /// so each place that it may go on from is kept.
    fn end_at(&self, text: &str, at: usize) -> Option<usize> {
        let mut ends = vec![at];
        for ways in &self.letters {
            let mut next: Vec<usize> = Vec::new();
            for end in &ends {
                for way in ways {
                    let after = end + way.text.len();
                    let Some(found) = text.get(*end..after) else { continue };
                    let same = found == way.text || (way.any_case && found.eq_ignore_ascii_case(&way.text));
                    if same && !next.contains(&after) {
                        next.push(after);
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            ends = next;
        }
        ends.into_iter().max()
    }
}

/// Whether no letter or digit is next to it, but as the end of an escape.
fn stands_alone(text: &str, at: usize, end: usize) -> bool {
    let before = &text[..at];
    let is_escape = |length: usize, begin: &str| {
        let tail = before.len().checked_sub(length).and_then(|from| before.get(from..));
        tail.and_then(|tail| tail.strip_prefix(begin))
            .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let is_free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let begins = is_free(before.chars().next_back()) || is_escape(3, "%") || is_escape(6, "\\u");
    begins && is_free(text[end..].chars().next())
}

fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"+/-_=".contains(&b)
}

fn run_before(text: &str, from: usize, at: usize) -> usize {
    let run = text.as_bytes()[from..at].iter().rev().take_while(|b| is_base64(**b));
    at - run.count()
}

fn run_behind(text: &str, end: usize) -> usize {
    end + text.as_bytes()[end..].iter().take_while(|b| is_base64(**b)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Gu3st\"P\u{e4}/ss+w&r d%<\\1>'";

    fn masked(secret: &str, text: &str) -> String {
        Secrets::default().and(&Secret::from(secret)).mask(text)
    }

    #[test]
    fn every_spelling_of_a_secret_is_masked() {
        for spelled in [
            SECRET,
            "Gu3st%22P%C3%A4%2Fss%2Bw%26r%20d%25%3C%5C1%3E%27",
            "Gu3st%22P%c3%a4%2fss%2bw%26r+d%25%3c%5c1%3e'",
            "Gu3st%2522P%25C3%25A4%252Fss%252Bw%2526r%2520d%2525%253C%255C1%253E%2527",
            r#"Gu3st\"P\u00e4\/ss+w&r d%<\\1>'"#,
            r#"Gu3st\u0022P\u00E4/ss+w\u0026r d%\u003C\\1\u003E\u0027"#,
            r#"Gu3st\\\"Pä\\/ss+w&r d%<\\\\1>'"#,
            "Gu3st&quot;P\u{e4}/ss+w&amp;r d%&lt;\\1&gt;&#039;",
            "Gu3st&#34;P&#xE4;/ss+w&#x26;r d%&#60;\\1&#62;&apos;",
            "Gu3st&amp;quot;P\u{e4}/ss+w&amp;amp;r d%&amp;lt;\\1&amp;gt;&amp;#39;",
        ] {
            let text = format!("cipassword: '{spelled}' is bad");
            assert_eq!(masked(SECRET, &text), "cipassword: '***' is bad", "{spelled}");
        }
        let hex = data_encoding::HEXUPPER.encode(SECRET.as_bytes());
        assert_eq!(masked(SECRET, &format!("<{hex}>")), "<***>");
    }

    #[test]
    fn a_secret_within_base64_is_masked_wherever_it_begins() {
        for before in ["", "r", "ro", "root@pam:"] {
            for behind in ["", "!", "=x"] {
                let plain = format!("{before}{SECRET}{behind}");
                for encoded in [
                    data_encoding::BASE64.encode(plain.as_bytes()),
                    data_encoding::BASE64URL_NOPAD.encode(plain.as_bytes()),
                ] {
                    assert_eq!(masked(SECRET, &format!("Basic {encoded}.")), "Basic ***.", "{plain}");
                    let json = encoded.replace('/', "\\/");
                    assert!(!masked(SECRET, &json).contains(&encoded[4..10]), "{json}");
                }
            }
        }
    }

    #[test]
    fn a_word_of_what_the_other_side_says_hides_no_phrase_and_is_hidden_elsewhere() {
        let phrases = ["/#.conf' does not exist", "already exists"];
        let mask = |secret: &str, text: &str| {
            Secrets::default()
                .and(&Secret::from(secret))
                .mask_beside(text, &phrases)
        };
        let gone = "Configuration file 'pve/1001.conf' does not exist";
        for word in ["exist", "1001", "conf", "does not exist", "' does not", "1001.conf"] {
            assert_eq!(mask(word, gone), gone, "{word}");
            assert_eq!(
                mask(word, &format!("{gone}: '{word}' is bad")),
                format!("{gone}: '***' is bad")
            );
        }
        // nobody says a phrase by a password, nor hides more than a part
        assert_eq!(
            mask("/1001.conf' does not exist", "bad: /1001.conf' does not exist"),
            "bad: ***"
        );
        assert_eq!(mask("x already exists", "bad: x already exists"), "bad: ***");
        assert_eq!(mask("exists", "it exists; VM exists"), "it ***; VM ***");
        assert_eq!(mask("1001", "/1001.conf"), "/***.conf");
    }

    #[test]
    fn a_short_secret_garbles_nothing() {
        let text = "the node pve1 has no answer";
        for short in ["n", "no", "the", "pve"] {
            assert_eq!(masked(short, text), text, "{short}");
        }
        assert_eq!(
            masked("node", "nodes: node, %22node%22, xnode"),
            "nodes: ***, %22***%22, xnode"
        );
        assert_eq!(masked("pve1-secret", "pve1-secrets"), "***s");
        assert_eq!(Secrets::default().mask(text), text);
    }
}
