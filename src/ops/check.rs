//! Where store, WHMCS and Proxmox VE disagree: after a restored backup, a hand at work, a row deleted in WHMCS.
//!
//! Everything is listed; repaired is only what cannot destroy anything: what WHMCS shows, the node of a guest, the
//! addresses of a service that is gone, or that an older store has forgotten. Nothing is written to Proxmox VE.

use super::{owner, write_backs};
use crate::address::Address;
use crate::core::Core;
use crate::engine::must_be_of;
use crate::error::{Error, OTHER_ORDER, Refusal};
use crate::guest::Config;
use crate::limits;
use crate::model::{ServiceId, Vmid};
use crate::pve::{Client, GuestPath, VmSeen};
use crate::request::{self, CheckIn, InWhmcs};
use crate::server::ServerEntry;
use crate::service::Service;
use crate::status::Status;
use crate::store::{Filter, Lease};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// Guests that are looked at one by one in one request, at most: those that the store does not know, or knows by another name.
const MOST_LOOKS: usize = 500;

/// One disagreement.
struct Finding {
    service: Option<ServiceId>,
    code: &'static str,
    sentence: String,
    repaired: bool,
}

/// What may be put right.
enum Repair {
    /// WHMCS is told again.
    TellAgain,
    /// The guest is on this node now.
    Node(VmSeen),
    /// Nothing holds these addresses.
    Addresses,
    /// WHMCS shows these addresses for a service that is not known here: nobody else may get them.
    Hold(Vec<Address>),
}

struct Check<'a> {
    core: &'a Core,
    entry: &'a ServerEntry,
    client: Client,
    repair: bool,
    looks_left: usize,
    findings: Vec<Finding>,
}

/// Compares the services of one server entry: `{"server", "services": [what WHMCS has], "repair": true}` → `findings`.
///
/// Costs one request, and one for each guest that is not clearly the one expected. Of guests that the store does not
/// know, so many are looked at; then `next` is a number, and the same request with it as `from` goes on.
pub fn check(core: &Core, request: &Value) -> Result<Value, Error> {
    let check_in: CheckIn = request::parse(request)?;
    let entry = request::server_of(request)?;
    let client = core.client(&entry, &Arc::default(), core.clock.now() + limits::CHECK_SECONDS)?;
    let resources = client.resources()?;
    let kept = core.store.overview(&Filter {
        server: Some(entry.id),
        limit: u32::MAX,
        ..Filter::default()
    })?;
    let in_whmcs: BTreeMap<u64, &InWhmcs> = check_in.services.iter().map(|one| (one.id(), one)).collect();
    let mut check = Check {
        core,
        entry: &entry,
        client,
        repair: check_in.repair,
        looks_left: MOST_LOOKS,
        findings: Vec::new(),
    };
    let guests: BTreeMap<Vmid, &VmSeen> = resources.vms.iter().map(|vm| (vm.vmid, vm)).collect();
    let mut known = BTreeSet::new();
    let mut vmids = BTreeSet::new();
    for row in &kept.services {
        match row {
            Ok((service, addresses)) => {
                known.insert(service.id.0);
                vmids.extend(service.vmid);
                let ips: Vec<IpAddr> = addresses.iter().map(|address| address.ip).collect();
                if check_in.from > 0 {
                    continue;
                }
                check.against_pve(service, &guests)?;
                check.against_whmcs(service, &ips, in_whmcs.get(&service.id.0).copied())?;
            }
            Err(_) if check_in.from > 0 => {}
            Err(error) => check.found(None, "unreadable", error.to_string(), None)?,
        }
    }
    let unknown = check_in.services.iter().filter(|one| !known.contains(&one.id()));
    for one in unknown.filter(|_| check_in.from == 0) {
        check.unknown_to_store(one)?;
    }
    let next = check.strangers(&guests, &vmids, check_in.from)?;
    let findings: Vec<Value> = check.findings.iter().map(out).collect();
    Ok(request::reply(
        json!({"findings": findings, "checked": known.len(), "next": next, "write_backs": write_backs(core)?}),
    ))
}

fn out(finding: &Finding) -> Value {
    json!({"service": finding.service, "code": finding.code, "message": finding.sentence, "repaired": finding.repaired})
}

