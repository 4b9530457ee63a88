//! Why a guest is not reached: what was seen on the way to it, and what each of it says, decided one by one.
//!
//! Nothing is guessed: what could not be read is said so, and a firewall whose answer hangs on it says which rule it is.

mod firewall;
mod name;
mod wire;

use crate::guest::verdict::Filter;
use crate::guest::{Config, Current, HIBERNATED, Power};
use crate::words::units::GB;
use serde::Serialize;
use std::net::IpAddr;

/// Where whoever asks comes from, and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Their address; `None`: nobody knows it.
    pub from: Option<IpAddr>,
    /// The service's; `None`: it has none.
    pub to: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Whether it is one of UDP, and not of TCP.
    pub udp: bool,
}

impl Way {
    /// The port as people write it.
    pub fn door(&self) -> String {
        format!("{}{}", self.port, if self.udp { "/udp" } else { "" })
    }
}

/// What the service is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Nothing: it is ready.
    Ready,
    /// Its guest is being made.
    Building,
    /// Its guest is being changed.
    Changing,
    /// It is suspended.
    Suspended,
}

/// What the cluster says of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeSeen {
    /// It takes part.
    Up,
    /// It takes part, and sends no statistics.
    Quiet,
    /// It does not take part.
    Down,
    /// Nobody could be asked.
    Unread,
}

/// What was seen of the guest.
#[derive(Debug, Clone, PartialEq)]
pub enum GuestSeen {
    /// It could not be read, because of this.
    Unread(String),
    /// No node has it, or there is none yet.
    Gone,
    /// It is there.
    There(Box<(Config, Current)>),
}

/// What the agent in the guest says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AgentSeen {
    /// The guest has none.
    #[default]
    None,
    /// It does not answer.
    Silent,
    /// The login may not ask it.
    Forbidden,
    /// The addresses of the guest's network cards.
    Has(Vec<IpAddr>),
}

/// What DNS says of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names<T> {
    /// Nothing was asked.
    NotAsked,
    /// No resolver has answered.
    Unread,
    /// These.
    Are(Vec<T>),
}

/// All that was seen.
#[derive(Debug)]
pub struct Facts<'a> {
    /// What the service is doing.
    pub life: Life,
    /// Its name.
    pub domain: Option<&'a str>,
    /// The way.
    pub way: Way,
    /// Its node.
    pub node: NodeSeen,
    /// Its guest.
    pub guest: GuestSeen,
    /// The bridges that the node shows; `None`: it could not be asked.
    pub bridges: Option<Vec<String>>,
    /// The firewall; `None`: it could not be read.
    pub filter: Option<Filter>,
    /// The guest's rules, each in a few words, in PVE's order.
    pub rules: Vec<String>,
    /// Whether the node's firewall service runs; `None`: the login may not see it.
    pub filter_runs: Option<bool>,
    /// The agent.
    pub agent: AgentSeen,
    /// Where the service's name leads.
    pub forward: Names<IpAddr>,
    /// The names of its address.
    pub reverse: Names<String>,
    /// What counts of this month's traffic, and what is sold, bytes; `None`: nothing is limited.
    pub traffic: Option<(u64, u64)>,
    /// What is sold of the network's speed, MB/s; `None`: it has no limit.
    pub rate: Option<f64>,
    /// Whether the port has answered from where this runs; `None`: nobody knocked.
    pub answers: Option<bool>,
}

/// What something says about being reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It is not in the way.
    Good,
    /// It keeps people from it.
    Bad,
    /// It could not be read.
    Unknown,
    /// It is not in the way, but worth to be known.
    Note,
}

/// One thing on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it says about being reached.
    pub health: Health,
    /// What it is, as the end of a text's key: `power_off`.
    pub says: &'static str,
    /// What stands in that text.
    pub values: Vec<(&'static str, String)>,
    /// Why it could not be read, for staff.
    pub why: Option<String>,
}

impl Finding {
    fn of(health: Health, says: &'static str) -> Finding {
        Finding {
            health,
            says,
            values: Vec::new(),
            why: None,
        }
    }

    fn good(says: &'static str) -> Finding {
        Finding::of(Health::Good, says)
    }

    fn bad(says: &'static str) -> Finding {
        Finding::of(Health::Bad, says)
    }

    fn unknown(says: &'static str) -> Finding {
        Finding::of(Health::Unknown, says)
    }

