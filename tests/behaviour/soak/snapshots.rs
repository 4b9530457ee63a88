//! Random sequences of what changes snapshots, and of what changes the guest beside them, on every kind of storage: a model
//! says what has to be there after each. `make soak SEQUENCES=10000` is the long run, `SEQUENCE=17` repeats one.

use super::world::Dice;
use super::{each, wanted};
use crate::acts;
use crate::snapshots::own;
use crate::support::{World, cluster_options};
use proxmoxkvm::api;
use proxmoxkvm::guest::Made;
use proxmoxkvm::problems::Error;
use pvesim::{Fault, FaultKind, StorageSpec};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Sequences of a run that nobody asked for more.
const SEQUENCES: u64 = 8;
const STEPS: u64 = 12;
const DAY: f64 = 86_400.0;
const KINDS: [&str; 5] = ["qcow2", "lvmthin", "zfspool", "rbd", "chain"];
/// The product keeps a snapshot for so many days, in one sequence of two.
const DAYS: u64 = 6;

/// What was sold, and what has to be there.
struct Play {
    world: World,
    dice: Dice,
    vmid: u32,
    quota: u64,
    days: u64,
    package: (u64, u64, u64),
    /// Whether an additional disk was bought, and the volume that it is, once it is there.
    bought: bool,
    disk: Option<String>,
    suspended: bool,
    runs: bool,
    /// The provider's.
    foreign: BTreeSet<String>,
    faulty: bool,
    said: Vec<String>,
}

/// A finished guest on this kind of storage.
fn base(kind: &str) -> World {
    let mut options = cluster_options();
    options.storages.push(match kind {
        "qcow2" => StorageSpec::dir("tank", "/mnt/tank"),
        "chain" => StorageSpec {
            chain: true,
            ..StorageSpec::dir("tank", "/mnt/tank")
        },
        kind => StorageSpec::block("tank", kind, false),
    });
    let mut world = World::with(options);
    world
        .option(4, "tank")
        .option(12, "tank")
        .option(7, "1")
        .option(10, "0");
    world.option(24, "snapshots = 3");
    world.ready(7);
    world
}

impl Play {
    fn new(base: &World, seed: u64) -> Play {
        let mut dice = Dice::of(seed);
        let days = if dice.percent(50) { DAYS } else { 0 };
        let mut play = Play {
            world: base.copy(),
            vmid: base.vmid(7),
            quota: 1 + dice.below(4),
            days,
            package: (2, 1, 8),
            bought: false,
            disk: None,
            suspended: false,
            runs: true,
            foreign: BTreeSet::new(),
            faulty: false,
            said: Vec::new(),
            dice,
        };
        play.sell();
        play
    }

    fn sell(&mut self) {
        let (cores, memory, disk) = self.package;
        let more = format!("snapshots = {}\nsnapshot_days = {}", self.quota, self.days);
        self.world
            .option(6, &cores.to_string())
            .option(7, &memory.to_string())
            .option(8, &disk.to_string())
            .option(10, if self.bought { "3" } else { "0" })
            .option(24, &more);
    }

    fn names(&self) -> BTreeSet<String> {
        let sim = self.world.sim();
        let vm = sim.vm(self.vmid);
        vm.map(|vm| vm.snapshots.keys().cloned().collect()).unwrap_or_default()
    }

    fn order(&self, more: &[(&str, Value)]) -> Value {
        let mut order = self.world.order(7);
        for (key, value) in more {
            order[*key] = value.clone();
        }
        (order["typed"], order["sure"]) = (self.world.service(7)["name"].clone(), json!("1"));
        order
    }

    /// One thing that somebody does, and the cron until nothing is left of it; then what must hold.
    fn step(&mut self) {
        self.world.clock_forward(1.0 + self.dice.below(5000) as f64);
        let (before, own_before) = (self.names(), own(&self.world).len() as u64);
        self.faulty = self.dice.percent(25);
        if self.faulty {
            let fault = a_fault(&mut self.dice);
            self.said.push(format!("fault {fault:?}"));
            self.world.sim().add_fault(fault);
        }
        let mut gone = BTreeSet::new();
        let ended = self.act(&mut gone);
        self.said.push(match &ended {
            Ok(_) => "    ok".to_owned(),
            Err(error) => format!("    {}: {error}", error.code()),
        });
        self.world.cron_until_idle();
        self.world.sim().faults.clear();
        if self.faulty {
            self.world.clock_forward(1000.0);
            self.world.cron_until_idle();
        }
        self.check(&before, own_before, &gone);
        self.make_true();
    }

