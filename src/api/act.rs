//! Does an action of the table: who may, how often, what must hold, and then as its row says.

use super::firewall_list;
use super::life::verb::{Recorded, Verb, paced, parse, permitted};
use super::offered::{known, not_for_customers, offered};
use super::output::Reply;
use super::renewal;
use super::said::{
    attach, confirm, console, reachability, screenshot, set_dns_records, set_reverse_name, ssh_key_add, ssh_key_remove,
};
use super::systems::{self, SystemIn};
use super::{ServiceReply, wishes};
use super::{applications, arguments};
use crate::actions::{Action, Choose, Chosen, How, Kind, Once, Sure, ssh_keys};
use crate::api::core::Core;
use crate::api::request::{self, Number, Text, With, is_set};
use crate::engine::{Goal, Order, Outcome, must_be_of, would_have_password};
use crate::pipeline::{self, Row};
use crate::problems::{Error, Refusal};
use crate::service::BackupFirst;
use crate::service::choices::{ChosenApplication, ChosenSystem};
use crate::words::ids::{Actor, ServiceId, quoted};
use crate::words::limits;
use crate::words::ssh_key::{KeyError, NamedKey};
use crate::words::status::Status;
use serde::Deserialize;
use serde_json::Value;

/// What an action of its own runs.
type Own = fn(&Core, &Value) -> Result<Reply, Error>;

/// The actions that are verbs of their own.
const OWN: &[(&str, Own)] = &[
    ("attach", attach),
    ("confirm", confirm),
    ("console", console),
    ("reachability", reachability),
    ("screenshot", screenshot),
    ("set_dns_records", set_dns_records),
    ("set_reverse_name", set_reverse_name),
    ("ssh_key_add", ssh_key_add),
    ("ssh_key_remove", ssh_key_remove),
];

/// What a page sends beside the order; the inputs of an action's row are more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ActIn {
    /// The name of the VM, typed, where the action's row wants it so.
    typed: Value,
    /// `"1"` or `true` where the box was ticked, where the action's row wants it so.
    sure: Value,
    /// The version of the choices that the page has read; missing: it has read none.
    version: Option<Number>,
    /// The template of the operating system that is chosen with it, from `systems` or from the product; `ordered`: the one that
    /// the order names; empty: the one that it has.
    template: Value,
    /// The application that is chosen with it, one of those that the product offers or the order's own; `none`: none; empty: the
    /// one that it has.
    application: Text,
    /// The operating systems that WHMCS sells with the service, where the action's row brings them.
    systems: Option<Vec<SystemIn>>,
    /// The fingerprints of the SSH keys that are chosen: a list, or a text with commas; `none`: no key; empty: those that are
    /// chosen already.
    ssh_keys: Value,
    /// What cloud-init is given beside what is ordered, for the guest that takes the place of this one; empty: nothing.
    user_data: Text,
    /// `"1"` or `true` where the order's password is a new one, for the guest that takes the place of this one.
    new_password: Value,
    /// The word by which who asks knows that password, hexadecimal, at most 64 characters; the service shows it (`renewal`) for
    /// as long as its guest is, or will be, built with the password.
    renewal: Text,
    /// The days of the week of a schedule, `mon` to `sun`: a list, or a text with commas; empty: none.
    days: Value,
    /// The hour at which the window of a schedule begins: 0, 4, 8, 12, 16 or 20.
    hour: Value,
}

/// Does the action of a name for an order; `name` is what the request calls `do`.
///
/// # Errors
/// An action that there is not, one that is not the asking actor's, and whatever keeps it from being done.
pub fn act(name: &str, core: &Core, request: &Value) -> Result<Reply, Error> {
    let action = Action::named(name).ok_or_else(|| Refusal::NoSuchAction(quoted(name)))?;
    let With { order, more }: With<ActIn> = request::parse(request)?;
    let (id, order) = parse(&order)?;
    permitted(action, &order)?;
    let actor = order.by.actor;
    if let How::Own = action.how {
        return own(action, core, request, id, &order);
    }
    let recorded = Recorded::with(action.name, arguments::of(action, &order, request));
    let mut verb = match action.how {
        // many small changes, which have a pace of their own
        How::Firewall(_) => Verb::begin_until(core, id, order, core.clock.now() + limits::WEB_SECONDS, Some(recorded))?,
        _ => Verb::begin(core, id, order, recorded)?,
    };
    let asked = verb.may_be_asked();
    let allowed = asked
        .and_then(|()| verb.must_be_meant(action, &more))
        .and_then(|()| verb.guard(action))
        .and_then(|()| verb.chosen_anew(action, &more))
        .and_then(|anew| verb.possible(action).map(|()| anew))
        .and_then(|anew| verb.backed_up_first(action, anew));
    let begun = allowed.and_then(|anew| Ok((anew, wishes::wish(&mut verb, action, request)?)));
    let begun = begun.and_then(|begun| counted(action, core, id, actor).map(|()| begun));
    let (anew, wish) = match begun {
        Ok(begun) => begun,
        // nothing was begun
        Err(error) => return Reply::of(&verb.end_or_leave(Err(error))?),
    };
    if let Some(wish) = wish {
        return Reply::of(&wishes::begin(verb, wish)?);
    }
    let done = match action.how {
        How::Reach(row) => reach(verb, row),
        How::Step(_) => step(verb, action),
        How::Once(once) => ask(verb, action.name, once),
        How::Queue(status) => queue(verb, status, anew),
        How::Choose(chosen) => choose(verb, action, chosen, &more),
        How::Firewall(of) => firewall_list::run(verb, of, request),
        How::Own | How::Snapshot(_) | How::Backup(_) | How::Media(_) => Err(Refusal::NoSuchAction(quoted(name)).into()),
    };
    Reply::of(&done?)
}

