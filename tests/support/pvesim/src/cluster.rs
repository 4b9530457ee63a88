//! The core: one cluster, one function `handle(request, now)`. No socket, no thread, no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::access::Access;
use crate::console::Consoles;
use crate::faults::Fault;
use crate::firewall::Firewall;
use crate::images::WebImage;
use crate::options::{Options, Version};
use crate::routes::{self, Ctx, Proxy};
use crate::schema::{self, Schema};
use crate::state::{Counters, HaResource, Node, Pool, Storage, Vm, Volume};
use crate::tasks::Engine;
use crate::text::{self, Rng};
use crate::types::{Answer, Fail, Outcome, Params, Reply, Request, Val};

/// Largest request body PVE takes.
pub(crate) const MAX_BODY: usize = 512 * 1024;

/// One request in the log.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Method.
    pub method: String,
    /// Path without `/api2/json` and without query.
    pub path: String,
    /// Parameters, passwords masked.
    pub params: BTreeMap<String, String>,
    /// Status that was answered (0: connection closed).
    pub status: u16,
    /// Reason phrase.
    pub reason: String,
    /// Clock at arrival.
    pub at: f64,
    /// Connection number.
    pub connection: u64,
}

/// The whole state.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// How it was built; durations may be changed at any time.
    pub opts: Options,
    /// Nodes by name.
    pub nodes: BTreeMap<String, Node>,
    /// Storages by id.
    pub storages: BTreeMap<String, Storage>,
    /// All volumes.
    pub volumes: Vec<Volume>,
    /// Guests by id.
    pub vms: BTreeMap<u32, Vm>,
    /// Firewall files: `101`, `cluster`.
    pub firewall: BTreeMap<String, Firewall>,
    /// HA resources by VMID.
    pub ha: BTreeMap<u32, HaResource>,
    /// Guests that a backup job of the hoster works at: its vzdump runs for as long.
    pub(crate) in_jobs: std::collections::BTreeSet<u32>,
    /// Pools.
    pub pools: BTreeMap<String, Pool>,
    /// Virtual networks, on every node, with their zones.
    pub vnets: BTreeMap<String, String>,
    /// What their zones have: `dhcp`, `bridge-disable-mac-learning`.
    pub zones: BTreeMap<String, Vec<(String, String)>>,
    /// Those of them that are VLAN-aware.
    pub vlan_aware_vnets: std::collections::BTreeSet<String>,
    /// The task that holds a node's lock of vzdump.
    pub(crate) vzdump_locks: BTreeMap<String, usize>,
    /// Backup jobs by id.
    pub backup_jobs: BTreeMap<String, Map<String, Value>>,
    /// Replication jobs by id (`101-0`).
    pub replication: BTreeMap<String, Map<String, Value>>,
    /// Faults still to happen.
    pub faults: Vec<Fault>,
    /// User and password that an agent has set, by VMID.
    pub agent_passwords: BTreeMap<u32, (String, String)>,
    /// The programs that agents were told to run.
    pub agent_runs: Vec<crate::state::AgentRun>,
    /// Request log.
    pub log: Vec<Logged>,
    /// What should never happen.
    pub counters: Counters,
    /// Writes fail for lack of quorum.
    pub no_quorum: bool,
    /// Open ports of consoles, and what is on the guests' screens.
    pub(crate) consoles: Consoles,
    /// What the nodes find in the net, by URL.
    pub web: BTreeMap<String, WebImage>,
    /// What is in the ISOs that were uploaded, by volid.
    pub uploaded: BTreeMap<String, Vec<u8>>,
    pub(crate) uploading: Option<Vec<u8>>,
    pub(crate) access: Access,
    pub(crate) engine: Engine,
    pub(crate) rng: Rng,
    /// The order in which Perl walks a hash.
    pub(crate) hashed: Rng,
    pub(crate) now: f64,
    pub(crate) boot: f64,
    pub(crate) schema: Option<Arc<Schema>>,
    pub(crate) lagging: Option<(f64, Vec<Value>)>,
    pub(crate) fingerprint: String,
}

