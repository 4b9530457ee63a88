//! The store in a database: MariaDB or MySQL, alone or as a Galera cluster, shared by several web servers.
//!
//! What makes it safe where no file lock helps:
//! * A lease is taken and kept by conditional updates that name the generation read before. Of two that update the
//!   same row, on two Galera nodes even, one is refused.
//! * What must look at many rows before it writes (free addresses, free VMIDs, clone slots) takes the store's *turn*
//!   first: one row that each of them updates. A lock would hold on one node only; two updates of one row are certified
//!   against each other on all of them.
//! * A transaction that lost (deadlock, certification, a broken connection) is simply done again, because each one may
//!   be done twice: the second time finds what the first has written. So a commit whose answer got lost needs no answer.
//! * Leases end by the database's clock.
//! * Values are written into the statements. With prepared ones a transaction that Galera had ended was seen to go on
//!   outside of it, and its commit to be confirmed: three of three runs of the cluster's test under load gave an address
//!   twice, and none since.

mod schema;

use super::Error;
use super::location::Database;
use super::sql::{Abort, Moment, Refusal, Row, Sql, Value, with_prefix};
use crate::words::clock::{Clock, SystemClock};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use mysql::consts::{CapabilityFlags, ColumnType};
use mysql::prelude::Queryable;
use mysql::{Conn, Opts, OptsBuilder, SslOpts};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What every connection begins with, whatever the server's configuration says: rows as they are now rather than as
/// they were at the first read, UTC, nothing cut short silently, no endless wait for a lock, long lists in one row, and
/// texts in UTF-8 on the wire (values are quoted as such).
const SESSION: [&str; 2] = [
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION autocommit = 1, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
     innodb_lock_wait_timeout = 5, sql_safe_updates = 0, group_concat_max_len = 8388608, character_set_client = utf8mb4,
     character_set_connection = utf8mb4, character_set_results = utf8mb4",
];

/// The row that is updated by everyone whose turn it is.
const TURN: &str = "UPDATE @turn SET taken = taken + 1 WHERE id = 1";

/// The database, and the connections to it that nobody uses at the moment.
pub(super) struct Server {
    opts: Opts,
    /// For messages.
    at: String,
    prefix: String,
    idle: Mutex<Vec<Conn>>,
}

impl Server {
    /// Connects, and makes the tables or brings them up to date.
    pub(super) fn open(database: &Database) -> Result<Server, Error> {
        let ssl = database.tls_ca.as_ref();
        let ssl = ssl.map(|ca| SslOpts::default().with_root_cert_path(Some(ca.clone())));
        let opts = OptsBuilder::new()
            .ip_or_hostname(Some(database.host.as_str()))
            .tcp_port(database.port)
            .socket(database.socket.as_deref())
            .user(Some(database.user.as_str()))
            .pass(Some(database.password.expose()))
            .db_name(Some(database.name.as_str()))
            .ssl_opts(ssl)
            // asks nothing on connecting: neither for a socket to change to, nor for the longest packet
            .prefer_socket(false)
            .max_allowed_packet(Some(limits::STORE_PACKET_BYTES))
            .init(SESSION.to_vec())
            // the command line is nobody's business
            .connect_attrs::<String, String>(None)
            .stmt_cache_size(0)
            .tcp_connect_timeout(Some(limits::CONNECT_TIMEOUT))
            .read_timeout(Some(limits::STORE_ANSWER))
            .write_timeout(Some(limits::STORE_ANSWER))
            // an update that changes nothing has found its row all the same
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
        let server = Server {
            opts: opts.into(),
            at: database.to_string(),
            prefix: database.prefix.clone(),
            idle: Mutex::default(),
        };
        schema::migrate(&server)?;
        Ok(server)
    }

    /// See [`super::Store::must_be_current`].
    pub(super) fn must_be_current(&self) -> Result<(), Error> {
        schema::must_be_known(self)
    }

