//! Suspended, unsuspended, stopped; the password and the SSH keys.

use super::beside::beside_stopped;
use crate::guest::ConfigChange;
use crate::pipeline::build::{has_own_seed, keys_of_a_new_instance, own_seed, running, runs, wanted_ssh_keys};
use crate::pipeline::call::{Call, Plan, write};
use crate::pipeline::view::View;

fn onboot(view: &View<'_>, wanted: bool) -> ConfigChange {
    let mut change = ConfigChange::default();
    if (view.config.number("onboot") == Some(1)) != wanted {
        change.set("onboot", u8::from(wanted).to_string());
    }
    change
}

/// Suspended: stopped, and not started by the node's next boot. A service without a guest has nothing to stop.
pub(crate) fn suspended(view: &View<'_>) -> Plan {
    // off, one that is hibernated cannot be changed: whoever wakes it up is stopped again
    if !view.exists || view.hibernated {
        return beside_stopped(view);
    }
    let mut calls = beside_stopped(view)?;
    let mut change = onboot(view, false);
    if runs(view) {
        calls.extend(write(change)?);
        calls.push(Call::Shutdown(view.package.more.shutdown_timeout_s));
        return Ok(calls);
    }
    // nobody is let into a rescue system again afterwards
    change.merge(view.rescue.map(|rescue| rescue.back(view.config)).unwrap_or_default());
    calls.extend(write(change)?);
    Ok(calls)
}

/// No longer suspended: `onboot` as it was, and started.
pub(crate) fn unsuspended(view: &View<'_>) -> Plan {
    if view.hibernated {
        // once it is awake it can be changed
        return running(view);
    }
    let change = view
        .onboot_before
        .map(|before| onboot(view, before))
        .unwrap_or_default();
    let mut calls = write(change)?;
    calls.extend(running(view)?);
    Ok(calls)
}

/// Stopped.
pub(crate) fn stopped(view: &View<'_>) -> Plan {
    Ok(if runs(view) { vec![Call::Stop] } else { Vec::new() })
}

/// The guest carries the service's password.
pub(crate) fn password(view: &View<'_>) -> Plan {
    let mut change = ConfigChange::default();
    if has_own_seed(view) {
        return told_by_seed(view, change);
    }
    if let (Some(password), false) = (view.password, view.password_written) {
        change.set("cipassword", password.expose());
        keys_of_a_new_instance(view, &mut change);
    }
    write(change)
}

/// Cloud-init gives the guest the SSH keys that are chosen.
pub(crate) fn ssh_keys(view: &View<'_>) -> Plan {
    let mut change = ConfigChange::default();
    wanted_ssh_keys(view, &mut change);
    if has_own_seed(view) {
        return told_by_seed(view, change);
    }
    if let (true, Some(password), false) = (view.cipassword_old, view.password, change.is_empty()) {
        // it makes the guest a new one for cloud-init, which would give it the password from before
        change.set("cipassword", password.expose());
    }
    write(change)
}

/// By a seed of this module, which is made before anything is written.
fn told_by_seed(view: &View<'_>, mut change: ConfigChange) -> Plan {
    match own_seed(view, &mut change)? {
        Some(seed) => Ok(vec![seed]),
        None => write(change),
    }
}
