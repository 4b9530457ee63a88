//! What must hold after every tick, and what in the end.

use super::world::{SNAPSHOTS, Wish, World};
use crate::home::Home;
use crate::refused::{are_told_in_time, stored};
use crate::support::guard;
use proxmoxkvm::guest::Made;
use pvesim::{Cluster, Logged};
use std::collections::{BTreeMap, BTreeSet};

/// A suspended guest that somebody started is stopped again by the next look; with faults in the way it takes longer.
const TICKS_RUNNING: u32 = 20;
/// The clocks of two processes differ by this much (seconds), where none was set.
pub const CLOCKS_APART: f64 = 20.0;

/// All that there is of a guest: config, power, snapshots, volumes, firewall.
pub fn fingerprint(cluster: &Cluster, vmid: u32) -> String {
    let volumes: Vec<_> = cluster
        .volumes
        .iter()
        .filter(|volume| volume.vmid == Some(vmid))
        .collect();
    let vm = cluster.vm(vmid);
    let firewall = cluster.firewall.get(&vmid.to_string());
    format!(
        "{:?} {:?} {volumes:?} {firewall:?}",
        vm.map(|vm| vm.raw(vmid)),
        vm.map(|vm| vm.is_template())
    )
}

/// The service whose marker a description has.
fn owner_in(description: &str) -> Option<u64> {
    let line = description.lines().find(|line| line.starts_with("proxmoxkvm-owner:"))?;
    line.rsplit('/').next()?.trim().parse().ok()
}

/// Our guests by their markers: number and service.
pub fn ours(cluster: &Cluster) -> BTreeMap<u32, u64> {
    let vms = cluster.vms.iter();
    vms.filter_map(|(vmid, vm)| Some((*vmid, owner_in(vm.get("description")?)?)))
        .collect()
}

fn addresses_of(cluster: &Cluster, vmid: u32) -> BTreeSet<String> {
    let config = cluster.vm(vmid).and_then(|vm| vm.get("ipconfig0")).unwrap_or_default();
    let first = config
        .split(',')
        .filter_map(|part| part.strip_prefix("ip=")?.split('/').next());
    let sets = cluster
        .firewall
        .get(&vmid.to_string())
        .into_iter()
        .flat_map(|firewall| firewall.sets.values());
    let filtered = sets.flat_map(|set| set.entries.iter().map(|entry| entry.cidr.clone()));
    first
        .map(str::to_owned)
        .filter(|ip| ip != "dhcp")
        .chain(filtered)
        .collect()
}

