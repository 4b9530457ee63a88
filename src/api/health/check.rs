//! Where store, WHMCS and Proxmox VE disagree: after a restored backup, a hand at work, a row deleted in WHMCS.
//!
//! Everything is listed; repaired is only what cannot destroy anything: what WHMCS shows, the node of a guest, the
//! addresses of a service that is gone, or that an older store has forgotten. Nothing is written to Proxmox VE.

use crate::api::core::Core;
use crate::api::life::owner;
use crate::api::output::DeliveryOut;
use crate::api::request::{CheckFrom, CheckIn, ServiceInWhmcs, numbers};
use crate::api::take_due;
use crate::engine::must_be_of;
use crate::pipeline;
use crate::problems::Error;
use crate::pve::{Client, VmSeen};
use crate::server::ServerEntry;
use crate::server::address::Address;
use crate::service::Service;
use crate::store::{Filter, Lease};
use crate::words::ids::ServiceId;
use crate::words::limits;
use crate::words::problems::{self, Problem};
use crate::words::status::Status;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

mod guests;
mod left;

use guests::Guests;

/// One disagreement.
struct Finding {
    service: Option<ServiceId>,
    problem: &'static Problem,
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
    /// All that WHMCS has, whichever entry or module; empty in the requests that go on.
    all: BTreeSet<u64>,
    findings: Vec<Finding>,
}

/// What a check has found.
#[derive(Debug, Serialize)]
pub(in crate::api) struct CheckOut {
    /// Where store, WHMCS and Proxmox VE disagree.
    findings: Vec<FindingOut>,
    /// So many services were compared.
    checked: usize,
    /// What `from` is in the request that goes on; null where all is compared.
    next: Option<CheckFrom>,
    /// What PHP delivers now, and acknowledges: what was mended is told at once.
    outbox: Vec<DeliveryOut>,
}

/// One disagreement.
#[derive(Debug, Serialize)]
struct FindingOut {
    /// Of which service; null where it is none's.
    service: Option<ServiceId>,
    /// The code: a row of the table of problems.
    code: &'static str,
    /// What is wrong and what to do, in a sentence for staff.
    message: String,
    /// Whether it was put right.
    repaired: bool,
}

/// Compares the services of one server entry.
///
/// Costs one request for the cluster's list, and one for the config of each guest; their limits are those of `guests`. Where
/// the time did not suffice, `next` is not null, and the same request with it as `from` goes on.
pub(in crate::api) fn check(core: &Core, request: CheckIn) -> Result<CheckOut, Error> {
    let entry = request.server.parse()?;
    let client = core.client(&entry, &Arc::default(), core.clock.now() + limits::CHECK_SECONDS)?;
    let resources = client.resources()?;
    let mut guests = Guests::of(&resources, core.clock.now());
    let kept = core.store.overview(&Filter {
        server: Some(entry.id),
        limit: u32::MAX,
        ..Filter::default()
    })?;
    let mut check = Check {
        core,
        entry: &entry,
        client,
        repair: request.repair,
        all: numbers(request.all.as_deref()).unwrap_or_default(),
        findings: Vec::new(),
    };
    let is_first = request.from == CheckFrom::Start;
    let mut services: Vec<(&Service, &[Address])> = Vec::new();
    for row in &kept.services {
        match row {
            Ok((service, addresses)) => services.push((service, addresses)),
            Err(error) if is_first => {
                let sentence = format!(
                    "{error}: bring back a store of before (docs/upgrade.md, Restore), and run the check on it"
                );
                check.found(None, &problems::UNREADABLE, sentence, None)?;
            }
            Err(_) => {}
        }
    }
    if is_first {
        check.against_whmcs(&services, &request.services)?;
    }
    let next = check.against_pve(&services, &mut guests, request.from)?;
    if is_first {
        check.left(&resources, core.clock.now() + limits::CHECK_TURN_SECONDS)?;
    }
    // what was mended is told at once
    let outbox = if check.repair { take_due(core)? } else { Vec::new() };
    let out = |finding: Finding| FindingOut {
        service: finding.service,
        code: finding.problem.code,
        message: finding.sentence,
        repaired: finding.repaired,
    };
    Ok(CheckOut {
        findings: check.findings.into_iter().map(out).collect(),
        checked: services.len(),
        next,
        outbox,
    })
}

