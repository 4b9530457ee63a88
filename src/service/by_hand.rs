//! What staff have put into a guest's firewall by hand (for an abuse ticket, say), until the guest that takes its place has it.
//!
//! Proxmox VE keeps a guest's firewall in a file under its number: a restore puts that of the backup in its place (qemu-server,
//! PVE/QemuServer.pm, `restore_vma_archive`, `restore_proxmox_backup_archive`), a deletion takes it away (PVE/API2/Qemu.pm,
//! `remove_vmfw_conf`), a clone gets that of its template, and a second guest has one of its own.

use crate::guest::FirewallSeen;
use crate::package::firewall_rules::Rule;
use crate::package::{Addressing, Firewall, Package};
use crate::service::Service;
use crate::service::firewall::{FirewallList, is_marked};
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Options that a hand may have set. Not `ipfilter`: it is nothing without the addresses of its guest.
const OPTIONS: [&str; 8] = [
    POLICY_IN,
    "policy_out",
    DHCP,
    "macfilter",
    "ndp",
    "radv",
    "log_level_in",
    "log_level_out",
];
const POLICY_IN: &str = "policy_in";
const DHCP: &str = "dhcp";

/// It, as the guest that goes away has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ByHand {
    /// The rules that are neither the customer's nor the product's, in their order.
    pub rules: Vec<Rule>,
    /// The options that neither the customer nor the product says.
    pub options: BTreeMap<String, String>,
    /// Whether it is on although the product has it off.
    #[serde(default)]
    pub on: bool,
}

/// The firewall of a guest that is about to go away, and whose part in it is known.
#[derive(Debug)]
pub struct Today<'a> {
    /// What Proxmox VE has.
    pub seen: &'a FirewallSeen,
    /// Whether its first network card is filtered.
    pub filters: bool,
    /// The package by which it was made, and that of now.
    pub packages: Vec<&'a Package>,
    /// The customer's list.
    pub list: Option<&'a FirewallList>,
    /// The names of IP sets and aliases that the guest has of its own, in small letters.
    pub names: BTreeSet<String>,
}

impl Today<'_> {
    /// What is carried over.
    pub fn by_hand(&self) -> ByHand {
        let mut rules: Vec<Rule> = Vec::new();
        for rule in self.foreign().filter_map(|listed| self.carried(listed)) {
            // what says the same further down does nothing
            if !rules.iter().any(|known| known.is_like(&rule)) {
                rules.push(rule);
            }
        }
        let on = self.filters && self.is_off() && self.seen.options.number("enable") == Some(1);
        let options = OPTIONS.iter().filter(|key| !self.is_said(key));
        let values = options.filter_map(|key| Some(((*key).to_owned(), self.seen.options.get(key)?.to_owned())));
        let options = values.chain(on.then(|| ("enable".to_owned(), "1".to_owned())));
        ByHand {
            rules,
            options: options.collect(),
            on,
        }
    }

    /// A rule that keeps something out, and cannot be carried over: in words.
    pub fn lost(&self) -> Option<String> {
        let is_on = |listed: &Value| !matches!(&listed["enable"], Value::Number(on) if on.as_u64() == Some(0));
        let lost = |listed: &Value| is_on(listed) && listed["action"] != "ACCEPT" && self.carried(listed).is_none();
        self.foreign().find(|listed| lost(listed)).map(|listed| {
            let word = |key: &str| listed[key].as_str().unwrap_or_default().to_owned();
            let parts = [
                word("type").to_uppercase(),
                word("action"),
                word("source"),
                word("dest"),
            ];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(" ")
        })
    }

    /// Whether a rule by hand may name what the guest has of its own.
    pub fn names_something(&self) -> bool {
        let has_name = |listed: &Value| ["source", "dest"].iter().any(|side| name(&listed[side]).is_some());
        self.foreign().any(has_name)
    }

    fn foreign(&self) -> impl Iterator<Item = &Value> {
        let is_sold = |listed: &Value| {
            let mut sold = self.packages.iter().flat_map(|package| &package.rules);
            sold.any(|rule| rule.same_as(listed))
        };
        let all = self.seen.rules.iter();
        all.filter(move |listed| !is_marked(listed) && !is_sold(listed))
    }

    /// The rule, where another guest can have it too: its own IP sets and aliases stay behind.
    fn carried(&self, listed: &Value) -> Option<Rule> {
        let is_own = |side: &str| {
            let name = name(&listed[side]);
            name.is_some_and(|name| name.starts_with("guest/") || self.names.contains(&name))
        };
        // as it is read again from what is written down
        let rule: Rule = Rule::listed(listed)?.to_string().parse().ok()?;
        let is_same = Rule::listed(listed).is_some_and(|before| before.is_like(&rule));
        (is_same && !is_own("source") && !is_own("dest")).then_some(rule)
    }

    fn is_off(&self) -> bool {
        let mut packages = self.packages.iter();
        packages.all(|package| package.effective_firewall() == Firewall::Off)
    }

    /// Whether an option is the customer's or the product's to say.
    fn is_said(&self, key: &str) -> bool {
        let value = self.seen.options.get(key);
        self.packages.iter().any(|package| {
            let more = &package.more;
            let guards = package.effective_firewall() == Firewall::AntiSpoofing;
            match key {
                // without rules such a product lets in
                POLICY_IN => {
                    let lets_in = guards && package.rules.is_empty() && value == Some("ACCEPT");
                    self.list.is_some() || more.firewall_policy_in.is_some() || lets_in
                }
                "policy_out" => self.list.is_some() || more.firewall_policy_out.is_some(),
                DHCP => package.addressing == Addressing::Dhcp,
                "macfilter" => guards,
                _ => false,
            }
        })
    }
}

impl Service {
    /// Whatever was to be made of its guest is made: nothing waits to be carried over any more.
    pub fn has_all_by_hand(&mut self) {
        self.body.by_hand.take_if(|_| self.status == Status::Ready);
    }
}

/// The name that stands in place of an address, in small letters: of an IP set, or of an alias. None: an address, or a name
/// that all guests have.
fn name(side: &Value) -> Option<String> {
    let word = side.as_str()?;
    let name = word.strip_prefix('+').unwrap_or(word);
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_everybodys = ["dc/", "sdn/"].iter().any(|scope| name.starts_with(scope));
    (begins && !name.contains(':') && !is_everybodys).then(|| name.to_ascii_lowercase())
}
