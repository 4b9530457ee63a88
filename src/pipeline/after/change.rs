//! A change of package, and the way back from one.

use super::plugged::waits_for_start;
use crate::guest::{ConfigChange, Drive, PropertyString};
use crate::package::Package;
use crate::pipeline::build::{
    cloudinit_addresses, customers_firewall, firewall, has_own_seed, ip_filter, keys_of_a_new_instance, own_seed_anew,
    running, runs, started,
};
use crate::pipeline::call::{Blocked, Call, Plan, settled, unwant, want, write};
use crate::pipeline::row::{OfChange, Row};
use crate::pipeline::view::View;
use crate::service::media::{BOOT, BOOTDISK};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The package as it is now: what it says of cores, memory, disks, limits, network and addresses, and differs, with the
/// guest stopped for it unless it may be changed live. What a package does not change is not written. `steps`: the
/// pipeline; each of its rows says what a change does with it.
pub(crate) fn changed(view: &View<'_>, steps: &[Row]) -> Plan {
    if !view.reserved {
        // further addresses first: the network and cloud-init below need them
        return Ok(vec![Call::Reserve]);
    }
    if view.hibernated && !view.suspended {
        // awake it can be shut down and changed; what it has in memory is not lost
        return running(view);
    }
    if view.before.comes_back() {
        let of_rescue = without_rescue(view);
        if !of_rescue.is_empty() {
            return if runs(view) {
                Ok(vec![Call::Shutdown(view.package.more.shutdown_timeout_s)])
            } else {
                write(of_rescue)
            };
        }
    }
    let (mut calls, must_stop) = together(view, steps)?;
    if let Some(seed) = calls.iter().position(|call| matches!(call, Call::Seed(_))) {
        // it touches no guest: where that is refused nothing else was done
        return Ok(vec![calls.swap_remove(seed)]);
    }
    let live = view.package.more.live_change && !must_stop && view.before.connects.is_none();
    if !calls.is_empty() && runs(view) && !live {
        return Ok(vec![Call::Shutdown(view.package.more.shutdown_timeout_s)]);
    }
    if calls.is_empty() && runs(view) && is_cut_off(view) {
        // somebody has started it: what is connected while it runs may wait for a restart
        return Ok(vec![Call::Shutdown(view.package.more.shutdown_timeout_s)]);
    }
    for row in steps {
        if let (true, OfChange::Then(plan)) = (calls.is_empty(), row.of_change) {
            calls = plan(view)?;
        }
    }
    if calls.is_empty() && view.surplus {
        // given away last: until the guest runs without them they may have to come back
        calls.push(Call::FreeSurplus);
    }
    Ok(calls)
}

/// What the steps miss, as one write and what grows; and whether a guest that runs has to be stopped for it. A step that cannot
/// be done (a smaller disk) refuses here, before the guest is touched.
fn together(view: &View<'_>, steps: &[Row]) -> Result<(Vec<Call>, bool), Blocked> {
    let mut calls = Vec::new();
    let mut merged = ConfigChange::default();
    let mut must_stop = false;
    for row in steps {
        let OfChange::Together(plan) = row.of_change else {
            continue;
        };
        for call in plan(view)? {
            match call {
                Call::Write(change) => {
                    let mut keys = change.set.keys().chain(&change.delete);
                    must_stop |= keys.any(|key| row.restart_keys.contains(&key.as_str()));
                    must_stop |= waits_for_start(&change, view.config);
                    // cloud-init reads it at a start
                    must_stop |= change.set.values().any(|value| Drive::parse("", value).is_seed());
                    merged.merge(change);
                }
                call => calls.push(call),
            }
        }
    }
    calls.splice(0..0, write(merged)?);
    Ok((calls, must_stop))
}

/// Whether the guest's addresses are others than before the change.
fn moves(view: &View<'_>) -> bool {
    let addressing = view.before.package.map(|before| before.addressing);
    view.surplus
        || view.before.addresses.is_some_and(|before| before != view.addresses)
        || addressing.is_some_and(|before| before != view.package.addressing)
}

