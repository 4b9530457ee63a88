//! The installation as a whole: what is due, what needs somebody, whose the store is, whether it is sound.

use crate::api::core::Core;
use crate::api::held;
use crate::api::output::{self, AttentionOut, TroubleOut};
use crate::api::request::{Number, Text};
use crate::engine;
use crate::problems::Error;
use crate::service::{Service, Trouble};
use crate::store::{self, AddressChange, DnsMemory, Home, News};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};

/// How much is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct DueIn {
    /// So many services at most.
    limit: Number,
}

/// What a cron run has to do.
#[derive(Debug, Serialize)]
pub(in crate::api) struct DueOut {
    /// The services whose time has come.
    services: Vec<DueService>,
    /// How many services' DNS records are due.
    dns: usize,
    /// How much waits to be delivered.
    outbox: usize,
    /// The server entries whose guests' usage is due.
    usage_due: Vec<ServerId>,
    /// What needs somebody: each again and again, until somebody has mended it.
    attention: Vec<AttentionOut>,
}

/// A service whose time has come.
#[derive(Debug, Serialize)]
struct DueService {
    /// Which one.
    id: ServiceId,
    /// Its server entry.
    server_id: ServerId,
    /// How often anybody has worked at it: brought back with its order, which is read after this.
    generation: u64,
}

/// The services whose time has come, and how much is to be told to somebody else.
pub(in crate::api) fn due(core: &Core, request: DueIn) -> Result<DueOut, Error> {
    let limit = request
        .limit
        .0
        .map_or(limits::LIST_ROWS, |limit| limit.min(100_000) as u32);
    let now = core.clock.now();
    let look = || core.store.agenda(now, now - limits::SAMPLE_SECONDS, limit);
    let mut agenda = look()?;
    if !agenda.running.is_empty() {
        judge_left(core, &agenda.running, now)?;
        agenda = look()?;
    }
    let service = |due: &store::Due| DueService {
        id: due.service,
        server_id: due.server,
        generation: due.generation,
    };
    Ok(DueOut {
        services: agenda.due.iter().map(service).collect(),
        dns: agenda.dns.len(),
        outbox: agenda.outbox,
        usage_due: agenda.unsampled,
        attention: attention_out(&agenda.news),
    })
}

/// What workers that died have left unfinished is told, or done: of a service that nobody asks for anything, too.
fn judge_left(core: &Core, running: &[ServiceId], now: UnixSeconds) -> Result<(), Error> {
    for id in running {
        // one that lives has the lease
        if let Ok(mut lease) = core.store.lease(*id, now) {
            engine::judge_left(&mut lease, now);
            core.store.release(&mut lease, now, &[])?;
        }
    }
    Ok(())
}

/// Which services need somebody: which, in which status, why.
pub(in crate::api) fn attention_out(news: &News) -> Vec<AttentionOut> {
    let out = |service, status: Status, trouble: &Trouble| AttentionOut {
        trouble: TroubleOut::of(trouble, trouble.retry),
        service,
        status: status.as_str(),
    };
    let of_guest = |service: &Service| {
        let trouble = service.body.trouble.as_ref()?;
        Some(out(service.id, service.status, trouble))
    };
    let of_records = |(id, memory): &(ServiceId, DnsMemory)| {
        let trouble = memory.troubles.first()?;
        Some(out(*id, Status::SetDnsRecords, trouble))
    };
    let attention = news.attention.iter().filter_map(of_guest);
    let attention = attention.chain(news.dns_attention.iter().filter_map(of_records));
    attention
        .chain(news.undelivered.iter().map(output::undelivered))
        .collect()
}

/// Nothing is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct NothingIn {}

/// Whether the store is sound.
#[derive(Debug, Serialize)]
pub(in crate::api) struct LookedThrough {
    /// Whether all of it was seen; `false` where the time did not suffice.
    whole: bool,
}

/// Looks through the whole store for damage.
pub(in crate::api) fn look_through(core: &Core, _: NothingIn) -> Result<LookedThrough, Error> {
    core.store.must_be_current()?;
    let whole = core.store.look_through()?;
    Ok(LookedThrough { whole })
}

/// Whose the store is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct InstallationIn {
    /// Where the WHMCS is that asks.
    home: Option<Home>,
    /// `moved`: it is the same WHMCS in another place; `copy`: it is another one, which begins with a copy of the store. Missing: it
    /// is only asked.
    r#as: Text,
}

/// What is open of it.
#[derive(Debug, Serialize)]
pub(in crate::api) struct InstallationOut {
    /// Another address of WHMCS, of which nobody has said yet whether it is a copy; null where there is none.
    address_change: Option<AddressChange>,
}

/// Says whose the store is.
pub(in crate::api) fn installation(core: &Core, request: InstallationIn) -> Result<InstallationOut, Error> {
    let home = request.home.as_ref();
    let home = home.ok_or_else(|| Error::Request("it does not say where WHMCS is".to_owned()))?;
    match request.r#as.0.as_str() {
        "" => {}
        "moved" => {
            core.store.move_home(home)?;
            held::ends(core)?;
        }
        "copy" => core.store.begin_as_copy(home)?,
        _ => return Err(Error::Request("as should be moved or copy".to_owned())),
    }
    let address_change = core.store.address_change()?;
    Ok(InstallationOut { address_change })
}
