//! The messages of dynamic updates (RFC 2136), signed with TSIG (RFC 8945). Pure but for the message ids.
//!
//! An update is a comparison and a swap: its prerequisites are the set as it was seen, and that there is no CNAME.
//! If the zone has anything else by now, the server changes nothing.

use super::config::{Algorithm, Rfc2136Settings, ZoneConfig};
use super::diff::Change;
use super::error::Error;
use super::records::{Kind, Record};
use hickory_proto::ProtoError;
use hickory_proto::op::{Message, OpCode, Query, UpdateMessage};
use hickory_proto::rr::rdata::tsig::TsigAlgorithm;
use hickory_proto::rr::rdata::{A, AAAA, CNAME, PTR};
use hickory_proto::rr::{DNSClass, Name, RData, Record as WireRecord, RecordType, TSigVerifier, TSigner};
use std::net::{Ipv4Addr, Ipv6Addr};

/// How far the clocks may be apart, as everywhere (seconds).
const FUDGE: u16 = 300;
/// A name that no zone has, below the zone: what must be there before the test of rights would change anything.
const PROBE: &str = "proxmoxkvm-test";

/// The key of a zone.
pub(super) fn signer(config: &ZoneConfig, settings: &Rfc2136Settings) -> Result<TSigner, Error> {
    let fail = |why: &str| Error::Config { why: why.to_owned() };
    let key = data_encoding::BASE64.decode(config.secret.expose().as_bytes());
    let key = key
        .map_err(|_| fail("the TSIG key's secret is no base64: copy what stands behind `secret` in the key's file"))?;
    let algorithm = match settings.algorithm {
        Algorithm::Sha256 => TsigAlgorithm::HmacSha256,
        Algorithm::Sha384 => TsigAlgorithm::HmacSha384,
        Algorithm::Sha512 => TsigAlgorithm::HmacSha512,
    };
    let key_name = settings.key_name.trim_end_matches('.').to_lowercase();
    let key_name = name(&key_name).map_err(|_| fail("the TSIG key's name is no name"))?;
    TSigner::new(key, algorithm, key_name, FUDGE).map_err(|_| fail("the TSIG key cannot be used"))
}

/// A name of ours for the wire. Its parts may have characters that host names do not have (`0/25`).
pub(super) fn name(text: &str) -> Result<Name, ProtoError> {
    let mut name = Name::from_labels(text.split('.').map(str::as_bytes))?;
    name.set_fqdn(true);
    Ok(name)
}

/// A name from the wire, in our form.
pub(super) fn text(name: &Name) -> String {
    let labels = name.iter().map(|label| String::from_utf8_lossy(label).to_lowercase());
    labels.collect::<Vec<_>>().join(".")
}

fn kind_on_wire(kind: Kind) -> RecordType {
    match kind {
        Kind::A => RecordType::A,
        Kind::Aaaa => RecordType::AAAA,
        Kind::Ptr => RecordType::PTR,
        Kind::Cname => RecordType::CNAME,
    }
}

fn value_on_wire(kind: Kind, value: &str) -> Result<RData, ProtoError> {
    let bad = |_| ProtoError::from("a value is no address");
    Ok(match kind {
        Kind::A => RData::A(A(value.parse::<Ipv4Addr>().map_err(bad)?)),
        Kind::Aaaa => RData::AAAA(AAAA(value.parse::<Ipv6Addr>().map_err(bad)?)),
        Kind::Ptr => RData::PTR(PTR(name(value)?)),
        Kind::Cname => RData::CNAME(CNAME(name(value)?)),
    })
}

/// A question.
pub(super) fn question(of: &str, kind: RecordType) -> Result<Message, ProtoError> {
    let mut message = Message::query();
    message.metadata.recursion_desired = false;
    message.add_query(Query::query(name(of)?, kind));
    Ok(message)
}

/// A question for one of our kinds.
pub(super) fn question_for(of: &str, kind: Kind) -> Result<Message, ProtoError> {
    question(of, kind_on_wire(kind))
}

