//! Users, roles, tokens, ACL: as much as golden *access control* uses.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::access::{Acl, PRIVS, Token, User};
use crate::cluster::Cluster;
use crate::routes::Ctx;
use crate::text::split_list;
use crate::types::{Answer, Fail, Outcome, die};

/// Only these may give others rights, or touch what is below the guests.
const ADMINISTRATORS: [&str; 7] = [
    "Permissions.Modify",
    "Realm.Allocate",
    "Sys.AccessNetwork",
    "Sys.Incoming",
    "Sys.Modify",
    "Sys.PowerMgmt",
    "Mapping.Modify",
];
const OF_USERS: &str = "VM.Audit VM.Backup VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.GuestAgent.Audit \
    VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.PowerMgmt";

/// The roles that Proxmox VE brings along: which of its privileges each has (golden *read endpoints*).
type BuiltIn = (&'static str, fn(&str) -> bool);
const BUILT_IN: [BuiltIn; 17] = [
    ("Administrator", |_| true),
    ("NoAccess", |_| false),
    ("PVEAdmin", |p| !ADMINISTRATORS.contains(&p)),
    ("PVEAuditor", |p| p.ends_with(".Audit")),
    ("PVEDatastoreAdmin", |p| p.starts_with("Datastore.")),
    ("PVEDatastoreUser", |p| {
        matches!(p, "Datastore.AllocateSpace" | "Datastore.Audit")
    }),
    ("PVEMappingAdmin", |p| p.starts_with("Mapping.")),
    ("PVEMappingUser", |p| matches!(p, "Mapping.Audit" | "Mapping.Use")),
    ("PVEPoolAdmin", |p| p.starts_with("Pool.")),
    ("PVEPoolUser", |p| p == "Pool.Audit"),
    ("PVESDNAdmin", |p| p.starts_with("SDN.")),
    ("PVESDNUser", |p| matches!(p, "SDN.Audit" | "SDN.Use")),
    ("PVESysAdmin", |p| p.starts_with("Sys.") && !ADMINISTRATORS.contains(&p)),
    ("PVETemplateUser", |p| matches!(p, "VM.Audit" | "VM.Clone")),
    ("PVEUserAdmin", |p| {
        matches!(p, "Group.Allocate" | "Realm.AllocateUser" | "User.Modify")
    }),
    ("PVEVMAdmin", |p| p.starts_with("VM.")),
    ("PVEVMUser", |p| OF_USERS.split_whitespace().any(|one| one == p)),
];

fn is_built_in(role: &str) -> bool {
    BUILT_IN.iter().any(|(name, _)| *name == role)
}

/// GET /access/users
pub fn users(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let all = c.may(&who, "/access/groups", "User.Modify|Sys.Audit");
    let list = c
        .access
        .users
        .iter()
        .filter(|(id, _)| all || **id == who.user)
        .map(|(id, u)| {
            let realm = id.rsplit('@').next().unwrap_or("pve");
            json!({"userid": id, "enable": i32::from(!u.disabled), "expire": 0, "realm-type": realm})
        });
    let list: Vec<Value> = if all { list.collect() } else { vec![] };
    Ok(Value::Array(list).into())
}

/// POST /access/users
pub fn user_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.params.get("userid").unwrap_or_default().to_owned();
    if c.access.users.contains_key(&id) {
        return die(format!("create user failed: user '{id}' already exists"));
    }
    let password = ctx.params.get("password").unwrap_or_default().to_owned();
    c.access.users.insert(
        id,
        User {
            password,
            ..User::default()
        },
    );
    Ok(Answer::null())
}

fn user<'a>(c: &'a mut Cluster, ctx: &Ctx) -> Result<&'a mut User, Fail> {
    let id = ctx.uri("userid");
    match c.access.users.get_mut(id) {
        Some(u) => Ok(u),
        None => die(format!("no such user ('{id}')")),
    }
}

/// PUT /access/users/ID
pub fn user_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let enable = ctx.params.get("enable").map(str::to_owned);
    let u = user(c, ctx)?;
    if let Some(e) = enable {
        u.disabled = e == "0";
    }
    Ok(Answer::null())
}

