//! Firewall files: options and rules (golden *firewall*, *leftover firewall file*; `PVE::API2::Firewall::Rules`).
//!
//! None of these endpoints looks whether the VM exists. A new rule always goes to position 0: the code ignores `pos`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::fwrules::verify;
use crate::guestconf::subdirs;
use crate::routes::Ctx;
use crate::text::{sha1_hex, split_list};
use crate::types::{Answer, Fail, Outcome, die};

/// A rule: the fields as PVE keeps them.
pub type Rule = BTreeMap<String, String>;

/// An entry of an IP set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Normalised address or network.
    pub cidr: String,
    /// Comment.
    pub comment: Option<String>,
    /// Exception?
    pub nomatch: bool,
}

/// An IP set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IpSet {
    /// Comment.
    pub comment: Option<String>,
    /// Entries, sorted.
    pub entries: Vec<Entry>,
}

/// A security group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Comment.
    pub comment: Option<String>,
    /// Rules.
    pub rules: Vec<Rule>,
}

/// One file under `/etc/pve/firewall`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Firewall {
    /// `[OPTIONS]`
    pub options: BTreeMap<String, String>,
    /// `[RULES]`
    pub rules: Vec<Rule>,
    /// `[IPSET …]`
    pub sets: BTreeMap<String, IpSet>,
    /// `[ALIASES]`: address and comment.
    pub aliases: BTreeMap<String, (String, Option<String>)>,
    /// `[group …]`, cluster only.
    pub groups: BTreeMap<String, Group>,
}

/// PVE's digest of an object or a list: `key:value` lines, sorted by key (`copy_list_with_digest`).
pub(crate) fn digest<'a>(items: impl Iterator<Item = &'a BTreeMap<String, String>>) -> String {
    sha1_hex(
        &items
            .flat_map(|m| m.iter().map(|(k, v)| format!("{k}:{v}\n")))
            .collect::<String>(),
    )
}

pub(crate) fn assert_digest(ctx: &Ctx, now: &str) -> Result<(), Fail> {
    match ctx.params.get("digest") {
        Some(d) if d != now => die("detected modified configuration - file changed by other user? Try again."),
        _ => Ok(()),
    }
}

pub(crate) fn key(ctx: &Ctx) -> String {
    if ctx.pattern.starts_with("/cluster") {
        "cluster".into()
    } else {
        ctx.vmid.to_string()
    }
}

impl Cluster {
    /// A firewall file, empty when there is none.
    pub fn firewall_of(&self, key: &str) -> Firewall {
        self.firewall.get(key).cloned().unwrap_or_default()
    }

    /// Writes a firewall file; an empty one is removed.
    pub(crate) fn save_firewall(&mut self, key: &str, fw: Firewall) {
        if fw == Firewall::default() {
            self.firewall.remove(key);
        } else {
            self.firewall.insert(key.to_owned(), fw);
        }
    }

    /// Whether the IP filter of a guest's first network card lets a packet from this address out, before any rule: the
    /// option switches it on, and so does the mere set of its name (pve-firewall `src/PVE/Firewall.pm`,
    /// `generate_tap_rules_direction` and `ruleset_create_vm_chain`). Taken for granted: the datacenter's firewall is on,
    /// and the set holds addresses, no networks.
    pub fn may_send_from(&self, vmid: u32, ip: &str) -> bool {
        let fw = self.firewall_of(&vmid.to_string());
        let on = |key: &str| fw.options.get(key).is_some_and(|value| value == "1");
        let nic = self.vm(vmid).and_then(|vm| vm.get("net0")).unwrap_or_default();
        let filters = on("enable") && nic.split(',').any(|part| part == "firewall=1");
        match fw.sets.get("ipfilter-net0") {
            _ if !filters => true,
            Some(set) => set.entries.iter().any(|entry| entry.cidr == ip),
            None => !on("ipfilter"),
        }
    }

    /// `clone_vmfw_conf`: the target gets the source's file, or none at all.
    pub(crate) fn copy_firewall(&mut self, from: u32, to: u32) {
        let fw = self.firewall_of(&from.to_string());
        self.save_firewall(&to.to_string(), fw);
    }
}

