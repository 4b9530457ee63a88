//! Firewall rules of a package, in PVE's own syntax, one a line: `IN ACCEPT -p tcp -dport 22 # ssh`.
//!
//! Everything is checked here that does not depend on a node (macros, ipsets and aliases are the node's to know), so
//! that a typing error shows when the package is read and not when the first guest waits for its firewall.

mod check;
mod listed;
pub(crate) mod names;
mod values;

use crate::words::ids::quoted;
use listed::text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
pub use values::MAX_PORT_NUMBERS;
use values::{comparable, is_name};

/// The most rules that a package may have: each one is a call of its own.
pub const MAX_RULES: usize = 200;

const LOG_LEVELS: [&str; 9] = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog",
];
const PROTOCOLS_WITH_PORTS: [&str; 10] = ["tcp", "udp", "sctp", "dccp", "udplite", "6", "17", "132", "33", "136"];
const ICMP: [&str; 3] = ["icmp", "icmpv6", "ipv6-icmp"];
const WORDS: &str = "-p, -dport, -sport, -source, -dest, -i, -log and -icmp-type";

/// A line that is no rule: which one, and why, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Error {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// Which traffic a rule looks at, seen from the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the guest.
    In,
    /// From the guest.
    Out,
}

/// What happens to traffic that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Let through.
    Accept,
    /// Thrown away without an answer.
    Drop,
    /// Refused with an answer.
    Reject,
}

impl Verdict {
    /// The word that PVE uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Accept => "ACCEPT",
            Verdict::Drop => "DROP",
            Verdict::Reject => "REJECT",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Verdict::Accept, Verdict::Drop, Verdict::Reject]
            .into_iter()
            .find(|v| v.as_str().eq_ignore_ascii_case(word))
    }
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Traffic in one direction.
    Traffic {
        /// The direction.
        direction: Direction,
        /// What happens to it.
        verdict: Verdict,
        /// PVE's macro, such as `SSH`, that stands for protocol and ports.
        macro_name: Option<String>,
    },
    /// All rules of a security group of the datacenter.
    Group(String),
}

/// What a rule may say beside what it does, by the names of PVE's API.
const MATCHES: [&str; 9] = [
    "macro",
    "proto",
    "dport",
    "sport",
    "source",
    "dest",
    "iface",
    "log",
    "icmp-type",
];

/// One firewall rule. Its persisted form is its line, which is checked again when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    /// False for a line that begins with `|`: the rule is stored but does nothing.
    pub enabled: bool,
    /// Direction and verdict, or the group.
    pub target: Target,
    /// Protocol: a name in lower case or a number (`-p`).
    pub proto: Option<String>,
    /// Destination ports: numbers, ranges `80:90` and service names, comma separated.
    pub dport: Option<String>,
    /// Source ports, likewise.
    pub sport: Option<String>,
    /// Source addresses: a list, one range, an alias or `+ipset`.
    pub source: Option<String>,
    /// Destination addresses, likewise.
    pub dest: Option<String>,
    /// The NIC of the guest, `net0` and so on (`-i`).
    pub iface: Option<String>,
    /// Log level.
    pub log: Option<String>,
    /// Name of the ICMP message.
    pub icmp_type: Option<String>,
    /// What stands behind `#`.
    pub comment: Option<String>,
}

/// The rules of a text: one a line; empty lines and lines that begin with `#` are skipped.
pub fn parse(text: &str) -> Result<Vec<Rule>, Error> {
    let mut rules = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_error = |reason| Error {
            line: index + 1,
            reason,
        };
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if rules.len() == MAX_RULES {
            return Err(line_error(format!("a package may have at most {MAX_RULES} rules")));
        }
        let rule = rule(trimmed).map_err(line_error)?;
        if rule.comment.as_deref().is_some_and(bears_mark) {
            // it would be taken for one of the customer, deleted, and added again
            return Err(line_error(format!(
                "a comment that begins with {MARK} marks the rules of customers: begin it with something else"
            )));
        }
        rules.push(rule);
    }
    Ok(rules)
}

/// What the comment of each rule of a customer begins with in Proxmox VE.
pub const MARK: &str = "[customer]";

/// Whether a comment is that of a rule of the customer.
pub fn bears_mark(comment: &str) -> bool {
    let behind = comment.trim_start().strip_prefix(MARK);
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(' '))
}

fn rule(line: &str) -> Result<Rule, String> {
    let (code, comment) = match line.split_once('#') {
        Some((code, comment)) => (code, Some(comment.trim()).filter(|c| !c.is_empty())),
        None => (line, None),
    };
    let code = code.trim();
    let (enabled, code) = match code.strip_prefix('|') {
        Some(rest) => (false, rest.trim_start()),
        None => (true, code),
    };
    let mut words = code.split_whitespace();
    let target = target(words.next().unwrap_or_default(), words.next())?;
    let mut rule = Rule {
        enabled,
        comment: comment.map(str::to_owned),
        ..Rule::of(target)
    };
    while let Some(word) = words.next() {
        let value = words.next();
        rule.option(word, value)?;
    }
    rule.check()?;
    Ok(rule)
}

