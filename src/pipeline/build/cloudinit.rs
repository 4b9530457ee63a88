//! What cloud-init tells the guest.

use super::application::application;
use super::disks::system_disk;
use super::seed::{has_own_seed, own_seed};
use crate::guest::{Config, ConfigChange};
use crate::package::{Addressing, Package};
use crate::pipeline::call::{Blocked, Plan, unwant, want, write};
use crate::pipeline::view::View;
use crate::server::Family;
use crate::server::address::{first_of, resolvers};
use crate::words::ssh_key::{self, KeyError, NamedKey};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::net::IpAddr;

/// `set_cloudinit`: user, password, SSH keys, addresses, resolver, search domain, application; a drive that carries them.
pub(crate) fn cloudinit(view: &View<'_>) -> Plan {
    let package = view.package;
    let mut change = ConfigChange::default();
    let is_own = has_own_seed(view);
    if !is_own && view.config.cloudinit_drive().is_none() {
        let storage = system_disk(view)?.storage().ok_or(Blocked::NoDisk)?;
        let drive = view.media.own_drive(view.config).map(|drive| drive.slot);
        let slot = drive.or_else(|| view.config.free_slot("ide")).ok_or(Blocked::NoSlot {
            beside: "ide".to_owned(),
        })?;
        change.set(&slot, format!("{storage}:cloudinit"));
    }
    want(&mut change, view.config, "ciuser", user_of(package, view.config));
    if view.building {
        must_let_in(view)?;
    }
    // a guest that is built without one is given none later
    let password = view.password.filter(|_| has_password(package, view.config));
    match password {
        _ if is_own => unwant(&mut change, view.config, "cipassword"),
        Some(password) if !view.password_written || view.cipassword_old => change.set("cipassword", password.expose()),
        None if view.building && !view.password_written => unwant(&mut change, view.config, "cipassword"),
        _ => {}
    }
    if view.building {
        of_the_builder(&mut change, view.config);
        application(view, &mut change);
    }
    if view.building || !view.ssh_keys.is_empty() {
        wanted_ssh_keys(view, &mut change);
    }
    cloudinit_addresses(view, &mut change);
    if let Some(domain) = &package.main_domain {
        want(&mut change, view.config, "searchdomain", domain);
    }
    let seed = if is_own { own_seed(view, &mut change)? } else { None };
    let mut calls = write(change)?;
    calls.extend(seed);
    Ok(calls)
}

/// What users of Windows are called where the product does not say another name.
const OF_WINDOWS: &str = "Administrator";

/// Whom cloud-init sets up, and whose the password is: in Windows, which has no `root`, its administrator.
pub fn user_of<'a>(package: &'a Package, config: &Config) -> &'a str {
    if config.is_windows() && package.ci_user == "root" {
        OF_WINDOWS
    } else {
        &package.ci_user
    }
}

/// Takes away what a clone has of its template's cloud-init settings: whoever built the template would get into every
/// guest with his key, and one address would be every customer's.
fn of_the_builder(change: &mut ConfigChange, config: &Config) {
    let addresses = config.entries().map(|(key, _)| key);
    let further = addresses.filter(|key| key.starts_with("ipconfig") && *key != "ipconfig0");
    change.delete.extend(further.map(str::to_owned));
}

/// The SSH keys that are chosen, and no others: also not those of whoever built the template.
pub(in crate::pipeline) fn wanted_ssh_keys(view: &View<'_>, change: &mut ConfigChange) {
    if view.ssh_keys.is_empty() {
        unwant(change, view.config, "sshkeys");
    } else {
        want(change, view.config, "sshkeys", &encoded(&ssh_key::lines(view.ssh_keys)));
    }
}

/// What makes the guest a new one for cloud-init carries the chosen keys along: it would be given again what it was given
/// last, also a key that its customer took away because it was lost.
pub(in crate::pipeline) fn keys_of_a_new_instance(view: &View<'_>, change: &mut ConfigChange) {
    if view.ssh_keys_chosen {
        wanted_ssh_keys(view, change);
    }
}

/// Whether the guest has a password. Windows wants one of whoever has a key too.
pub(super) fn has_password(package: &Package, config: &Config) -> bool {
    !package.more.ssh_key_required || config.is_windows()
}

/// Refuses to build a guest that has neither a password nor a key.
fn must_let_in(view: &View<'_>) -> Result<(), Blocked> {
    if !has_password(view.package, view.config) && view.ssh_keys.is_empty() {
        return Err(KeyError::Missing.into());
    }
    Ok(())
}

/// Whether cloud-init gives a guest these keys, and no others.
pub fn holds_ssh_keys(config: &Config, keys: &[NamedKey]) -> bool {
    let has = percent_decode_str(config.get("sshkeys").unwrap_or_default()).decode_utf8_lossy();
    has.trim() == ssh_key::lines(keys)
}

/// As Proxmox VE keeps them: a blank is `%20` (qemu-server, PVE/QemuServer.pm, `sshkeys`, format `urlencoded`).
fn encoded(lines: &str) -> String {
    utf8_percent_encode(lines, NON_ALPHANUMERIC).to_string()
}

/// Cloud-init's addresses and resolvers.
pub(in crate::pipeline) fn cloudinit_addresses(view: &View<'_>, change: &mut ConfigChange) {
    want(change, view.config, "ipconfig0", &ip_config(view));
    let resolvers = listed(&resolvers(view.addresses));
    if !resolvers.is_empty() {
        want(change, view.config, "nameserver", &resolvers);
    }
}

fn ip_config(view: &View<'_>) -> String {
    if view.package.addressing == Addressing::Dhcp {
        return "ip=dhcp".to_owned();
    }
    let mut parts = Vec::new();
    for (family, ip, gw) in [(Family::V4, "ip", "gw"), (Family::V6, "ip6", "gw6")] {
        let Some(address) = first_of(view.addresses, family) else {
            continue;
        };
        parts.push(format!("{ip}={}/{}", address.ip, address.prefix));
        parts.extend(address.gateway.map(|gateway| format!("{gw}={gateway}")));
    }
    parts.join(",")
}

fn listed(resolvers: &[IpAddr]) -> String {
    let words: Vec<String> = resolvers.iter().map(IpAddr::to_string).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn windows_has_an_administrator_and_no_root() {
        let mut package = Package::with_defaults("100".parse().unwrap());
        let of = |ostype: &str, package: &Package| {
            user_of(package, &Config::from_json(&json!({"ostype": ostype}))).to_owned()
        };
        assert_eq!(of("l26", &package), "root");
        assert_eq!(of("win11", &package), "Administrator");
        package.ci_user = "admin".to_owned();
        assert_eq!(of("l26", &package), "admin");
        assert_eq!(of("win11", &package), "admin");
    }
}
