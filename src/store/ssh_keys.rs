//! The SSH keys of WHMCS's clients: each has those of all services of that client to choose from.

use super::sql::{Refusal, Row, values};
use super::{Error, Store};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::ssh_key::{NamedKey, SshKey};

/// A key of a client.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientKey {
    /// It, and what it is called.
    pub named: NamedKey,
    /// Since when the client has it.
    pub added_at: UnixSeconds,
}

impl Store {
    /// A client's keys, the oldest first.
    pub fn ssh_keys(&self, client: u64) -> Result<Vec<ClientKey>, Error> {
        let select =
            "SELECT fingerprint, line, name, added_at FROM @ssh_keys WHERE client = ? ORDER BY added_at, fingerprint";
        self.read(|sql| Ok(sql.list(select, values![client], key_of)?))
    }

    /// Gives a client a key; one that it has already is called anew. `false`: there is no place for one more.
    pub fn add_ssh_key(&self, client: u64, named: &NamedKey, now: UnixSeconds) -> Result<bool, Error> {
        let key = &named.key;
        self.write_in_turn(|sql| {
            let update = "UPDATE @ssh_keys SET name = ?, line = ? WHERE client = ? AND fingerprint = ?";
            let known = "SELECT COUNT(*) FROM @ssh_keys WHERE client = ? AND fingerprint = ?";
            if sql.value(known, values![client, &key.fingerprint])? == Some(1_u64) {
                sql.execute(update, values![&named.name, &key.line, client, &key.fingerprint])?;
                return Ok(true);
            }
            let count: Option<u64> = sql.value("SELECT COUNT(*) FROM @ssh_keys WHERE client = ?", values![client])?;
            if count.unwrap_or_default() >= limits::SSH_KEYS as u64 {
                return Ok(false);
            }
            let insert = "INSERT INTO @ssh_keys (client, fingerprint, line, name, added_at) VALUES (?, ?, ?, ?, ?)";
            sql.execute(insert, values![client, &key.fingerprint, &key.line, &named.name, now])?;
            Ok(true)
        })
    }

    /// Forgets all keys of a client.
    pub fn forget_ssh_keys(&self, client: u64) -> Result<u64, Error> {
        let delete = "DELETE FROM @ssh_keys WHERE client = ?";
        self.write(|sql| Ok(sql.execute(delete, values![client])?))
    }

    /// Takes a key from a client. What guests have of it, they keep.
    pub fn remove_ssh_key(&self, client: u64, fingerprint: &str) -> Result<(), Error> {
        let delete = "DELETE FROM @ssh_keys WHERE client = ? AND fingerprint = ?";
        self.write(|sql| Ok(sql.execute(delete, values![client, fingerprint]).map(drop)?))
    }
}

fn key_of(row: &Row) -> Result<ClientKey, Refusal> {
    let key = SshKey {
        fingerprint: row.get(0)?,
        line: row.get(1)?,
    };
    let name = row.get(2)?;
    Ok(ClientKey {
        named: NamedKey { name, key },
        added_at: row.get(3)?,
    })
}
