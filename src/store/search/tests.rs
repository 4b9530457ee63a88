use super::*;
use crate::store::sql::{Moment, Row, Value};
use crate::words::ids::{ServerId, Vmid};
use std::collections::BTreeSet;

/// Counts what is asked.
struct Counted<'a> {
    inner: &'a mut dyn Sql,
    statements: usize,
}

impl Sql for Counted<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        self.statements += 1;
        self.inner.execute(sql, values)
    }

    fn insert(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        self.statements += 1;
        self.inner.insert(sql, values)
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Refusal> {
        self.statements += 1;
        self.inner.rows(sql, values)
    }

    fn moment(&self, now: f64) -> Moment {
        self.inner.moment(now)
    }

    fn by_index(&self, index: &str) -> String {
        self.inner.by_index(index)
    }

    fn numbers(&self) -> &'static str {
        self.inner.numbers()
    }

    fn each(&self, column: &str) -> String {
        self.inner.each(column)
    }

    fn with_guests(&self) -> String {
        self.inner.with_guests()
    }
}

struct Home {
    store: Store,
    folder: tempfile::TempDir,
}

/// A store in which these are leased.
fn home(leased: impl IntoIterator<Item = IpAddr>) -> Home {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = Store::open(&path).unwrap();
    let mut file = rusqlite::Connection::open(&path).unwrap();
    let rows = file.transaction().unwrap();
    let service =
        "INSERT INTO services (id, server, status, body, created_at, updated_at) VALUES (1, 9, 'ready', '{}', 0, 0)";
    rows.execute(service, []).unwrap();
    for ip in leased {
        let insert = "INSERT OR IGNORE INTO addresses (address, service, server, position, body, leased_at) VALUES (?1, 1, 9, 0, '{}', 0)";
        rows.prepare_cached(insert).unwrap().execute([ip.to_string()]).unwrap();
    }
    rows.commit().unwrap();
    Home { store, folder }
}

/// What a service with one address of the family would get, and how many statements the search took.
fn first(home: &Home, pool: &Pool, family: Family) -> (Result<IpAddr, String>, usize) {
    let (ipv4_count, ipv6_count) = if family == Family::V4 { (1, 0) } else { (0, 1) };
    let package = Package {
        ipv4_count,
        ipv6_count,
        ..Package::with_defaults(9000.try_into().unwrap())
    };
    let taken = BTreeSet::new();
    let wanted = Reservation {
        package: &package,
        pool,
        vmids: (Vmid::MIN, Vmid::MAX),
        taken: &taken,
    };
    let mut statements = 0;
    let found = home.store.read(|sql| {
        let mut counted = Counted {
            inner: sql,
            statements: 0,
        };
        let found = free(&mut counted, ServerId(1), &wanted, &[]);
        statements = counted.statements;
        Ok(found?[0].free[0].0)
    });
    (found.map_err(|error| error.to_string()), statements)
}

#[test]
fn a_full_line_costs_a_handful_of_statements() {
    let all = (10..65_536_u32).map(|low| IpAddr::from(Ipv4Addr::from_bits(0x0a00_0000 + low)));
    let home = home(all);
    let full = "v|0|10.0.0.10-10.0.255.255|12|10.15.0.1|192.0.2.53";
    let (found, statements) = first(&home, &Pool::parse(full), Family::V4);
    let refused = found.unwrap_err();
    assert!(refused.contains("all 65526 candidates on server 1"), "{refused}");
    assert!(statements <= 6, "{statements}");
    let (found, statements) = first(
        &home,
        &Pool::parse(&format!("{full}\nv|0|10.1.0.1|12|10.15.0.1|192.0.2.53")),
        Family::V4,
    );
    assert_eq!(found.unwrap().to_string(), "10.1.0.1");
    assert!(statements <= 8, "{statements}");
}

