//! Why a guest is not reached, asked by its customer or by staff. It changes nothing.

use super::show::check_owner;
use crate::actions::Action;
use crate::api::core::Core;
use crate::api::life::verb::parse;
use crate::api::request::{Text, With};
use crate::dns;
use crate::engine::{Order, must_be_of, must_be_on};
use crate::guest::verdict::{Filter, Nic};
use crate::guest::{Config, Current, Power};
use crate::pipeline;
use crate::problems::Error;
use crate::pve;
use crate::pve::{Client, GuestPath, NodeState, Resources};
use crate::server::address::Address;
use crate::service::Service;
use crate::service::reachability::{
    AgentSeen, Facts, Finding, GuestSeen, Health, Life, Names, NodeSeen, Way, findings,
};
use crate::words::calendar;
use crate::words::ids::{Actor, ServiceId};
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// All of it ends within this time (seconds): an agent that does not answer takes three.
const SECONDS: f64 = 10.0;

/// What is to be reached, and from where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ReachabilityIn {
    /// The port, of TCP, or of UDP as `53/udp`; empty: 22, or 3389 of Windows.
    port: Text,
    /// The address of whoever does not reach it; empty: that of who asks.
    from: Text,
}

/// Why a guest is not reached.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ReachabilityOut {
    /// What it comes to.
    sentence: FindingOut,
    /// Everything that was looked at, from the outside in.
    findings: Vec<FindingOut>,
    /// The port that was meant.
    port: u16,
    /// Whether it is one of UDP.
    udp: bool,
    /// The address of whoever does not reach it; null: nobody knows it.
    from: Option<IpAddr>,
    /// The service's address that was meant; null: it has none.
    address: Option<IpAddr>,
    /// Whether who asks may have a picture of the screen.
    screen: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct FindingOut {
    /// Whether it is in the way.
    health: Health,
    /// What it is: the end of the key of its text, `client_reach_`.
    says: &'static str,
    /// What stands in that text, by name.
    values: BTreeMap<&'static str, String>,
    /// Why it could not be read, a sentence for staff; missing for customers, and where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl FindingOut {
    fn of(finding: Finding, actor: Actor) -> FindingOut {
        FindingOut {
            health: finding.health,
            says: finding.says,
            values: finding.values.into_iter().collect(),
            why: finding.why.filter(|_| actor != Actor::Client),
        }
    }
}

/// Looks at everything between a visitor and a guest: about eleven requests. What cannot be read is said so.
pub(in crate::api) fn reachability(core: &Core, request: With<ReachabilityIn>) -> Result<ReachabilityOut, Error> {
    let (id, order) = parse(&request.order)?;
    let (service, addresses) = core.store.service(id)?;
    must_be_of(&service, order.asked.as_ref())?;
    must_be_on(&service, order.entry.id)?;
    let actor = order.by.actor;
    let (port, from) = asked(&request.more)?;
    let from = from.or(order.by.ip);
    let mut seen = Seen::of(core, &order, &service)?;
    let (port, udp) = port.unwrap_or_else(|| (seen.login_port(), false));
    let way = Way {
        from,
        to: target(&addresses, from),
        port,
        udp,
    };
    let runs = seen.runs();
    let facts = seen.facts(core, &order, &service, way)?;
    let (sentence, all) = findings(&facts);
    let screen = Action::named("screenshot").is_some_and(|action| action.is_for(actor, Some(&order.package.more)));
    Ok(ReachabilityOut {
        sentence: FindingOut::of(sentence, actor),
        findings: all.into_iter().map(|one| FindingOut::of(one, actor)).collect(),
        port,
        udp,
        from,
        address: way.to,
        screen: screen && runs,
    })
}

/// The port, and whether it is one of UDP; the address.
type Asked = (Option<(u16, bool)>, Option<IpAddr>);

fn asked(request: &ReachabilityIn) -> Result<Asked, Error> {
    let typed = request.port.trim().to_ascii_lowercase();
    let (number, protocol) = typed.split_once('/').unwrap_or((&typed, "tcp"));
    let port = match number.trim() {
        "" => None,
        number => {
            let port = number.parse().ok().filter(|port| *port > 0);
            let port = port.filter(|_| ["tcp", "udp"].contains(&protocol.trim()));
            let wrong = "the port should be a number from 1 to 65535, for UDP with /udp behind it";
            let port = port.ok_or_else(|| Error::Request(wrong.to_owned()))?;
            Some((port, protocol.trim() == "udp"))
        }
    };
    let from = match request.from.trim() {
        "" => None,
        typed => {
            let from = typed.parse().ok();
            Some(from.ok_or_else(|| Error::Request("the address should be one such as 192.0.2.7".to_owned()))?)
        }
    };
    Ok((port, from))
}

/// The address that somebody of an address would use.
fn target(addresses: &[Address], from: Option<IpAddr>) -> Option<IpAddr> {
    let same = addresses
        .iter()
        .find(|one| from.is_some_and(|from| from.is_ipv4() == one.ip.is_ipv4()));
    same.or(addresses.first()).map(|address| address.ip)
}

