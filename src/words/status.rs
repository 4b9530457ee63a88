//! The local status: the name of the last step of a service that was completed.

use crate::words::ids::{Malformed, quoted};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! statuses {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The local status of a service (specification, *Local status*).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Status {
            $($(#[$doc])* $variant,)*
        }

        impl Status {
            /// Every status, in the order of a service's life.
            pub const ALL: &'static [Status] = &[$(Status::$variant,)*];

            /// Its name in the specification, the store and on every page.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Status::$variant => $name,)*
                }
            }
        }
    };
}

statuses! {
    /// First status of a service: creation should start.
    Creation = "creation",
    /// Queued for, or in, reinstallation.
    Reinstall = "reinstall",
    /// An address is leased and a VMID reserved.
    SetIp = "set_ip",
    /// The clone runs, or has just finished.
    Clone = "clone",
    /// Cores and memory are set.
    SetCpuRam = "set_cpu_ram",
    /// The system disk is sized.
    SetSystemDiskSize = "set_system_disk_size",
    /// The system disk is limited.
    SetSystemDiskBandwidth = "set_system_disk_bandwidth",
    /// The additional disk is created, or the package has none.
    SetCreatedAdditionalDisk = "set_created_additional_disk",
    /// The additional disk is sized, or there is none.
    SetAdditionalDiskSize = "set_additional_disk_size",
    /// The additional disk is limited, or there is none.
    SetAdditionalDiskBandwidth = "set_additional_disk_bandwidth",
    /// NIC: bridge, VLAN, model, rate.
    SetNetwork = "set_network",
    /// Firewall rules are added.
    SetFirewall = "set_firewall",
    /// Cloud-init is configured.
    SetCloudinit = "set_cloudinit",
    /// Created correctly, started, ready to work.
    Ready = "ready",
    /// DNS is synchronised at the next cron run, then `ready` again.
    SetDnsRecords = "set_dns_records",
    /// Settings are changed at the next cron run, then `ready` again.
    ChangePackage = "change_package",
    /// The customer's firewall rules are written, then `ready` again.
    Firewall = "firewall",
    /// A snapshot is made or deleted, then `ready` again.
    Snapshot = "snapshot",
    /// The VM is rolled back to a snapshot; then the package is made true again (`change_package`).
    Rollback = "rollback",
    /// A backup is made, deleted, noted or protected, then `ready` again.
    Backup = "backup",
    /// The VM is made again from a backup; then the package is made true again (`change_package`).
    Restore = "restore",
    /// A CD is inserted or ejected, or rescue mode begins or ends, then `ready` again.
    Media = "media",
    /// A second VM is made from a backup beside the service's own, or deleted; that one stays as it is. Then `ready` again.
    Beside = "beside",
    /// The second VM takes the place of the service's own; then the package is made true again (`change_package`).
    Swap = "swap",
    /// Termination is under way; addresses are still leased.
    Terminate = "terminate",
    /// The guest is gone, confirmed; addresses are back in the pool.
    Removed = "removed",
}

impl FromStr for Status {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let found = Status::ALL.iter().find(|status| status.as_str() == text);
        found
            .copied()
            .ok_or_else(|| Malformed(format!("{} is no local status", quoted(text))))
    }
}

impl TryFrom<String> for Status {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Status> for String {
    fn from(status: Status) -> String {
        status.as_str().to_owned()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
