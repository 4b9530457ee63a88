//! What must hold before an action: conditions as data, and the sentence of the first that does not.

use crate::guest::{HIBERNATED, Power};
use crate::pipeline::{self, Needs, Row};
use crate::problems::{BesideRefusal, MediaRefusal, Refusal};
use crate::service::Service;
use crate::service::choices::Choices;
use crate::words::ids::{Actor, NodeName, ServiceId, Vmid};
use crate::words::status::Status;

/// What must hold of a service and its guest.
#[derive(Debug, Clone, Copy)]
pub enum Condition {
    /// It is neither terminated nor about to be.
    Living,
    /// It has one of these local statuses; a refusal names the first.
    In(&'static [Status]),
    /// It is finished, or a restore has left its guest without disks: also where it was to be made anew since.
    ReadyOrLost,
    /// It is not suspended.
    NotSuspended,
    /// It has a guest.
    HasGuest,
    /// Proxmox VE has not locked the guest; the lock of one that is hibernated does not count.
    Unlocked,
    /// The guest runs.
    Running,
    /// It is not paused: a paused guest hears of no shutdown, and goes off by it when somebody resumes it days later.
    NotPaused,
    /// The guest is to be stopped first: by staff, whose buttons say so. For a customer, who has typed its name, it is stopped.
    StoppedByStaff,
    /// The guest does not run yet.
    NotRunning,
    /// The guest is stopped, or was deleted by a request that did not live to say so.
    StoppedOrGone,
    /// The customer has not protected it; staff, and WHMCS by itself, are told and go on.
    Unprotected,
    /// The customer has protected it, or has not: there is something to choose.
    Protected(bool),
    /// It is in rescue mode, or is not.
    Rescued(bool),
    /// It has DNS records, or may have them: it is finished, or was terminated and has left some.
    MayHaveRecords,
    /// It has a second guest, or what a restore has left of one.
    HasBeside,
    /// It has a second guest that can be looked at and swapped in.
    HasWholeBeside,
    /// It has no second guest.
    HasNoBeside,
    /// The step of the action is the next one or was done before, and its row's needs hold.
    MayBeStepped,
}

/// All that decides about a button.
#[derive(Debug, Clone, PartialEq)]
pub struct Situation {
    /// The service.
    pub service: ServiceId,
    /// Its local status.
    pub status: Status,
    /// Its guest, if it has one.
    pub guest: Option<Vmid>,
    /// The guest that it had, and its node, where PVE has it no more.
    pub gone: Option<(Vmid, NodeName)>,
    /// The remote status.
    pub power: Option<Power>,
    /// Whether the guest is paused.
    pub paused: bool,
    /// The remote lock.
    pub lock: Option<String>,
    /// Whether the service is suspended.
    pub suspended: bool,
    /// Whether it is in rescue mode.
    pub rescued: bool,
    /// Whether a restore has left its guest without disks, and nothing is done about that.
    pub lost: bool,
    /// Whether DNS records are left of a terminated one.
    pub left_records: bool,
    /// The second guest: its number, and whether it is whole.
    pub beside: Option<(Vmid, bool)>,
    /// What the customer has chosen.
    pub choices: Choices,
    /// Who asks.
    pub actor: Actor,
}

impl Situation {
    /// What the store knows of it, for who asks.
    pub fn of(service: &Service, actor: Actor) -> Self {
        let waits = service.status == Status::Ready && service.firewall_waits_until().is_some();
        Situation {
            service: service.id,
            // nothing else is begun before it is clear which rules the guest has
            status: if waits { Status::Firewall } else { service.status },
            guest: service.vmid.filter(|_| service.has_guest()),
            gone: None,
            power: None,
            paused: false,
            lock: None,
            suspended: service.body.suspended,
            rescued: service.body.media.rescue.is_some(),
            lost: service.is_lost(),
            left_records: false,
            beside: (service.body.beside.as_ref()).map(|beside| (beside.vmid, service.has_beside())),
            choices: service.body.choices.clone(),
            actor,
        }
    }

    fn the_guest(&self) -> Result<Vmid, Refusal> {
        let service = self.service;
        let why = || match self.gone.clone() {
            Some((vmid, node)) => Refusal::Gone { service, vmid, node },
            None => Refusal::NoGuest(service),
        };
        self.guest.ok_or_else(why)
    }

