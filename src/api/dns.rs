//! DNS of services: the button, the test of a zone, and the synchronisation of whatever is due.
//!
//! A synchronisation has a lease of its own ([`crate::store::DnsLease`]): however long a provider takes, the service
//! itself stays free. It ends well, or leaves its troubles on the service and is tried again later; nothing waits for it.

use super::life::verb::{Verb, parse};
use super::offered::known;
use super::{ServiceReply, service_reply};
use crate::actions::Action;
use crate::api::core::Core;
use crate::api::output::DnsOut;
use crate::api::request::{Number, OrderIn, With, ZonesIn};
use crate::dns;
use crate::dns::{Budget, Failure, NameError, Pass, Provider, SyncJob, Wanted, ZoneId};
use crate::engine::Goal;
use crate::pipeline;
use crate::problems::{Error, Refusal};
use crate::pve::Meter;
use crate::service::{Service, Trouble};
use crate::store::{DnsMemory, Event};
use crate::words::ids::{Actor, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::problems::{self, Problem};
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// One service's records may take this long (seconds).
const SERVICE_SECONDS: f64 = 20.0;
/// The button may take this long (seconds): proxies give up after 60.
const BUTTON_SECONDS: f64 = 40.0;
/// A verb that changed addresses waits this long for the records at most (seconds).
pub(super) const AFTER_VERB_SECONDS: f64 = 10.0;
/// Services that are synchronised at the same time.
const WORKERS: usize = 4;

/// The configured zones of a request.
pub(crate) struct Zones {
    pass: Pass,
    /// Zones that cannot even be named, each in a sentence.
    pub(crate) unusable: Vec<String>,
    /// Whether there is any zone.
    pub(crate) any: bool,
}

/// How the synchronisation of one service ended.
pub(crate) struct Synced {
    changed: usize,
    troubles: Vec<(&'static Problem, String)>,
    /// The time was up; the rest follows.
    more: bool,
}

impl Zones {
    /// `None`: the request says nothing of zones, so nothing may be concluded from there being none.
    pub(in crate::api) fn of(core: &Core, request: &ZonesIn) -> Option<Zones> {
        let list = request.zones.as_ref()?;
        let mut providers = Vec::new();
        let mut unusable = Vec::new();
        for fields in list {
            match core.zone(fields) {
                Ok(provider) => providers.push(provider),
                Err(error) => unusable.push(format!("DNS zone {}: {error}", fields["id"])),
            }
        }
        Some(Zones {
            any: !list.is_empty(),
            pass: Pass::over(providers),
            unusable,
        })
    }
}

impl Synced {
    /// Notes what has failed; says how many seconds the providers want to be left alone.
    fn take(&mut self, failures: Vec<Failure>) -> f64 {
        let mut not_before = 0.0_f64;
        for failure in failures {
            not_before = not_before.max(failure.retry_after.unwrap_or_default());
            if failure.problem == &problems::DNS_OUT_OF_TIME {
                self.more = true;
                continue;
            }
            let message = match failure.zone_name.as_str() {
                "" => failure.sentence,
                name => format!("DNS zone {name}: {}", failure.sentence),
            };
            self.troubles.push((failure.problem, message));
        }
        not_before
    }

    /// What a line of the cron run says of it; nothing where there was nothing to do.
    fn line(&self) -> Option<String> {
        match self.troubles.first() {
            Some((_, message)) => Some(message.clone()),
            None if self.changed > 0 => Some(format!("{} sets of DNS records written", self.changed)),
            None => None,
        }
    }
}

/// What there should be: nothing once the guest is gone. A name without a dot is in no zone, and no address is told it.
fn wanted_of(service: &Service, ips: &[IpAddr], memory: &DnsMemory) -> Result<Vec<Wanted>, NameError> {
    if service.status == Status::Removed {
        return Ok(Vec::new());
    }
    let domain = service.body.domain.as_deref().filter(|domain| domain.contains('.'));
    dns::wanted(domain.unwrap_or_default(), ips, &memory.reverse)
}

/// Makes the records of one service what they should be, as far as the providers allow until the deadline. The cron does
/// it for whoever has asked before.
pub(crate) fn sync(
    core: &Core,
    zones: &Zones,
    id: ServiceId,
    deadline: UnixSeconds,
    by: Actor,
) -> Result<Synced, Error> {
    let begun = core.clock.now();
    let mut lease = core.store.dns_lease(id, begun)?;
    // after the lease: whatever changes from here on makes the records due again
    let (service, addresses) = core.store.service(id)?;
    let ips: Vec<IpAddr> = addresses.iter().map(|address| address.ip).collect();
    lease.memory.reverse.retain(|ip, _| ips.contains(ip));
    let turns = zones.pass.turns();
    let providers: Vec<&dyn Provider> = turns.iter().map(|turn| turn as &dyn Provider).collect();
    let mut synced = Synced {
        changed: 0,
        troubles: Vec::new(),
        more: false,
    };
    let mut not_before = 0.0_f64;
    match wanted_of(&service, &ips, &lease.memory) {
        Err(error) => synced.troubles.push((&problems::DNS_NAME, error.to_string())),
        Ok(wanted) => {
            let remembered = lease.memory.remembered.clone();
            let job = SyncJob {
                providers: &providers,
                wanted: &wanted,
                remembered: &remembered,
                deadline: deadline.min(begun + SERVICE_SECONDS),
                clock: core.clock.as_ref(),
            };
            let outcome = dns::sync_service(&job, &mut |memory| {
                lease.memory.remembered = memory.to_vec();
                let kept = core.store.dns_keep(&lease, core.clock.now());
                kept.map_err(|error| error.to_string())
            });
            lease.memory.remembered = outcome.remembered;
            synced.changed = outcome.changed;
            not_before = synced.take(outcome.failures);
        }
    }
    let now = core.clock.now();
    let known = lease.memory.troubles.first().map(|trouble| trouble.message.clone());
    let line = synced.line().filter(|line| known.as_ref() != Some(line));
    let event = line.map(|line| Event {
        at: now,
        actor: match by {
            Actor::Cron => lease.memory.asked_by.unwrap_or(by),
            Actor::Whmcs | Actor::Admin | Actor::Client => by,
        },
        what: "dns".to_owned(),
        result: if synced.troubles.is_empty() {
            "ok".to_owned()
        } else {
            line
        },
        took_ms: ((now - begun) * 1000.0) as u64,
    });
    let trouble = |(problem, message): &(&'static Problem, String)| Trouble::of(problem, message.clone(), begun);
    lease.memory.troubles = synced.troubles.iter().map(trouble).collect();
    let (due_at, attention) = goes_on(&mut lease.memory, &synced, now, not_before);
    core.store
        .dns_release(&lease, now, due_at, attention, event.as_slice())?;
    Ok(synced)
}

/// When the records are looked at again, and whether somebody has to look at them. `not_before`: as a provider asked.
fn goes_on(
    memory: &mut DnsMemory,
    synced: &Synced,
    now: UnixSeconds,
    not_before: UnixSeconds,
) -> (Option<UnixSeconds>, bool) {
    if synced.troubles.is_empty() {
        memory.attempts = 0;
        memory.asked_by.take_if(|_| !synced.more);
        memory.synced_at = (!synced.more).then_some(now).or(memory.synced_at);
        (synced.more.then_some(now + not_before), false)
    } else {
        let hopeless = synced.troubles.iter().any(|(problem, _)| !problem.retry);
        let wait = limits::retry_after(if hopeless { u32::MAX } else { memory.attempts });
        memory.attempts = memory.attempts.saturating_add(1);
        let attention = hopeless || memory.attempts >= limits::ATTENTION_ATTEMPTS;
        (Some(now + wait.max(not_before)), attention)
    }
}

/// Synchronises what is due until the deadline; says what happened, a line for each service.
pub(crate) fn sync_due(core: &Core, zones: &Zones, deadline: UnixSeconds) -> Result<Vec<String>, Error> {
    let due = core.store.dns_due(core.clock.now(), limits::LIST_ROWS)?;
    let workers = WORKERS.min(due.len());
    let queue = Mutex::new(VecDeque::from(due));
    let lines = Mutex::new(zones.unusable.clone());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let work = || {
        while let Some(id) = next().filter(|_| core.clock.now() < deadline) {
            let line = match sync(core, zones, id, deadline, Actor::Cron) {
                Ok(synced) => synced.line(),
                // another run, or a page, is at work on it
                Err(error) if error.code() == "busy" => None,
                Err(error) => Some(error.to_string()),
            };
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.extend(line.map(|line| format!("service {id}: {line}")));
        }
    };
    if workers > 0 {
        Core::in_threads(workers, work);
    }
    Ok(lines.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Right after a verb that gave up addresses: tries at once, for a moment. What fails is the cron's work.
pub(in crate::api) fn after_verb(core: &Core, request: &ZonesIn, id: ServiceId, deadline: UnixSeconds, by: Actor) {
    if let Some(zones) = Zones::of(core, request).filter(|zones| zones.any) {
        // it is due in the store, and whatever goes wrong is written on the service
        let deadline = deadline.min(core.clock.now() + AFTER_VERB_SECONDS);
        let _ = sync(core, &zones, id, deadline, by);
    }
}

/// Synchronises the records at once and to completion; what the time does not suffice for, the cron finishes.
///
/// A request without zones only queues it.
pub(in crate::api) fn set_dns_records(core: &Core, request: With<ZonesIn>) -> Result<ServiceReply, Error> {
    let begun = core.clock.now();
    let deadline = begun + BUTTON_SECONDS;
    let (id, by) = queue(core, &request.order)?;
    let Some(zones) = Zones::of(core, &request.more) else {
        return service_reply(core, id, &Meter::default(), false);
    };
    let mut synced = sync(core, &zones, id, deadline, by)?;
    while synced.more && synced.troubles.is_empty() && core.clock.now() < deadline {
        synced = sync(core, &zones, id, deadline, by)?;
    }
    if synced.more && synced.troubles.is_empty() {
        let on = "the DNS providers".to_owned();
        let what = "Set DNS records";
        return Err(Refusal::UnderWay { what, on }.into());
    }
    let (_, order) = parse(&request.order)?;
    let failure = synced.troubles.first().map(|(problem, message)| Error::Dns {
        problem,
        sentence: message.clone(),
    });
    let mut verb = Verb::begin_until(core, id, order, begun + limits::WEB_SECONDS, None)?;
    let again_at = verb.run(Goal::Settle).goes_on_at();
    if let Some(failure) = &failure {
        verb.job.fails_by(failure);
    }
    let reply = verb.end_visit(again_at)?;
    match failure {
        Some(failure) => Err(failure),
        None => Ok(ServiceReply {
            dns: Some(dns_of(core, id)?),
            ..reply
        }),
    }
}

/// The status from which a crash goes on, saved together with the reason to look at the records.
fn queue(core: &Core, order: &OrderIn) -> Result<(ServiceId, Actor), Error> {
    let (id, order) = parse(order)?;
    let by = order.by.actor;
    let action = Action::named("set_dns_records").ok_or_else(|| Refusal::NoSuchAction("set_dns_records".to_owned()))?;
    let mut verb = Verb::begin(core, id, order, action.name)?;
    // once more, under the lease: another worker may have been faster
    let known = known(core, verb.service(), by);
    if let Err(error) = known.and_then(|now| Ok(action.allowed(&now)?)) {
        return Err(verb.refuse(error));
    }
    if verb.service().is_removed() {
        // what a guest left behind
        verb.end(Ok(()))?;
    } else {
        verb.service().status = Status::SetDnsRecords;
        verb.service().body.dns_wanted += 1;
        let now = verb.now();
        verb.leave(now, Ok(()), true)?;
    }
    Ok((id, by))
}

/// What has become of the zones.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct SyncIn {
    /// The number of a zone that somebody has deleted: what was written there is no longer the module's, and only the services
    /// with records in it are looked at. Missing: a zone was added or changed.
    forget_zone: Number,
}

/// What is due now.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SyncOut {
    /// The records of so many services.
    services: usize,
}

/// Makes the records of every service due: after a zone was added, changed or deleted.
pub(in crate::api) fn sync_dns_records(core: &Core, request: SyncIn) -> Result<SyncOut, Error> {
    let services = match request.forget_zone.0 {
        Some(zone) => forget(core, ZoneId(zone))?,
        None => core.store.dns_want_all(&pipeline::all_finished(), core.clock.now())?,
    };
    Ok(SyncOut { services })
}

/// What is being written at this moment stays remembered, and is told as left behind in a lost zone.
fn forget(core: &Core, zone: ZoneId) -> Result<usize, Error> {
    let mut services = 0;
    for id in core.store.dns_of_zone(zone)? {
        let now = core.clock.now();
        let mut lease = match core.store.dns_lease(id, now) {
            Err(crate::store::Error::Busy(_)) => continue,
            lease => lease?,
        };
        lease.memory.remembered.retain(|known| known.zone != zone);
        core.store.dns_release(&lease, now, Some(now), false, &[])?;
        services += 1;
    }
    Ok(services)
}

/// A zone as it is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ZoneIn {
    /// The fields of its provider, with its secret: those of the addon's page *DNS*.
    pub(in crate::api) zone: Value,
}

/// What was found of a zone.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ZoneOut {
    /// Its name.
    zone: String,
    /// Whether it has the names of addresses.
    reverse: bool,
}

/// Tests a zone as it is typed, saved or not: place, key, zone, right to write. Changes nothing.
pub(in crate::api) fn zone_test(core: &Core, request: ZoneIn) -> Result<ZoneOut, Error> {
    let provider = dns::open_typed(&request.zone)?;
    let budget = Budget {
        clock: core.clock.as_ref(),
        until: core.clock.now() + SERVICE_SECONDS,
    };
    provider.test(&budget).map_err(|error| Error::Dns {
        problem: error.problem(),
        sentence: error.to_string(),
    })?;
    let zone = provider.zone();
    Ok(ZoneOut {
        zone: zone.name.clone(),
        reverse: zone.is_reverse(),
    })
}

/// What is known of the service's records.
pub(in crate::api) fn dns_of(core: &Core, id: ServiceId) -> Result<DnsOut, Error> {
    Ok(DnsOut::of(core.store.dns(id)?))
}
