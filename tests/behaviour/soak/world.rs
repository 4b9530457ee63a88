//! Who does what: staff, clients and crons of one WHMCS, the cluster's other users, and bad luck.

use super::anew::{self, OFFERED};
use super::checks::CLOCKS_APART;
use super::process::{self, Fate, Machine};
use super::schedule::{Begun, Schedule};
use crate::acts;
use crate::home::Home;
use crate::refused::{CRON_EVERY, CRON_RUNS, broken, promised, stored};
use crate::support::{DEATHS, PASSWORD, START, guard};
use proxmoxkvm::api;
use proxmoxkvm::api::core::Core;
use proxmoxkvm::api::cron;
use proxmoxkvm::pipeline::PIPELINE;
use proxmoxkvm::problems::Error;
use pvesim::{Cluster, Fault, FaultKind, Guest, NodeSpec, Options, StorageSpec};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

const YEAR: f64 = 365.0 * 86_400.0;
/// So many are sold with each service.
pub const SNAPSHOTS: u64 = 2;
/// How many backups.
const BACKUPS: u64 = 2;

/// Random numbers that a seed decides.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// What WHMCS wants of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Active,
    Suspended,
    Terminated,
}

/// A service as WHMCS has it.
#[derive(Debug, Clone)]
pub struct Ordered {
    pub wish: Wish,
    pub cores: u64,
    pub memory_gb: u64,
    pub disk_gb: u64,
    pub extra_gb: u64,
    pub ipv4: u64,
    /// The guest from before this module that it was given.
    pub attached: Option<u32>,
    /// The number of its guest was given to somebody else's: nothing is possible any more, and nothing is touched.
    pub stolen: bool,
    /// Its password.
    pub password: String,
    /// What became of those before it is not known yet.
    pub exchanged: Vec<Exchanged>,
}

/// A new password that WHMCS has, as long as it is not known whether the guest gets it.
#[derive(Debug, Clone)]
pub struct Exchanged {
    /// By which it is known.
    pub word: String,
    pub former: String,
    pub written: String,
}

pub struct World {
    pub machine: Machine,
    pub dice: Dice,
    pub ordered: BTreeMap<u64, Ordered>,
    /// Guests of others, as they were when they were last known.
    pub foreign: BTreeMap<u32, String>,
    /// The provider's snapshots of our guests, by number and SMBIOS of the guest.
    pub kept: BTreeMap<(u32, String), BTreeSet<String>>,
    pub suspended_running: BTreeMap<u64, u32>,
    /// The MAC that a service has been ready with.
    pub macs: BTreeMap<u64, String>,
    /// How many new passwords there were.
    pub passwords: u32,
    /// How far all clocks of the WHMCS machines are ahead of PVE's.
    ahead: f64,
    /// Two workers may have had the same service: their writes may cross.
    pub crossed: bool,
    pub clock_was_set: bool,
    processes: u32,
    server: Value,
}

/// What may happen to the processes of a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Luck {
    Good,
    /// They may die.
    Deaths,
    /// And stand still for minutes.
    Any,
    /// They may die, and all their clocks are ahead by so much (seconds).
    Ahead(f64),
}

/// What became of a process.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    Well,
    Refused,
    Dead,
}

/// One thing that a process does.
#[derive(Debug, Clone)]
pub struct Deed {
    pub what: &'static str,
    pub service: u64,
    pub order: Value,
}

