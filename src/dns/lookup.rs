//! Where a name leads, and what an address is called, asked of recursive resolvers.

use super::error::Error;
use super::provider::Budget;
use super::records::Kind;
use super::{tcp, update};
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::RData;
use std::net::{IpAddr, SocketAddr};

/// Where the system's resolvers are listed.
const RESOLV_CONF: &str = "/etc/resolv.conf";
const DNS_PORT: u16 = 53;

/// The system's resolvers (`nameserver` lines of `/etc/resolv.conf`).
pub fn system_resolvers() -> Vec<SocketAddr> {
    let text = std::fs::read_to_string(RESOLV_CONF).unwrap_or_default();
    let address = |line: &str| {
        let typed = line.trim().strip_prefix("nameserver")?.trim();
        Some(SocketAddr::new(typed.parse().ok()?, DNS_PORT))
    };
    text.lines().filter_map(address).collect()
}

/// The addresses of one family that a name has, by the first resolver that answers. No such name: no addresses.
///
/// A name in our form ([`super::name`]). Resolvers follow CNAMEs themselves, so every address of the answer counts.
pub fn addresses_of(name: &str, v4: bool, resolvers: &[SocketAddr], budget: &Budget<'_>) -> Result<Vec<IpAddr>, Error> {
    let kind = if v4 { Kind::A } else { Kind::Aaaa };
    let values = values_of(name, kind, resolvers, budget)?;
    Ok(values.iter().filter_map(|value| value.parse().ok()).collect())
}

/// What a name has of a kind, each as a text, by the first resolver that answers.
pub fn values_of(name: &str, kind: Kind, resolvers: &[SocketAddr], budget: &Budget<'_>) -> Result<Vec<String>, Error> {
    let mut last = Error::NoResolver;
    for (index, resolver) in resolvers.iter().enumerate() {
        let now = budget.clock.now();
        let share = Budget {
            until: now + (budget.until - now) / (resolvers.len() - index) as f64,
            ..*budget
        };
        match ask(name, kind, *resolver, &share) {
            Ok(values) => return Ok(values),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn ask(name: &str, kind: Kind, resolver: SocketAddr, budget: &Budget<'_>) -> Result<Vec<String>, Error> {
    let server = format!("the resolver {resolver}");
    let what = format!("{name} {kind}");
    let unexpected = |why: String| Error::Unexpected {
        server: server.clone(),
        what: what.clone(),
        why,
    };
    let mut question = update::question_for(name, kind).map_err(|error| unexpected(error.to_string()))?;
    question.metadata.recursion_desired = true;
    let bytes = question.to_vec().map_err(|error| unexpected(error.to_string()))?;
    let mut stream = tcp::connect(resolver, &server, budget)?;
    let answer = tcp::ask(&mut stream, &bytes, &server, &what, budget)?;
    let answer = Message::from_vec(&answer).map_err(|error| unexpected(error.to_string()))?;
    if answer.id != question.id {
        return Err(unexpected("it answers another question".to_owned()));
    }
    match answer.response_code {
        ResponseCode::NoError | ResponseCode::NXDomain => {}
        code => return Err(unexpected(format!("it says {code}"))),
    }
    let value = |data: &RData| match (data, kind) {
        (RData::A(ip), Kind::A) => Some(ip.0.to_string()),
        (RData::AAAA(ip), Kind::Aaaa) => Some(ip.0.to_string()),
        (RData::PTR(target), Kind::Ptr) => Some(update::text(&target.0)),
        _ => None,
    };
    Ok(answer.answers.iter().filter_map(|record| value(&record.data)).collect())
}