    /// Reads, without a transaction.
    pub(super) fn read<T>(&self, mut work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        self.persistently(|open| work(open))
    }

    /// One write transaction. An error of either kind rolls everything back.
    pub(super) fn write<T>(&self, mut work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        self.persistently(|open| {
            open.connection.query_drop("START TRANSACTION")?;
            let value = work(open)?;
            open.must_be_whole()?;
            open.connection.query_drop("COMMIT")?;
            Ok(value)
        })
    }

    /// One write transaction that no other one of these overlaps, on any web server.
    pub(super) fn write_in_turn<T>(&self, mut work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        self.write(|sql| {
            sql.execute(TURN, &[])?;
            work(sql)
        })
    }

    /// Does something on a connection, again and again while that may help.
    ///
    /// The time for that begins with the first failure: where a cluster loses a node, it holds what is on its way for
    /// longer than all of this time, and then refuses it as a deadlock.
    fn persistently<T>(&self, mut work: impl FnMut(&mut Open<'_>) -> Result<T, Abort>) -> Result<T, Error> {
        let mut patience = None;
        let mut pause = limits::STORE_AGAIN_FIRST;
        loop {
            let refusal = match self.once(&mut work) {
                Ok(value) => return Ok(value),
                Err(Abort::Refused(error)) => return Err(error),
                Err(Abort::Failed(refusal)) => refusal,
            };
            let may_help = match &refusal {
                Refusal::Mysql(error) => is_passing(error),
                Refusal::TooLate => true,
                _ => false,
            };
            let now = SystemClock.now();
            let patience = *patience.get_or_insert(now + limits::STORE_BUSY.as_secs_f64());
            if !may_help || now >= patience {
                return Err(self.error(&refusal));
            }
            SystemClock.sleep(pause * (0.5 + chance()));
            let longest = match refusal {
                Refusal::Mysql(mysql::Error::MySqlError(error)) if error.code == LOST => limits::STORE_LOST_LONGEST,
                Refusal::TooLate => limits::STORE_LOST_LONGEST,
                _ => limits::STORE_AGAIN_LONGEST,
            };
            pause = (pause * 2.0).min(longest);
        }
    }

    fn once<T>(&self, work: &mut impl FnMut(&mut Open<'_>) -> Result<T, Abort>) -> Result<T, Abort> {
        let mut connection = self.connection()?;
        let mut open = Open {
            connection: &mut connection,
            prefix: &self.prefix,
            is_broken_off: false,
        };
        let result = work(&mut open);
        match &result {
            // whatever was begun ends with its connection; where a server took its service back, the next connection
            // may lead to the one that has it now
            Err(Abort::Failed(Refusal::Mysql(error))) if is_broken(error) || is_unwilling(error) => self.lock().clear(),
            Ok(_) => self.lock().push(connection),
            Err(_) => {
                if connection.query_drop("ROLLBACK").is_ok() {
                    self.lock().push(connection);
                }
            }
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Conn>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self) -> Result<Conn, mysql::Error> {
        let idle = self.lock().pop();
        idle.map_or_else(|| Conn::new(self.opts.clone()), Ok)
    }

    fn error(&self, refusal: &Refusal) -> Error {
        let at = self.at.clone();
        match refusal {
            Refusal::Mysql(error) if is_broken(error) || is_unwilling(error) => {
                Error::Unreachable { at, why: words(error) }
            }
            Refusal::Mysql(error) => Error::Database { at, why: words(error) },
            other => Error::Database { at, why: other.words() },
        }
    }
}

/// The server's own words. They may quote a value of a statement, and no statement of ours has a secret.
fn words(error: &mysql::Error) -> String {
    match error {
        // rows that are read as they are now cannot be written down as statements
        mysql::Error::MySqlError(error) if error.code == 1665 => {
            "its binlog_format is STATEMENT: set binlog_format to ROW or MIXED in its configuration (error 1665)"
                .to_owned()
        }
        mysql::Error::MySqlError(error) => format!("{} (error {})", error.message, error.code),
        mysql::Error::IoError(error) => error.to_string(),
        mysql::Error::DriverError(error) => error.to_string(),
        mysql::Error::TlsError(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Nobody knows what became of the connection.
fn is_broken(error: &mysql::Error) -> bool {
    match error {
        mysql::Error::MySqlError(error) => matches!(error.code, 1053 | 1927 | 2006 | 2013 | 3169),
        mysql::Error::FromValueError(_) | mysql::Error::FromRowError(_) | mysql::Error::UrlError(_) => false,
        _ => true,
    }
}

/// The server is there, and does not let us in: no room, no login, no quorum, no such database, only readers.
fn is_unwilling(error: &mysql::Error) -> bool {
    matches!(error, mysql::Error::MySqlError(error)
        if matches!(error.code, 1040 | 1044 | 1045 | 1047 | 1049 | 1129 | 1130 | 1203 | 1226 | 1290 | 1698 | 1792 | 1836))
}

/// A deadlock, or a lost certification: others were faster.
const LOST: u16 = 1213;

/// Doing it again may help: a deadlock or a lost certification (1213), a lock that others had for too long (1205), a row
/// that somebody made or changed meanwhile (1062, 1020), a node that is not ready (1047), no room for one more
/// connection (1040, 1203, 1226), a server that only reads since another one writes (1290, 1792, 1836), a statement that
/// the cluster interrupted (1317).
fn is_passing(error: &mysql::Error) -> bool {
    is_broken(error)
        || matches!(error, mysql::Error::MySqlError(error)
            if matches!(error.code, 1020 | 1040 | 1047 | 1062 | 1203 | 1205 | LOST | 1226 | 1290 | 1317 | 1792 | 1836))
}

/// From 0 to 1: those who collided should not come back together.
fn chance() -> f64 {
    let mut byte = [0_u8; 1];
    // without randomness the pause is its middle
    getrandom::fill(&mut byte).map_or(0.5, |()| f64::from(byte[0]) / 255.0)
}

/// Statements on a connection.
struct Open<'a> {
    connection: &'a mut Conn,
    prefix: &'a str,
    /// A deadlock or a lost certification ends the whole transaction: what came after it would be one of its own.
    is_broken_off: bool,
}

impl Open<'_> {
    fn must_be_whole(&self) -> Result<(), Refusal> {
        match self.is_broken_off {
            true => Err(Refusal::TooLate),
            false => Ok(()),
        }
    }

    /// A statement with its values in the places of the `?`, which stand for nothing else in ours.
    fn written_out(&self, sql: &str, values: &[Value]) -> String {
        let sql = with_prefix(sql, self.prefix);
        let no_backslash = self.connection.no_backslash_escape();
        let mut values = values.iter().map(|value| literal(value, no_backslash));
        let mut parts = sql.split('?');
        let mut written = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            written += &values.next().unwrap_or_else(|| "NULL".to_owned());
            written += part;
        }
        written
    }

    fn seen<T>(&mut self, answer: Result<T, mysql::Error>) -> Result<T, Refusal> {
        self.is_broken_off |= answer.is_err();
        Ok(answer?)
    }

    /// A statement that is never said twice.
    fn statement(&mut self, sql: &str) -> Result<(), mysql::Error> {
        self.connection.query_drop(with_prefix(sql, self.prefix))
    }
}

impl Sql for Open<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        self.must_be_whole()?;
        let sql = self.written_out(sql, values);
        let answer = self.connection.query_drop(sql);
        self.seen(answer)?;
        Ok(self.connection.affected_rows())
    }

    fn insert(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        self.execute(sql, values)?;
        Ok(self.connection.last_insert_id())
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Refusal> {
        self.must_be_whole()?;
        let sql = self.written_out(sql, values);
        let answer = self.connection.query(sql);
        let rows: Vec<mysql::Row> = self.seen(answer)?;
        rows.into_iter().map(row_of).collect()
    }

    fn moment(&self, now: UnixSeconds) -> Moment {
        // `now` was read a moment ago from this machine's clock, which is left out of it again here
        Moment {
            sql: "(UNIX_TIMESTAMP(NOW(6)) + ?)",
            value: now - SystemClock.now(),
        }
    }

    fn by_index(&self, index: &str) -> String {
        format!("FORCE INDEX ({index})")
    }

    fn numbers(&self) -> &'static str {
        "SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS given"
    }

    fn is_marked(&self) -> Option<&'static str> {
        // a join with 50,000 numbers looks for each in the index, once for the page and once for the count
        Some("((ASCII(SUBSTRING(UNHEX(?), (s.id DIV 8) + 1, 1)) >> (s.id % 8)) & 1) = 1")
    }

