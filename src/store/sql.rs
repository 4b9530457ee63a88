//! What statements are made of, the same for every database: `?` for a value, `@` before the name of a table.

use super::Error;
use crate::words::ids::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A value of a row or for a `?`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Int(_) => "a whole number",
            Value::Real(_) => "a number",
            Value::Text(_) => "a text",
            Value::Bytes(_) => "bytes",
        }
    }
}

/// The values of a statement, in the order of its `?`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::sql::Value::from($value)),*] };
}
pub(super) use values;

macro_rules! from_number {
    ($($number:ty),*) => { $(impl From<$number> for Value {
        fn from(number: $number) -> Self {
            // no id or counter of ours comes near the end
            Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
        }
    })* };
}
from_number!(i64, u64, u32, usize);

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Value::Int(i64::from(is))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Real(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<[u8; 17]> for Value {
    fn from(bytes: [u8; 17]) -> Self {
        Value::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(super) struct Row(pub(super) Vec<Value>);

impl Row {
    /// The value of a column, counted from 0.
    pub(super) fn get<T: Column>(&self, column: usize) -> Result<T, Refusal> {
        let value = self.0.get(column).unwrap_or(&Value::Null);
        T::read(value).ok_or_else(|| {
            Refusal::Answer(format!(
                "column {column} of an answer holds {}, which is not expected there",
                value.kind()
            ))
        })
    }
}

/// What a column is read as.
pub(super) trait Column: Sized {
    fn read(value: &Value) -> Option<Self>;
}

impl Column for i64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl Column for u64 {
    fn read(value: &Value) -> Option<Self> {
        i64::read(value)?.try_into().ok()
    }
}

impl Column for u32 {
    fn read(value: &Value) -> Option<Self> {
        i64::read(value)?.try_into().ok()
    }
}

impl Column for bool {
    fn read(value: &Value) -> Option<Self> {
        i64::read(value).map(|number| number != 0)
    }
}

impl Column for f64 {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Real(number) => Some(*number),
            Value::Int(number) => Some(*number as f64),
            _ => None,
        }
    }
}

impl Column for String {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            // MariaDB and MySQL answer with bytes
            Value::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
            _ => None,
        }
    }
}

impl Column for [u8; 17] {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

/// A statement that was not carried out.
#[derive(Debug)]
pub(super) enum Refusal {
    Sqlite(rusqlite::Error),
    Mysql(mysql::Error),
    /// The answer is not what the schema promises.
    Answer(String),
    /// Nothing was asked: a statement before this one was refused, and with it the transaction.
    TooLate,
}

impl Refusal {
    /// What is wrong with an answer, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Refusal::Sqlite(error) => error.to_string(),
            Refusal::Mysql(error) => error.to_string(),
            Refusal::Answer(why) => why.clone(),
            Refusal::TooLate => "a statement before this one was refused".to_owned(),
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::Sqlite(error)
    }
}

impl From<mysql::Error> for Refusal {
    fn from(error: mysql::Error) -> Self {
        Refusal::Mysql(error)
    }
}

/// Why a transaction is rolled back.
#[derive(Debug)]
pub(super) enum Abort {
    Refused(Error),
    Failed(Refusal),
}

impl<E: Into<Refusal>> From<E> for Abort {
    fn from(refusal: E) -> Self {
        Abort::Failed(refusal.into())
    }
}

impl From<Error> for Abort {
    fn from(error: Error) -> Self {
        Abort::Refused(error)
    }
}

/// The time by which leases end: an expression with one `?`, and the value for it.
///
/// SQLite has one machine's clock; a database has its own, which is the same for every web server, however wrong
/// the clock of one of them is.
pub(super) struct Moment {
    pub(super) sql: &'static str,
    pub(super) value: f64,
}

/// Statements on a database, in a transaction or, for reading, without.
pub(super) trait Sql {
    /// Changes rows, and says how many it found.
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal>;

    /// Adds a row to a table that numbers its rows, and says its number.
    fn insert(&mut self, sql: &str, values: &[Value]) -> Result<u64, Refusal>;

    /// Reads rows.
    fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Refusal>;

    /// `now` as leases are measured.
    fn moment(&self, now: UnixSeconds) -> Moment;

    /// What stands behind a table's name to read it by an index and nothing else. For indices that hold all that is
    /// asked for: nobody guesses then what the table itself would cost.
    fn by_index(&self, index: &str) -> String;

