//! The rows of services, and the leases under which they change.

use super::events::{self, Event};
use super::lease::{Right, Then, Work};
use super::operations::{self, Operations, Requested};
use super::outbox::{self, Entry, Taker};
use super::sql::{Abort, Refusal, Row, Sql, Value, values};
use super::{Built, Error, Store, addresses, builds, dns};
use crate::server::address::Address;
use crate::service::identity::Asked;
use crate::service::{Body, Service};
use crate::words::ids::{ServerId, ServiceId, UnixSeconds, Vmid};
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;

/// The right of one worker to advance one service, with the service as it was when the lease was taken.
///
/// Given back with [`Store::release`]; it ends by itself [`limits::LEASE_SECONDS`] after the last save.
#[derive(Debug)]
pub struct Lease {
    /// The service; changes become true with [`Store::save`].
    pub service: Service,
    /// Its addresses, in the order they were leased.
    pub addresses: Vec<Address>,
    /// Its unfinished operations.
    pub operations: Operations,
    /// The build that has ended under this lease.
    pub built: Option<Built>,
    /// What was given back with the lease for its worker to deliver: see [`Lease::hand_over`].
    pub handed: Vec<Entry>,
    pub(super) hands_over: bool,
    /// Whether others hear of something that was done under it.
    has_put: bool,
    /// Whether the guest could be used when it was written down last.
    was_usable: bool,
    right: Right,
}

/// A service of a list and its addresses; a row that cannot be read says so and hides no other.
pub type Shown = Result<(Service, Vec<Address>), Error>;

impl Lease {
    /// Counts the leases of the service: whoever reads it without one sees by it whether anybody has had one since.
    pub fn generation(&self) -> u64 {
        self.right.generation()
    }

    /// Of a service, for somebody who only looks: nothing can be written with it.
    pub fn of_nobody(service: Service, addresses: Vec<Address>) -> Lease {
        Lease {
            was_usable: service.is_usable(),
            right: Right::of_nobody(Work::Service(service.id)),
            service,
            addresses,
            operations: Operations::default(),
            built: None,
            handed: Vec::new(),
            hands_over: false,
            has_put: false,
        }
    }

    /// The service and its events, unless another worker has taken the service over.
    pub(super) fn write(&self, sql: &mut dyn Sql, now: UnixSeconds, then: Then, events: &[Event]) -> Result<(), Abort> {
        let service = &self.service;
        if service.vmid.is_none() {
            addresses::vmid_freed(sql, service.id)?;
        }
        let set = "server = ?, status = ?, vmid = ?, due_at = ?, timed = ?, body = ?, updated_at = ?, ";
        let values = values![
            service.server.0,
            service.status.as_str(),
            service.vmid.map(Vmid::get),
            service.due_at,
            service.only_time_asks(),
            to_json(&service.body),
            now,
        ];
        self.right.change(sql, now, then, set, values)?;
        let lines_of = self.operations.write(sql, service.id)?;
        events::add(sql, service.id, lines_of, events)?;
        if let Some(built) = &self.built {
            builds::add(sql, service.id, built)?;
        }
        outbox::put(sql, service.id, &service.owed, now)?;
        if service.is_usable() != self.was_usable || service.is_removed() {
            outbox::follow(sql, service, now)?;
        }
        Ok(dns::want(sql, service.id, service.body.dns_wanted, now)?)
    }

    /// What is owed, and whether the guest can be used, is written down.
    fn is_written(&mut self) {
        self.has_put |= !self.service.owed.is_empty();
        self.service.owed.clear();
        self.was_usable = self.service.is_usable();
    }

    /// Whatever is written for the service outside of its row begins with this: a worker that was taken over, and does
    /// not know it yet, must not give away what its successor has leased. It changes the row, so that a cluster
    /// certifies it against the take-over.
    pub(super) fn renew(&self, sql: &mut dyn Sql, now: UnixSeconds) -> Result<(), Abort> {
        self.right.change(sql, now, Then::Keep, "", &[])
    }
}

pub(super) const COLUMNS: &str = "id, server, status, vmid, due_at, body, created_at";

/// What a list of services is made of: a computed column says which rows are in it, and has an index.
pub(super) fn in_list(column: &str, limit: u32) -> String {
    format!("SELECT {COLUMNS} FROM @services WHERE {column} = 1 ORDER BY id LIMIT {limit}")
}

pub(super) const ATTENTION: &str = "attention";