/// The records of our kinds that an answer has at the name that was asked for: what a CNAME leads to is left out.
pub(super) fn records(answer: &Message, of: &str) -> Vec<Record> {
    let here = answer.answers.iter().filter(|record| text(&record.name) == of);
    let seen = |record: &WireRecord| {
        let (kind, value) = match &record.data {
            RData::A(ip) => (Kind::A, ip.0.to_string()),
            RData::AAAA(ip) => (Kind::Aaaa, ip.0.to_string()),
            RData::PTR(target) => (Kind::Ptr, text(&target.0)),
            RData::CNAME(target) => (Kind::Cname, text(&target.0)),
            _ => return None,
        };
        Some(Record::seen(of, kind, record.ttl, &value))
    };
    here.filter_map(seen).collect()
}

/// Whether an answer has a DNAME above the name that was asked for: that makes every name below it an alias.
pub(super) fn is_below_dname(answer: &Message, of: &str) -> bool {
    let is_above = |record: &WireRecord| of.ends_with(&format!(".{}", text(&record.name)));
    let mut answers = answer.answers.iter();
    answers.any(|record| record.record_type() == RecordType::DNAME && is_above(record))
}

fn update_of(zone: &str) -> Result<Message, ProtoError> {
    let mut message = question(zone, RecordType::SOA)?;
    message.metadata.op_code = OpCode::Update;
    Ok(message)
}

/// The update that makes a change, if the set still is as the change saw it.
pub(super) fn update(zone: &str, change: &Change) -> Result<Message, ProtoError> {
    let (owner, kind) = (name(&change.key.name)?, change.key.kind);
    let mut message = update_of(zone)?;
    let absent = |kind| {
        let mut record = WireRecord::update0(owner.clone(), 0, kind);
        record.dns_class = DNSClass::NONE;
        record
    };
    let record = |ttl, value: &String| {
        let data = value_on_wire(kind, value)?;
        Ok::<_, ProtoError>(WireRecord::from_rdata(owner.clone(), ttl, data))
    };
    message.add_pre_requisite(absent(RecordType::CNAME));
    if change.before.is_empty() {
        message.add_pre_requisite(absent(kind_on_wire(kind)));
    }
    for value in &change.before {
        message.add_pre_requisite(record(0, value)?);
    }
    for value in change.removed() {
        let mut gone = record(0, value)?;
        gone.dns_class = DNSClass::NONE;
        message.add_update(gone);
    }
    // what is there already is sent too: that gives it the new TTL and is otherwise ignored
    for value in &change.after {
        message.add_update(record(change.ttl, value)?);
    }
    Ok(message)
}

/// An update of nothing that requires a name to be in use: NXDOMAIN says that nothing is written there, whatever a
/// wildcard (RFC 2136, 1.1.3) has questions answered with.
pub(super) fn in_use(zone: &str, of: &str) -> Result<Message, ProtoError> {
    let mut message = update_of(zone)?;
    let mut present = WireRecord::update0(name(of)?, 0, RecordType::ANY);
    present.dns_class = DNSClass::ANY;
    message.add_pre_requisite(present);
    Ok(message)
}

/// An update that would add a record but requires a name that is not there: the server checks zone, key and
/// rights, and then says NXDOMAIN.
pub(super) fn probe(zone: &str, kind: Kind) -> Result<Message, ProtoError> {
    let owner = format!("{PROBE}.{zone}");
    let mut message = in_use(zone, &owner)?;
    let value = if kind == Kind::A { "192.0.2.1" } else { "probe.invalid" };
    message.add_update(WireRecord::from_rdata(name(&owner)?, 0, value_on_wire(kind, value)?));
    Ok(message)
}

/// Signs a message: its bytes, and what its answer is checked with.
pub(super) fn sign(
    mut message: Message,
    signer: &TSigner,
    now: u64,
) -> Result<(Vec<u8>, Option<TSigVerifier>), ProtoError> {
    let verifier = message.finalize(signer, now)?;
    Ok((message.to_vec()?, verifier))
}
