//! The customer's firewall: its list is changed, written to the guest, and confirmed or taken back.

use super::ServiceReply;
use super::life::verb::Verb;
use super::request::{self, Number, Text, is_set};
use crate::actions::{OfFirewall, Typed, firewall};
use crate::engine::Goal;
use crate::package::Firewall;
use crate::problems::{Error, FirewallRefusal, Refusal};
use crate::service::choices::Choices;
use crate::service::firewall::{FirewallTrial, IN_FORCE_SECONDS, TRIAL_SECONDS};
use crate::words::ids::Actor;
use crate::words::status::Status;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a form of firewall rules sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FirewallIn {
    /// The number of the rule that is meant, from 1; empty: a new one.
    rule: Text,
    /// What is done with it: `up`, `down`, `on`, `off`, `copy` or `delete`.
    change: Text,
    /// The number of the rule whose place it takes, where it goes `up` or `down`, from 1; empty: the next one.
    to: Text,
    /// `in` or `out`.
    direction: Text,
    /// `ACCEPT`, `DROP` or `REJECT`.
    verdict: Text,
    /// A macro of Proxmox VE for protocol and ports; empty: none.
    r#macro: Text,
    /// A protocol; empty: each.
    proto: Text,
    /// Ports, `22` or `8000:8080`, with commas; empty: each.
    ports: Text,
    /// Addresses and networks that it comes from, with commas; empty: each.
    source: Text,
    /// Those that it goes to; empty: each.
    dest: Text,
    /// A comment.
    comment: Text,
    /// `"1"` or `true`: the rule is on.
    enabled: Value,
    /// `ACCEPT`, `DROP` or `REJECT`: what becomes of incoming traffic that no rule matches.
    policy_in: Text,
    /// The same of outgoing traffic.
    policy_out: Text,
    /// `web`, `mail` or `only_me`.
    template: Text,
    /// `"1"` or `true`: also if the address that asks gets through no more.
    anyway: Value,
    /// The version of the choices that the page has read; missing: it has read none.
    version: Option<Number>,
}

impl FirewallIn {
    /// Whether it was typed on a page that shows these. What is no number was read on no page of ours.
    fn is_of(&self, choices: &Choices) -> bool {
        let read = self.version.as_ref().map(|version| version.0.unwrap_or(u64::MAX));
        choices.are_as_read(read)
    }

    fn typed(&self) -> Typed<'_> {
        // what is no number is no rule of the list
        let number = |text: &str| (!text.is_empty()).then(|| text.parse().unwrap_or(0));
        Typed {
            rule: number(self.rule.trim()),
            change: self.change.trim(),
            to: number(self.to.trim()),
            direction: self.direction.trim(),
            verdict: self.verdict.trim(),
            macro_name: self.r#macro.trim(),
            proto: self.proto.trim(),
            ports: self.ports.trim(),
            source: self.source.trim(),
            dest: self.dest.trim(),
            comment: self.comment.trim(),
            enabled: is_set(&self.enabled),
            policy_in: self.policy_in.trim(),
            policy_out: self.policy_out.trim(),
            template: self.template.trim(),
            from: None,
        }
    }
}

/// What history tells of it.
pub(super) fn arguments(of: OfFirewall, request: &Value) -> Value {
    let asked: FirewallIn = request::parse(request).unwrap_or_default();
    let short = |text: &Text| {
        text.trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(20)
            .collect::<String>()
    };
    match of {
        OfFirewall::Rule => json!({ "rule": short(&asked.rule) }),
        OfFirewall::Change => json!({ "rule": short(&asked.rule), "change": short(&asked.change) }),
        OfFirewall::Policy => json!({ "policy_in": short(&asked.policy_in), "policy_out": short(&asked.policy_out) }),
        OfFirewall::Template => json!({ "template": short(&asked.template) }),
        OfFirewall::Confirm | OfFirewall::Back => json!({}),
    }
}

