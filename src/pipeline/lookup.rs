//! What the table answers: everybody who asks about a status or a step asks here.

use super::call::Call;
use super::facts::Facts;
use super::row::{Effect, Kind, OfChange, PlanOf, Row, Undo};
use super::table::{PIPELINE, SIDE, acts};
use super::view::View;
use crate::guest::ConfigChange;
use crate::service::Service;
use crate::service::wish::Wish;
use crate::words::phase::Phase;
use crate::words::status::Status;

/// The row that leaves a status; `None` where there is nothing to do.
pub fn row_from(status: Status) -> Option<&'static Row> {
    PIPELINE.iter().chain(SIDE).find(|row| row.from == status)
}

/// The row that leads to a status: the step of that name.
pub fn row_to(status: Status) -> Option<&'static Row> {
    PIPELINE.iter().find(|row| row.to == status)
}

/// The plans whose calls a change of package sends together, in the order of the pipeline.
pub fn changing() -> impl Iterator<Item = PlanOf> {
    PIPELINE.iter().filter_map(|row| match row.of_change {
        OfChange::Together(plan) => Some(plan),
        OfChange::Nothing | OfChange::Then(_) => None,
    })
}

/// The act of a name of the history.
pub fn act_named(name: &str) -> Option<&'static Row> {
    acts::ALL.iter().copied().find(|row| row.name == name)
}

/// The act that takes something back.
pub fn row_undoing(undo: Undo) -> Option<&'static Row> {
    acts::ALL.iter().copied().find(|row| row.undoes == Some(undo))
}

fn the(is: fn(&Row) -> bool) -> &'static Row {
    // a test finds each
    PIPELINE.iter().chain(SIDE).find(|row| is(row)).unwrap_or(&PIPELINE[0])
}

/// The row that makes the guest.
pub fn clone_row() -> &'static Row {
    the(|row| row.makes_guest)
}

/// The row that leads back to before anything is reserved: what goes with that is so whoever goes back.
pub fn anew_row() -> &'static Row {
    the(|row| row.to == PIPELINE[0].from)
}

/// The row that changes the package of a finished guest.
pub fn change_row() -> &'static Row {
    the(|row| row.effects.contains(&Effect::MailChanged))
}

/// The row that writes what the customer wants of the firewall.
pub fn firewall_row() -> &'static Row {
    the(|row| row.effects.contains(&Effect::FirewallWritten))
}

/// The row that ends a service: what goes with that is so whoever finds its guest gone.
pub fn ending_row() -> &'static Row {
    the(|row| matches!(row.kind, Kind::Ends(_)))
}

/// The status of a service whose guest is finished, and for which nothing is queued.
pub fn finished() -> Status {
    PIPELINE[PIPELINE.len() - 1].to
}

/// The rows after one of the pipeline. Their config writes may go out with its own; no others' have any ahead.
pub fn rows_ahead(row: &Row) -> &'static [Row] {
    let place = (PIPELINE.iter()).position(|other| row.kind == Kind::Builds && other.to == row.to);
    place.map_or(&[], |place| &PIPELINE[place + 1..])
}

/// Config writes and resizes of the rows ahead go out with those of a row: fewer writes, fewer looks. Each row is still
/// confirmed by the next look, and recorded, on its own.
pub fn with_calls_ahead(row: &Row, calls: Vec<Call>, view: &View<'_>) -> Vec<Call> {
    let ahead = rows_ahead(row);
    if ahead.is_empty() || !calls.iter().all(Call::may_go_ahead) || calls.is_empty() {
        return calls;
    }
    let plan = |row: &Row| (row.plan)(&view.only(row.facts)).ok();
    let calls_ahead = ahead.iter().filter_map(plan).flatten();
    let mut merged = ConfigChange::default();
    let mut resizes = Vec::new();
    for call in calls.into_iter().chain(calls_ahead) {
        match call {
            Call::Write(change) => merged.merge(change),
            Call::Resize { .. } => resizes.push(call),
            _ => {}
        }
    }
    let write = (!merged.is_empty()).then_some(Call::Write(merged));
    write.into_iter().chain(resizes).collect()
}

/// What a look for a row shows: what its plan sees, and what config writes ahead of it depend on.
pub fn facts_with_ahead(row: &Row) -> Facts {
    let ahead = rows_ahead(row).iter().map(|ahead| ahead.facts.only(Facts::STORAGE));
    ahead.fold(row.facts, Facts::and)
}

fn place(wanted: Status) -> Option<usize> {
    PIPELINE.iter().position(|row| row.to == wanted)
}

