//! Point 6: what PHP pays for the library.

use crate::figure::Figure;
use crate::{Effort, peers};
use proxmoxkvm::store::Store;
use std::time::Instant;

pub fn measure(effort: Effort) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.db");
    let _kept = Store::open(&path).expect("a store");
    let mut request = peers::native();
    request["store"] = path.display().to_string().into();
    let mut of: std::collections::BTreeMap<&str, Vec<f64>> = Default::default();
    for _ in 0..effort.of(15, 5) {
        let Some(reply) = peers::php("ffi.php", &request) else {
            continue;
        };
        for key in ["load_first", "load", "open_first", "call", "alone"] {
            of.entry(key).or_default().extend(reply[key].as_f64());
        }
    }
    let mut take = |key: &str| of.remove(key).unwrap_or_default();
    let opens: Vec<f64> = (0..effort.of(50, 20))
        .map(|_| {
            let start = Instant::now();
            drop(Store::open(&path).expect("a store"));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let sqlite: Vec<f64> = (0..effort.of(50, 20))
        .map(|_| {
            let start = Instant::now();
            let connection = rusqlite::Connection::open(&path).expect("the store");
            let read = connection.query_row("SELECT COUNT(*) FROM meta", [], |row| row.get::<_, i64>(0));
            read.expect("a row");
            drop(connection);
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    vec![
        Figure::new(
            "ffi_call_us",
            "FFI call without network (`due`: JSON, eleven indexed reads in one look)",
            "µs",
            take("call"),
        )
        .target("≤ 20")
        .beside("PHP alone: JSON and one read", take("alone")),
        Figure::new("ffi_load_us", "Library and header, per PHP request", "µs", take("load"))
            .target("≤ 300")
            .beside("the first in a process", take("load_first")),
        Figure::new("store_open_us", "Store opened, once per process", "µs", opens)
            .target("≤ 1000")
            .beside("bare SQLite: open and one read", sqlite)
            .beside("from PHP, first call", take("open_first")),
    ]
}
