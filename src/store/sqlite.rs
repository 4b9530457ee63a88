//! The store in a file: SQLite in WAL mode, every write in an IMMEDIATE transaction.

mod health;
mod schema;

use self::health::{Depth, Health};
use super::sql::{Abort, Moment, Refusal, Row, Sql, Value, with_prefix};
use super::{Error, owner};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, TransactionBehavior, params_from_iter};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// A file that is open.
pub(super) struct File {
    path: PathBuf,
    /// Device and inode.
    identity: Option<(u64, u64)>,
    connection: Mutex<Connection>,
    /// Why this process does not use it any more: it met damage.
    damaged: OnceLock<String>,
}

impl File {
    /// Opens the file, makes it where it is missing (0600 in a 0700 folder), and brings its schema up to date.
    pub(super) fn open(path: &Path) -> Result<File, Error> {
        prepare(path).map_err(|error| not_usable(path, error.to_string()))?;
        let sqlite = |source| failure(path, &source);
        let mut connection = Connection::open(path).map_err(|error| not_usable(path, error.to_string()))?;
        connection.busy_timeout(limits::STORE_BUSY).map_err(sqlite)?;
        connection.set_prepared_statement_cache_capacity(limits::STORE_STATEMENTS);
        schema::configure(&connection).map_err(|error| match failure(path, &error) {
            Error::Database { why, .. } => not_usable(path, why),
            known => known,
        })?;
        must_not_be_marked(&mut connection, path, limits::STORE_LOOK_SECONDS)?;
        schema::migrate(&mut connection, path).map_err(|failure| known(failure, path))?;
        if health::is_new_here(&connection).map_err(sqlite)? {
            let seconds = limits::STORE_LOOK_SECONDS;
            let health = health::look_through(&mut connection, Depth::Pages, seconds).map_err(sqlite)?;
            if let Health::Damaged(why) = health {
                health::mark(path, &why);
                return Err(damaged(path, why));
            }
            // not written down, on a full disk say, it is done again by the next one
            let _ = health::remember(&connection);
        }
        Ok(File {
            path: path.to_owned(),
            identity: identity(path),
            connection: Mutex::new(connection),
            damaged: OnceLock::new(),
        })
    }

    /// See [`super::Store::look_through`].
    pub(super) fn look_through(&self) -> Result<bool, Error> {
        self.must_be_sound()?;
        let seconds = limits::STORE_DOCTOR_SECONDS;
        let health = health::look_through(&mut self.lock(), Depth::Everything, seconds);
        match health.map_err(|source| failure(&self.path, &source))? {
            Health::Sound => Ok(true),
            Health::Unknown => Ok(false),
            Health::Damaged(why) => Err(self.is_damaged(why)),
        }
    }

    /// What was damaged once is not used on, whatever else of it can be read.
    fn must_be_sound(&self) -> Result<(), Error> {
        let known = self.damaged.get().cloned();
        match known.or_else(|| health::marked(&self.path)) {
            Some(why) => Err(damaged(&self.path, why)),
            None => Ok(()),
        }
    }

    /// Nobody uses it from now on: this process, and by the mark every other.
    fn is_damaged(&self, why: String) -> Error {
        if self.damaged.set(why.clone()).is_ok() {
            health::mark(&self.path, &why);
        }
        damaged(&self.path, why)
    }

    /// See [`super::Store::must_be_current`].
    pub(super) fn must_be_current(&self) -> Result<(), Error> {
        self.must_be_sound()?;
        if identity(&self.path) != self.identity {
            let path = self.path.display().to_string();
            return Err(Error::Replaced { path });
        }
        let version = schema::known_version(&self.lock());
        version.map(drop).map_err(|failure| known(failure, &self.path))
    }

    /// Reads everything as it is at one moment, which also takes the locks of the file once for all statements.
    pub(super) fn read<T>(&self, mut work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        self.must_be_sound()?;
        let mut connection = self.lock();
        let mut run = || {
            let transaction = connection.transaction()?;
            let value = work(&mut Open(&transaction))?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(|abort| self.error(abort))
    }

    /// One write transaction, IMMEDIATE: a transaction that reads first and writes later would lose the
    /// race for the write lock in spite of the busy timeout.
    ///
    /// An error of either kind rolls everything back.
    pub(super) fn write<T>(&self, work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>) -> Result<T, Error> {
        self.write_within(limits::STORE_BUSY, work)
    }

    /// The same, but waits so long at most for another process's transaction.
    pub(super) fn write_within<T>(
        &self,
        patience: Duration,
        mut work: impl FnMut(&mut dyn Sql) -> Result<T, Abort>,
    ) -> Result<T, Error> {
        self.must_be_sound()?;
        let mut connection = self.lock();
        let mut run = || {
            connection.busy_timeout(patience)?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&mut Open(&transaction))?;
            transaction.commit()?;
            Ok(value)
        };
        let written = run();
        let restored = connection.busy_timeout(limits::STORE_BUSY);
        written
            .and_then(|value| Ok(restored.map(|()| value)?))
            .map_err(|abort| self.error(abort))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, abort: Abort) -> Error {
        match abort {
            Abort::Refused(error) => error,
            Abort::Failed(Refusal::Sqlite(source)) => match failure(&self.path, &source) {
                Error::Damaged { why, .. } => self.is_damaged(why),
                other => other,
            },
            Abort::Failed(other) => Error::Database {
                at: self.path.display().to_string(),
                why: other.words(),
            },
        }
    }
}

