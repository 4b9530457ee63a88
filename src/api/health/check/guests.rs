//! Each service's guest as Proxmox VE has it: where, whose, under which name, and whether it is as its package says.
//!
//! That is one config a guest, and a cluster may have very many: [`limits::CHECK_READERS`] are read at once, for
//! [`limits::CHECK_TURN_SECONDS`] in one request. A guest that cannot be read is told, and never counted as equal.

use super::{Check, Repair};
use crate::api::core::Core;
use crate::api::request::CheckFrom;
use crate::engine::kept;
use crate::guest::Config;
use crate::pipeline;
use crate::problems::{Error, Refusal};
use crate::pve;
use crate::pve::{NodeState, Resources, VmSeen};
use crate::server::address::Address;
use crate::service::Service;
use crate::store;
use crate::words::ids::{NodeName, ServiceId, StorageId, Vmid};
use crate::words::limits;
use crate::words::problems;
use crate::words::status::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many configs are read, then compared, and the time is looked at.
const CHUNK: usize = 8 * limits::CHECK_READERS;
/// So many guests that could not be read are named one by one.
const NAMED: usize = 10;

/// The guests of a node that could not be read.
#[derive(Default)]
struct Unread {
    guests: Vec<(Vmid, Option<ServiceId>)>,
    silences: usize,
    why: String,
}

/// What is read of the cluster's guests in one request.
pub(in crate::api) struct Guests<'a> {
    listed: BTreeMap<Vmid, &'a VmSeen>,
    /// Storages whose volumes one node has alone.
    local: BTreeSet<&'a StorageId>,
    unread: BTreeMap<NodeName, Unread>,
    until: f64,
}

impl<'a> Guests<'a> {
    pub(in crate::api) fn of(resources: &'a Resources, now: f64) -> Self {
        let offline = resources.nodes.iter().filter(|node| node.state == NodeState::Offline);
        let offline = offline.map(|node| {
            let unread = Unread {
                silences: usize::MAX,
                why: "the node is offline".to_owned(),
                ..Unread::default()
            };
            (node.name.clone(), unread)
        });
        let local = resources.storages.iter().filter(|storage| !storage.shared);
        Guests {
            listed: resources.vms.iter().map(|vm| (vm.vmid, vm)).collect(),
            local: local.map(|storage| &storage.id).collect(),
            unread: offline.collect(),
            until: now + limits::CHECK_TURN_SECONDS,
        }
    }

    /// The configs of some guests, in their order. A node that has left several requests without an answer is asked no more.
    fn read(&mut self, client: &pve::Client, vms: &[&VmSeen]) -> Vec<Option<Config>> {
        let left_alone = |vm: &&&VmSeen| {
            let unread = self.unread.get(&vm.node);
            unread.is_some_and(|unread| unread.silences >= limits::CHECK_SILENCES)
        };
        let asked: Vec<&VmSeen> = vms.iter().filter(|vm| !left_alone(vm)).copied().collect();
        let next = AtomicUsize::new(0);
        let work = || {
            let mut answers = Vec::new();
            while let Some(vm) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                answers.push((vm.vmid, client.config(&vm.path())));
            }
            answers
        };
        let parts = Core::in_threads(asked.len().min(limits::CHECK_READERS), work);
        let mut answers: BTreeMap<Vmid, Result<Config, pve::Error>> = parts.into_iter().flatten().collect();
        let mut configs = Vec::new();
        for vm in vms {
            configs.push(match answers.remove(&vm.vmid) {
                Some(Ok(config)) => Some(config),
                Some(Err(error)) => {
                    let unread = self.unread.entry(vm.node.clone()).or_default();
                    let silent = !matches!(error, pve::Error::Refused { .. } | pve::Error::Unexpected { .. });
                    unread.silences = unread.silences.saturating_add(usize::from(silent));
                    unread.why = error.to_string();
                    None
                }
                None => None,
            });
        }
        configs
    }

    fn not_read(&mut self, vm: &VmSeen, service: Option<ServiceId>) {
        let unread = self.unread.entry(vm.node.clone()).or_default();
        unread.guests.push((vm.vmid, service));
    }
}