/// Guard and quota are those of the row; the rest is the verb's.
fn own(action: &Action, core: &Core, request: &Value, id: ServiceId, order: &Order) -> Result<Reply, Error> {
    let own = OWN.iter().find(|(own, _)| *own == action.name);
    let (_, run) = own.ok_or_else(|| Refusal::NoSuchAction(quoted(action.name)))?;
    if !action.guard.is_empty() {
        let (service, _) = core.store.service(id)?;
        if must_be_of(&service, order.asked.as_ref()).is_err() {
            // whose it is, the verb says; of what it may do, a stranger hears nothing
            return run(core, request);
        }
        let now = known(core, &service, order.by.actor)?;
        offered(action, &service, &now, None)?;
        counted(action, core, id, order.by.actor)?;
    }
    run(core, request)
}

/// How often a customer may ask for it is said by its row.
fn counted(action: &Action, core: &Core, id: ServiceId, actor: Actor) -> Result<(), Error> {
    action.quota.map_or(Ok(()), |quota| paced(core, id, actor, quota))
}

/// What is chosen with an action for the next guest.
#[derive(Default)]
struct Anew {
    /// Another operating system.
    system: Option<ChosenSystem>,
    /// Another application.
    application: Option<ChosenApplication>,
    /// The SSH keys, where they are chosen with it.
    ssh_keys: Option<Vec<NamedKey>>,
    /// What cloud-init is given besides, sealed.
    user_data: Option<String>,
    /// Whether the request's password is a new one.
    password: bool,
    /// The word by which whoever asks knows it.
    renewal: Option<String>,
    /// The backup that is made before.
    backup: Option<BackupFirst>,
}

