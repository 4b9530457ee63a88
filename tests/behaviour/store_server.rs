//! The store in a database server: logins and tables that are not ours, connections that are lost at any moment,
//! deadlocks, and a server that goes away and comes back. Always on a real MariaDB, whatever `STORE` says.

use crate::crash::{OPERATIONS, Operation, moments};
use crate::home::{Home, PREFIX};
use crate::support::{START, World, code, guard};
use mariadb::{Cutter, Database, Fate, Moment, Server, Then, wait_until};
use mysql::prelude::Queryable;
use proxmoxkvm::api;
use proxmoxkvm::package::Package;
use proxmoxkvm::server::Pool;
use proxmoxkvm::service::Service;
use proxmoxkvm::store::{Error, Event, Filter, Location, Reservation, Store};
use proxmoxkvm::words::ids::{Actor, ServerId, ServiceId, Vmid};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// How far apart the moments are at which something is lost; `make mariadb` tries every one.
const SOME: u64 = 7;

fn open(url: &str) -> Result<Store, Error> {
    Store::open(&Location::parse(url)?)
}

fn refused(url: &str) -> Error {
    open(url).err().expect("it is refused")
}

fn vmid(number: u32) -> Vmid {
    number.try_into().unwrap()
}

fn begun(store: &Store, id: u64) -> Result<ServiceId, Error> {
    let service = Service::new(ServiceId(id), ServerId(1), START);
    store.begin(&service, START)?;
    Ok(service.id)
}

fn tables(database: &Database) -> Vec<String> {
    database.root().query("SHOW TABLES").unwrap()
}

#[test]
fn a_server_that_logs_statements_is_refused_with_what_to_do() {
    let server = Server::start_with("log-bin={folder}/binlog\nserver-id=1\nbinlog_format=STATEMENT\n");
    let error = refused(&server.database().url());
    let sentence = error.to_string();
    assert!(sentence.contains("set binlog_format to ROW or MIXED"), "{sentence}");
}

#[test]
fn texts_are_whole_and_end_nothing_whatever_the_server_makes_of_its_clients() {
    let server = Server::start_with("character-set-server=gbk\nskip-character-set-client-handshake\n");
    let database = server.database();
    let store = open(&database.url()).unwrap();
    // in GBK the last byte of the first character and the backslash would be one character
    let text = "縗' OR 1=1 -- 𝄞";
    let mut lease = store.lease(begun(&store, 1).unwrap(), START).unwrap();
    lease.service.body.name = Some(text.to_owned());
    store.release(&mut lease, START, &[]).unwrap();
    assert_eq!(store.service(ServiceId(1)).unwrap().0.body.name.as_deref(), Some(text));
    let search = |text: &str| {
        let filter = Filter {
            search: text.to_owned(),
            ..Filter::default()
        };
        store.overview(&filter).unwrap().total
    };
    assert_eq!((search(text), search("縗' OR 1=1 -- x")), (1, 0));
}

#[test]
fn a_server_that_only_reads_by_now_is_left_for_the_one_that_writes() {
    let server = Server::start();
    let database = server.database();
    let root = Mutex::new(server.root());
    // an address that leads new connections to the server that writes: here it writes again when one comes
    let cutter = Cutter::new(server.address(), move |moment| {
        if moment.sql.contains("ISOLATION LEVEL") {
            guard(&root).query_drop("SET GLOBAL read_only = 0").unwrap();
        }
        Fate::Pass
    });
    let store = open(&database.url_at(cutter.address())).unwrap();
    begun(&store, 1).unwrap();
    server.root().query_drop("SET GLOBAL read_only = 1").unwrap();
    begun(&store, 2).unwrap();
    assert!(store.service(ServiceId(2)).is_ok());
}

#[test]
fn a_login_that_is_refused_is_told_without_the_password() {
    let database = Server::shared().database();
    let wrong = format!(
        "mysql://{}:hunter2%21@{}/{}",
        database.name(),
        database.server().address(),
        database.name()
    );
    let elsewhere = database.url().replace(&format!("/{}", database.name()), "/mysql");
    let secret = database.password();
    for url in [wrong, elsewhere] {
        let error = refused(&url);
        let sentence = error.to_string();
        assert_eq!(error.problem().code, "store_unreachable", "{sentence}");
        assert!(sentence.contains("user and password"), "{sentence}");
        assert!(
            !sentence.contains("hunter2") && !sentence.contains(&secret),
            "{sentence}"
        );
    }
    assert_eq!(tables(&database), [] as [&str; 0]);
}

