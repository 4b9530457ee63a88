//! What a customer pays for: the options of the product and the configurable options of the order, read and checked.
//!
//! Behind [`Package::parse`] nothing is a text any more. The persisted form is the struct itself; a field that an older
//! version did not write has the default of its option.

pub mod applications;
mod asked_name;
mod config_options;
mod decimal;
pub mod firewall_rules;
mod form;
mod given_by;
mod labelled;
mod macros;
mod media;
mod more;
mod nearest;
mod options;
mod rate;
mod row;
mod sold;
pub mod systems;
mod values;
mod yaml;

pub use applications::Application;
pub use asked_name::asked_name;
pub use config_options::{ConfigOption, Step, config_options, misnamed, offers};
pub use decimal::Decimal;
pub use form::{Field, Form, form};
pub use given_by::GivenBy;
pub use macros::{NameInputs, expand_name};
pub use media::{Media, SeedBy};
pub use more::{BackupMode, FirewallRulesPlace, More, Policy, ReadyWhen, TrafficCounts};
pub(crate) use nearest::nearest;
pub use options::{option, options};
pub use row::{Group, Kind, Ordered, Place, Row};
pub use systems::System;
pub use values::{gigabytes, template as template_of};

use crate::package::firewall_rules::Rule;
use crate::words::ids::{Bridge, NodeName, SnippetName, StorageId, Vmid, quoted};
use crate::words::problems::{self, Problem};
use crate::words::user_data::{UserData, UserDataError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a customer pays for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Package {
    /// The node; none = the one with the most free memory among those that can hold the guest (specification, package
    /// option 1).
    #[serde(default)]
    pub target_node: Option<NodeName>,
    /// The template that is cloned (option 2, *Operating System*).
    pub template: Vmid,
    /// How it is cloned (option 3).
    #[serde(default)]
    pub clone_type: CloneType,
    /// Where a full clone lies; none = where the template lies (option 4).
    #[serde(default)]
    pub system_storage: Option<StorageId>,
    /// The lowest VMID for guests of this package (option 5).
    #[serde(default = "default_first_vmid")]
    pub first_vmid: Vmid,
    /// CPU cores (option 6, *CPU Cores*).
    #[serde(default = "default_cores")]
    pub cores: u32,
    /// Memory in MiB (option 7 and *RAM (GB)* in GB).
    #[serde(default = "default_memory_mib")]
    pub memory_mib: u64,
    /// The system disk in GiB; 0 = as in the template (option 8, *System Disk (GB)*).
    #[serde(default)]
    pub system_disk_gib: u64,
    /// Its limits (option 9).
    #[serde(default)]
    pub system_limits: DiskLimits,
    /// The additional disk in GiB; 0 = none (option 10, *Additional Disk (GB)*).
    #[serde(default)]
    pub additional_disk_gib: u64,
    /// Its limits (option 11).
    #[serde(default)]
    pub additional_limits: DiskLimits,
    /// Where it lies; none = where the system disk lies (option 12).
    #[serde(default)]
    pub additional_storage: Option<StorageId>,
    /// The bridge; only address lines with it are candidates; none = from the leased line (option 13).
    #[serde(default)]
    pub bridge: Option<Bridge>,
    /// The VLAN with that bridge, 0 = untagged; none = any line of the bridge (option 14).
    #[serde(default)]
    pub vlan: Option<u16>,
    /// The NIC's rate in MB/s; 0 = unlimited (option 15, *Network Bandwidth*).
    #[serde(default)]
    pub rate_mbps: Decimal,
    /// The NIC's model; none = as in the template (option 16).
    #[serde(default)]
    pub nic_model: Option<NicModel>,
    /// Where the guest has its addresses from (option 17).
    #[serde(default)]
    pub addressing: Addressing,
    /// The guest's firewall as it was ordered; see [`Package::effective_firewall`] (option 18).
    #[serde(default)]
    pub firewall: Firewall,
    /// The rules that are added to it (option 19).
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// The user that cloud-init makes (option 20).
    #[serde(default = "default_ci_user")]
    pub ci_user: String,
    /// How guests are named: literal text and macros (option 21).
    #[serde(default = "default_name_rule")]
    pub name_rule: String,
    /// What follows the guest's name in its domain, and the guest's search domain (option 22).
    #[serde(default)]
    pub main_domain: Option<String>,
    /// Where backups are stored (option 23).
    #[serde(default)]
    pub backup_storage: Option<StorageId>,
    /// Leased IPv4 addresses; 0 with DHCP (*IPv4 Addresses*).
    #[serde(default = "default_ipv4_count")]
    pub ipv4_count: u32,
    /// Leased IPv6 addresses; 0 with DHCP (*IPv6 Addresses*).
    #[serde(default)]
    pub ipv6_count: u32,
    /// How many backups the customer may have; none = not sold (*Backups*).
    #[serde(default)]
    pub backups: Option<u32>,
    /// How many snapshots the customer may have; none = not sold (*Snapshots*).
    #[serde(default)]
    pub snapshots: Option<u32>,
    /// What is installed at the first start; none = nothing (*Application*).
    #[serde(default)]
    pub application: Option<SnippetName>,
    /// What is rarely set (option 24).
    #[serde(default)]
    pub more: More,
}

/// How a template is cloned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CloneType {
    /// All data is copied.
    #[default]
    Full,
    /// Only differences are stored; the template must stay.
    Linked,
}

