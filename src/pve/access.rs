//! Who may do what: roles, users, API tokens, and the access control list. Only the set-up asks and writes these, with a
//! login that may (`root@pam`).

use super::client::{Client, Request, encode};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::number;
use crate::server::Secret;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A row of the access control list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Where, as `/` or `/vms`.
    pub path: String,
    /// To whom: a user, a group or a token.
    pub to: String,
    /// The role.
    pub role: String,
    /// Whether it reaches what is below the path.
    pub propagates: bool,
}

fn listed(data: &Value) -> impl Iterator<Item = &Value> {
    data.as_array().into_iter().flatten()
}

fn text(entry: &Value, key: &str) -> Option<String> {
    entry[key].as_str().map(str::to_owned)
}

fn access(method: Method, below: &str) -> Request {
    Request::new(method, format!("/access/{below}"), Kind::Access)
}

impl Client {
    /// `GET /access/roles`: the privileges of each role.
    pub fn roles(&self) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
        let data = self.request(&access(Method::Get, "roles"))?;
        let role = |entry: &Value| {
            let privileges = entry["privs"].as_str().unwrap_or_default();
            let privileges = privileges.split([',', ' ', ';']).filter(|one| !one.is_empty());
            Some((text(entry, "roleid")?, privileges.map(str::to_owned).collect()))
        };
        Ok(listed(&data).filter_map(role).collect())
    }

    /// Sees to it that a role has these privileges at least: `POST /access/roles`, or `PUT` with `append`, which takes
    /// nothing away.
    pub fn widen_role(&self, role: &str, is_new: bool, privileges: &[&str]) -> Result<(), Error> {
        let request = if is_new {
            access(Method::Post, "roles").with("roleid", role)
        } else {
            access(Method::Put, &format!("roles/{}", encode(role))).with("append", "1")
        };
        self.request(&request.with("privs", privileges.join(","))).map(drop)
    }

    /// `GET /access/users`: whether there is such a user.
    pub fn has_user(&self, user: &str) -> Result<bool, Error> {
        let data = self.request(&access(Method::Get, "users"))?;
        Ok(listed(&data).any(|entry| entry["userid"] == user))
    }

    /// `POST /access/users`, without a password: such a user works by its tokens alone.
    pub fn make_user(&self, user: &str, comment: &str) -> Result<(), Error> {
        let request = access(Method::Post, "users").with("userid", user);
        self.request(&request.with("comment", comment)).map(drop)
    }

    /// `GET /access/acl`.
    pub fn grants(&self) -> Result<Vec<Grant>, Error> {
        let data = self.request(&access(Method::Get, "acl"))?;
        let grant = |entry: &Value| {
            Some(Grant {
                path: text(entry, "path")?,
                to: text(entry, "ugid")?,
                role: text(entry, "roleid")?,
                propagates: number(&entry["propagate"]) != Some(0),
            })
        };
        Ok(listed(&data).filter_map(grant).collect())
    }

    /// `PUT /access/acl`: gives a user a role, on a path and all below it.
    pub fn grant(&self, path: &str, user: &str, role: &str) -> Result<(), Error> {
        let request = access(Method::Put, "acl").with("path", path).with("users", user);
        self.request(&request.with("roles", role).with("propagate", "1"))
            .map(drop)
    }

    /// `GET /access/users/{user}/token`: the names of a user's tokens.
    pub fn tokens(&self, user: &str) -> Result<BTreeSet<String>, Error> {
        let data = self.request(&access(Method::Get, &format!("users/{}/token", encode(user))))?;
        Ok(listed(&data).filter_map(|entry| text(entry, "tokenid")).collect())
    }

    /// `POST /access/users/{user}/token/{name}`, with all that its user may: Proxmox VE tells the secret once, here.
    pub fn make_token(&self, user: &str, name: &str, comment: &str) -> Result<Secret, Error> {
        let path = format!("users/{}/token/{}", encode(user), encode(name));
        let request = access(Method::Post, &path).with("privsep", "0");
        let data = self.request(&request.with("comment", comment))?;
        let secret = data["value"].as_str().filter(|secret| !secret.is_empty());
        secret.map(Secret::from).ok_or_else(|| Error::Unexpected {
            what: format!("POST /access/{path}"),
            why: "it holds no secret".to_owned(),
        })
    }
}
