//! THE TABLE of options: everything that a hoster can set in a product, and everything that an order can choose.
//!
//! One row says where WHMCS keeps an option, what it is, how it is read and written. The parser, the product page of
//! WHMCS, the form of the addon, the configurable options and the documentation are drawn from it. A new option is a row
//! of `settings`, a field of [`More`](super::More), and its texts in the language files.

#[macro_use]
mod value;
mod cds;
mod fields;
mod orders;
mod settings;

pub(super) use fields::MORE;

use super::row::{Place, Row};
use super::{CloneType, Error, Package, SeedBy, macros};

/// All options that there are: those of the product by their number, the lines of *More settings*, and what only an order
/// chooses.
pub fn options() -> impl Iterator<Item = &'static Row> {
    fields::ROWS.iter().chain(settings()).chain(orders::ROWS)
}

/// The option of a key.
pub fn option(key: &str) -> Option<&'static Row> {
    options().find(|row| row.key == key)
}

/// How other modules name what a machine has; the names of configurable options that have one of these words and are
/// none of ours sell what nobody gets.
pub(super) const OF_A_MACHINE: &[&str] = &[
    "address",
    "addresses",
    "bandwidth",
    "core",
    "cores",
    "cpu",
    "cpus",
    "disc",
    "disk",
    "disks",
    "hdd",
    "image",
    "iops",
    "ip",
    "ips",
    "ipv4",
    "ipv6",
    "memory",
    "network",
    "nvme",
    "operating system",
    "os",
    "ram",
    "space",
    "ssd",
    "storage",
    "template",
    "traffic",
    "vcore",
    "vcores",
    "vcpu",
    "vcpus",
];

/// The options of a product, by their number.
pub(super) fn fields() -> impl Iterator<Item = (usize, &'static Row)> {
    fields::ROWS.iter().filter_map(|row| match row.place {
        Place::Field(number) => Some((number, row)),
        _ => None,
    })
}

/// The options of *More settings*.
pub(super) fn settings() -> impl Iterator<Item = &'static Row> {
    settings::ROWS.iter().chain(cds::ROWS)
}

/// What no option alone can say: which one is wrong beside the others.
pub(super) fn check(package: &Package) -> Result<(), Error> {
    let wrong = |option: &'static str, sentence: String| Err(Error::Option { option, sentence });
    if package.clone_type == CloneType::Linked && package.system_storage.is_some() {
        let why =
            "a linked clone always lies on its template's storage: leave this empty or choose the clone type full";
        return wrong("System disk storage", why.to_owned());
    }
    if package.vlan.is_some() && package.bridge.is_none() {
        let why = "it works only together with a bridge: name the bridge or leave the VLAN empty";
        return wrong("VLAN", why.to_owned());
    }
    let has_applications = package.application.is_some() || !package.more.applications.is_empty();
    if package.more.media.seed == SeedBy::Own && package.more.media.seed_storage.is_none() {
        let why = "own needs a storage for ISO images: name it in seed_storage";
        return wrong("seed", why.to_owned());
    }
    if package.more.media.seed == SeedBy::Own && has_applications {
        let why = "own goes with no applications, whose files only Proxmox VE's own drive has: sell none, or take pve";
        return wrong("seed", why.to_owned());
    }
    if package.more.client_user_data && package.more.media.seed != SeedBy::Own {
        let why = "it needs seed = own: Proxmox VE's own drive has no place for what customers give";
        return wrong("client_user_data", why.to_owned());
    }
    macros::check_is_text(&package.name_rule, package.main_domain.is_some()).or_else(|why| wrong("VM name", why))
}