impl Cluster {
    /// Builds a cluster; `now` is the unix time of its birth.
    pub fn new(opts: Options, now: f64) -> Self {
        let mut c = Self {
            nodes: BTreeMap::new(),
            storages: BTreeMap::new(),
            volumes: vec![],
            vms: BTreeMap::new(),
            firewall: BTreeMap::new(),
            ha: BTreeMap::new(),
            in_jobs: std::collections::BTreeSet::new(),
            pools: BTreeMap::new(),
            vnets: BTreeMap::new(),
            zones: BTreeMap::new(),
            vlan_aware_vnets: std::collections::BTreeSet::new(),
            vzdump_locks: BTreeMap::new(),
            backup_jobs: BTreeMap::new(),
            replication: BTreeMap::new(),
            faults: vec![],
            log: vec![],
            counters: Counters::default(),
            no_quorum: false,
            consoles: Consoles::default(),
            access: Access::new(&opts),
            engine: Engine::default(),
            rng: Rng::new(opts.seed),
            hashed: Rng::new(opts.seed.wrapping_add(1)),
            now,
            boot: now - 4300.0,
            schema: if opts.schema { schema::load(opts.version) } else { None },
            lagging: None,
            agent_passwords: BTreeMap::new(),
            agent_runs: Vec::new(),
            web: BTreeMap::new(),
            uploaded: BTreeMap::new(),
            uploading: None,
            fingerprint: String::new(),
            opts,
        };
        let bytes: Vec<String> = (0..32).map(|_| format!("{:02X}", c.rng.next_u64() as u8)).collect();
        c.fingerprint = bytes.join(":");
        for n in c.opts.nodes.clone() {
            c.add_node(&n);
        }
        for s in c.opts.storages.clone() {
            c.add_storage(&s);
        }
        if let (Some(id), Some(node)) = (c.opts.template, c.nodes.keys().next().cloned()) {
            c.add_template(id, "tmpl", &node, "local", 2 << 30);
        }
        c
    }

    /// Was the API schema found, so that every request is checked against it?
    pub fn schema_checked(&self) -> bool {
        self.schema.is_some()
    }

    /// The cluster's clock: the latest `now` it has seen.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Lets time pass: everything due until `now` happens.
    pub fn advance(&mut self, now: f64) {
        self.settle(now);
    }

    /// Answers one request at time `now`.
    pub fn handle(&mut self, request: &Request, now: f64) -> Reply {
        self.settle(now);
        let at = self.now;
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let mut entry = Logged {
            method: request.method.clone(),
            path: text::decode(path.strip_prefix("/api2/json").unwrap_or(path)),
            params: BTreeMap::new(),
            status: 0,
            reason: String::new(),
            at,
            connection: request.connection,
        };
        let fault = self.take_fault(&entry.method, &entry.path);
        let mut reply = match fault.as_ref().and_then(|f| self.fault_before(f, &entry.path, request)) {
            Some(reply) => reply,
            None => self.dispatch(request, path, query, &mut entry),
        };
        if let Some(f) = &fault {
            self.fault_after(f, &mut reply);
        }
        reply.delay_s = reply.delay_s * self.opts.scale + self.opts.latency_s;
        entry.status = if reply.transport == crate::types::Transport::Closed {
            0
        } else {
            reply.status
        };
        entry.reason.clone_from(&reply.reason);
        self.log.push(entry);
        reply
    }

    fn dispatch(&mut self, request: &Request, path: &str, query: &str, entry: &mut Logged) -> Reply {
        if !matches!(request.method.as_str(), "GET" | "POST" | "PUT" | "DELETE") {
            return Reply::empty(501, &format!("method '{}' not available", request.method));
        }
        let Some((format, rest)) = split_format(path) else {
            return Reply::plain(
                501,
                &format!("no such file '{path}'"),
                &format!("no such file '{path}'"),
            );
        };
        if format != "json" && format != "extjs" {
            let text = format!("no formatter for uri {rest}, {format}");
            return Reply::plain(501, &text, &text);
        }
        if request.body.len() > MAX_BODY {
            return Reply::plain(501, "for data too large", "for data too large");
        }
        let params = match crate::upload::parts(request) {
            Some(parts) => parts.map(|(params, file)| {
                self.uploading = Some(file);
                params
            }),
            None => parse_params(request, query),
        };
        let params = match params {
            Ok(p) => p,
            Err(reply) => return *reply,
        };
        entry.params = params.scalars().map(|(k, v)| (k.to_owned(), mask(k, v))).collect();
        let outcome = self.route(request, rest, params);
        self.count(&outcome);
        if format == "extjs" {
            render_extjs(outcome)
        } else {
            render(outcome)
        }
    }

