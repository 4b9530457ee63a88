//! The second guest of a service: made from a backup, looked at, swapped in, deleted.

use super::removal::out_of_ha;
use crate::guest::{Config, ConfigChange, PropertyString};
use crate::package::Package;
use crate::pipeline::build::runs;
use crate::pipeline::call::{BesideCall, Blocked, Call, Plan, settled, want, write};
use crate::pipeline::view::{BesideSeen, View};
use crate::service::restoring::Restoring;
use crate::service::wish::Wish;
use std::collections::BTreeMap;

/// One more, or none any more. The service's own guest is not touched.
pub(crate) fn beside(view: &View<'_>) -> Plan {
    match view.wish {
        Some(Wish::RestoreBeside {
            volume, nonce, begun, ..
        }) => match view.beside {
            Some(BesideSeen::Whole { config, .. }) => {
                let today = view.package.more.media.rescue_volume();
                let of_rescue = view.media.without_rescue(config, today.map(|(_, volume)| volume));
                // nobody starts it from that
                Ok(write(of_rescue)?.into_iter().map(in_beside).collect())
            }
            None | Some(BesideSeen::Absent) if *begun == 0 => Ok(vec![Call::Beside(BesideCall::Restore {
                volume: volume.clone(),
                nonce: nonce.clone(),
            })]),
            // nothing is lost by it: whoever wants it asks again
            _ => Err(Blocked::RestoreNotDone),
        },
        Some(Wish::DiscardBeside) => beside_deleted(view),
        _ => settled(),
    }
}

/// Deleted, with its disks; its backups are the service's.
pub(super) fn beside_deleted(view: &View<'_>) -> Plan {
    let call = match view.beside {
        None | Some(BesideSeen::Absent) => return settled(),
        Some(BesideSeen::Whole { config, .. }) if config.number("protection") == Some(1) => {
            return Err(Blocked::Protected);
        }
        Some(BesideSeen::Whole { runs: true, .. }) => BesideCall::Stop,
        Some(BesideSeen::Whole { .. } | BesideSeen::Bare) => BesideCall::Destroy,
    };
    Ok(vec![Call::Beside(call)])
}

fn beside_runs(view: &View<'_>) -> Option<bool> {
    match view.beside {
        Some(BesideSeen::Whole { runs, .. }) => Some(*runs),
        _ => None,
    }
}

/// Running, cut off from every network.
pub(crate) fn beside_running(view: &View<'_>) -> Plan {
    match beside_runs(view) {
        Some(true) => settled(),
        Some(false) => Ok(vec![Call::Beside(BesideCall::Start)]),
        None => Err(Blocked::BesideGone),
    }
}

/// Stopped.
pub(crate) fn beside_stopped(view: &View<'_>) -> Plan {
    Ok(match beside_runs(view) {
        Some(true) => vec![Call::Beside(BesideCall::Stop)],
        _ => Vec::new(),
    })
}

/// Both are off, and the one that was the service's own is cut off from every network and is not started by its node: only
/// then the other one is the service's.
pub(crate) fn swapped(view: &View<'_>) -> Plan {
    let Some(Wish::Swap { nonce, tried, .. }) = view.wish else {
        return settled();
    };
    let Some(BesideSeen::Whole {
        config: other,
        runs: other_runs,
        former,
    }) = view.beside
    else {
        return Err(Blocked::BesideGone);
    };
    let patience = view.package.more.shutdown_timeout_s;
    if view.exists {
        out_of_ha(view)?;
        loses_nothing(view.config, (other, *former))?;
    }
    let as_it_is = as_it_is(other);
    if !tried && !as_it_is.is_empty() {
        // what may not be written is refused while nothing was touched
        return Ok(vec![Call::Beside(BesideCall::Write(as_it_is))]);
    }
    if *other_runs {
        return Ok(vec![Call::Beside(BesideCall::Shutdown(patience))]);
    }
    if runs(view) {
        return Ok(vec![Call::Shutdown(patience)]);
    }
    if view.exists {
        write(left_behind(view.config, nonce))
    } else {
        settled()
    }
}

