//! Cores and memory.

use super::startable::startable;
use crate::guest::ConfigChange;
use crate::pipeline::call::{Plan, unwant, want, write};
use crate::pipeline::view::View;

/// `set_cpu_ram`: cores and memory. Sockets and vcpus of the template would multiply or cap the cores.
pub(crate) fn cpu_ram(view: &View<'_>) -> Plan {
    startable(view.package, view.config)?;
    let mut change = ConfigChange::default();
    want(&mut change, view.config, "cores", &view.package.cores.to_string());
    if view.config.number("sockets").is_some_and(|sockets| sockets != 1) {
        change.set("sockets", "1");
    }
    unwant(&mut change, view.config, "vcpus");
    // the sockets of old configs
    unwant(&mut change, view.config, "smp");
    if view.building {
        // started, but held before its first instruction
        unwant(&mut change, view.config, "freeze");
    }
    if view.building && view.config.is_protected() {
        // a clone inherits its template's protection, which was never meant for it
        change.delete.push("protection".to_owned());
    }
    want(&mut change, view.config, "memory", &view.package.memory_mib.to_string());
    // PVE does not start a guest whose balloon target is above its memory
    if view
        .config
        .number("balloon")
        .is_some_and(|balloon| balloon > view.package.memory_mib)
    {
        change.set("balloon", view.package.memory_mib.to_string());
    }
    write(change)
}