/// Who can be asked, and what the first look has found.
struct Seen {
    client: Client,
    path: Option<GuestPath>,
    node: NodeSeen,
    guest: GuestSeen,
}

impl Seen {
    fn of(core: &Core, order: &Order, service: &Service) -> Result<Seen, Error> {
        let deadline = core.clock.now() + SECONDS;
        let client = core.client(&order.entry, &Arc::default(), deadline)?;
        let mut seen = Seen {
            client,
            path: None,
            node: NodeSeen::Unread,
            guest: GuestSeen::Gone,
        };
        let Some(vmid) = service.vmid.filter(|_| service.has_guest()) else {
            return Ok(seen);
        };
        let resources = match seen.client.resources() {
            Ok(resources) => resources,
            Err(error) => {
                seen.guest = GuestSeen::Unread(error.to_string());
                return Ok(seen);
            }
        };
        // it may have moved
        let listed = resources.vms.iter().find(|vm| vm.vmid == vmid);
        let Some(node) = listed.map(|vm| vm.node.clone()).or(service.body.node.clone()) else {
            return Ok(seen);
        };
        let path = GuestPath { node, vmid };
        seen.node = state_of(&resources, &path);
        seen.guest = match seen.node {
            NodeSeen::Down => GuestSeen::Unread("its node is offline".to_owned()),
            _ => guest(core, &seen.client, service, &path),
        };
        seen.path = Some(path);
        Ok(seen)
    }

    fn there(&self) -> Option<&(Config, Current)> {
        match &self.guest {
            GuestSeen::There(seen) => Some(seen),
            _ => None,
        }
    }

    /// Which port people mean who name none.
    fn login_port(&self) -> u16 {
        self.there()
            .map_or(Config::EMPTY.login_port(), |(config, _)| config.login_port())
    }

    fn runs(&self) -> bool {
        self.there().is_some_and(|(_, current)| current.power == Power::Running)
    }

    /// The rest, side by side.
    fn facts<'a>(&mut self, core: &Core, order: &Order, service: &'a Service, way: Way) -> Result<Facts<'a>, Error> {
        let domain = service.body.domain.as_deref();
        let runs = self.runs();
        // nobody hears whether UDP has come in
        let door = way
            .to
            .filter(|_| runs && !way.udp)
            .map(|ip| SocketAddr::new(ip, way.port));
        let knock = || door.map(|door| core.answers(door));
        let outside = || Core::both(|| names(core, domain, way.to), knock);
        let (inside, ((forward, reverse), answers)) = Core::both(|| self.inside(), outside);
        let sold = &order.package;
        Ok(Facts {
            life: life(service),
            domain,
            way,
            node: self.node,
            guest: std::mem::replace(&mut self.guest, GuestSeen::Gone),
            bridges: inside.bridges,
            filter: inside.filter,
            rules: inside.rules,
            filter_runs: inside.filter_runs,
            agent: inside.agent,
            forward,
            reverse,
            traffic: traffic(core, service.id, order)?,
            rate: (!sold.rate_mbps.is_zero()).then(|| sold.rate_mbps.hundredths() as f64 / 100.0),
            answers,
        })
    }

    /// What Proxmox VE says of the rest.
    fn inside(&self) -> Inside {
        let (Some(path), Some((config, _))) = (&self.path, self.there()) else {
            return Inside::default();
        };
        let client = &self.client;
        let agent = || match (self.runs(), config.has_agent()) {
            (true, true) => agent(client, path),
            _ => AgentSeen::None,
        };
        let bridges = || bridges(client, path, config);
        let ((filter, rules, filter_runs), (agent, bridges)) =
            Core::both(|| filter(client, path, config), || Core::both(agent, bridges));
        Inside {
            bridges,
            filter,
            rules,
            filter_runs,
            agent,
        }
    }
}

/// What Proxmox VE says of the rest.
#[derive(Default)]
struct Inside {
    bridges: Option<Vec<String>>,
    filter: Option<Filter>,
    rules: Vec<String>,
    filter_runs: Option<bool>,
    agent: AgentSeen,
}

/// The bridges of the node. Proxmox VE leaves out those that the login may not use: where the guest's own is not among them,
/// and that may be why, nobody knows them.
fn bridges(client: &Client, path: &GuestPath, config: &Config) -> Option<Vec<String>> {
    let all = client.bridges(&path.node).ok()?;
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    let nic = config.net0();
    let own = nic.as_ref().and_then(|nic| nic.get("bridge")).unwrap_or_default();
    if own.is_empty() || all.iter().any(|one| one == own) {
        return Some(all);
    }
    let held = client.privileges(&format!("/sdn/zones/localnetwork/{own}")).ok()?;
    held.contains("SDN.Use").then_some(all)
}