/// What a NIC looks like to the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NicModel {
    /// Paravirtualised: the fastest one.
    Virtio,
    /// Intel's gigabit card.
    E1000,
    /// Realtek's old card.
    Rtl8139,
    /// VMware's card.
    Vmxnet3,
}

impl NicModel {
    /// The word that PVE uses.
    pub fn as_str(self) -> &'static str {
        match self {
            NicModel::Virtio => "virtio",
            NicModel::E1000 => "e1000",
            NicModel::Rtl8139 => "rtl8139",
            NicModel::Vmxnet3 => "vmxnet3",
        }
    }
}

/// Where a guest has its addresses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    /// Leased from the server entry and given by cloud-init.
    #[default]
    Static,
    /// From the network: nothing is leased.
    Dhcp,
}

/// The firewall of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firewall {
    /// Off.
    #[default]
    Off,
    /// On, with the package's rules.
    On,
    /// Also: the guest may use only its own addresses.
    AntiSpoofing,
}

/// What a disk may do per second; 0 = no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskLimits {
    /// Reading, in MB/s.
    pub read_mbps: Decimal,
    /// Writing, in MB/s.
    pub write_mbps: Decimal,
    /// Reading operations.
    pub read_iops: u64,
    /// Writing operations.
    pub write_iops: u64,
}

impl DiskLimits {
    /// Whether there is no limit at all.
    pub fn is_none(&self) -> bool {
        *self == DiskLimits::default()
    }

