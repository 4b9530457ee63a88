//! The server: private databases, ends with its process, stops and starts again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use mariadb::{Server, wait_until};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn connect(url: &str) -> Result<Conn, mysql::Error> {
    Conn::new(OptsBuilder::from_opts(Opts::from_url(url).unwrap()).prefer_socket(false))
}

#[test]
fn databases_see_nothing_of_each_other() {
    let server = Server::shared();
    let (one, two) = (server.database(), server.database());
    let mut conn = connect(&one.url()).unwrap();
    conn.query_drop("CREATE TABLE t (id INT PRIMARY KEY, twice INT AS (id * 2) STORED)")
        .unwrap();
    conn.query_drop("INSERT INTO t (id) VALUES (1), (2)").unwrap();
    assert!(conn.query_drop(format!("SELECT * FROM {}.t", two.name())).is_err());
    let refused = connect(&two.url()).unwrap().query_drop("SELECT * FROM t").unwrap_err();
    assert!(refused.to_string().contains("1146"), "{refused}");

    let copy = one.copy();
    conn.query_drop("DELETE FROM t").unwrap();
    let rows: Vec<u64> = connect(&copy.url())
        .unwrap()
        .query("SELECT id FROM t ORDER BY id")
        .unwrap();
    assert_eq!(rows, [1, 2]);

    let (url, name) = (one.url(), one.name().to_owned());
    drop(one);
    assert!(connect(&url).is_err());
    let left: Option<String> = server
        .root()
        .query_first(format!("SHOW DATABASES LIKE '{name}'"))
        .unwrap();
    assert_eq!(left, None);
}

#[test]
fn a_server_that_was_killed_has_what_was_committed_when_it_starts_again() {
    let server = Server::start();
    let database = server.database();
    let mut conn = connect(&database.url()).unwrap();
    conn.query_drop("CREATE TABLE t (id INT PRIMARY KEY)").unwrap();
    conn.query_drop("INSERT INTO t VALUES (1)").unwrap();
    conn.query_drop("START TRANSACTION").unwrap();
    conn.query_drop("INSERT INTO t VALUES (2)").unwrap();
    for stop in [Server::kill, Server::stop] {
        stop(&server);
        assert!(conn.query_drop("SELECT 1").is_err() && connect(&database.url()).is_err());
        server.start_again();
        let rows: Vec<u64> = connect(&database.url()).unwrap().query("SELECT id FROM t").unwrap();
        assert_eq!(rows, [1]);
    }
}

#[test]
#[ignore = "a part of the next test, in a process of its own"]
fn one_that_dies() {
    let server = Server::start();
    let socket = server.socket().unwrap();
    let pid = std::fs::read_to_string(socket.with_file_name("server.pid")).unwrap();
    println!("dies {} {}", pid.trim(), socket.parent().unwrap().display());
    std::thread::sleep(std::time::Duration::from_secs(600));
}

#[test]
fn a_process_that_is_killed_takes_its_server_and_the_folder_with_it() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "one_that_dies", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let line = lines
        .into_iter()
        .find_map(|line| line.split_once("dies ").map(|(_, rest)| rest.to_owned()));
    let line = line.expect("it says what it has started");
    let (pid, folder) = line.split_once(' ').unwrap();
    let process = Path::new("/proc").join(pid);
    assert!(process.exists() && Path::new(folder).exists(), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the end of the server and of its folder", || {
        !process.exists() && !Path::new(folder).exists()
    });
}
