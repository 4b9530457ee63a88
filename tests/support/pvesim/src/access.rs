//! Who asks, and may they: tokens, tickets, ACLs (golden sections *auth*, *access control*).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::options::{Options, Version};
use crate::routes::{Ctx, Route};
use crate::text;
use crate::types::{Fail, Outcome, Request};

/// Privileges of 8.4; 9.x has `VM.GuestAgent.*` and `VM.Replicate` instead of `VM.Monitor`.
pub const PRIVS: &str = "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit \
    Group.Allocate Mapping.Audit Mapping.Modify Mapping.Use Permissions.Modify Pool.Allocate Pool.Audit \
    Realm.Allocate Realm.AllocateUser SDN.Allocate SDN.Audit SDN.Use Sys.AccessNetwork Sys.Audit Sys.Console \
    Sys.Incoming Sys.Modify Sys.PowerMgmt Sys.Syslog User.Modify VM.Allocate VM.Audit VM.Backup VM.Clone \
    VM.Config.CDROM VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType VM.Config.Memory \
    VM.Config.Network VM.Config.Options VM.Console VM.Migrate VM.PowerMgmt VM.Snapshot VM.Snapshot.Rollback";
const PRIVS_9: &str = "VM.GuestAgent.Audit VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt \
    VM.GuestAgent.FileWrite VM.GuestAgent.Unrestricted VM.Replicate";

/// A ticket lives this long, in seconds of the caller's clock.
const TICKET_LIFE: f64 = 7200.0;

/// The identity behind a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// `root@pam`
    pub user: String,
    /// Token name.
    pub token: Option<String>,
}

impl Who {
    /// `root@pam!sim` or `root@pam`.
    pub fn auth(&self) -> String {
        self.token
            .as_ref()
            .map_or_else(|| self.user.clone(), |t| format!("{}!{t}", self.user))
    }

    /// root@pam by ticket: the only one who may set `lock`, `args`, `skiplock`.
    pub fn is_root(&self) -> bool {
        self.user == "root@pam" && self.token.is_none()
    }
}

/// An API token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Secret.
    pub secret: String,
    /// Own privileges only.
    pub privsep: bool,
    /// Unix time, 0 = never.
    pub expire: i64,
}

/// A user.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// Password.
    pub password: String,
    /// Switched off?
    pub disabled: bool,
    /// Tokens by name.
    pub tokens: BTreeMap<String, Token>,
}

/// One ACL entry.
#[derive(Debug, Clone)]
pub struct Acl {
    /// Path.
    pub path: String,
    /// User or `user!token`.
    pub ugid: String,
    /// Role, a name in [`Access::roles`].
    pub role: String,
    /// Whether it holds below its path too.
    pub propagate: bool,
}

#[derive(Debug, Clone)]
struct Ticket {
    user: String,
    at: f64,
    csrf: String,
}

/// Users, roles, ACLs, tickets.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Users by id.
    pub users: BTreeMap<String, User>,
    /// Roles: privileges.
    pub roles: BTreeMap<String, Vec<String>>,
    /// ACL.
    pub acl: Vec<Acl>,
    tickets: BTreeMap<String, Ticket>,
}

impl Access {
    /// Users of the options.
    pub fn new(opts: &Options) -> Self {
        let mut a = Self::default();
        let token = Token {
            secret: opts.token.1.clone(),
            privsep: false,
            expire: 0,
        };
        let root = User {
            password: opts.root_password.clone(),
            disabled: false,
            tokens: BTreeMap::from([(opts.token.0.clone(), token)]),
        };
        a.users.insert("root@pam".into(), root);
        for u in &opts.users {
            let mut user = User {
                password: u.password.clone(),
                ..User::default()
            };
            if let Some((name, secret)) = &u.token {
                user.tokens.insert(
                    name.clone(),
                    Token {
                        secret: secret.clone(),
                        privsep: false,
                        expire: 0,
                    },
                );
            }
            a.users.insert(u.id.clone(), user);
            for (i, (path, privs)) in u.acl.iter().enumerate() {
                let role = format!("{}-{i}", u.id);
                a.roles.insert(role.clone(), privs.clone());
                a.acl.push(Acl {
                    path: path.clone(),
                    ugid: u.id.clone(),
                    role,
                    propagate: true,
                });
            }
        }
        a
    }

