//! What PHP delivers: the rows of the outbox that it has taken.

use super::trouble::{AttentionOut, TroubleOut};
use crate::server::Family;
use crate::server::address::Address;
use crate::service::choices::InWhmcs;
use crate::service::outbox::Kind;
use crate::service::{Service, Trouble};
use crate::store::Entry;
use crate::words::ids::ServiceId;
use serde::Serialize;
use serde_json::{Map, Value};
use std::net::IpAddr;

/// What is to be told, and of whom.
#[derive(Debug, Serialize)]
pub struct DeliveryOut {
    /// What only this kind of mail says: `restart_needed` of `mail_password`, `action` of `mail_failed`, and
    /// where it was waited for in vain for the first answer of the guest `unanswered_minutes` of `mail_ready`.
    #[serde(flatten)]
    more: Map<String, Value>,
    /// Its number: what PHP acknowledges.
    id: u64,
    /// Who hears of what: `write_back`, or the name of a mail.
    kind: &'static str,
    /// Of which service.
    service: ServiceId,
    /// Whose it is: what is told of it is for nobody else; null where nobody has written that down.
    order: Option<OrderOut>,
    /// What is told.
    #[serde(flatten)]
    tells: Tells,
}

/// Whose service it is.
#[derive(Debug, Serialize)]
struct OrderOut {
    /// The client.
    client_id: u64,
    /// The order.
    order_id: u64,
}

/// What is told, by kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Tells {
    /// `write_back`.
    WriteBack(WriteBackOut),
    /// Every other kind.
    Mail(MailOut),
}

/// What WHMCS should write down.
#[derive(Debug, Serialize)]
struct WriteBackOut {
    /// Name and main domain; empty where it has none.
    domain: String,
    /// The user that cloud-init makes; empty where no package was seen.
    username: String,
    /// What became of a terminated service, for staff; null where nothing has to be said.
    note: Option<String>,
    /// What its order has of a configurable option now; null where nothing was chosen.
    system: Option<InWhmcs>,
    /// The first IPv4 address, or the first of all; empty without one.
    dedicated_ip: String,
    /// The other addresses.
    assigned_ips: Vec<IpAddr>,
}

/// What a mail says beside the fields of WHMCS.
#[derive(Debug, Serialize)]
struct MailOut {
    /// Whether the product's mails name the password.
    with_password: bool,
    /// The addresses.
    addresses: Vec<IpAddr>,
}

impl DeliveryOut {
    /// A row, with the service that it is about.
    pub fn of(entry: &Entry, service: &Service, addresses: &[Address]) -> DeliveryOut {
        let identity = service.body.identity.as_ref();
        DeliveryOut {
            more: entry.body.as_object().cloned().unwrap_or_default(),
            id: entry.id,
            kind: entry.kind.as_str(),
            service: entry.service,
            order: identity.map(|identity| OrderOut {
                client_id: identity.client,
                order_id: identity.order,
            }),
            tells: match entry.kind {
                Kind::WriteBack => Tells::WriteBack(WriteBackOut::of(service, addresses)),
                _ => Tells::Mail(MailOut::of(service, addresses)),
            },
        }
    }
}

/// Which address WHMCS calls the dedicated one: the first IPv4 one, or the first of all.
pub fn dedicated(addresses: &[Address]) -> Option<usize> {
    let first = addresses.iter().position(|address| address.family() == Family::V4);
    first.or((!addresses.is_empty()).then_some(0))
}

impl WriteBackOut {
    fn of(service: &Service, addresses: &[Address]) -> WriteBackOut {
        let dedicated = dedicated(addresses);
        let others = (0..addresses.len()).filter(|index| Some(*index) != dedicated);
        WriteBackOut {
            domain: service.body.domain.clone().unwrap_or_default(),
            username: service.username().unwrap_or_default().to_owned(),
            note: service.body.note.clone(),
            system: service.body.choices.system.as_ref().and_then(|system| system.in_whmcs),
            dedicated_ip: dedicated
                .map(|index| addresses[index].ip.to_string())
                .unwrap_or_default(),
            assigned_ips: others.map(|index| addresses[index].ip).collect(),
        }
    }
}

impl MailOut {
    fn of(service: &Service, addresses: &[Address]) -> MailOut {
        let package = service.body.package.as_ref();
        MailOut {
            with_password: package.is_some_and(|package| package.more.mail_password && service.has_password(package)),
            addresses: addresses.iter().map(|address| address.ip).collect(),
        }
    }
}

/// What did not reach somebody, time and again, as the pages show it.
pub fn undelivered(entry: &Entry) -> AttentionOut {
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
    AttentionOut {
        trouble: TroubleOut::of(&trouble, !entry.is_given_up),
        service: id,
        status: entry.kind.as_str(),
    }
}