impl World {
    pub fn check_after_tick(&mut self) {
        let now = self.machine.schedule.now();
        let stored = stored(&self.machine.home);
        self.check_anew(&stored);
        let mut cluster = guard(&self.machine.cluster);
        cluster.advance(now);
        let log: Vec<Logged> = std::mem::take(&mut cluster.log);
        for (vmid, known) in &self.foreign {
            assert_eq!(
                &fingerprint(&cluster, *vmid),
                known,
                "the guest {vmid} of somebody else was touched"
            );
            let to_it = format!("/qemu/{vmid}/");
            let written = log
                .iter()
                .find(|one| one.method != "GET" && one.path.contains(&to_it) && one.status < 300);
            assert!(written.is_none(), "a write to a guest of somebody else: {written:?}");
        }
        let counters = cluster.counters;
        assert_eq!(counters.not_simulated, 0, "a request of an unknown kind");
        if !self.crossed {
            assert_eq!(counters.refused_locked, 0, "a write was refused as locked");
            assert_eq!(
                counters.writes_during_task, 0,
                "a write was sent while a task ran on the guest"
            );
        }
        let ours = ours(&cluster);
        let connected: Vec<u64> = ours
            .iter()
            .filter(|(vmid, _)| is_connected(&cluster, **vmid))
            .map(|(_, service)| *service)
            .collect();
        let services: BTreeSet<u64> = connected.iter().copied().collect();
        assert_eq!(
            services.len(),
            connected.len(),
            "two guests of one service with a network: {ours:?}"
        );
        let mut in_use = BTreeMap::new();
        for (vmid, service) in &ours {
            // one that came out of a backup is given today's before it runs with a network
            let has_its = is_connected(&cluster, *vmid) && (cluster.is_running(*vmid) || !is_restored(&cluster, *vmid));
            for address in addresses_of(&cluster, *vmid).into_iter().filter(|_| has_its) {
                let held = stored
                    .get(service)
                    .is_some_and(|stored| stored.addresses.contains(&address));
                assert!(
                    held,
                    "{address} of guest {vmid} is not leased to service {service}: {:?}",
                    stored.get(service)
                );
                let other = in_use.insert(address.clone(), vmid);
                assert_eq!(other, None, "{address} is on two guests");
            }
            check_rules(&cluster, *vmid);
            check_quota(&cluster, *vmid);
        }
        self.kept.retain(|(vmid, smbios), _| is_guest(&cluster, *vmid, smbios));
        for ((vmid, _), names) in &self.kept {
            let going = |service: &u64| {
                let wish = self.ordered.get(service).map(|ordered| ordered.wish);
                let stored = stored.get(service).map(|stored| stored.status.as_str());
                wish == Some(Wish::Terminated) || stored.is_none_or(|status| ["terminate", "removed"].contains(&status))
            };
            let there = |name: &String| cluster.vm(*vmid).is_some_and(|vm| vm.snapshots.contains_key(name));
            let gone = names.iter().find(|name| !there(name));
            // with the service they go too, and with a restore
            let may = ours.get(vmid).is_none_or(going) || is_restored(&cluster, *vmid);
            assert!(
                may || gone.is_none(),
                "the provider's snapshot {gone:?} of {vmid} is gone"
            );
        }
        if !self.clock_was_set {
            are_told_in_time(&stored, CLOCKS_APART).unwrap();
        }
        let mut started = BTreeMap::new();
        for (service, stored) in &stored {
            // of a failure before the clone WHMCS was told: it repeats
            let rests = match stored.status.as_str() {
                "creation" | "set_ip" | "removed" => true,
                status => status == "ready" && !stored.suspended,
            };
            assert!(
                rests || stored.due_at.is_some(),
                "nobody will look at service {service}: {stored:?}"
            );
            let runs = stored
                .vmid
                .is_some_and(|vmid| ours.get(&vmid) == Some(service) && cluster.is_running(vmid));
            if stored.suspended && stored.status == "ready" && runs {
                started.insert(
                    *service,
                    self.suspended_running.get(service).copied().unwrap_or_default() + 1,
                );
            }
        }
        let longest = started.values().max().copied().unwrap_or_default();
        assert!(
            longest < TICKS_RUNNING || self.clock_was_set,
            "a suspended guest runs for {longest} ticks"
        );
        self.suspended_running = started;
    }

    pub fn check_in_the_end(&self) {
        let stored = stored(&self.machine.home);
        let cluster = guard(&self.machine.cluster);
        let ours = ours(&cluster);
        for (service, ordered) in &self.ordered {
            let Some(stored) = stored.get(service) else {
                assert_eq!(ordered.wish, Wish::Terminated, "service {service} is unknown");
                continue;
            };
            let what = format!("service {service}, {ordered:?}: {stored:?}");
            if ordered.stolen && stored.code() == Some("not_ours") {
                continue;
            }
            let vmid = stored.vmid.filter(|vmid| ours.get(vmid) == Some(service));
            if ordered.wish == Wish::Terminated {
                assert_eq!((stored.status.as_str(), stored.vmid), ("removed", None), "{what}");
                assert!(
                    stored.addresses.is_empty() && !ours.values().any(|owner| owner == service),
                    "{what}"
                );
                continue;
            }
            assert_eq!(stored.status, "ready", "{what}");
            let vmid = vmid.unwrap_or_else(|| panic!("no guest: {what}"));
            let vm = cluster.vm(vmid).unwrap();
            assert_eq!(cluster.is_running(vmid), ordered.wish == Wish::Active, "power: {what}");
            assert_eq!(vm.lock(), None, "{what}");
            assert_eq!(vm.get("cores"), Some(ordered.cores.to_string().as_str()), "{what}");
            assert_eq!(
                vm.get("memory"),
                Some((ordered.memory_gb * 1024).to_string().as_str()),
                "{what}"
            );
            assert_eq!(stored.addresses.len() as u64, ordered.ipv4, "{what}");
            let disk = vm.get("scsi0").unwrap_or_default();
            assert!(disk.contains(&format!("size={}G", ordered.disk_gb)), "{disk} {what}");
            let disks = vm
                .conf
                .keys()
                .filter(|key| key.starts_with("scsi") && key.as_str() != "scsihw")
                .count() as u64;
            assert_eq!(disks, 1 + u64::from(ordered.extra_gb > 0), "disks: {what}");
            let rules = cluster
                .firewall
                .get(&vmid.to_string())
                .map_or(0, |firewall| firewall.rules.len());
            assert!(rules == 2 || ordered.attached.is_some(), "{rules} rules: {what}");
        }
        let living = self
            .ordered
            .iter()
            .filter(|(_, ordered)| ordered.wish != Wish::Terminated);
        let living = living.map(|(service, _)| *service).collect();
        check_volumes(&cluster, &living, self.clock_was_set);
    }
}

