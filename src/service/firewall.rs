//! The customer's part of a guest's firewall: a list, and a change of it that waits for its customer to say that it let nobody
//! out.
//!
//! In Proxmox VE a rule of the customer is known by its comment, which begins with [`MARK`]. So whoever goes on after a worker
//! that died, or finds the firewall of an old backup, knows which rules are whose by looking.

use crate::package::Policy;
use crate::package::firewall_rules::{MARK, Rule, bears_mark};
use crate::service::Service;
use crate::words::ids::UnixSeconds;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So long a change that could cut off waits to be confirmed (seconds).
pub const TRIAL_SECONDS: f64 = 90.0;
/// So long after it was written it is in force for sure (seconds): pve-firewall looks every ten.
pub const IN_FORCE_SECONDS: f64 = 15.0;

/// What a customer wants of a guest's firewall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirewallList {
    /// What becomes of incoming traffic that no rule matches.
    pub policy_in: Policy,
    /// Likewise of outgoing traffic.
    pub policy_out: Policy,
    /// The rules, in their order, with the customer's own comments.
    pub rules: Vec<Rule>,
}

/// A change of the list, until the guest has it for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FirewallTrial {
    /// What is wanted.
    pub list: FirewallList,
    /// Until when it waits to be confirmed, and is taken back then. `None`: it can cut nobody off, and is confirmed once the
    /// guest has it.
    pub until: Option<UnixSeconds>,
}

/// A customer's rule as Proxmox VE has it.
pub fn marked(rule: &Rule) -> Rule {
    let comment = match &rule.comment {
        Some(comment) => format!("{MARK} {comment}"),
        None => MARK.to_owned(),
    };
    Rule {
        comment: Some(comment),
        ..rule.clone()
    }
}

/// Whether an entry of Proxmox VE's listing is a rule of the customer.
pub fn is_marked(listed: &Value) -> bool {
    listed.get("comment").and_then(Value::as_str).is_some_and(bears_mark)
}

impl FirewallList {
    /// Whether whoever gets in or out by `self` surely does so by `other`: nothing that lets through is less, and nothing that
    /// does not is more.
    pub fn opens_no_less(&self, other: &FirewallList) -> bool {
        let stays = |before: Policy, after: Policy| after == Policy::Accept || before == after;
        stays(self.policy_in, other.policy_in)
            && stays(self.policy_out, other.policy_out)
            && only_opens(&self.rules, &other.rules)
    }
}

/// Whether the rules of one list become those of the other by adding what accepts and taking away what does not. The longest
/// part that both have in the same order stays.
fn only_opens(before: &[Rule], after: &[Rule]) -> bool {
    let on = |rules: &[Rule]| rules.iter().filter(|rule| rule.enabled).cloned().collect::<Vec<_>>();
    let (before, after) = (on(before), on(after));
    let kept = common(&before, &after, Rule::does_as);
    let is_kept_before = |at: usize| kept.iter().any(|(one, _)| *one == at);
    let is_kept_after = |at: usize| kept.iter().any(|(_, other)| *other == at);
    let gone = before.iter().enumerate().filter(|(at, _)| !is_kept_before(*at));
    let new = after.iter().enumerate().filter(|(at, _)| !is_kept_after(*at));
    gone.clone().all(|(_, rule)| !rule.accepts()) && new.clone().all(|(_, rule)| rule.accepts())
}