    /// The options of PVE's drive with their texts; none = the option must not be there.
    pub fn drive_options(&self) -> [(&'static str, Option<String>); 4] {
        let operations = |n: u64| (n > 0).then(|| n.to_string());
        [
            ("mbps_rd", self.read_mbps.to_pve_text()),
            ("mbps_wr", self.write_mbps.to_pve_text()),
            ("iops_rd", operations(self.read_iops)),
            ("iops_wr", operations(self.write_iops)),
        ]
    }
}

fn default_first_vmid() -> Vmid {
    Vmid::MIN
}

fn default_cores() -> u32 {
    1
}

fn default_memory_mib() -> u64 {
    1024
}

fn default_ci_user() -> String {
    "root".to_owned()
}

fn default_name_rule() -> String {
    "{client_id}-{service_id}".to_owned()
}

fn default_ipv4_count() -> u32 {
    1
}

/// Why a package cannot be sold as it is. The text is one sentence for an admin: which option, and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An option of the product.
    #[error("package option {option}: {sentence}")]
    Option {
        /// Its name, that of its row in [`options`].
        option: &'static str,
        /// What is allowed.
        sentence: String,
    },
    /// A configurable option of the order.
    #[error("configurable option {option}: {sentence}")]
    ConfigOption {
        /// Its name as WHMCS has it.
        option: String,
        /// What is allowed.
        sentence: String,
    },
    /// Two configurable options for one thing.
    #[error("the configurable options {one} and {other} mean the same and have different values: keep one of them")]
    Conflict {
        /// The one name.
        one: String,
        /// The other name.
        other: String,
    },
    /// Nothing to reach the guest by.
    #[error("the package has neither an IPv4 nor an IPv6 address: sell at least one or choose the addressing dhcp")]
    NoAddresses,
    /// A rule for names that is none.
    #[error("the rule {} for VM names: {why}", quoted(.rule))]
    NameRule {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        why: String,
    },
    /// The host name that the customer has asked for cannot be had.
    #[error("the host name {} that was asked for: {why}", quoted(.asked))]
    HostName {
        /// As it was asked for.
        asked: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A name that is no DNS label.
    #[error("the name {} from the rule {}: {why}", quoted(.name), quoted(.rule))]
    Name {
        /// The rule.
        rule: String,
        /// What came out.
        name: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Error {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::Option { .. } => &problems::BAD_OPTION,
            Error::ConfigOption { .. } => &problems::BAD_CONFIG_OPTION,
            Error::Conflict { .. } => &problems::CONFLICTING,
            Error::NoAddresses => &problems::NO_ADDRESSES,
            Error::HostName { .. } => &problems::HOST_NAME,
            Error::NameRule { .. } | Error::Name { .. } => &problems::BAD_VM_NAME,
        }
    }
}

impl Package {
    /// A package of a template with the default of every option.
    pub fn with_defaults(template: Vmid) -> Package {
        Package {
            target_node: None,
            template,
            clone_type: CloneType::default(),
            system_storage: None,
            first_vmid: default_first_vmid(),
            cores: default_cores(),
            memory_mib: default_memory_mib(),
            system_disk_gib: 0,
            system_limits: DiskLimits::default(),
            additional_disk_gib: 0,
            additional_limits: DiskLimits::default(),
            additional_storage: None,
            bridge: None,
            vlan: None,
            rate_mbps: Decimal::default(),
            nic_model: None,
            addressing: Addressing::default(),
            firewall: Firewall::default(),
            rules: Vec::new(),
            ci_user: default_ci_user(),
            name_rule: default_name_rule(),
            main_domain: None,
            backup_storage: None,
            ipv4_count: default_ipv4_count(),
            ipv6_count: 0,
            backups: None,
            snapshots: None,
            application: None,
            more: More::default(),
        }
    }

    /// Reads the options of the product (by their number, an empty or missing one has its default) and the configurable
    /// options of the order.
    pub fn parse(options: &[String], config_options: &BTreeMap<String, String>) -> Result<Package, Error> {
        let chosen = config_options::Chosen::parse(config_options)?;
        let mut package = row::nothing_said();
        for (number, row) in options::fields() {
            match (text_of(options, number), row.required) {
                ("", Some(what_to_do)) if !chosen.has(row) => {
                    return Err(row.wrong(format!("it is missing: {what_to_do}")));
                }
                ("", _) => {}
                (text, _) => (row.read)(&mut package, text).map_err(|why| row.wrong(why))?,
            }
        }
        options::check(&package)?;
        chosen.apply(&mut package)?;
        match package.addressing {
            Addressing::Dhcp => (package.ipv4_count, package.ipv6_count) = (0, 0),
            Addressing::Static if package.ipv4_count == 0 && package.ipv6_count == 0 => return Err(Error::NoAddresses),
            Addressing::Static => {}
        }
        Ok(package)
    }

    /// The firewall that the guest gets: with DHCP its addresses are not known, so there is nothing to hold it to.
    pub fn effective_firewall(&self) -> Firewall {
        match (self.addressing, self.firewall) {
            (Addressing::Dhcp, Firewall::AntiSpoofing) => Firewall::On,
            (_, firewall) => firewall,
        }
    }

    /// What cloud-init is given beside what is ordered, as it was typed; none where nothing was.
    ///
    /// # Errors
    /// Where it is none, or this takes none.
    pub fn user_data(&self, typed: &str) -> Result<Option<UserData>, UserDataError> {
        let data = UserData::parse(typed)?;
        match data.is_some() && !self.more.client_user_data {
            true => Err(UserDataError::NotSold),
            false => Ok(data),
        }
    }

    /// The domain of a service whose guest has this name.
    pub fn domain(&self, name: &str) -> String {
        match &self.main_domain {
            Some(domain) => format!("{name}.{domain}"),
            None => name.to_owned(),
        }
    }
}

/// The text of a field of the product, by its number from 1.
fn text_of(options: &[String], number: usize) -> &str {
    options.get(number - 1).map_or("", |text| text.trim())
}

#[cfg(test)]
mod tests;
