//! Which WHMCS a store belongs to. A copy of a WHMCS brings a copy of its store along, and would suspend and terminate the
//! original's guests: they carry the id that lies in both. Therefore the store remembers where its WHMCS is.

use super::sql::{Abort, Sql, values};
use super::tables::{PASSING, TABLES};
use super::{Error, Store, random_id};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a WHMCS is, as PHP sees it. Empty: it cannot see that.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
    /// What tells the server of its database apart.
    pub server: String,
    /// Other machines of the same WHMCS: web servers that share its database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub machines: Vec<String>,
    /// Its address has changed, and nobody has said yet that it is the same WHMCS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<AddressChange>,
}

/// A WHMCS has got another address. It may be a copy of the whole machine, which differs in nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressChange {
    /// The address before.
    pub from: String,
    /// The address now.
    pub to: String,
    /// When that was seen first.
    pub at: UnixSeconds,
}

/// For sentences.
impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} with the database {}", self.url, self.root, self.database)
    }
}

impl Home {
    /// Whether both are one WHMCS. On one machine its database says so, whatever folder it is in and whether address or
    /// database server are others now, though not both: two servers may each have a database of that name. On several web
    /// servers the database they share does, with its server or the address. A new machine with a database
    /// of its own may be a move or a copy: only people know.
    fn is_same(&self, now: &Home) -> bool {
        let same_url = match (self.url.as_str(), now.url.as_str()) {
            ("", _) | (_, "") => self.root == now.root,
            (known, seen) => known == seen,
        };
        // staff change the address, and whoever cannot see the machine has nothing else to be known by
        let same_place = same_url || (!self.server.is_empty() && self.server == now.server);
        let differ = |known: &str, seen: &str| !known.is_empty() && !seen.is_empty() && known != seen;
        let other_place = differ(&self.url, &now.url) && differ(&self.server, &now.server);
        let machines_known = !self.machine.is_empty() && !now.machine.is_empty();
        self.database == now.database
            && match machines_known {
                true if self.machine == now.machine || self.machines.contains(&now.machine) => !other_place,
                true => same_place && !self.is_local(),
                false => same_place,
            }
    }

    /// Whoever asks says what it is: its address is no question any more.
    fn settled(self) -> Home {
        Home { changed: None, ..self }
    }

    /// Whether its database is reached by a way that leads elsewhere on another machine.
    fn is_local(&self) -> bool {
        self.database.starts_with("localhost")
    }

    /// What is known after this one has come too. A page that sees less of its WHMCS makes nothing forgotten, and a web
    /// server that was known stays so when staff change the address.
    fn and(&self, now: &Home, at: UnixSeconds) -> Home {
        let mut home = self.clone();
        if !self.url.is_empty() && !now.url.is_empty() && self.url != now.url {
            let before = self.changed.clone().map(|changed| (changed.from, changed.at));
            let (from, at) = before.unwrap_or_else(|| (self.url.clone(), at));
            let to = now.url.clone();
            home.changed = (from != to).then_some(AddressChange { from, to, at });
        }
        for (known, seen) in [(&mut home.url, &now.url), (&mut home.server, &now.server)] {
            if !seen.is_empty() {
                known.clone_from(seen);
            }
        }
        if home.machine.is_empty() {
            home.machine.clone_from(&now.machine);
        }
        if home.machine == now.machine {
            home.root.clone_from(&now.root);
        } else if !now.machine.is_empty() && !home.machines.contains(&now.machine) {
            home.machines.push(now.machine.clone());
            let too_many = home.machines.len().saturating_sub(limits::HOME_MACHINES);
            home.machines.drain(..too_many);
        }
        home
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
    pub fn must_be_home(&self, now: &Home, at: UnixSeconds) -> Result<(), Error> {
        let (home, installation) = self.read(|sql| {
            let installation: Option<String> =
                sql.value("SELECT value FROM @meta WHERE `key` = 'installation'", &[])?;
            Ok((known(sql)?, installation))
        })?;
        if installation.as_deref() != Some(self.installation()) {
            return Err(Error::Replaced { path: self.at.clone() });
        }
        match home {
            Some(home) if !home.is_same(now) => Err(Error::OtherHome {
                of: home.to_string(),
                now: now.to_string(),
            }),
            Some(home) if home.and(now, at) == home => Ok(()),
            Some(home) => self.write(|sql| bind(sql, &home.and(now, at))),
            None => self.write(|sql| bind(sql, &now.clone().settled())),
        }
    }

    /// Whether its address has changed, and nobody has said yet what that means.
    pub fn address_change(&self) -> Result<Option<AddressChange>, Error> {
        self.read(|sql| Ok(known(sql)?.and_then(|home| home.changed)))
    }

    /// The same WHMCS has moved: the store stays its own. A store in a database may be shared by web servers that each
    /// reach the database by a proxy of their own; those that were known stay known.
    pub fn move_home(&self, now: &Home) -> Result<(), Error> {
        self.write(|sql| {
            let shared = known(sql)?.filter(|home| self.is_shared() && home.database == now.database);
            let home = shared.map_or_else(|| now.clone(), |home| home.and(now, 0.0));
            bind(sql, &home.settled())
        })
    }

    /// This WHMCS is a copy: it is a new installation, and nothing in the store is its own. Refused where the store
    /// belongs to this very WHMCS.
    pub fn begin_as_copy(&self, now: &Home) -> Result<(), Error> {
        self.write(|sql| {
            // one with another address may be a copy of the whole machine
            if known(sql)?.is_none_or(|home| home.is_same(now) && home.and(now, 0.0).changed.is_none()) {
                return Err(Error::NoCopy.into());
            }
            let all = TABLES.iter().rev().map(|table| table.name).chain(PASSING);
            for table in all {
                sql.execute(&format!("DELETE FROM @{table}"), &[])?;
            }
            let replace = "REPLACE INTO @meta (`key`, value) VALUES ('installation', ?)";
            sql.execute(replace, values![&random_id()])?;
            bind(sql, &now.clone().settled())
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
            ..Home::default()
        }
    }

    fn at(server: &str, home: Home) -> Home {
        let server = server.to_owned();
        Home { server, ..home }
    }

    /// A store, and whether each that comes is let in.
    fn comes(all: &[(Home, bool)]) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("store.db")).unwrap();
        for (now, is_let_in) in all {
            assert_eq!(store.must_be_home(now, 0.0).is_ok(), *is_let_in, "{now:?}");
        }
    }