/// A `DISTINCT` would read the whole index here.
pub(super) fn each(column: &str) -> String {
    format!(
        "WITH RECURSIVE found (value) AS (
             SELECT MIN({column}) FROM @services WHERE {column} IS NOT NULL
             UNION ALL
             SELECT (SELECT MIN({column}) FROM @services WHERE {column} > found.value)
             FROM found WHERE found.value IS NOT NULL
         ) SELECT value FROM found WHERE value IS NOT NULL"
    )
}

/// Statements on the open file.
struct Open<'a>(&'a Connection);

impl Sql for Open<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        let mut statement = self.0.prepare_cached(&with_prefix(sql, ""))?;
        Ok(statement.execute(params_from_iter(values))? as u64)
    }

    fn insert(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal> {
        self.execute(sql, values)?;
        Ok(self.0.last_insert_rowid().unsigned_abs())
    }

    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Refusal> {
        let mut statement = self.0.prepare_cached(&with_prefix(sql, ""))?;
        let columns = statement.column_count();
        let mut found = statement.query(params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let values = (0..columns).map(|column| row.get_ref(column).map(Value::from));
            rows.push(Row(values.collect::<rusqlite::Result<_>>()?));
        }
        Ok(rows)
    }

    fn moment(&self, now: UnixSeconds) -> Moment {
        Moment { sql: "?", value: now }
    }

    fn by_index(&self, index: &str) -> String {
        format!("INDEXED BY {index}")
    }

    fn numbers(&self) -> &'static str {
        "SELECT value AS id FROM json_each(?)"
    }

    fn each(&self, column: &str) -> String {
        each(column)
    }

    fn with_guests(&self) -> String {
        each("guest_server")
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Int(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => {
                String::from_utf8(text.to_vec()).map_or_else(|not| Value::Bytes(not.into_bytes()), Value::Text)
            }
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        }
    }
}

/// Which file it is, whatever it is called.
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino()))
}

fn known(failure_of: schema::Failure, path: &Path) -> Error {
    match failure_of {
        schema::Failure::Newer { found, known } => Error::Newer { found, known },
        schema::Failure::Foreign => not_usable(path, "it is the database of another program".to_owned()),
        schema::Failure::Backup { path, why } => Error::Backup { path, why },
        schema::Failure::Sqlite(source) => failure(path, &source),
    }
}

fn not_usable(path: &Path, why: String) -> Error {
    Error::NotUsable {
        path: path.display().to_string(),
        user: owner::user(),
        why,
    }
}

/// Takes the time for the look through a large file that is marked as damaged, where no page waits: a page has little, and
/// would refuse a sound file for ever. What it finds, the opening says.
pub(super) fn look_at_marked(path: &Path) {
    if let Some(_turn) = health::turn(path)
        && let Ok(mut connection) = Connection::open(path)
    {
        let _ = must_not_be_marked(&mut connection, path, limits::STORE_MARKED_SECONDS);
    }
}

/// A store that was found damaged is refused until a look through all of it finds nothing: until another file was put
/// in its place.
fn must_not_be_marked(connection: &mut Connection, path: &Path, seconds: f64) -> Result<(), Error> {
    let Some(why) = health::marked(path) else {
        return Ok(());
    };
    let health = health::look_through(connection, Depth::Everything, seconds);
    match health.map_err(|source| failure(path, &source))? {
        Health::Sound => health::unmark(path),
        Health::Damaged(why) => return Err(damaged(path, why)),
        Health::Unknown => return Err(damaged(path, why)),
    }
    Ok(())
}

fn damaged(path: &Path, why: String) -> Error {
    Error::Damaged {
        path: path.display().to_string(),
        why,
    }
}

/// What SQLite's refusal means for an admin.
fn failure(path: &Path, source: &rusqlite::Error) -> Error {
    let why = source.to_string();
    let at = path.display().to_string();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Error::Damaged { path: at, why },
        Some(ErrorCode::DiskFull) => Error::Full { path: at, why },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => not_usable(path, why),
        _ => Error::Database { at, why },
    }
}

/// Makes the folder (0700) and the file (0600) where they are missing. What root makes belongs to the owner of the
/// folder that it lies in: the user of the web server could not open a file of root's. SQLite does the same with the
/// files that it lays beside the store.
fn prepare(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let missing: Vec<&Path> = path.ancestors().take_while(|place| !place.exists()).collect();
    if let Some(folder) = folder {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600).open(path)?;
    missing.iter().rev().try_for_each(|made| owner::give(made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_no_time_for_a_large_file_that_was_damaged_and_a_command_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let file = File::open(&path).unwrap();
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                    INSERT INTO events (service, at, actor, what, result, took_ms) SELECT i, 0, '', '', '', 0 FROM n";
        file.lock().execute(rows, []).unwrap();
        health::mark(&path, "page 7 is damaged");
        let mut connection = Connection::open(&path).unwrap();
        let page = must_not_be_marked(&mut connection, &path, -1.0).unwrap_err();
        assert!(page.to_string().contains("page 7"), "{page}");
        // one at a time: cron runs follow each other
        let turn = health::turn(&path).unwrap();
        look_at_marked(&path);
        assert!(health::marked(&path).is_some());
        drop(turn);
        look_at_marked(&path);
        assert_eq!(health::marked(&path), None);
        must_not_be_marked(&mut connection, &path, -1.0).unwrap();
        assert!(health::turn(&path).is_none(), "nothing is marked");
    }

    /// From 3.7.0 to 3.51.2, two checkpoints at once could lose a transaction out of the middle of the file; several
    /// processes with the file open are exactly ours.
    #[test]
    fn the_bundled_sqlite_does_not_lose_a_log_that_is_begun_anew() {
        assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    }
}
