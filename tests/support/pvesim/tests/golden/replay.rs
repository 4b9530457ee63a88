//! Plays one recorded request after the other.

use std::collections::BTreeMap;

use pvesim::{Cluster, Reply, Request, Transport, Version};
use serde_json::Value;

use crate::compare::{normal, values};
use crate::world::{self, SECRET};

/// What became of a pair.
pub enum Verdict {
    Matched,
    Different(String),
    Uncovered,
}

/// Outside what the product uses: consoles, uploads, node administration, raw HTTP.
const OUTSIDE: &[&str] = &[
    "vncproxy",
    "termproxy",
    "spiceproxy",
    "vncwebsocket",
    "/sendkey",
    "/monitor",
    "/upload",
    "/apt/",
    "/ceph/",
    "/disks/",
    "/certificates",
    "/services",
    "/subscription",
    "/hosts",
    "/syslog",
    "/journal",
    "/capabilities",
    "/cluster/log",
    "/cluster/jobs",
    "/cluster/mapping",
    "/cluster/notifications",
    "/cluster/sdn",
    "/firewall/macros",
    "/access/domains",
    "rrddata",
    "exec",
];

/// A replay.
pub struct Replay {
    cluster: Cluster,
    now: f64,
    section: Option<String>,
    upids: BTreeMap<String, String>,
    texts: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
    seen: BTreeMap<String, usize>,
    ticket: Option<(String, String)>,
}

impl Replay {
    pub fn new(version: Version) -> Self {
        let cluster = world::cluster(version);
        Self {
            cluster,
            now: 1_795_357_490.0,
            section: None,
            upids: BTreeMap::new(),
            texts: BTreeMap::new(),
            tokens: BTreeMap::new(),
            seen: BTreeMap::new(),
            ticket: None,
        }
    }

    pub fn play(&mut self, entry: &Value) -> Verdict {
        let text = |k: &str| entry[k].as_str().unwrap_or_default().to_owned();
        let name = text("name");
        let section = text("section").replace(" (8.4.21)", "");
        if self.section.as_ref() != Some(&section) {
            self.now += 30.0;
            self.cluster.advance(self.now);
            world::enter(&mut self.cluster, &section);
            self.section = Some(section.clone());
            self.seen.clear();
        }
        let nth = self.seen.entry(name.clone()).or_default();
        *nth += 1;
        let nth = *nth;
        let outside = OUTSIDE
            .iter()
            .any(|o| entry["path"].as_str().is_some_and(|p| p.contains(o)));
        if entry.get("status").is_none()
            || outside
            || name.starts_with("pvedaemon down")
            || name.starts_with("pmxcfs down")
        {
            self.now += entry["seconds"].as_f64().unwrap_or(0.1);
            return Verdict::Uncovered;
        }
        if section == "storage upload" || section == "console" {
            return Verdict::Uncovered;
        }
        self.now += world::pause(self.cluster.version(), &section, &name);
        self.cluster.advance(self.now);
        world::before(&mut self.cluster, &section, &name, nth);
        let race = name.starts_with("two clones race") && self.cluster.version() >= Version::V9_2;
        if !name.starts_with("parallel") && !race {
            self.now += 0.1;
        }
        let recorded = entry["path"].as_str().unwrap_or_default();
        let wants_end = entry["json"]["data"]["exitstatus"].is_string();
        if wants_end {
            self.finish(recorded, &section, &name);
        }
        let request = self.request(entry);
        let reply = self.cluster.handle(&request, self.now);
        self.now = self.cluster.now().max(self.now) + reply.delay_s;
        self.learn(&section, &name, &entry["json"], &reply);
        verdict(entry, &name, &reply)
    }

    fn upid_of(&self, path: &str) -> Option<String> {
        let start = path.find("UPID")?;
        let raw = path[start..].split('/').next().unwrap_or_default();
        let raw = raw.replace("%3A", ":").replace("%40", "@").replace("%21", "!");
        self.upids.get(&raw).cloned()
    }

    /// A task of root's that was started by hand in the recording.
    fn some_task(&self) -> String {
        self.cluster
            .tasks()
            .iter()
            .find(|t| t.user == "root@pam")
            .map(|t| t.upid.clone())
            .unwrap_or_default()
    }