    fn note(says: &'static str) -> Finding {
        Finding::of(Health::Note, says)
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Finding {
        self.values.push((name, value.to_string()));
        self
    }
}

/// The locks under which a guest goes on as it was.
const HARMLESS_LOCKS: [&str; 3] = ["backup", "snapshot", "snapshot-delete"];

/// Everything on the way, from the outside in; and what it comes to, of which the text is one sentence.
pub fn findings(facts: &Facts<'_>) -> (Finding, Vec<Finding>) {
    let mut all: Vec<Finding> = of_life(facts).into_iter().chain(of_node(facts.node)).collect();
    match &facts.guest {
        GuestSeen::There(seen) => {
            let (config, current) = seen.as_ref();
            all.push(of_lock(config, current));
            all.push(of_power(config, current));
            all.extend(wire::findings(facts, config));
            all.extend(firewall::findings(facts));
            if current.power == Power::Running {
                all.extend(wire::of_agent(facts));
            }
        }
        GuestSeen::Gone => all.push(Finding::bad("guest_gone")),
        GuestSeen::Unread(why) => all.push(Finding {
            why: Some(why.clone()),
            ..Finding::unknown("guest_unread")
        }),
    }
    all.extend(name::findings(facts));
    all.extend(of_traffic(facts));
    all.extend(of_knock(facts));
    (sentence(facts, &all), all)
}

/// What is surely in the way comes first; then what nobody could read; and where nothing is in the way, where else to look.
fn sentence(facts: &Facts<'_>, all: &[Finding]) -> Finding {
    let bad = all.iter().find(|finding| finding.health == Health::Bad);
    let unread = all.iter().find(|finding| finding.health == Health::Unknown);
    let decides = ["guest_unread", "firewall_unseen", "firewall_unread", "firewall_stale"];
    let unread = unread.filter(|finding| decides.contains(&finding.says));
    let port = facts.way.door();
    match (bad, facts.answers, unread) {
        // it answers although something seems to be in the way: that is said of who asks, not of all
        (Some(bad), _, _) => bad.clone(),
        (None, Some(true), _) => Finding::good("all_answers").with("port", port),
        (None, _, Some(unread)) => unread.clone(),
        (None, _, None) => Finding::note("all_inside").with("port", port),
    }
}

fn of_life(facts: &Facts<'_>) -> Option<Finding> {
    let runs = match &facts.guest {
        GuestSeen::There(seen) => seen.1.power == Power::Running,
        _ => false,
    };
    match facts.life {
        Life::Ready => None,
        Life::Suspended => Some(Finding::bad("service_suspended")),
        Life::Building => Some(Finding::bad("service_building")),
        // most changes leave it running
        Life::Changing if runs => Some(Finding::note("service_changing")),
        Life::Changing => Some(Finding::bad("service_changing")),
    }
}

fn of_node(node: NodeSeen) -> Option<Finding> {
    Some(match node {
        NodeSeen::Up => Finding::good("node_up"),
        NodeSeen::Quiet => Finding::note("node_quiet"),
        NodeSeen::Down => Finding::bad("node_down"),
        // the guest says why
        NodeSeen::Unread => return None,
    })
}

fn of_lock(config: &Config, current: &Current) -> Finding {
    match current.lock.as_deref().or(config.lock()) {
        // what is off says so
        None | Some(HIBERNATED) => Finding::good("lock_none"),
        Some(lock) if HARMLESS_LOCKS.contains(&lock) => Finding::note("lock_harmless").with("lock", lock),
        Some(lock) => Finding::bad("lock_held").with("lock", lock),
    }
}

fn of_power(config: &Config, current: &Current) -> Finding {
    match &current.power {
        Power::Stopped if config.is_hibernated() => Finding::bad("power_sleeps"),
        Power::Stopped => Finding::bad("power_off"),
        Power::Running if current.paused => Finding::bad("power_paused"),
        Power::Running => Finding::good("power_on"),
        Power::Other(_) => Finding::unknown("power_unsure"),
    }
}

fn of_traffic(facts: &Facts<'_>) -> Option<Finding> {
    let (used, sold) = facts.traffic?;
    let gb = |bytes: u64| bytes / GB;
    let finding = if used >= sold {
        Finding::note("traffic_over")
    } else {
        Finding::good("traffic_left")
    };
    Some(finding.with("used", gb(used)).with("sold", gb(sold)))
}

fn of_knock(facts: &Facts<'_>) -> Option<Finding> {
    let finding = if facts.answers? {
        Finding::good("knock_yes")
    } else {
        Finding::note("knock_no")
    };
    Some(finding.with("port", facts.way.port))
}