    fn unlocked(&self) -> Result<(), Refusal> {
        match (&self.lock, self.guest) {
            (Some(lock), _) if lock == HIBERNATED => Ok(()),
            (Some(lock), Some(vmid)) => Err(Refusal::Locked {
                vmid,
                lock: lock.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn is_running(&self) -> Result<(), Refusal> {
        let vmid = self.the_guest()?;
        match &self.power {
            Some(Power::Running) => Ok(()),
            Some(Power::Stopped) => Err(Refusal::AlreadyStopped(vmid)),
            _ => Err(Refusal::PowerUnknown(vmid)),
        }
    }

    fn is_stopped(&self, otherwise: fn(Vmid) -> Refusal) -> Result<(), Refusal> {
        let vmid = self.the_guest()?;
        match &self.power {
            Some(Power::Stopped) => Ok(()),
            Some(Power::Running) => Err(otherwise(vmid)),
            _ => Err(Refusal::PowerUnknown(vmid)),
        }
    }

    fn is_active(&self) -> Result<(), Refusal> {
        if self.suspended {
            Err(Refusal::Suspended(self.service))
        } else {
            Ok(())
        }
    }

    fn is_unprotected(&self) -> Result<(), Refusal> {
        let is_held_up = self.choices.protect && self.actor == Actor::Client;
        is_held_up
            .then_some(Refusal::ProtectedByClient(self.service))
            .map_or(Ok(()), Err)
    }

    fn has_chosen_protection(&self, protected: bool) -> Result<(), Refusal> {
        if self.choices.protect == protected {
            return Ok(());
        }
        Err(Refusal::ChosenAlready {
            service: self.service,
            protected: self.choices.protect,
        })
    }

    fn is_rescued(&self, rescued: bool) -> Result<(), Refusal> {
        match (rescued, self.rescued) {
            (false, true) => Err(MediaRefusal::InRescue(self.service).into()),
            (true, false) => Err(MediaRefusal::NotInRescue(self.service).into()),
            _ => Ok(()),
        }
    }

    fn is_in(&self, statuses: &[Status]) -> Result<(), Refusal> {
        let found = self.status;
        match statuses.first() {
            Some(wanted) if !statuses.contains(&found) => Err(Refusal::Status { wanted: *wanted, found }),
            _ => Ok(()),
        }
    }

    fn may_have_records(&self) -> Result<(), Refusal> {
        if self.status == Status::Removed && self.left_records {
            return Ok(());
        }
        self.is_not_deleted()?;
        self.is_in(&[Status::Ready, Status::SetDnsRecords])
    }

    fn is_not_deleted(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Terminate => Err(Refusal::Terminating(self.service)),
            Status::Removed => Err(Refusal::NoGuest(self.service)),
            _ => Ok(()),
        }
    }

    /// Deleted already, by a request that did not live to say so: the status still has to follow.
    fn is_gone_unsaid(&self) -> bool {
        let cloned = pipeline::row_to(Status::Clone);
        self.guest.is_none() && cloned.is_some_and(|row| pipeline::is_past(self.status, row))
    }

    fn may_be_stepped(&self, row: &Row) -> Result<(), Refusal> {
        if self.status != row.from && !pipeline::is_past(self.status, row) {
            return Err(Refusal::Status {
                wanted: row.from,
                found: self.status,
            });
        }
        match (row.needs, row.to, self.guest) {
            (Needs::NoGuest, Status::Clone, Some(vmid)) => Err(Refusal::HasGuest {
                service: self.service,
                vmid,
            }),
            (Needs::NoGuest, _, _) => Ok(()),
            (needs, _, _) => {
                let vmid = self.the_guest()?;
                self.unlocked()?;
                if self.lock.as_deref() == Some(HIBERNATED) {
                    return Err(Refusal::Hibernated(vmid));
                }
                if needs == Needs::Stopped {
                    self.is_stopped(Refusal::Running)
                } else {
                    Ok(())
                }
            }
        }
    }
}

impl Condition {
    /// Whether it holds for an action that forces this step of the pipeline, if any.
    pub(super) fn check(self, step: Option<&Row>, now: &Situation) -> Result<(), Refusal> {
        match self {
            Condition::Living => now.is_not_deleted(),
            Condition::In(statuses) => now.is_in(statuses),
            Condition::ReadyOrLost if now.lost => Ok(()),
            Condition::ReadyOrLost => now.is_in(&[Status::Ready]),
            Condition::NotSuspended => now.is_active(),
            Condition::HasGuest => now.the_guest().map(drop),
            Condition::Unlocked => now.unlocked(),
            Condition::Running => now.is_running(),
            Condition::NotPaused if now.paused => Err(Refusal::Paused(now.the_guest()?)),
            Condition::NotPaused => Ok(()),
            Condition::StoppedByStaff if now.actor == Actor::Client => now.the_guest().map(drop),
            Condition::StoppedByStaff => now.is_stopped(Refusal::Running),
            Condition::NotRunning => now.is_stopped(Refusal::AlreadyRunning),
            Condition::StoppedOrGone if now.is_gone_unsaid() => Ok(()),
            Condition::StoppedOrGone => now.is_stopped(Refusal::Running),
            Condition::Unprotected => now.is_unprotected(),
            Condition::Protected(protected) => now.has_chosen_protection(protected),
            Condition::Rescued(rescued) => now.is_rescued(rescued),
            Condition::HasBeside if now.beside.is_some() => Ok(()),
            Condition::HasWholeBeside if now.beside.is_some_and(|(_, is_whole)| is_whole) => Ok(()),
            Condition::HasBeside | Condition::HasWholeBeside => Err(BesideRefusal::None.into()),
            Condition::HasNoBeside => match now.beside {
                Some((vmid, _)) => Err(BesideRefusal::There(vmid).into()),
                None => Ok(()),
            },
            Condition::MayHaveRecords => now.may_have_records(),
            Condition::MayBeStepped => step.map_or(Ok(()), |row| now.may_be_stepped(row)),
        }
    }
}
