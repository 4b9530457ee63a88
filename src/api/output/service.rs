//! A service as the pages show it.

use super::trouble::ErrorOut;
use crate::pipeline::{self, PIPELINE};
use crate::server::address::Address;
use crate::service::Service;
use crate::service::choices::{Choices, ChosenApplication, ChosenSystem};
use crate::words::ids::{NodeName, ServerId, ServiceId, UnixSeconds, Upid, Vmid};
use crate::words::schedule::Schedule;
use crate::words::status::Status;
use serde::Serialize;
use std::net::IpAddr;

/// A service as the pages show it.
#[derive(Debug, Serialize)]
pub struct ServiceOut {
    /// Its number in WHMCS.
    pub id: ServiceId,
    /// The server entry that it is on.
    pub server_id: ServerId,
    /// The local status.
    pub status: Status,
    /// The node that holds its guest, or will; null while none was chosen.
    pub node: Option<NodeName>,
    /// The number of its guest, or the one that is reserved for it; null while there is none.
    pub vmid: Option<Vmid>,
    /// The guest's name; null while it has none.
    pub name: Option<String>,
    /// Name and main domain; null while it has no name.
    pub domain: Option<String>,
    /// The user that cloud-init makes; null while no package was seen.
    pub username: Option<String>,
    /// Its addresses, the first one first.
    pub addresses: Vec<IpAddr>,
    /// Whether it is suspended: then nothing starts its guest.
    pub suspended: bool,
    /// How many addresses were sold; null while no package was seen.
    pub sold: Option<SoldAddresses>,
    /// What its customer has chosen.
    pub choices: ChoicesOut,
    /// How far it has come on the way to `ready`; null on the way out.
    pub progress: Option<Progress>,
    /// Why it does not go on; null where nothing keeps it.
    pub error: Option<ErrorOut>,
    /// What Proxmox VE does for it; null where that is nothing.
    pub task: Option<TaskOut>,
    /// Whether nothing is left to do for it, and nothing is wrong.
    pub settled: bool,
    /// Whether its guest makes new SSH host keys when it starts with another password or other SSH keys of cloud-init.
    pub new_host_keys: bool,
    /// The rescue mode that its guest is in; missing where it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescue: Option<RescueOut>,
    /// The last new password that came with a word and was not refused; missing where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal: Option<RenewalOut>,
}

/// Rescue mode.
#[derive(Debug, Serialize)]
pub struct RescueOut {
    /// Since when.
    pub since: UnixSeconds,
    /// When it is left without a click.
    pub ends_at: UnixSeconds,
}

/// A new password: of a guest that is built anew, or of one that is there.
#[derive(Debug, Serialize)]
pub struct RenewalOut {
    /// The word by which who has asked knows it.
    pub word: String,
    /// Whether the guest has it by now, as far as can be said; `false`: it is, or will be, built with it.
    pub built: bool,
}

impl RenewalOut {
    fn of(service: &Service) -> Option<RenewalOut> {
        let queued = service.body.queued.as_ref();
        let asked = queued.and_then(|queued| queued.renewal.clone());
        let built = asked.is_none() && !pipeline::is_building(service.status);
        let word = asked.or_else(|| service.body.renewal.clone())?;
        Some(RenewalOut { word, built })
    }
}

/// The choices of a service's customer.
#[derive(Debug, Serialize)]
pub struct ChoicesOut {
    /// Counts the saves: a save names the one that its page has read.
    pub version: u64,
    /// Nothing that destroys is done for the customer until the customer takes this off.
    pub protect: bool,
    /// The operating system, where it is another one than the order's; missing otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<ChosenSystem>,
    /// The application, where it is another one than the order's; missing otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<ChosenApplication>,
    /// When snapshots are taken for the customer; missing: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<Schedule>,
    /// When backups are made for the customer; missing: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Schedule>,
    /// Until when a change of the firewall waits to be confirmed; missing: none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall_waits_until: Option<UnixSeconds>,
    /// The fingerprints of the SSH keys that a guest is built with; missing: none. The keys have comments, which are in no log.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<String>,
}

