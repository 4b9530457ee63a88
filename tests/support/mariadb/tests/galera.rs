//! Two nodes, and the partition between them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use mariadb::Galera;
use mysql::Conn;
use mysql::prelude::Queryable;

fn rows(conn: &mut Conn) -> Vec<u64> {
    // what the other node has committed is waited for
    conn.query_drop("SET SESSION wsrep_sync_wait = 1").unwrap();
    conn.query("SELECT id FROM t ORDER BY id").unwrap()
}

#[test]
fn the_first_node_goes_on_alone_and_the_second_catches_up() {
    let pair = Galera::pair();
    pair.database("shop");
    let mut conns = pair.nodes().map(|node| Conn::new(node.url("shop").as_str()).unwrap());
    conns[0].query_drop("CREATE TABLE t (id INT PRIMARY KEY)").unwrap();
    conns[1].query_drop("SET SESSION wsrep_sync_wait = 15").unwrap();
    conns[1].query_drop("INSERT INTO t VALUES (1)").unwrap();
    assert_eq!(rows(&mut conns[0]), [1]);

    pair.isolate_second();
    conns[0].query_drop("INSERT INTO t VALUES (2)").unwrap();
    let refused = conns[1].query_drop("INSERT INTO t VALUES (3)").unwrap_err();
    assert!(
        refused.to_string().contains("WSREP has not yet prepared node"),
        "{refused}"
    );

    pair.heal();
    let mut conn = Conn::new(pair.nodes()[1].url("shop").as_str()).unwrap();
    assert_eq!(rows(&mut conn), [1, 2]);
    conn.query_drop("INSERT INTO t VALUES (4)").unwrap();
    assert_eq!(rows(&mut conns[0]), [1, 2, 4]);
}
