//! The proxy, against a real server: what was cut before has not happened, what was cut after has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use mariadb::{Cutter, Database, Fate, Moment, Server, Then, wait_until};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};

fn connect(database: &Database, cutter: &Cutter) -> Result<Conn, mysql::Error> {
    let opts = Opts::from_url(&database.url_at(cutter.address())).unwrap();
    Conn::new(OptsBuilder::from_opts(opts).prefer_socket(false))
}

fn table() -> Database {
    let database = Server::shared().database();
    database
        .root()
        .query_drop("CREATE TABLE t (id INT PRIMARY KEY)")
        .unwrap();
    database
}

fn rows(database: &Database) -> Vec<u64> {
    database.root().query("SELECT id FROM t ORDER BY id").unwrap()
}

fn cutter(database: &Database, judge: impl Fn(&Moment<'_>) -> Fate + Send + Sync + 'static) -> Cutter {
    Cutter::new(database.server().address(), judge)
}

/// Two rows in each of three transactions: by text, by statements that are prepared, and with a prepared COMMIT.
fn three_transactions(conn: &mut Conn) -> Result<(), mysql::Error> {
    conn.query_drop("START TRANSACTION")?;
    conn.query_drop("INSERT INTO t VALUES (1)")?;
    conn.query_drop("INSERT INTO t VALUES (2)")?;
    conn.query_drop("COMMIT")?;
    let mut transaction = conn.start_transaction(mysql::TxOpts::default())?;
    transaction.exec_drop("INSERT INTO t VALUES (?)", (3,))?;
    transaction.exec_drop("INSERT INTO t VALUES (?)", (4,))?;
    transaction.commit()?;
    conn.query_drop("BEGIN")?;
    conn.exec_drop("INSERT INTO t VALUES (?)", (5,))?;
    conn.exec_drop("INSERT INTO t VALUES (?)", (6,))?;
    conn.exec_drop("commit ;", ())
}

#[test]
fn what_is_cut_before_a_commit_has_not_happened_and_what_is_cut_after_has() {
    for number in 1..=3 {
        for (fate, done) in [
            (Fate::Before(Then::Accept), number - 1),
            (Fate::After(Then::Accept), number),
        ] {
            let database = table();
            let cutter = cutter(&database, move |moment| match moment.commit {
                Some(commit) if commit == number => fate,
                _ => Fate::Pass,
            });
            let mut conn = connect(&database, &cutter).unwrap();
            assert!(three_transactions(&mut conn).is_err(), "{fate:?} {number}");
            assert_eq!(cutter.commits(), number);
            let expected: Vec<u64> = (1..=done * 2).collect();
            // a commit whose answer was lost is done when the answer is; a rollback follows the loss
            wait_until("the rollback", || rows(&database) == expected);
            // the next one is taken at once
            connect(&database, &cutter).unwrap().query_drop("SELECT 1").unwrap();
        }
    }
}

#[test]
fn what_writes_outside_of_a_transaction_is_a_commit() {
    let database = table();
    let cutter = cutter(&database, |moment| match moment.commit {
        Some(3) => Fate::After(Then::Accept),
        _ => Fate::Pass,
    });
    let mut conn = connect(&database, &cutter).unwrap();
    conn.query_drop("SELECT * FROM t").unwrap();
    conn.query_drop("INSERT INTO t VALUES (1)").unwrap();
    conn.exec_drop("UPDATE t SET id = ?", (2,)).unwrap();
    conn.query_drop("START TRANSACTION").unwrap();
    conn.query_drop("INSERT INTO t VALUES (3)").unwrap();
    conn.query_drop("ROLLBACK").unwrap();
    assert_eq!(cutter.commits(), 2);
    assert!(conn.exec_drop("DELETE FROM t WHERE id = ?", (2,)).is_err());
    assert_eq!(rows(&database), [] as [u64; 0]);
}

#[test]
fn after_the_end_nobody_is_taken_until_it_is_over() {
    let database = table();
    let cutter = cutter(&database, |moment| match moment.sql {
        "INSERT INTO t VALUES (1)" => Fate::Before(Then::Refuse),
        _ => Fate::Pass,
    });
    let mut conn = connect(&database, &cutter).unwrap();
    let mut other = connect(&database, &cutter).unwrap();
    assert!(conn.query_drop("INSERT INTO t VALUES (1)").is_err());
    assert!(other.query_drop("SELECT 1").is_err(), "all are lost");
    assert!(connect(&database, &cutter).is_err());
    assert_eq!(rows(&database), [] as [u64; 0]);
    cutter.accept();
    connect(&database, &cutter)
        .unwrap()
        .query_drop("INSERT INTO t VALUES (2)")
        .unwrap();
    assert_eq!(rows(&database), [2]);
}

#[test]
fn a_process_that_is_dead_hears_that_it_need_not_come_again() {
    let database = table();
    let cutter = cutter(&database, |moment| match moment.commit {
        Some(2) => Fate::After(Then::Bury),
        _ => Fate::Pass,
    });
    let mut conn = connect(&database, &cutter).unwrap();
    assert!(three_transactions(&mut conn).is_err());
    let denied = connect(&database, &cutter).unwrap_err();
    assert!(denied.to_string().contains("1045"), "{denied}");
    assert_eq!(rows(&database), [1, 2, 3, 4]);
    cutter.accept();
    connect(&database, &cutter).unwrap();
}

#[test]
fn who_loses_a_deadlock_has_done_nothing_and_may_go_on() {
    for number in 1..=2 {
        let database = table();
        let cutter = cutter(&database, move |moment| match moment.commit {
            Some(commit) if commit == number => Fate::Deadlock,
            _ => Fate::Pass,
        });
        let mut conn = connect(&database, &cutter).unwrap();
        let error = three_transactions(&mut conn).unwrap_err();
        assert!(error.to_string().contains("1213 (40001)"), "{error}");
        let expected: Vec<u64> = (1..=(number - 1) * 2).collect();
        assert_eq!(rows(&database), expected);
        conn.query_drop("INSERT INTO t VALUES (9)").unwrap();
        assert!(rows(&database).contains(&9));
    }
}

#[test]
fn it_is_cut_at_any_question_too() {
    let database = table();
    let counts = cutter(&database, |_| Fate::Pass);
    let mut conn = connect(&database, &counts).unwrap();
    three_transactions(&mut conn).unwrap();
    let questions = counts.questions();
    assert!(questions > 12, "{questions}");
    for number in 1..=questions {
        let database = table();
        let cutter = cutter(&database, move |moment| match moment.question {
            question if question == number => Fate::Before(Then::Accept),
            _ => Fate::Pass,
        });
        let lost = connect(&database, &cutter).and_then(|mut conn| three_transactions(&mut conn));
        assert!(lost.is_err(), "{number}");
        wait_until("the rollback", || rows(&database).len().is_multiple_of(2));
    }
}
