//! What the state of a service, of its guest, or of the order forbids.

use super::media::MediaRefusal;
use super::sentences::{and_others, minutes};
use crate::service::pace::Pace;
use crate::words::calendar;
use crate::words::ids::{NodeName, ServerId, ServiceId, UnixSeconds, Vmid};
use crate::words::problems::{self, Problem};
use crate::words::status::Status;
use std::net::IpAddr;

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
    /// About a CD, or rescue mode.
    #[error(transparent)]
    Media(#[from] MediaRefusal),
    /// The guest is paused.
    #[error(
        "VM {0} is paused, and would hear of this only when somebody resumes it: resume it in Proxmox VE, or force it off"
    )]
    Paused(Vmid),
    /// The guest has not shut down.
    #[error(
        "VM {vmid} did not shut down in the time that it had, and was left running: its system does not listen, or hangs; log in and shut it down there, or force it off, which loses what is not saved"
    )]
    NotShutDown {
        /// The guest.
        vmid: Vmid,
    },
    /// Nobody knows whether a guest that was asked once has heard it.
    #[error(
        "nobody knows whether VM {vmid} was asked to {says}: the answer of Proxmox VE got lost, and no task for it runs; look at the VM, and ask again if it is still wanted"
    )]
    AnswerLost {
        /// The guest.
        vmid: Vmid,
        /// What it was asked.
        says: &'static str,
    },
    /// PVE says neither running nor stopped.
    #[error("the state of VM {0} is not known at this moment: try again in a minute")]
    PowerUnknown(Vmid),
    /// Suspended.
    #[error("service {0} is suspended: unsuspend it first")]
    Suspended(ServiceId),
    /// The customer has protected the guest against whatever destroys.
    #[error("the VM of service {0} is protected by its customer: take the protection off first")]
    ProtectedByClient(ServiceId),
    /// It is chosen already.
    #[error("the VM of service {service} is {}", if *protected { "protected already" } else { "not protected" })]
    ChosenAlready {
        /// The service.
        service: ServiceId,
        /// What is chosen.
        protected: bool,
    },
    /// Somebody else has chosen something since the page was read.
    #[error(
        "what is chosen for service {0} was changed since this page was loaded: load it again, and nothing was saved"
    )]
    ChosenMeanwhile(ServiceId),
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
    /// Proxmox VE has taken it on, and nothing of it is left to the cron.
    #[error("{what} is still under way ({on}): Proxmox VE has accepted it; run {what} again to see that it is done")]
    Accepted {
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
    /// The host name that the customer has asked for is another service's.
    #[error("the host name {name} that was asked for is that of service {other}")]
    NameTaken {
        /// The name.
        name: String,
        /// Who has it.
        other: ServiceId,
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
    /// PVE's worker was killed, or has failed half way, and left its lock.
    #[error(
        "Proxmox VE left VM {vmid} on node {node} locked ({lock}) by a task that no longer runs: run `qm unlock {vmid}` there as root; {}, by itself{why}",
        super::once_unlocked(lock)
    )]
    LeftLocked {
        /// The guest.
        vmid: Vmid,
        /// Where.
        node: NodeName,
        /// The remote lock.
        lock: String,
        /// What its task has said, as far as that is known.
        why: String,
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
    /// Nothing that customers may ask for.
    #[error("{0} is for staff alone: ask the hoster for it")]
    StaffOnly(&'static str),
    /// WHMCS does not call the service active.
    #[error("service {0} is not active in WHMCS")]
    NotActive(ServiceId),
    /// What destroys was asked for without the VM's name.
    #[error("type the name of the VM to show that you mean it: nothing was done")]
    NotMeant,
    /// An operating system that is not offered for the service.
    #[error("the operating system {0} is not among those that service {1} may choose from: nothing was done")]
    NotOffered(String, ServiceId),
    /// An application that is not offered for the service.
    #[error("the application {0} is not among those that service {1} may choose from: nothing was done")]
    NoSuchApplication(String, ServiceId),
    /// An operating system that costs more than what is paid.
    #[error(
        "{label} costs more than what service {service} has now: it is had by an upgrade in WHMCS, and nothing was done"
    )]
    Dearer {
        /// As it is sold.
        label: String,
        /// The service.
        service: ServiceId,
    },
    /// What may lose something was asked for without saying so.
    #[error("tick that you mean it: nothing was done")]
    NotTicked,
    /// The second guest is missing, or in the way.
    #[error(transparent)]
    Beside(#[from] super::BesideRefusal),
    /// The pages of a client ask for enough at this moment.
    #[error("Proxmox VE is being asked for this client already: try again in a moment")]
    LookedAt,
    /// The nonce was used for something else.
    #[error("this form was sent before, for something else: load the page again, and nothing was done")]
    OtherForm,
    /// The client has asked for it again and again.
    #[error(
        "the client of service {service} has asked {} {} times within {}, which is as often as it may: it can ask again in {} seconds, at {}",
        pace.what, pace.times, minutes(pace.seconds), wait.ceil(), calendar::date(*again_at)
    )]
    TooOften {
        /// The service.
        service: ServiceId,
        /// How often it may.
        pace: Pace,
        /// Seconds until it may again.
        wait: f64,
        /// When that is.
        again_at: UnixSeconds,
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
    /// An operation without a task.
    #[error("this operation of service {0} has started no task whose log could be read")]
    NoTask(ServiceId),
    /// A change of the address lines that makes no sense.
    #[error("{0}")]
    BadPoolEdit(String),
    /// A change of the address lines that takes them away from a service.
    #[error(
        "{address} is leased to service {service}{}: a line of this server entry has to hold it; nothing was changed",
        and_others(*others)
    )]
    PoolInUse {
        /// The first of the addresses.
        address: IpAddr,
        /// Who has it.
        service: ServiceId,
        /// So many more are leased.
        others: usize,
    },
    /// No action of this version.
    #[error("this version of the library knows no action {0}: install PHP files and library of the same version")]
    NoSuchAction(String),
    /// A clone waits until another one has ended.
    #[error("it waits for {0}: the cron goes on when one is free")]
    InLine(String),
    /// What was typed is no VMID.
    #[error("the VM to attach is missing: enter its number, from 100 to 999999999")]
    AttachVmid,
    /// An address that is none.
    #[error("{0} is no IP address: nothing was attached")]
    AttachAddress(String),
    /// An address that the server entry does not have.
    #[error("no address line of the server entry has {0}: add one, then attach")]
    NoAddressLine(IpAddr),
}