#[test]
fn a_search_waits_for_nobody_who_writes() {
    let home = home([IpAddr::from(Ipv4Addr::new(192, 0, 2, 10))]);
    let pool = Pool::parse("v|0|192.0.2.10|24|192.0.2.1|192.0.2.53");
    let service = crate::service::Service::new(crate::words::ids::ServiceId(2), ServerId(1), 0.0);
    home.store.begin(&service, 0.0).unwrap();
    let mut lease = home.store.lease(service.id, 0.0).unwrap();
    let other = rusqlite::Connection::open(home.folder.path().join("store.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM events").unwrap();
    let package = Package {
        ipv4_count: 1,
        ..Package::with_defaults(9000.try_into().unwrap())
    };
    let wanted = Reservation {
        package: &package,
        pool: &pool,
        vmids: (Vmid::MIN, Vmid::MAX),
        taken: &BTreeSet::new(),
    };
    // whoever would want to write gets "database is locked"
    let refused = home.store.reserve(&mut lease, &wanted, 0.0).unwrap_err();
    assert!(matches!(refused, Error::NoAddress { .. }), "{refused}");
}

#[test]
fn thousands_of_lines_cost_a_bounded_number_of_statements() {
    let v4 = |number: u32| IpAddr::from(Ipv4Addr::from_bits(0x0a00_0002 + (number << 10)));
    let v6 = |number: u32| {
        IpAddr::from(Ipv6Addr::from_bits(
            (0x2001_0db8 << 96) + (u128::from(number) << 64) + 2,
        ))
    };
    let home = home((0..3000).flat_map(|number| [v4(number), v6(number)]));
    let text = |(number, family): (u32, Family)| match family {
        Family::V4 => format!("v|0|{}|8|10.255.255.254|192.0.2.53\n", v4(number)),
        Family::V6 => format!("v|0|{}|64|fe80::1|192.0.2.53\n", v6(number)),
    };
    for family in [Family::V4, Family::V6] {
        let pool = Pool::parse(&(0..3000).map(|number| text((number, family))).collect::<String>());
        assert_eq!((pool.lines.len(), pool.bad.len()), (3000, 0));
        let (found, statements) = first(&home, &pool, family);
        assert!(found.unwrap_err().contains("all 3000 candidates"));
        assert!(statements <= limits::ADDRESS_BLOCKS + 2, "{statements}");
        let leased = home.store.leased_in(&pool, ServerId(1)).unwrap();
        assert_eq!(leased.len(), 3000);
    }
}

/// Pools at the edges of blocks, against the search that tries one address after the other.
#[test]
fn the_search_by_blocks_finds_what_the_search_by_addresses_finds() {
    let mut dice: u64 = 7;
    let mut throw = |sides: u64| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let lines = [
        "v|0|10.0.0.250-10.0.3.5|8|10.0.1.1|192.0.2.53",
        "v|0|10.0.255.250-10.1.0.5|8|10.0.1.1|192.0.2.53",
        "v|0|10.0.1.0-10.0.1.20|8|10.0.1.1|10.0.1.9",
        "v|0|10.10.0.7|8|10.0.1.1|192.0.2.53",
        "v|0|1.0.0.1-1.0.0.9|8|1.0.0.254|192.0.2.53",
        "v|0|2001:db8::fff0-2001:db8::1:20|64|fe80::1|192.0.2.53",
        "v|0|2001:db8:0:0:1::fff8-2001:db8:0:0:1:0:1:8|64|fe80::1|192.0.2.53",
        "v|0|2001:db8:0:1:2:3:4:fffa-2001:db8:0:1:2:3:5:5|64|fe80::1|192.0.2.53",
        "v|0|2001:db8:0:9::2|64|fe80::1|192.0.2.53",
        "v|0|fd00::fffc-fd00::1:4|64|fe80::1|192.0.2.53",
    ];
    for _ in 0..20 {
        let text: Vec<&str> = (0..=throw(4))
            .map(|_| lines[throw(lines.len() as u64) as usize])
            .collect();
        let pool = Pool::parse(&text.join("\n"));
        for family in [Family::V4, Family::V6] {
            let all: Vec<IpAddr> = pool.candidates(family, None, None).map(|(ip, _)| ip).collect();
            // all but a few, or all
            let free = throw(4);
            let mut leased: BTreeSet<IpAddr> = all.iter().copied().collect();
            for _ in 0..free.min(all.len() as u64) {
                leased.remove(&all[throw(all.len() as u64) as usize]);
            }
            let home = home(leased.iter().copied());
            let expected = all.iter().find(|ip| !leased.contains(ip));
            let (found, _) = first(&home, &pool, family);
            assert_eq!(found.ok().as_ref(), expected, "{text:?}");
            let listed = home.store.leased_in(&pool, ServerId(1)).unwrap();
            assert_eq!(listed, leased.into_iter().collect::<Vec<_>>(), "{text:?}");
        }
    }
}