/// Refuses where the guest that is left behind has what the other one has not, but for its system disk: it is deleted later.
/// `former`: whether the other one was the service's own, whose undo is not refused for what a restore has brought.
pub fn loses_nothing(own: &Config, (other, former): (&Config, bool)) -> Result<(), Blocked> {
    if own.number("protection") == Some(1) {
        return Err(Blocked::Protected);
    }
    let system = own.system_disk().map(|disk| disk.slot);
    let mut lost = own.disks().filter(|disk| Some(&disk.slot) != system.as_ref());
    let is_there = |slot: &str| {
        other
            .disks()
            .any(|disk| disk.slot == slot && disk.options.get("backup") != Some("0"))
    };
    let lost = lost.find(|disk| !is_there(&disk.slot)).map(|disk| disk.slot);
    // Proxmox VE deletes those that are not attached, too (PVE/QemuServer.pm, `destroy_vm`)
    let unused = || {
        let mut keys = own.entries().map(|(key, _)| key).filter(|_| !former);
        keys.find(|key| key.starts_with("unused"))
    };
    match lost.or_else(|| unused().map(str::to_owned)) {
        Some(slot) => Err(Blocked::BesideLoses(slot)),
        None => Ok(()),
    }
}

/// The network cards of a config, by their keys, as they are when they are cut off.
pub fn cut_off(config: &Config) -> impl Iterator<Item = (&str, PropertyString)> {
    let cards = config.entries().filter(|(key, _)| is_card(key));
    cards.map(|(key, card)| {
        let mut card = PropertyString::parse(card);
        card.set("link_down", Some("1"));
        (key, card)
    })
}

/// What a guest from a backup is given of the package of today: nobody looks at more than is sold.
pub fn sold_keys(package: &Package, then: &Config) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::from([
        ("cores".to_owned(), package.cores.to_string()),
        ("sockets".to_owned(), "1".to_owned()),
        ("memory".to_owned(), package.memory_mib.to_string()),
    ]);
    // Proxmox VE does not start a guest whose balloon target is above its memory
    if then
        .number("balloon")
        .is_some_and(|balloon| balloon > package.memory_mib)
    {
        keys.insert("balloon".to_owned(), package.memory_mib.to_string());
    }
    // more than there are cores
    if then.number("vcpus").is_some() {
        keys.insert("vcpus".to_owned(), package.cores.to_string());
    }
    keys
}

fn is_card(key: &str) -> bool {
    let number = key.strip_prefix("net").unwrap_or_default();
    !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
}

/// Whether a network card is connected.
pub fn is_connected(key: &str, card: &str) -> bool {
    is_card(key) && PropertyString::parse(card).get("link_down") != Some("1")
}

fn in_beside(call: Call) -> Call {
    match call {
        Call::Write(change) => Call::Beside(BesideCall::Write(change)),
        call => call,
    }
}

/// What a swap writes of each kind that has a right of its own, as the config has it already.
fn as_it_is(config: &Config) -> ConfigChange {
    let mut change = ConfigChange::default();
    let is_written = |key: &str| is_card(key) || ["name", "onboot", "cores", "memory"].contains(&key);
    for (key, value) in config.entries().filter(|(key, _)| is_written(key)) {
        change.set(key, value);
    }
    change
}

fn left_behind(config: &Config, nonce: &str) -> ConfigChange {
    let mut change = ConfigChange::default();
    if config.number("onboot") == Some(1) {
        change.set("onboot", "0");
    }
    for (key, card) in cut_off(config) {
        if is_connected(key, config.get(key).unwrap_or_default()) {
            change.set(key, card.to_string());
        }
    }
    let description = config.get("description").unwrap_or_default();
    if !Restoring::is_in(nonce, description) {
        want(
            &mut change,
            config,
            "description",
            &Restoring::described(description, nonce),
        );
    }
    change
}