    /// `gone`: those that may be gone by it.
    fn act(&mut self, gone: &mut BTreeSet<String>) -> Result<Value, Error> {
        let own = own(&self.world);
        let one = own.get(self.dice.below(own.len().max(1) as u64) as usize).cloned();
        match (self.dice.below(32), one) {
            (0..7, _) => self.take(),
            (7..14, Some(one)) => self.roll_back(&one, gone),
            (14..18, Some(one)) => {
                self.said.push(format!("delete {one}"));
                gone.insert(one.clone());
                acts::snapshot_delete(&self.world.core, &self.order(&[("snapshot", json!(one))]))
            }
            (18..21, _) => self.change(),
            (21..23, _) => {
                (self.suspended, self.runs) = (!self.suspended, self.suspended);
                self.said.push(format!("suspended: {}", self.suspended));
                let verb = if self.suspended { api::suspend } else { api::unsuspend };
                verb(&self.world.core, &self.world.order(7))
            }
            (23..25, _) => self.wait(gone),
            (25, _) => {
                self.said.push("schedule".to_owned());
                let days = self.dice.one(&["mon,tue,wed,thu,fri,sat,sun", "mon,thu", ""]);
                acts::snapshot_schedule(
                    &self.world.core,
                    &self.order(&[("days", json!(days)), ("hour", json!(4))]),
                )
            }
            (26..28, _) => {
                let name = format!("nightly{}", self.said.len());
                self.said.push(format!("the provider takes {name}"));
                self.world.sim().add_snapshot(self.vmid, &name);
                self.foreign.insert(name);
                Ok(Value::Null)
            }
            (28, _) => {
                self.quota = self.dice.below(5);
                self.said.push(format!("{} are sold", self.quota));
                self.sell();
                Ok(Value::Null)
            }
            (29, _) if !self.suspended => {
                self.said.push("reinstall".to_owned());
                gone.extend(self.names());
                self.disk = None;
                self.runs = true;
                acts::stop(&self.world.core, &self.order(&[])).ok();
                acts::reinstall(&self.world.core, &self.order(&[]))
            }
            (30, _) => {
                self.said.push("terminate, and order anew".to_owned());
                gone.extend(self.names());
                self.disk = None;
                api::terminate(&self.world.core, &self.world.order(7)).ok();
                self.world.cron_until_idle();
                self.world.sim().faults.clear();
                api::terminate(&self.world.core, &self.world.order(7))?;
                self.world.cron_until_idle();
                (self.suspended, self.runs) = (false, true);
                self.world.create(7)
            }
            (31, _) if !self.suspended && !self.faulty => {
                self.runs = !self.runs;
                self.said.push(format!("runs: {}", self.runs));
                let verb = if self.runs { acts::start } else { acts::stop };
                verb(&self.world.core, &self.order(&[]))
            }
            _ => Ok(Value::Null),
        }
    }

    fn take(&mut self) -> Result<Value, Error> {
        let label = format!("of step {}", self.said.len());
        self.said.push(format!("take {label}"));
        let before = self.names();
        let full = before.iter().filter(|name| Made::of(name) != Made::Elsewhere).count() as u64 >= self.quota;
        let scheduled = before.iter().any(|name| Made::of(name) == Made::Scheduled);
        let taken = acts::snapshot_take(&self.world.core, &self.order(&[("label", json!(label))]));
        assert!(
            !(taken.is_ok() && full && !scheduled),
            "more than {} were taken",
            self.quota
        );
        taken
    }