fn life(service: &Service) -> Life {
    match service.status {
        _ if service.body.suspended => Life::Suspended,
        // that its rules are being written changes nothing of the guest, and is told by the firewall
        Status::Ready | Status::Firewall => Life::Ready,
        _ if service.is_lost() => Life::Changing,
        status if pipeline::is_building(status) || status == Status::Reinstall => Life::Building,
        _ => Life::Changing,
    }
}

fn state_of(resources: &Resources, path: &GuestPath) -> NodeSeen {
    let node = resources.nodes.iter().find(|node| node.name == path.node);
    match node.map(|node| node.state) {
        Some(NodeState::Online) => NodeSeen::Up,
        Some(NodeState::WithoutStatistics) => NodeSeen::Quiet,
        Some(NodeState::Offline) => NodeSeen::Down,
        None => NodeSeen::Unread,
    }
}

fn guest(core: &Core, client: &Client, service: &Service, path: &GuestPath) -> GuestSeen {
    let (config, current) = Core::both(|| client.config(path), || client.current(path));
    let seen = match (config, current) {
        (Err(error), _) | (_, Err(error)) if error.says_gone(path.vmid) => return GuestSeen::Gone,
        (Err(error), _) | (_, Err(error)) => return GuestSeen::Unread(error.to_string()),
        (Ok(config), Ok(current)) => (config, current),
    };
    match check_owner(core, service, path, &seen.0) {
        Ok(()) => GuestSeen::There(Box::new(seen)),
        Err(error) => GuestSeen::Unread(error.to_string()),
    }
}

fn agent(client: &Client, path: &GuestPath) -> AgentSeen {
    match client.agent_addresses(path) {
        Ok(addresses) => AgentSeen::Has(addresses),
        Err(pve::Error::Refused { status: 403, .. }) => AgentSeen::Forbidden,
        Err(_) => AgentSeen::Silent,
    }
}

/// The firewall, its rules in words, and whether the node carries it out.
fn filter(client: &Client, path: &GuestPath, config: &Config) -> (Option<Filter>, Vec<String>, Option<bool>) {
    let Some(nic) = Nic::of(config, "net0") else {
        return (None, Vec::new(), None);
    };
    let whole = || Core::both(|| client.is_firewall_on(), || client.blacklist());
    let (guest, (datacenter, blacklist)) = Core::both(|| client.firewall(path), whole);
    let (nftables, runs) = client.firewall_service(&path.node).unwrap_or_default();
    let Ok(guest) = guest else {
        return (None, Vec::new(), runs);
    };
    let mut filter = Filter::of(&guest, nic, datacenter.ok().flatten());
    match blacklist.ok().flatten() {
        // proxmox-firewall knows no such set (proxmox-firewall/resources/proxmox-firewall.nft)
        _ if nftables => {}
        Some(entries) => filter.blacklist = entries,
        None => filter.sees_no_blacklist(),
    }
    (Some(filter), guest.rules.iter().map(in_words).collect(), runs)
}

/// A rule as its line would begin in Proxmox VE's file.
fn in_words(rule: &Value) -> String {
    let text = |key: &str| rule[key].as_str().unwrap_or_default();
    let action = match text("macro") {
        "" => text("action").to_owned(),
        of_macro => format!("{of_macro}({})", text("action")),
    };
    let mut words = vec![text("type").to_uppercase(), action];
    for (key, word) in [
        ("source", "-source"),
        ("dest", "-dest"),
        ("proto", "-p"),
        ("dport", "-dport"),
        ("sport", "-sport"),
    ] {
        if !text(key).is_empty() {
            words.push(format!("{word} {}", text(key)));
        }
    }
    words.join(" ")
}

fn names(core: &Core, domain: Option<&str>, to: Option<IpAddr>) -> (Names<IpAddr>, Names<String>) {
    let (Some(domain), Some(to)) = (domain, to) else {
        return (Names::NotAsked, Names::NotAsked);
    };
    let kind = if to.is_ipv4() { dns::Kind::A } else { dns::Kind::Aaaa };
    let forward = || core.resolve(domain, kind);
    let reverse = || core.resolve(&dns::reverse_name(to), dns::Kind::Ptr);
    let (forward, reverse) = Core::both(forward, reverse);
    let addresses = |values: Vec<String>| values.iter().filter_map(|value| value.parse().ok()).collect();
    (
        forward.map_or(Names::Unread, |values| Names::Are(addresses(values))),
        reverse.map_or(Names::Unread, Names::Are),
    )
}

/// What counts of this month, and what is sold of it.
fn traffic(core: &Core, id: ServiceId, order: &Order) -> Result<Option<(u64, u64)>, Error> {
    let more = &order.package.more;
    let Some(sold) = more.traffic_bytes() else {
        return Ok(None);
    };
    let months = core.store.traffic(id, 1)?;
    let now = calendar::month(core.clock.now(), order.utc_offset_s);
    let used = months.into_iter().find(|(month, ..)| *month == now);
    let used = used.map_or(0, |(_, bytes_in, bytes_out)| {
        more.traffic_counts.of((bytes_in, bytes_out))
    });
    Ok(Some((used, sold)))
}