/// GET …/firewall
pub fn index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs("rules aliases ipset refs options", "name"))
}

/// GET …/firewall/log
pub fn log(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(Answer::from(json!([{"n": 1, "t": "no content"}])).total(1))
}

/// GET …/firewall/refs
pub fn refs(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut list = vec![];
    for (scope, name) in [("dc", "cluster".to_owned()), ("guest", key(ctx))] {
        let fw = c.firewall_of(&name);
        for a in fw.aliases.keys() {
            list.push(json!({"type": "alias", "name": a, "ref": format!("{scope}/{a}"), "scope": scope}));
        }
        for s in fw.sets.keys() {
            list.push(json!({"type": "ipset", "name": s, "ref": format!("+{scope}/{s}"), "scope": scope}));
        }
    }
    if let Some(kind) = ctx.params.get("type") {
        list.retain(|r| r["type"] == kind);
    }
    Ok(Value::Array(list).into())
}

fn option_value(v: &str) -> Value {
    v.parse::<i64>().map_or_else(|_| json!(v), |n| json!(n))
}

/// GET …/firewall/options
pub fn options(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let fw = c.firewall_of(&key(ctx));
    let mut m: Map<String, Value> = fw.options.iter().map(|(k, v)| (k.clone(), option_value(v))).collect();
    m.insert("digest".into(), json!(digest(std::iter::once(&fw.options))));
    Ok(Value::Object(m).into())
}

const OPTIONS: &str = " enable dhcp ipfilter macfilter ndp radv policy_in policy_out log_level_in log_level_out ";

/// PUT …/firewall/options
pub fn options_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    assert_digest(ctx, &digest(std::iter::once(&fw.options)))?;
    for name in split_list(ctx.params.get("delete").unwrap_or_default()) {
        if !OPTIONS.contains(&format!(" {name} ")) {
            return Err(Fail::param("delete", format!("no such option '{name}'")));
        }
        fw.options.remove(&name);
    }
    for (k, v) in ctx
        .params
        .scalars()
        .filter(|(k, _)| OPTIONS.contains(&format!(" {k} ")))
    {
        fw.options.insert(k.to_owned(), v.to_owned());
    }
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

fn group_name(ctx: &Ctx) -> Option<String> {
    ctx.uri.get("group").cloned()
}

fn load_rules(c: &Cluster, ctx: &Ctx) -> Result<Vec<Rule>, Fail> {
    let fw = c.firewall_of(&key(ctx));
    match group_name(ctx) {
        None => Ok(fw.rules),
        Some(g) => match fw.groups.get(&g) {
            Some(group) => Ok(group.rules.clone()),
            None => die(format!("no such security group '{g}'")),
        },
    }
}

fn save_rules(c: &mut Cluster, ctx: &Ctx, rules: Vec<Rule>) {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    match group_name(ctx) {
        None => fw.rules = rules,
        Some(g) => fw.groups.entry(g).or_default().rules = rules,
    }
    c.save_firewall(&key, fw);
}

/// The rules as a reader sees them: families worked out anew, with what is wrong.
fn resolved(c: &Cluster, ctx: &Ctx, rules: &[Rule]) -> Vec<(Rule, BTreeMap<String, String>)> {
    let key = key(ctx);
    let one = |r: &Rule| {
        let mut rule = r.clone();
        let errors = verify(c, &key, &mut rule).err().unwrap_or_default();
        (rule, errors)
    };
    rules.iter().map(one).collect()
}

fn rules_digest(c: &Cluster, ctx: &Ctx, rules: &[Rule]) -> String {
    let all: Vec<Rule> = resolved(c, ctx, rules).into_iter().map(|(r, _)| r).collect();
    digest(all.iter())
}

fn rule_json(rule: &Rule, errors: &BTreeMap<String, String>, digest: &str, pos: Value) -> Value {
    let mut m = Map::new();
    for (k, v) in rule {
        let value = if k == "enable" || k == "ipversion" {
            option_value(v)
        } else {
            json!(v)
        };
        m.insert(k.clone(), value);
    }
    m.insert("pos".into(), pos);
    m.insert("digest".into(), json!(digest));
    if !errors.is_empty() {
        m.insert("errors".into(), json!(errors));
    }
    Value::Object(m)
}

