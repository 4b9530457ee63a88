//! A refusal that lasts, while everybody else goes on: processes die, and what succeeds in between hides nothing.

use super::checks::ours;
use super::world::{Ended, Luck, Wish, World};
use crate::refused::{CRON_EVERY, Refused, Scene, Stored, guests, refusals, stored};
use crate::support::guard;
use pvesim::{Cluster, Fault};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::MutexGuard;

/// What each operation asks of PVE that changes something: method, and what the path ends with.
fn changes(operation: &str) -> &'static [(&'static str, &'static str)] {
    match operation {
        "suspend" => &[("POST", "/status/shutdown$"), ("POST", "/config$")],
        "unsuspend" => &[("POST", "/status/start$"), ("PUT", "/config$")],
        "change_package" => &[
            ("POST", "/status/shutdown$"),
            ("PUT", "/config$"),
            ("PUT", "/resize$"),
            ("POST", "/status/start$"),
            ("PUT", "/firewall/options$"),
            ("POST", "/firewall/ipset/ipfilter-net0$"),
        ],
        "change_password" => &[("POST", "/config$"), ("PUT", "/cloudinit$")],
        "stop" => &[("POST", "/status/stop$")],
        "reboot" => &[("POST", "/status/reboot$")],
        _ => &[
            ("DELETE", "$"),
            ("POST", "/config$"),
            ("PUT", "/resize$"),
            ("POST", "/status/start$"),
        ],
    }
}

/// What the trace calls it.
pub const FOR_LONG: &str = "refused for long:";

struct Among<'a> {
    world: &'a mut World,
    operation: &'static str,
    service: u64,
    vmid: u32,
}

impl Scene for Among<'_> {
    fn pass(&mut self, cron_runs: u32) {
        let (world, service) = (&mut *self.world, self.service);
        for _ in 0..cron_runs {
            let mut deeds = vec![world.cron_run()];
            if world.dice.percent(30) {
                deeds.push(world.deed("set_dns_records", service));
            }
            if world.dice.percent(20) {
                let mut step = world.deed("run_step", service);
                step.order["step"] = json!("set_firewall");
                deeds.push(step);
            }
            let others: Vec<u64> = world.ordered.keys().copied().filter(|one| *one != service).collect();
            if !others.is_empty() && world.dice.percent(50) {
                let other = world.dice.one(&others);
                deeds.push(world.page_of(other));
            }
            world.run(deeds, Luck::Deaths);
            world.check_after_tick();
            world.machine.schedule.pass(CRON_EVERY);
        }
        // whoever was the last to die
        let cron = world.cron_run();
        world.run(vec![cron], Luck::Good);
    }

    fn stored(&self) -> BTreeMap<u64, Stored> {
        stored(&self.world.machine.home)
    }

    fn cluster(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = guard(&self.world.machine.cluster);
        cluster.advance(self.world.machine.schedule.now());
        cluster
    }

    fn holds(&self) -> bool {
        let stored = self.stored();
        let (stored, ordered) = (&stored[&self.service], &self.world.ordered[&self.service]);
        let cluster = self.cluster();
        let has_cores = cluster
            .vm(self.vmid)
            .is_some_and(|vm| vm.get("cores") == Some(&ordered.cores.to_string()));
        let power = match self.operation {
            "suspend" | "stop" => !cluster.is_running(self.vmid),
            _ => cluster.is_running(self.vmid) == (ordered.wish == Wish::Active),
        };
        let asked = self.operation != "change_package" || has_cores;
        stored.status == "ready" && stored.trouble.is_none() && power && asked
    }
}

impl World {
    /// A service that is as it was ordered, and its guest, which nobody else has a hand in.
    fn at_rest(&mut self) -> Option<(u64, u32)> {
        let stored = stored(&self.machine.home);
        let mut cluster = guard(&self.machine.cluster);
        cluster.advance(self.machine.schedule.now());
        let rests = |(vmid, service): &(u32, u64)| {
            let (Some(stored), Some(ordered)) = (stored.get(service), self.ordered.get(service)) else {
                return false;
            };
            let vm = cluster.vm(*vmid);
            let busy = cluster
                .tasks()
                .iter()
                .any(|task| task.is_running() && task.id == vmid.to_string());
            let is_free = vm.is_some_and(|vm| vm.lock().is_none() && !vm.temporary) && !busy;
            let as_ordered = stored.suspended == (ordered.wish == Wish::Suspended)
                && cluster.is_running(*vmid) == (ordered.wish == Wish::Active)
                && ordered.wish != Wish::Terminated
                && vm.is_some_and(|vm| vm.get("cores") == Some(&ordered.cores.to_string()))
                && stored.addresses.len() as u64 == ordered.ipv4;
            let settled = stored.status == "ready" && stored.trouble.is_none() && stored.failing_since.is_none();
            let undisturbed = !ordered.stolen && !cluster.ha.contains_key(vmid);
            stored.vmid == Some(*vmid)
                && is_free
                && as_ordered
                && settled
                && undisturbed
                && (stored.due_at.is_none() || stored.suspended)
        };
        let resting: Vec<(u32, u64)> = ours(&cluster).into_iter().filter(rests).collect();
        drop(cluster);
        let (vmid, service) = *resting.get(self.dice.below(resting.len().max(1) as u64) as usize)?;
        Some((service, vmid))
    }

    /// An operation of a service at rest is refused for half an hour.
    pub fn refuse_for_long(&mut self) {
        self.calm();
        let Some((service, vmid)) = self.at_rest() else {
            return;
        };
        let operation = match self.ordered[&service].wish {
            Wish::Suspended => self.dice.one(&["unsuspend", "change_package", "change_password"]),
            _ => self.dice.one(&[
                "suspend",
                "change_package",
                "change_package",
                "change_password",
                "reboot",
                "stop",
                "reinstall",
            ]),
        };
        let (cores, ipv4) = (1 + self.dice.below(4), 1 + self.dice.below(2));
        if let Some(ordered) = self.ordered.get_mut(&service) {
            match operation {
                "suspend" => ordered.wish = Wish::Suspended,
                "unsuspend" => ordered.wish = Wish::Active,
                "change_package" => {
                    (ordered.cores, ordered.ipv4) = (cores, ipv4);
                    ordered.disk_gb += 1;
                }
                _ => {}
            }
        }
        let (method, end) = self.dice.one(changes(operation));
        let refusals = refusals();
        let (_, kind) = &refusals[self.dice.below(refusals.len() as u64) as usize];
        let path = format!("/qemu/{vmid}{end}");
        let refused = {
            let mut cluster = guard(&self.machine.cluster);
            cluster.add_fault(Fault::always(method, &path, kind.clone()));
            Refused {
                operation,
                kind: kind.clone(),
                path,
                before: guests(&cluster).of(vmid),
                services: vec![service],
                own: vec![vmid],
            }
        };
        self.machine
            .say(format!("{FOR_LONG} {method} {} {kind:?}", refused.path));
        let deed = self.deed(operation, service);
        let ended = self.run(vec![deed], Luck::Deaths);
        let mut among = Among {
            world: self,
            operation,
            service,
            vmid,
        };
        let wrong = refused.wrong(&mut among, ended == [Ended::Well]);
        let shown = wrong.map(|wrong| (wrong, among.stored().remove(&service)));
        assert!(
            shown.is_none(),
            "{operation} of service {service} was refused for long ({method} {}: {kind:?}): {shown:?}",
            refused.path
        );
        self.calm();
    }
}