/// A longest common part of two lists, as pairs of places.
pub fn common<A, B>(one: &[A], other: &[B], same: impl Fn(&A, &B) -> bool) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
    for (i, a) in one.iter().enumerate().rev() {
        for (j, b) in other.iter().enumerate().rev() {
            longest[i][j] = if same(a, b) {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < one.len() && j < other.len() {
        if same(&one[i], &other[j]) {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

impl Service {
    /// The list that the guest should have now.
    pub fn firewall_list(&self) -> Option<&FirewallList> {
        let choices = &self.body.choices;
        let trial = choices.firewall_trial.as_ref().map(|trial| &trial.list);
        trial.or(choices.firewall.as_ref())
    }

    /// Until when a change of it waits to be confirmed. `None`: none does.
    pub fn firewall_waits_until(&self) -> Option<UnixSeconds> {
        self.body.choices.firewall_trial.as_ref()?.until
    }

    /// The guest has the list: what needs no confirmation is the customer's list from now on, and the time of what does begins.
    pub fn firewall_is_written(&mut self, now: UnixSeconds) {
        let choices = &mut self.body.choices;
        if let Some(until) = choices.firewall_trial.as_mut().and_then(|trial| trial.until.as_mut()) {
            *until = now + TRIAL_SECONDS;
        }
        if let Some(trial) = choices.firewall_trial.take_if(|trial| trial.until.is_none()) {
            choices.firewall = Some(trial.list);
        }
    }

    /// The change counts from now on.
    pub fn firewall_is_confirmed(&mut self) {
        let choices = &mut self.body.choices;
        if let Some(trial) = choices.firewall_trial.take() {
            choices.firewall = Some(trial.list);
            choices.version += 1;
        }
    }

    /// The change is given up: the list is the one from before. Whether there was one.
    pub fn firewall_goes_back(&mut self) -> bool {
        let choices = &mut self.body.choices;
        let was_there = choices.firewall_trial.take().is_some();
        choices.version += u64::from(was_there);
        was_there
    }

    /// Something else is done with the guest, and writes the list: what nobody has confirmed until then is given up.
    pub fn firewall_makes_way(&mut self) {
        match self.firewall_waits_until() {
            Some(_) => drop(self.firewall_goes_back()),
            None => self.firewall_is_confirmed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(policies: (Policy, Policy), rules: &[&str]) -> FirewallList {
        FirewallList {
            policy_in: policies.0,
            policy_out: policies.1,
            rules: rules.iter().map(|line| line.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn only_what_opens_more_needs_nobody_to_say_that_it_lets_in() {
        use Policy::{Accept, Drop};
        let (ssh, web, bad) = (
            "IN SSH(ACCEPT)",
            "IN ACCEPT -p tcp -dport 80",
            "IN DROP -source 192.0.2.7",
        );
        let before = list((Drop, Accept), &[bad, ssh]);
        for (after, opens) in [
            (before.clone(), true),
            (list((Accept, Accept), &[bad, ssh]), true),
            (list((Drop, Drop), &[bad, ssh]), false),
            (list((Drop, Accept), &[web, bad, ssh]), true),
            (list((Drop, Accept), &[ssh]), true),
            (list((Drop, Accept), &[bad, "IN SSH(ACCEPT) # again"]), true),
            (list((Drop, Accept), &["|IN DROP -source 192.0.2.7", ssh]), true),
            (list((Drop, Accept), &[bad, "|IN SSH(ACCEPT)"]), false),
            (list((Drop, Accept), &[bad]), false),
            (list((Drop, Accept), &[bad, ssh, "OUT DROP"]), false),
            (list((Drop, Accept), &[bad, web]), false),
            (list((Drop, Accept), &[bad, ssh, "|OUT DROP"]), true),
        ] {
            assert_eq!(before.opens_no_less(&after), opens, "{after:?}");
        }
        let after = list((Drop, Accept), &[ssh, bad]);
        assert!(!after.opens_no_less(&before), "what drops is above what accepts");
    }

    #[test]
    fn a_rule_of_the_customer_is_known_by_its_comment() {
        let rule: Rule = "IN SSH(ACCEPT) # office # two".parse().unwrap();
        assert_eq!(marked(&rule).to_string(), "IN SSH(ACCEPT) # [customer] office # two");
        for (comment, is_one) in [
            ("[customer]", true),
            (" [customer] x", true),
            ("[customers] x", false),
            ("for [customer]", false),
            ("", false),
        ] {
            assert_eq!(is_marked(&json!({"comment": comment})), is_one, "{comment}");
        }
        assert!(!is_marked(&json!({})));
    }
}