    fn each(&self, column: &str) -> String {
        // reads the index of a computed column from end to end: MariaDB goes from one to the next in plain columns only
        format!("SELECT DISTINCT {column} AS value FROM @services WHERE {column} IS NOT NULL")
    }

    fn with_guests(&self) -> String {
        // the limit keeps it one look in the index for each entry
        "SELECT value FROM (SELECT DISTINCT server AS value FROM @services) AS entries
         WHERE (SELECT 1 FROM @services AS g WHERE g.guest_server = entries.value LIMIT 1) = 1"
            .to_owned()
    }
}

/// A value as it is written in a statement.
fn literal(value: &Value, no_backslash: bool) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        // with an exponent it is a DOUBLE to the last bit, without one a decimal fraction
        Value::Real(number) => format!("{number:e}"),
        Value::Text(text) => mysql::Value::Bytes(text.as_bytes().to_vec()).as_sql(no_backslash),
        Value::Bytes(bytes) => format!("x'{}'", data_encoding::HEXLOWER.encode(bytes)),
    }
}

/// Every value comes as a text; the column's type says what it is.
fn row_of(row: mysql::Row) -> Result<Row, Refusal> {
    let columns = row.columns();
    let values = row.unwrap().into_iter().zip(columns.iter());
    let value = |(value, column): (mysql::Value, &mysql::Column)| match value {
        mysql::Value::NULL => Ok(Value::Null),
        mysql::Value::Bytes(bytes) => value_of(bytes, column.column_type()),
        other => Ok(Value::Text(other.as_sql(true))),
    };
    Ok(Row(values.map(value).collect::<Result<_, _>>()?))
}

