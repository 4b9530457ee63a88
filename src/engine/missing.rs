//! What a row misses of the guest: the looks that its plan needs, the plan, and what it means that there is no guest.

use super::look::{Look, Seen};
use super::{Engine, Goal, Job, reserve};
use crate::pipeline::{self, Before, Blocked, Call, Facts, Needs, Row, View};
use crate::problems::{Error, Refusal};
use crate::pve::GuestPath;
use crate::service::guest_life::OurFirewall;
use crate::words::ids::{UnixSeconds, Vmid};
use crate::words::limits;

/// What a row misses.
pub(super) enum Missing {
    /// These calls; none: it is reached.
    Calls(Vec<Call>),
    /// Something that passes, by then.
    Wait { on: String, until: UnixSeconds },
    /// The status was put back: another row is next.
    Nothing,
}

impl Engine<'_> {
    /// What the row still misses, after the looks that it needs.
    pub(super) fn missing(&self, job: &mut Job, row: &Row) -> Result<Missing, Error> {
        if row.facts.is_empty() {
            if matches!(job.goal, Goal::Step(_)) && row.makes_guest && job.lease.service.has_guest() && !job.changed {
                let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
                return Err(Refusal::HasGuest {
                    service: job.lease.service.id,
                    vmid,
                }
                .into());
            }
            return self.plan(job, row).map(Missing::Calls);
        }
        match self.look(job, row)? {
            Seen::Guest => {
                if let Some(calls) = self.clone_seen(job, row)? {
                    return Ok(Missing::Calls(calls));
                }
                note_onboot(job);
            }
            Seen::Absent if row.needs == Needs::Anything => job.look = Look::absent(job.look.take_backups()),
            Seen::Absent => return Err(self.guest_is_gone(job)),
            Seen::Locked { lock, .. } if job.goal.is_forced() => {
                let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
                return Err(Refusal::Locked { vmid, lock }.into());
            }
            Seen::Locked { lock, until } => {
                return Ok(Missing::Wait {
                    on: format!("lock {lock}"),
                    until,
                });
            }
            // the row is found anew
            Seen::Stranger => return Ok(Missing::Nothing),
        }
        if row.facts.contains(Facts::BESIDE) {
            match self.look_beside(job) {
                Ok(None) => {}
                // who suspends does not wait for the second guest: while something is done to it, it does not run
                Ok(Some(_)) | Err(_) if row.keeps_stopped => {}
                Ok(Some((on, until))) => {
                    // meanwhile anything may become of the service's own
                    job.look = Look::default();
                    return Ok(Missing::Wait { on, until });
                }
                Err(error) => return Err(error),
            }
        }
        if row.needs == Needs::Stopped && job.look.runs() {
            if job.goal.is_forced() {
                return Err(Refusal::Running(job.lease.service.vmid.unwrap_or(Vmid::MIN)).into());
            }
            return Ok(Missing::Calls(vec![Call::Stop]));
        }
        self.plan_or_clone_anew(job, row)
    }

    /// What the row's plan says of the facts that the row names. It sees no others, known or not.
    pub(super) fn plan(&self, job: &Job, row: &Row) -> Result<Vec<Call>, Error> {
        self.with_view(job, row.facts, |view| Ok((row.plan)(view)?))
    }

    /// What can be said of the facts that are named.
    pub(super) fn with_view<T>(
        &self,
        job: &Job,
        facts: Facts,
        say: impl FnOnce(&View<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let service = &job.lease.service;
        let package = &job.order.package;
        let kept = reserve::kept(&job.lease.addresses, package);
        let marker = service.marker(self.store.installation());
        let guest = service.body.guest.ours();
        let queued = service.body.queued.as_ref();
        let before = queued.and_then(|queued| queued.addresses.as_ref());
        let addresses_before: Option<Vec<_>> = before.map(|before| {
            let known = job.lease.addresses.iter();
            known.filter(|known| before.contains(&known.ip)).cloned().collect()
        });
        let look = &job.look;
        let view = View {
            package,
            addresses: &kept,
            surplus: kept.len() < job.lease.addresses.len(),
            reserved: reserve::is_complete(&job.lease, package),
            cloned: service.has_guest(),
            building: pipeline::is_building(service.status),
            suspended: service.body.suspended,
            onboot_before: service.body.onboot_before,
            mac: service.body.mac.as_deref(),
            marker: &marker,
            exists: look.exists(),
            hibernated: look.config().is_hibernated(),
            snapshots: look.snapshots(),
            wish: queued.and_then(|queued| queued.wish.as_ref()),
            rescue: service.body.media.rescue.as_ref(),
            media: &service.body.media,
            backups: look.backups(),
            beside: look.beside.as_ref(),
            backup_first: queued.and_then(|queued| queued.backup_first.as_ref()),
            config: look.config(),
            current: look.current.as_ref(),
            firewall: look.firewall(),
            additional_in_file: look.additional_in_file,
            ip_filtered: guest.is_some_and(|guest| guest.firewall == OurFirewall::Filtered),
            before: Before {
                package: service.body.applied.as_ref(),
                addresses: addresses_before.as_deref(),
                values: queued.map(|queued| &queued.values),
                ran: queued.is_some_and(|queued| queued.stopped),
                kept: queued.and_then(|queued| queued.kept.as_ref()),
                connects: queued.map(|queued| &queued.connects).filter(|keys| !keys.is_empty()),
                disks: queued.map(|queued| &queued.disks),
                stays_off: queued.is_some_and(|queued| queued.rolled_back && !queued.stopped),
            },
            password: job.order.password.as_ref(),
            password_written: guest.is_some_and(|guest| guest.password_written),
            cipassword_old: guest.is_some_and(|guest| guest.cipassword_old),
            ssh_keys: &service.body.choices.ssh_keys,
            ssh_keys_chosen: service.body.choices.keys_chosen,
            firewall_list: service.firewall_list(),
            by_hand: service.body.by_hand.as_ref(),
        };
        say(&view.only(facts))
    }

    /// Without a lock there is no clone any more, however it was heard of. One that lacks something of its template is deleted,
    /// and started again.
    fn clone_seen(&self, job: &mut Job, row: &Row) -> Result<Option<Vec<Call>>, Error> {
        if !self.is_half_clone(job)? {
            self.clone_ended(job);
            return Ok(None);
        }
        let is_next = row.from == job.lease.service.status;
        Ok((is_next && !job.goal.is_forced()).then(|| vec![Call::Destroy { purge: false }]))
    }

    /// Whether a clone whose good end nobody has seen lacks a volume of its template: its worker was killed, and somebody took
    /// its lock away. Proxmox VE writes the config after each volume (qemu-server, PVE/API2/Qemu.pm, `clone_vm`).
    pub(super) fn is_half_clone(&self, job: &Job) -> Result<bool, Error> {
        let service = &job.lease.service;
        if !service.body.guest.is_cloning() || !pipeline::is_building(service.status) {
            return Ok(false);
        }
        let own = Self::guest_path(job)?.node;
        let template = GuestPath {
            node: service.template_home(&own),
            vmid: service.body.cloned_from.unwrap_or(job.order.package.template),
        };
        let template = match job.client.config(&template) {
            Ok(config) => config,
            // it cannot be cloned again
            Err(error) if error.says_gone(template.vmid) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let mut volumes = template.cloned_volumes();
        Ok(volumes.any(|volume| job.look.config().get(&volume.slot).is_none()))
    }

    /// A clone without a lock that carries nobody's marker: it was another's all along, or its worker was killed before it had
    /// written its config, which then names nothing that could be lost. Another number is taken; the guest stays.
    pub(super) fn unmarked_clone(&self, job: &mut Job) -> Result<Option<Seen>, Error> {
        let (guest, config) = (&job.lease.service.body.guest, job.look.config());
        let is_empty = guest.is_cloning() && config.is_before_its_copy();
        if !is_empty && (!guest.is_newborn() || self.is_marked(job, config)) {
            return Ok(None);
        }
        let path = Self::guest_path(job)?;
        if is_empty {
            let now = self.clock.now();
            // somebody may have taken its lock away while it works
            if self.is_being_cloned(job, &path)? {
                job.look = Look::default();
                let until = now + limits::LOCKED_RETRY_SECONDS;
                return Ok(Some(Seen::Locked {
                    lock: "clone".to_owned(),
                    until,
                }));
            }
            let (vmid, node) = (path.vmid, path.node);
            let left = format!(
                "VM {vmid} on node {node} is what a clone has left that was ended before its first disk was there: another \
                 number is taken; remove VM {vmid} in Proxmox VE"
            );
            job.note(now, job.doing(), &left);
            let id = job.lease.service.id;
            job.lines.push(format!("service {id}: {left}"));
        }
        self.give_up_vmid(job)?;
        Ok(Some(Seen::Stranger))
    }

    /// What the row misses. A guest without a disk, of a template that has one, is what a clone has left whose worker was
    /// killed and whose lock somebody took away: it is deleted, and the clone is started again. The half copy stays, as its
    /// config does not name it ([`crate::pve::Client::destroy`]).
    fn plan_or_clone_anew(&self, job: &Job, row: &Row) -> Result<Missing, Error> {
        let planned = self.plan(job, row);
        let half = matches!(planned, Err(Error::Blocked(Blocked::NoDisk)))
            && pipeline::is_building(job.lease.service.status)
            && !job.goal.is_forced()
            && job.look.config().disks().next().is_none();
        if half {
            let own = Self::guest_path(job)?.node;
            let template = GuestPath {
                node: job.lease.service.template_home(&own),
                vmid: job.order.package.template,
            };
            if job.client.config(&template)?.system_disk().is_some() {
                return Ok(Missing::Calls(vec![Call::Destroy { purge: false }]));
            }
        }
        planned.map(Missing::Calls)
    }

    /// What the rows ahead write goes out with it, but for a step that was forced.
    pub(super) fn with_calls_ahead(&self, job: &Job, row: &Row, calls: Vec<Call>) -> Result<Vec<Call>, Error> {
        if job.goal.is_forced() {
            return Ok(calls);
        }
        self.with_view(job, Facts::ALL, |view| Ok(pipeline::with_calls_ahead(row, calls, view)))
    }

    /// A guest that was cloned is on no node: the clone failed, or somebody deleted it.
    fn guest_is_gone(&self, job: &mut Job) -> Error {
        let now = self.clock.now();
        let is_asked = job.goal.is_forced();
        let service = job.service();
        let id = service.id;
        if is_asked && !service.has_guest() {
            // it was removed meanwhile, and is not cloned again by itself
            return Refusal::NoGuest(id).into();
        }
        // one that was finished, and is gone although it should be changed, was somebody's to delete
        if let Some(status) = pipeline::before_clone(service.status) {
            service.forget_guest(now);
            service.status = status;
            let what = "finish the clone".to_owned();
            return Error::Task {
                what,
                words: "the VM is on no node of the cluster; the clone is started again".to_owned(),
            };
        }
        match (service.vmid, service.body.node.clone()) {
            (Some(vmid), Some(node)) => Refusal::Gone {
                service: id,
                vmid,
                node,
            }
            .into(),
            _ => Refusal::NoGuest(id).into(),
        }
    }
}

/// What `onboot` is to be again after the suspension, noted before anything writes it: what the guest has; while it is
/// built, what the package says.
fn note_onboot(job: &mut Job) {
    let service = &job.lease.service;
    if !service.body.suspended {
        return;
    }
    let queued = service.body.queued.as_ref();
    // what a rollback or a restore brings back says nothing of before
    let comes_back = queued.is_some_and(|queued| queued.kept.is_some() || queued.swaps());
    let before = if pipeline::is_building(service.status) || comes_back {
        job.order.package.more.onboot
    } else {
        let has_it = job.look.config().number("onboot") == Some(1);
        service.body.onboot_before.unwrap_or(has_it)
    };
    job.service().body.onboot_before = Some(before);
}
