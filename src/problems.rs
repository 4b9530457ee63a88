//! One error for everything a verb can end with, and the code, sentence and advice that a reply carries.

use crate::dns;
use crate::package;
use crate::pipeline::Blocked;
use crate::pipeline::NoPlace;
use crate::pve;
use crate::server;
use crate::service::pace::Pace;
use crate::store;
use crate::words::ids::{NodeName, ServerId, ServiceId, Vmid};
use crate::words::status::Status;
use std::net::IpAddr;

/// Why something asked for was not done. Every text is one sentence for an admin, without a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request of PHP is none.
    #[error("the request of the PHP module cannot be read ({0}): install PHP files and library of the same version")]
    Request(String),
    /// An option of the package, or a configurable option.
    #[error(transparent)]
    Package(#[from] package::Error),
    /// The server entry.
    #[error(transparent)]
    Server(#[from] server::Error),
    /// The package does not fit the cluster.
    #[error(transparent)]
    Placement(#[from] NoPlace),
    /// The step cannot be done on this guest.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The state of the service or guest forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// PVE.
    #[error(transparent)]
    Pve(#[from] pve::Error),
    /// A task of PVE ended badly.
    #[error("Proxmox VE could not {what}: {words}{}", advice_on_task(words))]
    Task {
        /// What was asked.
        what: String,
        /// The task's own words.
        words: String,
    },
    /// PVE accepts a change that is still missing afterwards.
    #[error("step {step} does not settle: Proxmox VE accepts the change and the VM does not show it ({missing})")]
    Unsettled {
        /// The step.
        step: Status,
        /// What is still missing.
        missing: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A DNS zone as it is configured.
    #[error(transparent)]
    Zone(#[from] dns::ConfigError),
    /// DNS. No other operation ends with it.
    #[error("{sentence}")]
    Dns {
        /// The zone, and what is wrong.
        sentence: String,
        /// Whether trying again may help.
        retry: bool,
    },
    /// A panic was caught at the boundary.
    #[error("internal error at {0}: please report it")]
    Internal(String),
}

/// The state forbids it. One sentence each; nothing was changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The step is not the next one, and not one that was done before.
    #[error("the local status should be {wanted}, it is {found}")]
    Status {
        /// The status that the step leaves.
        wanted: Status,
        /// The service's.
        found: Status,
    },
    /// The guest runs.
    #[error("VM {0} is running: stop it first")]
    Running(Vmid),
    /// The guest runs already.
    #[error("VM {0} is running already")]
    AlreadyRunning(Vmid),
    /// The guest is stopped already.
    #[error("VM {0} is stopped already")]
    AlreadyStopped(Vmid),
    /// PVE says neither running nor stopped.
    #[error("the state of VM {0} is not known at this moment: try again in a minute")]
    PowerUnknown(Vmid),
    /// Suspended.
    #[error("service {0} is suspended: unsuspend it first")]
    Suspended(ServiceId),
    /// Being terminated.
    #[error("service {0} is being terminated")]
    Terminating(ServiceId),
    /// It goes on in the cron.
    #[error("{what} is still under way ({on}): the cron finishes it; run {what} again to see that it is done")]
    UnderWay {
        /// The verb.
        what: &'static str,
        /// What it waits for.
        on: String,
    },
    /// The number belongs to another service.
    #[error("VM {vmid} is the VM of service {other}: it cannot be attached to service {service}")]
    Taken {
        /// The guest.
        vmid: Vmid,
        /// Its service.
        other: ServiceId,
        /// The service that should have it.
        service: ServiceId,
    },
    /// The guest is locked by PVE.
    #[error("VM {vmid} is locked by Proxmox VE ({lock}): try again when that has ended")]
    Locked {
        /// The guest.
        vmid: Vmid,
        /// The remote lock.
        lock: String,
    },
    /// Too many guests have no statistics to look at each.
    #[error(
        "node {node} sends no statistics, so {guests} VMs have no name in Proxmox VE's list and none of them can be told from another: see that pvestatd works there (often a storage hangs), then try again"
    )]
    NoStatistics {
        /// How many.
        guests: usize,
        /// The node of one of them.
        node: NodeName,
    },
    /// The guest is hibernated.
    #[error("VM {0} is hibernated, and Proxmox VE changes it only when it is awake: start it first")]
    Hibernated(Vmid),
    /// A task of ours runs on the guest.
    #[error("the VM is busy ({0}): try again when that has ended")]
    TaskRunning(String),
    /// The guest carries another owner's marker, or none, or another uuid.
    #[error(
        "VM {vmid} on node {node} is not the VM of service {service} ({why}): nothing was changed; bind the right VM with Attach"
    )]
    NotOurs {
        /// The number under which it was found.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The service.
        service: ServiceId,
        /// Which of the two proofs failed.
        why: &'static str,
    },
    /// A guest of a service that the store does not know.
    #[error(
        "VM {vmid} on node {node} is the VM of service {service}, which the store does not know (was it restored from a backup?): bind it with Attach, then try again"
    )]
    Forgotten {
        /// The guest.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The service that its marker names.
        service: ServiceId,
    },
    /// The number of the service was given out again, or another client has it now.
    #[error(
        "service {service} is {asked} in WHMCS now, and what this module has under that number was made for {made_for}: nothing was done; if WHMCS has moved the same service, press Confirm owner on its page, else delete the former VM in Proxmox VE and free the number with check.php --forget={service}"
    )]
    OtherOrder {
        /// The service.
        service: ServiceId,
        /// Whose it is in WHMCS.
        asked: String,
        /// Whose it is here.
        made_for: String,
    },
    /// Forget is for what WHMCS does not have.
    #[error(
        "service {0} is still in WHMCS: press Terminate on its page, which deletes its VM and gives everything back"
    )]
    StillInWhmcs(ServiceId),
    /// Forget is for what Proxmox VE does not have.
    #[error(
        "VM {vmid} on node {node} is still there and is the VM of service {service}: delete it in Proxmox VE, then forget the service again"
    )]
    StillThere {
        /// The guest.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The service.
        service: ServiceId,
    },
    /// WHMCS names another server entry than the guest's.
    #[error(
        "the VM of service {service} belongs to server entry {server}, and WHMCS now names entry {asked}: choose the former server in the service's settings, or bind the VM with Attach if it was moved to this one"
    )]
    OtherServer {
        /// The service.
        service: ServiceId,
        /// The entry that its guest is on.
        server: ServerId,
        /// The entry of the request.
        asked: ServerId,
    },
    /// The node does not have the guest that the cluster lists on it: one of them is late.
    #[error(
        "the cluster lists VM {vmid} on node {node}, and that node does not have it: nothing was changed, it is looked at again"
    )]
    Disagreement {
        /// The number.
        vmid: Vmid,
        /// Where it should be.
        node: NodeName,
    },
    /// There is no guest.
    #[error("service {0} has no VM")]
    NoGuest(ServiceId),
    /// The guest was deleted by hand.
    #[error(
        "VM {vmid} of service {service}, last on node {node}, is on no node of the cluster any more: restore it from a backup under the same number, press **VMRemove and then Create or VMClone -> to have it built anew, or Terminate to give it up"
    )]
    Gone {
        /// Its service.
        service: ServiceId,
        /// The guest.
        vmid: Vmid,
        /// Where it was.
        node: NodeName,
    },
    /// No guest has the number that was typed.
    #[error("VM {0} is on no node of this server entry's cluster, or the login may not see it: check the number")]
    Nowhere(Vmid),
    /// The template is locked by PVE, as while it is backed up.
    #[error("template {template} is locked by Proxmox VE ({lock}): it cannot be cloned before that has ended")]
    TemplateLocked {
        /// The template.
        template: Vmid,
        /// The remote lock.
        lock: String,
    },
    /// There is a guest already.
    #[error("service {service} has VM {vmid} already: delete that one first, if it is not wanted any more")]
    HasGuest {
        /// The service.
        service: ServiceId,
        /// Its guest.
        vmid: Vmid,
    },
    /// PVE's worker was killed and left its lock.
    #[error(
        "Proxmox VE left VM {vmid} on node {node} locked ({lock}) by a task that no longer runs: run `qm unlock {vmid}` there as root; what was half made is then deleted, and a VM that is being set up is cloned anew, by itself"
    )]
    LeftLocked {
        /// The guest.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The remote lock.
        lock: String,
    },
    /// A lock that outlasts every task.
    #[error(
        "VM {vmid} on node {node} has been locked by Proxmox VE ({lock}) for more than {hours} hours: see whether that task still runs there; if not, run `qm unlock {vmid}` there as root"
    )]
    LockedLong {
        /// The guest.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The remote lock.
        lock: String,
        /// For longer than this.
        hours: u32,
    },
    /// The product does not let its customers do this.
    #[error("the product does not let its customers {0}: set {1} = on in More settings if they should")]
    NotForClients(&'static str, &'static str),
    /// The pages of a client ask for enough at this moment.
    #[error("Proxmox VE is being asked for this client already: try again in a moment")]
    LookedAt,
    /// The client has asked for it again and again.
    #[error(
        "the client of service {service} has asked {} {} times within {}, which is as often as it may: it can ask again in {} seconds",
        pace.what, pace.times, minutes(pace.seconds), wait.ceil()
    )]
    TooOften {
        /// The service.
        service: ServiceId,
        /// How often it may.
        pace: Pace,
        /// Seconds until it may again.
        wait: f64,
    },
    /// The address is not one of the service's.
    #[error("this address is none of the service's")]
    NotOwnAddress,
    /// A reverse name that is no name.
    #[error("{0}")]
    BadReverseName(String),
    /// A reverse name that does not lead back to its address.
    #[error(
        "{name} does not lead to {ip}: give it the {kind} record {ip} first, and try again when that is known everywhere"
    )]
    NotForward {
        /// The name.
        name: String,
        /// The address.
        ip: IpAddr,
        /// The kind of record that is missing: A or AAAA.
        kind: &'static str,
    },
    /// Not a verb of this version.
    #[error("{0}")]
    Other(String),
}

