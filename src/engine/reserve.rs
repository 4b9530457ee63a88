//! Before the clone: placement, addresses, VMID and name. Reads PVE first, then takes everything at once.

use super::applications::must_have_application;
use super::windows::must_let_in;
use super::{Engine, Job};
use crate::engine::{placement, promised};
use crate::guest::Config;
use crate::package;
use crate::package::{CloneType, NameInputs, Package};
use crate::pipeline;
use crate::pipeline::{Blocked, NoPlace};
use crate::problems::{Error, Refusal};
use crate::pve::{Client, ClusterFacts, NetworkSeen, Resources, VmSeen};
use crate::server::address::Address;
use crate::server::{AddressLine, Family, Pool};
use crate::store::{Lease, Reservation};
use crate::words::ids::{Bridge, NodeName, ServiceId, StorageId, Vmid};
use crate::words::limits;
use std::collections::{BTreeMap, BTreeSet};

/// Where a guest goes.
struct Site {
    node: NodeName,
    template_node: Option<NodeName>,
    place: Option<String>,
}

/// What a clone of a template writes to: the storage that the package names for it, or the template's own, where linked
/// clones always are.
fn clone_place(package: &Package, template: &Config, resources: &Resources, node: &NodeName) -> Option<String> {
    let full = package.clone_type == CloneType::Full;
    let named = package.system_storage.clone().filter(|_| full);
    let storage = named.or_else(|| template.system_disk().and_then(|disk| disk.storage()));
    storage.map(|storage| resources.place(node, &storage))
}

/// Whether the service has all that its clone needs.
pub(super) fn is_complete(lease: &Lease, package: &Package) -> bool {
    let has = |family| {
        lease
            .addresses
            .iter()
            .filter(|address| address.family() == family)
            .count()
    };
    let addresses = has(Family::V4) >= package.ipv4_count as usize && has(Family::V6) >= package.ipv6_count as usize;
    let body = &lease.service.body;
    addresses && lease.service.vmid.is_some() && body.name.is_some() && body.node.is_some()
}

/// The addresses that the package still has: of each family the first ones.
pub fn kept(addresses: &[Address], package: &Package) -> Vec<Address> {
    let mut left = (package.ipv4_count, package.ipv6_count);
    let mut keep = |address: &&Address| {
        let left = if address.family() == Family::V4 {
            &mut left.0
        } else {
            &mut left.1
        };
        let keep = *left > 0;
        *left = left.saturating_sub(1);
        keep
    };
    addresses.iter().filter(|address| keep(address)).cloned().collect()
}

/// Refuses a config that the node would not start: an ISO, hook script or snippet that it has not, trunks on a bridge
/// that is not VLAN-aware. A config that has neither costs no request.
pub fn node_could_start(
    client: &Client,
    whose: &str,
    node: &NodeName,
    config: &Config,
    building: bool,
) -> Result<(), Error> {
    let trunked = pipeline::trunked(config, building);
    let networks = if trunked.is_empty() {
        Vec::new()
    } else {
        client.networks(node)?
    };
    for (key, bridge) in trunked {
        if networks
            .iter()
            .any(|network| network.name == bridge && !network.takes_trunks)
        {
            return Err(NoPlace::Trunks {
                whose: whose.to_owned(),
                key,
                bridge,
                node: node.clone(),
            }
            .into());
        }
    }
    for file in pipeline::needed_files(config) {
        if client.has_file(node, file.content, &file.volume)? == Some(false) {
            return Err(NoPlace::FileMissing {
                whose: whose.to_owned(),
                key: file.key,
                volume: file.volume,
                node: node.clone(),
            }
            .into());
        }
    }
    Ok(())
}