impl Check<'_> {
    fn found(
        &mut self,
        service: Option<ServiceId>,
        problem: &'static Problem,
        sentence: String,
        repair: Option<Repair>,
    ) -> Result<(), Error> {
        let repaired = match (service, repair) {
            (Some(id), Some(repair)) if self.repair => self.mend(id, repair)?,
            _ => false,
        };
        self.findings.push(Finding {
            service,
            problem,
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
        self.core.store.release(&mut lease, now, &[])?;
        mended
    }

    fn mend_leased(&self, lease: &mut Lease, repair: Repair) -> Result<bool, Error> {
        let now = self.core.clock.now();
        let service = &mut lease.service;
        match repair {
            Repair::TellAgain => pipeline::tell_anew(service),
            Repair::Node(vm) if service.vmid == Some(vm.vmid) => service.body.node = Some(vm.node),
            Repair::Addresses if service.status == Status::Removed => self.core.store.free_addresses(lease, now)?,
            // refused where another service has one of them: then both are told
            Repair::Hold(addresses) => return Ok(self.core.store.adopt_addresses(lease, &addresses, now).is_ok()),
            Repair::Node(_) | Repair::Addresses => return Ok(false),
        }
        Ok(true)
    }

    fn against_whmcs(&mut self, services: &[(&Service, &[Address])], in_whmcs: &[ServiceInWhmcs]) -> Result<(), Error> {
        let there: BTreeMap<u64, &ServiceInWhmcs> = in_whmcs.iter().map(|one| (one.id(), one)).collect();
        let known: BTreeSet<u64> = services.iter().map(|(service, _)| service.id.0).collect();
        for (service, addresses) in services {
            let ips: Vec<IpAddr> = addresses.iter().map(|address| address.ip).collect();
            self.in_whmcs(service, &ips, there.get(&service.id.0).copied())?;
        }
        let unknown = in_whmcs.iter().filter(|one| !known.contains(&one.id()));
        unknown.into_iter().try_for_each(|one| self.unknown_to_store(one))
    }

    fn in_whmcs(&mut self, service: &Service, ips: &[IpAddr], there: Option<&ServiceInWhmcs>) -> Result<(), Error> {
        let id = service.id;
        let gone = service.status == Status::Removed;
        if gone && !ips.is_empty() {
            let sentence = format!(
                "service {id} is terminated and still holds {}: check.php --repair gives that back",
                texts(ips)
            );
            self.found(Some(id), &problems::ADDRESS_HELD, sentence, Some(Repair::Addresses))?;
        }
        let Some(there) = there else {
            if gone {
                return Ok(());
            }
            if self.all.contains(&id.0) {
                let sentence = format!(
                    "service {id} has {} on this server entry, and WHMCS has it on another one, or with a product of another \
                     module: choose this server and this module for it again, or bind its VM on the other one with Attach",
                    owner::holding(service, ips)
                );
                return self.found(Some(id), &problems::OTHER_SERVER, sentence, None);
            }
            let sentence = owner::deleted_sentence(service, ips);
            return self.found(Some(id), &problems::WHMCS_GONE, sentence, None);
        };
        if let Some(asked) = there.asked()
            && let Err(refusal) = must_be_of(service, Some(&asked))
            && !gone
        {
            return self.found(Some(id), &problems::OTHER_ORDER, refusal.to_string(), None);
        }
        match there.status() {
            "Terminated" | "Cancelled" | "Fraud" if !gone => {
                let sentence = format!(
                    "WHMCS calls service {id} {} and it still has {}: press Terminate on its page",
                    there.status(),
                    owner::holding(service, ips)
                );
                return self.found(Some(id), &problems::STILL_THERE, sentence, None);
            }
            "Active" | "Suspended" if gone => {
                let sentence = format!(
                    "WHMCS calls service {id} {} and its VM was terminated: press Create, or Terminate",
                    there.status()
                );
                return self.found(Some(id), &problems::GONE, sentence, None);
            }
            "Suspended" if !service.body.suspended => {
                let sentence = format!("WHMCS calls service {id} Suspended and its VM may run: press Suspend");
                self.found(Some(id), &problems::NOT_SUSPENDED, sentence, None)?;
            }
            "Active" if service.body.suspended => {
                let sentence = format!("WHMCS calls service {id} Active and its VM is kept stopped: press Unsuspend");
                self.found(Some(id), &problems::STILL_SUSPENDED, sentence, None)?;
            }
            _ => {}
        }
        let shown: BTreeSet<IpAddr> = there.addresses().collect();
        let leased: BTreeSet<IpAddr> = ips.iter().copied().collect();
        let domain = service.body.domain.as_deref();
        if domain.is_some_and(|domain| shown != leased || domain != there.domain()) {
            let sentence = format!(
                "WHMCS shows {} for service {id}, which has {}: check.php --repair tells it anew",
                named(&shown, there.domain()),
                named(&leased, domain.unwrap_or_default())
            );
            self.found(Some(id), &problems::SHOWN_WRONG, sentence, Some(Repair::TellAgain))?;
        }
        Ok(())
    }

    fn unknown_to_store(&mut self, there: &ServiceInWhmcs) -> Result<(), Error> {
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
                ", nor that it has its addresses (check.php --repair keeps those for it)"
            }
        );
        let repair = (!held.is_empty()).then_some(Repair::Hold(held));
        self.found(Some(id), &problems::UNKNOWN, sentence, repair)
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