/// Does what is asked with the list.
pub(super) fn run(mut verb: Verb<'_>, of: OfFirewall, request: &Value) -> Result<ServiceReply, Error> {
    let done = match of {
        OfFirewall::Confirm => return confirm(verb, request),
        OfFirewall::Back => back(&mut verb),
        of => change(&mut verb, of, request),
    };
    if let Err(error) = done {
        return verb.end(Err(error));
    }
    verb.queue(Status::Firewall);
    let engine = verb.core.engine();
    if let Err(error) = engine.begin_firewall(&mut verb.job) {
        return verb.end(Err(error));
    }
    let outcome = verb.run(Goal::Settle);
    verb.end_with(outcome, true, |_| Ok(()))
}

/// What was in time for nobody is taken back by whoever comes, and be it to take it back.
fn back(verb: &mut Verb<'_>) -> Result<(), Error> {
    let service = verb.service();
    if service.firewall_goes_back() || service.status == Status::Firewall {
        return Ok(());
    }
    Err(FirewallRefusal::Nothing.into())
}

fn confirm(mut verb: Verb<'_>, request: &Value) -> Result<ServiceReply, Error> {
    let asked: FirewallIn = match request::parse(request) {
        Ok(asked) => asked,
        Err(error) => return verb.end(Err(error)),
    };
    let (id, now) = (verb.id, verb.now());
    let service = verb.service();
    let result = match (service.firewall_waits_until(), service.status) {
        (None, _) => Err(FirewallRefusal::Nothing.into()),
        (Some(_), Status::Firewall) => Err(FirewallRefusal::NotInForce.into()),
        // until then whoever tries it tries the rules from before
        (Some(until), _) if until - now > TRIAL_SECONDS - IN_FORCE_SECONDS => Err(FirewallRefusal::NotInForce.into()),
        // what is confirmed is what the page shows
        _ if !asked.is_of(&service.body.choices) => Err(Refusal::ChosenMeanwhile(id).into()),
        _ => {
            service.firewall_is_confirmed();
            Ok(())
        }
    };
    verb.end(result)
}

/// The list is another one from here on. What may cut a customer off waits to be confirmed.
fn change(verb: &mut Verb<'_>, of: OfFirewall, request: &Value) -> Result<(), Error> {
    let package = &verb.job.order.package;
    if package.effective_firewall() == Firewall::Off {
        return Err(FirewallRefusal::Off.into());
    }
    let most = package.more.client_firewall_rules;
    let asked: FirewallIn = request::parse(request)?;
    let (id, by, now) = (verb.id, verb.job.order.by, verb.now());
    if !asked.is_of(&verb.service().body.choices) {
        return Err(Refusal::ChosenMeanwhile(id).into());
    }
    let confirmed = verb.service().body.choices.firewall.clone();
    let confirmed = match confirmed {
        Some(list) => list,
        None => verb.core.engine().first_firewall_list(&verb.job)?,
    };
    let before = verb.service().firewall_list().cloned();
    let before = before.unwrap_or_else(|| confirmed.clone());
    let typed = Typed {
        from: by.ip,
        ..asked.typed()
    };
    let list = firewall::changed(&before, of, &typed, most)?;
    let may_cut_off = by.actor == Actor::Client && !confirmed.opens_no_less(&list);
    let waits = may_cut_off || verb.service().firewall_waits_until().is_some();
    let from = by.ip.filter(|_| may_cut_off && !is_set(&asked.anyway));
    if let Some(from) = from.map(|from| from.to_canonical())
        && verb.core.engine().cuts_off(&mut verb.job, &list, from)?
    {
        return Err(FirewallRefusal::CutsOff(from.to_string()).into());
    }
    let choices = &mut verb.service().body.choices;
    choices.firewall = Some(confirmed);
    choices.firewall_trial = Some(FirewallTrial {
        list,
        until: waits.then_some(now + TRIAL_SECONDS),
    });
    choices.version += 1;
    Ok(())
}
