//! Which WHMCS a store belongs to. A copy of a WHMCS brings a copy of its store along, and would suspend and terminate the
//! original's guests: they carry the id that lies in both. Therefore the store remembers where its WHMCS is.

use super::sql::{Abort, Sql, values};
use super::{Error, Store, fresh_installation};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a WHMCS is, as PHP sees it. Empty: it cannot see that.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Home {
    /// Its address without scheme and closing slash: `example.com/billing`.
    pub url: String,
    /// Server and name of its database; `localhost/…` for one on the same machine.
    pub database: String,
    /// Its folder.
    pub root: String,
    /// What tells the machine apart.
    pub machine: String,
}

/// For sentences.
impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} with the database {}", self.url, self.root, self.database)
    }
}

impl Home {
    /// Whether both are one WHMCS. On one machine its database says so, whatever address and folder are called now; on
    /// several web servers the database they share and the address do. A new machine with a database of its own may be
    /// a move or a copy: only people know.
    fn is_same(&self, now: &Home) -> bool {
        let same_url = match (self.url.as_str(), now.url.as_str()) {
            ("", _) | (_, "") => self.root == now.root,
            (known, seen) => known == seen,
        };
        let machines_known = !self.machine.is_empty() && !now.machine.is_empty();
        self.database == now.database
            && match machines_known {
                true if self.machine == now.machine => true,
                true => same_url && !self.database.starts_with("localhost"),
                false => same_url,
            }
    }
}

fn known(sql: &mut dyn Sql) -> Result<Option<Home>, Abort> {
    let text: Option<String> = sql.value("SELECT value FROM @meta WHERE `key` = 'home'", &[])?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn bind(sql: &mut dyn Sql, home: &Home) -> Result<(), Abort> {
    let text = serde_json::to_string(home).unwrap_or_default();
    let replace = "REPLACE INTO @meta (`key`, value) VALUES ('home', ?)";
    sql.execute(replace, values![&text])?;
    Ok(())
}

impl Store {
    /// Refuses a WHMCS that is not the one that the store belongs to. The first one that comes is it.
    pub fn must_be_home(&self, now: &Home) -> Result<(), Error> {
        let (home, installation) = self.read(|sql| {
            let installation: Option<String> =
                sql.value("SELECT value FROM @meta WHERE `key` = 'installation'", &[])?;
            Ok((known(sql)?, installation))
        })?;
        if installation.as_deref() != Some(self.installation()) {
            return Err(Error::Replaced { path: self.at.clone() });
        }
        match home {
            Some(home) if home == *now => Ok(()),
            Some(home) if !home.is_same(now) => Err(Error::OtherHome {
                of: home.to_string(),
                now: now.to_string(),
            }),
            _ => self.write(|sql| bind(sql, now)),
        }
    }

    /// The same WHMCS has moved: the store stays its own.
    pub fn move_home(&self, now: &Home) -> Result<(), Error> {
        self.write(|sql| bind(sql, now))
    }

    /// This WHMCS is a copy: it is a new installation, and nothing in the store is its own. Refused where the store
    /// belongs to this very WHMCS.
    pub fn begin_as_copy(&self, now: &Home) -> Result<(), Error> {
        self.write(|sql| {
            if known(sql)?.is_none_or(|home| home.is_same(now)) {
                return Err(Error::NoCopy.into());
            }
            for table in [
                "addresses",
                "events",
                "dns",
                "traffic",
                "samples",
                "sampled",
                "facts",
                "reached",
                "services",
            ] {
                sql.execute(&format!("DELETE FROM @{table}"), &[])?;
            }
            let replace = "REPLACE INTO @meta (`key`, value) VALUES ('installation', ?)";
            sql.execute(replace, values![&fresh_installation()])?;
            bind(sql, now)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(url: &str, database: &str, root: &str, machine: &str) -> Home {
        let [url, database, root, machine] = [url, database, root, machine].map(str::to_owned);
        Home {
            url,
            database,
            root,
            machine,
        }
    }

    #[test]
    fn a_whmcs_is_known_again_and_a_copy_is_not() {
        let local = home("example.com", "localhost/whmcs", "/var/www", "a");
        let shared = home("example.com", "db.internal/whmcs", "/var/www", "a");
        let contained = home("example.com", "db/whmcs", "/var/www", "");
        for (known, now, same) in [
            (&local, home("new-name.com", "localhost/whmcs", "/var/www", "a"), true),
            (&local, home("example.com", "localhost/whmcs", "/srv/www", "a"), true),
            (
                &local,
                home("staging.example.com", "localhost/staging", "/var/staging", "a"),
                false,
            ),
            (&local, home("example.com", "localhost/whmcs", "/var/www", "b"), false),
            (
                &shared,
                home("example.com", "db.internal/whmcs", "/srv/web2", "b"),
                true,
            ),
            (
                &shared,
                home("staging.example.com", "db.internal/whmcs", "/var/www", "b"),
                false,
            ),
            (
                &shared,
                home("example.com", "db.internal/staging", "/var/www", "a"),
                false,
            ),
            (&shared, home("example.com", "localhost/whmcs", "/var/www", "a"), false),
            (&contained, home("example.com", "db/whmcs", "/app", ""), true),
            (
                &contained,
                home("staging.example.com", "db/whmcs", "/var/www", ""),
                false,
            ),
            (&contained, home("", "db/whmcs", "/var/www", ""), true),
        ] {
            assert_eq!(known.is_same(&now), same, "{known} and {now}");
        }
    }
}