fn target(kind: &str, action: Option<&str>) -> Result<Target, String> {
    let direction = match kind.to_ascii_uppercase().as_str() {
        "IN" => Direction::In,
        "OUT" => Direction::Out,
        "GROUP" => return group(action.unwrap_or_default()),
        "FORWARD" => {
            return Err("FORWARD rules exist for hosts and vnets only, a guest has IN, OUT and GROUP".to_owned());
        }
        _ => {
            return Err(format!("a rule begins with IN, OUT or GROUP, not {}", quoted(kind)));
        }
    };
    let action =
        action.ok_or_else(|| format!("after {kind} comes ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT)"))?;
    let (macro_name, word) = match action.strip_suffix(')').and_then(|a| a.split_once('(')) {
        Some((name, verdict)) => (Some(name), verdict),
        None => (None, action),
    };
    let verdict = Verdict::from_word(word).ok_or_else(|| {
        format!(
            "the action is ACCEPT, DROP, REJECT or a macro such as SSH(ACCEPT), not {}",
            quoted(action)
        )
    })?;
    if let Some(name) = macro_name.filter(|n| n.is_empty() || !n.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return Err(format!("{} is no name of a macro, such as SSH or Ping", quoted(name)));
    }
    Ok(Target::Traffic {
        direction,
        verdict,
        macro_name: macro_name.map(str::to_owned),
    })
}

fn group(name: &str) -> Result<Target, String> {
    if (2..=18).contains(&name.len()) && is_name(name) {
        Ok(Target::Group(name.to_owned()))
    } else {
        Err(
            "after GROUP comes the name of a security group: a letter, then letters, digits, - and _, 2 to 18 in all"
                .to_owned(),
        )
    }
}

impl Rule {
    fn option(&mut self, word: &str, value: Option<&str>) -> Result<(), String> {
        let name = word
            .strip_prefix("--")
            .or_else(|| word.strip_prefix('-'))
            .unwrap_or_default();
        let field = match name {
            "p" | "proto" => &mut self.proto,
            "dport" => &mut self.dport,
            "sport" => &mut self.sport,
            "source" => &mut self.source,
            "dest" => &mut self.dest,
            "i" | "iface" => &mut self.iface,
            "log" => &mut self.log,
            "icmp-type" => &mut self.icmp_type,
            _ => {
                return Err(format!(
                    "{} is not known: the words are {WORDS}, and lists are written without blanks",
                    quoted(word)
                ));
            }
        };
        let value = value
            .filter(|v| !v.starts_with('-'))
            .ok_or_else(|| format!("{word} needs a value"))?;
        let value = if name == "p" || name == "proto" {
            value.to_ascii_lowercase()
        } else {
            value.to_owned()
        };
        if field.replace(value).is_some() {
            return Err(format!("{word} is there twice"));
        }
        Ok(())
    }

    /// What is set beside the target, by PVE's parameter names.
    fn values(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("proto", &self.proto),
            ("dport", &self.dport),
            ("sport", &self.sport),
            ("source", &self.source),
            ("dest", &self.dest),
            ("iface", &self.iface),
            ("log", &self.log),
            ("icmp-type", &self.icmp_type),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .collect()
    }

    fn target_params(&self) -> Vec<(&'static str, &str)> {
        match &self.target {
            Target::Group(name) => vec![("type", "group"), ("action", name)],
            Target::Traffic {
                direction,
                verdict,
                macro_name,
            } => {
                let mut params = vec![("type", direction.as_str()), ("action", verdict.as_str())];
                params.extend(macro_name.as_deref().map(|name| ("macro", name)));
                params
            }
        }
    }

    /// The parameters of `POST …/firewall/rules`. `enable` is always sent: PVE stores a rule without it switched off.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = self.target_params();
        params.extend(self.values());
        params.extend(self.comment.as_deref().map(|comment| ("comment", comment)));
        params.push(("enable", if self.enabled { "1" } else { "0" }));
        params
            .into_iter()
            .map(|(name, value)| (name, value.to_owned()))
            .collect()
    }

    /// Whether an entry of PVE's listing is this rule. Place, comment and on/off are not part of what a rule is: a rule
    /// that somebody switched off must not come back beside itself.
    pub fn same_as(&self, listed: &Value) -> bool {
        let mine = self.identity();
        ["type", "action"].into_iter().chain(MATCHES).all(|name| {
            let wanted = mine.iter().find(|(known, _)| *known == name);
            let found = text(listed, name).and_then(|found| comparable(name, &found));
            wanted.map(|(_, value)| value) == found.as_ref()
        })
    }
}

impl FromStr for Rule {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        rule(line.trim()).map_err(|reason| Error { line: 1, reason })
    }
}

impl TryFrom<String> for Rule {
    type Error = Error;

    fn try_from(line: String) -> Result<Self, Error> {
        line.parse()
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> String {
        rule.to_string()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.enabled { "" } else { "|" })?;
        match &self.target {
            Target::Group(name) => write!(f, "GROUP {name}")?,
            Target::Traffic {
                direction,
                verdict,
                macro_name,
            } => {
                f.write_str(if *direction == Direction::In { "IN " } else { "OUT " })?;
                match macro_name {
                    Some(name) => write!(f, "{name}({})", verdict.as_str())?,
                    None => f.write_str(verdict.as_str())?,
                }
            }
        }
        for (name, value) in self.values() {
            let word = match name {
                "proto" => "p",
                "iface" => "i",
                other => other,
            };
            write!(f, " -{word} {value}")?;
        }
        self.comment
            .as_ref()
            .map_or(Ok(()), |comment| write!(f, " # {comment}"))
    }
}

#[cfg(test)]
mod tests;