/// DELETE /access/users/ID
pub fn user_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("userid").to_owned();
    user(c, ctx)?;
    c.access.users.remove(&id);
    c.access
        .acl
        .retain(|a| a.ugid != id && !a.ugid.starts_with(&format!("{id}!")));
    Ok(Answer::null())
}

/// GET /access/users/ID/token
pub fn tokens(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let u = user(c, ctx)?;
    let list = u.tokens.iter();
    let list = list.map(|(n, t)| json!({"tokenid": n, "privsep": i32::from(t.privsep), "expire": t.expire}));
    Ok(Value::Array(list.collect()).into())
}

/// POST /access/users/ID/token/NAME
pub fn token_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (id, name) = (ctx.uri("userid").to_owned(), ctx.uri("tokenid").to_owned());
    let secret = c.rng.uuid();
    let privsep = ctx.params.get("privsep") != Some("0");
    let expire = ctx.params.int("expire").unwrap_or(0);
    let u = user(c, ctx)?;
    if u.tokens.contains_key(&name) {
        return Err(Fail::param("tokenid", "Token already exists."));
    }
    u.tokens.insert(
        name.clone(),
        Token {
            secret: secret.clone(),
            privsep,
            expire,
        },
    );
    let mut info = json!({"privsep": i32::from(privsep).to_string()});
    if expire > 0 {
        info["expire"] = json!(expire.to_string());
    }
    Ok(json!({"full-tokenid": format!("{id}!{name}"), "value": secret, "info": info}).into())
}

/// GET /access/roles
pub fn roles(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let all = c.all_privs();
    let built_in = BUILT_IN.iter().map(|(name, has)| {
        let privs: Vec<&str> = all.iter().map(String::as_str).filter(|p| has(p)).collect();
        json!({"roleid": name, "privs": privs.join(","), "special": 1})
    });
    let own = c.access.roles.iter();
    let own = own.map(|(id, privs)| {
        let privs: BTreeSet<&str> = privs.iter().map(String::as_str).collect();
        let privs: Vec<&str> = privs.into_iter().collect();
        json!({"roleid": id, "privs": privs.join(","), "special": 0})
    });
    Ok(Value::Array(built_in.chain(own).collect()).into())
}

/// The `privs` of a request, each of which this version knows.
fn known_privileges(c: &Cluster, ctx: &Ctx) -> Result<Vec<String>, Fail> {
    let privs = split_list(ctx.params.get("privs").unwrap_or_default());
    let old = c.version() == crate::options::Version::V8_4;
    let known = |p: &String| {
        let by_version = if old {
            p == "VM.Monitor"
        } else {
            p.starts_with("VM.GuestAgent.") || p == "VM.Replicate"
        };
        by_version || PRIVS.split_whitespace().any(|k| k == p)
    };
    match privs.iter().find(|p| !known(p)) {
        Some(bad) => Err(Fail::param(
            "privs",
            format!("invalid format - invalid privilege '{bad}'\n"),
        )),
        None => Ok(privs),
    }
}

/// PUT /access/roles/ID
pub fn role_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("roleid").to_owned();
    let privs = known_privileges(c, ctx)?;
    let append = ctx.params.flag("append");
    let Some(held) = c.access.roles.get_mut(&id) else {
        return die(format!("update role failed: role '{id}' does not exist"));
    };
    if !append {
        held.clear();
    }
    held.extend(privs);
    held.sort();
    held.dedup();
    Ok(Answer::null())
}

/// POST /access/roles
pub fn role_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.params.get("roleid").unwrap_or_default().to_owned();
    if id.to_ascii_lowercase().starts_with("pve") {
        let text = "cannot use role ID starting with the (case-insensitive) 'PVE' namespace";
        return Err(Fail::param("roleid", text));
    }
    let privs = known_privileges(c, ctx)?;
    if c.access.roles.contains_key(&id) {
        return die(format!("create role failed: role '{id}' already exists"));
    }
    c.access.roles.insert(id, privs);
    Ok(Answer::null())
}

/// DELETE /access/roles/ID
pub fn role_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    match c.access.roles.remove(ctx.uri("roleid")) {
        Some(_) => Ok(Answer::null()),
        None => die(format!(
            "delete role failed: role '{}' does not exist",
            ctx.uri("roleid")
        )),
    }
}