impl Refusal {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Refusal::Status { .. } => &problems::WRONG_STATUS,
            Refusal::Media(refusal) => refusal.problem(),
            Refusal::Running(_) => &problems::RUNNING,
            Refusal::AlreadyRunning(_) => &problems::ALREADY_RUNNING,
            Refusal::AlreadyStopped(_) => &problems::ALREADY_STOPPED,
            Refusal::PowerUnknown(_) => &problems::POWER_UNKNOWN,
            Refusal::Suspended(_) => &problems::SUSPENDED,
            Refusal::ProtectedByClient(_) => &problems::PROTECTED_BY_CLIENT,
            Refusal::ChosenAlready { .. } => &problems::CHOSEN_ALREADY,
            Refusal::ChosenMeanwhile(_) => &problems::CHOSEN_MEANWHILE,
            Refusal::Terminating(_) => &problems::TERMINATING,
            Refusal::UnderWay { .. } | Refusal::Accepted { .. } => &problems::UNDER_WAY,
            Refusal::Taken { .. } => &problems::TAKEN,
            Refusal::NameTaken { .. } => &problems::HOST_NAME_TAKEN,
            Refusal::Locked { .. } | Refusal::TemplateLocked { .. } => &problems::LOCKED,
            Refusal::Beside(error) => error.problem(),
            Refusal::TaskRunning(_) => &problems::TASK_RUNNING,
            Refusal::NotOurs { .. } => &problems::NOT_OURS,
            Refusal::Forgotten { .. } => &problems::FORGOTTEN,
            Refusal::OtherOrder { .. } => &problems::OTHER_ORDER,
            Refusal::StillInWhmcs(_) => &problems::STILL_IN_WHMCS,
            Refusal::StillThere { .. } => &problems::STILL_THERE,
            Refusal::OtherServer { .. } => &problems::OTHER_SERVER,
            Refusal::Disagreement { .. } => &problems::CLUSTER_DISAGREES,
            Refusal::NoGuest(_) | Refusal::Gone { .. } | Refusal::Nowhere(_) => &problems::NO_GUEST,
            Refusal::NoStatistics { .. } => &problems::NO_STATISTICS,
            Refusal::Hibernated(_) => &problems::HIBERNATED,
            Refusal::HasGuest { .. } => &problems::HAS_GUEST,
            Refusal::LeftLocked { .. } | Refusal::LockedLong { .. } => &problems::LEFT_LOCKED,
            Refusal::NotForClients(..) => &problems::NOT_FOR_CLIENTS,
            Refusal::StaffOnly(_) => &problems::STAFF_ONLY,
            Refusal::NotActive(_) => &problems::NOT_ACTIVE,
            Refusal::NotTicked => &problems::NOT_TICKED,
            Refusal::Paused(_) => &problems::PAUSED,
            Refusal::NotShutDown { .. } => &problems::NOT_SHUT_DOWN,
            Refusal::AnswerLost { .. } => &problems::ANSWER_LOST,
            Refusal::NotMeant => &problems::NOT_MEANT,
            Refusal::NotOffered(..) => &problems::NOT_OFFERED,
            Refusal::NoSuchApplication(..) => &problems::NO_SUCH_APPLICATION,
            Refusal::Dearer { .. } => &problems::DEARER,
            Refusal::LookedAt => &problems::BUSY,
            Refusal::OtherForm => &problems::REPEATED,
            Refusal::TooOften { .. } => &problems::TOO_OFTEN,
            Refusal::NotOwnAddress => &problems::NOT_OWN_ADDRESS,
            Refusal::BadReverseName(_) => &problems::RDNS_BAD_NAME,
            Refusal::NotForward { .. } => &problems::RDNS_FORWARD,
            Refusal::NoTask(_) => &problems::NO_TASK,
            Refusal::BadPoolEdit(_) => &problems::BAD_ADDRESS_LINE,
            Refusal::PoolInUse { .. } => &problems::ADDRESSES_IN_USE,
            Refusal::NoSuchAction(_) => &problems::NO_ACTION,
            Refusal::InLine(_) => &problems::IN_LINE,
            Refusal::AttachVmid => &problems::ATTACH_VMID,
            Refusal::AttachAddress(_) => &problems::ATTACH_ADDRESS,
            Refusal::NoAddressLine(_) => &problems::NO_ADDRESS_LINE,
        }
    }
}
