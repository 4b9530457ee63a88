//! The guest's firewall: each write of it, and the change of the customer's list that waits to be confirmed.

use super::refusal::is_refusal;
use super::{Engine, Job, Look, due, operations};
use crate::guest::verdict::{Filter, Nic, Packet, Protocol};
use crate::guest::{FirewallSeen, are_same_rules};
use crate::package::{Firewall, Policy};
use crate::pipeline::{self, Call, View};
use crate::problems::Error;
use crate::pve::GuestPath;
use crate::service::Service;
use crate::service::firewall::FirewallList;
use crate::service::guest_life::OurFirewall;
use crate::words::ids::UnixSeconds;
use std::net::IpAddr;

/// A change that nobody has confirmed in its time is given up, whoever comes to the service: the list is the one from before, and is
/// written by whoever goes on. Whether there was one.
pub(super) fn times_out(service: &mut Service, now: UnixSeconds) -> bool {
    let is_over = service.firewall_waits_until().is_some_and(|until| until <= now);
    if !is_over {
        return false;
    }
    service.firewall_goes_back();
    if service.status == pipeline::finished() {
        service.status = pipeline::firewall_row().from;
        due::begins(service, now);
    }
    true
}

impl Engine<'_> {
    /// A write of the firewall. It is synchronous and has no lock: it counts as seen when PVE has answered it with success,
    /// but for the customer's rules, at which the row looks once more at its end.
    pub(super) fn firewall_call(&self, job: &mut Job, path: &GuestPath, call: Call) -> Result<(), Error> {
        self.note_our_firewall(job)?;
        let digest = if call.is_of_rule() {
            match self.digest_of_expected_rules(job, path) {
                Ok(Some(digest)) => digest,
                Ok(None) => {
                    // somebody else has changed them: all is looked at again
                    job.queue.clear();
                    job.look.forget_firewall();
                    return Ok(());
                }
                Err(error) => return self.call_failed(job, error),
            }
        } else {
            String::new()
        };
        let client = &job.client;
        let sent = match &call {
            Call::FirewallOptions(change) => client.set_firewall_options(path, change).map(|()| true),
            Call::CreateIpFilter => client.create_ipfilter(path),
            Call::AddToIpFilter(address) => client.add_to_ipfilter(path, address).map(|()| true),
            Call::RemoveFromIpFilter(address) => client.remove_from_ipfilter(path, address).map(|()| true),
            Call::DeleteIpFilter => client.delete_ipfilter(path).map(|()| true),
            Call::AddRule(rule) => client.add_rule(path, rule).map(|()| true),
            Call::SetRule { at, rule } => client.set_rule(path, *at, rule, &digest).map(|()| true),
            Call::MoveRule { from, to } => client.move_rule(path, *from, *to, &digest).map(|()| true),
            Call::DeleteRule { at } => client.delete_rule(path, *at, &digest).map(|()| true),
            _ => Ok(true),
        };
        let is_last_of_list = job.queue.is_empty() && job.lease.service.firewall_list().is_some();
        match sent {
            Ok(true) if is_last_of_list => {
                job.look.forget_firewall();
                Ok(())
            }
            Ok(true) => {
                job.look.firewall_mut().note(call);
                Ok(())
            }
            // it came with the template: what is in it has to be seen first
            Ok(false) => {
                job.queue.clear();
                job.look.forget_firewall();
                Ok(())
            }
            Err(error) => self.call_failed(job, error),
        }
    }

    /// Written down before the first write: from then on nothing about this firewall is taken for granted.
    fn note_our_firewall(&self, job: &mut Job) -> Result<(), Error> {
        let filters = job.order.package.effective_firewall() == Firewall::AntiSpoofing;
        let becomes = if filters {
            OurFirewall::Filtered
        } else {
            OurFirewall::Begun
        };
        match job.service().body.guest.ours_mut() {
            Some(guest) if guest.firewall < becomes => {
                guest.firewall = becomes;
                self.save(job)
            }
            _ => Ok(self.store.renew(&job.lease, self.clock.now())?),
        }
    }

    /// The digest of the guest's rules, right before one of them is changed by its place. `None`: they are not those that were
    /// seen, and written, so far.
    fn digest_of_expected_rules(&self, job: &Job, path: &GuestPath) -> Result<Option<String>, crate::pve::Error> {
        let rules = job.client.firewall_rules(path)?;
        let digest = rules
            .first()
            .and_then(|rule| rule["digest"].as_str())
            .map(str::to_owned);
        Ok(digest.filter(|_| are_same_rules(&rules, &job.look.firewall().rules)))
    }

    /// The list that a customer who has chosen none yet begins with: no rules, and the policies that the guest has.
    pub fn first_firewall_list(&self, job: &Job) -> Result<FirewallList, Error> {
        let options = job.client.firewall(&Self::guest_path(job)?)?.options;
        // as Proxmox VE has them where nobody has set them
        let policy = |key: &str, unset: Policy| match options.get(key) {
            Some("ACCEPT") => Policy::Accept,
            Some("REJECT") => Policy::Reject,
            Some(_) => Policy::Drop,
            None => unset,
        };
        Ok(FirewallList {
            policy_in: policy("policy_in", Policy::Drop),
            policy_out: policy("policy_out", Policy::Accept),
            rules: Vec::new(),
        })
    }

    /// Whether an address that gets through to the guest's shell or desktop now does not do so with another list. What nobody
    /// can tell is no reason to warn.
    pub fn cuts_off(&self, job: &mut Job, list: &FirewallList, from: IpAddr) -> Result<bool, Error> {
        let mut own = job.lease.addresses.iter().map(|address| address.ip);
        let Some(own) = own.find(|ip| ip.is_ipv4() == from.is_ipv4()) else {
            return Ok(false);
        };
        let row = pipeline::firewall_row();
        self.look_for(job, row, row.facts)?;
        let Some(nic) = Nic::of(job.look.config(), "net0") else {
            return Ok(false);
        };
        let packet = Packet::begins(from, own, Protocol::tcp(job.look.config().login_port()));
        // where that cannot be read, it is taken for on: a warning too many harms nobody
        let datacenter = job.client.is_firewall_on().unwrap_or_default().or(Some(true));
        let passes = |seen: &FirewallSeen| {
            let answer = Filter::of(seen, nic.clone(), datacenter).verdict(&packet);
            answer.passes().unwrap_or(true)
        };
        let now = job.look.firewall().clone();
        let calls = self.with_view(job, row.facts, |view| {
            Ok((row.plan)(&View {
                firewall_list: Some(list),
                ..*view
            })?)
        })?;
        let mut then = now.clone();
        calls.into_iter().for_each(|call| then.note(call));
        // the list is written down, and looked at anew before anything is written
        job.look = Look::default();
        Ok(passes(&now) && !passes(&then))
    }

    /// The customer's list is another one: it is written down before anything of it is sent, and the cron writes what this
    /// request has no time for.
    pub fn begin_firewall(&self, job: &mut Job) -> Result<(), Error> {
        let now = self.clock.now();
        due::begins(job.service(), now);
        self.save(job)
    }

    /// What Proxmox VE refuses of a change is taken back: the list is the one from before, and written as far as that was
    /// changed. Whether it was so.
    pub(super) fn gives_firewall_up(&self, job: &mut Job, error: Error) -> Result<(), Error> {
        let is_change = job.lease.service.status == pipeline::firewall_row().from && !job.goal.is_forced();
        if !is_change || !is_refusal(&error) || !job.service().firewall_goes_back() {
            return Err(error);
        }
        job.note(self.clock.now(), job.doing(), &error.to_string());
        job.queue.clear();
        job.look.forget_firewall();
        job.rounds.clear();
        job.refusal = Some(operations::why(&error));
        job.refused = Some(error);
        self.save(job)
    }
}
