//! How the rules that a guest has become those that its customer wants, one write at a time.
//!
//! Proxmox VE has no write for a whole list: a new rule comes on top, one rule is changed, moved or deleted at a time. So the
//! order of the writes decides what gets through meanwhile:
//!
//! 1. What is new is written switched off, and moved to its place: no packet notices.
//! 2. It is switched on from the top to the bottom. The policies follow.
//! 3. What is not wanted any more is switched off or deleted from the bottom to the top.
//!
//! At each moment every packet then meets the verdict of the old list or that of the new one, and no third one: whatever rule
//! it meets first decides in the one list or in the other. A change of one rule, and the move of one, is a single write where nothing
//! else changes.

use crate::package::FirewallRulesPlace;
use crate::package::firewall_rules::{Rule, Target};
use crate::pipeline::call::Call;
use crate::service::firewall::{common, is_marked, marked};
use serde_json::Value;

/// The writes that are missing, in the order in which they are sent.
#[derive(Debug, Default, PartialEq)]
pub(in crate::pipeline) struct Edits {
    /// Before the policies.
    pub(in crate::pipeline) before: Vec<Call>,
    /// After them.
    pub(in crate::pipeline) after: Vec<Call>,
}

/// What is there, and what is wanted.
pub(in crate::pipeline) struct Lists<'a> {
    /// As Proxmox VE lists it.
    pub(in crate::pipeline) seen: &'a [Value],
    /// The provider's rules.
    pub(in crate::pipeline) provider: &'a [Rule],
    /// Where they stand.
    pub(in crate::pipeline) place: FirewallRulesPlace,
    /// The customer's, as the customer writes them.
    pub(in crate::pipeline) customer: &'a [Rule],
    /// Whether the firewall is in force; else nobody notices the order of the writes.
    pub(in crate::pipeline) in_force: bool,
    /// Whether the policies are as they are wanted: else a rule that is not there any more counts before they do.
    pub(in crate::pipeline) policies_stay: bool,
}

/// A rule on its way.
#[derive(Debug, Clone)]
struct Item {
    /// `None`: not one of the customer's.
    rule: Option<Rule>,
    /// Whether it is one of the provider's.
    is_provider: bool,
    /// Its place in the wanted list. `None`: it is not wanted, or not the customer's.
    wanted: Option<usize>,
    /// Whether it is one that was written just now, and not moved yet.
    is_unplaced: bool,
}

/// A list that is being edited: what the writes so far make of it.
struct Draft {
    items: Vec<Item>,
    wanted: Vec<Rule>,
    place: FirewallRulesPlace,
}

impl Lists<'_> {
    /// What is missing.
    pub(in crate::pipeline) fn edits(&self) -> Edits {
        let mut draft = self.draft();
        if let (Some(one), true) = (draft.single(), self.policies_stay) {
            return one.map_or_else(Edits::default, |call| Edits {
                before: vec![call],
                after: Vec::new(),
            });
        }
        let mut before = draft.add(self.in_force);
        before.extend(draft.settle());
        before.extend(draft.switch_on());
        Edits {
            before,
            after: draft.take_away(),
        }
    }

    /// The list with what of it stays as it is wanted: the longest part that is in its order and on the right side of the
    /// provider's rules.
    fn draft(&self) -> Draft {
        let item = |listed: &Value| {
            let rule = Rule::listed(listed);
            let is_customers = is_marked(listed);
            let is_provider = !is_customers && self.provider.iter().any(|rule| rule.same_as(listed));
            Item {
                // one of the customer's that nobody can read is deleted: it is none that is wanted
                rule: is_customers.then(|| rule.unwrap_or_else(unreadable)),
                is_provider,
                wanted: None,
                is_unplaced: false,
            }
        };
        let mut draft = Draft {
            items: self.seen.iter().map(item).collect(),
            wanted: self.customer.iter().map(marked).collect(),
            place: self.place,
        };
        let region = draft.region();
        let own: Vec<(usize, Rule)> = (draft.items.iter().enumerate())
            .filter(|(at, _)| region.contains(at))
            .filter_map(|(at, item)| Some((at, item.rule.clone()?)))
            .collect();
        for (one, other) in common(&own, &draft.wanted, |(_, rule), wanted| rule.does_as(wanted)) {
            draft.items[own[one].0].wanted = Some(other);
        }
        draft
    }
}

/// Stands for what no rule of this module is.
fn unreadable() -> Rule {
    Rule {
        enabled: false,
        ..Rule::of(Target::Group(String::new()))
    }
}

impl Draft {
    /// Where the customer's rules may stand.
    fn region(&self) -> std::ops::Range<usize> {
        let provider = |item: &Item| item.is_provider;
        match self.place {
            FirewallRulesPlace::First => {
                let last = self.items.iter().rposition(provider);
                last.map_or(0, |last| last + 1)..self.items.len()
            }
            FirewallRulesPlace::Last => 0..self.items.iter().position(provider).unwrap_or(self.items.len()),
        }
    }