    /// `PVE::AccessControl::roles`: the deepest entry that reaches the path decides.
    fn acl_privs(&self, ugid: &str, path: &str) -> BTreeSet<String> {
        let mut result = BTreeSet::new();
        for prefix in prefixes(path) {
            let mut here: Option<BTreeSet<String>> = None;
            let reaches = |a: &&Acl| a.ugid == ugid && a.path == prefix && (a.propagate || prefix == path);
            for a in self.acl.iter().filter(reaches) {
                here.get_or_insert_default()
                    .extend(self.roles.get(&a.role).cloned().unwrap_or_default());
            }
            if let Some(set) = here {
                result = set;
            }
        }
        result
    }
}

fn prefixes(path: &str) -> Vec<String> {
    let mut out = vec!["/".to_owned()];
    let mut cur = String::new();
    for part in path.split('/').filter(|p| !p.is_empty()) {
        cur.push('/');
        cur.push_str(part);
        out.push(cur.clone());
    }
    out
}

impl Cluster {
    pub(crate) fn authenticate(&self, request: &Request) -> Result<Who, Fail> {
        let bad = || Fail::Unauthorized("Authentication failed!".into());
        if let Some(auth) = request.get_header("authorization") {
            let text = auth.strip_prefix("PVEAPIToken=").ok_or_else(bad)?;
            return self.by_token(text).ok_or_else(bad);
        }
        let cookies = request.get_header("cookie").unwrap_or_default();
        let ticket = cookies.split(';').find_map(|c| c.trim().strip_prefix("PVEAuthCookie="));
        let Some(ticket) = ticket.map(text::decode) else {
            return Err(Fail::Unauthorized("No ticket".into()));
        };
        let t = self.access.tickets.get(&ticket).ok_or_else(bad)?;
        let user = self.access.users.get(&t.user).ok_or_else(bad)?;
        if user.disabled || self.now - t.at > TICKET_LIFE {
            return Err(bad());
        }
        if request.method != "GET" && request.get_header("csrfpreventiontoken") != Some(t.csrf.as_str()) {
            return Err(Fail::Unauthorized("Permission denied - invalid csrf token".into()));
        }
        Ok(Who {
            user: t.user.clone(),
            token: None,
        })
    }

    fn by_token(&self, text: &str) -> Option<Who> {
        let (id, secret) = text.split_once('=').or_else(|| text.split_once(':'))?;
        let (user, name) = id.split_once('!')?;
        let u = self.access.users.get(user).filter(|u| !u.disabled)?;
        let t = u.tokens.get(name)?;
        let alive = t.expire == 0 || (t.expire as f64) > self.now;
        (t.secret == secret && alive).then(|| Who {
            user: user.into(),
            token: Some(name.into()),
        })
    }

    pub(crate) fn all_privs(&self) -> BTreeSet<String> {
        let extra = if self.opts.version == Version::V8_4 {
            "VM.Monitor"
        } else {
            PRIVS_9
        };
        PRIVS
            .split_whitespace()
            .chain(extra.split_whitespace())
            .map(str::to_owned)
            .collect()
    }

    /// Privileges on a path (`PVE::AccessControl::permissions`).
    pub fn privileges(&self, who: &Who, path: &str) -> BTreeSet<String> {
        let mut set = if who.user == "root@pam" {
            self.all_privs()
        } else {
            self.acl_privs_pools(&who.user, path)
        };
        if let Some(name) = &who.token {
            let privsep = self
                .access
                .users
                .get(&who.user)
                .and_then(|u| u.tokens.get(name))
                .is_some_and(|t| t.privsep);
            if privsep {
                let own = self.acl_privs_pools(&who.auth(), path);
                set.retain(|p| own.contains(p));
            }
        }
        set
    }

    fn acl_privs_pools(&self, ugid: &str, path: &str) -> BTreeSet<String> {
        let mut set = self.access.acl_privs(ugid, path);
        let vmid = path.strip_prefix("/vms/").and_then(|v| v.parse::<u32>().ok());
        let storage = path.strip_prefix("/storage/");
        for (name, pool) in &self.pools {
            if vmid.is_some_and(|v| pool.vms.contains(&v)) || storage.is_some_and(|s| pool.storages.contains(s)) {
                set.extend(self.access.acl_privs(ugid, &format!("/pool/{name}")));
            }
        }
        set
    }

    /// Has one of these privileges (separated by `|`)?
    pub fn may(&self, who: &Who, path: &str, privs: &str) -> bool {
        if who.user == "root@pam" && who.token.is_none() {
            return true;
        }
        let has = self.privileges(who, path);
        let is_old = self.opts.version == Version::V8_4;
        // 9.x has split what 8.x knows as one
        let known = |p| {
            if is_old && str::starts_with(p, "VM.GuestAgent.") {
                "VM.Monitor"
            } else {
                p
            }
        };
        privs.split('|').any(|p| has.contains(known(p)))
    }

