//! The power fails at any moment of a store's life: what was made durable stays, and of what was written after that, each
//! sector is there, is not there, or is there by half.
//!
//! After each the store opens, whatever somebody was told of is in it, and no address is leased twice. `make power` plays
//! more of them.

use crate::disk::{self, Event};
use crate::{alone, folder};
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Event as Line, Location, Reservation, Store};
use proxmoxkvm::words::ids::{ServerId, ServiceId, Vmid};
use proxmoxkvm::words::status::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// So many failures of a run that nobody asked for more.
const FAILURES: u64 = 300;
const SECTOR: usize = 512;
/// Orders and terminations that are recorded: the log is copied into the file several times meanwhile.
const ORDERS: u64 = 180;

/// Random numbers that a seed decides.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn open(folder: &Path) -> Result<Store, proxmoxkvm::store::Error> {
    let path = folder.join("store.db");
    Store::open(&Location::parse(path.to_str().unwrap())?)
}

/// All that is held: status, VMID and addresses of each service.
type Held = BTreeMap<u64, (String, Option<u32>, Vec<String>)>;

fn held(store: &Store, services: u64) -> Held {
    let held = (1..=services).filter_map(|id| {
        let (service, addresses) = store.service(ServiceId(id)).ok()?;
        let addresses = addresses.iter().map(|address| address.ip.to_string()).collect();
        let vmid = service.vmid.map(Vmid::get);
        Some((id, (service.status.as_str().to_owned(), vmid, addresses)))
    });
    held.collect()
}

/// What the store held, and how much had happened by then.
struct Told {
    at: usize,
    held: Held,
}

/// A store's life: orders get address and VMID, every third service is terminated, and later ones get what it had.
fn live(folder: &Path) -> (Vec<Event>, Vec<Told>) {
    disk::begin(folder.to_str().unwrap());
    let store = open(folder).unwrap();
    let package = Package {
        ipv4_count: 1,
        ..Package::with_defaults(9000.try_into().unwrap())
    };
    let pool = Pool::parse("vmbr0|0|192.0.2.10-192.0.2.250|24|192.0.2.1|192.0.2.53");
    let taken = BTreeSet::new();
    let wanted = Reservation {
        package: &package,
        pool: &pool,
        vmids: (Vmid::MIN, Vmid::MAX),
        taken: &taken,
    };
    let mut told = Vec::new();
    let mut tell = |store: &Store, id: u64| {
        told.push(Told {
            at: disk::happened(),
            held: held(store, id),
        });
    };
    for id in 1..=ORDERS {
        let now = id as f64;
        let service = ServiceId(id);
        store.begin(&Service::new(service, ServerId(1), now), now).unwrap();
        tell(&store, id);
        let mut lease = store.lease(service, now).unwrap();
        store.reserve(&mut lease, &wanted, now).unwrap();
        lease.service.status = Status::Ready;
        let line = Line {
            at: now,
            actor: proxmoxkvm::words::ids::Actor::Admin,
            what: "create".into(),
            result: "ok ".repeat(40),
            took_ms: 1,
        };
        store.release(&mut lease, now, &[line]).unwrap();
        tell(&store, id);
        if id % 3 == 0 {
            let mut lease = store.lease(ServiceId(id - 2), now).unwrap();
            store.free_addresses(&mut lease, now).unwrap();
            lease.service.vmid = None;
            lease.service.status = Status::Removed;
            store.release(&mut lease, now, &[]).unwrap();
            tell(&store, id);
        }
    }
    (disk::end(), told)
}

/// A disk: what each file certainly holds, and what was written since and may be lost.
#[derive(Default, Clone)]
struct Disk {
    files: BTreeMap<String, (Vec<u8>, Vec<Event>)>,
}

impl Disk {
    fn happens(&mut self, event: &Event, keeps: bool) {
        match event {
            Event::Write { file, .. } | Event::Truncate { file, .. } => {
                self.files.entry(file.clone()).or_default().1.push(event.clone());
            }
            Event::Sync { file } if keeps => {
                let (durable, since) = self.files.entry(file.clone()).or_default();
                since.drain(..).for_each(|event| apply(durable, &event, |_| SECTOR));
            }
            Event::Sync { .. } => {}
            Event::Delete { file } => drop(self.files.remove(file)),
        }
    }