impl Check<'_> {
    /// The guests of the services from one on, then those that are no service's; where the rest begins, if the time is over.
    pub(in crate::api) fn against_pve(
        &mut self,
        services: &[(&Service, &[Address])],
        guests: &mut Guests<'_>,
        from: CheckFrom,
    ) -> Result<Option<CheckFrom>, Error> {
        let (first, from) = match from {
            CheckFrom::Start => (Some(ServiceId(0)), Vmid::MIN),
            CheckFrom::Service(id) => (Some(id), Vmid::MIN),
            CheckFrom::Guest(vmid) => (None, vmid),
        };
        let with_guest: Vec<_> = services
            .iter()
            .filter(|(service, _)| service.has_guest() && first.is_some_and(|first| service.id >= first))
            .collect();
        let mut next = None;
        for chunk in with_guest.chunks(CHUNK) {
            if self.core.clock.now() >= guests.until {
                next = chunk.first().map(|(service, _)| CheckFrom::Service(service.id));
                break;
            }
            self.services(chunk, guests)?;
        }
        if next.is_none() {
            let beside = |service: &Service| service.body.beside.as_ref().map(|beside| beside.vmid);
            let known = services.iter().flat_map(|(service, _)| [service.vmid, beside(service)]);
            let known = known.flatten().collect();
            next = self.strangers(guests, &known, from)?;
        }
        self.unread(guests)?;
        Ok(next)
    }

    fn services(&mut self, chunk: &[&(&Service, &[Address])], guests: &mut Guests<'_>) -> Result<(), Error> {
        let seen = |service: &Service| service.vmid.and_then(|vmid| guests.listed.get(&vmid).copied());
        let seen: Vec<Option<&VmSeen>> = chunk.iter().map(|(service, _)| seen(service)).collect();
        let looked_at: Vec<&VmSeen> = chunk
            .iter()
            .zip(&seen)
            .filter_map(|((service, _), vm)| vm.filter(|vm| is_looked_at(service, vm)))
            .collect();
        let configs = guests.read(&self.client, &looked_at);
        let mut configs: BTreeMap<Vmid, Option<Config>> = looked_at.iter().map(|vm| vm.vmid).zip(configs).collect();
        for ((service, addresses), vm) in chunk.iter().zip(seen) {
            let Some(vm) = vm else {
                self.missing(service)?;
                continue;
            };
            match configs.remove(&vm.vmid) {
                Some(Some(config)) => {
                    self.guest(service, addresses, vm, &config)?;
                    self.movable(service.id, vm, &config, &guests.local)?;
                }
                // one that is being built is at work, and told there
                Some(None) if !pipeline::is_building(service.status) => guests.not_read(vm, Some(service.id)),
                _ => {}
            }
        }
        Ok(())
    }

    fn missing(&mut self, service: &Service) -> Result<(), Error> {
        let (id, Some(vmid)) = (service.id, service.vmid) else {
            return Ok(());
        };
        let sentence = format!(
            "VM {vmid} of service {id} is on no node of the cluster, or the login may not see it: restore it from a backup \
             under this number, bind another VM with Attach, or press **VMRemove and then VMClone"
        );
        self.found(Some(id), &problems::VM_MISSING, sentence, None)
    }

    fn guest(&mut self, service: &Service, addresses: &[Address], vm: &VmSeen, config: &Config) -> Result<(), Error> {
        let (id, vmid, body) = (service.id, vm.vmid, &service.body);
        if let Some(why) = service.doubt(self.core.store.installation(), config) {
            let refusal = Refusal::NotOurs {
                vmid,
                node: vm.node.clone(),
                service: id,
                why,
            };
            return self.found(Some(id), &problems::NOT_OURS, refusal.to_string(), None);
        }
        if body.node.as_ref() != Some(&vm.node) {
            let sentence = format!(
                "VM {vmid} of service {id} is on node {} now: check.php --repair writes that down, as its next action does",
                vm.node
            );
            self.found(Some(id), &problems::MOVED, sentence, Some(Repair::Node(vm.clone())))?;
        }
        // the list is silent of it where its node sends no statistics
        let name = vm.name.as_deref().or(config.get("name"));
        let is_restored = body.guest.restoring().is_some();
        if let Some(name) = name.filter(|name| !is_restored && body.name.as_deref() != Some(name)) {
            let wanted = body.name.as_deref().unwrap_or_default();
            let sentence = format!(
                "VM {vmid} of service {id} is called {name} in Proxmox VE and {wanted} here: give it its name again in Proxmox VE, or press Attach \
                 with its number, which takes the new one; until then its page shows nothing of it"
            );
            self.found(Some(id), &problems::RENAMED, sentence, None)?;
        }
        self.package(service, addresses, vmid, config)
    }

    /// HA starts no guest on another node whose CD that node has not.
    fn movable(
        &mut self,
        id: ServiceId,
        vm: &VmSeen,
        config: &Config,
        local: &BTreeSet<&StorageId>,
    ) -> Result<(), Error> {
        let mut cds = config.cd_drives().chain(config.seed_drives()).filter(|_| vm.ha);
        let Some(cd) = cds.find(|cd| cd.storage().is_some_and(|storage| local.contains(&storage))) else {
            return Ok(());
        };
        let sentence = format!(
            "VM {} of service {id} is managed by HA, and {} in {} is on node {} alone: HA cannot start the VM on another node, \
             so eject it, or leave rescue mode, and keep ISOs and seeds on a storage that all nodes share",
            vm.vmid,
            cd.volume(),
            cd.slot,
            vm.node
        );
        self.found(Some(id), &problems::LOCAL_CD, sentence, None)
    }

    /// What was sold beside what there is.
    fn package(&mut self, service: &Service, addresses: &[Address], vmid: Vmid, config: &Config) -> Result<(), Error> {
        let (id, body) = (service.id, &service.body);
        let is_finished = matches!(service.status, Status::Ready | Status::SetDnsRecords);
        // a store of an older version knows it as last seen
        let Some(package) = body.applied.as_ref().or(body.package.as_ref()).filter(|_| is_finished) else {
            return Ok(());
        };
        let found = pipeline::differences(package, &kept(addresses, package), config);
        let blocked = found.blocked.iter().map(ToString::to_string);
        let what: Vec<String> = found.written.iter().cloned().chain(blocked).collect();
        if !what.is_empty() {
            let sentence = format!(
                "VM {vmid} of service {id} is not as its package says ({}): {}",
                what.join(", "),
                found.remedy()
            );
            self.found(Some(id), &problems::PACKAGE, sentence, None)?;
        }
        if !found.elsewhere.is_empty() {
            let sentence = format!(
                "VM {vmid} of service {id} is not where its package says ({}): move the disk there in Proxmox VE (Hardware, \
                 Disk Action, Move Storage), or name its storage in the product and press Change Package on its page",
                found.elsewhere.join(", ")
            );
            self.found(Some(id), &problems::PACKAGE_STORAGE, sentence, None)?;
        }
        Ok(())
    }

    /// Guests that carry this installation's marker and are no service's: what a restored, older store has forgotten.
    fn strangers(
        &mut self,
        guests: &mut Guests<'_>,
        known: &BTreeSet<Vmid>,
        from: Vmid,
    ) -> Result<Option<CheckFrom>, Error> {
        let installation = self.core.store.installation().to_owned();
        let strangers: Vec<&VmSeen> = (guests.listed.range(from..).map(|(_, vm)| *vm))
            .filter(|vm| vm.qemu && vm.template != Some(true) && !known.contains(&vm.vmid))
            .collect();
        for chunk in strangers.chunks(CHUNK) {
            if self.core.clock.now() >= guests.until {
                return Ok(chunk.first().map(|vm| CheckFrom::Guest(vm.vmid)));
            }
            let configs = guests.read(&self.client, chunk);
            for (vm, config) in chunk.iter().zip(configs) {
                let Some(config) = config else {
                    guests.not_read(vm, None);
                    continue;
                };
                let description = config.get("description").unwrap_or_default();
                let owner = Service::owner_in(&installation, description).filter(|_| !config.is_template());
                let Some(id) = owner else { continue };
                if self.is_of_another_entry(id, vm, &config)? {
                    continue;
                }
                let sentence = format!(
                    "VM {} on node {} carries the marker of service {id}, which does not know it: bind it with Attach on that \
                     service's page, or delete it in Proxmox VE if WHMCS has no such service",
                    vm.vmid, vm.node
                );
                self.found(Some(id), &problems::FORGOTTEN, sentence, None)?;
            }
        }
        Ok(None)
    }

    /// Several server entries may lead to one cluster: whether a guest is that of a service of another one.
    fn is_of_another_entry(&self, id: ServiceId, vm: &VmSeen, config: &Config) -> Result<bool, Error> {
        let service = match self.core.store.service(id) {
            Err(store::Error::Unknown(_) | store::Error::Corrupt { .. }) => return Ok(false),
            known => known?.0,
        };
        let doubt = service.doubt(self.core.store.installation(), config);
        Ok(service.server != self.entry.id && service.vmid == Some(vm.vmid) && doubt.is_none())
    }

    /// One line a node: nobody wants one for each guest of a node that is down.
    fn unread(&mut self, guests: &mut Guests<'_>) -> Result<(), Error> {
        for (node, unread) in std::mem::take(&mut guests.unread) {
            let Some((_, service)) = unread.guests.first() else {
                continue;
            };
            let name = |(vmid, service): &(Vmid, Option<ServiceId>)| match service {
                Some(service) => format!("VM {vmid} of service {service}"),
                None => format!("VM {vmid}"),
            };
            let mut named: Vec<String> = unread.guests.iter().take(NAMED).map(name).collect();
            if unread.guests.len() > NAMED {
                named.push(format!("{} more", unread.guests.len() - NAMED));
            }
            let sentence = format!(
                "{} on node {node} could not be read, so nothing is known of it: {}; run the check again when that has passed",
                named.join(", "),
                unread.why
            );
            let only = service.filter(|_| unread.guests.len() == 1);
            self.found(only, &problems::UNREAD, sentence, None)?;
        }
        Ok(())
    }
}

/// A finished guest is compared as a whole. One that is being built has its place and its marker only at the clone's end.
fn is_looked_at(service: &Service, vm: &VmSeen) -> bool {
    let as_expected = service.body.name == vm.name && service.body.node.as_ref() == Some(&vm.node);
    !as_expected || !pipeline::is_building(service.status)
}