    fn roll_back(&mut self, name: &str, gone: &mut BTreeSet<String>) -> Result<Value, Error> {
        self.said.push(format!("roll back to {name}"));
        // as the page tells it
        let page = api::snapshots(&self.world.core, &self.world.shown_to("admin"))?;
        let rows = page["snapshots"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        let loses = row["loses"].as_array().unwrap().iter();
        let loses: Vec<String> = loses.map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        gone.extend(loses.iter().cloned());
        let newest = loses.first().cloned().unwrap_or_default();
        let done = acts::snapshot_rollback(
            &self.world.core,
            &self.order(&[("snapshot", json!(name)), ("loses", json!(newest))]),
        );
        if row["blocked"] != Value::Null {
            assert!(done.is_err(), "the page said that it is blocked");
        }
        if done.is_ok() && !self.faulty {
            self.world.cron_until_idle();
            assert_eq!(self.world.config(self.vmid, "parent"), name);
        }
        done
    }

    fn change(&mut self) -> Result<Value, Error> {
        let (cores, memory, disk) = self.package;
        self.package = (
            1 + (cores + self.dice.below(3)) % 4,
            1 + (memory + self.dice.below(2)) % 3,
            disk + self.dice.below(2),
        );
        self.bought |= self.dice.percent(40);
        self.said
            .push(format!("change to {:?}, a disk: {}", self.package, self.bought));
        self.sell();
        // a change ends with the guest on, as the button says
        self.runs = !self.suspended;
        api::change_package(&self.world.core, &self.world.order(7))
    }

    /// Days, with or without a cron; the schedule does its work, and what has had its time ends.
    fn wait(&mut self, gone: &mut BTreeSet<String>) -> Result<Value, Error> {
        let (days, hourly) = (1 + self.dice.below(5), self.dice.percent(70));
        self.said.push(format!("{days} days, the cron runs: {hourly}"));
        for _ in 0..days * 6 {
            self.world.clock_forward(4.0 * 3600.0);
            if hourly {
                self.world.cron();
            }
        }
        let names = self.names();
        // a schedule makes room among its own
        gone.extend(names.into_iter().filter(|name| Made::of(name) == Made::Scheduled));
        Ok(Value::Null)
    }

    fn check(&mut self, before: &BTreeSet<String>, own_before: u64, gone: &BTreeSet<String>) {
        let vmid = self.world.service(7)["vmid"]
            .as_u64()
            .map_or(self.vmid, |vmid| vmid as u32);
        self.vmid = vmid;
        let (now, time) = (self.names(), self.world.now());
        self.foreign.retain(|name| now.contains(name) || !gone.contains(name));
        assert!(
            self.foreign.is_subset(&now),
            "the provider's were touched: {:?} of {now:?}",
            self.foreign
        );
        let days = self.days as f64 * DAY;
        let over = |name: &str| self.days > 0 && Made::asked(name).is_some_and(|(at, _)| at + days <= time + 60.0);
        for name in before.difference(&now) {
            let may = gone.contains(name) || over(name) || Made::of(name) == Made::Scheduled;
            assert!(may, "{name} is gone, and nobody has asked for that");
        }
        let own = now.iter().filter(|name| Made::of(name) != Made::Elsewhere).count() as u64;
        // one more than is sold for as long as the one that makes room cannot be deleted
        let most = own_before.max(self.quota) + u64::from(self.faulty);
        assert!(own <= most, "{own} of {} sold: {now:?}", self.quota);
        let sim = self.world.sim();
        let unfinished = sim.vm(vmid).into_iter().flat_map(|vm| vm.snapshots.iter());
        let unfinished: Vec<_> = unfinished
            .filter(|(_, one)| one.conf.contains_key("snapstate"))
            .collect();
        assert!(unfinished.is_empty(), "left in the middle: {unfinished:?}");
    }

    /// What a fault has left is what staff repeat; then the guest has its package, and the power that was asked for.
    fn make_true(&mut self) {
        let service = self.world.service(7);
        if self.faulty && (service["status"] != "ready" || !service["error"].is_null() || self.differs()) {
            let again = match service["status"].as_str() {
                Some("removed" | "creation" | "set_ip" | "terminate") => self.world.create(7),
                _ => api::change_package(&self.world.core, &self.world.order(7)),
            };
            self.said.push(format!("    staff repeat it: {}", again.is_ok()));
            let power: fn(&World) -> Result<Value, Error> = match (self.suspended, self.runs) {
                (true, _) => |world| api::suspend(&world.core, &world.order(7)),
                (false, true) => |world| api::unsuspend(&world.core, &world.order(7)),
                (false, false) => |world| acts::stop(&world.core, &world.order(7)),
            };
            self.world.cron_until_idle();
            power(&self.world).ok();
            self.world.cron_until_idle();
        }
        assert_eq!(self.world.status(7), "ready", "{}", self.world.service(7));
        assert!(!self.differs(), "{:?} {}", self.has(), self.world.service(7));
        self.keeps_its_disk();
    }

    /// The additional disk is the one that was bought, whatever was rolled back: it, its data, and no other.
    fn keeps_its_disk(&mut self) {
        let sim = self.world.sim();
        let conf = sim.vm(self.vmid).map(|vm| vm.conf.clone()).unwrap_or_default();
        drop(sim);
        let unused = conf.iter().find(|(key, _)| key.starts_with("unused"));
        assert_eq!(unused, None, "nobody has sold that");
        let volume = conf
            .get("scsi1")
            .and_then(|drive| drive.split(',').next())
            .map(str::to_owned);
        assert_eq!(volume.is_some(), self.bought, "{conf:?}");
        if let Some(known) = &self.disk {
            assert_eq!(volume.as_ref(), Some(known), "it is another one");
        }
        self.disk = volume;
    }

    fn differs(&self) -> bool {
        let (cores, memory, disk) = self.package;
        let wanted = (cores.to_string(), (memory * 1024).to_string(), format!("size={disk}G"));
        let (has, runs) = self.has();
        !(has.0 == wanted.0 && has.1 == wanted.1 && has.2.contains(&wanted.2)) || runs != self.runs
    }

    fn has(&self) -> ((String, String, String), bool) {
        let [cores, memory, disk] = ["cores", "memory", "scsi0"].map(|key| self.world.config(self.vmid, key));
        ((cores, memory, disk), self.world.sim().is_running(self.vmid))
    }
}

/// Something that goes wrong once, at what concerns snapshots or beside it.
fn a_fault(dice: &mut Dice) -> Fault {
    let (method, path) = dice.one(&[
        ("POST", "/snapshot$"),
        ("DELETE", "/snapshot/"),
        ("POST", "/rollback$"),
        ("PUT", "/config$"),
        ("GET", "/snapshot$"),
        ("GET", "/status/current$"),
        ("POST", "/status/"),
    ]);
    let task = method != "GET" && path != "/config$";
    let kind = match dice.below(5) {
        0 if task => FaultKind::TaskError("storage 'tank' is not online".into()),
        1 => FaultKind::DropBeforeEffect,
        2 => FaultKind::DropAfterEffect,
        3 => FaultKind::Status(596, "Connection timed out".into(), String::new()),
        _ => FaultKind::Status(500, "got timeout".into(), String::new()),
    };
    Fault::once(method, path, kind)
}

fn play(bases: &[World], seed: u64) -> (Vec<String>, Option<String>) {
    let kind = (seed % KINDS.len() as u64) as usize;
    let mut play = Play::new(&bases[kind], seed);
    let wrong = super::wrong(|| {
        for _ in 0..STEPS {
            play.step();
        }
        play.world.check_invariants_but_for("400");
    });
    (play.said, wrong)
}

#[test]
fn whatever_is_done_with_snapshots_they_are_those_that_were_asked_for() {
    let bases = KINDS.map(base);
    let only = wanted("SOAK_SEQUENCE");
    let first = only.unwrap_or(1);
    let sequences = only.map_or_else(|| wanted("SOAK_SEQUENCES").unwrap_or(SEQUENCES), |_| 1);
    let (steps, failures) = each(first, sequences, |seed| play(&bases, seed), only.is_some());
    println!(
        "{sequences} sequences of snapshots from {first}: {steps} lines, {} failures",
        failures.len()
    );
    assert!(
        failures.is_empty(),
        "these sequences failed (make soak SEQUENCE=…): {failures:?}"
    );
}
