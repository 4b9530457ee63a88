//! The first step of the set-up: with a login of the cluster's administrator, used once and kept nowhere, the role, the user
//! and the API token that the module works with from then on.

use crate::api::core::Core;
use crate::api::request::{ServerIn, Text};
use crate::engine::set_up::{ROLES, Role, make_login};
use crate::problems::{Error, SetUp};
use crate::pve::{self, Counted, Meter};
use crate::server::{Login, Trust};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The user that is made where the request names none.
const USER: &str = "whmcs@pve";

/// With which login, and for whom.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct SetUpIn {
    /// The server entry with the administrator's login, which is used for this alone.
    server: ServerIn,
    /// The user that is made, `name@realm`; missing: `whmcs@pve`.
    user: Option<Text>,
    /// The names of the optional roles that are wanted; missing: all.
    roles: Option<Vec<Text>>,
}

/// The login that was made.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SetUpOut {
    /// The token's whole name, `user@realm!name`.
    token: String,
    /// Its secret: Proxmox VE does not tell it again.
    secret: String,
    /// What was not there before, for people.
    did: Vec<String>,
    /// What it has asked of Proxmox VE.
    requests: Counted,
}

/// Makes role, user and token, and tells the token's secret, once.
///
/// # Errors
/// What the login may not do, a user name that is none, and a user that cannot log in.
pub(in crate::api) fn set_up_login(core: &Core, request: SetUpIn) -> Result<SetUpOut, Error> {
    let mut entry = request.server.parse()?;
    let user = user(&request)?;
    if entry.trust == Trust::Insecure {
        // an administrator's password goes to nobody whose certificate was not checked
        entry.trust = Trust::SystemRoots;
    }
    let meter = Arc::new(Meter::default());
    let deadline = core.clock.now() + limits::WEB_SECONDS;
    let client = core.client_once(&entry, &meter, deadline)?;
    client.version()?;
    let made = make_login(&client, &user, &wanted(&request))?;
    entry.login = Login::ApiToken {
        id: made.token.clone(),
        secret: made.secret.clone(),
    };
    // whoever has the reply gives up the login that works so far
    if let Err(pve::Error::Refused { status: 401, .. }) = core.client_once(&entry, &meter, deadline)?.version() {
        return Err(SetUp::CannotLogIn(user).into());
    }
    Ok(SetUpOut {
        token: made.token,
        secret: made.secret.expose().to_owned(),
        did: made.did,
        requests: meter.counted(),
    })
}

fn wanted(request: &SetUpIn) -> Vec<&'static Role> {
    let named = request.roles.as_ref();
    let is_wanted =
        |role: &&Role| !role.optional || named.is_none_or(|named| named.iter().any(|one| one.0 == role.name));
    ROLES.iter().filter(is_wanted).collect()
}

/// A user of a realm of Proxmox VE's own: one of the nodes' systems would have to be there already (pve-access-control,
/// `verify_username`, at most 64 characters).
fn user(request: &SetUpIn) -> Result<String, Error> {
    let user = request.user.as_ref().map_or(USER, |user| user.0.trim());
    let (name, realm) = user.rsplit_once('@').unwrap_or_default();
    let is_plain = |text: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain)
    };
    if user.len() <= 64 && is_plain(name) && is_plain(realm) {
        return Ok(user.to_owned());
    }
    Err(SetUp::User.into())
}