impl World {
    pub fn new(seed: u64, home: Home) -> World {
        let mut nodes = vec![NodeSpec::new("pve1"), NodeSpec::new("pve2")];
        nodes.iter_mut().for_each(|node| node.cpus = 16);
        let mut shared = StorageSpec::dir("shared", "/mnt/shared");
        (shared.kind, shared.shared) = ("nfs".to_owned(), true);
        let options = Options {
            nodes,
            storages: vec![StorageSpec::dir("local", "/var/lib/vz"), shared],
            template: None,
            seed,
            ..Options::default()
        };
        let server = json!({
            "id": 1, "hostname": "pve1.example.net", "port": "8006", "secure": true,
            "username": options.token_id(), "password": options.token.1, "access_hash": "insecure=1",
            // the addresses of guests from before this module come last: no order ever needs them
            "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.60|24|192.0.2.1|192.0.2.53\nvmbr0|10|192.0.2.100-192.0.2.140|24|192.0.2.1|192.0.2.53",
        });
        let mut cluster = Cluster::new(options, START);
        anew::add_templates(&mut cluster);
        cluster.add_vm(101, "theirs", "pve1", "local", 1 << 30);
        cluster.add_vm(104, "theirs-too", "pve2", "shared", 1 << 30);
        cluster.set_power(104, true);
        let machine = Machine {
            home: Arc::new(home),
            schedule: Arc::new(Schedule::new(START)),
            cluster: Arc::new(Mutex::new(cluster)),
            trace: Arc::default(),
        };
        let mut world = World {
            machine,
            dice: Dice(seed),
            ordered: BTreeMap::new(),
            foreign: BTreeMap::new(),
            kept: BTreeMap::new(),
            suspended_running: BTreeMap::new(),
            macs: BTreeMap::new(),
            passwords: 0,
            ahead: 0.0,
            crossed: false,
            clock_was_set: false,
            processes: 0,
            server,
        };
        world.know_foreign(101);
        world.know_foreign(104);
        world
    }

    pub fn trace(&self) -> Vec<String> {
        guard(&self.machine.trace).clone()
    }

    pub fn know_foreign(&mut self, vmid: u32) {
        let known = super::checks::fingerprint(&guard(&self.machine.cluster), vmid);
        self.foreign.insert(vmid, known);
    }

    /// Some processes at once, then the invariants, then what others do.
    pub fn tick(&mut self) {
        if self.dice.percent(12) {
            self.refuse_for_long();
        }
        if self.dice.percent(4) {
            self.run_years_ahead();
        }
        self.misfortune();
        let mut deeds = Vec::new();
        for _ in 0..1 + self.dice.below(4) {
            let deed = if self.dice.percent(45) {
                self.cron_run()
            } else {
                self.page()
            };
            if self.dice.percent(12) {
                // a double click, or two crons
                deeds.push(deed.clone());
            }
            deeds.push(deed);
        }
        self.run(deeds, Luck::Any);
        self.check_after_tick();
        self.machine.schedule.pass(60.0);
        self.others();
        self.operator();
    }

    /// No faults any more, and what others hold is let go.
    pub fn calm(&mut self) {
        let mut cluster = guard(&self.machine.cluster);
        cluster.faults.clear();
        let nodes: Vec<String> = cluster.nodes.keys().cloned().collect();
        nodes.iter().for_each(|node| cluster.set_node_down(node, None));
        let vmids: Vec<u32> = cluster.vms.keys().copied().collect();
        for vmid in vmids {
            if cluster.vm(vmid).and_then(|vm| vm.lock()) == Some("backup") {
                cluster.set_lock(vmid, None);
            }
        }
    }

    /// A machine comes up with a clock that is years ahead, does what is to be done, and dies, or is set right.
    fn run_years_ahead(&mut self) {
        let ahead = (1 + self.dice.below(20)) as f64 * YEAR;
        self.clock_was_set = true;
        for deed in [self.cron_run(), self.page()] {
            self.run(vec![deed], Luck::Ahead(ahead));
        }
    }

    /// Nobody but the cron does anything: what is said of it is true.
    fn leave_it_to_the_cron(&mut self) {
        let promised = promised(&stored(&self.machine.home));
        for _ in 0..CRON_RUNS {
            let cron = self.cron_run();
            self.run(vec![cron], Luck::Good);
            self.check_after_tick();
            self.machine.schedule.pass(CRON_EVERY);
        }
        let untried = broken(&promised, &stored(&self.machine.home));
        assert!(
            untried.is_empty(),
            "the cron should try {untried:?} again, and does not"
        );
    }