#[test]
fn the_tables_of_another_program_stay_as_they_are() {
    let database = Server::shared().database();
    let theirs = format!("CREATE TABLE {PREFIX}services (name TEXT)");
    database.root().query_drop(theirs).unwrap();
    let error = refused(&database.url());
    assert!(
        error
            .to_string()
            .contains("is another program's: choose another prefix"),
        "{error}"
    );
    assert_eq!(tables(&database), [format!("{PREFIX}services")]);
    // another prefix has room beside it
    assert!(open(&format!("{}?prefix=ours_", database.url())).is_ok());
}

#[test]
fn tables_from_the_future_are_left_as_they_are() {
    let database = Server::shared().database();
    let old = open(&database.url()).unwrap();
    let before = tables(&database);
    let future = format!("UPDATE {PREFIX}meta SET value = '99' WHERE `key` = 'schema'");
    database.root().query_drop(future).unwrap();
    let error = refused(&database.url());
    assert_eq!(error.problem().code, "store_newer");
    assert!(error.to_string().contains("install the newer version again"), "{error}");
    assert_eq!(tables(&database), before);
    // another web server was upgraded while this one runs
    assert!(matches!(old.must_be_current(), Err(Error::Newer { .. })));
}

#[test]
fn two_stores_in_one_database_see_nothing_of_each_other() {
    let database = Server::shared().database();
    let [one, two] = ["one_", "two_"].map(|prefix| open(&format!("{}?prefix={prefix}", database.url())).unwrap());
    assert_ne!(one.installation(), two.installation());
    begun(&one, 7).unwrap();
    assert!(one.service(ServiceId(7)).is_ok());
    assert!(matches!(two.service(ServiceId(7)), Err(Error::Unknown(_))));
    // by its unix socket it is the same store; a server that is not ours does not tell where that is
    let Some(socket) = database.server().socket() else {
        return;
    };
    let there = open(&format!("{}?prefix=one_&socket={}", database.url(), socket.display())).unwrap();
    assert_eq!(there.installation(), one.installation());
}

#[test]
#[ignore = "a part of the next test, in a process of its own"]
fn one_that_opens() {
    let Ok(url) = std::env::var("OPENS") else { return };
    println!("opened {}", open(&url).unwrap().installation());
}

#[test]
fn processes_that_make_the_tables_at_once_get_one_store() {
    for _ in 0..3 {
        let database = Server::shared().database();
        let children: Vec<_> = (0..4)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "store_server::one_that_opens", "--ignored", "--nocapture"])
                    .env("OPENS", database.url())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let opened = |child: std::process::Child| {
            let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
            let line = said
                .lines()
                .find_map(|line| line.split_once("opened "))
                .map(|(_, id)| id.to_owned());
            line.unwrap_or_else(|| panic!("it did not open: {said}"))
        };
        let installations: BTreeSet<String> = children.into_iter().map(opened).collect();
        assert_eq!(installations.len(), 1, "{installations:?}");
        begun(&open(&database.url()).unwrap(), 7).unwrap();
    }
}

/// What a worker does with a store; answers what is left in the end.
fn work(store: &Store) -> Result<(String, Vec<String>), Error> {
    let package = Package::with_defaults(vmid(9000));
    let pool = Pool::parse("vmbr0|0|192.0.2.10-192.0.2.12|24|192.0.2.1|192.0.2.53");
    let id = begun(store, 1)?;
    let reserve = |lease: &mut _| {
        let wanted = Reservation {
            package: &package,
            pool: &pool,
            vmids: (vmid(100), vmid(999)),
            taken: &BTreeSet::new(),
        };
        store.reserve(lease, &wanted, START)
    };
    let mut lease = store.lease(id, START)?;
    reserve(&mut lease)?;
    store.renew(&lease, START)?;
    lease.service.body.name = Some("vm1".to_owned());
    store.save(&mut lease, START, &[])?;
    store.free_addresses(&mut lease, START)?;
    lease.service.vmid = None;
    store.save(&mut lease, START, &[])?;
    reserve(&mut lease)?;
    lease.service.owe_write_back();
    let event = Event {
        at: START,
        actor: Actor::Cron,
        what: "create".to_owned(),
        result: "done".to_owned(),
        took_ms: 5,
    };
    store.release(&mut lease, START, &[event])?;
    let handed = store.take_due(START)?;
    assert_eq!(handed.len(), 1);
    store.acknowledge(handed[0].entry.id, Ok(()), START)?;
    let mut lease = store.lease(id, START)?;
    store.release(&mut lease, START, &[])?;
    assert!(store.take_due(START + 1000.0)?.is_empty());
    let (service, addresses) = store.service(id)?;
    let events = store
        .events(id)?
        .into_iter()
        .map(|event| format!("{event:?}"))
        .collect();
    Ok((format!("{service:?} {addresses:?}"), events))
}

