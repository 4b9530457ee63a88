//! Role, user and API token for the module, made with a login that may.
//!
//! What is there is left as it is, and what is missing is added: nothing is ever taken away from a role or a user, and no
//! token is replaced. So it may be repeated, also after it ended half-way.

use crate::problems::{Error, SetUp};
use crate::pve::{Client, Grant};
use crate::server::Secret;

/// A role of the module.
pub struct Role {
    /// Its name in Proxmox VE.
    pub name: &'static str,
    /// What it holds.
    pub privileges: &'static [&'static str],
    /// Whether a hoster may do without it.
    pub optional: bool,
}

/// The roles that the module works with; docs/install.md is written from them.
pub const ROLES: [Role; 3] = [
    // what every service needs
    Role {
        name: "WHMCS",
        privileges: &[
            "VM.Allocate",
            "VM.Audit",
            "VM.Clone",
            "VM.PowerMgmt",
            "VM.Config.CPU",
            "VM.Config.Memory",
            "VM.Config.Disk",
            "VM.Config.Network",
            "VM.Config.Options",
            "VM.Config.Cloudinit",
            "Datastore.Audit",
            "Datastore.AllocateSpace",
            "SDN.Use",
            "Sys.Audit",
        ],
        optional: false,
    },
    // what not every hoster sells
    Role {
        name: "WHMCSMore",
        privileges: &["VM.Snapshot", "VM.Console", "VM.Backup", "VM.Config.CDROM"],
        optional: true,
    },
    // a template from an image of the net: `download-url`, `scsihw` and a console
    Role {
        name: "WHMCSTemplates",
        privileges: &["VM.Config.HWType", "Datastore.AllocateTemplate", "Sys.AccessNetwork"],
        optional: true,
    },
];

/// What its first token is called.
const TOKEN: &str = "whmcs";
/// So many tokens of that name are enough: somebody presses the button again and again, and saves none of them.
const TOKENS: usize = 20;
/// What staff of the cluster read beside user and token.
const COMMENT: &str = "made by the WHMCS module proxmoxkvm";

/// What was made.
pub struct Login {
    /// The token's whole name, `user@realm!name`.
    pub token: String,
    /// Its secret, which Proxmox VE tells this once.
    pub secret: Secret,
    /// What was not there before, for people.
    pub did: Vec<String>,
}

/// Sees to it that the user is there and has the roles, and makes a token of it.
///
/// # Errors
/// What the client's own login may not do.
pub fn make_login(client: &Client, user: &str, wanted: &[&Role]) -> Result<Login, Error> {
    let mut did = Vec::new();
    roles(client, wanted, &mut did)?;
    if !client.has_user(user)? {
        client.make_user(user, COMMENT)?;
        did.push(format!("user {user}"));
    }
    grants(client, wanted, user, &mut did)?;
    let name = free_name(client, user)?;
    let secret = client.make_token(user, &name, COMMENT)?;
    did.push(format!("token {name}"));
    let token = format!("{user}!{name}");
    Ok(Login { token, secret, did })
}

fn roles(client: &Client, wanted: &[&Role], did: &mut Vec<String>) -> Result<(), Error> {
    let known = client.roles()?;
    for role in wanted {
        let held = known.get(role.name);
        let lacks = |privilege: &&&str| held.is_none_or(|held| !held.contains(**privilege));
        let missing: Vec<&str> = role.privileges.iter().filter(lacks).copied().collect();
        if !missing.is_empty() {
            client.widen_role(role.name, held.is_none(), &missing)?;
            did.push(format!("role {}", role.name));
        }
    }
    Ok(())
}

fn grants(client: &Client, wanted: &[&Role], user: &str, did: &mut Vec<String>) -> Result<(), Error> {
    let known = client.grants()?;
    for role in wanted {
        let is_given =
            |grant: &Grant| grant.path == "/" && grant.to == user && grant.role == role.name && grant.propagates;
        if !known.iter().any(is_given) {
            client.grant("/", user, role.name)?;
            did.push(format!("role {} for {user}", role.name));
        }
    }
    Ok(())
}

/// A token that is there has a secret that nobody can read, and may be another WHMCS's.
fn free_name(client: &Client, user: &str) -> Result<String, Error> {
    let taken = client.tokens(user)?;
    let further = (2..=TOKENS).map(|number| format!("{TOKEN}{number}"));
    let mut names = std::iter::once(TOKEN.to_owned()).chain(further);
    names
        .find(|name| !taken.contains(name))
        .ok_or_else(|| SetUp::TooManyTokens(user.to_owned()).into())
}
