//! A clock that was ahead for a while: what it wrote holds nobody up for as long as it was ahead.

use crate::support::World;
use proxmoxkvm::ops;
use serde_json::json;

const YEARS: f64 = 10.0 * 365.0 * 86_400.0;

#[test]
fn what_a_clock_that_was_ahead_wrote_counts_as_over() {
    let world = World::in_a_file();
    world.ready(7);
    let connection = rusqlite::Connection::open(world.home.file()).unwrap();
    let ahead = world.core.clock.now() + YEARS;
    let write = |sql: &str| assert!(connection.execute(sql, [ahead]).unwrap() > 0, "{sql}");
    // a lease of a machine that nobody can ask
    write("UPDATE services SET lease_owner = 'elsewhere|1|1|1', lease_until = ?1");
    ops::suspend(&world.core, &world.order(7)).unwrap();
    // a time to go on
    write("UPDATE services SET due_at = ?1");
    let due = || ops::due(&world.core, &json!({})).unwrap();
    assert_eq!(due()["services"][0]["id"], 7);
    world.cron();
    // the traffic, and the records
    write("REPLACE INTO sampled (server, at) VALUES (1, ?1)");
    assert_eq!(due()["usage_due"], json!([1]));
    write("REPLACE INTO dns (service, wanted, asked, due_at, body) VALUES (7, 9, 9, ?1, '{}')");
    assert_eq!(due()["dns"], 1);
}