    /// Selects, as `id`, the whole numbers of a list in JSON, for which there is one `?`: however many there are.
    fn numbers(&self) -> &'static str;

    /// Whether the number `s.id` is marked in a text as [`marks_of`] writes it, for which there is one `?`: many numbers
    /// are found so in a walk through an index. `None`: here a join with [`Sql::numbers`] takes no longer.
    fn is_marked(&self) -> Option<&'static str> {
        None
    }

    /// Selects, as `value`, what is in a column of services that has an index, each once: from one to the next in the
    /// index, and not by reading every service.
    fn each(&self, column: &str) -> String;

    /// Selects, as `value`, the server entries of all services that have a guest, in the same way.
    fn with_guests(&self) -> String;
}

/// Marks for numbers, a bit for each, in hexadecimal digits; `None` for so few of so many that a look for each takes less.
pub(super) fn marks_of(numbers: &BTreeSet<u64>) -> Option<String> {
    let bytes = usize::try_from(numbers.last()? / 8 + 1).ok()?;
    if bytes > numbers.len() + 1 {
        return None;
    }
    let mut marks = vec![0_u8; bytes];
    for number in numbers {
        if let Some(byte) = usize::try_from(number / 8).ok().and_then(|place| marks.get_mut(place)) {
            *byte |= 1 << (number % 8);
        }
    }
    Some(marks.iter().fold(String::with_capacity(2 * bytes), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    }))
}

/// Texts in one value, unless a server has cut them off at a limit of its own, or has left them out for one.
fn whole(length: f64, texts: Option<String>) -> Option<String> {
    texts.filter(|texts| texts.len() as f64 + 1.0 == length)
}

impl dyn Sql + '_ {
    /// The first row.
    pub(super) fn row(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, Refusal> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// The moment itself, as a number.
    pub(super) fn time(&mut self, now: UnixSeconds) -> Result<UnixSeconds, Refusal> {
        let moment = self.moment(now);
        let select = format!("SELECT {}", moment.sql);
        Ok(self.value(&select, values![moment.value])?.unwrap_or(now))
    }

    /// The first row's first column.
    pub(super) fn value<T: Column>(&mut self, sql: &str, values: &[Value]) -> Result<Option<T>, Refusal> {
        self.row(sql, values)?.map(|row| row.get(0)).transpose()
    }

    /// Reads a column of texts without commas, or of whole numbers, however many there are. All come in one row: what a
    /// row costs is more than what is in it.
    pub(super) fn texts(
        &mut self,
        column: &str,
        from: &str,
        values: &[Value],
        mut each: impl FnMut(&str),
    ) -> Result<(), Refusal> {
        let all = format!("SELECT SUM(LENGTH({column}) + 1), GROUP_CONCAT({column}) {from}");
        let row = self.row(&all, values)?.unwrap_or(Row(Vec::new()));
        let Some(length) = row.get::<Option<f64>>(0)? else {
            return Ok(());
        };
        if let Some(texts) = whole(length, row.get(1)?) {
            texts.split(',').for_each(each);
            return Ok(());
        }
        for row in self.rows(&format!("SELECT CAST({column} AS CHAR) {from}"), values)? {
            each(&row.get::<String>(0)?);
        }
        Ok(())
    }

    /// Every row as `read` sees it.
    pub(super) fn list<T>(
        &mut self,
        sql: &str,
        values: &[Value],
        read: impl FnMut(&Row) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        self.rows(sql, values)?.iter().map(read).collect()
    }
}

/// A statement with the names of the tables as this store has them.
pub(super) fn with_prefix(sql: &str, prefix: &str) -> String {
    sql.replace('@', prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_server_has_cut_off_are_not_taken_for_all() {
        let all = || Some("10.0.0.1,10.0.0.12".to_owned());
        let length = f64::from(9 + 10);
        assert_eq!(whole(length, all()), all());
        assert_eq!(whole(length, Some("10.0.0.1,10.0.0.1".to_owned())), None);
        assert_eq!(whole(length, None), None);
    }

    #[test]
    fn many_numbers_are_marks_and_few_are_none() {
        let marks = |numbers: &[u64]| marks_of(&numbers.iter().copied().collect());
        assert_eq!(marks(&[1, 8, 10]).as_deref(), Some("0205"));
        assert_eq!(marks(&[7, 15]).as_deref(), Some("8080"));
        assert_eq!(marks(&[7, 99]), None);
        assert_eq!(marks(&[u64::MAX]), None);
        assert_eq!(marks(&[]), None);
    }
}