/// The service of a row of [`COLUMNS`].
pub(super) fn service_of(row: &Row) -> Result<Result<Service, Error>, Refusal> {
    let id = ServiceId(row.get(0)?);
    let read = || {
        let text = |refusal: Refusal| refusal.words();
        let status: String = row.get(2).map_err(text)?;
        let vmid: Option<u32> = row.get(3).map_err(text)?;
        let body: String = row.get(5).map_err(text)?;
        Ok(Service {
            id,
            server: ServerId(row.get(1).map_err(text)?),
            status: status
                .parse()
                .map_err(|error: crate::words::ids::Malformed| error.to_string())?,
            vmid: vmid
                .map(Vmid::try_from)
                .transpose()
                .map_err(|error| error.to_string())?,
            due_at: row.get(4).map_err(text)?,
            created_at: row.get(6).map_err(text)?,
            owed: Vec::new(),
            body: serde_json::from_str::<Body>(&body).map_err(|error| error.to_string())?,
        })
    };
    Ok(read().map_err(|why| Error::Corrupt { service: id, why }))
}

/// Several services by number, with their addresses: two statements, however many there are.
pub(super) fn several(sql: &mut dyn Sql, ids: &[u64]) -> Result<Vec<Shown>, Refusal> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = format!(
        "SELECT {COLUMNS} FROM @services WHERE id IN ({}) ORDER BY id",
        marks(ids)
    );
    let found = sql.list(&select, &numbers(ids), service_of)?;
    let mut addresses = addresses::of_services(sql, ids)?;
    let with_addresses = |row: Result<Service, Error>| {
        let service = row?;
        let addresses = addresses.remove(&service.id).unwrap_or_default();
        Ok((service, addresses))
    };
    Ok(found.into_iter().map(with_addresses).collect())
}

/// A `?` for each.
pub(super) fn marks(ids: &[u64]) -> String {
    vec!["?"; ids.len()].join(", ")
}

pub(super) fn numbers(ids: &[u64]) -> Vec<Value> {
    ids.iter().map(|id| Value::from(*id)).collect()
}

pub(super) fn listed(sql: &mut dyn Sql, column: &str, limit: u32) -> Result<Vec<Service>, Refusal> {
    let rows = sql.list(&in_list(column, limit), &[], service_of)?;
    // one unreadable record must not hide the others
    Ok(rows.into_iter().filter_map(Result::ok).collect())
}

impl Store {
    /// The service and its addresses as they are now, without a lease.
    pub fn service(&self, id: ServiceId) -> Result<(Service, Vec<Address>), Error> {
        self.read(|sql| read(sql, id))
    }

    /// The services of some statuses that are not told as needing attention, by number: so many at most.
    pub fn with_status(&self, statuses: &[Status], limit: u32) -> Result<Vec<Service>, Error> {
        let marks = vec!["?"; statuses.len()].join(", ");
        let values: Vec<Value> = statuses.iter().map(|status| Value::from(status.as_str())).collect();
        let select = format!(
            "SELECT {COLUMNS} FROM @services WHERE status IN ({marks}) AND {ATTENTION} IS NULL ORDER BY id LIMIT {limit}"
        );
        let rows = self.read(|sql| Ok(sql.list(&select, &values, service_of)?))?;
        Ok(rows.into_iter().filter_map(Result::ok).collect())
    }

    /// A service that is not terminated and has this domain, but for one.
    pub fn with_domain(&self, domain: &str, but: ServiceId) -> Result<Option<ServiceId>, Error> {
        let select = "SELECT id FROM @services WHERE domain = ? AND id <> ? AND status <> 'removed' LIMIT 1";
        let id: Option<u64> = self.read(|sql| Ok(sql.value(select, values![domain, but.0])?))?;
        Ok(id.map(ServiceId))
    }

    /// Every service that is not terminated, or holds addresses still: its number, its server entry, and whether it is
    /// known that WHMCS does not have it.
    pub fn living(&self) -> Result<Vec<(ServiceId, ServerId, bool)>, Error> {
        let select = "SELECT id, server, trouble FROM @services
             WHERE status <> 'removed' OR id IN (SELECT service FROM @addresses) ORDER BY id";
        let row = |row: &Row| {
            let trouble: Option<String> = row.get(2)?;
            Ok((
                ServiceId(row.get(0)?),
                ServerId(row.get(1)?),
                trouble.as_deref() == Some(problems::WHMCS_GONE.code),
            ))
        };
        self.read(|sql| Ok(sql.list(select, &[], row)?))
    }

