//! Why a customer's firewall is not changed. Nothing was.

use crate::words::ids::Vmid;
use crate::words::problems::{self, Problem};

/// The most addresses of one side of a rule.
pub const MOST_ADDRESSES: usize = 20;
/// The most characters of them that Proxmox VE takes.
pub const ADDRESS_CHARS: usize = 512;
/// The most characters of a comment.
pub const COMMENT_CHARS: usize = 80;

/// One sentence each.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FirewallRefusal {
    /// The product has its firewall off.
    #[error(
        "the product has no firewall: choose one (option Firewall), and run Change Package, before customers have rules of their own"
    )]
    Off,
    /// A form that is none.
    #[error(
        "this is no firewall rule of a customer: direction, action, protocol or macro, addresses, ports and comment, as the form has them"
    )]
    Form,
    /// What was typed as an address.
    #[error("a rule has addresses and networks such as 192.0.2.7 or 2001:db8::/48, and {0} is none: nothing was saved")]
    Address(String),
    /// Too many of them.
    #[error(
        "a rule has at most {MOST_ADDRESSES} addresses on each side, and {ADDRESS_CHARS} characters of them: write several rules; nothing was saved"
    )]
    Addresses,
    /// IPv4 and IPv6 at once.
    #[error("the rule mixes IPv4 and IPv6: write one rule for each; nothing was saved")]
    Families,
    /// What was typed as ports.
    #[error(
        "a rule has ports from 1 to 65535 and ranges such as 8000:8080, at most 15 numbers, and {0} is none of that: nothing was saved"
    )]
    Ports(String),
    /// Ports of what has none.
    #[error("only TCP, UDP and SCTP have ports: choose one of them, or leave the ports empty; nothing was saved")]
    NoPorts,
    /// Its comment.
    #[error("a comment has at most {COMMENT_CHARS} characters on one line: nothing was saved")]
    Comment,
    /// There is no place for one more.
    #[error("the service has {most} of {most} firewall rules (client_firewall_rules): delete one first")]
    Full {
        /// How many it may have.
        most: u32,
    },
    /// There is no rule of that number.
    #[error("the list has no such rule any more: load the page again")]
    Unknown,
    /// Who asks would be cut off.
    #[error(
        "with this change {0} would get through to the VM no more: say that it is meant so, or let the address in first; nothing was saved"
    )]
    CutsOff(String),
    /// Where a template lets in whoever asks.
    #[error("nobody knows the address that this request came from: write a rule with it; nothing was saved")]
    NoAddress,
    /// There is nothing that waits.
    #[error("no change of the firewall waits to be confirmed: it was, or was taken back as nobody did so in time")]
    Nothing,
    /// The guest does not have it yet.
    #[error(
        "the change is not in force yet, as Proxmox VE looks at its rules every ten seconds: try it with a new connection about 15 seconds after it was made, and confirm it then"
    )]
    NotInForce,
    /// Staff's own, which would be lost.
    #[error(
        "rule {rule} in the firewall of VM {vmid}, put there by hand, names an IP set or an alias of that VM alone, or is one that this module cannot write, so it cannot be carried over: let the rule name one of the datacenter, or do this for the customer; nothing was changed"
    )]
    ByHand {
        /// The rule, in short.
        rule: String,
        /// The guest.
        vmid: Vmid,
    },
}

impl FirewallRefusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            FirewallRefusal::Off => &problems::FIREWALL_OFF,
            FirewallRefusal::Form => &problems::FIREWALL_RULE,
            FirewallRefusal::Address(_) => &problems::FIREWALL_ADDRESS,
            FirewallRefusal::Addresses => &problems::FIREWALL_ADDRESSES,
            FirewallRefusal::Families => &problems::FIREWALL_FAMILIES,
            FirewallRefusal::Ports(_) => &problems::FIREWALL_PORTS,
            FirewallRefusal::NoPorts => &problems::FIREWALL_NO_PORTS,
            FirewallRefusal::Comment => &problems::FIREWALL_COMMENT,
            FirewallRefusal::Full { .. } => &problems::FIREWALL_FULL,
            FirewallRefusal::Unknown => &problems::FIREWALL_NO_RULE,
            FirewallRefusal::CutsOff(_) => &problems::FIREWALL_CUTS_OFF,
            FirewallRefusal::NoAddress => &problems::FIREWALL_NO_ADDRESS,
            FirewallRefusal::Nothing => &problems::FIREWALL_CONFIRMED,
            FirewallRefusal::ByHand { .. } => &problems::FIREWALL_BY_HAND,
            FirewallRefusal::NotInForce => &problems::FIREWALL_NOT_WRITTEN,
        }
    }

    /// The number in its text for a client.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            FirewallRefusal::Full { most } => Some(u64::from(*most)),
            FirewallRefusal::Addresses => Some(MOST_ADDRESSES as u64),
            FirewallRefusal::Comment => Some(COMMENT_CHARS as u64),
            _ => None,
        }
    }
}