#[test]
fn a_connection_or_a_deadlock_that_is_lost_at_any_question_changes_nothing_of_what_is_done() {
    let server = Server::shared();
    let answered = |judge: Box<dyn Fn(&Moment<'_>) -> Fate + Send + Sync>| {
        let database = server.database();
        // the tables are there
        drop(open(&database.url()).unwrap());
        let stray = Arc::new(Mutex::new(None));
        let found = stray.clone();
        let cutter = Cutter::new(server.address(), move |moment| {
            if moment.commit.is_some() && moment.sql != "COMMIT" {
                guard(&found).get_or_insert_with(|| moment.sql.to_owned());
            }
            judge(moment)
        });
        let result = open(&database.url_at(cutter.address())).and_then(|store| work(&store));
        // whoever goes on after a transaction has ended writes a part of it
        assert_eq!(*guard(&stray), None, "outside of a transaction");
        (result.map_err(|error| error.to_string()), cutter.questions())
    };
    let (undisturbed, questions) = answered(Box::new(|_| Fate::Pass));
    let undisturbed = undisturbed.unwrap();
    assert!(
        undisturbed.0.contains("192.0.2.10") && undisturbed.1.len() == 1,
        "{undisturbed:?}"
    );
    assert!(questions > 50, "{questions}");
    for number in moments(SOME).take_while(|number| *number <= questions) {
        for fate in [Fate::Before(Then::Accept), Fate::After(Then::Accept), Fate::Deadlock] {
            let judge = move |moment: &Moment<'_>| if moment.question == number { fate } else { Fate::Pass };
            let (result, _) = answered(Box::new(judge));
            let (left, mut events) = result.unwrap_or_else(|error| panic!("{fate:?} {number}: {error}"));
            assert_eq!(left, undisturbed.0, "{fate:?} {number}");
            // the history may have a line twice, when the answer to its commit was lost
            events.dedup();
            assert_eq!(events, undisturbed.1, "{fate:?} {number}");
        }
    }
    println!("{questions} questions, each lost on the way there, on the way back, and in a deadlock");
}

/// Runs an operation whose connection to the database is lost at one commit; answers whether there was such a commit.
fn operation_with(operation: &Operation, start: &World, number: u64, fate: Fate) -> bool {
    let world = start.copy();
    let number = number + world.mortality.commits.load(Ordering::SeqCst);
    *guard(&world.mortality.blip) = Some((number, fate));
    // the store does it again, so that nobody hears of it
    let result = (operation.verb)(&world);
    assert!(result.is_ok(), "{} {fate:?} {number}: {}", operation.name, code(result));
    world.cron_until_idle();
    (operation.after)(&world);
    world.check_invariants();
    world.mortality.commits.load(Ordering::SeqCst) >= number
}

#[test]
fn an_operation_whose_connection_is_lost_at_any_commit_goes_on() {
    let all = |operation: &Operation| {
        let mut start = World::in_a_database();
        (operation.before)(&mut start);
        let mut lost = 0;
        for fate in [Fate::Before(Then::Accept), Fate::After(Then::Accept), Fate::Deadlock] {
            lost += moments(SOME)
                .take_while(|number| operation_with(operation, &start, *number, fate))
                .count();
        }
        println!("{}: {lost} connections lost at commits", operation.name);
        lost
    };
    let lost: usize = OPERATIONS.iter().map(all).sum();
    assert!(lost > 20, "only {lost}");
}