/// The code of [`Refusal::OtherOrder`]; the trouble of such a service goes when the right order is back.
pub const OTHER_ORDER: &str = "other_order";

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Status { .. } => "wrong_status",
            Refusal::Running(_) => "running",
            Refusal::AlreadyRunning(_) => "already_running",
            Refusal::AlreadyStopped(_) => "already_stopped",
            Refusal::PowerUnknown(_) => "power_unknown",
            Refusal::Suspended(_) => "suspended",
            Refusal::Terminating(_) => "terminating",
            Refusal::UnderWay { .. } => "under_way",
            Refusal::Taken { .. } => "taken",
            Refusal::Locked { .. } => "locked",
            Refusal::TaskRunning(_) => "task_running",
            Refusal::NotOurs { .. } => "not_ours",
            Refusal::Forgotten { .. } => "forgotten",
            Refusal::OtherOrder { .. } => OTHER_ORDER,
            Refusal::StillInWhmcs(_) => "still_in_whmcs",
            Refusal::StillThere { .. } => "still_there",
            Refusal::OtherServer { .. } => "other_server",
            Refusal::Disagreement { .. } => "cluster_disagrees",
            Refusal::NoGuest(_) | Refusal::Gone { .. } | Refusal::Nowhere(_) => "no_guest",
            Refusal::TemplateLocked { .. } => "locked",
            Refusal::NoStatistics { .. } => "no_statistics",
            Refusal::Hibernated(_) => "hibernated",
            Refusal::HasGuest { .. } => "has_guest",
            Refusal::LeftLocked { .. } | Refusal::LockedLong { .. } => "left_locked",
            Refusal::NotForClients(..) => "not_for_clients",
            Refusal::LookedAt => "busy",
            Refusal::TooOften { .. } => "too_often",
            Refusal::NotOwnAddress => "not_own_address",
            Refusal::BadReverseName(_) => "rdns_bad_name",
            Refusal::NotForward { .. } => "rdns_forward",
            Refusal::Other(_) => "refused",
        }
    }
}

