//! Where a store is: a file, or tables in a database.

use super::Error;
use crate::server::Secret;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::{Path, PathBuf};

/// What the names of the tables begin with unless the location says otherwise.
const PREFIX: &str = "mod_proxmoxkvm_store_";

/// Where a store is.
#[derive(Debug, Clone)]
pub enum Location {
    /// SQLite: `/absolute/path` or `sqlite:/absolute/path`.
    File(PathBuf),
    /// MariaDB or MySQL: `mysql://user:password@host:port/database?prefix=…&socket=…&tls_ca=…`.
    Database(Database),
}

/// A database and the login to it. Every part of its text form is percent-encoded.
#[derive(Debug, Clone)]
pub struct Database {
    pub(super) host: String,
    pub(super) port: u16,
    /// A unix socket in place of host and port.
    pub(super) socket: Option<String>,
    pub(super) user: String,
    pub(super) password: Secret,
    pub(super) name: String,
    /// What the names of our tables begin with.
    pub(super) prefix: String,
    /// A file of CA certificates: then TLS is demanded, and verified.
    pub(super) tls_ca: Option<PathBuf>,
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Location::File(path.to_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Self {
        Location::File(path.clone())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}

/// Without the login: for messages.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            Location::Database(database) => database.fmt(f),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Some(socket) => write!(f, "mysql://{socket}/{}", self.name),
            None => write!(f, "mysql://{}:{}/{}", self.host, self.port, self.name),
        }
    }
}

impl Location {
    /// Reads the text form. The sentence of an error shows no password.
    pub fn parse(text: &str) -> Result<Location, Error> {
        if let Some(rest) = text.strip_prefix("mysql://") {
            return database(rest).map(Location::Database).map_err(malformed);
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        // //user:password@host/database is a URL without its beginning, and would be shown as a path
        let has_login = path.starts_with("//") && path.contains('@');
        let path = PathBuf::from(path);
        if path.is_absolute() && !has_login {
            Ok(Location::File(path))
        } else {
            Err(malformed("it should be an absolute path or begin with mysql://"))
        }
    }

    /// Tells stores and logins apart; holds no readable secret.
    pub(crate) fn identity(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        };
        add(&self.to_string());
        if let Location::Database(database) = self {
            add(&database.prefix);
            add(&database.user);
            add(database.password.expose());
            add(&format!("{:?}", database.tls_ca));
        }
        hash.finalize().into()
    }
}

fn malformed(why: &str) -> Error {
    Error::Location { why: why.to_owned() }
}

fn decoded(part: &str) -> Result<String, &'static str> {
    let text = percent_decode_str(part).decode_utf8();
    text.map(Into::into).map_err(|_| "a part of it is not UTF-8")
}

/// What follows `mysql://`.
fn database(rest: &str) -> Result<Database, &'static str> {
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, name) = before.split_once('/').ok_or("the name of the database is missing")?;
    let (login, at) = authority.rsplit_once('@').ok_or("the user is missing")?;
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = host_and_port(at)?;
    let mut database = Database {
        host: decoded(host)?,
        port,
        socket: None,
        user: decoded(user)?,
        password: Secret::from(decoded(password)?),
        name: decoded(name)?,
        prefix: PREFIX.to_owned(),
        tls_ca: None,
    };
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decoded(value)?;
        match key {
            "prefix" => database.prefix = value,
            "socket" => database.socket = Some(value),
            "tls_ca" => database.tls_ca = Some(PathBuf::from(value)),
            _ => return Err("after the question mark only prefix, socket and tls_ca are known"),
        }
    }
    check(&database)?;
    Ok(database)
}

fn host_and_port(at: &str) -> Result<(&str, u16), &'static str> {
    const PORT: u16 = 3306;
    let (host, port) = match at.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((ipv6, port)) => (ipv6, port.strip_prefix(':')),
        None => at.split_once(':').map_or((at, None), |(host, port)| (host, Some(port))),
    };
    let port = port
        .map_or(Ok(PORT), str::parse)
        .map_err(|_| "its port is not a number")?;
    Ok((host, port))
}

fn check(database: &Database) -> Result<(), &'static str> {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if database.name.is_empty() {
        return Err("the name of the database is missing");
    }
    if database.host.is_empty() && database.socket.is_none() {
        return Err("the host is missing");
    }
    // MariaDB and MySQL have names of up to 64 characters, and the longest of ours has 9
    if database.prefix.is_empty() || database.prefix.len() > 40 || !plain(&database.prefix) {
        return Err("the prefix should be 1 to 40 letters, digits and underscores");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Database {
        match Location::parse(text).unwrap() {
            Location::Database(database) => database,
            Location::File(path) => unreachable!("{}", path.display()),
        }
    }

    #[test]
    fn a_database_is_read_part_by_part() {
        let all = parsed("mysql://wh%40mcs:p%3A%2F%40ss@db.example:3307/billing?prefix=pk_&tls_ca=%2Fetc%2Fca.pem");
        assert_eq!((all.user.as_str(), all.password.expose()), ("wh@mcs", "p:/@ss"));
        assert_eq!(
            (all.host.as_str(), all.port, all.name.as_str()),
            ("db.example", 3307, "billing")
        );
        assert_eq!(
            (all.prefix.as_str(), all.tls_ca),
            ("pk_", Some(PathBuf::from("/etc/ca.pem")))
        );
        let least = parsed("mysql://whmcs@[::1]/billing");
        assert_eq!(
            (least.host.as_str(), least.port, least.prefix.as_str()),
            ("::1", 3306, PREFIX)
        );
        let socket = parsed("mysql://whmcs:x@/billing?socket=%2Frun%2Fmysqld%2Fmysqld.sock");
        assert_eq!(socket.to_string(), "mysql:///run/mysqld/mysqld.sock/billing");
    }

    #[test]
    fn a_file_is_an_absolute_path_with_or_without_its_scheme() {
        for text in ["/var/lib/store.db", "sqlite:/var/lib/store.db"] {
            let Ok(Location::File(path)) = Location::parse(text) else {
                unreachable!("{text}")
            };
            assert_eq!(path, Path::new("/var/lib/store.db"));
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for text in [
            "store.db",
            "sqlite:store.db",
            "postgres://hunter2@x/y",
            "//u:hunter2@host/db",
            "sqlite://u:hunter2@host/db",
            "mysql://u:hunter2@host",
            "mysql://u:hunter2@host/",
            "mysql://u:hunter2@host:many/db",
            "mysql://u:hunter2@/db",
            "mysql://u:hunter2@host/db?prefix=a-b",
            "mysql://u:hunter2@host/db?prefix=",
            "mysql://u:hunter2@host/db?colour=red",
            "mysql://u:hunter2%ff@host/db",
        ] {
            let error = Location::parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let location = Location::parse("mysql://u:hunter2@host/db").unwrap();
        assert!(!format!("{location:?} {location}").contains("hunter2"));
    }
}