impl Check<'_> {
    fn found(
        &mut self,
        service: Option<ServiceId>,
        code: &'static str,
        sentence: String,
        repair: Option<Repair>,
    ) -> Result<(), Error> {
        let repaired = match (service, repair) {
            (Some(id), Some(repair)) if self.repair => self.mend(id, repair)?,
            _ => false,
        };
        self.findings.push(Finding {
            service,
            code,
            sentence,
            repaired,
        });
        Ok(())
    }

    /// `false`: somebody is at work on the service, or it is another by now. It is found again next time.
    fn mend(&self, id: ServiceId, repair: Repair) -> Result<bool, Error> {
        let now = self.core.clock.now();
        if let Repair::Hold(_) = repair {
            let unknown = Service {
                due_at: None,
                ..Service::new(id, self.entry.id, now)
            };
            self.core.store.begin(&unknown, now)?;
        }
        let Ok(mut lease) = self.core.store.lease(id, now) else {
            return Ok(false);
        };
        let mended = self.mend_leased(&mut lease, repair);
        self.core.store.release(&lease, now, &[])?;
        mended
    }

    fn mend_leased(&self, lease: &mut Lease, repair: Repair) -> Result<bool, Error> {
        let now = self.core.clock.now();
        let service = &mut lease.service;
        match repair {
            Repair::TellAgain => service.is_told_anew(),
            Repair::Node(vm) if service.vmid == Some(vm.vmid) => service.body.node = Some(vm.node),
            Repair::Addresses if service.status == Status::Removed => self.core.store.free_addresses(lease, now)?,
            // refused where another service has one of them: then both are told
            Repair::Hold(addresses) => return Ok(self.core.store.adopt_addresses(lease, &addresses, now).is_ok()),
            Repair::Node(_) | Repair::Addresses => return Ok(false),
        }
        Ok(true)
    }

    fn against_pve(&mut self, service: &Service, guests: &BTreeMap<Vmid, &VmSeen>) -> Result<(), Error> {
        let (id, body) = (service.id, &service.body);
        let Some(vmid) = service.vmid.filter(|_| body.cloned) else {
            return Ok(());
        };
        let Some(vm) = guests.get(&vmid).copied() else {
            let sentence = format!(
                "VM {vmid} of service {id} is on no node of the cluster, or the login may not see it: restore it from a \
                 backup under this number, or press **VMRemove and then VMClone"
            );
            return self.found(Some(id), "vm_missing", sentence, None);
        };
        let moved = body.node.as_ref() != Some(&vm.node);
        if body.name == vm.name && !moved {
            return Ok(());
        }
        let Some(config) = self.look(vm) else { return Ok(()) };
        // its node may send no statistics
        let name = vm.name.as_deref().or(config.get("name"));
        let description = config.get("description").unwrap_or_default();
        let installation = self.core.store.installation();
        if let Some(why) = service.doubt(installation, description, config.uuid().as_deref()) {
            let refusal = Refusal::NotOurs {
                vmid,
                node: vm.node.clone(),
                service: id,
                why,
            };
            return self.found(Some(id), "not_ours", refusal.to_string(), None);
        }
        if moved {
            let sentence = format!("VM {vmid} of service {id} is on node {} now", vm.node);
            self.found(Some(id), "moved", sentence, Some(Repair::Node(vm.clone())))?;
        }
        if let Some(name) = name.filter(|name| body.name.as_deref() != Some(name)) {
            let wanted = body.name.as_deref().unwrap_or_default();
            let sentence = format!(
                "VM {vmid} of service {id} is called {name} in Proxmox VE and {wanted} here: its page shows nothing of it until \
                 it has its name again"
            );
            self.found(Some(id), "renamed", sentence, None)?;
        }
        Ok(())
    }

    fn against_whmcs(&mut self, service: &Service, ips: &[IpAddr], there: Option<&InWhmcs>) -> Result<(), Error> {
        let id = service.id;
        let gone = service.status == Status::Removed;
        if gone && !ips.is_empty() {
            let sentence = format!("service {id} is terminated and still holds {}", texts(ips));
            self.found(Some(id), "address_held", sentence, Some(Repair::Addresses))?;
        }
        let Some(there) = there else {
            if gone {
                return Ok(());
            }
            let sentence = owner::deleted_sentence(service, ips);
            return self.found(Some(id), "whmcs_gone", sentence, None);
        };
        if let Some(asked) = there.asked()
            && let Err(refusal) = must_be_of(service, Some(&asked))
            && !gone
        {
            return self.found(Some(id), OTHER_ORDER, refusal.to_string(), None);
        }
        match there.status() {
            "Terminated" | "Cancelled" | "Fraud" if !gone => {
                let sentence = format!(
                    "WHMCS calls service {id} {} and it still has {}: press Terminate on its page",
                    there.status(),
                    owner::holding(service, ips)
                );
                return self.found(Some(id), "still_there", sentence, None);
            }
            "Active" | "Suspended" if gone => {
                let sentence = format!(
                    "WHMCS calls service {id} {} and its VM was terminated: press Create, or Terminate",
                    there.status()
                );
                return self.found(Some(id), "gone", sentence, None);
            }
            "Suspended" if !service.body.suspended => {
                let sentence = format!("WHMCS calls service {id} Suspended and its VM may run: press Suspend");
                self.found(Some(id), "not_suspended", sentence, None)?;
            }
            "Active" if service.body.suspended => {
                let sentence = format!("WHMCS calls service {id} Active and its VM is kept stopped: press Unsuspend");
                self.found(Some(id), "still_suspended", sentence, None)?;
            }
            _ => {}
        }
        let shown: BTreeSet<IpAddr> = there.addresses().collect();
        let leased: BTreeSet<IpAddr> = ips.iter().copied().collect();
        let domain = service.body.domain.as_deref();
        if service.write_back > 0 && (shown != leased || domain.is_some_and(|domain| domain != there.domain())) {
            let sentence = format!(
                "WHMCS shows {} for service {id}, which has {}",
                named(&shown, there.domain()),
                named(&leased, domain.unwrap_or_default())
            );
            self.found(Some(id), "shown_wrong", sentence, Some(Repair::TellAgain))?;
        }
        Ok(())
    }

    fn unknown_to_store(&mut self, there: &InWhmcs) -> Result<(), Error> {
        if !matches!(there.status(), "Active" | "Suspended") {
            return Ok(());
        }
        let id = ServiceId(there.id());
        let pool = &self.entry.pool;
        let held: Vec<Address> = there
            .addresses()
            .filter_map(|ip| Some(Address::of_line(ip, pool.line_of(ip)?)))
            .collect();
        let sentence = format!(
            "WHMCS calls service {id} {} and this module does not know it{}: bind its VM with Attach, or press Create",
            there.status(),
            if held.is_empty() {
                ""
            } else {
                ", nor that it has its addresses"
            }
        );
        let repair = (!held.is_empty()).then_some(Repair::Hold(held));
        self.found(Some(id), "unknown", sentence, repair)
    }

    /// Guests that carry this installation's marker and are no service's: what a restored, older store has forgotten.
    /// The number that comes next is where the rest begins.
    fn strangers(
        &mut self,
        guests: &BTreeMap<Vmid, &VmSeen>,
        known: &BTreeSet<Vmid>,
        from: u32,
    ) -> Result<Option<Vmid>, Error> {
        self.looks_left = MOST_LOOKS;
        let installation = self.core.store.installation().to_owned();
        let strangers = guests
            .values()
            .filter(|vm| vm.qemu && vm.template != Some(true) && vm.vmid.get() >= from);
        for vm in strangers.filter(|vm| !known.contains(&vm.vmid)) {
            if self.looks_left == 0 {
                return Ok(Some(vm.vmid));
            }
            let Some(config) = self.look(vm) else { continue };
            let description = config.get("description").unwrap_or_default();
            let Some(id) = Service::owner_in(&installation, description) else {
                continue;
            };
            let sentence = format!(
                "VM {} on node {} carries the marker of service {id}, which does not know it: bind it with Attach on that \
                 service's page, or delete it in Proxmox VE if WHMCS has no such service",
                vm.vmid, vm.node
            );
            self.found(Some(id), "forgotten", sentence, None)?;
        }
        Ok(None)
    }

    /// A guest's config. One that cannot be read now hides no other.
    fn look(&mut self, vm: &VmSeen) -> Option<Config> {
        self.looks_left = self.looks_left.checked_sub(1)?;
        let path = GuestPath {
            node: vm.node.clone(),
            vmid: vm.vmid,
        };
        self.client.config(&path).ok()
    }
}

fn named(ips: &BTreeSet<IpAddr>, domain: &str) -> String {
    let ips: Vec<IpAddr> = ips.iter().copied().collect();
    let ips = if ips.is_empty() {
        "no address".to_owned()
    } else {
        texts(&ips)
    };
    let domain = if domain.is_empty() { "no domain" } else { domain };
    format!("{ips} and {domain}")
}

fn texts(ips: &[IpAddr]) -> String {
    ips.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
