//! A step misses nothing any more: what is written down with its status.

use super::ends::{self, ASKED, succeeds};
use super::look::Look;
use super::{Engine, Goal, Job, refusal};
use crate::package::Firewall;
use crate::pipeline::{self, Looks, Row};
use crate::problems::Error;
use crate::service::MailKind;
use crate::store::Lease;
use crate::words::ids::UnixSeconds;
use crate::words::status::Status;

impl Engine<'_> {
    /// The row misses nothing: its status is true, and written down.
    pub(super) fn reached(&self, job: &mut Job, row: &Row, is_next: bool) -> Result<(), Error> {
        job.task_failure = None;
        job.rounds.clear();
        if refusal::is_way_back(row) {
            return self.came_back(job, row);
        }
        let is_suspend = std::ptr::eq(row, &pipeline::acts::SUSPEND);
        // a clone that was only asked for is no success yet: its end is told when it is seen
        let asked = row.to == Status::Clone && job.lease.service.body.slot.is_some();
        if asked {
            if job.lease.service.body.attempts == 0 {
                job.note(self.clock.now(), row.name, ASKED);
            }
        } else if !is_suspend || job.changed {
            // that a suspended guest is stopped, as it was at the last look, is no news
            job.note(self.clock.now(), row.name, "ok");
        }
        let from = job.lease.service.status;
        if is_next {
            job.lines
                .push(format!("service {}: {from} → {}", job.lease.service.id, row.to));
            self.entered(job, row.to)?;
        }
        let package = job.order.package.clone();
        job.stopped_first |= is_suspend;
        let queued = !is_next && pipeline::row_from(job.lease.service.status).is_some();
        if is_next && from != Status::SetDnsRecords {
            ends::forget_lasting(job.service());
        }
        // what keeps a queued step from being done is still in its way after another act
        if !queued && !asked {
            succeeds(job.service(), row.to);
        }
        let body = &mut job.service().body;
        if is_next && row.to == Status::Ready && from != Status::SetDnsRecords {
            body.applied = Some(package.clone());
        }
        let firewall = package.effective_firewall();
        if row.looks == Looks::AtFirewall && firewall != Firewall::Off {
            body.ip_filtered = firewall == Firewall::AntiSpoofing;
        }
        body.package = Some(package);
        self.save(job)
    }

    /// What goes with a new status.
    pub(super) fn entered(&self, job: &mut Job, status: Status) -> Result<(), Error> {
        let now = self.clock.now();
        match status {
            // before a (new) clone: VMID, addresses, name and MAC stay, the guest is none any more
            Status::Creation => {
                job.service().forget_guest(now);
                job.service().body.node = None;
            }
            Status::SetIp if matches!(job.goal, Goal::Act(_)) => job.service().forget_guest(now),
            Status::Removed => {
                let note = epitaph(&job.lease, now);
                self.store.free_addresses(&mut job.lease, now)?;
                let service = job.service();
                service.body.note = Some(note);
                service.vmid = None;
                service.write_back += 1;
                service.body.dns_wanted += 1;
                service.forget_guest(now);
                service.body.suspended = false;
            }
            Status::Ready if job.lease.service.status == Status::SetCloudinit => {
                job.became_ready = true;
                job.service().body.dns_wanted += 1;
                let reinstalled = std::mem::take(&mut job.service().body.reinstalled);
                job.service().owe_mail(if reinstalled {
                    MailKind::Reinstalled
                } else {
                    MailKind::Ready
                });
            }
            Status::Ready if job.lease.service.status == Status::ChangePackage => {
                job.service().owe_mail(MailKind::Package);
            }
            Status::SetCpuRam => {
                let body = &mut job.service().body;
                body.guest_since = body.guest_since.or(body.cloned_at).or(Some(now));
                body.guest_until = None;
            }
            _ => {}
        }
        job.look = if status == Status::Creation {
            Look::default()
        } else {
            std::mem::take(&mut job.look)
        };
        job.service().status = status;
        job.service().body.queued = None;
        Ok(())
    }
}

/// What is left of a service for its admin notes: date, VMID, node, addresses.
fn epitaph(lease: &Lease, now: UnixSeconds) -> String {
    let service = &lease.service;
    let addresses: Vec<String> = lease.addresses.iter().map(|address| address.ip.to_string()).collect();
    let vmid = service.vmid.filter(|_| service.body.guest_since.is_some());
    let guest = match (vmid, &service.body.node) {
        (Some(vmid), Some(node)) => format!("VM {vmid} on node {node}"),
        _ => "no VM".to_owned(),
    };
    let addresses = if addresses.is_empty() {
        "none".to_owned()
    } else {
        addresses.join(", ")
    };
    format!(
        "{} terminated: {guest}; addresses: {addresses}",
        crate::words::calendar::date(now)
    )
}
