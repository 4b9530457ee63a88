//! What would be done: the plans of the work itself are asked, one after the other, of a guest that is only imagined to have
//! taken each call. Nothing is sent, and nothing is written down.

use super::call::{BesideCall, Blocked, Call, Plan};
use super::lookup::{is_building, is_queued, row_from, with_calls_ahead};
use super::row::{Effect, Needs, Row};
use super::table::acts;
use super::view::{Before, BesideSeen, View};
use super::{Facts, build};
use crate::guest::{Backup, Config, Current, FirewallSeen, Power, Snapshot};
use crate::package::Firewall;
use crate::server::address::Address;
use crate::service::media::{Made, Media, SeedFile};
use crate::words::status::Status;

/// More turns than the longest way has: no plan asks for the same without end.
const MOST_TURNS: usize = 200;

/// What nobody can see before it is there, as it would be now.
#[derive(Debug, Clone, Default)]
pub struct Foreseen {
    /// The addresses of the service once they are reserved, also those that the package has no more.
    pub held: Vec<Address>,
    /// Those of them that the package has.
    pub kept: Vec<Address>,
    /// The config of the clone.
    pub clone: Config,
    /// The firewall of the clone.
    pub firewall: FirewallSeen,
    /// Whether images are files on the storage of the clone's additional disk; `None`: the system disk shows it.
    pub additional_in_file: Option<bool>,
}

/// Service and guest, as they would be by now.
struct Imagined<'a> {
    /// Its local status.
    at: Status,
    foreseen: &'a Foreseen,
    stopped_first: bool,
    reserved: bool,
    cloned: bool,
    exists: bool,
    surplus: bool,
    held: Vec<Address>,
    kept: Vec<Address>,
    /// The addresses from before the change, as far as the service still holds them.
    before: Option<Vec<Address>>,
    config: Config,
    current: Option<Current>,
    firewall: FirewallSeen,
    ip_filtered: bool,
    in_file: Option<bool>,
    password_written: bool,
    cipassword_old: bool,
    mac: Option<String>,
    media: Media,
    snapshots: Vec<Snapshot>,
    backups: Vec<Backup>,
    beside: Option<BesideSeen>,
}

/// What would be done from a status on, until no row leaves the status any more, in this order. `view`: all that is known now,
/// `held`: every address that the service has.
///
/// # Errors
/// What keeps it from being done. What comes before that would have been done.
pub fn dry_run(status: Status, view: &View<'_>, held: &[Address], foreseen: &Foreseen) -> Result<Vec<Call>, Blocked> {
    let mut imagined = Imagined::now(status, view, held, foreseen);
    let mut calls = Vec::new();
    for _ in 0..MOST_TURNS {
        let Some((row, is_next)) = imagined.row(view) else {
            break;
        };
        let missing = imagined.missing(view, row)?;
        if missing.is_empty() {
            imagined.reaches(row, is_next);
        }
        for call in missing {
            imagined.takes(view, &call);
            calls.push(call);
        }
    }
    Ok(calls)
}

impl<'a> Imagined<'a> {
    fn now(status: Status, view: &View<'_>, held: &[Address], foreseen: &'a Foreseen) -> Self {
        Imagined {
            at: status,
            foreseen,
            stopped_first: false,
            reserved: view.reserved,
            cloned: view.cloned,
            exists: view.exists,
            surplus: view.surplus,
            held: held.to_vec(),
            kept: view.addresses.to_vec(),
            before: view.before.addresses.map(<[Address]>::to_vec),
            config: view.config.clone(),
            current: view.current.cloned(),
            firewall: view.firewall.clone(),
            ip_filtered: view.ip_filtered,
            in_file: view.additional_in_file,
            password_written: view.password_written,
            cipassword_old: view.cipassword_old,
            mac: view.mac.map(str::to_owned),
            media: view.media.clone(),
            snapshots: view.snapshots.to_vec(),
            backups: view.backups.to_vec(),
            beside: view.beside.cloned(),
        }
    }

    fn view<'v>(&'v self, base: &View<'v>) -> View<'v> {
        View {
            addresses: &self.kept,
            surplus: self.surplus,
            reserved: self.reserved,
            cloned: self.cloned,
            building: is_building(self.at),
            mac: self.mac.as_deref(),
            media: &self.media,
            exists: self.exists,
            hibernated: self.config.is_hibernated(),
            snapshots: &self.snapshots,
            backups: &self.backups,
            beside: self.beside.as_ref(),
            config: &self.config,
            current: self.current.as_ref(),
            firewall: &self.firewall,
            additional_in_file: self.in_file,
            ip_filtered: self.ip_filtered,
            before: Before {
                addresses: self.before.as_deref(),
                ..base.before
            },
            password_written: self.password_written,
            cipassword_old: self.cipassword_old,
            ..*base
        }
    }

    /// As the engine finds it; and whether reaching it moves the status.
    fn row(&self, base: &View<'_>) -> Option<(&'static Row, bool)> {
        if is_queued(self.at) && base.suspended && !self.stopped_first {
            return Some((&acts::SUSPEND, false));
        }
        row_from(self.at).map(|row| (row, true))
    }