/// Whether cloud-init gives the guest an address that is not the service's, which has others of that family: somebody has
/// written it by hand, or rolled the guest back by hand.
fn has_foreign_address(view: &View<'_>) -> bool {
    let settings = PropertyString::parse(view.config.get("ipconfig0").unwrap_or_default());
    let foreign = |key: &str| {
        let given: Option<IpAddr> = settings.get(key).and_then(|ip| ip.split('/').next()?.parse().ok());
        given.is_some_and(|given| {
            let mut family = view.addresses.iter().map(|address| address.ip);
            let known = family.clone().any(|ip| ip.is_ipv4() == given.is_ipv4());
            known && !family.any(|ip| ip == given)
        })
    };
    foreign("ip") || foreign("ip6")
}

/// Cloud-init's part of a change: addresses and resolvers, where they are others; after a rollback those from before it.
/// The user, the password and all else are the guest's own since it was built.
pub(crate) fn readdressed(view: &View<'_>) -> Plan {
    let mut change = ConfigChange::default();
    if moves(view) || view.before.kept.is_none() && has_foreign_address(view) {
        cloudinit_addresses(view, &mut change);
    } else {
        for (key, kept) in view.before.kept.into_iter().flatten() {
            match kept {
                Some(kept) => want(&mut change, view.config, key, kept),
                None => unwant(&mut change, view.config, key),
            }
        }
    }
    if has_own_seed(view) {
        let seed = own_seed_anew(view, moves(view), &mut change)?;
        let mut calls = write(change)?;
        calls.extend(seed);
        return Ok(calls);
    }
    if !change.set.is_empty() {
        keys_of_a_new_instance(view, &mut change);
    }
    if let (true, Some(password), false) = (view.cipassword_old, view.password, change.set.is_empty()) {
        // it makes the guest a new one for cloud-init, which would give it the password from before
        change.set("cipassword", password.expose());
    }
    write(change)
}

/// The firewall's part of a change, where it lets out other addresses, or says something else; what the customer wants of it
/// is written whatever has changed it. Only with it a guest that was cut off gets its network.
pub(crate) fn filtered_anew(view: &View<'_>) -> Plan {
    let calls = if filters_anew(view) {
        firewall(view)?
    } else {
        customers_firewall(view)?
    };
    if !calls.is_empty() {
        return Ok(calls);
    }
    let mut change = ConfigChange::default();
    connected_again(view, &mut change);
    write(change)
}

/// Whether one of these is still cut off.
fn is_cut_off(view: &View<'_>) -> bool {
    let mut change = ConfigChange::default();
    connected_again(view, &mut change);
    !change.is_empty()
}

/// The network cards that were cut off while the guest was no service's own are connected.
fn connected_again(view: &View<'_>, change: &mut ConfigChange) {
    for key in view.before.connects.into_iter().flatten() {
        let card = change.set.get(key).map(String::as_str).or(view.config.get(key));
        let Some(mut card) = card.map(PropertyString::parse) else {
            continue;
        };
        if card.get("link_down") == Some("1") {
            card.set("link_down", None);
            change.set(key, card.to_string());
        }
    }
}

/// Started after a change, unless it is suspended. Whether it starts with its node is written where the package says
/// something else than before.
pub(crate) fn started_again(view: &View<'_>) -> Plan {
    if view.suspended {
        return settled();
    }
    let mut calls = started(view)?;
    for call in &mut calls {
        if *call == Call::Stop {
            // its owner is at work in it
            *call = Call::Shutdown(view.package.more.shutdown_timeout_s);
        }
    }
    if view.before.stays_off {
        calls.retain(|call| !call.is_power());
    }
    let keeps_onboot = |before: &Package| before.more.onboot == view.package.more.onboot;
    // that of then came back with a rollback, or a swap
    if !view.before.comes_back() && view.before.package.is_some_and(keeps_onboot) {
        calls.retain(Call::is_power);
    }
    Ok(calls)
}

