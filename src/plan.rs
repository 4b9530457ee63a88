//! What a step may see, what it may ask for, and how it says that it cannot go on.
//!
//! Plans are pure: they get a [`View`] and name the [`Call`]s that are missing. They never send anything.

use crate::address::Address;
use crate::guest::{Config, ConfigChange, Current, FirewallSeen};
use crate::package::Package;
use crate::rules::Rule;
use crate::server::Secret;

/// Everything a step may see.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What the customer pays for, as it is now.
    pub package: &'a Package,
    /// The addresses of the service.
    pub addresses: &'a [Address],
    /// Whether addresses, a VMID and a name are reserved.
    pub reserved: bool,
    /// Whether a clone for this service has been accepted by PVE and runs, or has ended well.
    pub cloned: bool,
    /// The guest's config, where the step looks at the guest.
    pub config: &'a Config,
    /// What the guest does right now, where the step looks at it.
    pub current: Option<&'a Current>,
    /// The guest's firewall, where the step looks at it.
    pub firewall: &'a FirewallSeen,
    /// The cloud-init password; only its presence can be seen on PVE.
    pub password: Option<&'a Secret>,
    /// Whether the guest already carries this password (PVE shows it masked).
    pub password_written: bool,
}

/// One change asked of the store or of PVE.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Lease the package's addresses, reserve a VMID, a node and a name.
    Reserve,
    /// Start the clone of the template.
    Clone,
    /// Write config keys.
    Write(ConfigChange),
    /// Grow a disk to an absolute size in GiB.
    Resize {
        /// The drive's slot.
        slot: String,
        /// Its new size.
        gib: u64,
    },
    /// Write firewall options.
    FirewallOptions(ConfigChange),
    /// Make the IP set of the anti-spoofing filter.
    CreateIpFilter,
    /// Let the guest use an address.
    AddToIpFilter(String),
    /// No longer let the guest use an address.
    RemoveFromIpFilter(String),
    /// Add a firewall rule on top of the others.
    AddRule(Rule),
    /// Start the guest.
    Start,
    /// Switch the guest off, so that pending changes take effect at its next start.
    Stop,
}

impl Call {
    /// A few words for the history; never a secret.
    pub fn summary(&self) -> String {
        match self {
            Call::Reserve => "reserve address and VMID".to_owned(),
            Call::Clone => "start the clone".to_owned(),
            Call::Write(change) => {
                let keys = change.set.keys().chain(&change.delete);
                format!("write {}", keys.cloned().collect::<Vec<_>>().join(", "))
            }
            Call::Resize { slot, gib } => format!("grow {slot} to {gib} GB"),
            Call::FirewallOptions(_) => "write firewall options".to_owned(),
            Call::CreateIpFilter => "make the IP filter".to_owned(),
            Call::AddToIpFilter(address) => format!("add {address} to the IP filter"),
            Call::RemoveFromIpFilter(address) => format!("take {address} out of the IP filter"),
            Call::AddRule(rule) => format!("add rule {rule}"),
            Call::Start => "start".to_owned(),
            Call::Stop => "stop".to_owned(),
        }
    }

    /// Config writes and resizes of later steps may go out together with those of an earlier one.
    pub fn may_go_ahead(&self) -> bool {
        matches!(self, Call::Write(_) | Call::Resize { .. })
    }
}

/// A step cannot be done as things are: one sentence for an admin, and no retry until something changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Blocked {
    /// The guest has no disk at all.
    #[error("the VM has no disk: check the template")]
    NoDisk,
    /// Disks only grow.
    #[error("the {which} has {has_gib} GB and the package says {wanted_gib} GB: a disk cannot be made smaller")]
    Shrink {
        /// `system disk` or `additional disk`.
        which: &'static str,
        /// Its size on PVE, GiB (rounded up).
        has_gib: u64,
        /// The package's size, GiB.
        wanted_gib: u64,
    },
    /// No slot is left on the bus of the system disk.
    #[error("the VM has no free slot for an additional disk beside {beside}")]
    NoSlot {
        /// The system disk's slot.
        beside: String,
    },
    /// The bridge is neither in the package nor with a leased address.
    #[error("no bridge is known for the VM's first network card: name one in the package (option Bridge)")]
    NoBridge,
}

impl Blocked {
    /// The fine code that replies carry.
    pub fn code(&self) -> &'static str {
        match self {
            Blocked::NoDisk => "no_disk",
            Blocked::Shrink { .. } => "disk_shrink",
            Blocked::NoSlot { .. } => "no_disk_slot",
            Blocked::NoBridge => "no_bridge",
        }
    }
}

/// What a plan says: the calls that are missing (none: the step is done), or why it cannot be done.
pub type Plan = Result<Vec<Call>, Blocked>;

/// Nothing is missing.
pub fn settled() -> Plan {
    Ok(Vec::new())
}

/// The call that writes a change, if there is anything to write.
pub fn write(change: ConfigChange) -> Plan {
    Ok(if change.is_empty() {
        Vec::new()
    } else {
        vec![Call::Write(change)]
    })
}

/// Sets a key if the config has another value, or none.
pub fn want(change: &mut ConfigChange, config: &Config, key: &str, value: &str) {
    if config.get(key) != Some(value) {
        change.set(key, value);
    }
}

/// Takes a key away if the config has it.
pub fn unwant(change: &mut ConfigChange, config: &Config, key: &str) {
    if config.get(key).is_some() {
        change.delete.push(key.to_owned());
    }
}