/// GET …/firewall/rules
pub fn rules(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let rules = load_rules(c, ctx)?;
    let digest = rules_digest(c, ctx, &rules);
    let all = resolved(c, ctx, &rules);
    let list = all
        .iter()
        .enumerate()
        .map(|(i, (r, e))| rule_json(r, e, &digest, json!(i)));
    Ok(Value::Array(list.collect()).into())
}

fn position(ctx: &Ctx, rules: &[Rule]) -> Result<usize, Fail> {
    let pos = ctx.uri("pos").parse::<usize>().unwrap_or(usize::MAX);
    if pos >= rules.len() {
        die(format!("no rule at position {}", ctx.uri("pos")))
    } else {
        Ok(pos)
    }
}

/// GET …/firewall/rules/POS
pub fn rule_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let rules = load_rules(c, ctx)?;
    let pos = position(ctx, &rules)?;
    let digest = rules_digest(c, ctx, &rules);
    let (rule, errors) = resolved(c, ctx, &rules[pos..=pos]).swap_remove(0);
    Ok(rule_json(&rule, &errors, &digest, json!(ctx.uri("pos"))).into())
}

const FIELDS: &str = " action comment dest dport enable icmp-type iface log macro proto source sport type ";

fn copy_fields(rule: &mut Rule, ctx: &Ctx) {
    for (k, v) in ctx.params.scalars().filter(|(k, _)| FIELDS.contains(&format!(" {k} "))) {
        if v.is_empty() || v == "-" {
            rule.remove(k);
        } else {
            rule.insert(k.to_owned(), v.to_owned());
        }
    }
    rule.remove("ipversion");
}

/// POST …/firewall/rules
pub fn rule_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut rules = load_rules(c, ctx)?;
    let mut rule = Rule::new();
    copy_fields(&mut rule, ctx);
    verify(c, &key(ctx), &mut rule).map_err(Fail::Params)?;
    let on = ctx.params.get("enable").is_some_and(|e| e != "0");
    rule.remove("ipversion");
    rule.insert("enable".into(), i32::from(on).to_string());
    rules.insert(0, rule);
    save_rules(c, ctx, rules);
    Ok(Answer::null())
}

/// PUT …/firewall/rules/POS
pub fn rule_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut rules = load_rules(c, ctx)?;
    assert_digest(ctx, &rules_digest(c, ctx, &rules))?;
    let pos = position(ctx, &rules)?;
    let moveto = ctx
        .params
        .int("moveto")
        .and_then(|m| usize::try_from(m).ok())
        .filter(|m| *m != pos);
    if let Some(to) = moveto {
        let rule = rules.remove(pos);
        let at = if to > pos { to - 1 } else { to };
        rules.insert(at.min(rules.len()), rule);
    } else {
        let mut rule = rules[pos].clone();
        copy_fields(&mut rule, ctx);
        for name in split_list(ctx.params.get("delete").unwrap_or_default()) {
            // `delete_rule_properties`
            if !FIELDS.contains(&format!(" {name} ")) {
                return Err(Fail::param("delete", format!("no such property ('{name}')")));
            }
            if name == "type" || name == "action" {
                return Err(Fail::param(
                    "delete",
                    format!("unable to delete required property '{name}'"),
                ));
            }
            rule.remove(&name);
        }
        verify(c, &key(ctx), &mut rule).map_err(Fail::Params)?;
        rule.remove("ipversion");
        rules[pos] = rule;
    }
    save_rules(c, ctx, rules);
    Ok(Answer::null())
}

/// DELETE …/firewall/rules/POS
pub fn rule_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut rules = load_rules(c, ctx)?;
    assert_digest(ctx, &rules_digest(c, ctx, &rules))?;
    let pos = position(ctx, &rules)?;
    rules.remove(pos);
    save_rules(c, ctx, rules);
    Ok(Answer::null())
}