/// The lines of which Proxmox VE would start a NIC: one with a VLAN is refused by a vnet that is not VLAN-aware.
fn with_tags(package: &Package, pool: Pool, networks: &[NetworkSeen], node: &NodeName) -> Result<Pool, Error> {
    let takes_none = |bridge: &Bridge| networks.iter().any(|network| network.refuses_tags_on(bridge));
    let refused = |bridge: &Bridge, vlan: u16| (vlan > 0 && takes_none(bridge)).then(|| (bridge.clone(), vlan));
    let of_line = |line: &AddressLine| {
        let bridge = package.bridge.as_ref().unwrap_or(&line.bridge);
        refused(bridge, package.vlan.unwrap_or(line.vlan))
    };
    let usable = pool.only(|line| of_line(line).is_none());
    let of_package = || refused(package.bridge.as_ref()?, package.vlan?);
    match pool.lines.iter().find_map(of_line).or_else(of_package) {
        Some((bridge, vlan)) if usable.lines.is_empty() => Err(NoPlace::NoTags {
            bridge,
            vlan,
            node: node.clone(),
        }
        .into()),
        _ => Ok(usable),
    }
}

/// What a reservation takes from.
struct Sources {
    site: Site,
    pool: Pool,
    taken: BTreeSet<Vmid>,
    vmids: (Vmid, Vmid),
}

impl Sources {
    fn wanted<'a>(&'a self, package: &'a Package) -> Reservation<'a> {
        Reservation {
            package,
            pool: &self.pool,
            vmids: self.vmids,
            taken: &self.taken,
        }
    }
}

/// What would be reserved if it were done now.
pub(super) struct WouldReserve {
    pub(super) addresses: Vec<Address>,
    pub(super) vmid: Vmid,
    pub(super) node: NodeName,
    pub(super) template_node: Option<NodeName>,
}