    /// The services of a server entry that are not terminated. One that cannot be read is an error: who asks takes what is
    /// missing for gone.
    pub fn living_of(&self, server: ServerId) -> Result<Vec<Service>, Error> {
        let select = format!("SELECT {COLUMNS} FROM @services WHERE server = ? AND status <> 'removed' ORDER BY id");
        let rows = self.read(|sql| Ok(sql.list(&select, values![server.0], service_of)?))?;
        rows.into_iter().collect()
    }

    /// The services of a server entry in these statuses.
    pub fn of_entry(&self, server: ServerId, statuses: &[Status]) -> Result<Vec<Service>, Error> {
        let marks = vec!["?"; statuses.len()].join(", ");
        let select = format!("SELECT {COLUMNS} FROM @services WHERE status IN ({marks}) AND server = ?");
        let mut values: Vec<Value> = statuses.iter().map(|status| Value::from(status.as_str())).collect();
        values.push(server.0.into());
        let rows = self.read(|sql| Ok(sql.list(&select, &values, service_of)?))?;
        Ok(rows.into_iter().filter_map(Result::ok).collect())
    }

    /// Makes the row of a service that was just ordered; one that is there stays as it is. Until the lease is taken, it is
    /// left to this process: the cron of another would take it away from the order's own request.
    pub fn begin(&self, service: &Service, now: UnixSeconds) -> Result<(), Error> {
        let body = to_json(&service.body);
        self.write(|sql| {
            let id = service.id.0;
            let there: Option<u64> = sql.value("SELECT id FROM @services WHERE id = ?", values![id])?;
            if there.is_none() {
                let moment = sql.moment(now);
                let insert = format!(
                    "INSERT INTO @services (id, server, status, due_at, body, created_at, updated_at, lease_owner, lease_until)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, {} + ?)",
                    moment.sql
                );
                let (server, status) = (service.server.0, service.status.as_str());
                let nobody = self.owner.nobody();
                let row = values![
                    id,
                    server,
                    status,
                    service.due_at,
                    &body,
                    now,
                    now,
                    nobody.as_str(),
                    moment.value,
                    limits::LEASE_SECONDS
                ];
                sql.execute(&insert, row)?;
            }
            Ok(())
        })
    }

    /// Makes room for a new order under the number of a service that was terminated and holds nothing any more: its
    /// history, usage and names are nobody else's business.
    pub fn forget_former(&self, id: ServiceId, asked: &Asked) -> Result<(), Error> {
        self.write(|sql| {
            let (service, addresses) = match read(sql, id) {
                Err(Abort::Refused(Error::Unknown(_))) => return Ok(()),
                read => read?,
            };
            if !service.is_removed() || !addresses.is_empty() || service.stranger(asked).is_none() {
                return Ok(());
            }
            for delete in [
                "DELETE FROM @events WHERE service = ?",
                "DELETE FROM @operations WHERE service = ?",
                "DELETE FROM @traffic WHERE service = ?",
                "DELETE FROM @samples WHERE service = ?",
                "DELETE FROM @presses WHERE service = ?",
                "DELETE FROM @builds WHERE service = ?",
                "DELETE FROM @outbox WHERE service = ?",
            ] {
                sql.execute(delete, values![id.0])?;
            }
            // its number goes on: the records have answered to the ones before
            let body = to_json(&Body {
                identity: Some(asked.identity.clone()),
                dns_wanted: service.body.dns_wanted,
                ..Body::default()
            });
            sql.execute("UPDATE @services SET body = ? WHERE id = ?", values![&body, id.0])?;
            Ok(())
        })
    }

    /// Takes the lease of a service for what the module does by itself. [`Error::Busy`] while another worker holds it and
    /// lives.
    pub fn lease(&self, id: ServiceId, now: UnixSeconds) -> Result<Lease, Error> {
        self.lease_for(id, None, now)
    }

    /// The same only where nobody has had it since its generation was `seen`; else it is [`Error::Busy`].
    pub fn lease_unchanged(&self, id: ServiceId, seen: Option<u64>, now: UnixSeconds) -> Result<Lease, Error> {
        self.taken(id, None, seen, now)
    }