    /// What is found when the power is back.
    fn found(&self, dice: &mut Dice) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for (name, (durable, since)) in &self.files {
            let mut bytes = durable.clone();
            // all of it, nothing, or some sectors and one by half
            let mood = dice.below(4);
            for event in since {
                apply(&mut bytes, event, |_| match (mood, dice.below(20)) {
                    (0, _) => SECTOR,
                    (1, _) => 0,
                    (_, 0) => SECTOR / 2,
                    (_, chance) => {
                        if chance % 2 == 0 {
                            SECTOR
                        } else {
                            0
                        }
                    }
                });
            }
            found.insert(name.clone(), bytes);
        }
        found
    }
}

/// Brings a change onto a file, so many bytes of each sector of it.
fn apply(bytes: &mut Vec<u8>, event: &Event, mut of_sector: impl FnMut(usize) -> usize) {
    match event {
        Event::Truncate { size, .. } if of_sector(0) == SECTOR => bytes.resize(*size, 0),
        Event::Write { at, bytes: new, .. } => {
            for (number, sector) in new.chunks(SECTOR).enumerate() {
                let part = &sector[..of_sector(number).min(sector.len())];
                let at = at + number * SECTOR;
                if !part.is_empty() && bytes.len() < at + part.len() {
                    bytes.resize(at + part.len(), 0);
                }
                bytes
                    .get_mut(at..at + part.len())
                    .unwrap_or_default()
                    .copy_from_slice(part);
            }
        }
        _ => {}
    }
}

/// What is wrong after the power has failed at a moment.
fn wrong(found: &BTreeMap<String, Vec<u8>>, told: &[Told], at: usize, dice: &mut Dice) -> Option<String> {
    let folder = folder();
    for (name, bytes) in found {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    if dice.below(3) == 0 {
        // the index of the log is no file that anybody syncs
        std::fs::write(folder.path().join("store.db-shm"), vec![0x5a; 32 << 10]).unwrap();
    }
    let store = match open(folder.path()) {
        Ok(store) => store,
        Err(error) => return Some(format!("it does not open: {error}")),
    };
    let last = told.iter().rposition(|told| told.at <= at);
    let next = told.get(last.map_or(0, |last| last + 1));
    let services = next.map_or(ORDERS, |next| next.held.len() as u64);
    let now = held(&store, services);
    let nothing = Held::new();
    let before = last.map_or(&nothing, |last| &told[last].held);
    // between two moments that somebody was told of lie some commits of the same service
    for (id, known) in before {
        let changes = next.is_some_and(|next| next.held.get(id) != Some(known));
        if now.get(id) != Some(known) && !changes {
            return Some(format!("service {id} was {known:?}, and is {:?}", now.get(id)));
        }
    }
    let addresses: Vec<&String> = now.values().flat_map(|(_, _, addresses)| addresses).collect();
    let unique: BTreeSet<&&String> = addresses.iter().collect();
    (unique.len() < addresses.len()).then(|| format!("an address is leased twice: {addresses:?}"))
}

/// Lets the power fail at so many moments. `keeps`: whether the disk keeps what it has said is durable.
fn fail(times: u64, keeps: bool) -> Vec<String> {
    let lived = folder();
    let (events, told) = live(lived.path());
    assert!(
        told.len() > 400 && events.len() > 2000,
        "{} {}",
        told.len(),
        events.len()
    );
    let mut dice = Dice(7);
    let mut moments: Vec<usize> = (0..times).map(|_| dice.below(events.len() as u64) as usize).collect();
    moments.sort_unstable();
    let mut disk = Disk::default();
    let (mut happened, mut all) = (0, Vec::new());
    for moment in moments {
        for event in &events[happened..moment] {
            disk.happens(event, keeps);
        }
        happened = moment;
        let found = disk.found(&mut dice);
        all.extend(wrong(&found, &told, moment, &mut dice).map(|wrong| format!("after {moment} events: {wrong}")));
    }
    all
}

#[test]
fn whenever_the_power_fails_the_store_opens_and_has_lost_nothing() {
    let _alone = alone();
    let times = std::env::var("POWER").ok().and_then(|text| text.parse().ok());
    let times = times.unwrap_or(FAILURES);
    let wrong = fail(times, true);
    println!("{times} failures of the power, {} losses", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same with a disk that forgets what it has said it keeps: the test sees what is lost.
#[test]
fn a_disk_that_does_not_keep_its_word_is_noticed() {
    let _alone = alone();
    let wrong = fail(40, false);
    assert!(!wrong.is_empty());
}
