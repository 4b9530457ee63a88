//! What the customer has chosen: the customer's part of what is wanted, beside the package. It is kept with the service,
//! outlives the guest, and ends with the service. Plans and guards read it as they read the package.

use serde::{Deserialize, Serialize};

/// The choices of a service's customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Counts the saves: a save names the one that its page has read.
    pub version: u64,
    /// Nothing that destroys is done for the customer until the customer takes this off. Nobody else is held up by it, and
    /// Proxmox VE knows nothing of it.
    pub protect: bool,
}

impl Choices {
    /// Whether they are still as somebody has read them. Whoever has read none does not mind what they were.
    pub fn are_as_read(&self, read: Option<u64>) -> bool {
        read.is_none_or(|read| read == self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_meanwhile_is_seen_by_its_version() {
        let choices = Choices {
            version: 3,
            ..Choices::default()
        };
        assert!(choices.are_as_read(None) && choices.are_as_read(Some(3)));
        assert!(!choices.are_as_read(Some(2)) && !choices.are_as_read(Some(4)));
        // what an older version of this module has stored
        assert_eq!(serde_json::from_str::<Choices>("{}").unwrap(), Choices::default());
    }
}
