//! A guest's firewall, for the pages of its customer and of staff: the customer's list, and what else decides.

use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_shown};
use crate::actions::Action;
use crate::api::core::Core;
use crate::api::life::verb::{Verb, parse, permitted};
use crate::api::request::OrderIn;
use crate::engine::{Goal, Order};
use crate::guest::{Config, FirewallSeen};
use crate::package::firewall_rules::{Rule, Target};
use crate::package::{Firewall, FirewallRulesPlace, Package, Policy};
use crate::problems::Error;
use crate::pve::{Client, GuestPath};
use crate::service::Service;
use crate::service::firewall::is_marked;
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;
use serde::Serialize;
use std::net::IpAddr;

/// A guest's firewall.
#[derive(Debug, Serialize)]
pub(in crate::api) struct FirewallOut {
    /// What becomes of incoming traffic that no rule matches: `ACCEPT`, `DROP` or `REJECT`.
    policy_in: Policy,
    /// The same of outgoing traffic.
    policy_out: Policy,
    /// The customer's rules, in their order, with a change that waits to be confirmed.
    rules: Vec<RuleOut>,
    /// The provider's rules of the product.
    provider: Vec<RuleOut>,
    /// Whether these stand before the customer's.
    provider_first: bool,
    /// What else the guest has: rules that somebody has written in Proxmox VE. Nobody here changes them. Null where nobody has
    /// looked.
    others: Option<Vec<RuleOut>>,
    /// How many rules a customer may have.
    most: u32,
    /// The version of the customer's choices.
    version: u64,
    /// Until when a change waits to be confirmed; null: none does.
    waits_until: Option<UnixSeconds>,
    /// How long that is from now on, seconds, not below 0; null: no change waits.
    waits_s: Option<f64>,
    /// Whether a change is being written.
    writing: bool,
    /// Whether what is written here has an effect; null where nobody could see that.
    works: Option<bool>,
    /// Why it has none, for staff: `product`, `guest`, `nic`, `datacenter` or `node`; null: it has one, or customers ask.
    why_not: Option<&'static str>,
    /// The address of whoever asks; null: it is not known.
    your_address: Option<IpAddr>,
}

/// A rule.
#[derive(Debug, Serialize)]
struct RuleOut {
    /// Whether it is on.
    enabled: bool,
    /// `in` or `out`; null: it is a security group.
    direction: Option<&'static str>,
    /// `ACCEPT`, `DROP` or `REJECT`; null: it is a security group.
    verdict: Option<&'static str>,
    /// Its macro; null: none.
    r#macro: Option<String>,
    /// Its protocol; null: each.
    proto: Option<String>,
    /// The ports that it is for; null: each.
    ports: Option<String>,
    /// Where it comes from; null: from everywhere.
    source: Option<String>,
    /// Where it goes to; null: everywhere.
    dest: Option<String>,
    /// Its comment; null: none.
    comment: Option<String>,
    /// The whole rule in Proxmox VE's own words, for one that is not the customer's; null: it is.
    line: Option<String>,
}

/// The firewall of a guest. What nobody has confirmed in time is taken back by this, and what is being written goes on. A
/// cluster that does not answer keeps nobody from seeing the list.
pub(in crate::api) fn firewall(core: &Core, request: OrderIn) -> Result<FirewallOut, Error> {
    let (id, order) = parse(&request)?;
    Action::named("firewall_rule").map_or(Ok(()), |action| permitted(action, &order))?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, order.asked.as_ref())?;
    let (package, by) = (order.package.clone(), order.by);
    let (entry, asked) = (order.entry.clone(), order.asked.clone());
    let is_over = service
        .firewall_waits_until()
        .is_some_and(|until| until <= core.clock.now());
    let begun = core.clock.now() + entry.page_seconds() - limits::PAGE_SECONDS;
    let goes_on = is_over || service.status == Status::Firewall;
    let look = || {
        if goes_on {
            // whoever else is at work on it does the same
            let _ = go_on(core, id, order, begun);
        }
        // what is left of it is the cron's, and the page is drawn from the store
        if core.clock.now() > begun + limits::LOOK_SECONDS - limits::PAGE_SECONDS {
            return Ok(None);
        }
        let (service, _) = core.store.service(id)?;
        let guest = guest_of(core, &entry, &service)?;
        let seen = guest.map(|(client, path)| look(core, &service, &client, &path));
        seen.transpose()
    };
    let seen = match looked(core, &service, "firewall", asked.as_ref(), look, |_| None::<&()>) {
        Ok(Looked::Now(seen)) => seen,
        Ok(Looked::Later(_)) | Err(_) => None,
    };
    let (service, _) = core.store.service(id)?;
    let why_not = why_not(&package, seen.as_ref());
    let works = match (&seen, why_not) {
        (_, Some(_)) => Some(false),
        (Some(seen), None) => seen.datacenter.map(|_| true),
        (None, None) => None,
    };
    Ok(FirewallOut {
        works,
        why_not: why_not.filter(|_| by.actor != Actor::Client),
        your_address: by.ip.map(|ip| ip.to_canonical()),
        ..listed(&service, &package, seen.as_ref(), (by.actor, core.clock.now()))
    })
}