    fn route(&mut self, request: &Request, path: &str, params: Params) -> Outcome {
        let segments: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(text::decode).collect();
        let login = path == "/access/ticket";
        let who = if login { None } else { Some(self.authenticate(request)?) };
        let Some((route, uri)) = routes::find(&request.method, &segments) else {
            let text = format!("Method '{} {}' not implemented", request.method, text::decode(path));
            if self
                .schema
                .as_ref()
                .is_some_and(|s| s.knows(&request.method, &segments))
            {
                self.counters.not_simulated += 1;
                return Err(Fail::NotImplemented(format!(
                    "{text} (pvesim: endpoint is not simulated)"
                )));
            }
            return Err(Fail::NotImplemented(text));
        };
        let mut ctx = Ctx::new(who, uri, params, route);
        ctx.endpoint = request.endpoint;
        if let Some(who) = &ctx.who {
            self.check_permission(who, route, &ctx)?;
        }
        if route.proxy == Proxy::Node {
            self.check_node(ctx.uri("node"))?;
        }
        self.check_params(route, &mut ctx)?;
        if request.method != "GET" && self.no_quorum && !login {
            return crate::types::die("cluster not ready - no quorum?");
        }
        self.note_write(request, &ctx);
        (route.run)(self, &mut ctx)
    }

    fn check_node(&self, name: &str) -> Result<(), Fail> {
        match self.nodes.get(name) {
            None if name == "localhost" => Ok(()),
            None => crate::types::die(format!(
                "hostname lookup '{name}' failed - failed to get address info for: {name}: Name or service not known"
            )),
            Some(n) => match &n.down {
                Some(reason) => Err(Fail::Raw(595, reason.clone())),
                None => Ok(()),
            },
        }
    }

    fn check_params(&mut self, route: &routes::Route, ctx: &mut Ctx) -> Result<(), Fail> {
        let mut all = ctx.params.clone();
        for (k, v) in &ctx.uri {
            all.0.insert((*k).to_owned(), Val::Text(v.clone()));
        }
        let from_schema = self.schema.as_ref().and_then(|s| s.find(route.method, route.pattern));
        let result = match from_schema {
            Some(specs) => specs.check(&all),
            None => routes::own_specs(route).check(&all),
        };
        result.map_err(Fail::Params)?;
        if let Some(id) = ctx.uri.get("vmid") {
            ctx.vmid = id.parse().unwrap_or(0);
        }
        Ok(())
    }

    fn note_write(&mut self, request: &Request, ctx: &Ctx) {
        let own = ctx.vmid != 0 && !ctx.pattern.contains("/firewall") && !ctx.pattern.contains("/agent");
        let overrule = ctx.params.flag("overrule-shutdown");
        let cloning = ctx.pattern.ends_with("/clone");
        // the state that HA is to reach is noted, and may be noted again: the guest's lock is not asked for
        let by_ha = ctx.pattern.contains("/status/") && self.ha.contains_key(&ctx.vmid);
        let waits = own && !overrule && !cloning && !by_ha;
        // and what its manager does, nobody is told
        let manager = self.ha.get(&ctx.vmid).and_then(|r| r.worker.as_deref());
        let locked = self.engine.is_locked_but_by(ctx.vmid, manager);
        if request.method != "GET" && waits && locked {
            self.counters.writes_during_task += 1;
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Err(Fail::Params(_)) => self.counters.bad_parameters += 1,
            Err(f @ (Fail::Die(_) | Fail::Late(..))) => self.count_text(&f.task_text()),
            _ => {}
        }
    }

    pub(crate) fn count_text(&mut self, text: &str) {
        if text.contains("VM is locked") || text.contains("can't lock file") {
            self.counters.refused_locked += 1;
        }
        if text.contains("config file already exists") {
            self.counters.clone_onto_existing += 1;
        }
    }

    /// Imitated version.
    pub fn version(&self) -> Version {
        self.opts.version
    }
}

fn mask(key: &str, value: &str) -> String {
    if key.contains("password") || key.contains("ticket") {
        "**********".into()
    } else {
        value.to_owned()
    }
}

fn split_format(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/api2/")?;
    let end = rest.find('/').unwrap_or(rest.len());
    Some((&rest[..end], &rest[end..]))
}

