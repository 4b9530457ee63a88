//! A few things that are kept because they were used last.

/// Keeps so many values by their keys; the one that nobody has used for longest makes room.
pub(crate) struct LastUsed<K, V> {
    most: usize,
    /// The last used at the end.
    entries: Vec<(K, V)>,
}

impl<K: PartialEq, V: Clone> LastUsed<K, V> {
    /// Nothing yet, and never more than so many.
    pub(crate) const fn new(most: usize) -> Self {
        LastUsed {
            most,
            entries: Vec::new(),
        }
    }

    /// The value of a key, which is used by that.
    pub(crate) fn get(&mut self, key: &K) -> Option<V> {
        let place = self.entries.iter().rposition(|(known, _)| known == key)?;
        let entry = self.entries.remove(place);
        let value = entry.1.clone();
        self.entries.push(entry);
        Some(value)
    }

    /// Keeps a value, and hands out what had to make room: whoever holds a lock drops that without it.
    #[must_use]
    pub(crate) fn keep(&mut self, key: K, value: V) -> Vec<(K, V)> {
        self.entries.push((key, value));
        self.hold(self.most)
    }

    /// Never more than so many from now on; hands out what has to make room.
    #[must_use]
    pub(crate) fn hold(&mut self, most: usize) -> Vec<(K, V)> {
        self.most = most;
        let too_many = self.entries.len().saturating_sub(most);
        self.entries.drain(..too_many).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_was_not_used_for_longest_makes_room() {
        let mut kept = LastUsed::new(2);
        assert_eq!(kept.get(&1), None);
        assert_eq!(kept.keep(1, "one"), []);
        assert_eq!(kept.keep(2, "two"), []);
        assert_eq!(kept.get(&1), Some("one"));
        assert_eq!(kept.keep(3, "three"), [(2, "two")]);
        assert_eq!((kept.get(&1), kept.get(&2)), (Some("one"), None));
        assert_eq!(kept.keep(4, "four"), [(3, "three")]);
        assert_eq!(kept.hold(3), []);
        assert_eq!(kept.keep(5, "five"), []);
        assert_eq!(kept.hold(1), [(1, "one"), (4, "four")]);
    }
}
