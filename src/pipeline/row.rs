//! What a row of the table can say.

use super::call::Plan;
use super::facts::Facts;
use super::view::View;
use crate::words::phase::Phase;
use crate::words::status::Status;

/// A plan: it sees the view, and says what is missing. Pure.
pub type PlanOf = fn(&View<'_>) -> Plan;

/// What must hold of the guest before a step may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// No guest yet.
    NoGuest,
    /// A guest, running or not: `*` in the button's label.
    AnyPower,
    /// A stopped guest: `**` in the button's label.
    Stopped,
    /// Whatever is there, also nothing.
    Anything,
    /// A guest that carries no marker yet.
    Unmarked,
}

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Builds the guest: the pipeline.
    Builds,
    /// Does what is queued for a guest under this name, which people know.
    Queued(&'static str),
    /// Ends the service, asked for under this name.
    Ends(&'static str),
    /// Done when a verb asks for it, beside the steps.
    Act,
}

/// What a change of package does with a step that has built the guest.
#[derive(Debug, Clone, Copy)]
pub enum OfChange {
    /// Leaves it alone.
    Nothing,
    /// Sends what this plan misses together with what the other steps miss.
    Together(PlanOf),
    /// Asks this plan once nothing of what comes before it is missing any more.
    Then(PlanOf),
}

/// What goes with a new status, in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The guest is none any more: what was known of it is forgotten. VMID, addresses, name and MAC stay.
    ForgetGuest,
    /// The node of the next guest is chosen anew.
    ForgetNode,
    /// The operating system and the SSH keys that were chosen for the next guest are the service's, and WHMCS hears of the
    /// system.
    TakeChosen,
    /// The guest was built to its end in this job.
    Built,
    /// The guest has the package as it is now.
    Applied,
    /// The guest is as it was then, by a snapshot or a backup: nobody knows any more by which package, and the next row makes it true again.
    RolledBack,
    /// The second guest is there, or is none any more.
    BesideSettled,
    /// The second guest is the service's own, and that is the second one.
    Swapped,
    /// A mail: the guest is ready, or was reinstalled.
    MailBuilt,
    /// A mail: the guest was restored.
    MailRestored,
    /// A mail: the guest has its new package.
    MailChanged,
    /// A mail: the guest was deleted.
    MailTerminated,
    /// What is left of the service is noted; its addresses and its VMID are free.
    FreeAddresses,
    /// WHMCS has to write down what is new.
    WriteBack,
    /// The DNS records have to be synchronised.
    WantDns,
    /// The service is no longer suspended.
    EndSuspension,
    /// The guest has the customer's firewall rules.
    FirewallWritten,
}

/// What an act takes back of a change that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// What was done to the guest.
    Guest,
    /// Which addresses it has.
    Addresses,
}

/// A row: the step that leads from one status to the next.
#[derive(Debug)]
pub struct Row {
    /// The status that the step leaves.
    pub from: Status,
    /// The status once nothing is missing any more; also the step's name.
    pub to: Status,
    /// Its name in the history: the status it leads to, or what a verb asked for.
    pub name: &'static str,
    /// The admin button, where the step has one.
    pub label: Option<&'static str>,
    /// What it is for.
    pub kind: Kind,
    /// In which phase of its set-up a customer sees the service that waits for it.
    pub phase: Option<Phase>,
    /// What must hold first.
    pub needs: Needs,
    /// What its plan sees.
    pub facts: Facts,
    /// What is missing: pure.
    pub plan: PlanOf,
    /// What goes with the new status, in this order.
    pub effects: &'static [Effect],
    /// What a change of package does with it.
    pub of_change: OfChange,
    /// Whether a change of package is refused before it is queued for what this plan refuses.
    pub refuses_at_once: bool,
    /// The config keys that a running guest only takes at its next start. All others are plugged in as it runs.
    pub restart_keys: &'static [&'static str],
    /// Whether it makes the guest. It is done when PVE has accepted that; whoever is next waits for the end.
    pub makes_guest: bool,
    /// Whether it deletes the guest: asked for one guest, it is not done to another.
    pub deletes_guest: bool,
    /// Whether a guest that it stops is started again: one that would not start is not stopped.
    pub starts_again: bool,
    /// Whether a refusal takes back what was done, and the old status is the status again.
    pub is_taken_back: bool,
    /// Whether the cron does it again and again, to keep a suspended guest stopped: that nothing was missing is no news.
    pub keeps_stopped: bool,
    /// What it takes back.
    pub undoes: Option<Undo>,
    /// Whether the guest has to answer before it is reached, where the product says so.
    pub waits_for_answer: bool,
    /// Whether a running guest's cloud-init drive is written anew after it: the guest's own restart is enough then.
    pub renews_cloudinit: bool,
    /// Whether a running guest's agent is asked to do it at once before that.
    pub keys_by_agent: bool,
    /// Whether locks and tasks that leave the guest its config do not keep it waiting.
    pub passes_locks: bool,
}