/// Query, form or JSON parameters; golden section *routing*.
fn parse_params(request: &Request, query: &str) -> Result<Params, Box<Reply>> {
    let mut params = Params::default();
    let mut form = |text: &str| {
        for pair in text.split('&').filter(|p| !p.is_empty()) {
            let (k, v) = pair.split_once('=').unwrap_or((pair, ""));
            params.push(&text::decode_form(k), text::decode_form(v));
        }
    };
    form(query);
    if request.body.is_empty() {
        return Ok(params);
    }
    if request.method == "GET" || request.method == "DELETE" {
        let text = format!("Unexpected content for method '{}'", request.method);
        return Err(Box::new(Reply::plain(501, &text, &text)));
    }
    let kind = request
        .get_header("content-type")
        .unwrap_or("application/x-www-form-urlencoded");
    let body = String::from_utf8_lossy(&request.body);
    if kind.starts_with("application/x-www-form-urlencoded") {
        form(body.trim_end_matches(['\r', '\n']));
    } else if kind.starts_with("application/json") {
        parse_json(&body, &mut params)?;
    } else {
        let text = format!("upload 'Content-Type '{kind}' not implemented");
        return Err(Box::new(Reply::plain(506, &text, &text)));
    }
    Ok(params)
}

fn parse_json(body: &str, params: &mut Params) -> Result<(), Box<Reply>> {
    let Ok(Value::Object(map)) = serde_json::from_str::<Value>(body) else {
        let near = body.get(1..).unwrap_or_default();
        let text = format!(
            "'\"' expected, at character offset 1 (before \"{}\") at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 934.",
            near.trim_end_matches('}')
        );
        return Err(Box::new(Reply::plain(500, &text, &format!("{text}\n"))));
    };
    for (k, v) in map {
        let val = match v {
            Value::Null => continue,
            Value::Bool(b) => Val::Text(u8::from(b).to_string()),
            Value::Number(n) => Val::Text(n.to_string()),
            Value::String(s) => Val::Text(s),
            Value::Array(a) => Val::List(
                a.iter()
                    .map(|x| x.as_str().map_or_else(|| x.to_string(), str::to_owned))
                    .collect(),
            ),
            Value::Object(_) => Val::Hash,
        };
        params.0.insert(k, val);
    }
    Ok(())
}

fn render(outcome: Outcome) -> Reply {
    match outcome {
        Ok(Answer { data, extra, delay_s }) => {
            let mut body = Map::new();
            body.insert("data".into(), data);
            body.extend(extra);
            Reply {
                delay_s,
                ..Reply::json(200, "OK", &Value::Object(body))
            }
        }
        Err(fail) => render_fail(fail),
    }
}

fn message(text: &str) -> Value {
    json!({"data": null, "message": format!("{text}\n")})
}

fn reason(text: &str) -> String {
    // PVE replaces line ends inside a reason phrase by blanks
    text.trim_end().replace(['\n', '\r'], " ")
}

fn render_fail(fail: Fail) -> Reply {
    match fail {
        Fail::Die(t) => Reply::json(500, &reason(&t), &message(&t)),
        Fail::Late(t, s) => Reply {
            delay_s: s,
            ..Reply::json(500, &reason(&t), &message(&t))
        },
        Fail::Params(errors) => {
            let text = "Parameter verification failed.";
            Reply::json(
                400,
                text,
                &json!({"data": null, "message": format!("{text}\n"), "errors": errors}),
            )
        }
        Fail::Forbidden(t) => {
            let text = if t.is_empty() {
                "Permission check failed".into()
            } else {
                format!("Permission check failed ({t})")
            };
            Reply::json(403, &text, &message(&text))
        }
        Fail::Unauthorized(t) => Reply {
            delay_s: 3.0,
            ..Reply::empty(401, &t)
        },
        Fail::Login(t) => Reply {
            delay_s: 3.0,
            ..Reply::json(401, &t, &message(&t))
        },
        Fail::Raw(code, t) => Reply::empty(code, &t),
        Fail::NotImplemented(t) => Reply::json(501, &t, &json!({"data": null, "message": t})),
    }
}

/// The `extjs` flavour: always 200, the status inside (golden *routing*).
fn render_extjs(outcome: Outcome) -> Reply {
    match outcome {
        Ok(a) => Reply {
            delay_s: a.delay_s,
            ..Reply::json(200, "OK", &json!({"data": a.data, "success": 1}))
        },
        Err(Fail::Unauthorized(t)) => render_fail(Fail::Unauthorized(t)),
        Err(fail) => {
            let inner = render_fail(fail);
            let mut body = inner.value();
            body["status"] = json!(inner.status);
            body["success"] = json!(0);
            Reply {
                delay_s: inner.delay_s,
                ..Reply::json(200, "OK", &body)
            }
        }
    }
}
