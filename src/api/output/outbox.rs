//! What PHP delivers: the rows of the outbox that it has taken.

use super::trouble::trouble_out;
use crate::server::Family;
use crate::server::address::Address;
use crate::service::outbox::Kind;
use crate::service::{Service, Trouble};
use crate::store::Entry;
use serde_json::{Map, Value, json};

/// What is to be told, and of whom. Its number is what PHP acknowledges.
pub fn delivery_out(entry: &Entry, service: &Service, addresses: &[Address]) -> Value {
    let mut out = entry.body.as_object().cloned().unwrap_or_default();
    let more = match entry.kind {
        Kind::WriteBack => write_back(service, addresses),
        _ => mail(service, addresses),
    };
    out.extend(more);
    out.insert("id".to_owned(), json!(entry.id));
    out.insert("kind".to_owned(), json!(entry.kind.as_str()));
    out.insert("service".to_owned(), json!(entry.service));
    out.insert("order".to_owned(), identity_out(service));
    Value::Object(out)
}

/// What WHMCS should write down.
fn write_back(service: &Service, addresses: &[Address]) -> Map<String, Value> {
    // the dedicated address is the first IPv4 one, or the first of all
    let dedicated = addresses
        .iter()
        .position(|address| address.family() == Family::V4)
        .or((!addresses.is_empty()).then_some(0));
    let text = |index: usize| addresses[index].ip.to_string();
    let others = (0..addresses.len()).filter(|index| Some(*index) != dedicated).map(text);
    let package = service.body.package.as_ref();
    let chosen = service.body.choices.system.as_ref().and_then(|system| system.in_whmcs);
    Map::from_iter([
        (
            "domain".to_owned(),
            json!(service.body.domain.as_deref().unwrap_or_default()),
        ),
        (
            "username".to_owned(),
            json!(package.map(|package| package.ci_user.as_str()).unwrap_or_default()),
        ),
        ("note".to_owned(), json!(service.body.note)),
        ("system".to_owned(), json!(chosen)),
        (
            "dedicated_ip".to_owned(),
            json!(dedicated.map(text).unwrap_or_default()),
        ),
        ("assigned_ips".to_owned(), others.collect()),
    ])
}

/// What a mail says beside the fields of WHMCS.
fn mail(service: &Service, addresses: &[Address]) -> Map<String, Value> {
    let package = service.body.package.as_ref();
    let with_password = package.is_some_and(|package| package.more.mail_password);
    let ips: Vec<String> = addresses.iter().map(|address| address.ip.to_string()).collect();
    Map::from_iter([
        ("with_password".to_owned(), json!(with_password)),
        ("addresses".to_owned(), json!(ips)),
    ])
}

/// Whose service it is: what is told of it is for nobody else.
fn identity_out(service: &Service) -> Value {
    let identity = service.body.identity.as_ref();
    identity.map_or(
        Value::Null,
        |identity| json!({"client_id": identity.client, "order_id": identity.order}),
    )
}

/// What did not reach somebody, time and again, as the pages show it.
pub fn undelivered_out(entry: &Entry) -> Value {
    let (id, error) = (entry.service, &entry.error);
    let what = match entry.kind {
        Kind::WriteBack => format!("WHMCS does not take what it should show of service {id}"),
        mail => {
            let name = mail.as_str().trim_start_matches("mail_");
            format!("the mail \"{name}\" to the client of service {id} was not sent")
        }
    };
    let on = if entry.is_given_up {
        "it was given up: press Try again once the cause is mended"
    } else {
        "it is tried again, ever more seldom"
    };
    let trouble = Trouble::of(
        entry.kind.problem(),
        format!("{what} ({error}): {on}"),
        entry.created_at,
    );
    let mut out = trouble_out(&trouble, !entry.is_given_up);
    out["service"] = json!(id);
    out["status"] = json!(entry.kind.as_str());
    out
}