    fn finish(&mut self, path: &str, section: &str, name: &str) {
        let Some(upid) = self.upid_of(path) else { return };
        if section == "task end states" && name.starts_with("killed worker: task status") {
            self.now += 1.0;
            self.cluster.advance(self.now);
            self.cluster.kill_task(&upid);
        }
        if name == "task status right after pvedaemon restart" {
            let stop = self.token(Request::new("DELETE", &format!("/nodes/pve1/tasks/{upid}")));
            self.now += 1.0;
            self.cluster.handle(&stop, self.now);
        }
        self.cluster.finish(&upid, 700.0);
        self.now = self.cluster.now().max(self.now);
    }

    fn token(&self, r: Request) -> Request {
        r.token("root@pam!lab", SECRET)
    }

    fn request(&self, entry: &Value) -> Request {
        let mut path = entry["path"].as_str().unwrap_or_default().to_owned();
        for (old, new) in self.upids.iter().chain(&self.texts) {
            path = path.replace(&encoded(old), &encoded(new)).replace(old, new);
        }
        if entry["name"] == "restricted token: root task status" {
            path = format!("/nodes/pve1/tasks/{}/status", encoded(&self.some_task()));
        }
        let method = entry["method"].as_str().unwrap_or("GET");
        let mut request = Request::new(method, &path);
        let kind = entry["request_content_type"].as_str();
        match &entry["params"] {
            Value::Object(map) if kind == Some("application/json") => {
                request = request.json(&Value::Object(map.clone()));
            }
            Value::Object(map) => {
                let pairs: Vec<(String, String)> = map.iter().flat_map(|(k, v)| scalars(k, v)).collect();
                let pairs: Vec<(String, String)> = pairs.into_iter().map(|(k, v)| (k, self.translate(&v))).collect();
                let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                request = request.form(&pairs);
            }
            Value::String(body) => {
                let size = body
                    .rsplit_once('(')
                    .and_then(|(_, n)| n.trim_end_matches(" bytes)").parse::<usize>().ok());
                request.body = size.map_or_else(|| body.clone().into_bytes(), |n| vec![b'x'; n]);
                request = request.header("content-type", kind.unwrap_or("application/x-www-form-urlencoded"));
            }
            _ => {}
        }
        self.authorise(entry, request)
    }

    fn translate(&self, v: &str) -> String {
        self.texts.get(v).cloned().unwrap_or_else(|| v.to_owned())
    }

    fn authorise(&self, entry: &Value, request: Request) -> Request {
        let (section, name) = (
            entry["section"].as_str().unwrap_or(""),
            entry["name"].as_str().unwrap_or(""),
        );
        match entry["auth"].as_str() {
            Some("token") => self.token(request),
            Some("none") => request,
            _ => match section {
                "auth" if name.starts_with("cookie") => {
                    let (ticket, csrf) = self.ticket.clone().unwrap_or_default();
                    let request = request.header("cookie", &format!("PVEAuthCookie={}", encoded(&ticket)));
                    match name {
                        "cookie PUT with CSRF" => request.header("csrfpreventiontoken", &csrf),
                        "cookie POST bad CSRF" => request.header("csrfpreventiontoken", "bad"),
                        _ => request,
                    }
                }
                "auth" if name == "bad cookie ticket" => request.header("cookie", "PVEAuthCookie=PVE:root@pam:0::x"),
                "auth" => request.token("root@pam!lab", "wrong"),
                "access control" => {
                    let kind = if name.starts_with("privsep") {
                        "sep"
                    } else if name.starts_with("expired") {
                        "exp"
                    } else {
                        "api"
                    };
                    let id = format!("cust1@pve!{kind}");
                    let secret = self.tokens.get(&id).cloned().unwrap_or_default();
                    request.token(&id, &secret)
                }
                "provisioner: non-root user with a limited role, full flow" => request.token("prov@pve!lab", SECRET),
                _ => {
                    let (ticket, csrf) = self.ticket.clone().unwrap_or_default();
                    let request = request.header("cookie", &format!("PVEAuthCookie={}", encoded(&ticket)));
                    request.header("csrfpreventiontoken", &csrf)
                }
            },
        }
    }