impl Verb<'_> {
    /// What no page offers a customer is not done for him. What WHMCS thinks of the service, PHP has asked.
    fn may_be_asked(&mut self) -> Result<(), Error> {
        let is_client = self.job.order.by.actor == Actor::Client;
        let why = not_for_customers(self.service(), None).filter(|_| is_client);
        why.map_or(Ok(()), |why| Err(why.into()))
    }

    /// What destroys is done for a customer only where the VM's name was typed (`typed`), and so for a page that asks staff
    /// for it. WHMCS's own buttons cannot ask.
    fn must_be_meant(&mut self, action: &Action, asked: &ActIn) -> Result<(), Error> {
        let must = self.job.order.by.actor == Actor::Client || !asked.typed.is_null();
        match action.sure {
            Sure::Typed => {}
            Sure::Ticked => return is_ticked(&asked.sure, self.job.order.by.actor),
            Sure::No | Sure::Asked => return Ok(()),
        }
        if !must {
            return Ok(());
        }
        let typed = asked.typed.as_str().unwrap_or_default().trim();
        let body = &self.service().body;
        let names = [body.name.as_deref(), body.domain.as_deref()];
        if !typed.is_empty() && names.contains(&Some(typed)) {
            return Ok(());
        }
        Err(Refusal::NotMeant.into())
    }

    /// What a queued status would refuse of the guest as it was just seen is refused now.
    fn possible(&mut self, action: &Action) -> Result<(), Error> {
        let How::Queue(status) = action.how else { return Ok(()) };
        let engine = self.core.engine();
        engine.must_be_possible(&self.job, status)?;
        engine.must_be_buildable(&self.job)
    }

    /// The operating system that is chosen with it, if that is another one: from here on it is the order's.
    fn choose_system(&mut self, action: &Action, asked: &ActIn) -> Result<Option<ChosenSystem>, Error> {
        if !action.systems {
            return Ok(None);
        }
        let job = &mut self.job;
        let sold = asked.systems.as_deref().unwrap_or_default();
        let (package, ordered) = (&job.order.package, job.ordered_template);
        let chosen = systems::chosen(&asked.template, sold, &job.lease.service, package, ordered)?;
        if let Some(system) = &chosen {
            job.order.package.template = system.template;
        }
        Ok(chosen)
    }

    /// The application that is chosen with it, if that is another one: from here on it is the order's.
    fn choose_application(&mut self, action: &Action, asked: &ActIn) -> Result<Option<ChosenApplication>, Error> {
        if !action.takes(Kind::Application) {
            return Ok(None);
        }
        let job = &mut self.job;
        let (package, ordered) = (&job.order.package, &job.ordered_application);
        let chosen = applications::chosen(&asked.application.0, job.lease.service.id, package, ordered.as_ref())?;
        if let Some(application) = &chosen {
            job.order.package.application.clone_from(&application.name);
        }
        Ok(chosen)
    }

    /// What is chosen with it for the guest that takes the place of this one.
    fn chosen_anew(&mut self, action: &Action, asked: &ActIn) -> Result<Anew, Error> {
        let known_keys = self.known_keys(action)?;
        let chosen = &self.job.lease.service.body.choices.ssh_keys;
        let ssh_keys = match action.how {
            How::Queue(_) => ssh_keys::of_form(&asked.ssh_keys, &known_keys, chosen)?,
            _ => None,
        };
        let no_key = ssh_keys.as_ref().unwrap_or(chosen).is_empty();
        let system = self.choose_system(action, asked)?;
        let (client, package) = (&self.job.client, &self.job.order.package);
        let has_password = !matches!(action.how, How::Queue(_)) || would_have_password(client, package)?;
        if no_key && !has_password {
            return Err(KeyError::Missing.into());
        }
        let application = self.choose_application(action, asked)?;
        let user_data = if action.takes(Kind::UserData) {
            &asked.user_data.0
        } else {
            ""
        };
        let user_data = self.core.engine().sealed_user_data(&self.job, user_data)?;
        let password = is_set(&asked.new_password) && has_password;
        Ok(Anew {
            system,
            application,
            ssh_keys,
            user_data,
            password,
            renewal: renewal::word(&asked.renewal.0).filter(|_| password),
            backup: None,
        })
    }

    /// The backup that is made before that, where the product wants one.
    fn backed_up_first(&mut self, action: &Action, anew: Anew) -> Result<Anew, Error> {
        let backup = match action.how {
            How::Queue(Status::Reinstall) => {
                self.core.engine().must_keep_by_hand(&self.job)?;
                self.core.engine().backup_first(&mut self.job)?
            }
            _ => None,
        };
        Ok(Anew { backup, ..anew })
    }

    /// The SSH keys of the service's client, where the action is about them.
    fn known_keys(&self, action: &Action) -> Result<Vec<NamedKey>, Error> {
        if !action.takes(Kind::Fingerprints) {
            return Ok(Vec::new());
        }
        let known = self.core.store.ssh_keys(self.job.order.client_id)?;
        Ok(known.into_iter().map(|key| key.named).collect())
    }

    /// Whether the pipeline goes on from here by itself.
    fn pending(&mut self) -> bool {
        pipeline::row_from(self.service().status).is_some()
    }
}

/// A page sends what was ticked, or nothing in its place; WHMCS's own buttons cannot ask, and send no field at all.
fn is_ticked(sure: &Value, actor: Actor) -> Result<(), Error> {
    let is_page = actor == Actor::Client || !sure.is_null();
    if is_page && !is_set(sure) {
        return Err(Refusal::NotTicked.into());
    }
    Ok(())
}

/// The row is reached within this request. The status of the service decides what the cron does next.
fn reach(mut verb: Verb<'_>, row: &'static Row) -> Result<ServiceReply, Error> {
    if row.keys_by_agent {
        match verb.core.engine().ssh_keys_by_agent(&mut verb.job) {
            Ok(false) => {}
            Ok(true) => {
                return Ok(ServiceReply {
                    by: Some("agent"),
                    ..verb.end(Ok(()))?
                });
            }
            Err(error) => return verb.end_or_leave(Err(error)),
        }
    }
    let mut result = verb.reach(Goal::Act(row));
    if row.renews_cloudinit && result.is_ok() {
        result = verb.core.engine().renew_cloudinit_drive(&mut verb.job).map(drop);
    }
    let removed = row.to != Status::Ready && result.is_ok();
    if removed {
        // it is not cloned again by itself
        verb.job.is_left_to_who_asked();
    }
    Ok(ServiceReply {
        removed: removed.then_some(true),
        ..verb.end_or_leave(result)?
    })
}

