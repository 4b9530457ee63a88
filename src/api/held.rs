//! What waits after WHMCS has got another address, until staff have said that it is the same WHMCS. A machine that was copied
//! as a whole, with its WHMCS and its store, differs from the original in nothing else, and would switch off and delete the
//! original's guests. Whoever has moved loses nothing meanwhile: orders, changes, power and backups go on
//! (`docs/decisions/0034-after-a-new-address-nothing-is-destroyed-until-staff-say-so.md`).

use super::core::Core;
use crate::actions::{Action, Sure};
use crate::engine::{due, is_kept_stopped};
use crate::problems::Error;
use crate::service::{Service, Trouble};
use crate::store;
use crate::words::ids::ServiceId;
use crate::words::problems;
use crate::words::status::Status;

/// What switches off or deletes, though no name is typed for it.
const UNTYPED: [&str; 5] = [
    "suspend",
    "terminate",
    "snapshot_delete",
    "backup_delete",
    "beside_swap",
];

/// What the cron would go on with.
const QUEUED: [Status; 5] = [
    Status::Terminate,
    Status::Reinstall,
    Status::Rollback,
    Status::Restore,
    Status::Swap,
];

/// Whether what is asked for by this name switches off or deletes what the original may have in use.
pub(in crate::api) fn may_destroy(action: &str) -> bool {
    UNTYPED.contains(&action) || Action::named(action).is_some_and(|row| row.sure == Sure::Typed)
}

/// The same of what the cron would go on with. What has begun ends: half of it is worse than all of it.
pub(in crate::api) fn would_destroy(service: &Service) -> bool {
    let body = &service.body;
    let is_deleted = body.queued.as_ref().is_some_and(|queued| queued.deletion_begun);
    let has_begun = body.task.is_some() || is_deleted || body.guest.restoring().is_some();
    is_kept_stopped(service) || (QUEUED.contains(&service.status) && !has_begun)
}

/// Refuses where WHMCS has another address than before, and nobody has said what that means.
pub(in crate::api) fn must_be_the_same(core: &Core) -> Result<(), store::Error> {
    let change = core.store.address_change()?;
    change.map_or(Ok(()), |change| Err(store::Error::AddressChanged(change)))
}

/// The cron looks at the service again later, and staff are told. That a suspended guest is not kept stopped meanwhile is nothing
/// for which each of them needs somebody.
pub(in crate::api) fn waits(core: &Core, id: ServiceId) {
    let now = core.clock.now();
    if let Ok(mut lease) = core.store.lease(id, now) {
        if let (Err(error), false) = (must_be_the_same(core), is_kept_stopped(&lease.service)) {
            let trouble = Trouble::of(error.problem(), error.to_string(), now);
            let told = &mut lease.service.body.trouble;
            // what was refused for good stays the cause
            if told.as_ref().is_none_or(|told| !told.lasting) {
                *told = Some(trouble);
            }
        }
        due::is_not_prepared(&mut lease.service, now);
        // whoever has it now does so
        let _ = core.store.release(&mut lease, now, &[]);
    }
}

/// Staff have said what it is: what waited for that is no trouble any more, and is due.
pub(in crate::api) fn ends(core: &Core) -> Result<(), Error> {
    let now = core.clock.now();
    loop {
        let waits = |service: &&Service| {
            let trouble = service.body.trouble.as_ref();
            trouble.is_some_and(|trouble| trouble.is(&problems::STORE_ADDRESS_CHANGED))
        };
        let told = core.store.news()?.attention;
        let mut ended = false;
        for service in told.iter().filter(waits) {
            let Ok(mut lease) = core.store.lease(service.id, now) else {
                continue;
            };
            lease.service.body.trouble = None;
            if lease.service.due_at.is_some() {
                due::begins(&mut lease.service, now);
            }
            core.store.release(&mut lease, now, &[])?;
            ended = true;
        }
        // the list has a limit
        if !ended {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::ACTIONS;

    #[test]
    fn what_deletes_or_switches_off_for_good_waits_and_nothing_else() {
        let names = ACTIONS.iter().map(|row| row.name);
        let all = names.chain([
            "create",
            "suspend",
            "unsuspend",
            "terminate",
            "change_package",
            "change_password",
        ]);
        let mut held: Vec<&str> = all.filter(|name| may_destroy(name)).collect();
        held.sort_unstable();
        let expected = [
            "backup_delete",
            "backup_restore",
            "beside_discard",
            "beside_swap",
            "reinstall",
            "snapshot_delete",
            "snapshot_rollback",
            "suspend",
            "terminate",
            "vm_remove",
        ];
        assert_eq!(held, expected);
    }
}
