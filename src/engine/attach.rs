//! Attach: a service is bound to a guest that nobody has, with the addresses that the guest has.

use super::{Engine, Goal, Job, Outcome, must_be_on};
use crate::guest::{Config, PropertyString};
use crate::pipeline::{self, Row, acts};
use crate::problems::{BesideRefusal, Error, Refusal};
use crate::pve;
use crate::pve::GuestPath;
use crate::server::address::Address;
use crate::service::Service;
use crate::service::guest_life::{Guest, GuestLife, OurFirewall};
use crate::words::ids::Vmid;
use crate::words::limits;
use std::net::IpAddr;

impl Engine<'_> {
    /// Whether the guest that the service is bound to may be there: it would run on without an owner.
    fn has_its_guest(&self, job: &mut Job) -> Result<bool, Error> {
        let Some(config) = self.read_config(job)? else {
            return Ok(false);
        };
        let description = config.get("description").unwrap_or_default();
        let (service, installation) = (&job.lease.service, self.store.installation());
        Ok(service.may_be(installation, description, config.uuid().as_deref()))
    }

    fn is_its_own(&self, job: &Job, config: &Config) -> bool {
        let doubt = (job.lease.service).doubt(self.store.installation(), config);
        doubt.is_none()
    }

    /// Refuses the guest of another service, whichever server entry that has, and although its marker was taken away.
    fn must_be_nobodys(&self, job: &Job, vmid: Vmid, config: &Config) -> Result<(), Error> {
        let service = job.lease.service.id;
        let owner = config.uuid().map(|uuid| self.store.owner_of_guest(vmid, &uuid));
        match owner.transpose()?.flatten().filter(|other| *other != service) {
            Some(other) => Err(Refusal::Taken { vmid, other, service }.into()),
            None => Ok(()),
        }
    }

    /// Binds the service to a guest: marks it, remembers its uuid, and leases the addresses it has.
    pub fn attach(&self, job: &mut Job, vmid: Vmid, more: &[IpAddr]) -> Result<(), Error> {
        let id = job.lease.service.id;
        let entry = job.order.entry.id;
        let beside = job.lease.service.body.beside.as_ref();
        if beside.is_some_and(|beside| beside.vmid == vmid) {
            return Err(BesideRefusal::There(vmid).into());
        }
        let bound = job.lease.service.vmid.filter(|_| job.lease.service.has_guest());
        let other = bound.filter(|bound| *bound != vmid);
        let is_here = must_be_on(&job.lease.service, entry);
        if let Some(bound) = other
            && is_here.is_ok()
            && self.has_its_guest(job)?
        {
            return Err(Refusal::HasGuest {
                service: id,
                vmid: bound,
            }
            .into());
        }
        if let Some(other) = self.store.owner_of(entry, vmid)?.filter(|other| *other != id) {
            return Err(Refusal::Taken {
                vmid,
                other,
                service: id,
            }
            .into());
        }
        let found = job
            .client
            .find_vm(vmid)?
            .filter(|vm| vm.qemu)
            .ok_or(Refusal::Nowhere(vmid))?;
        let path = found.path();
        let config = job.client.config(&path)?;
        if other.is_some() && !self.is_its_own(job, &config) {
            // another cluster knows nothing of the one that it has; moved from there, it has kept both proofs
            is_here?;
        }
        self.must_be_nobodys(job, vmid, &config)?;
        // the list is silent of it where its node sends no statistics
        let name = found.name.or_else(|| config.get("name").map(str::to_owned));
        let name = name.unwrap_or_else(|| format!("VM {vmid}"));
        let before = (job.lease.service.clone(), job.lease.addresses.clone());
        let mut addresses = addresses_of(&config, job);
        add_addresses(&mut addresses, more, job)?;
        self.store
            .adopt_addresses(&mut job.lease, &addresses, self.clock.now())?;
        self.bind(job, path, name, config.uuid().as_deref());
        self.save(job)?;
        job.goal = Goal::Act(&acts::ATTACH);
        let whole = job.turns_until;
        job.turns_until = whole.min(self.clock.now() + limits::REQUEST_TIMEOUT.as_secs_f64());
        let ended = self.run(job);
        job.turns_until = whole;
        let marked = match ended {
            Outcome::Settled => self.marked(job),
            Outcome::Waiting { on, .. } => Err(Refusal::TaskRunning(on).into()),
            Outcome::Refused(error) | Outcome::Failed { error, .. } => Err(error),
        };
        if let Err(error) = &marked
            && !self.may_be_marked(job, error)
        {
            let (service, addresses) = before;
            *job.service() = service;
            let now = self.clock.now();
            self.store.keep_addresses(&mut job.lease, &addresses, now)?;
        }
        marked
    }

    /// Whether a guest may carry our marker although writing it has failed: then it stays bound, with its addresses,
    /// and Attach is repeated.
    fn may_be_marked(&self, job: &mut Job, error: &Error) -> bool {
        // a task that has ended writes nothing any more; one that still runs may
        let is_final = match error {
            Error::Pve(pve::Error::Refused { .. }) | Error::Task { .. } | Error::Blocked(_) => true,
            Error::Refused(refusal) => !matches!(refusal, Refusal::TaskRunning(_)),
            _ => false,
        };
        if !job.changed || !is_final {
            return job.changed;
        }
        let config = self.read_config(job);
        config.map_or(true, |config| config.is_some_and(|config| self.is_marked(job, &config)))
    }

    /// `uuid`: the guest's. The guest that the service has already may have lost its marker, and been moved or renamed
    /// by hand; all else that is known of it, and what was about to be done with it, stays.
    fn bind(&self, job: &mut Job, path: GuestPath, name: String, uuid: Option<&str>) {
        let now = self.clock.now();
        let package = job.order.package.clone();
        let entry = job.order.entry.id;
        let service: &mut Service = job.service();
        let known = service.body.guest.uuid();
        let has_it = service.has_guest() && known.is_none_or(|known| uuid == Some(known));
        // what deletes is asked for anew, and only what was done for it is taken back by itself
        let is_refused = service.body.queued.as_ref().is_some_and(|queued| queued.refused);
        let deletes = |row: &Row| row.deletes_guest || row.builds_anew() && !is_refused;
        if !has_it || pipeline::row_from(service.status).is_some_and(deletes) {
            service.status = pipeline::finished();
            (service.body.queued, service.body.reinstalled) = (None, false);
        }
        service.vmid = Some(path.vmid);
        service.server = entry;
        pipeline::tell_anew(service);
        service.body.node = Some(path.node);
        service.body.domain = Some(package.domain(&name));
        service.body.name = Some(name);
        if has_it {
            // it is seen anew
            if let Some(guest) = service.body.guest.ours_mut() {
                guest.uuid = None;
            }
            return;
        }
        service.body.applied = Some(package.clone());
        service.body.package = Some(package);
        service.body.guest = GuestLife::Ours(Guest {
            // older backups of this number may be somebody else's
            since: Some(now),
            uuid: None,
            // whatever password it has, it is its own until the next change
            password_written: true,
            cipassword_old: false,
            cipassword_at: None,
            agent_keys: None,
            // a filter that it has is its owner's own
            firewall: OurFirewall::Begun,
            restoring: None,
        });
        // the MAC of a guest that was deleted is for its own successor
        service.body.mac = None;
    }

    /// The marker is there: from now on both proofs hold.
    fn marked(&self, job: &mut Job) -> Result<(), Error> {
        if let Some(config) = self.read_config(job)? {
            job.look.see(config);
            self.check_owner(job)?;
            job.service().body.windows = job.look.config().is_windows();
        }
        self.save(job)
    }
}

/// Adds the addresses that a guest is known to have although cloud-init does not give them.
fn add_addresses(addresses: &mut Vec<Address>, more: &[IpAddr], job: &Job) -> Result<(), Error> {
    for ip in more {
        if addresses.iter().any(|known| known.ip == *ip) {
            continue;
        }
        let line = job.order.entry.pool.line_of(*ip).ok_or(Refusal::NoAddressLine(*ip))?;
        addresses.push(Address::of_line(*ip, line));
    }
    Ok(())
}

/// The addresses of a guest's cloud-init settings that the server entry has lines for.
fn addresses_of(config: &Config, job: &Job) -> Vec<Address> {
    let settings = PropertyString::parse(config.get("ipconfig0").unwrap_or_default());
    let pool = &job.order.entry.pool;
    let of = |key: &str| {
        let ip: IpAddr = settings.get(key)?.split('/').next()?.parse().ok()?;
        Some(Address::of_line(ip, pool.line_of(ip)?))
    };
    ["ip", "ip6"].into_iter().filter_map(of).collect()
}