/// What a guest that came back has of a rescue system: it does not boot from that.
fn without_rescue(view: &View<'_>) -> ConfigChange {
    let today = view.package.more.media.rescue_volume();
    view.media.without_rescue(view.config, today.map(|(_, volume)| volume))
}

/// Whether a change of package is also one of the firewall.
fn filters_anew(view: &View<'_>) -> bool {
    let same = |before: &Package| {
        let more = |package: &Package| {
            let more = &package.more;
            (
                more.firewall_policy_in,
                more.firewall_policy_out,
                more.firewall_rules_place,
            )
        };
        before.effective_firewall() == view.package.effective_firewall()
            && before.rules == view.package.rules
            && more(before) == more(view.package)
    };
    // that of then came with a backup or a snapshot
    view.before.comes_back() || moves(view) || !view.before.package.is_some_and(same)
}

/// As before what was refused: the old values where others were written, and running if it ran. After a restore or a rollback
/// it has the addresses from before that, and the firewall, before anything starts it. A disk that has grown
/// stays so, and one that was made stays.
pub(crate) fn taken_back(view: &View<'_>) -> Plan {
    if view.hibernated && !view.suspended {
        // only awake it can be changed
        return running(view);
    }
    if view.before.comes_back() && !runs(view) {
        let of_rescue = without_rescue(view);
        if !of_rescue.is_empty() {
            return write(of_rescue);
        }
    }
    let mut change = ConfigChange::default();
    let kept = view.before.kept;
    let values = view.before.values.into_iter().flatten();
    // what a backup or a snapshot brought is nobody's "before"
    let is_of_then = |key: &str| {
        let is_swapped = |cut: &BTreeSet<String>| cut.contains(key) || ["ipconfig0", "nameserver"].contains(&key);
        kept.is_some_and(|kept| kept.contains_key(key)) || view.before.connects.is_some_and(is_swapped)
    };
    let values = values.filter(|(key, _)| !is_of_then(key));
    for (key, old) in values.chain(kept.into_iter().flatten()) {
        let drive = view.config.disks().find(|drive| drive.slot == *key);
        match (old, drive) {
            (Some(old), Some(drive)) => {
                // its volume and its size are PVE's to say
                let mut restored = PropertyString::parse(old);
                restored.set("size", drive.options.get("size"));
                want(&mut change, view.config, key, &restored.to_string());
            }
            (Some(old), None) => want(&mut change, view.config, key, old),
            (None, None) => unwant(&mut change, view.config, key),
            (None, Some(_)) => {}
        }
    }
    if kept.is_none() && view.before.connects.is_some() && has_foreign_address(view) {
        // the guest that it was swapped for was gone, and nobody knows what that one had
        cloudinit_addresses(view, &mut change);
    }
    connected_again(view, &mut change);
    // its firewall is there before its network is
    let mut calls = if view.before.comes_back() {
        firewall_back(view)?
    } else {
        Vec::new()
    };
    // what Proxmox VE makes of a boot order is read before anything starts, as in `media`
    let boots_otherwise = [BOOT, BOOTDISK].iter().any(|key| change.touches(key));
    calls.extend(write(change)?);
    if view.before.ran && !view.suspended && !boots_otherwise {
        calls.extend(running(view)?);
    }
    Ok(calls)
}

/// The firewall that the guest had before it was restored: that of then may let it out with addresses that are somebody else's
/// by now.
fn firewall_back(view: &View<'_>) -> Plan {
    firewall(&View {
        package: view.before.package.unwrap_or(view.package),
        addresses: view.before.addresses.unwrap_or(view.addresses),
        ..*view
    })
}

/// Let out with the addresses from before, and no others.
pub(crate) fn addresses_back(view: &View<'_>) -> Plan {
    let Some(addresses) = view.before.addresses else {
        return settled();
    };
    if view.firewall.ipfilter.is_none() || !view.ip_filtered {
        return settled();
    }
    Ok(ip_filter(&View { addresses, ..*view }))
}