/// Whether the step to one status comes before the step to another, as a guest is built.
pub fn is_before(one: Status, other: Status) -> bool {
    place(one) < place(other)
}

/// In which phase of its set-up a customer sees a service of this status; `None` once it is finished, or at its end.
pub fn phase_of(status: Status) -> Option<Phase> {
    row_from(status)?.phase
}

/// The statuses that are in a phase of the set-up.
pub fn in_a_phase() -> Vec<Status> {
    let phased = |status: &Status| phase_of(*status).is_some();
    Status::ALL.iter().copied().filter(phased).collect()
}

/// Whether the guest of a service of this status is still being built.
pub fn is_building(status: Status) -> bool {
    row_from(status).is_some_and(|row| row.kind == Kind::Builds)
}

/// The statuses in which it is.
pub fn building() -> Vec<Status> {
    Status::ALL
        .iter()
        .copied()
        .filter(|status| is_building(*status))
        .collect()
}

/// The statuses in which a backup is being restored, over the guest or beside it.
pub fn restoring() -> [Status; 2] {
    [Status::Restore, Status::Beside]
}

/// Whether something is queued for a guest that was finished before.
pub fn is_queued(status: Status) -> bool {
    row_from(status).is_some_and(|row| matches!(row.kind, Kind::Queued(_)))
}

/// Whether the guest is finished, and stays the one it is.
pub fn is_finished(status: Status) -> bool {
    let stays = |row: &Row| is_finished(row.to);
    status == finished() || (is_queued(status) && row_from(status).is_some_and(stays))
}

/// The statuses in which it is: a DNS has records of it.
pub fn all_finished() -> Vec<Status> {
    let finished = |status: &Status| is_finished(*status);
    Status::ALL.iter().copied().filter(finished).collect()
}

/// Domain or addresses are others than before, or gone: what WHMCS and the DNS say follows.
pub fn tell_anew(service: &mut Service) {
    service.owe_write_back();
    // no records before there is something to lead to
    if is_finished(service.status) || service.is_removed() {
        service.body.dns_wanted += 1;
    }
}

/// Whether a service of this status has the step behind it: then its button forces the step again.
pub fn is_past(status: Status, row: &Row) -> bool {
    is_finished(status) || place(status) >= place(row.to)
}

/// Whether the clone of a service of this status was asked for.
pub fn is_cloned(status: Status) -> bool {
    is_past(status, clone_row())
}

/// The status to go back to where a guest that is being built is on no node: before its clone. `None`: nothing was
/// reserved for one, or it was finished before, and is somebody's loss.
pub fn before_clone(status: Status) -> Option<Status> {
    let reserved = is_building(status) && place(status).is_some();
    reserved.then_some(clone_row().from)
}

/// The status to go back to where the number turns out to be somebody else's: before anything was reserved.
pub fn before_reservation(status: Status) -> Option<Status> {
    before_clone(status).map(|_| PIPELINE[0].from)
}

/// Whether a refusal of what leads away from a status takes it back. Who terminates wants the guest gone: that stays
/// under way, and a guest that is being built is nobody's yet.
pub fn is_taken_back(status: Status) -> bool {
    row_from(status).is_some_and(|row| row.is_taken_back)
}

/// The status in which a wish about snapshots or backups waits to be done.
pub fn status_of_wish(wish: &Wish) -> Status {
    match wish {
        Wish::Restore { .. } => Status::Restore,
        Wish::Media(_) => Status::Media,
        Wish::Swap { .. } => Status::Swap,
        wish if wish.is_of_beside() => Status::Beside,
        wish if wish.changes_guest() => Status::Rollback,
        wish if wish.is_of_backups() => Status::Backup,
        _ => Status::Snapshot,
    }
}

