//! How to log in at PVE, and the type that keeps secrets out of logs.

use super::Error;
use std::fmt;

/// A text that must not be shown. It cannot be serialised, and prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself: for the request that needs it, nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Secret(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Secret(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// An API token: sent with every request.
    ApiToken {
        /// `user@realm!tokenid`.
        id: String,
        /// The token's secret.
        secret: Secret,
    },
    /// A user: exchanged for a ticket.
    Password {
        /// The name without its realm.
        user: String,
        /// `pam`, `pve` or another realm of the cluster.
        realm: String,
        /// The user's password.
        password: Secret,
    },
}

impl Login {
    /// Who logs in, without anything secret: `user@realm!tokenid` or `user@realm`.
    pub fn name(&self) -> String {
        match self {
            Login::ApiToken { id, .. } => id.clone(),
            Login::Password { user, realm, .. } => format!("{user}@{realm}"),
        }
    }

    /// Reads user name and password; a `!` in the name tells a token from a user.
    pub(super) fn parse(username: &str, password: &Secret) -> Result<Login, Error> {
        let username = username.trim();
        if username.is_empty() {
            return Err(Error::NoUser);
        }
        let bad = || Error::User;
        let (full_user, token) = username
            .split_once('!')
            .map_or((username, None), |(user, token)| (user, Some(token)));
        // the realm is behind the last @: a user may be named by a mail address
        let (user, realm) = match full_user.rsplit_once('@') {
            Some(parts) => parts,
            None if token.is_none() && full_user.len() <= LONGEST_USER && is_printable(full_user) => {
                return Err(Error::NoRealm);
            }
            None => return Err(bad()),
        };
        let is_id = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_alphabetic())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        if user.is_empty() || !is_printable(user) || user.contains([':', '/']) || !is_id(realm) {
            return Err(bad());
        }
        let Some(token) = token else {
            if password.expose().is_empty() {
                return Err(Error::NoPassword);
            }
            return Ok(Login::Password {
                user: user.to_owned(),
                realm: realm.to_owned(),
                password: password.clone(),
            });
        };
        if !is_id(token) {
            let goes_on = token.split_once(['=', ':']).is_some_and(|(id, _)| is_id(id.trim()));
            return Err(if goes_on { Error::SecretInUser } else { bad() });
        }
        // blanks around a pasted secret are never part of it; a password may have them
        let secret = password.expose().trim();
        if secret.is_empty() {
            return Err(Error::NoSecret);
        }
        if !is_printable(secret) {
            return Err(Error::Secret);
        }
        Ok(Login::ApiToken {
            id: username.to_owned(),
            secret: secret.into(),
        })
    }
}

/// Proxmox VE takes no longer one (`verify_username` in pve-access-control).
const LONGEST_USER: usize = 64;

/// Only visible ASCII: what may stand in a header without ending it.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints() {
        let login = Login::parse("root@pam!whmcs", &"hunter2".into());
        assert!(!format!("{login:?}").contains("hunter2"));
        assert_eq!(
            format!("{} {:?}", Secret::from("hunter2"), Secret::from("hunter2")),
            "*** ***"
        );
    }

    #[test]
    fn a_token_is_told_from_a_user() {
        let token = Login::parse(" root@pam!whmcs ", &" 1-2 \n".into());
        assert_eq!(
            token,
            Ok(Login::ApiToken {
                id: "root@pam!whmcs".to_owned(),
                secret: "1-2".into()
            })
        );
        let user = Login::parse("me@example.net@pve", &" x ".into());
        assert_eq!(user.as_ref().map(Login::name), Ok("me@example.net@pve".to_owned()));
        let expected = Login::Password {
            user: "me@example.net".to_owned(),
            realm: "pve".to_owned(),
            password: " x ".into(),
        };
        assert_eq!(user, Ok(expected));
    }

    #[test]
    fn what_is_no_login_says_why() {
        let shape = "that is no user name: write an API token as user@realm!tokenid, or a user as user@realm";
        let cases = [
            (
                " ",
                "x",
                "the user name is missing: enter an API token as user@realm!tokenid, \
                 or a user as user@realm"
                    .to_owned(),
            ),
            (
                "root",
                "x",
                "the user name has no realm behind it: a user of the node's system has one as in root@pam, \
             a user of Proxmox VE as in whmcs@pve"
                    .to_owned(),
            ),
            ("root!whmcs", "x", shape.to_owned()),
            ("@pam", "x", shape.to_owned()),
            ("root@", "x", shape.to_owned()),
            ("root@pam!", "x", shape.to_owned()),
            ("ro ot@pam", "x", shape.to_owned()),
            ("root@pam!a b", "x", shape.to_owned()),
            (
                "root@pam!whmcs=hunter2",
                "x",
                "the user name goes on behind the API token's name: end it there, and enter the token's secret, \
                 what stands behind = or :, as the password"
                    .to_owned(),
            ),
            ("root@pam", "", "the password is missing".to_owned()),
            (
                "root@pam!t",
                " ",
                "the secret of the API token is missing: enter it as the password".to_owned(),
            ),
            (
                "root@pam!t",
                "a\r\nb",
                "the secret of the API token holds characters that no secret has: copy it again".to_owned(),
            ),
        ];
        for (user, password, expected) in cases {
            let why = Login::parse(user, &password.into()).err().map(|why| why.to_string());
            assert_eq!(why, Some(expected), "{user}");
        }
    }
}