    /// No faults any more; staff repeats what was ordered until all is as it should be.
    pub fn settle(&mut self) {
        self.calm();
        // clocks that were set back: leases and retries end by them
        self.machine.schedule.pass(8000.0);
        self.leave_it_to_the_cron();
        for round in 0..18 {
            let services: Vec<u64> = self.ordered.keys().copied().collect();
            let stored = stored(&self.machine.home);
            for service in services {
                let trouble = stored.get(&service).and_then(|stored| stored.code());
                let half_attached = trouble == Some("not_ours") && !self.ordered[&service].stolen;
                let what = match (self.ordered[&service].wish, round % 3) {
                    // as the sentence says: an Attach that died before its mark
                    (Wish::Terminated, 1) if half_attached && self.ordered[&service].attached.is_some() => "attach",
                    (Wish::Terminated, _) => "terminate",
                    // what an interrupted one left unmarked
                    (_, 0)
                        if round % 2 == 0
                            && self.ordered[&service].attached.is_some()
                            && !self.ordered[&service].stolen =>
                    {
                        "attach"
                    }
                    (_, 0) => "create",
                    (_, 1) => "change_package",
                    (Wish::Active, _) => "unsuspend",
                    (Wish::Suspended, _) => "suspend",
                };
                let deed = self.deed(what, service);
                self.run(vec![deed], Luck::Good);
            }
            for _ in 0..3 {
                let cron = self.cron_run();
                self.run(vec![cron], Luck::Good);
                self.check_after_tick();
                self.machine.schedule.pass(61.0);
            }
            self.operator();
            self.machine.schedule.pass(1000.0);
        }
        self.rebuild_one();
        self.check_in_the_end();
    }

    /// Processes side by side, and how each of them ended.
    pub fn run(&mut self, deeds: Vec<Deed>, luck: Luck) -> Vec<Ended> {
        let mut processes: Vec<Begun<'static>> = Vec::new();
        let ends: Arc<Mutex<BTreeMap<u32, Ended>>> = Arc::default();
        for deed in deeds {
            self.processes += 1;
            let number = self.processes;
            let fate = self.fate(luck);
            let begins = self.dice.below(8000) as f64 / 1000.0;
            let (machine, ends) = (self.machine.clone(), ends.clone());
            processes.push((
                number,
                begins,
                Box::new(move || {
                    machine.say(format!("p{number} {} {} ({fate:?})", deed.what, deed.service));
                    let ended = catch_unwind(AssertUnwindSafe(|| {
                        let process = process::begin(&machine, number, fate);
                        let result = process.core.as_ref().map(|core| act(core, &deed));
                        if let Some(Err(error)) = &result {
                            super::checks::check_words(&machine.home, deed.service, &error.to_string());
                        }
                        (result, process.mortality.is_dead())
                    }));
                    let (end, line) = match ended {
                        Ok((Some(Ok(())), false)) => (Ended::Well, "ok".to_owned()),
                        Ok((Some(Err(error)), false)) => (Ended::Refused, format!("{}: {error}", error.code())),
                        Ok(_) => (Ended::Dead, "is dead".to_owned()),
                        Err(panic) if panic.downcast_ref::<&str>() == Some(&"killed") => {
                            (Ended::Dead, "is dead".to_owned())
                        }
                        Err(panic) => std::panic::resume_unwind(panic),
                    };
                    machine.say(format!("p{number} {line}"));
                    guard(&ends).insert(number, end);
                }),
            ));
        }
        let schedule = self.machine.schedule.clone();
        schedule.run(processes);
        self.settle_passwords();
        let ends = guard(&ends);
        ends.values().cloned().collect()
    }