fn value_of(bytes: Vec<u8>, kind: ColumnType) -> Result<Value, Refusal> {
    use ColumnType::{
        MYSQL_TYPE_DOUBLE, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_NEWDECIMAL,
        MYSQL_TYPE_SHORT, MYSQL_TYPE_TINY,
    };
    let text = String::from_utf8_lossy(&bytes);
    let unreadable = || Refusal::Answer("a number of an answer cannot be read".to_owned());
    match kind {
        MYSQL_TYPE_TINY | MYSQL_TYPE_SHORT | MYSQL_TYPE_INT24 | MYSQL_TYPE_LONG | MYSQL_TYPE_LONGLONG => {
            text.parse().map(Value::Int).map_err(|_| unreadable())
        }
        MYSQL_TYPE_DOUBLE | MYSQL_TYPE_NEWDECIMAL => text.parse().map(Value::Real).map_err(|_| unreadable()),
        _ => Ok(Value::Bytes(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_so_that_nothing_in_it_ends_it() {
        for (value, written) in [
            (Value::Null, "NULL"),
            (Value::Int(-7), "-7"),
            (Value::Real(1_762_000_000.25), "1.76200000025e9"),
            (Value::from("it's"), r"'it\'s'"),
            (Value::from(r"back\"), r"'back\\'"),
            (Value::Bytes(vec![0, 39, 255]), "x'0027ff'"),
        ] {
            assert_eq!(literal(&value, false), written);
        }
        assert_eq!(literal(&Value::from("it's"), true), "'it''s'");
    }
}
