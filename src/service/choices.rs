//! What the customer has chosen: the customer's part of what is wanted, beside the package. It is kept with the service,
//! outlives the guest, and ends with the service. Plans and guards read it as they read the package.

use crate::package::Package;
use crate::service::firewall::{FirewallList, FirewallTrial};
use crate::words::ids::{SnippetName, Vmid};
use crate::words::schedule::Schedule;
use crate::words::ssh_key::NamedKey;
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
    /// The operating system, where it is another one than the order's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<ChosenSystem>,
    /// The application, where it is another one than the order's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<ChosenApplication>,
    /// When snapshots are taken for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<Schedule>,
    /// When backups are made for the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Schedule>,
    /// The SSH keys that a guest is built with. They are copies: what becomes of them in the client's list changes no guest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<NamedKey>,
    /// Whether they were ever chosen: none may be a choice. What an attached guest has of its own stays until then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keys_chosen: bool,
    /// The customer's part of the guest's firewall, as it was last confirmed. None: it was never chosen, and nothing of it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall: Option<FirewallList>,
    /// A change of it that is on its way, or waits to be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall_trial: Option<FirewallTrial>,
}

/// An operating system that was chosen for a guest, in the place of the one that its order names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChosenSystem {
    /// Its template.
    pub template: Vmid,
    /// The template that the order named.
    pub instead_of: Vmid,
    /// The choice in WHMCS that it is, where the order has an option for it: WHMCS is told.
    pub in_whmcs: Option<InWhmcs>,
}

/// An application that was chosen for a guest, in the place of the one that its order names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenApplication {
    /// Its snippet; null: none is installed.
    pub name: Option<SnippetName>,
    /// What the order named; null: none.
    pub instead_of: Option<SnippetName>,
}

impl ChosenApplication {
    /// Whether it still counts for an order: until WHMCS names another one, and for as long as the product offers it.
    pub fn holds(&self, ordered: &Package) -> bool {
        let mut offered = ordered.more.applications.iter();
        let is_offered = |name: &SnippetName| offered.any(|application| application.name == *name);
        ordered.application == self.instead_of && self.name.as_ref().is_none_or(is_offered)
    }
}

/// A choice of a configurable option, by WHMCS's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InWhmcs {
    /// The option.
    pub option: u64,
    /// What the service had of it; 0: nothing.
    pub before: u64,
    /// What it has from now on.
    pub choice: u64,
}

impl ChosenSystem {
    /// Whether it still counts for an order. Once WHMCS names another template than at the time of the choice, it has been
    /// told, or somebody has chosen otherwise there. What the product offers counts for as long as the product does.
    pub fn holds(&self, ordered: &Package) -> bool {
        let mut offered = ordered.more.os_choices.iter();
        match self.in_whmcs {
            Some(_) => ordered.template == self.instead_of,
            None => offered.any(|system| system.template == self.template),
        }
    }
}

impl Choices {
    /// All that is scheduled.
    pub fn schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.snapshots.iter().chain(&self.backups)
    }

    /// Whether they are still as somebody has read them. Whoever has read none does not mind what they were.
    pub fn are_as_read(&self, read: Option<u64>) -> bool {
        read.is_none_or(|read| read == self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_counts_until_the_order_says_something_else() {
        let vmid = |number: u32| Vmid::try_from(number).unwrap();
        let mut order = Package::with_defaults(vmid(9000));
        let mut chosen = ChosenSystem {
            template: vmid(9001),
            instead_of: vmid(9000),
            in_whmcs: Some(InWhmcs {
                option: 1,
                before: 2,
                choice: 3,
            }),
        };
        assert!(chosen.holds(&order));
        for named in [9001, 9002] {
            order.template = vmid(named);
            assert!(!chosen.holds(&order), "{named}");
        }
        chosen.in_whmcs = None;
        assert!(!chosen.holds(&order), "the product has it no more");
        let system = crate::package::System {
            template: vmid(9001),
            label: "Ubuntu".to_owned(),
        };
        order.more.os_choices = vec![system];
        assert!(chosen.holds(&order), "whatever its own template is");
    }

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