#[test]
fn the_loser_of_a_deadlock_does_it_again() {
    let database = Server::shared().database();
    let turns = Arc::new(AtomicU64::new(0));
    let seen = turns.clone();
    let cutter = Cutter::new(database.server().address(), move |moment| {
        if moment.sql.contains("SET taken") {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        Fate::Pass
    });
    let store = open(&database.url_at(cutter.address())).unwrap();
    let mut lease = store.lease(begun(&store, 1).unwrap(), START).unwrap();
    turns.store(0, Ordering::SeqCst);
    // one that has written much, so that the other one is the loser
    let mut heavy = database.root();
    for sql in [
        "CREATE TABLE ballast (id INT PRIMARY KEY)",
        "START TRANSACTION",
        "INSERT INTO ballast WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < 1000)
         SELECT id FROM numbers",
        &format!("UPDATE {PREFIX}services SET updated_at = updated_at + 1 WHERE id = 1"),
    ] {
        heavy.query_drop(sql).unwrap();
    }
    let package = Package::with_defaults(vmid(9000));
    let pool = Pool::parse("vmbr0|0|192.0.2.10|24|192.0.2.1|192.0.2.53");
    let reserved = std::thread::scope(|scope| {
        let reserves = scope.spawn(|| {
            let wanted = Reservation {
                package: &package,
                pool: &pool,
                vmids: (vmid(100), vmid(999)),
                taken: &BTreeSet::new(),
            };
            store.reserve(&mut lease, &wanted, START)
        });
        // it has the turn by now
        let waits = "SELECT COUNT(*) FROM information_schema.processlist WHERE user = ? AND info LIKE ?";
        let ours = (database.name(), format!("UPDATE {PREFIX}services SET lease_until%"));
        let mut look = database.root();
        wait_until("the reservation to want the row of its service", || {
            look.exec_first(waits, &ours).unwrap() == Some(1_u64)
        });
        heavy
            .query_drop(format!("UPDATE {PREFIX}turn SET taken = taken + 0 WHERE id = 1"))
            .unwrap();
        heavy.query_drop("COMMIT").unwrap();
        reserves.join().unwrap()
    });
    reserved.unwrap();
    assert!(turns.load(Ordering::SeqCst) > 1, "the first time it lost");
    let (service, addresses) = store.service(ServiceId(1)).unwrap();
    assert_eq!((service.vmid, addresses.len()), (Some(vmid(100)), 1));
}

/// A world whose database does something right before a commit.
fn world_on(server: &Arc<Server>, judge: impl Fn(&Moment<'_>) -> Fate + Send + Sync + 'static) -> World {
    World::at_home(Home::Database(Cutter::new(server.address(), judge), server.database()))
}

#[test]
fn a_server_that_is_killed_in_the_middle_of_a_cron_run_and_starts_again_is_waited_for() {
    let server = Server::start();
    let (armed, killed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let power = (server.clone(), armed.clone(), killed.clone());
    let world = world_on(&server, move |moment| {
        let (server, armed, killed) = &power;
        let now = armed.load(Ordering::SeqCst) && moment.commit.is_some_and(|number| number % 8 == 0);
        if now && killed.fetch_add(1, Ordering::SeqCst) < 3 {
            server.kill();
            let server = server.clone();
            std::thread::spawn(move || server.start_again());
        }
        Fate::Pass
    });
    for service in 7..10 {
        world.create(service).unwrap();
    }
    armed.store(true, Ordering::SeqCst);
    world.cron_until_idle();
    assert!(killed.load(Ordering::SeqCst) >= 3);
    let vmids: BTreeSet<u32> = (7..10).map(|service| world.vmid(service)).collect();
    assert_eq!(vmids.len(), 3);
    for service in 7..10 {
        assert_eq!(world.status(service), "ready", "{}", world.service(service));
    }
    assert_eq!(world.sim().vms.len(), 4, "three guests and the template");
    world.check_invariants();
}

#[test]
fn while_the_database_is_away_nothing_is_done_and_the_page_says_so() {
    let server = Server::shared();
    let database = server.database();
    let secret = database.password();
    let home = Home::Database(Cutter::new(server.address(), |_| Fate::Pass), database);
    let world = World::at_home(home);
    world.ready(7);
    let Home::Database(cutter, _) = &world.home else {
        unreachable!("it was made so")
    };
    cutter.refuse();
    world.sim().log.clear();
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        // both wait as long as a page may
        for verb in [api::create, api::terminate] {
            let (world, results) = (&world, &results);
            scope.spawn(move || guard(results).push(verb(&world.core, &world.order(8)).unwrap_err()));
        }
    });
    for error in guard(&results).iter() {
        let sentence = error.to_string();
        assert_eq!(error.code(), "store_unreachable", "{sentence}");
        assert!(
            sentence.contains("see that it runs") && !sentence.contains(&secret),
            "{sentence}"
        );
    }
    assert_eq!(world.writes(), [] as [&str; 0]);
    cutter.accept();
    world.ready(8);
    world.check_invariants();
}