    #[test]
    fn a_new_address_stops_neither_the_page_that_sees_less_nor_the_cron() {
        // PHP's open_basedir hides the machine from pages, and not from the cron
        let web = |url| at("uuid", home(url, "localhost/whmcs", "/var/www", ""));
        let cron = |url| at("uuid", home(url, "localhost/whmcs", "/var/www", "a"));
        for first in [web("old.com"), cron("old.com")] {
            comes(&[
                (first, true),
                (cron("old.com"), true),
                (web("old.com"), true),
                (web("new.com"), true),
                (cron("new.com"), true),
                (web("new.com"), true),
            ]);
        }
        // where the database does not say which server it is, the cron does
        comes(&[
            (home("old.com", "localhost/whmcs", "/var/www", "a"), true),
            (home("old.com", "localhost/whmcs", "/var/www", ""), true),
            (home("new.com", "localhost/whmcs", "/var/www", "a"), true),
            (home("new.com", "localhost/whmcs", "/var/www", ""), true),
        ]);
        // containers, whose machines have no number
        comes(&[
            (at("uuid", home("old.com", "db/whmcs", "/app", "")), true),
            (at("uuid", home("new.com", "db/whmcs", "/app", "")), true),
            (at("other", home("staging.com", "db/whmcs", "/app", "")), false),
            (home("staging.com", "db/whmcs", "/app", ""), false),
        ]);
    }

    #[test]
    fn a_staging_beside_the_original_on_one_machine_with_a_database_server_of_its_own_is_a_copy() {
        let at_home = |url, server| at(server, home(url, "localhost/whmcs", "/var/www", "a"));
        comes(&[
            (at_home("example.com", "one"), true),
            (at_home("staging.example.com", "two"), false),
            // the original's database server is made anew, and later its address
            (at_home("example.com", "three"), true),
            (at_home("example.org", "three"), true),
            (at_home("example.com", "two"), false),
            // who cannot see it
            (at_home("example.net", ""), true),
        ]);
    }

    #[test]
    fn a_new_address_stops_none_of_several_web_servers() {
        let web = |url: &str, machine: &str| home(url, "db.internal/whmcs", "/var/www", machine);
        comes(&[
            (web("old.com", "a"), true),
            (web("old.com", "b"), true),
            (web("old.com", "a"), true),
            (web("new.com", "b"), true),
            (web("new.com", "a"), true),
            (web("staging.com", "c"), false),
        ]);
        let known = |known: Home, one: i32| known.and(&web("old.com", &one.to_string()), 0.0);
        let many = (0..40).fold(web("old.com", "a"), known);
        assert_eq!(many.machines.len(), limits::HOME_MACHINES);
        // each behind a proxy of its own: people say once that they are one
        let proxied = |machine| home("example.com", "localhost/whmcs", "/var/www", machine);
        assert!(!proxied("a").is_same(&proxied("b")));
        let both = proxied("a").and(&proxied("b"), 0.0);
        assert!(both.is_same(&proxied("a")) && both.is_same(&proxied("b")) && !both.is_same(&proxied("c")));
    }

    #[test]
    fn a_new_address_is_a_question_until_it_is_answered_or_the_old_one_is_back() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("store.db")).unwrap();
        let at = |url| home(url, "localhost/whmcs", "/var/www", "a");
        let comes = |url, now| {
            store.must_be_home(&at(url), now).unwrap();
            let change = store.address_change().unwrap();
            change.map(|change| (change.from, change.to, change.at))
        };
        let change = |from: &str, to: &str, at| Some((from.to_owned(), to.to_owned(), at));
        assert_eq!(comes("old.com", 1.0), None);
        assert!(store.begin_as_copy(&at("old.com")).is_err());
        assert_eq!(comes("new.com", 2.0), change("old.com", "new.com", 2.0));
        assert_eq!(comes("new.com", 3.0), change("old.com", "new.com", 2.0));
        assert_eq!(comes("", 3.0), change("old.com", "new.com", 2.0), "who cannot see it");
        assert_eq!(comes("other.com", 4.0), change("old.com", "other.com", 2.0));
        assert_eq!(comes("old.com", 5.0), None);
        assert_eq!(comes("new.com", 6.0), change("old.com", "new.com", 6.0));
        store.move_home(&at("new.com")).unwrap();
        assert_eq!(comes("new.com", 7.0), None);
        assert!(store.begin_as_copy(&at("new.com")).is_err());
        // also before anything else has seen the address
        store.begin_as_copy(&at("staging.com")).unwrap();
        let now = store.must_be_home(&at("staging.com"), 8.0);
        assert!(matches!(now, Err(Error::Replaced { .. })), "{now:?}");
        assert_eq!(store.address_change().unwrap(), None);
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