    fn fate(&mut self, luck: Luck) -> Fate {
        let skew = self.dice.below(CLOCKS_APART as u64) as f64;
        let mut fate = Fate {
            ahead: self.ahead + skew,
            ..Fate::default()
        };
        let (deaths, freezes) = match luck {
            Luck::Good => return fate,
            Luck::Deaths => (15, 0),
            Luck::Any => (15, 4),
            Luck::Ahead(ahead) => {
                fate.ahead += ahead;
                (50, 0)
            }
        };
        if self.dice.percent(deaths) {
            let number = 1 + self.dice.below(30);
            fate.death = Some(self.dice.one(&DEATHS)(number));
        }
        if self.dice.percent(freezes) {
            fate.freeze = Some((1 + self.dice.below(25), 100.0 + self.dice.below(200) as f64));
            self.crossed = true;
        }
        fate
    }

    pub fn cron_run(&mut self) -> Deed {
        let stored = stored(&self.machine.home);
        // whoever reads WHMCS's rows knows which state of the service they are of
        let read = |service: &u64| {
            let mut order = self.order(*service);
            order["generation"] = json!(stored.get(service).map(|stored| stored.generation));
            (service.to_string(), order)
        };
        let orders: BTreeMap<String, Value> = self.ordered.keys().map(read).collect();
        Deed {
            what: "cron",
            service: 0,
            order: json!(orders),
        }
    }

    pub fn deed(&self, what: &'static str, service: u64) -> Deed {
        Deed {
            what,
            service,
            order: self.order(service),
        }
    }

    /// A page that staff or a client opens.
    pub fn page(&mut self) -> Deed {
        let services: Vec<u64> = self.ordered.keys().copied().collect();
        if services.len() < 2 || (services.len() < 9 && self.dice.percent(30)) {
            return self.new_order();
        }
        let service = self.dice.one(&services);
        self.page_of(service)
    }

    /// One of this service.
    pub fn page_of(&mut self, service: u64) -> Deed {
        let what = self.dice.one(&[
            "create",
            "suspend",
            "suspend",
            "unsuspend",
            "unsuspend",
            "change_package",
            "change_package",
            "change_package",
            "terminate",
            "terminate",
            "reinstall",
            "reinstall",
            "ssh_keys_choose",
            "ssh_keys_write",
            "start",
            "stop",
            "reboot",
            "shutdown",
            "reset",
            "protect",
            "change_password",
            "run_step",
            "vm_remove",
            "set_dns_records",
            "create",
            "attach",
            "snapshot_take",
            "snapshot_take",
            "snapshot_take",
            "snapshot_rollback",
            "snapshot_rollback",
            "snapshot_delete",
            "snapshot_schedule",
            "backup_make",
            "backup_make",
            "backup_protect",
            "backup_unprotect",
            "backup_delete",
            "backup_schedule",
            "backup_restore",
            "backup_restore_beside",
            "backup_restore_beside",
            "beside_start",
            "beside_swap",
            "beside_swap",
            "beside_discard",
        ]);
        let ordered = &self.ordered[&service];
        let what = match what {
            "attach" if ordered.attached.is_none() || ordered.stolen || ordered.wish == Wish::Terminated => "create",
            what => what,
        };
        let percent = self.dice.below(100);
        let (cores, memory, grows, ipv4) = (
            1 + self.dice.below(4),
            1 + self.dice.below(4),
            self.dice.below(3),
            1 + self.dice.below(2),
        );
        let step = PIPELINE[self.dice.below(PIPELINE.len() as u64) as usize].to;
        if let Some(ordered) = self.ordered.get_mut(&service) {
            match what {
                "suspend" if ordered.wish == Wish::Active => ordered.wish = Wish::Suspended,
                "unsuspend" if ordered.wish == Wish::Suspended => ordered.wish = Wish::Active,
                // one in two of the terminated is ordered again some day
                "create" if ordered.wish == Wish::Terminated && percent < 50 => ordered.wish = Wish::Active,
                "terminate" => ordered.wish = Wish::Terminated,
                "change_package" => {
                    (ordered.cores, ordered.memory_gb, ordered.ipv4) = (cores, memory, ipv4);
                    ordered.disk_gb += grows;
                }
                _ => {}
            }
        }
        let wish = self.ordered[&service].wish;
        // WHMCS does not offer these for such a service
        let offered = match what {
            "create" => wish != Wish::Terminated,
            "suspend" | "unsuspend" | "change_package" | "reinstall" | "vm_remove" | "run_step" => {
                wish != Wish::Terminated
            }
            _ => true,
        };
        let mut deed = self.deed(if offered { what } else { "terminate" }, service);
        deed.order["step"] = json!(step);
        if ["reinstall", "change_password", "ssh_keys_choose"].contains(&deed.what) {
            self.of_a_guest_anew(&mut deed, service);
        }
        if deed.what.starts_with("snapshot_") {
            self.of_snapshots(&mut deed.order, service);
        }
        if deed.what.starts_with("backup_") || deed.what.starts_with("beside_") {
            self.of_backups(&mut deed.order, service);
        }
        deed
    }

