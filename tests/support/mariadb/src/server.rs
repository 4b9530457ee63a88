//! One MariaDB, and the databases in it.

use crate::keeper::Keeper;
use crate::{free_ports, guard, wait_until};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// What a hoster's server has, but for its size.
pub(crate) const SETTINGS: &str = "datadir={folder}/data
tmpdir={folder}
socket={folder}/s.sock
pid-file={folder}/server.pid
bind-address=127.0.0.1
skip-name-resolve
max_connections=2000
innodb_buffer_pool_size=64M
innodb_log_file_size=32M
innodb_flush_log_at_trx_commit=1
sql_mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION
";

/// A database server, for one process of tests.
pub struct Server {
    place: Place,
    /// One at a time starts or stops it.
    turn: Mutex<()>,
}

enum Place {
    /// Our own, and the port that it was given.
    Here { keeper: Keeper, address: SocketAddr },
    /// Somebody else's, whose root we were told.
    There(Opts),
}

impl Server {
    /// The server that all tests of this process share: nobody may stop it. It is started by whoever is first.
    ///
    /// # Panics
    /// when it cannot be started: the package `mariadb-server` is missing, or `DATABASE_SERVER` leads nowhere.
    pub fn shared() -> Arc<Server> {
        static SHARED: OnceLock<Arc<Server>> = OnceLock::new();
        let there = || std::env::var("DATABASE_SERVER").ok().map(|url| Server::there(&url));
        SHARED.get_or_init(|| there().unwrap_or_else(Server::start)).clone()
    }

    /// A server for one test, which may stop and kill it.
    ///
    /// # Panics
    /// when it cannot be started.
    pub fn start() -> Arc<Server> {
        Server::start_with("")
    }

    /// The same, with more lines in its configuration.
    ///
    /// # Panics
    /// when it cannot be started.
    pub fn start_with(settings: &str) -> Arc<Server> {
        let keeper = Keeper::install(&format!("{SETTINGS}{settings}"));
        for _ in 0..10 {
            let [port] = free_ports();
            if keeper.start(&format!("--port={port}"), || root(&keeper).is_ok()) {
                let address = SocketAddr::from(([127, 0, 0, 1], port));
                return Arc::new(Server::of(Place::Here { keeper, address }));
            }
        }
        panic!("mariadbd does not start: {}", keeper.log());
    }

    fn there(url: &str) -> Arc<Server> {
        let opts = Opts::from_url(url).expect("DATABASE_SERVER is mysql://user:password@host:port");
        let opts = OptsBuilder::from_opts(opts).prefer_socket(false).into();
        Arc::new(Server::of(Place::There(opts)))
    }

    fn of(place: Place) -> Server {
        Server {
            place,
            turn: Mutex::new(()),
        }
    }

    /// Where it listens for TCP.
    pub fn address(&self) -> SocketAddr {
        match &self.place {
            Place::Here { address, .. } => *address,
            Place::There(opts) => {
                let host = opts.get_ip_or_hostname();
                let found = std::net::ToSocketAddrs::to_socket_addrs(&(&*host, opts.get_tcp_port()));
                found
                    .ok()
                    .and_then(|mut found| found.next())
                    .expect("DATABASE_SERVER names a host")
            }
        }
    }

    /// Its unix socket; `None` when it is not a server of ours.
    pub fn socket(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Here { keeper, .. } => Some(keeper.folder().join("s.sock")),
            Place::There(_) => None,
        }
    }

    /// A connection of its root.
    ///
    /// # Panics
    /// when the server does not take it.
    pub fn root(&self) -> Conn {
        let conn = match &self.place {
            Place::Here { keeper, .. } => root(keeper),
            Place::There(opts) => Conn::new(opts.clone()),
        };
        conn.expect("a connection as root")
    }

    /// A new, empty database with a user of its own, who may do everything in it and nothing elsewhere.
    pub fn database(self: &Arc<Server>) -> Database {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{number}", std::process::id());
        Database::make(&mut self.root(), &name);
        Database {
            server: self.clone(),
            name,
        }
    }

    /// Stops it as a service manager does: what is being done is finished or rolled back.
    pub fn stop(&self) {
        self.keeper().1.say("stop");
    }

    /// Kills it: it has to recover from its log when it starts again.
    pub fn kill(&self) {
        self.keeper().1.say("kill");
    }

    /// Starts it again after `stop` or `kill`, at the same address.
    pub fn start_again(&self) {
        let (_turn, keeper) = self.keeper();
        let port = self.address().port();
        let started = keeper.start(&format!("--port={port}"), || root(keeper).is_ok());
        assert!(started, "mariadbd does not start again: {}", keeper.log());
    }

    fn keeper(&self) -> (std::sync::MutexGuard<'_, ()>, &Keeper) {
        match &self.place {
            Place::Here { keeper, .. } => (guard(&self.turn), keeper),
            Place::There(_) => panic!("a server that somebody else has started is not stopped"),
        }
    }
}