/// What staff read of the cron on the page that has refused something is true: the service is due, or somebody else has
/// brought it to its end by now.
pub fn check_words(home: &Home, service: u64, words: &str) {
    let stored = stored(home);
    let Some(stored) = stored.get(&service).filter(|_| words.contains("the cron")) else {
        return;
    };
    let is_done = stored.trouble.is_none() && ["ready", "removed"].contains(&stored.status.as_str());
    assert!(
        stored.due_at.is_some() || is_done,
        "staff read {words:?}, and the cron does not look at service {service}: {stored:?}"
    );
}

/// No more of the module's own than are sold, and the one that makes room for the last.
fn check_quota(cluster: &Cluster, vmid: u32) {
    let names = cluster.vm(vmid).into_iter().flat_map(|vm| vm.snapshots.keys());
    let own: Vec<&String> = names.filter(|name| Made::of(name) != Made::Elsewhere).collect();
    assert!(
        own.len() as u64 <= SNAPSHOTS + 1,
        "{SNAPSHOTS} are sold with {vmid}: {own:?}"
    );
}

fn is_guest(cluster: &Cluster, vmid: u32, smbios: &str) -> bool {
    let vm = cluster.vm(vmid);
    vm.is_some_and(|vm| vm.get("smbios1").unwrap_or_default() == smbios)
}

/// A repetition must not add a rule again.
fn check_rules(cluster: &Cluster, vmid: u32) {
    let Some(firewall) = cluster.firewall.get(&vmid.to_string()) else {
        return;
    };
    let rules: Vec<String> = firewall.rules.iter().map(|rule| format!("{rule:?}")).collect();
    let unique: BTreeSet<&String> = rules.iter().collect();
    assert_eq!(unique.len(), rules.len(), "a rule was added twice to {vmid}: {rules:?}");
}

/// Whether a guest has a network.
fn is_connected(cluster: &Cluster, vmid: u32) -> bool {
    let vm = cluster.vm(vmid);
    vm.is_some_and(|vm| {
        let mut cards = vm.conf.iter().filter(|(key, _)| key.starts_with("net"));
        cards.any(|(_, card)| !card.contains("link_down=1"))
    })
}

/// Whether a guest came out of a backup, or was swapped.
pub fn is_restored(cluster: &Cluster, vmid: u32) -> bool {
    let vm = cluster.vm(vmid);
    vm.and_then(|vm| vm.get("description"))
        .is_some_and(|text| text.contains("proxmoxkvm-restore:"))
}

/// Every volume belongs to a guest that has it in its config, and every backup to a guest or a service that lives.
fn check_volumes(cluster: &Cluster, living: &BTreeSet<u64>, clock_was_set: bool) {
    for volume in &cluster.volumes {
        let Some(vmid) = volume.vmid else { continue };
        let vm = cluster.vm(vmid);
        if volume.content == "backup" {
            // which backups are whose is told by the time
            let then = volume.backup_of.as_ref().and_then(|then| then.get("description"));
            let owner = then.and_then(owner_in);
            assert!(
                vm.is_some() || clock_was_set || owner.is_some_and(|owner| living.contains(&owner)),
                "a backup without its guest: {}",
                volume.volid()
            );
            continue;
        }
        let named = vm.is_some_and(|vm| vm.conf.values().any(|value| value.contains(&volume.volid())));
        assert!(named, "an orphan volume: {}", volume.volid());
    }
}
