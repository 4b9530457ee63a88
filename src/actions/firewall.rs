//! What a customer makes of the list of firewall rules, as a page sends it.

use super::input::{Input, Kind, input};
use crate::package::Policy;
use crate::package::firewall_rules::{Direction, MAX_PORT_NUMBERS, Rule, Target, Verdict};
use crate::problems::FirewallRefusal as Refusal;
use crate::problems::{ADDRESS_CHARS, COMMENT_CHARS, MOST_ADDRESSES};
use crate::service::firewall::FirewallList;
use crate::words::ids::quoted;
use std::net::IpAddr;

/// The macros of Proxmox VE that customers choose from: those for what a server offers, none of which asks for a parameter.
const MACROS: &[&str] = &[
    "DNS",
    "FTP",
    "Git",
    "HTTP",
    "HTTPS",
    "IMAP",
    "IMAPS",
    "IRC",
    "LDAP",
    "LDAPS",
    "MSSQL",
    "MySQL",
    "NTP",
    "OpenVPN",
    "POP3",
    "POP3S",
    "Ping",
    "PostgreSQL",
    "RDP",
    "Rsync",
    "SMB",
    "SMTP",
    "SMTPS",
    "SNMP",
    "SSH",
    "Submission",
    "Syslog",
    "Telnet",
    "Trcrt",
    "VNC",
    "Webmin",
];

/// The protocols that customers choose from, as Proxmox VE names them.
const PROTOCOLS: &[&str] = &["tcp", "udp", "sctp", "icmp", "ipv6-icmp", "gre", "esp", "ah"];

/// Which traffic a rule looks at.
const DIRECTIONS: &[&str] = &[Direction::In.as_str(), Direction::Out.as_str()];

/// What becomes of it.
const VERDICTS: &[&str] = &[
    Verdict::Accept.as_str(),
    Verdict::Drop.as_str(),
    Verdict::Reject.as_str(),
];

/// What becomes of traffic that no rule matches.
pub(super) const POLICIES: &[&str] = &[Policy::Accept.as_str(), Policy::Drop.as_str(), Policy::Reject.as_str()];

/// What is done with a rule by one press.
pub(super) const CHANGES: &[&str] = &["up", "down", "on", "off", "copy", "delete"];

/// The lists that somebody begins with.
pub(super) const TEMPLATES: &[&str] = &["web", "mail", "only_me"];

/// Those with ports.
const WITH_PORTS: &[&str] = &["tcp", "udp", "sctp"];

/// Which rule is meant.
pub(super) const RULE: Input = input("rule", Kind::Rule);

/// The rule whose place it takes, moved up or down; nothing: the next one.
pub(super) const TO: Input = input("to", Kind::Rule);

/// That whoever asks means it, although the own address gets through no more.
pub(super) const ANYWAY: Input = input("anyway", Kind::Tick);

/// What makes a rule.
pub(super) const FORM: &[Input] = &[
    RULE,
    input("direction", Kind::Word).of(DIRECTIONS),
    input("verdict", Kind::Word).of(VERDICTS),
    input("macro", Kind::Word).of(MACROS),
    input("proto", Kind::Word).of(PROTOCOLS),
    input("ports", Kind::Ports),
    input("source", Kind::Addresses),
    input("dest", Kind::Addresses),
    input("comment", Kind::Label).at_most(COMMENT_CHARS),
    input("enabled", Kind::Tick),
    ANYWAY,
    input("version", Kind::Version),
];

/// What is done to a customer's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfFirewall {
    /// One more rule, or another one in the place of one.
    Rule,
    /// A rule up, down, on, off, twice, or gone.
    Change,
    /// What becomes of traffic that no rule matches.
    Policy,
    /// The rules of a template, in the place of all.
    Template,
    /// The change that waits counts.
    Confirm,
    /// It does not.
    Back,
}

/// What a form sends, as texts.
#[derive(Debug, Default)]
pub struct Typed<'a> {
    /// The number of a rule, from 1.
    pub rule: Option<usize>,
    /// What is done with it.
    pub change: &'a str,
    /// The number of the rule whose place it takes, from 1.
    pub to: Option<usize>,
    /// `in` or `out`.
    pub direction: &'a str,
    /// `ACCEPT`, `DROP` or `REJECT`.
    pub verdict: &'a str,
    /// A macro, or nothing.
    pub macro_name: &'a str,
    /// A protocol, or nothing.
    pub proto: &'a str,
    /// Ports.
    pub ports: &'a str,
    /// Where it comes from.
    pub source: &'a str,
    /// Where it goes to.
    pub dest: &'a str,
    /// A comment.
    pub comment: &'a str,
    /// Whether the rule is on.
    pub enabled: bool,
    /// Policy of incoming traffic.
    pub policy_in: &'a str,
    /// Of outgoing traffic.
    pub policy_out: &'a str,
    /// Which template.
    pub template: &'a str,
    /// Where the request came from.
    pub from: Option<IpAddr>,
}

