//! The verbs: what WHMCS asks, one function each, from a parsed request to a reply.

mod act;
mod applications;
mod arguments;
mod console;
mod console_shown;
mod console_socket;
pub mod core;
pub mod cron;
mod dns;
mod firewall_list;
mod health;
mod held;
mod life;
mod offered;
mod opening;
mod outbox;
pub mod output;
mod pages;
mod renewal;
pub mod request;
mod reverse_name;
mod ssh_keys;
mod statistics;
mod systems;
pub mod verbs;
mod whole;
mod wishes;

pub(crate) use self::core::Core;
pub use act::act;
pub(crate) use console::turn as turn_console;
pub(crate) use cron::sample;
pub(crate) use dns::{Zones, sync_due};
pub use life::once;
pub use opening::{move_store, open};
pub(in crate::api) use outbox::{handed_out, take_due};
pub(in crate::api) use whole::attention_out;

use crate::problems::Error;
use crate::pve::{Counted, Meter};
use crate::store::Entry;
use crate::words::ids::ServiceId;
use output::{DeliveryOut, DnsOut, Reply, ServiceOut};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A verb as it is asked through the C ABI: its request is read from JSON, its reply is written as JSON.
fn in_json<In: DeserializeOwned, Out: Serialize>(
    core: &Core,
    request: &Value,
    verb: impl FnOnce(&Core, In) -> Result<Out, Error>,
) -> Result<Reply, Error> {
    Reply::of(&verb(core, request::parse(request)?)?)
}

macro_rules! verbs {
    ($($module:ident: $($verb:ident)*;)*) => {
        $($(
            #[doc = concat!("The verb `", stringify!($verb), "`, in JSON: `docs/json.md` says what it takes and answers.")]
            ///
            /// # Errors
            /// A request that cannot be read, and those of the verb.
            pub fn $verb(core: &Core, request: &Value) -> Result<Value, Error> {
                said::$verb(core, request).map(|reply| reply.value())
            }
        )*)*

        /// The verbs as the C ABI answers them: the reply is a text.
        pub mod said {
            use super::{Core, Error, Reply, Value, in_json};
            $($(
                #[doc = concat!("The verb `", stringify!($verb), "`.")]
                ///
                /// # Errors
                /// A request that cannot be read, and those of the verb.
                pub fn $verb(core: &Core, request: &Value) -> Result<Reply, Error> {
                    in_json(core, request, super::$module::$verb)
                }
            )*)*
        }
    };
}

verbs! {
    health: build_template check set_up_login test_connection;
    life: attach change_package change_password confirm create deleted forget orphans suspend terminate unsuspend;
    cron: cron usage_update;
    dns: set_dns_records sync_dns_records zone_test;
    reverse_name: set_reverse_name;
    ssh_keys: client_deleted client_keys ssh_key_add ssh_key_remove;
    console: console console_end screenshot;
    console_socket: console_serve;
    outbox: acknowledge deliver_again;
    whole: due installation look_through;
    pages: accounts activity attention backups capacity change_preview dry_run firewall isos list order_check overview pool_edit pools product_form reachability show
        snapshots ssh_keys task_log usage zone_services;
}

/// A service after it was asked for something.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ServiceReply {
    /// The service as it is now.
    service: ServiceOut,
    /// Whether anything was changed at Proxmox VE.
    changed: bool,
    /// What became of a terminated service, for staff; null where nothing has to be said.
    note: Option<String>,
    /// What PHP delivers now, and acknowledges.
    outbox: Vec<DeliveryOut>,
    /// What it has asked of Proxmox VE.
    requests: Counted,
    /// `true` where the guest is gone now; missing otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<bool>,
    /// Who has the new password, or the SSH keys: `agent`: the guest; `cloudinit`: cloud-init, for its next start; `build`: the guest will be
    /// built with it. Missing where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'static str>,
    /// The one-time password of `root` in the rescue system that is started: told once, and kept nowhere. Missing where there is
    /// none, or SSH keys are in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    rescue_password: Option<String>,
    /// Whether a running guest takes the new password at its next start only; missing where none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    restart_needed: Option<bool>,
    /// What is known of its DNS records; missing where it was not about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    dns: Option<DnsOut>,
}

pub(in crate::api) fn service_reply(
    core: &Core,
    id: ServiceId,
    meter: &Meter,
    changed: bool,
) -> Result<ServiceReply, Error> {
    handing_over(core, id, meter, changed, &[])
}

/// The same, with what PHP delivers of the service.
pub(in crate::api) fn handing_over(
    core: &Core,
    id: ServiceId,
    meter: &Meter,
    changed: bool,
    handed: &[Entry],
) -> Result<ServiceReply, Error> {
    let (service, addresses) = core.store.service(id)?;
    Ok(ServiceReply {
        service: ServiceOut::of(&service, &addresses),
        changed,
        note: service.body.note.clone(),
        outbox: handed_out(handed, &service, &addresses),
        requests: meter.counted(),
        removed: None,
        by: None,
        rescue_password: None,
        restart_needed: None,
        dns: None,
    })
}
