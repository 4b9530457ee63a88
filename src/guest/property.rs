//! PVE's property strings.

use std::fmt;

/// `local,size=32G,iops_rd=100`: a leading value and options, in the order they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyString(Vec<(Option<String>, String)>);

impl PropertyString {
    /// Splits at commas, and each part at its first `=`.
    pub fn parse(text: &str) -> Self {
        let part = |part: &str| match part.split_once('=') {
            Some((key, value)) => (Some(key.to_owned()), value.to_owned()),
            None => (None, part.to_owned()),
        };
        PropertyString(text.split(',').filter(|p| !p.is_empty()).map(part).collect())
    }

    /// The value of an option.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(k, _)| k.as_deref() == Some(key))
            .map(|(_, v)| v.as_str())
    }

    /// The part without a key: the volume of a drive.
    pub fn leading(&self) -> Option<&str> {
        self.0.iter().find(|(k, _)| k.is_none()).map(|(_, v)| v.as_str())
    }

    /// The keys of all parts that have one.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(key, _)| key.as_deref())
    }

    /// The first part, with its key: the model and MAC of a NIC.
    pub fn first(&self) -> Option<(Option<&str>, &str)> {
        self.0.first().map(|(k, v)| (k.as_deref(), v.as_str()))
    }

    /// Replaces the first part: a NIC of another model keeps its MAC and its options.
    pub fn set_first(&mut self, key: Option<&str>, value: &str) {
        let part = (key.map(str::to_owned), value.to_owned());
        match self.0.first_mut() {
            Some(first) => *first = part,
            None => self.0.push(part),
        }
    }

    /// Sets an option in its place, appends it, or (with `None`) takes it away.
    pub fn set(&mut self, key: &str, value: Option<&str>) {
        let place = self.0.iter().position(|(k, _)| k.as_deref() == Some(key));
        match (place, value) {
            (Some(i), Some(value)) => value.clone_into(&mut self.0[i].1),
            (Some(i), None) => {
                self.0.remove(i);
            }
            (None, Some(value)) => self.0.push((Some(key.to_owned()), value.to_owned())),
            (None, None) => {}
        }
    }
}

impl fmt::Display for PropertyString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (key, value)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { "," };
            match key {
                Some(key) => write!(f, "{comma}{key}={value}")?,
                None => write!(f, "{comma}{value}")?,
            }
        }
        Ok(())
    }
}