    /// What a form of backups sends, as that of snapshots does.
    fn of_backups(&mut self, order: &mut Value, service: u64) {
        let tag = format!("/{service}/");
        let name = |notes: &str| Some(notes.rsplit_once('[')?.1.split_once(&tag)?.0.to_owned());
        let own: Vec<String> = {
            let cluster = guard(&self.machine.cluster);
            let ours = super::checks::ours(&cluster);
            let vmid = ours.into_iter().find(|(_, one)| *one == service).map(|(vmid, _)| vmid);
            // what is typed to be sure
            order["typed"] = json!(vmid.and_then(|vmid| cluster.vm(vmid)?.get("name")));
            let notes = cluster.volumes.iter().filter_map(|volume| volume.notes.as_deref());
            notes.filter_map(name).collect()
        };
        if !own.is_empty() {
            order["backup"] = json!(own[self.dice.below(own.len() as u64) as usize]);
        }
        (order["note"], order["sure"]) = (json!("before an update"), json!("1"));
        order["days"] = json!(self.dice.one(&["mon,tue,wed,thu,fri,sat,sun", ""]));
        order["hour"] = json!(self.dice.one(&[0, 4, 8, 12, 16, 20]));
    }

    /// What a form of snapshots sends: any of those that are there, as whoever reads the page a moment before sees them.
    fn of_snapshots(&mut self, order: &mut Value, service: u64) {
        let own: Vec<String> = {
            let cluster = guard(&self.machine.cluster);
            let ours = super::checks::ours(&cluster);
            let vmid = ours.into_iter().find(|(_, one)| *one == service).map(|(vmid, _)| vmid);
            let vm = vmid.and_then(|vmid| cluster.vm(vmid));
            vm.into_iter().flat_map(|vm| vm.snapshots.keys().cloned()).collect()
        };
        if !own.is_empty() {
            order["snapshot"] = json!(own[self.dice.below(own.len() as u64) as usize]);
        }
        order["label"] = json!("before an update");
        order["days"] = json!(self.dice.one(&["mon,tue,wed,thu,fri,sat,sun", ""]));
        order["hour"] = json!(self.dice.one(&[0, 4, 8, 12, 16, 20]));
    }

