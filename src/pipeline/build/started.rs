//! The last step: started. And what it means to run.

use super::application::application_is_read;
use super::seed::own_seed_anew;
use crate::guest::{ConfigChange, Power};
use crate::pipeline::call::{Call, Plan, write};
use crate::pipeline::view::View;
use crate::words::units::MIB;

/// Whether there is a guest that is not switched off.
pub(in crate::pipeline) fn runs(view: &View<'_>) -> bool {
    view.exists && view.current.is_some_and(|current| current.power != Power::Stopped)
}

/// Running. Proxmox VE starts none whose CD is gone: a seed that is not known to be there is another one first.
pub(crate) fn running(view: &View<'_>) -> Plan {
    if view.current.is_some_and(|current| current.power == Power::Running) {
        return Ok(Vec::new());
    }
    let mut change = ConfigChange::default();
    if !view.building
        && !view.hibernated
        && let Some(seed) = own_seed_anew(view, false, &mut change)?
    {
        return Ok(vec![seed]);
    }
    let mut calls = write(change)?;
    calls.push(Call::Start);
    Ok(calls)
}

/// `ready`: started, and running with what the package says.
pub(crate) fn started(view: &View<'_>) -> Plan {
    if view.hibernated && !view.suspended {
        return running(view);
    }
    let mut change = ConfigChange::default();
    let onboot = u64::from(view.package.more.onboot && !view.suspended);
    if view.config.number("onboot").unwrap_or_default() != onboot {
        change.set("onboot", onboot.to_string());
    }
    if view.building {
        application_is_read(view, &mut change);
    }
    let mut calls = write(change)?;
    match view.current {
        Some(current) if current.power == Power::Running => {
            // started behind our back before it was configured: cores and memory still wait for a restart. What counts
            // is the config: a package that was changed since is Change Package's work
            let same = |runs: Option<u64>, key, unit| {
                let configured = view.config.number(key).map(|number| number * unit);
                runs.zip(configured).is_none_or(|(runs, configured)| runs == configured)
            };
            let cpus = same(current.cpus, "cores", 1);
            let memory = same(current.max_memory, "memory", MIB);
            if !(cpus && memory) {
                calls.push(Call::Stop);
            }
        }
        _ if view.suspended => {}
        _ => calls.push(Call::Start),
    }
    Ok(calls)
}