    /// Remembers what later requests refer to: UPIDs, digests, backups, tickets, tokens.
    fn learn(&mut self, section: &str, name: &str, want: &Value, reply: &Reply) {
        let (old, new) = (&want["data"], reply.data());
        if let (Some(a), Some(b)) = (old.as_str(), new.as_str())
            && a.starts_with("UPID")
            && b.starts_with("UPID")
        {
            self.upids.insert(a.to_owned(), b.to_owned());
        }
        if let (Some(a), Some(b)) = (old["digest"].as_str(), new["digest"].as_str()) {
            self.texts.insert(a.to_owned(), b.to_owned());
        }
        if let (Some(a), Some(b)) = (old.as_array(), new.as_array()) {
            for (x, y) in a.iter().zip(b) {
                if let (Some(x), Some(y)) = (x["volid"].as_str(), y["volid"].as_str())
                    && x.contains("backup/")
                {
                    self.texts.insert(x.to_owned(), y.to_owned());
                }
            }
        }
        if let Some(id) = new["full-tokenid"].as_str() {
            self.tokens
                .insert(id.to_owned(), new["value"].as_str().unwrap_or_default().to_owned());
        }
        if (section, name) == ("auth", "login ok") {
            let text = |k: &str| new[k].as_str().unwrap_or_default().to_owned();
            self.ticket = Some((text("ticket"), text("CSRFPreventionToken")));
        }
    }
}

fn scalars(key: &str, v: &Value) -> Vec<(String, String)> {
    match v {
        Value::Array(a) => a.iter().flat_map(|x| scalars(key, x)).collect(),
        Value::String(s) => vec![(key.to_owned(), s.clone())],
        other => vec![(key.to_owned(), other.to_string())],
    }
}

fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| {
            if keep(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

fn verdict(entry: &Value, name: &str, reply: &Reply) -> Verdict {
    let status = entry["status"].as_u64().unwrap_or(0);
    if reply.transport == Transport::Closed {
        return Verdict::Different("connection closed".into());
    }
    if reply.reason.contains("(pvesim") {
        return Verdict::Uncovered;
    }
    let reason = normal(entry["reason"].as_str().unwrap_or_default());
    if u64::from(reply.status) != status || normal(&reply.reason) != reason {
        return Verdict::Different(format!(
            "{status} {reason} != {} {}",
            reply.status,
            normal(&reply.reason)
        ));
    }
    let (want, got) = (&entry["json"], reply.value());
    if want.is_null() {
        let body = entry["body"].as_str().unwrap_or_default();
        let same = got.is_null() && (body.is_empty() || body.trim() == String::from_utf8_lossy(&reply.body).trim());
        return if same {
            Verdict::Matched
        } else {
            Verdict::Different(format!("body {got}"))
        };
    }
    if let Some(why) = values("errors", &want["errors"], &got["errors"]) {
        return Verdict::Different(why);
    }
    if normal(want["message"].as_str().unwrap_or("")) != normal(got["message"].as_str().unwrap_or("")) {
        return Verdict::Different(format!("message {}", got["message"]));
    }
    if name.ends_with("task log") && want["data"].is_array() {
        let last = |v: &Value| {
            normal(
                v["data"]
                    .as_array()
                    .and_then(|a| a.last())
                    .and_then(|l| l["t"].as_str())
                    .unwrap_or(""),
            )
        };
        let (a, b) = (last(want), last(&got));
        // long logs are cut at 500 lines in the recording
        return if a == b {
            Verdict::Matched
        } else {
            Verdict::Different(format!("log ends {a:?} != {b:?}"))
        };
    }
    // lists of tasks depend on everything that ever ran
    let listing = want["data"].is_array() && entry["path"].as_str().is_some_and(|p| p.ends_with("/tasks"));
    if listing {
        let same = got["data"].is_array();
        return if same {
            Verdict::Matched
        } else {
            Verdict::Different("list of tasks".into())
        };
    }
    // the digests of firewall objects depend on their content alone: they must be the same
    let root = root_of(entry);
    match values(root, &want["data"], &got["data"]) {
        Some(why) => Verdict::Different(why),
        None => Verdict::Matched,
    }
}

fn root_of(entry: &Value) -> &'static str {
    let firewall = entry["path"].as_str().is_some_and(|p| p.contains("/firewall/"));
    if firewall { "firewall" } else { "data" }
}