    fn new_order(&mut self) -> Deed {
        let service = 7 + self.ordered.len() as u64;
        let ordered = Ordered {
            wish: Wish::Active,
            cores: 1 + self.dice.below(3),
            memory_gb: 1 + self.dice.below(3),
            disk_gb: 2 + self.dice.below(4),
            extra_gb: self.dice.below(2) * 3,
            ipv4: 1 + self.dice.below(2),
            attached: None,
            stolen: false,
            password: PASSWORD.to_owned(),
            exchanged: Vec::new(),
        };
        self.ordered.insert(service, ordered);
        if !self.dice.percent(12) {
            return self.deed("create", service);
        }
        let vmid = 300 + service as u32;
        if let Some(ordered) = self.ordered.get_mut(&service) {
            ordered.attached = Some(vmid);
        }
        let mut cluster = guard(&self.machine.cluster);
        cluster.add_vm(vmid, "legacy", "pve2", "shared", 2 << 30);
        let address = format!("ip=192.0.2.{}/24,gw=192.0.2.1", 100 + service);
        cluster.set_config(vmid, "ipconfig0", Some(&address));
        drop(cluster);
        self.deed("attach", service)
    }

    fn order(&self, service: u64) -> Value {
        let ordered = &self.ordered[&service];
        let mut options = vec![String::new(); 24];
        for (position, value) in [
            (2, "9000".to_owned()),
            (6, ordered.cores.to_string()),
            (7, ordered.memory_gb.to_string()),
            (8, ordered.disk_gb.to_string()),
            (9, "100/80/1000/800".to_owned()),
            (10, ordered.extra_gb.to_string()),
            (15, "12.5".to_owned()),
            (18, "on with anti-spoofing".to_owned()),
            (19, "IN ACCEPT -p tcp -dport 22\nOUT REJECT -p tcp -dport 25".to_owned()),
            (20, "admin".to_owned()),
            (22, "example.net".to_owned()),
            (23, "local".to_owned()),
            (
                24,
                format!("{OFFERED}\nsnapshots = {SNAPSHOTS}\nsnapshot_days = 3\nbackups = {BACKUPS}"),
            ),
        ] {
            options[position - 1] = value;
        }
        json!({
            "service": {"id": service, "client_id": 3, "domain": "", "username": "", "password": ordered.password},
            "server": self.server,
            "package": {"options": options, "config_options": {"IPv4 Addresses": ordered.ipv4.to_string()}},
            "vmid": ordered.attached,
            "actor": "admin",
        })
    }

    /// Faults for the ticks to come, and clocks that are set.
    fn misfortune(&mut self) {
        let mut cluster = guard(&self.machine.cluster);
        cluster.faults.retain(|fault| fault.times > 0);
        let nodes = ["pve1", "pve2"];
        nodes.iter().for_each(|node| cluster.set_node_down(node, None));
        if self.dice.percent(6) {
            cluster.set_node_down(self.dice.one(&nodes), Some("No route to host"));
        }
        if self.dice.percent(40) {
            let fault = a_fault(&mut self.dice);
            drop(cluster);
            self.machine.say(format!("fault {fault:?}"));
            guard(&self.machine.cluster).add_fault(fault);
        } else {
            drop(cluster);
        }
        if self.dice.percent(3) {
            let jump = self.dice.below(9000) as f64 - 3600.0;
            self.ahead = (self.ahead + jump).clamp(-3600.0, 7200.0);
            self.clock_was_set = true;
            self.machine.say(format!("the clocks are set by {jump} s"));
        }
    }

