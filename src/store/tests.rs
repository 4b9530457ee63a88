//! What the store asks is answered from indices.

use super::*;

/// What an idle cron asks, and the index that answers it.
fn asked_when_idle() -> Vec<(String, &'static str)> {
    [
        (overview::STATUSES.to_owned(), "COVERING INDEX services_status"),
        (slots::TAKEN.to_owned(), "INDEX services_slot (slot_key=?)"),
        (
            slots::select_backing_up("INDEXED BY services_status"),
            "INDEX services_status (status=?)",
        ),
        (services::in_list(services::ATTENTION, 10), "INDEX services_attention"),
        (outbox::select_due(10), "INDEX outbox_due"),
        (outbox::select_takers(10), "INDEX outbox_due"),
        (outbox::select_failing(10), "INDEX outbox_attempts"),
        (dns::select_due(10), "INDEX dns_due"),
        (dns::select_attention(10), "INDEX dns_attention"),
        (left::select_running(10), "INDEX operations_running"),
    ]
    .map(|(statement, index)| (sql::with_prefix(&statement, ""), index))
    .into()
}

fn with_connection(check: impl Fn(&rusqlite::Connection, &str, &str)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let Backend::Sqlite(file) = &store.backend else {
        unreachable!("a path is a file")
    };
    let connection = file.lock();
    for (statement, index) in asked_when_idle() {
        check(&connection, &statement, index);
    }
}

#[test]
fn what_an_idle_cron_asks_is_answered_from_indices() {
    with_connection(|connection, statement, index| {
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let anything = vec![rusqlite::types::Null; explain.parameter_count()];
        let rows = explain.query_map(rusqlite::params_from_iter(anything), |row| row.get(3));
        let plan: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
        assert_eq!(plan.len(), 1, "no sorting, no second table: {plan:?}");
        assert!(plan[0].contains(index), "{statement}: {plan:?}");
    });
}

/// What goes from group to group, and how often each reads the services: always by this index.
fn by_group() -> [(String, &'static str, usize); 3] {
    [
        (due::select_due("INDEXED BY services_due", 10), "services_due", 4),
        (sqlite::each("node"), "services_node", 2),
        (
            traffic::select_unsampled(&sqlite::each("guest_server")),
            "services_vmid",
            2,
        ),
    ]
}

#[test]
fn what_is_looked_for_group_by_group_is_read_from_indices() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let Backend::Sqlite(file) = &store.backend else {
        unreachable!("a path is a file")
    };
    for (statement, index, times) in by_group() {
        let statement = sql::with_prefix(&statement, "");
        let connection = file.lock();
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let anything = vec![rusqlite::types::Null; explain.parameter_count()];
        let rows = explain.query_map(rusqlite::params_from_iter(anything), |row| row.get::<_, String>(3));
        let plan: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
        let reads = |line: &&String| line.contains(" services") || line.contains(" s ");
        let by_index = plan
            .iter()
            .filter(reads)
            .filter(|line| line.contains(&format!("INDEX {index} (")));
        assert_eq!(by_index.count(), times, "{plan:?}");
        assert_eq!(plan.iter().filter(reads).count(), times, "{plan:?}");
    }
}

#[test]
fn no_statement_is_parsed_again_because_its_parameters_changed() {
    with_connection(|connection, statement, _| {
        let mut prepared = connection.prepare(statement).unwrap();
        for value in 1..4 {
            let values = vec![value; prepared.parameter_count()];
            let mut rows = prepared.query(rusqlite::params_from_iter(values)).unwrap();
            while rows.next().unwrap().is_some() {}
        }
        let again = prepared.get_status(rusqlite::StatementStatus::RePrepare);
        assert_eq!(again, 0, "{statement}");
    });
}