fn ask(mut verb: Verb<'_>, name: &'static str, once: Once) -> Result<ServiceReply, Error> {
    let result = verb.core.engine().ask(&mut verb.job, name, once);
    verb.end_or_leave(result)
}

/// Forces one step against the package as it is now. If it is the next one, the status advances too.
fn step(mut verb: Verb<'_>, action: &Action) -> Result<ServiceReply, Error> {
    let Some(row) = action.step() else {
        return verb.end(Err(Refusal::NoSuchAction(quoted(action.name)).into()));
    };
    if verb.pending() {
        verb.make_due();
    }
    let result = verb.reach(Goal::Step(row));
    if result.is_ok() {
        // one that was refused begins nothing: a removed guest is not cloned again by itself
        let now = verb.now();
        verb.job.goes_on_by_itself(now);
    }
    verb.end_or_leave(result)
}

/// The choice is written down as the lease is given back, if it was made on what is chosen now.
fn choose(mut verb: Verb<'_>, action: &Action, chosen: Choose, asked: &ActIn) -> Result<ServiceReply, Error> {
    let id = verb.id;
    let mut choices = verb.service().body.choices.clone();
    // what is no number was read on no page of ours
    let read = asked.version.as_ref().map(|version| version.0.unwrap_or(u64::MAX));
    let known_keys = match verb.known_keys(action) {
        Ok(known_keys) => known_keys,
        Err(error) => return verb.end(Err(error)),
    };
    let result = if choices.are_as_read(read) {
        let made = Chosen {
            ssh_keys: &asked.ssh_keys,
            known_keys: &known_keys,
            days: &asked.days,
            hour: &asked.hour,
            utc_offset_s: verb.job.order.utc_offset_s,
            service: id,
            has_password: verb.job.lease.service.has_password(&verb.job.order.package),
            package: &verb.job.order.package,
            now: verb.now(),
        };
        chosen(&mut choices, &made)
    } else {
        Err(Refusal::ChosenMeanwhile(id).into())
    };
    if result.is_ok() {
        choices.version += 1;
        let service = verb.service();
        if choices.backups != service.body.choices.backups {
            service.misses_no_backup();
        }
        service.body.choices = choices;
    }
    verb.end(result)
}

/// The status is set; this request goes on as far as its time suffices, and the cron from there.
fn queue(mut verb: Verb<'_>, status: Status, anew: Anew) -> Result<ServiceReply, Error> {
    let asked_before = verb.service().body.queued.as_ref().filter(|queued| !queued.refused);
    let backup = asked_before
        .and_then(|queued| queued.backup_first.clone())
        .or(anew.backup);
    verb.queue(status);
    let now = verb.now();
    if backup.is_some() {
        // whatever becomes of it
        let ends = now + limits::BACKUP_KEPT;
        let before = verb.service().body.backups_end_at;
        verb.service().body.backups_end_at = Some(before.map_or(ends, |before| before.min(ends)));
    }
    if let Some(queued) = &mut verb.service().body.queued {
        queued.system = anew.system.or(queued.system.take());
        queued.application = anew.application.or(queued.application.take());
        queued.ssh_keys = anew.ssh_keys.or(queued.ssh_keys.take());
        queued.user_data = anew.user_data.or(queued.user_data.take());
        queued.renewal = anew.renewal.or(queued.renewal.take());
        queued.waits_since = backup.as_ref().map(|_| now);
        queued.backup_first = backup;
    }
    verb.service().body.reinstalled |= status == Status::Reinstall;
    verb.make_due();
    let reply = match verb.run(Goal::Cloned) {
        // so far, and no further
        Outcome::Settled => {
            let now = verb.now();
            verb.leave(now, Ok(()), true)
        }
        outcome => verb.end_with(outcome, true, |_| Ok(())),
    };
    Ok(ServiceReply {
        by: anew.password.then_some("build"),
        ..reply?
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::ACTIONS;

    #[test]
    fn each_action_of_its_own_has_a_verb_and_no_other_has() {
        let own: Vec<&str> = (ACTIONS.iter())
            .filter(|action| matches!(action.how, How::Own))
            .map(|action| action.name)
            .collect();
        let mut verbs: Vec<&str> = OWN.iter().map(|(name, _)| *name).collect();
        verbs.sort_by_key(|name| own.iter().position(|own| own == name));
        assert_eq!(verbs, own);
    }
}