    fn missing(&self, base: &View<'_>, row: &Row) -> Plan {
        let view = self.view(base);
        if row.needs == Needs::Stopped && build::runs(&view) {
            return Ok(vec![Call::Stop]);
        }
        let calls = (row.plan)(&view.only(row.facts))?;
        Ok(with_calls_ahead(row, calls, &view))
    }

    fn reaches(&mut self, row: &Row, is_next: bool) {
        self.stopped_first |= row.keeps_stopped;
        if !is_next {
            return;
        }
        for effect in row.effects {
            match effect {
                Effect::ForgetGuest => self.cloned = false,
                Effect::ForgetNode => self.reserved = false,
                _ => {}
            }
        }
        self.at = row.to;
    }

    fn takes(&mut self, base: &View<'_>, call: &Call) {
        match call {
            Call::Reserve => {
                self.before.get_or_insert_with(|| self.held.clone());
                (self.held, self.kept) = (self.foreseen.held.clone(), self.foreseen.kept.clone());
                self.reserved = true;
            }
            Call::FreeSurplus => {
                self.held.clone_from(&self.kept);
                self.surplus = false;
                if let Some(before) = &mut self.before {
                    before.retain(|address| self.held.contains(address));
                }
            }
            Call::Clone => self.is_cloned(),
            Call::Write(change) => {
                let password = change.set.contains_key("cipassword") || self.media.tells_secret(change);
                self.password_written |= password;
                self.cipassword_old &= !password;
                self.config = std::mem::take(&mut self.config).written(change);
            }
            Call::Seed(_) => self.is_told(base),
            Call::Resize { slot, gib } => self.config = std::mem::take(&mut self.config).grown(slot, *gib),
            Call::Start => {
                self.config = std::mem::take(&mut self.config).awake();
                self.powered(Power::Running);
            }
            Call::Stop | Call::Shutdown(_) => self.powered(Power::Stopped),
            Call::Destroy { .. } => self.is_gone(),
            Call::DeleteSnapshot { name, .. } => self.snapshots.retain(|snapshot| snapshot.name != *name),
            Call::DeleteBackup(gone) => self.backups.retain(|backup| backup != gone),
            Call::Beside(call) => self.beside_takes(call),
            // nobody asks for them ahead
            Call::TakeSnapshot { .. }
            | Call::RollBack(_)
            | Call::BackUp { .. }
            | Call::MarkBackup { .. }
            | Call::Restore { .. } => {}
            Call::FirewallOptions(_)
            | Call::CreateIpFilter
            | Call::AddToIpFilter(_)
            | Call::RemoveFromIpFilter(_)
            | Call::DeleteIpFilter
            | Call::AddRule(_)
            | Call::SetRule { .. }
            | Call::MoveRule { .. }
            | Call::DeleteRule { .. } => {
                self.ip_filtered |= base.package.effective_firewall() == Firewall::AntiSpoofing;
                self.firewall.note(call.clone());
            }
        }
    }

    fn beside_takes(&mut self, call: &BesideCall) {
        match (call, &mut self.beside) {
            (BesideCall::Stop | BesideCall::Shutdown(_), Some(BesideSeen::Whole { runs, .. })) => *runs = false,
            (BesideCall::Destroy, beside) => *beside = Some(BesideSeen::Absent),
            // nobody asks for them ahead
            _ => {}
        }
    }

    /// By a seed that was made just now.
    fn is_told(&mut self, base: &View<'_>) {
        let view = self.view(base);
        let (of, secret) = (build::what_is_told(&view), build::seed_has_password(&view));
        let made = Made {
            of,
            secret,
            at: 0,
            look_at: 0,
        };
        self.media.seeds.extend(SeedFile::foreseen(made));
    }

    fn is_cloned(&mut self) {
        (self.cloned, self.exists) = (true, true);
        self.config = self.foreseen.clone.clone();
        self.firewall = self.foreseen.firewall.clone();
        self.in_file = self.foreseen.additional_in_file;
        self.current = Some(Current::FRESH_CLONE);
        (self.password_written, self.cipassword_old, self.ip_filtered) = (false, false, false);
    }

    fn is_gone(&mut self) {
        self.mac = self.config.mac();
        self.exists = false;
        self.config = Config::EMPTY;
        self.current = None;
        self.snapshots.clear();
    }

    /// What it runs with is what its config says.
    fn powered(&mut self, power: Power) {
        let ha_managed = self.current.as_ref().is_some_and(|current| current.ha_managed);
        self.current = Some(Current {
            power,
            ha_managed,
            ..Current::FRESH_CLONE
        });
    }
}

/// What a look must show before a dry run from a status: what its row sees; of a guest that is being built what the rows after
/// it see too.
pub fn facts_of_dry_run(status: Status) -> Facts {
    let Some(row) = row_from(status) else {
        return Facts::NONE;
    };
    let ahead = super::rows_ahead(row).iter().map(|ahead| ahead.facts);
    ahead.fold(row.facts, Facts::and)
}
