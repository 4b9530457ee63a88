//! Which button may be pressed when: one pure function, read by the verbs, the pages and the documentation.

use crate::guest::{HIBERNATED, Power};
use crate::pipeline;
use crate::pipeline::{Needs, Row, acts};
use crate::problems::Refusal;
use crate::words::ids::{NodeName, ServiceId, Vmid};
use crate::words::status::Status;

/// A button of the admin page beside WHMCS's own.
#[derive(Debug, Clone, Copy)]
pub enum Button {
    /// `Start`.
    Start,
    /// `Stop`.
    Stop,
    /// Reboot, in the client area.
    Reboot,
    /// `**Reinstall`.
    Reinstall,
    /// `**VMRemove`.
    Remove,
    /// `Set DNS records`.
    DnsRecords,
    /// One of the `->` buttons: forces a step.
    Step(&'static Row),
}

impl Button {
    /// Every button that has a label, in the order of the specification.
    pub fn all() -> impl Iterator<Item = Button> {
        let steps = pipeline::PIPELINE
            .iter()
            .filter(|row| row.label.is_some())
            .map(Button::Step);
        [Button::Start, Button::Stop, Button::Reinstall]
            .into_iter()
            .chain(steps)
            .chain([Button::Remove, Button::DnsRecords])
    }

    /// Whether pressing it ends a task of this kind that runs on the guest: what waits for a guest to shut down may wait for
    /// one that hangs. Every other task is let end.
    pub fn overrules(self, task: &str) -> bool {
        matches!(self, Button::Stop) && matches!(task, "qmshutdown" | "qmreboot")
    }

    /// The label, exactly as specified.
    pub fn label(self) -> &'static str {
        match self {
            Button::Start => acts::START.label.unwrap_or_default(),
            Button::Stop => acts::STOP.label.unwrap_or_default(),
            Button::Reboot => "Reboot",
            Button::Reinstall => "**Reinstall",
            Button::Remove => acts::REMOVE.label.unwrap_or_default(),
            Button::DnsRecords => "Set DNS records",
            Button::Step(row) => row.label.unwrap_or_default(),
        }
    }
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
    /// The remote lock.
    pub lock: Option<String>,
    /// Whether the service is suspended.
    pub suspended: bool,
}

impl Situation {
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

    fn is_ready(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Ready => Ok(()),
            found => Err(Refusal::Status {
                wanted: Status::Ready,
                found,
            }),
        }
    }
}

/// Whether a button is offered, or the sentence that says why not. Where nobody has looked at the guest (`power` is
/// none) only the store decides: pressing it looks again anyway.
pub fn offered(button: Button, now: &Situation) -> Result<(), Refusal> {
    match allowed(button, now) {
        Err(Refusal::PowerUnknown(_)) if now.power.is_none() => Ok(()),
        other => other,
    }
}

/// Whether a button may be pressed, or the sentence that says why not.
pub fn allowed(button: Button, now: &Situation) -> Result<(), Refusal> {
    match now.status {
        Status::Terminate => return Err(Refusal::Terminating(now.service)),
        Status::Removed => return Err(Refusal::NoGuest(now.service)),
        _ => {}
    }
    match button {
        Button::Start => {
            // a change that is queued stops the guest itself
            if now.status != Status::ChangePackage {
                now.is_ready()?;
            }
            now.is_active()?;
            now.unlocked()?;
            now.is_stopped(Refusal::AlreadyRunning)
        }
        Button::Stop => {
            now.the_guest()?;
            now.unlocked()?;
            now.is_running()
        }
        Button::Reboot => {
            now.is_ready()?;
            now.is_active()?;
            now.unlocked()?;
            now.is_running()
        }
        Button::Reinstall => {
            now.is_active()?;
            now.unlocked()?;
            now.is_stopped(Refusal::Running)
        }
        // deleted already, by a request that did not live to say so: the status still has to follow
        Button::Remove
            if now.guest.is_none()
                && pipeline::row_to(Status::Clone).is_some_and(|row| pipeline::is_past(now.status, row)) =>
        {
            Ok(())
        }
        Button::Remove => {
            now.unlocked()?;
            now.is_stopped(Refusal::Running)
        }
        Button::DnsRecords => now.is_ready(),
        Button::Step(row) => step_allowed(row, now),
    }
}

fn step_allowed(row: &Row, now: &Situation) -> Result<(), Refusal> {
    if now.status != row.from && !pipeline::is_past(now.status, row) {
        return Err(Refusal::Status {
            wanted: row.from,
            found: now.status,
        });
    }
    match (row.needs, row.to, now.guest) {
        (Needs::NoGuest, Status::Clone, Some(vmid)) => Err(Refusal::HasGuest {
            service: now.service,
            vmid,
        }),
        (Needs::NoGuest, _, _) => Ok(()),
        (needs, _, _) => {
            let vmid = now.the_guest()?;
            now.unlocked()?;
            if now.lock.as_deref() == Some(HIBERNATED) {
                return Err(Refusal::Hibernated(vmid));
            }
            if needs == Needs::Stopped {
                now.is_stopped(Refusal::Running)
            } else {
                Ok(())
            }
        }
    }
}