    /// The customer's rules, with their places.
    fn own(&self) -> Vec<(usize, &Rule)> {
        let all = self.items.iter().enumerate();
        all.filter_map(|(at, item)| Some((at, item.rule.as_ref()?))).collect()
    }

    /// `Some`: there is one difference at most, and this one write makes it.
    fn single(&self) -> Option<Option<Call>> {
        let (own, region) = (self.own(), self.region());
        if own.len() != self.wanted.len() || !own.iter().all(|(at, _)| region.contains(at)) {
            return None;
        }
        let same = |one: usize, other: usize| own[one].1.is_like(&self.wanted[other]);
        let differs = |at: &usize| !same(*at, *at);
        let (Some(first), Some(last)) = ((0..own.len()).find(differs), (0..own.len()).rev().find(differs)) else {
            return Some(None);
        };
        if first == last {
            let rule = self.wanted[first].clone();
            return Some(Some(Call::SetRule { at: own[first].0, rule }));
        }
        if same(first, last) && (first..last).all(|at| same(at + 1, at)) {
            let (from, to) = (own[first].0, own[last].0 + 1);
            return Some(Some(Call::MoveRule { from, to }));
        }
        if same(last, first) && (first..last).all(|at| same(at, at + 1)) {
            let (from, to) = (own[last].0, own[first].0);
            return Some(Some(Call::MoveRule { from, to }));
        }
        None
    }

    /// What is new, on top, where Proxmox VE puts it; sent last to first it is in its order.
    fn add(&mut self, in_force: bool) -> Vec<Call> {
        let is_there = |wanted: usize| self.items.iter().any(|item| item.wanted == Some(wanted));
        let new: Vec<usize> = (0..self.wanted.len()).filter(|wanted| !is_there(*wanted)).collect();
        let mut calls = Vec::new();
        for wanted in new.into_iter().rev() {
            let rule = &self.wanted[wanted];
            let rule = Rule {
                enabled: rule.enabled && !in_force,
                ..rule.clone()
            };
            calls.push(Call::AddRule(rule.clone()));
            let item = Item {
                rule: Some(rule),
                is_provider: false,
                wanted: Some(wanted),
                is_unplaced: true,
            };
            self.items.insert(0, item);
        }
        calls
    }

    /// What was added, moved to its place.
    fn settle(&mut self) -> Vec<Call> {
        let mut calls = Vec::new();
        while let Some(from) = self.items.iter().position(|item| item.is_unplaced) {
            self.items[from].is_unplaced = false;
            let Some(wanted) = self.items[from].wanted else {
                continue;
            };
            let to = self.place_of(from, wanted);
            let between = from.min(to)..from.max(to);
            let stays = (self.items[between].iter().enumerate())
                .all(|(at, item)| item.is_unplaced || at + from.min(to) == from);
            if to > from && stays || to == from {
                continue;
            }
            calls.push(Call::MoveRule { from, to });
            let item = self.items.remove(from);
            self.items.insert(if to > from { to - 1 } else { to }, item);
        }
        calls
    }

    /// Before which place a new rule belongs: behind the one before it in the wanted list, else before the one behind it, else
    /// beside the provider's.
    fn place_of(&self, from: usize, wanted: usize) -> usize {
        let is_placed = |item: &&Item| !item.is_unplaced;
        let place = |number: usize| {
            let found = self.items.iter().position(|item| item.wanted == Some(number));
            found.filter(|at| *at != from && is_placed(&&self.items[*at]))
        };
        let before = (0..wanted).rev().find_map(place);
        let behind = || (wanted + 1..self.wanted.len()).find_map(place);
        match before {
            Some(before) => before + 1,
            None => behind().unwrap_or_else(|| self.region().end),
        }
    }

    /// What is to be on, and what stays but has another comment, from the top to the bottom.
    fn switch_on(&mut self) -> Vec<Call> {
        let mut calls = Vec::new();
        for (at, item) in self.items.iter_mut().enumerate() {
            let (Some(rule), Some(wanted)) = (&mut item.rule, item.wanted) else {
                continue;
            };
            let wanted = &self.wanted[wanted];
            // what is switched off is so from the bottom to the top, later
            let becomes = Rule {
                enabled: wanted.enabled || rule.enabled,
                ..wanted.clone()
            };
            if !rule.is_like(&becomes) {
                *rule = becomes.clone();
                calls.push(Call::SetRule { at, rule: becomes });
            }
        }
        calls
    }

    /// What is to be off, or gone, from the bottom to the top.
    fn take_away(&self) -> Vec<Call> {
        let own = self.own().into_iter().rev();
        let call = |(at, rule): (usize, &Rule)| match self.items[at].wanted {
            None => Some(Call::DeleteRule { at }),
            Some(wanted) if rule.is_like(&self.wanted[wanted]) => None,
            Some(wanted) => Some(Call::SetRule {
                at,
                rule: self.wanted[wanted].clone(),
            }),
        };
        own.filter_map(call).collect()
    }
}