impl Row {
    const fn new(kind: Kind, name: &'static str, (from, to): (Status, Status), plan: PlanOf) -> Row {
        Row {
            from,
            to,
            name,
            label: None,
            kind,
            phase: None,
            needs: Needs::Anything,
            facts: Facts::NONE,
            plan,
            effects: &[],
            of_change: OfChange::Nothing,
            refuses_at_once: false,
            restart_keys: &[],
            makes_guest: false,
            deletes_guest: false,
            starts_again: false,
            is_taken_back: false,
            keeps_stopped: false,
            undoes: None,
            waits_for_answer: false,
            renews_cloudinit: false,
            keys_by_agent: false,
            passes_locks: false,
        }
    }

    /// A step that builds the guest.
    pub(super) const fn builds(phase: Phase, from: Status, to: Status, plan: PlanOf) -> Row {
        Row::new(Kind::Builds, to.as_str(), (from, to), plan).phase(phase)
    }

    /// What is queued under a name.
    pub(super) const fn queued(verb: &'static str, from: Status, to: Status, plan: PlanOf) -> Row {
        Row::new(Kind::Queued(verb), to.as_str(), (from, to), plan)
    }

    /// The end of a service.
    pub(super) const fn ends(verb: &'static str, from: Status, to: Status, plan: PlanOf) -> Row {
        Row::new(Kind::Ends(verb), to.as_str(), (from, to), plan)
    }

    /// An act, by its name in the history. The status stays unless the act [`moves`](Row::moves) it.
    pub(super) const fn act(name: &'static str, plan: PlanOf) -> Row {
        Row::new(Kind::Act, name, (Status::Ready, Status::Ready), plan)
    }

    /// What must hold, and what the plan sees.
    pub(super) const fn needs(self, needs: Needs, facts: Facts) -> Row {
        Row { needs, facts, ..self }
    }

    /// Under another name in the history than the status it leads to.
    pub(super) const fn named(self, name: &'static str) -> Row {
        Row { name, ..self }
    }

    pub(super) const fn phase(self, phase: Phase) -> Row {
        let phase = Some(phase);
        Row { phase, ..self }
    }

    pub(super) const fn button(self, label: &'static str) -> Row {
        let label = Some(label);
        Row { label, ..self }
    }

    pub(super) const fn effects(self, effects: &'static [Effect]) -> Row {
        Row { effects, ..self }
    }

    /// A change of package asks it as its building did.
    pub(super) const fn changes(self) -> Row {
        let of_change = OfChange::Together(self.plan);
        Row { of_change, ..self }
    }

    /// A change of package asks another plan.
    pub(super) const fn of_change(self, of_change: OfChange) -> Row {
        Row { of_change, ..self }
    }

    pub(super) const fn refuses_at_once(self) -> Row {
        let refuses_at_once = true;
        Row {
            refuses_at_once,
            ..self
        }
    }

    pub(super) const fn restart_keys(self, restart_keys: &'static [&'static str]) -> Row {
        Row { restart_keys, ..self }
    }

    pub(super) const fn makes_guest(self) -> Row {
        let makes_guest = true;
        Row { makes_guest, ..self }
    }

    pub(super) const fn deletes_guest(self) -> Row {
        let deletes_guest = true;
        Row { deletes_guest, ..self }
    }

    pub(super) const fn starts_again(self) -> Row {
        let starts_again = true;
        Row { starts_again, ..self }
    }

    pub(super) const fn taken_back(self) -> Row {
        let is_taken_back = true;
        Row { is_taken_back, ..self }
    }

    pub(super) const fn keeps_stopped(self) -> Row {
        let keeps_stopped = true;
        Row { keeps_stopped, ..self }
    }

    pub(super) const fn undoes(self, undo: Undo) -> Row {
        let undoes = Some(undo);
        Row { undoes, ..self }
    }

    pub(super) const fn waits_for_answer(self) -> Row {
        let waits_for_answer = true;
        Row {
            waits_for_answer,
            ..self
        }
    }

    pub(super) const fn renews_cloudinit(self) -> Row {
        let renews_cloudinit = true;
        Row {
            renews_cloudinit,
            ..self
        }
    }

    pub(super) const fn keys_by_agent(self) -> Row {
        let keys_by_agent = true;
        Row { keys_by_agent, ..self }
    }

    pub(super) const fn passes_locks(self) -> Row {
        let passes_locks = true;
        Row { passes_locks, ..self }
    }

    /// An act after which the service has another status.
    pub(super) const fn moves(self, from: Status, to: Status) -> Row {
        Row { from, to, ..self }
    }

    /// Whether another guest takes the place of the one that there is.
    pub fn builds_anew(&self) -> bool {
        self.effects.contains(&Effect::TakeChosen)
    }

    /// Whether it has to do with the guest. A row that needs nothing and sees nothing has not.
    pub const fn concerns_guest(&self) -> bool {
        !(self.facts.is_empty() && matches!(self.needs, Needs::Anything))
    }
}