pub(crate) fn root(keeper: &Keeper) -> Result<Conn, mysql::Error> {
    let socket = keeper.folder().join("s.sock");
    let opts = OptsBuilder::new()
        .user(Some("root"))
        .socket(Some(socket.to_string_lossy()));
    Conn::new(opts)
}

/// A database of its own for one test; dropped with this.
pub struct Database {
    server: Arc<Server>,
    name: String,
}

impl Database {
    pub(crate) fn make(root: &mut Conn, name: &str) {
        let password = password(name);
        for sql in [
            format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
            format!("CREATE USER {name}@'%' IDENTIFIED BY '{password}'"),
            format!("GRANT ALL ON {name}.* TO {name}@'%'"),
        ] {
            root.query_drop(sql).expect("a new database");
        }
    }

    /// `mysql://user:password@host:port/database` over TCP. Append `?prefix=…` and `?socket=…` as needed.
    pub fn url(&self) -> String {
        self.url_at(self.server.address())
    }

    /// The same, by way of another address: a `Cutter`'s.
    pub fn url_at(&self, address: SocketAddr) -> String {
        url(&self.name, address)
    }

    /// Its name, which is its user's too.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The password of its user; it has signs that mean something else in a URL.
    pub fn password(&self) -> String {
        password(&self.name)
    }

    /// The server that it is in.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// A connection of root with this database chosen: for a look behind the product's back.
    ///
    /// # Panics
    /// when the server does not take it.
    pub fn root(&self) -> Conn {
        let mut conn = self.server.root();
        conn.select_db(&self.name).expect("the database is there");
        conn
    }

    /// Another database with the same tables and rows, which goes its own way from here.
    pub fn copy(&self) -> Database {
        let copy = self.server.database();
        let mut root = copy.root();
        let tables: Vec<String> = root
            .query(format!(
                "SHOW FULL TABLES FROM {} WHERE Table_type = 'BASE TABLE'",
                self.name
            ))
            .map(|rows: Vec<(String, String)>| rows.into_iter().map(|row| row.0).collect())
            .expect("the tables");
        root.query_drop("SET foreign_key_checks = 0")
            .expect("for this connection");
        for table in tables {
            let made: Option<(String, String)> = root
                .query_first(format!("SHOW CREATE TABLE {}.`{table}`", self.name))
                .expect("the table");
            root.query_drop(made.expect("the table").1).expect("the same table");
            // what is computed is computed again
            let columns = "SELECT GROUP_CONCAT(CONCAT('`', column_name, '`')) FROM information_schema.columns
                WHERE table_schema = ? AND table_name = ? AND extra NOT LIKE '%GENERATED%'";
            let columns: Option<String> = root.exec_first(columns, (&self.name, &table)).expect("the columns");
            let columns = columns.expect("a table has columns");
            let from = format!("SELECT {columns} FROM {}.`{table}`", self.name);
            root.query_drop(format!("INSERT INTO `{table}` ({columns}) {from}"))
                .expect("the same rows");
        }
        copy
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // a server that was stopped takes it with it
        let conn = match &self.server.place {
            Place::Here { keeper, .. } => root(keeper),
            Place::There(opts) => Conn::new(opts.clone()),
        };
        let Ok(mut root) = conn else { return };
        let name = &self.name;
        // whoever still holds a table in an open transaction is not waited for long
        let _ = root.query_drop("SET lock_wait_timeout = 5");
        let _ = root.query_drop(format!("DROP DATABASE {name}"));
        let _ = root.query_drop(format!("DROP USER {name}@'%'"));
    }
}

fn password(name: &str) -> String {
    format!("p@ss:w/ö?r#d%&+ {name}")
}

pub(crate) fn url(name: &str, address: SocketAddr) -> String {
    let password = password(name);
    let password = utf8_percent_encode(&password, NON_ALPHANUMERIC);
    format!("mysql://{name}:{password}@{address}/{name}")
}

/// Waits until the server at `conn` says that a status variable has a value.
pub(crate) fn wait_for_status(root: impl Fn() -> Result<Conn, mysql::Error>, name: &str, wanted: &str) {
    let mut last = String::new();
    wait_until(&format!("{name} to be {wanted}"), || {
        let found = root().and_then(|mut conn| conn.query_first(format!("SHOW STATUS LIKE '{name}'")));
        last = found
            .ok()
            .flatten()
            .map_or_else(String::new, |(_, value): (String, String)| value);
        last == wanted
    });
}