impl Engine<'_> {
    pub(super) fn reserve(&self, job: &mut Job) -> Result<(), Error> {
        let package = job.order.package.clone();
        let sources = self.sources(job)?;
        let now = self.clock.now();
        self.store.reserve(&mut job.lease, &sources.wanted(&package), now)?;
        job.changes();
        let name = match job.lease.service.body.name.clone() {
            Some(name) => name,
            None => self.make_name(job, &package)?,
        };
        let site = sources.site;
        let service = job.service();
        service.body.domain = Some(package.domain(&name));
        service.body.name = Some(name);
        service.body.node = Some(site.node);
        service.body.template_node = site.template_node;
        service.body.place = site.place;
        service.body.package = Some(package);
        pipeline::tell_anew(service);
        self.save(job)
    }

    /// What would be reserved now, and what refuses it. Nothing is taken.
    pub(super) fn would_reserve(&self, job: &Job) -> Result<WouldReserve, Error> {
        let package = &job.order.package;
        let sources = self.sources(job)?;
        let (addresses, vmid) = self.store.would_reserve(&job.lease, &sources.wanted(package))?;
        if job.lease.service.body.name.is_none() {
            self.make_name(job, package)?;
        }
        Ok(WouldReserve {
            addresses,
            vmid,
            node: sources.site.node,
            template_node: sources.site.template_node,
        })
    }

    fn sources(&self, job: &Job) -> Result<Sources, Error> {
        let cloned = job.lease.service.has_guest();
        let mut resources = if cloned {
            Resources::default()
        } else {
            job.client.resources()?
        };
        let mut facts = self.facts(job)?;
        let (site, pool) = match (job.lease.service.body.node.clone(), cloned) {
            // further addresses for a guest that is there: it stays where it is
            (Some(node), true) => {
                let pool = self.usable_lines(job, &node, &mut facts)?;
                let body = &job.lease.service.body;
                let site = Site {
                    node,
                    template_node: body.template_node.clone(),
                    place: body.place.clone(),
                };
                (site, pool)
            }
            _ => self.place(job, &mut resources, &mut facts)?,
        };
        let mut taken: BTreeSet<Vmid> = resources.vms.iter().map(|vm| vm.vmid).collect();
        taken.extend(&job.taken);
        Ok(Sources {
            vmids: self.vmid_range(job, &job.order.package, &facts)?,
            site,
            pool,
            taken,
        })
    }

    /// Refuses what would keep a guest from being built, before the one that is there is touched.
    pub fn must_be_buildable(&self, job: &Job) -> Result<(), Error> {
        let mut resources = job.client.resources()?;
        let mut facts = self.facts(job)?;
        self.place(job, &mut resources, &mut facts).map(drop)
    }

    /// What is made anew is gone first: whatever has changed since it was asked for, such as a template that somebody has
    /// deleted, is seen while the guest is still there.
    pub(super) fn could_be_built_anew(&self, job: &Job) -> Result<(), Error> {
        match job.row {
            Some(row) if row.builds_anew() => {
                if let Some(replicated) = job.client.replication_job(&Self::guest_path(job)?)? {
                    return Err(Blocked::Replicated(replicated).into());
                }
                self.must_be_buildable(job)
            }
            _ => Ok(()),
        }
    }

    /// A number that nobody has at this moment: Proxmox VE makes nothing under one that is taken.
    pub(super) fn free_vmid(&self, job: &Job, resources: &Resources) -> Result<Vmid, Error> {
        let facts = self.facts(job)?;
        let mut taken: BTreeSet<Vmid> = resources.vms.iter().map(|vm| vm.vmid).collect();
        taken.extend(&job.taken);
        // backups of a former number are of another guest
        taken.extend(job.lease.service.body.former.iter().map(|former| former.vmid));
        let range = self.vmid_range(job, &job.order.package, &facts)?;
        Ok(self.store.free_vmid(range, &taken)?)
    }

    fn facts(&self, job: &Job) -> Result<ClusterFacts, Error> {
        let now = self.clock.now();
        let facts = self.store.facts(job.order.entry.id)?;
        if facts.is_fresh(now) {
            return Ok(facts);
        }
        Ok(ClusterFacts {
            seen_at: now,
            next_id: job.client.next_id_range()?,
            networks: BTreeMap::new(),
            ..facts
        })
    }

    /// Where the guest goes, and the address lines that its node can use.
    fn place(&self, job: &Job, resources: &mut Resources, facts: &mut ClusterFacts) -> Result<(Site, Pool), Error> {
        let package = &job.order.package;
        let template = placement::template(resources, package)?.clone();
        let config = Self::buildable(job, &template)?;
        must_let_in(job, &config)?;
        let storages = placement::storages(package, &config);
        let storages: Vec<&StorageId> = storages.iter().flatten().collect();
        job.client.fill_in(resources, package.target_node.as_ref(), &storages);
        let own = job.lease.service.id;
        let building = self.being_built(job.order.entry.id)?;
        // a thin storage may promise more than it has
        promised::to_services(resources, building.iter().filter(|other| other.id != own), |seen| {
            seen.thick
        });
        let nodes = placement::nodes(resources, package, &template, &config)?;
        let mut refusal = None;
        for node in nodes {
            match self.usable_lines(job, &node, facts) {
                Ok(pool) => {
                    node_could_start(
                        &job.client,
                        &format!("template {}", template.vmid),
                        &node,
                        &config,
                        true,
                    )?;
                    match must_have_application(&job.client, package, &node) {
                        Err(error @ Error::Placement(_)) => {
                            // another node may have it
                            refusal = refusal.or(Some(error));
                            continue;
                        }
                        has => has?,
                    }
                    let site = Site {
                        place: clone_place(package, &config, resources, &node),
                        template_node: Some(template.node.clone()),
                        node,
                    };
                    return Ok((site, pool));
                }
                Err(error @ Error::Placement(_)) => refusal = refusal.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        Err(refusal.unwrap_or(Error::Placement(NoPlace::NoNode)))
    }

    /// The template's node, and the place of its clone: known from when the guest's own was chosen, else looked for now.
    /// Before a clone that follows a removal the package may name another template, and a guest that was attached never
    /// had one.
    pub(super) fn template_home(&self, job: &mut Job) -> Result<NodeName, Error> {
        let body = &job.lease.service.body;
        if let (Some(known), Some(_)) = (&body.template_node, &body.place) {
            return Ok(known.clone());
        }
        let package = &job.order.package;
        let resources = job.client.resources()?;
        let template = placement::template(&resources, package)?;
        let config = Self::buildable(job, template)?;
        let place = clone_place(package, &config, &resources, &Self::guest_path(job)?.node);
        let home = template.node.clone();
        let body = &mut job.service().body;
        body.template_node = Some(home.clone());
        body.place = place;
        Ok(home)
    }

    /// The template's config, if the package can be built of it.
    fn buildable(job: &Job, template: &VmSeen) -> Result<Config, Error> {
        let package = &job.order.package;
        let config = job.client.config(&template.path())?;
        placement::must_be_template(package, template, &config)?;
        pipeline::buildable(package, &config).map_err(|why| NoPlace::Unfit {
            template: template.vmid,
            why,
        })?;
        Ok(config)
    }

    /// The address lines whose bridge the node has.
    fn usable_lines(&self, job: &Job, node: &NodeName, facts: &mut ClusterFacts) -> Result<Pool, Error> {
        let package = &job.order.package;
        let pool = &job.order.entry.pool;
        let wanted: BTreeSet<&Bridge> = match &package.bridge {
            Some(bridge) => BTreeSet::from([bridge]),
            None if package.ipv4_count + package.ipv6_count == 0 => BTreeSet::new(),
            None => pool.lines.iter().map(|line| &line.bridge).collect(),
        };
        if wanted.is_empty() {
            return Ok(pool.clone());
        }
        let has = |networks: &[NetworkSeen], bridge: &Bridge| networks.iter().any(|network| network.name == *bridge);
        let known = |networks: &Vec<NetworkSeen>| wanted.iter().all(|bridge| has(networks, bridge));
        if !facts.networks.get(node).is_some_and(known) {
            // not known, or known to be missing: only a fresh answer may refuse
            facts.networks.insert(node.clone(), job.client.networks(node)?);
            self.store.set_facts(job.order.entry.id, facts)?;
        }
        let networks = facts.networks.get(node).map(Vec::as_slice).unwrap_or_default();
        if let Some(missing) = wanted
            .iter()
            .find(|_| !wanted.iter().any(|bridge| has(networks, bridge)))
        {
            return Err(NoPlace::NoBridge {
                bridge: (*missing).clone(),
                node: node.clone(),
            }
            .into());
        }
        with_tags(package, pool.only(|line| has(networks, &line.bridge)), networks, node)
    }

    /// Where the search for a VMID begins and ends: the package's first one, within the cluster's range.
    fn vmid_range(&self, job: &Job, package: &Package, facts: &ClusterFacts) -> Result<(Vmid, Vmid), Error> {
        let (lower, upper) = facts.next_id.unwrap_or((Vmid::MIN, Vmid::MAX));
        let mut first = package.first_vmid.max(lower);
        if !job.taken.is_empty() {
            // guests that we may not see are in the way: PVE knows where they end
            first = first.max(job.client.next_id()?.unwrap_or(first));
        }
        if job.taken.len() as u32 > limits::RESERVE_ATTEMPTS {
            return Err(crate::store::Error::NoVmid {
                first: first.get(),
                last: upper.get(),
            }
            .into());
        }
        Ok((first, upper))
    }

    fn make_name(&self, job: &Job, package: &Package) -> Result<String, Error> {
        let asked = &job.order.domain;
        if package.more.order_hostname && !asked.is_empty() {
            return self.asked_name(job.lease.service.id, asked, package);
        }
        let mut random = |bound: u32| {
            let mut bytes = [0_u8; 4];
            // without randomness two names may be alike, which PVE allows
            let _ = getrandom::fill(&mut bytes);
            u32::from_le_bytes(bytes) % bound.max(1)
        };
        let mut inputs = NameInputs {
            client_id: job.order.client_id,
            service_id: job.lease.service.id,
            unix_seconds: self.clock.now() as u64,
            has_domain: package.main_domain.is_some(),
            random: &mut random,
        };
        Ok(package::expand_name(&package.name_rule, &mut inputs)?)
    }

    /// The host name that the customer has asked for, if it can be had and no other service has it.
    pub fn asked_name(&self, id: ServiceId, asked: &str, package: &Package) -> Result<String, Error> {
        let name =
            package::asked_name(asked, package.main_domain.as_deref()).map_err(|why| package::Error::HostName {
                asked: asked.to_owned(),
                why,
            })?;
        match self.store.with_domain(&package.domain(&name), id)? {
            Some(other) => Err(Refusal::NameTaken { name, other }.into()),
            None => Ok(name),
        }
    }
}