/// What people call that which is queued, or is being ended.
pub fn verb_of(status: Status) -> Option<&'static str> {
    match row_from(status)?.kind {
        Kind::Queued(verb) | Kind::Ends(verb) => Some(verb),
        Kind::Builds | Kind::Act => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Needs;
    use super::*;
    use std::collections::BTreeSet;

    fn all() -> impl Iterator<Item = &'static Row> {
        PIPELINE.iter().chain(SIDE).chain(acts::ALL.iter().copied())
    }

    #[test]
    fn each_row_begins_where_the_one_before_ends() {
        for pair in PIPELINE.windows(2) {
            assert_eq!(pair[0].to, pair[1].from);
        }
        assert_eq!(PIPELINE[0].from, Status::Creation);
        assert_eq!(finished(), Status::Ready);
        assert_eq!((clone_row().from, clone_row().to), (Status::SetIp, Status::Clone));
        assert_eq!((anew_row().from, anew_row().to), (Status::Reinstall, Status::Creation));
        assert_eq!(
            (change_row().from, change_row().to),
            (Status::ChangePackage, Status::Ready)
        );
        assert_eq!(
            (ending_row().from, ending_row().to),
            (Status::Terminate, Status::Removed)
        );
    }

    #[test]
    fn one_row_leaves_each_status_but_the_two_that_rest() {
        for status in Status::ALL {
            let rows = PIPELINE.iter().chain(SIDE).filter(|row| row.from == *status);
            let rests = matches!(status, Status::Ready | Status::Removed);
            assert_eq!(rows.count(), usize::from(!rests), "{status}");
        }
    }

    #[test]
    fn the_stars_of_a_label_say_what_the_row_needs() {
        for row in PIPELINE {
            let Some(label) = row.label else { continue };
            let needs = match label {
                label if label.starts_with("**") => Needs::Stopped,
                label if label.starts_with('*') => Needs::AnyPower,
                _ => Needs::NoGuest,
            };
            assert_eq!(row.needs, needs, "{label}");
        }
    }

    #[test]
    fn each_phase_comes_once_and_in_its_order() {
        let mut phases: Vec<Phase> = PIPELINE.iter().filter_map(|row| row.phase).collect();
        assert_eq!(phases.len(), PIPELINE.len());
        phases.dedup();
        assert_eq!(phases, Phase::ALL);
        assert_eq!(phase_of(Status::Reinstall), Some(Phase::Preparing));
        for status in Status::ALL {
            let is_set_up = is_building(*status) || *status == Status::Reinstall;
            assert_eq!(phase_of(*status).is_some(), is_set_up, "{status}");
        }
    }

    #[test]
    fn a_row_sees_what_it_needs() {
        for row in all() {
            let facts = row.facts;
            assert!(facts.is_empty() || facts.contains(Facts::CONFIG), "{}", row.name);
            let stopped = row.needs == Needs::Stopped;
            assert!(!stopped || facts.contains(Facts::POWER), "{}", row.name);
            if row.kind == Kind::Builds {
                assert_eq!(facts.is_empty(), row.needs == Needs::NoGuest, "{}", row.name);
            }
        }
    }

    #[test]
    fn a_change_sees_what_the_steps_see_that_it_runs() {
        let change = row_from(Status::ChangePackage).unwrap();
        for row in PIPELINE {
            let runs = !matches!(row.of_change, OfChange::Nothing);
            assert!(!runs || change.facts.contains(row.facts), "{}", row.to);
            let together = matches!(row.of_change, OfChange::Together(_));
            assert!(together || row.restart_keys.is_empty(), "{}", row.to);
        }
    }

    #[test]
    fn acts_are_known_by_their_names_and_each_thing_is_taken_back_by_one() {
        let names: BTreeSet<&str> = acts::ALL.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), acts::ALL.len());
        for undo in [Undo::Guest, Undo::Addresses] {
            assert!(row_undoing(undo).is_some_and(|row| act_named(row.name).is_some()));
        }
    }

    #[test]
    fn a_service_is_building_queued_finished_or_at_its_end() {
        for status in Status::ALL {
            let copies = [
                Status::Snapshot,
                Status::Rollback,
                Status::Backup,
                Status::Restore,
                Status::Media,
                Status::Beside,
                Status::Swap,
            ];
            let queued = [
                Status::Reinstall,
                Status::ChangePackage,
                Status::SetDnsRecords,
                Status::Firewall,
            ];
            let is_of = |some: &[Status]| some.contains(status) || copies.contains(status);
            assert_eq!(is_queued(*status), is_of(&queued), "{status}");
            let finished = [
                Status::Ready,
                Status::ChangePackage,
                Status::SetDnsRecords,
                Status::Firewall,
            ];
            assert_eq!(is_finished(*status), is_of(&finished), "{status}");
            let taken_back = [Status::Reinstall, Status::ChangePackage];
            assert_eq!(is_taken_back(*status), is_of(&taken_back), "{status}");
            let places = [Status::Reinstall, Status::Terminate, Status::Removed];
            let building = !is_of(&finished) && !places.contains(status);
            assert_eq!(is_building(*status), building, "{status}");
            assert_eq!(
                is_cloned(*status),
                *status != Status::Creation && *status != Status::SetIp && !places.contains(status)
            );
            let back = (building && *status != Status::Creation).then_some(Status::SetIp);
            assert_eq!(before_clone(*status), back, "{status}");
        }
    }
}