    /// What other users of the cluster do between two ticks.
    fn others(&mut self) {
        let now = self.machine.schedule.now();
        let machine = self.machine.clone();
        let mut cluster = guard(&machine.cluster);
        cluster.advance(now);
        let ours = super::checks::ours(&cluster);
        let free: Vec<u32> = ours
            .keys()
            .copied()
            .filter(|vmid| {
                !cluster
                    .tasks()
                    .iter()
                    .any(|task| task.is_running() && (task.id == vmid.to_string() || task.kind == "qmclone"))
            })
            .collect();
        let locked: Vec<u32> = free
            .iter()
            .copied()
            .filter(|vmid| cluster.vm(*vmid).and_then(|vm| vm.lock()) == Some("backup"))
            .collect();
        for vmid in locked {
            if self.dice.percent(60) {
                cluster.set_lock(vmid, None);
            }
        }
        if free.is_empty() {
            return;
        }
        let vmid = self.dice.one(&free);
        let vm = cluster.vm(vmid).map(|vm| (vm.lock().is_some(), vm.temporary));
        if vm != Some((false, false)) {
            return;
        }
        let dice = self.dice.below(100);
        match dice {
            0..6 => cluster.set_lock(vmid, Some("backup")),
            6..16 => press(&mut cluster, vmid, dice < 12, self.dice.percent(50)),
            16..20 => {
                let name = format!("s{}", self.processes);
                cluster.add_snapshot(vmid, &name);
                let smbios = cluster.vm(vmid).and_then(|vm| vm.get("smbios1")).unwrap_or_default();
                self.kept.entry((vmid, smbios.to_owned())).or_default().insert(name);
            }
            20..24 => drop(cluster.add_backup("local", vmid, now as i64, false)),
            24..30 => cluster.set_guest(
                vmid,
                Guest {
                    ignores_shutdown: dice < 27,
                    ..Guest::default()
                },
            ),
            30..32 => {
                cluster.delete_vm(vmid);
                cluster.add_vm(vmid, "the-accountants-server", "pve1", "local", 1 << 30);
                cluster.set_power(vmid, true);
                drop(cluster);
                if let Some(ordered) = self.ordered.get_mut(&ours[&vmid]) {
                    ordered.stolen = true;
                }
                self.machine.say(format!("{vmid} is somebody else's now"));
                self.know_foreign(vmid);
                return;
            }
            // HA takes it as it is, or starts it
            32..40 => {
                let runs = cluster.is_running(vmid) || dice < 34;
                cluster.add_ha(vmid, if runs { "started" } else { "stopped" });
            }
            40..43 => drop(cluster.ha.remove(&vmid)),
            _ => return,
        }
        drop(cluster);
        self.machine.say(format!("others: {dice} on {vmid}"));
    }

    /// Reads the cron's list of what needs attention, and does as it says.
    fn operator(&mut self) {
        let now = self.machine.schedule.now();
        let stored = stored(&self.machine.home);
        let machine = self.machine.clone();
        let mut cluster = guard(&machine.cluster);
        cluster.advance(now);
        let foreign: BTreeSet<u32> = self.foreign.keys().copied().collect();
        for service in stored.values() {
            let (Some(vmid), Some(trouble)) = (service.vmid, service.code()) else {
                continue;
            };
            if trouble == "ha_managed" && cluster.ha.remove(&vmid).is_some() {
                machine.say(format!("operator: takes {vmid} out of HA"));
            }
            let left = cluster.vm(vmid).is_some_and(|vm| vm.lock() == Some("clone"));
            if trouble == "left_locked" && left && !foreign.contains(&vmid) {
                cluster.set_lock(vmid, None);
                cluster.delete_vm(vmid);
                machine.say(format!("operator: deletes what is left of {vmid}"));
            }
        }
    }
}

/// Somebody starts or stops a guest: by the buttons of Proxmox VE, which ask HA where it manages the guest, or within it.
fn press(cluster: &mut Cluster, vmid: u32, on: bool, button: bool) {
    if button && cluster.ha.contains_key(&vmid) {
        cluster.add_ha(vmid, if on { "started" } else { "stopped" });
    } else {
        cluster.set_power(vmid, on);
    }
}

