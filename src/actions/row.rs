//! What a row of the table of actions can say.

use super::guard::Condition::{self, Living};
use super::guard::Situation;
use super::how::How;
use super::input::{Input, Kind};
use crate::package::More;
use crate::pipeline::Row;
use crate::problems::Refusal;
use crate::service::pace::Pace;
use crate::words::ids::Actor;
use serde::Serialize;

/// Where pages put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// On, off, again.
    Power,
    /// What deletes or makes anew.
    Rebuild,
    /// The customer's own protection against that.
    Protection,
    /// Snapshots of the VM.
    Snapshots,
    /// The SSH keys of its customer.
    SshKeys,
    /// The VM's screen, which has a page of its own.
    Console,
    /// Why it is not reached.
    Reachability,
    /// Backups of the VM.
    Backups,
    /// The second VM, which was restored from one of them.
    Beside,
    /// CDs, and rescue mode.
    Media,
    /// The customer's firewall rules.
    Firewall,
    /// One step of the pipeline, against the package as it is now.
    Steps,
    /// Host names, forward and reverse.
    Names,
    /// Whose it is, and which VM.
    Identity,
}

/// Whether the page asks once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// It does not.
    No,
    /// A yes is enough (text `action_x_sure`).
    Asked,
    /// Something may be lost: that is ticked, also in a browser without script.
    Ticked,
    /// It destroys: the name of the VM is typed.
    Typed,
}

/// A switch of a product (More settings): its key, such as `client_start`, and whether it is on.
#[derive(Debug, Clone, Copy)]
pub struct Switch(pub &'static str, pub fn(&More) -> bool);

/// What lets the customers of a product do something.
#[derive(Debug, Clone, Copy)]
pub struct Permission {
    /// The switches that all have to be on; the last one is its own.
    pub switches: &'static [Switch],
    /// What it lets them do, for sentences: `start the VM`.
    pub to: &'static str,
}

/// A row: what can be asked.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    /// Its name in requests, history and texts.
    pub name: &'static str,
    /// The admin button of the specification, exactly.
    pub label: Option<&'static str>,
    /// The end of the name of WHMCS's function behind that button.
    pub function: Option<&'static str>,
    /// Where pages put it.
    pub group: Group,
    /// The switch that gives it to customers; `None`: it is for staff alone.
    pub client: Option<Permission>,
    /// What must hold, in the order in which it is asked.
    pub guard: &'static [Condition],
    /// What is typed or chosen beside it.
    pub inputs: &'static [Input],
    /// How often a customer may ask for it, beside [`Pace::CHANGES`].
    pub quota: Option<Pace>,
    /// Whether the page asks once more.
    pub sure: Sure,
    /// Whether its request has to bring the DNS zones, with their secrets.
    pub zones: bool,
    /// Whether its request has to bring the operating systems that WHMCS sells with the service, with their prices.
    pub systems: bool,
    /// Whether staff's page has a panel of its own for it, with what has to be known before: its form is drawn there.
    pub panel: bool,
    /// How it is done.
    pub how: How,
    /// The kinds of tasks that it ends: what waits for a guest to shut down may wait for one that hangs. Every other
    /// task is let end.
    pub overrules: &'static [&'static str],
}

impl Permission {
    /// Refuses where the switch is off.
    ///
    /// # Errors
    /// What the product does not let its customers do.
    pub fn granted(&self, more: &More) -> Result<(), Refusal> {
        let off = self.switches.iter().find(|switch| !(switch.1)(more));
        off.map_or(Ok(()), |off| Err(Refusal::NotForClients(self.to, off.0)))
    }

    /// The key of its own switch.
    pub fn switch(&self) -> &'static str {
        self.switches.last().map_or("", |switch| switch.0)
    }
}

impl Action {
    pub(super) const fn new(name: &'static str, group: Group, how: How) -> Action {
        Action {
            name,
            label: None,
            function: None,
            group,
            client: None,
            guard: &[Living],
            inputs: &[],
            quota: None,
            sure: Sure::No,
            zones: false,
            systems: false,
            panel: false,
            how,
            overrules: &[],
        }
    }

    pub(super) const fn button(self, label: &'static str, function: &'static str) -> Action {
        Action {
            label: Some(label),
            function: Some(function),
            ..self
        }
    }

    pub(super) const fn client(self, to: &'static str, switches: &'static [Switch]) -> Action {
        Action {
            client: Some(Permission { switches, to }),
            ..self
        }
    }

    pub(super) const fn when(self, guard: &'static [Condition]) -> Action {
        Action { guard, ..self }
    }

    pub(super) const fn with(self, inputs: &'static [Input]) -> Action {
        Action { inputs, ..self }
    }

    pub(super) const fn zones(self) -> Action {
        Action { zones: true, ..self }
    }

    pub(super) const fn systems(self) -> Action {
        Action { systems: true, ..self }
    }

    pub(super) const fn panel(self) -> Action {
        Action { panel: true, ..self }
    }

    pub(super) const fn quota(self, quota: Pace) -> Action {
        Action {
            quota: Some(quota),
            ..self
        }
    }

    pub(super) const fn sure(self, sure: Sure) -> Action {
        Action { sure, ..self }
    }

    pub(super) const fn overrules(self, overrules: &'static [&'static str]) -> Action {
        Action { overrules, ..self }
    }

    /// Whether it is there for who asks: everything for staff; for customers what the product gives them (`more`; none: that
    /// is not known, and what might be given is there).
    pub fn is_for(&self, actor: Actor, more: Option<&More>) -> bool {
        match (actor, &self.client) {
            (Actor::Client, None) => false,
            (Actor::Client, Some(client)) => more.is_none_or(|more| client.granted(more).is_ok()),
            _ => true,
        }
    }

    /// How often a customer may ask for it: what counts whatever changes the VM, and its own.
    pub fn paces(&self) -> impl Iterator<Item = Pace> {
        let has_own = matches!(self.how, How::Own | How::Firewall(_));
        let changes = (!has_own).then_some(Pace::CHANGES);
        changes.into_iter().chain(self.quota)
    }

    /// Whether something of a kind is typed or chosen beside it.
    pub fn takes(&self, kind: Kind) -> bool {
        self.inputs.iter().any(|input| input.kind == kind)
    }

    /// Whether it may be done now, or the sentence that says why not.
    ///
    /// # Errors
    /// The first condition of the guard that does not hold.
    pub fn allowed(&self, now: &Situation) -> Result<(), Refusal> {
        self.guard
            .iter()
            .try_for_each(|condition| condition.check(self.step(), now))
    }

    /// What whoever is not held up by the customer's protection is told all the same.
    pub fn warning(&self, now: &Situation) -> Option<Refusal> {
        let minds = self.guard.iter().any(|one| matches!(one, Condition::Unprotected));
        let warned = minds && now.choices.protect && now.actor != Actor::Client;
        warned.then_some(Refusal::ProtectedByClient(now.service))
    }

    /// Whether it is offered, or the sentence that says why not. Where nobody has looked at the guest (`power` is none)
    /// only the store decides: doing it looks again anyway.
    ///
    /// # Errors
    /// As [`Action::allowed`], but for what only a look can say.
    pub fn offered(&self, now: &Situation) -> Result<(), Refusal> {
        match self.allowed(now) {
            Err(Refusal::PowerUnknown(_)) if now.power.is_none() => Ok(()),
            other => other,
        }
    }

    /// The step of the pipeline that it forces.
    pub fn step(&self) -> Option<&'static Row> {
        match self.how {
            How::Step(row) => Some(row),
            _ => None,
        }
    }
}