/// The list after what is asked; `most`: so many rules it may have.
pub(crate) fn changed(
    list: &FirewallList,
    of: OfFirewall,
    typed: &Typed<'_>,
    most: u32,
) -> Result<FirewallList, Refusal> {
    let mut list = list.clone();
    let had = list.rules.len();
    match of {
        OfFirewall::Rule => {
            let rule = rule_of(typed)?;
            match typed.rule {
                None => list.rules.push(rule),
                Some(number) => *the(&mut list, number)? = rule,
            }
        }
        OfFirewall::Change => change(&mut list, typed)?,
        OfFirewall::Policy => {
            list.policy_in = policy(typed.policy_in)?;
            list.policy_out = policy(typed.policy_out)?;
        }
        OfFirewall::Template => {
            list.rules = template(typed)?;
            list.policy_in = Policy::Drop;
        }
        OfFirewall::Confirm | OfFirewall::Back => {}
    }
    if list.rules.len() > had && list.rules.len() > most as usize {
        return Err(Refusal::Full { most });
    }
    Ok(list)
}

fn the(list: &mut FirewallList, number: usize) -> Result<&mut Rule, Refusal> {
    let at = number.checked_sub(1).ok_or(Refusal::Unknown)?;
    list.rules.get_mut(at).ok_or(Refusal::Unknown)
}

fn change(list: &mut FirewallList, typed: &Typed<'_>) -> Result<(), Refusal> {
    let number = typed.rule.ok_or(Refusal::Unknown)?;
    let rule = the(list, number)?.clone();
    let (at, last) = (number - 1, list.rules.len() - 1);
    let next = match typed.change {
        "up" => at.saturating_sub(1),
        _ => (at + 1).min(last),
    };
    match typed.change {
        "up" | "down" => {
            let to = typed
                .to
                .map_or(Ok(next), |to| to.checked_sub(1).ok_or(Refusal::Unknown))?;
            if to > last {
                return Err(Refusal::Unknown);
            }
            list.rules.remove(at);
            list.rules.insert(to, rule);
        }
        "on" | "off" => list.rules[at].enabled = typed.change == "on",
        "copy" => list.rules.insert(at, rule),
        "delete" => drop(list.rules.remove(at)),
        _ => return Err(Refusal::Form),
    }
    Ok(())
}

fn policy(word: &str) -> Result<Policy, Refusal> {
    let all = [Policy::Accept, Policy::Drop, Policy::Reject];
    let found = all.into_iter().find(|policy| policy.as_str() == word);
    found.ok_or(Refusal::Form)
}

fn template(typed: &Typed<'_>) -> Result<Vec<Rule>, Refusal> {
    let accept = |macros: &[&str]| macros.iter().map(|name| accepting(Some(name), None)).collect();
    match typed.template {
        "web" => Ok(accept(&["HTTP", "HTTPS", "SSH", "Ping"])),
        "mail" => Ok(accept(&[
            "SMTP",
            "SMTPS",
            "Submission",
            "IMAP",
            "IMAPS",
            "POP3",
            "POP3S",
            "SSH",
            "Ping",
        ])),
        "only_me" => {
            let from = typed.from.ok_or(Refusal::NoAddress)?;
            Ok(vec![accepting(None, Some(from.to_canonical()))])
        }
        _ => Err(Refusal::Form),
    }
}

fn accepting(macro_name: Option<&str>, source: Option<IpAddr>) -> Rule {
    let target = Target::Traffic {
        direction: Direction::In,
        verdict: Verdict::Accept,
        macro_name: macro_name.map(str::to_owned),
    };
    Rule {
        source: source.map(|source| source.to_string()),
        ..Rule::of(target)
    }
}