/// GET /access/acl
pub fn acl(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let list = c
        .access
        .acl
        .iter()
        .filter(|a| c.may(&who, &a.path, "Permissions.Modify|Sys.Audit"))
        .map(|a| {
            let kind = if a.ugid.contains('!') { "token" } else { "user" };
            json!({"path": a.path, "ugid": a.ugid, "roleid": a.role, "type": kind,
                "propagate": i32::from(a.propagate)})
        });
    Ok(Value::Array(list.collect()).into())
}

/// PUT /access/acl
pub fn acl_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let path = ctx.params.get("path").unwrap_or("/").to_owned();
    c.demand(&ctx.who(), &path, "Permissions.Modify")?;
    let mut ids = split_list(ctx.params.get("users").unwrap_or_default());
    ids.extend(split_list(ctx.params.get("tokens").unwrap_or_default()));
    for role in split_list(ctx.params.get("roles").unwrap_or_default()) {
        if !c.access.roles.contains_key(&role) && !is_built_in(&role) {
            return die(format!("update ACL failed: role '{role}' does not exist"));
        }
        for ugid in &ids {
            let user = ugid.split('!').next().unwrap_or_default();
            if !ctx.params.flag("delete") && !c.access.users.contains_key(user) {
                return die(format!("update ACL failed: user '{user}' does not exist"));
            }
            c.access
                .acl
                .retain(|a| !(a.path == path && a.ugid == *ugid && a.role == role));
            if !ctx.params.flag("delete") {
                c.access.acl.push(Acl {
                    path: path.clone(),
                    ugid: ugid.clone(),
                    role: role.clone(),
                    propagate: ctx.params.get("propagate") != Some("0"),
                });
            }
        }
    }
    Ok(Answer::null())
}

impl Cluster {
    /// Grants privileges to a user or token, as a test's set-up.
    pub fn grant(&mut self, ugid: &str, path: &str, privs: &[&str]) {
        self.grant_at(ugid, path, privs, true);
    }

    /// The same for this path alone.
    pub fn grant_here(&mut self, ugid: &str, path: &str, privs: &[&str]) {
        self.grant_at(ugid, path, privs, false);
    }

    fn grant_at(&mut self, ugid: &str, path: &str, privs: &[&str], propagate: bool) {
        let role = format!("grant-{}", self.access.roles.len());
        self.access
            .roles
            .insert(role.clone(), privs.iter().map(|p| (*p).to_owned()).collect());
        self.access.acl.push(Acl {
            path: path.into(),
            ugid: ugid.into(),
            role,
            propagate,
        });
    }

    /// What a role holds.
    pub fn role(&self, role: &str) -> Vec<String> {
        self.access.roles.get(role).cloned().unwrap_or_default()
    }

    /// Defines a role.
    pub fn define_role(&mut self, role: &str, privs: &[&str]) {
        self.access
            .roles
            .insert(role.into(), privs.iter().map(|p| (*p).to_owned()).collect());
    }

    /// Switches a user off, as an admin does.
    pub fn disable_user(&mut self, user: &str) {
        if let Some(user) = self.access.users.get_mut(user) {
            user.disabled = true;
        }
    }

    /// Gives a role on a path.
    pub fn give_role(&mut self, ugid: &str, path: &str, role: &str) {
        self.access.acl.push(Acl {
            path: path.into(),
            ugid: ugid.into(),
            role: role.into(),
            propagate: true,
        });
    }

    /// Adds a user with a token (no privilege separation).
    pub fn add_user(&mut self, id: &str, password: &str, token: &str, secret: &str) {
        let t = Token {
            secret: secret.into(),
            privsep: false,
            expire: 0,
        };
        let tokens = [(token.to_owned(), t)].into();
        self.access.users.insert(
            id.into(),
            User {
                password: password.into(),
                disabled: false,
                tokens,
            },
        );
    }

    /// Changes or removes a token's secret.
    pub fn set_token(&mut self, user: &str, token: &str, secret: Option<&str>) {
        let Some(u) = self.access.users.get_mut(user) else {
            return;
        };
        match secret {
            Some(s) => {
                u.tokens.insert(
                    token.into(),
                    Token {
                        secret: s.into(),
                        privsep: false,
                        expire: 0,
                    },
                );
            }
            None => {
                u.tokens.remove(token);
            }
        }
    }
}