impl ChoicesOut {
    fn of(choices: &Choices) -> ChoicesOut {
        let keys = choices.ssh_keys.iter();
        ChoicesOut {
            version: choices.version,
            protect: choices.protect,
            system: choices.system.clone(),
            application: choices.application.clone(),
            snapshots: choices.snapshots.clone(),
            backups: choices.backups.clone(),
            firewall_waits_until: choices.firewall_trial.as_ref().and_then(|trial| trial.until),
            ssh_keys: keys.map(|named| named.key.fingerprint.clone()).collect(),
        }
    }
}

/// How many addresses of each family a package has.
#[derive(Debug, Serialize)]
pub struct SoldAddresses {
    /// IPv4 addresses.
    pub ipv4: u32,
    /// IPv6 addresses.
    pub ipv6: u32,
}

/// A task of Proxmox VE that works for a service.
#[derive(Debug, Serialize)]
pub struct TaskOut {
    /// Its id; null while Proxmox VE has not answered.
    pub upid: Option<Upid>,
    /// What was asked, in a few words.
    pub what: String,
    /// When it was asked.
    pub since: UnixSeconds,
    /// How much of its disk a clone has copied, or a snapshot that is deleted from a chain of volumes, 0 to 100; missing where
    /// its task does not say, or nobody has looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

impl ServiceOut {
    /// That of a service with its addresses.
    pub fn of(service: &Service, addresses: &[Address]) -> ServiceOut {
        let body = &service.body;
        let package = body.package.as_ref();
        ServiceOut {
            id: service.id,
            server_id: service.server,
            status: service.status,
            node: body.node.clone(),
            vmid: service.vmid,
            name: body.name.clone(),
            domain: body.domain.clone(),
            username: service.username().map(str::to_owned),
            addresses: addresses.iter().map(|address| address.ip).collect(),
            suspended: body.suspended,
            sold: package.map(|package| SoldAddresses {
                ipv4: package.ipv4_count,
                ipv6: package.ipv6_count,
            }),
            choices: ChoicesOut::of(&body.choices),
            progress: Progress::of(service.status),
            error: ErrorOut::of(service),
            task: body.task.as_ref().map(|task| TaskOut {
                upid: task.upid.clone(),
                what: task.what.clone(),
                since: task.sent_at,
                percent: None,
            }),
            rescue: body.media.rescue.as_ref().map(|rescue| RescueOut {
                since: rescue.since as UnixSeconds,
                ends_at: rescue.ends_at as UnixSeconds,
            }),
            renewal: RenewalOut::of(service),
            new_host_keys: service.makes_host_keys(),
            settled: service.due_at.is_none() && body.trouble.is_none(),
        }
    }
}

/// Where a status stands on the way to `ready`.
#[derive(Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Steps that are done.
    pub done: usize,
    /// Steps in all.
    pub total: usize,
    /// The status that comes next; null where it has come to `ready`.
    pub next: Option<Status>,
    /// The admin's button of that step; null where it has none.
    pub button: Option<&'static str>,
}

impl Progress {
    fn of(status: Status) -> Option<Progress> {
        let total = PIPELINE.len();
        let on_the_way = PIPELINE.iter().position(|row| row.from == status);
        let row = on_the_way.map(|at| &PIPELINE[at]);
        // what is queued for a finished guest takes nothing back, but for its rebuilding
        let leads_to = pipeline::row_from(status).map(|row| row.to);
        let done = match (on_the_way, leads_to) {
            (Some(done), _) => done,
            (None, Some(_)) if pipeline::is_finished(status) => total,
            (None, Some(to)) if pipeline::is_building(to) => 0,
            (None, None) if status == Status::Ready => total,
            _ => return None,
        };
        Some(Progress {
            done,
            total,
            next: PIPELINE.get(done).map(|row| row.to),
            button: row.and_then(|row| row.label),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_counted_along_the_table() {
        let total = PIPELINE.len();
        let of = |status| {
            Progress::of(status).map(|progress| (progress.done, progress.total, progress.next, progress.button))
        };
        for (done, row) in PIPELINE.iter().enumerate() {
            assert_eq!(of(row.from), Some((done, total, Some(row.to), row.label)));
        }
        for status in [Status::Ready, Status::ChangePackage, Status::SetDnsRecords] {
            assert_eq!(of(status), Some((total, total, None, None)), "{status}");
        }
        assert_eq!(of(Status::Reinstall).map(|progress| progress.0), Some(0));
        assert_eq!(of(Status::Terminate), None);
        assert_eq!(of(Status::Removed), None);
    }
}