/// Like a run of the cron for this one service, for as long as a page waits that was asked for then.
fn go_on(core: &Core, id: ServiceId, order: Order, begun: UnixSeconds) -> Result<(), Error> {
    let deadline = begun + limits::PAGE_SECONDS;
    let mut verb = Verb::begin_until(core, id, order, deadline, None)?;
    let outcome = verb.run(Goal::Settle);
    verb.end_visit(outcome.goes_on_at()).map(drop)
}

/// What a look has found.
struct Seen {
    firewall: FirewallSeen,
    config: Config,
    datacenter: Option<bool>,
    node: Option<bool>,
}

fn look(core: &Core, service: &Service, client: &Client, path: &GuestPath) -> Result<Seen, Error> {
    let ((config, firewall), (datacenter, node)) = Core::both(
        || Core::both(|| client.config(path), || client.firewall(path)),
        || Core::both(|| client.is_firewall_on(), || client.is_firewall_running(&path.node)),
    );
    let config = config?;
    check_owner(core, service, path, &config)?;
    Ok(Seen {
        firewall: firewall?,
        config,
        datacenter: datacenter?,
        node: node?,
    })
}

/// Why rules have no effect, from the product to the node.
fn why_not(package: &Package, seen: Option<&Seen>) -> Option<&'static str> {
    if package.effective_firewall() == Firewall::Off {
        return Some("product");
    }
    let seen = seen?;
    let has_nic = (seen.config.net0()).is_some_and(|nic| nic.get("firewall") == Some("1"));
    match () {
        () if seen.firewall.options.number("enable") != Some(1) => Some("guest"),
        () if !has_nic => Some("nic"),
        () if seen.datacenter == Some(false) => Some("datacenter"),
        () if seen.node == Some(false) => Some("node"),
        () => None,
    }
}

fn listed(
    service: &Service,
    package: &Package,
    seen: Option<&Seen>,
    (actor, now): (Actor, UnixSeconds),
) -> FirewallOut {
    // what staff note beside a rule is for staff
    let shown = |rule: &Rule| Rule {
        comment: rule.comment.clone().filter(|_| actor != Actor::Client),
        ..rule.clone()
    };
    let foreign = |rule: &Rule| RuleOut::of(&shown(rule), false);
    let list = service.firewall_list();
    let option = |key: &str| match seen?.firewall.options.get(key)? {
        "ACCEPT" => Some(Policy::Accept),
        "REJECT" => Some(Policy::Reject),
        _ => Some(Policy::Drop),
    };
    let policy = |chosen: Option<Policy>, key: &str, sold: Option<Policy>, unset: Policy| {
        chosen.or_else(|| option(key)).or(sold).unwrap_or(unset)
    };
    let more = &package.more;
    let (chosen_in, chosen_out) = (list.map(|list| list.policy_in), list.map(|list| list.policy_out));
    let waits_until = service.firewall_waits_until();
    let rules = list.map(|list| list.rules.as_slice()).unwrap_or_default();
    FirewallOut {
        policy_in: policy(chosen_in, "policy_in", more.firewall_policy_in, Policy::Drop),
        policy_out: policy(chosen_out, "policy_out", more.firewall_policy_out, Policy::Accept),
        rules: rules.iter().map(|rule| RuleOut::of(rule, true)).collect(),
        provider: package.rules.iter().map(foreign).collect(),
        provider_first: more.firewall_rules_place == FirewallRulesPlace::First,
        others: seen.map(|seen| others(&seen.firewall, package).iter().map(foreign).collect()),
        most: more.client_firewall_rules,
        version: service.body.choices.version,
        waits_until,
        waits_s: waits_until.map(|until| (until - now).max(0.0)),
        writing: service.status == Status::Firewall,
        works: None,
        why_not: None,
        your_address: None,
    }
}

/// Those of nobody here.
fn others(seen: &FirewallSeen, package: &Package) -> Vec<Rule> {
    let is_known =
        |listed: &&serde_json::Value| is_marked(listed) || package.rules.iter().any(|rule| rule.same_as(listed));
    let others = seen.rules.iter().filter(|listed| !is_known(listed));
    others
        .filter_map(Rule::listed)
        .take(limits::LIST_ROWS as usize)
        .collect()
}

impl RuleOut {
    fn of(rule: &Rule, is_own: bool) -> RuleOut {
        let (direction, verdict, macro_name) = match &rule.target {
            Target::Group(_) => (None, None, None),
            Target::Traffic {
                direction,
                verdict,
                macro_name,
            } => (Some(direction.as_str()), Some(verdict.as_str()), macro_name.clone()),
        };
        RuleOut {
            enabled: rule.enabled,
            direction,
            verdict,
            r#macro: macro_name,
            proto: rule.proto.clone(),
            ports: rule.dport.clone(),
            source: rule.source.clone(),
            dest: rule.dest.clone(),
            comment: rule.comment.clone(),
            line: (!is_own).then(|| rule.to_string()),
        }
    }
}