    /// As [`Cluster::may`], failing with PVE's 403.
    pub fn demand(&self, who: &Who, path: &str, privs: &str) -> Result<(), Fail> {
        if self.may(who, path, privs) {
            Ok(())
        } else {
            Err(Fail::Forbidden(format!("{path}, {privs}")))
        }
    }

    pub(crate) fn check_permission(&self, who: &Who, route: &Route, ctx: &Ctx) -> Result<(), Fail> {
        if route.privs.is_empty() {
            return Ok(());
        }
        let mut path = route.perm_path.to_owned();
        for (k, v) in &ctx.uri {
            path = path.replace(&format!("{{{k}}}"), v);
        }
        self.demand(who, &path, route.privs)?;
        if route.pattern.ends_with("/clone")
            && let Some(newid) = ctx.params.get("newid")
            && let target = format!("/vms/{newid}")
            && !self.may(who, &target, "VM.Allocate")
        {
            let pool = ctx.params.get("pool").map(|p| format!("/pool/{p}"));
            if !pool.is_some_and(|p| self.may(who, &p, "VM.Allocate")) {
                return Err(Fail::Forbidden(format!("{target}, VM.Allocate")));
            }
        }
        Ok(())
    }
}

/// POST /access/ticket (golden *auth*).
pub fn login(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut name = ctx.params.get("username").unwrap_or_default().to_owned();
    if let Some(realm) = ctx.params.get("realm").filter(|_| !name.contains('@')) {
        name = format!("{name}@{realm}");
    }
    let password = ctx.params.get("password").unwrap_or_default();
    let known = c.access.users.get(&name).filter(|u| !u.disabled);
    let renewal = c
        .access
        .tickets
        .get(password)
        .is_some_and(|t| t.user == name && c.now - t.at <= TICKET_LIFE);
    let right = known.is_some_and(|u| u.password == password || renewal);
    if !right {
        return Err(Fail::Login("authentication failure".into()));
    }
    let stamp = format!("{:08X}", c.now as i64);
    let ticket = format!("PVE:{name}:{stamp}::{:016x}{:016x}", c.rng.next_u64(), c.rng.next_u64());
    let csrf = format!("{stamp}:{:016x}", c.rng.next_u64());
    let t = Ticket {
        user: name.clone(),
        at: c.now,
        csrf: csrf.clone(),
    };
    c.access.tickets.insert(ticket.clone(), t);
    let who = Who {
        user: name.clone(),
        token: None,
    };
    let cap = capabilities(&c.privileges(&who, "/"));
    Ok(json!({"username": name, "ticket": ticket, "CSRFPreventionToken": csrf, "cap": cap}).into())
}

fn capabilities(privs: &BTreeSet<String>) -> Value {
    let mut cap = Map::new();
    let groups = [
        ("vms", "VM."),
        ("storage", "Datastore."),
        ("access", "User. Group."),
        ("nodes", "Sys."),
        ("dc", "Sys.Audit Sys.Modify SDN."),
        ("sdn", "SDN."),
        ("mapping", "Mapping."),
    ];
    for (group, starts) in groups {
        let mut m = Map::new();
        for p in privs
            .iter()
            .filter(|p| starts.split(' ').any(|s| p.starts_with(s)) || *p == "Permissions.Modify")
        {
            if group != "dc" || p != "Permissions.Modify" {
                m.insert(p.clone(), json!(1));
            }
        }
        cap.insert(group.into(), Value::Object(m));
    }
    Value::Object(cap)
}

/// GET /access/permissions
pub fn permissions(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let paths: Vec<String> = match ctx.params.get("path") {
        Some(p) => vec![p.to_owned()],
        None => {
            let top = [
                "/",
                "/access",
                "/access/groups",
                "/nodes",
                "/pool",
                "/sdn",
                "/storage",
                "/vms",
            ];
            let acl = c.access.acl.iter().map(|a| a.path.clone());
            top.map(str::to_owned).into_iter().chain(acl).collect()
        }
    };
    let mut out = Map::new();
    for path in paths {
        let privs: Map<String, Value> = c.privileges(&who, &path).into_iter().map(|p| (p, json!(1))).collect();
        if !privs.is_empty() {
            out.insert(path, Value::Object(privs));
        }
    }
    Ok(Value::Object(out).into())
}