/// The rule of a form.
fn rule_of(typed: &Typed<'_>) -> Result<Rule, Refusal> {
    let verdicts = [Verdict::Accept, Verdict::Drop, Verdict::Reject];
    let verdict = verdicts.into_iter().find(|verdict| verdict.as_str() == typed.verdict);
    let macro_name = one_of(MACROS, typed.macro_name)?;
    let proto = one_of(PROTOCOLS, typed.proto)?;
    if macro_name.is_some() && proto.is_some() {
        return Err(Refusal::Form);
    }
    let dport = ports(typed.ports)?;
    if dport.is_some() && !proto.is_some_and(|proto| WITH_PORTS.contains(&proto)) {
        return Err(Refusal::NoPorts);
    }
    let (source, source_family) = addresses(typed.source)?;
    let (dest, dest_family) = addresses(typed.dest)?;
    let of_proto = match proto {
        Some("icmp") => Some(true),
        Some("ipv6-icmp") => Some(false),
        _ => None,
    };
    let mut families = [source_family, dest_family, of_proto].into_iter().flatten();
    let first = families.next();
    if families.any(|family| Some(family) != first) {
        return Err(Refusal::Families);
    }
    let target = Target::Traffic {
        direction: Direction::of(typed.direction).ok_or(Refusal::Form)?,
        verdict: verdict.ok_or(Refusal::Form)?,
        macro_name: macro_name.map(str::to_owned),
    };
    Ok(Rule {
        enabled: typed.enabled,
        proto: proto.map(str::to_owned),
        dport,
        source,
        dest,
        comment: comment(typed.comment)?,
        ..Rule::of(target)
    })
}

/// Nothing, or the word of a list as it is written there.
fn one_of(words: &[&'static str], typed: &str) -> Result<Option<&'static str>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(typed));
    found.map(|word| Some(*word)).ok_or(Refusal::Form)
}

/// What people separate a list by.
fn items(typed: &str) -> impl Iterator<Item = &str> {
    let parts = typed.split([',', ';', ' ', '\n', '\r', '\t']);
    parts.map(str::trim).filter(|item| !item.is_empty())
}

fn ports(typed: &str) -> Result<Option<String>, Refusal> {
    let (mut all, mut numbers) = (Vec::new(), 0);
    for item in items(typed) {
        let bad = || Refusal::Ports(quoted(item));
        let port = |text: &str| match text.parse::<u16>() {
            Ok(port) if port > 0 => Ok(port),
            _ => Err(bad()),
        };
        match item.split_once([':', '-']) {
            None => {
                numbers += 1;
                all.push(port(item)?.to_string());
            }
            Some((first, last)) => {
                let (first, last) = (port(first)?, port(last)?);
                if first > last {
                    return Err(bad());
                }
                numbers += 2;
                all.push(format!("{first}:{last}"));
            }
        }
        if numbers > MAX_PORT_NUMBERS {
            return Err(bad());
        }
    }
    Ok((!all.is_empty()).then(|| all.join(",")))
}

/// With the family, `true` for IPv4.
fn addresses(typed: &str) -> Result<(Option<String>, Option<bool>), Refusal> {
    let (mut all, mut family) = (Vec::new(), None);
    for item in items(typed) {
        let (is_v4, text) = address(item).ok_or_else(|| Refusal::Address(quoted(item)))?;
        if family.replace(is_v4).is_some_and(|before| before != is_v4) {
            return Err(Refusal::Families);
        }
        all.push(text);
        if all.len() > MOST_ADDRESSES {
            return Err(Refusal::Addresses);
        }
    }
    let text = all.join(",");
    if text.len() > ADDRESS_CHARS {
        return Err(Refusal::Addresses);
    }
    Ok((Some(text).filter(|text| !text.is_empty()), family))
}

/// An address, or a network without the bits behind its prefix.
fn address(item: &str) -> Option<(bool, String)> {
    let Some((ip, prefix)) = item.split_once('/') else {
        let ip: IpAddr = item.parse().ok()?;
        return Some((ip.is_ipv4(), ip.to_string()));
    };
    let (ip, prefix): (IpAddr, u32) = (ip.parse().ok()?, prefix.parse().ok()?);
    match ip {
        IpAddr::V4(ip) if prefix <= 32 => {
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            let base = std::net::Ipv4Addr::from_bits(ip.to_bits() & mask);
            Some((true, format!("{base}/{prefix}")))
        }
        IpAddr::V6(ip) if prefix <= 128 => {
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            let base = std::net::Ipv6Addr::from_bits(ip.to_bits() & mask);
            Some((false, format!("{base}/{prefix}")))
        }
        _ => None,
    }
}

fn comment(typed: &str) -> Result<Option<String>, Refusal> {
    let typed = typed.trim();
    if typed.chars().count() > COMMENT_CHARS || typed.chars().any(char::is_control) {
        return Err(Refusal::Comment);
    }
    Ok(Some(typed.to_owned()).filter(|typed| !typed.is_empty()))
}

#[cfg(test)]
mod tests;
