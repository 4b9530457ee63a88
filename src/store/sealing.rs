//! The key of what one web server gives to a browser and another one takes back.

use super::seal::KEY_BYTES;
use super::sql::{Abort, Sql, values};
use super::{Error, Store, owner};
use data_encoding::HEXLOWER;

const READ: &str = "SELECT value FROM @meta WHERE `key` = 'console_key'";

impl Store {
    /// The key of consoles' grants, made by whoever needs it first. It is nowhere else.
    pub fn console_key(&self) -> Result<[u8; KEY_BYTES], Error> {
        if let Some(key) = self.read(known)? {
            return Ok(key);
        }
        self.write_in_turn(|sql| {
            if let Some(key) = known(sql)? {
                return Ok(key);
            }
            let mut key = [0; KEY_BYTES];
            getrandom::fill(&mut key).map_err(|error| self.unusable(&error))?;
            let replace = "REPLACE INTO @meta (`key`, value) VALUES ('console_key', ?)";
            sql.execute(replace, values![&HEXLOWER.encode(&key)])?;
            Ok(key)
        })
    }

    fn unusable(&self, why: &getrandom::Error) -> Error {
        Error::NotUsable {
            path: self.at.clone(),
            user: owner::user(),
            why: why.to_string(),
        }
    }
}

fn known(sql: &mut dyn Sql) -> Result<Option<[u8; KEY_BYTES]>, Abort> {
    let text: Option<String> = sql.value(READ, &[])?;
    let bytes = text.and_then(|text| HEXLOWER.decode(text.as_bytes()).ok());
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()))
}
