//! What verbs ask of the engine beside advancing: a look for the buttons, and acts that no look can confirm.

use super::ends::ASKED;
use super::{Engine, Goal, Job, Outcome, must_be_on};
use crate::actions::{Button, Situation};
use crate::engine::placement;
use crate::guest::{Config, HIBERNATED, Power, PropertyString};
use crate::pipeline;
use crate::pipeline::acts;
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{GuestPath, TaskEnd};
use crate::server::address::Address;
use crate::service::Service;
use crate::words::ids::Vmid;
use crate::words::limits;
use crate::words::status::Status;
use std::net::IpAddr;

impl Engine<'_> {
    /// Looks at the guest for a button: is it there and ours, is it locked, does it run. A task that the button overrules
    /// is ended first.
    pub fn situation(&self, job: &mut Job, button: Button) -> Result<Situation, Error> {
        self.end_overruled(job, button)?;
        self.finish_task(job)?;
        let service = &job.lease.service;
        let mut situation = Situation {
            service: service.id,
            status: service.status,
            guest: service.vmid.filter(|_| service.body.cloned),
            gone: None,
            power: None,
            lock: None,
            suspended: service.body.suspended,
        };
        if situation.guest.is_none() {
            return Ok(situation);
        }
        let Some(config) = self.read_config(job)? else {
            situation.gone = situation.guest.take().zip(job.lease.service.body.node.clone());
            return Ok(situation);
        };
        situation.lock = config.lock().map(str::to_owned);
        job.look.see(config);
        if situation.lock.as_deref().is_none_or(|lock| lock == HIBERNATED) {
            self.check_owner(job)?;
            let path = Self::guest_path(job)?;
            let current = job.client.current(&path)?;
            situation.power = Some(current.power.clone());
            job.look.current = Some(current);
        }
        Ok(situation)
    }

    /// A task of ours from before: a button does not wait for a long one.
    fn finish_task(&self, job: &mut Job) -> Result<(), Error> {
        match self.await_task(job)? {
            Some(Outcome::Waiting { on, .. }) => Err(Refusal::TaskRunning(on).into()),
            _ => {
                // how an earlier question ended is no answer to this one
                job.task_failure = None;
                Ok(())
            }
        }
    }

    /// A restart or shutdown that waits for a guest that hangs does not keep whoever switches it off waiting.
    fn end_overruled(&self, job: &mut Job, button: Button) -> Result<(), Error> {
        let Some(task) = job.lease.service.body.task.clone() else {
            return Ok(());
        };
        let Some(upid) = task.upid.filter(|upid| button.overrules(upid.kind())) else {
            return Ok(());
        };
        if job.client.task_end(&upid)? != TaskEnd::Running {
            return Ok(());
        }
        job.client.end_task(&upid)?;
        let patience = self.clock.now() + limits::TASK_ENDS_SECONDS;
        while job.client.task_end(&upid)? == TaskEnd::Running && self.clock.now() < patience {
            self.clock.sleep(limits::POLL_TICK);
        }
        let now = self.clock.now();
        job.note_since(task.sent_at, now, &task.by, "ended, as the VM was to be switched off");
        job.service().body.task = None;
        self.save(job)
    }

    /// Refuses a package that the guest cannot have, as with a smaller disk, before anything is touched.
    pub fn must_fit(&self, job: &mut Job) -> Result<(), Error> {
        if !job.lease.service.body.cloned {
            return Ok(());
        }
        let Some(config) = self.read_config(job)? else {
            return Ok(());
        };
        // a clone that is not finished has no disk yet, and for a while no marker: its steps will refuse
        if config.lock() == Some("clone") {
            return Ok(());
        }
        job.look.see(config);
        self.check_owner(job)?;
        let refusing = [
            Status::SetSystemDiskSize,
            Status::SetCreatedAdditionalDisk,
            Status::SetAdditionalDiskSize,
            Status::SetNetwork,
        ];
        for status in refusing {
            if let Some(row) = pipeline::row_to(status) {
                self.plan(job, row)?;
            }
        }
        self.must_fit_its_node(job)
    }

    /// Refuses more than the guest's node or storage has at all. What does not grow needs no look at the cluster.
    fn must_fit_its_node(&self, job: &Job) -> Result<(), Error> {
        let (package, before) = (&job.order.package, job.lease.service.body.package.as_ref());
        let grows = before.is_none_or(|before| {
            package.cores > before.cores
                || package.memory_mib > before.memory_mib
                || package.system_disk_gib > before.system_disk_gib
                || package.additional_disk_gib > before.additional_disk_gib
        });
        if !grows {
            return Ok(());
        }
        let mut resources = job.client.resources()?;
        let node = Self::guest_path(job)?.node;
        let system = job.look.config().system_disk().and_then(|disk| disk.storage());
        let additional = package.additional_storage.as_ref();
        let storages: Vec<_> = system.as_ref().into_iter().chain(additional).collect();
        job.client.fill_in(&mut resources, Some(&node), &storages);
        Ok(placement::must_fit(
            &resources,
            package,
            &node,
            system.as_ref(),
            additional,
        )?)
    }

    /// Refuses what the row that leaves a status would refuse of the guest as it was just seen.
    pub fn must_be_possible(&self, job: &Job, status: Status) -> Result<(), Error> {
        pipeline::row_from(status).map_or(Ok(()), |row| self.plan(job, row).map(drop))
    }

    /// Gives the addresses of a service back that WHMCS calls terminated, if its guest is gone or never was.
    pub fn reclaim(&self, job: &mut Job) -> Result<bool, Error> {
        self.finish_task(job)?;
        let gone = !job.lease.service.body.cloned || self.read_config(job)?.is_none();
        if gone {
            self.entered(job, Status::Removed)?;
            job.note(
                self.clock.now(),
                "reclaim",
                "terminated in WHMCS, and the VM is gone: the addresses are free",
            );
        }
        Ok(gone)
    }

    /// Restarts a running guest. Nothing in a look says that this has happened, so it is asked once.
    pub fn reboot(&self, job: &mut Job) -> Result<(), Error> {
        let path = Self::guest_path(job)?;
        job.changed = true;
        self.sample(job);
        job.verb = Some("reboot");
        let timeout = [("timeout", job.order.package.more.shutdown_timeout_s.to_string())];
        let sent = self.task_call(job, format!("reboot VM {}", path.vmid), |client| {
            client.power(&path, "reboot", &timeout).map(Some)
        });
        let result = sent
            .as_ref()
            .err()
            .map_or_else(|| ASKED.to_owned(), ToString::to_string);
        job.note(self.clock.now(), job.doing(), &result);
        sent
    }

    /// Writes a running guest's cloud-init drive anew; a stopped one gets it at its start. Says whether it runs.
    pub fn renew_cloudinit_drive(&self, job: &mut Job) -> Result<bool, Error> {
        let path = Self::guest_path(job)?;
        let current = job.client.current(&path)?;
        if current.power != Power::Running {
            return Ok(false);
        }
        job.client.regenerate_cloudinit(&path)?;
        Ok(true)
    }

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
        let description = config.get("description").unwrap_or_default();
        let doubt = (job.lease.service).doubt(self.store.installation(), description, config.uuid().as_deref());
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
        let bound = job.lease.service.vmid.filter(|_| job.lease.service.body.cloned);
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
        let known = service.body.uuid.as_deref();
        let has_it = service.body.cloned && known.is_none_or(|known| uuid == Some(known));
        // what deletes is asked for anew
        if !has_it || matches!(service.status, Status::Terminate | Status::Reinstall) {
            service.status = Status::Ready;
            service.body.queued = None;
        }
        service.vmid = Some(path.vmid);
        service.server = entry;
        service.is_told_anew();
        service.body.node = Some(path.node);
        service.body.domain = Some(package.domain(&name));
        service.body.name = Some(name);
        service.body.uuid = None;
        if has_it {
            return;
        }
        service.body.applied = Some(package.clone());
        service.body.package = Some(package);
        service.body.cloned = true;
        service.body.firewall_touched = true;
        // a filter that it has is its owner's own
        service.body.ip_filtered = false;
        // the MAC of a guest that was deleted is for its own successor
        service.body.mac = None;
        // whatever password it has, it is its own until the next change
        service.body.password_written = true;
        // older backups of this number may be somebody else's
        service.body.guest_since = Some(now);
        service.body.guest_until = None;
    }

    /// The marker is there: from now on both proofs hold.
    fn marked(&self, job: &mut Job) -> Result<(), Error> {
        if let Some(config) = self.read_config(job)? {
            job.look.see(config);
            self.check_owner(job)?;
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