fn a_fault(dice: &mut Dice) -> Fault {
    let starts_task = ["/clone", "/config", "/resize", "/status/start"];
    let kind = match dice.below(14) {
        0 | 1 => FaultKind::DropBeforeEffect,
        2 | 3 => FaultKind::DropAfterEffect,
        4 => FaultKind::Hang(45.0),
        5 => FaultKind::Status(595, "Connection refused".into(), String::new()),
        6 => FaultKind::Status(596, "Connection timed out".into(), String::new()),
        7 => FaultKind::Status(599, "Too many redirections".into(), String::new()),
        8 => FaultKind::QuorumLost,
        9 => FaultKind::Status(500, "got timeout".into(), String::new()),
        10 => FaultKind::TaskError("storage 'shared' is not online".into()),
        11 => FaultKind::TaskWarnings(2),
        12 => FaultKind::UnknownUpid,
        _ => FaultKind::TaskUnexpected,
    };
    // a worker of PVE that dies while it deletes leaves what it leaves: that is no fault of ours
    let path = if kind == FaultKind::TaskUnexpected {
        dice.one(&starts_task)
    } else {
        ""
    };
    let method = match kind {
        FaultKind::TaskError(_) | FaultKind::TaskWarnings(_) | FaultKind::UnknownUpid | FaultKind::TaskUnexpected => {
            if dice.percent(50) {
                "POST"
            } else {
                "PUT"
            }
        }
        _ => dice.one(&["", "", "GET", "POST", "PUT", "DELETE"]),
    };
    Fault {
        method: method.into(),
        path: path.into(),
        skip: dice.below(25) as u32,
        times: 1 + dice.below(3) as u32,
        kind,
    }
}

/// What a process does; PHP does the same.
fn act(core: &Core, deed: &Deed) -> Result<(), Error> {
    let order = &deed.order;
    anew::know_keys(core, order);
    let verb = |verb: fn(&Core, &Value) -> Result<Value, Error>| verb(core, order).map(drop);
    match deed.what {
        "cron" => {
            let due = api::due(core, &json!({}))?;
            let due = due["services"].as_array().into_iter().flatten();
            let orders: Vec<&Value> = due.filter_map(|due| order.get(due["id"].to_string())).collect();
            let reply = cron(core, &json!({"orders": orders, "budget_s": 55, "workers": 1}))?;
            for entry in reply["outbox"].as_array().into_iter().flatten() {
                api::acknowledge(core, &json!({"id": entry["id"]}))?;
            }
            Ok(())
        }
        "create" => verb(api::create),
        "suspend" => verb(api::suspend),
        "unsuspend" => verb(api::unsuspend),
        "change_package" => verb(api::change_package),
        "change_password" => verb(api::change_password),
        "terminate" => verb(api::terminate),
        "reinstall" => verb(acts::stop).or(Ok(())).and_then(|()| verb(acts::reinstall)),
        "rebuild" => verb(acts::reinstall),
        "vm_remove" => verb(acts::stop).or(Ok(())).and_then(|()| verb(acts::vm_remove)),
        "start" => verb(acts::start),
        "stop" => verb(acts::stop),
        "reboot" => verb(acts::reboot),
        "shutdown" => verb(acts::shutdown),
        "reset" => verb(acts::reset),
        "protect" => verb(acts::protect),
        "ssh_keys_choose" => verb(acts::ssh_keys_choose),
        "ssh_keys_write" => verb(acts::ssh_keys_write),
        "attach" => verb(acts::attach),
        "snapshot_take" => verb(acts::snapshot_take),
        "snapshot_rollback" => verb(acts::snapshot_rollback),
        "snapshot_delete" => verb(acts::snapshot_delete),
        "snapshot_schedule" => verb(acts::snapshot_schedule),
        "backup_make" => verb(acts::backup_make),
        "backup_protect" => verb(acts::backup_protect),
        "backup_unprotect" => verb(acts::backup_unprotect),
        "backup_delete" => verb(acts::backup_delete),
        "backup_schedule" => verb(acts::backup_schedule),
        "backup_restore" => verb(acts::backup_restore),
        "backup_restore_beside" => verb(acts::backup_restore_beside),
        "beside_start" => verb(acts::beside_start),
        "beside_swap" => verb(acts::beside_swap),
        "beside_discard" => verb(acts::beside_discard),
        "run_step" => verb(acts::run_step),
        _ => verb(acts::set_dns_records),
    }
}