impl Error {
    /// The fine code: stable, for pages and monitoring.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Request(_) => "bad_request",
            Error::Package(error) => error.code(),
            Error::Server(error) => error.code(),
            Error::Placement(error) => error.code(),
            Error::Blocked(error) => error.code(),
            Error::Refused(error) => error.code(),
            Error::Pve(error) => error.code(),
            Error::Task { words, .. } if pve::words_forbid(words) => "pve_permission",
            Error::Task { .. } => "task_failed",
            Error::Unsettled { .. } => "unsettled",
            Error::Store(error) => error.code(),
            Error::Zone(_) => "bad_zone",
            Error::Dns { .. } => "dns",
            Error::Internal(_) => "internal",
        }
    }

    /// After so many whole seconds the same may be asked again; `None`: nobody can tell.
    pub fn again_in(&self) -> Option<u32> {
        match self {
            Error::Refused(Refusal::TooOften { wait, .. }) => Some(wait.ceil() as u32),
            _ => None,
        }
    }

    /// Whether the cron's next tries may help without anybody's doing; else the service needs attention.
    pub fn retry(&self) -> bool {
        match self {
            Error::Request(_)
            | Error::Package(_)
            | Error::Server(_)
            | Error::Blocked(_)
            | Error::Zone(_)
            | Error::Internal(_) => false,
            Error::Placement(error) => error.retry(),
            Error::Refused(refusal) => {
                matches!(
                    refusal,
                    Refusal::Locked { .. }
                        | Refusal::TemplateLocked { .. }
                        | Refusal::TaskRunning(_)
                        | Refusal::UnderWay { .. }
                        | Refusal::Disagreement { .. }
                        | Refusal::PowerUnknown(_)
                        | Refusal::LookedAt
                        | Refusal::NoStatistics { .. }
                        | Refusal::TooOften { .. }
                )
            }
            Error::Pve(error) => error.retry(),
            // PVE checks some privileges only in the task
            Error::Task { words, .. } => !pve::words_forbid(words),
            Error::Unsettled { .. } => true,
            Error::Store(error) => error.retry(),
            Error::Dns { retry, .. } => *retry,
        }
    }
}

fn minutes(seconds: f64) -> String {
    format!("{} minutes", (seconds / 60.0).ceil())
}

fn advice_on_task(words: &str) -> &'static str {
    if pve::words_forbid(words) { pve::advice(403) } else { "" }
}