    /// A service as its worker would have it, for somebody who only looks: nothing can be written with it.
    pub fn glance(&self, id: ServiceId, now: UnixSeconds) -> Result<Lease, Error> {
        let (mut service, addresses) = self.service(id)?;
        service.believe_no_later(now);
        Ok(Lease::of_nobody(service, addresses))
    }

    /// The same for what somebody has asked for, which is recorded as `running` together with the lease.
    /// [`Error::Working`] says what the other worker does.
    pub fn lease_for(&self, id: ServiceId, requested: Option<&Requested>, now: UnixSeconds) -> Result<Lease, Error> {
        self.taken(id, requested, None, now)
    }

    fn taken(
        &self,
        id: ServiceId,
        requested: Option<&Requested>,
        seen: Option<u64>,
        now: UnixSeconds,
    ) -> Result<Lease, Error> {
        let worker = self.owner.worker();
        let given = requested.and_then(|requested| requested.nonce.clone());
        let nonce = given.clone().unwrap_or_else(operations::fresh_nonce);
        let requested = requested.map(|requested| (requested, nonce.as_str()));
        let mut again = false;
        let taken = self.write(|sql| {
            if let (Some(nonce), false) = (&given, again) {
                operations::must_be_new(sql, id, nonce)?;
            }
            // from here on an operation of this nonce is our own, whose commit got no answer
            again = true;
            let right = Right::take(sql, Work::Service(id), (&self.owner, &worker), seen, now)?;
            // in the same transaction: the next connection may lead to a database node that lags behind
            let select = format!(
                "SELECT {COLUMNS}, {} FROM @services WHERE id = ?",
                operations::UNFINISHED
            );
            let row = sql.row(&select, values![id.0])?.ok_or(Error::Unknown(id))?;
            let service = service_of(&row)??;
            let unfinished = match row.get::<u64>(7)? {
                0 => Vec::new(),
                _ => operations::unfinished(sql, id)?,
            };
            let operations = operations::begin(sql, id, requested, unfinished, now)?;
            Ok((right, service, addresses::of_service(sql, id)?, operations))
        });
        let (right, mut service, addresses, operations) = match taken {
            Err(Error::Busy(_)) => return Err(self.working(id)),
            taken => taken?,
        };
        service.believe_no_later(now);
        Ok(Lease {
            was_usable: service.is_usable(),
            service,
            addresses,
            operations,
            built: None,
            handed: Vec::new(),
            hands_over: false,
            has_put: false,
            right,
        })
    }

    /// That another worker has the lease, and what for, where that is known.
    fn working(&self, service: ServiceId) -> Error {
        match self.at_work(service) {
            Ok(Some(operation)) => Error::Working {
                service,
                since: crate::words::calendar::date(operation.created_at),
                action: operation.action,
            },
            _ => Error::Busy(Work::Service(service)),
        }
    }

    /// Writes the service down and renews the lease, with the events that led there, in one transaction.
    pub fn save(&self, lease: &mut Lease, now: UnixSeconds, events: &[Event]) -> Result<(), Error> {
        self.write(|sql| lease.write(sql, now, Then::Keep, events))?;
        lease.is_written();
        Ok(())
    }

    /// The last save of a lease: gives it back.
    pub fn release(&self, lease: &mut Lease, now: UnixSeconds, events: &[Event]) -> Result<(), Error> {
        let hands_over = lease.hands_over && (lease.has_put || !lease.service.owed.is_empty());
        let mut taker = Taker::new(self.owner.worker());
        lease.handed = self.write(|sql| {
            lease.write(sql, now, Then::GiveBack, events)?;
            Ok(match hands_over {
                true => taker.take_at_once(sql, lease.service.id, now)?,
                false => Vec::new(),
            })
        })?;
        lease.is_written();
        Ok(())
    }

    /// Keeps the lease alive while nothing changes.
    pub fn renew(&self, lease: &Lease, now: UnixSeconds) -> Result<(), Error> {
        self.write(|sql| lease.renew(sql, now))
    }
}

fn read(sql: &mut dyn Sql, id: ServiceId) -> Result<(Service, Vec<Address>), Abort> {
    let select = format!("SELECT {COLUMNS} FROM @services WHERE id = ?");
    let row = sql.row(&select, values![id.0])?.ok_or(Error::Unknown(id))?;
    Ok((service_of(&row)??, addresses::of_service(sql, id)?))
}

fn to_json(body: &Body) -> String {
    serde_json::to_string(body).unwrap_or_default()
}
