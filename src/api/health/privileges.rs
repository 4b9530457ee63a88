//! What a login lacks for the work of this module, path by path.
//!
//! PVE is asked about every path by itself ([`crate::pve::Client::privileges`]): what reaches a path (groups, pools,
//! propagation, `NoAccess`, privilege separation of tokens) is decided there and nowhere else. The table follows the
//! checks of PVE's API since 8.0 (qemu-server `API2/Qemu.pm`, pve-guest-common `check_vnet_access`, pve-storage
//! `check_volume_access`). The guest agent is asked where a product says so (`password_by`, `ssh_keys_by`, `ready_when`), or
//! somebody asks why a VM is not reached; something else takes its place each time, so neither `VM.Monitor` (8.x) nor `VM.GuestAgent.*` (9.x) is wanted.

use crate::guest::{Config, PropertyString};
use crate::package::{Media, SeedBy};
use crate::problems::Error;
use crate::pve::{Client, Resources};
use crate::words::ids::{Bridge, Vmid};
use crate::words::limits;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is lacking on a path.
#[derive(Debug, Serialize)]
pub(in crate::api) struct Missing {
    /// Where the role has to be given, with propagation.
    pub(in crate::api) path: String,
    /// What the role has to hold.
    pub(in crate::api) privileges: Vec<&'static str>,
    /// What it is for, if not every service needs it; null: nothing works without.
    #[serde(rename = "for")]
    pub(in crate::api) purpose: Option<&'static str>,
}

/// What is done to a guest of ours, with what each privilege is for unless every service needs it.
const ON_GUESTS: &[(&str, Option<&str>)] = &[
    ("VM.Allocate", None),
    ("VM.Audit", None),
    ("VM.PowerMgmt", None),
    ("VM.Config.CPU", None),
    ("VM.Config.Memory", None),
    ("VM.Config.Disk", None),
    // the NIC and the firewall
    ("VM.Config.Network", None),
    // name, description, onboot
    ("VM.Config.Options", None),
    ("VM.Config.Cloudinit", None),
    // a template without a cloud-init drive gets one; ISOs ask for it where a product has them
    ("VM.Config.CDROM", Some("cloudinit_drive")),
    ("VM.Snapshot", Some("snapshots")),
    ("VM.Console", Some("console")),
    // without it PVE does not even list the backups
    ("VM.Backup", Some("backups")),
];

/// All guests to come.
const GUESTS: &str = "/vms";
/// The zone of the bridges that are no vnets.
const LOCAL_ZONE: &str = "localnetwork";

/// What the address lines want of the network, and what of it is a vnet.
pub(in crate::api) struct Networks {
    /// Bridge and VLAN of every address line.
    pub(in crate::api) wanted: BTreeSet<(Bridge, u16)>,
    /// Names that a node calls a vnet.
    pub(in crate::api) vnets: BTreeSet<Bridge>,
}

/// What the login lacks; what nothing works without comes first. For snapshots it needs nothing where none are sold.
pub(in crate::api) fn missing(
    client: &Client,
    resources: &Resources,
    networks: &Networks,
    snapshots_are_sold: bool,
    media: &[Media],
) -> Result<Vec<Missing>, Error> {
    let mut audit = Audit {
        client,
        held: BTreeMap::new(),
        zones: None,
        networks,
        missing: BTreeMap::new(),
    };
    audit.need("/", "Sys.Audit", Some("next_id"))?;
    for node in resources.nodes.iter().take(limits::PATHS_ASKED) {
        audit.need(&format!("/nodes/{}", node.name), "Sys.Audit", None)?;
    }
    let wanted = |purpose: &Option<&str>| snapshots_are_sold || *purpose != Some("snapshots");
    for (privilege, purpose) in ON_GUESTS.iter().filter(|(_, purpose)| wanted(purpose)) {
        audit.need(GUESTS, privilege, *purpose)?;
    }
    audit.templates(resources)?;
    audit.storages(resources)?;
    audit.media(media)?;
    for (bridge, vlan) in &networks.wanted {
        if let Some(path) = audit.network_path(bridge, *vlan)? {
            audit.need(&path, "SDN.Use", None)?;
        }
    }
    Ok(audit.rows())
}

/// What is lacking on the way to one of several things.
type Lacking = Vec<(String, &'static str)>;

struct Audit<'a> {
    client: &'a Client,
    held: BTreeMap<String, BTreeSet<String>>,
    zones: Option<BTreeMap<Bridge, String>>,
    networks: &'a Networks,
    /// By purpose (none first) and path.
    missing: BTreeMap<(Option<&'static str>, String), Vec<&'static str>>,
}

impl Audit<'_> {
    fn lacks(&mut self, path: &str, privilege: &str) -> Result<bool, Error> {
        if !self.held.contains_key(path) {
            // what reaches a guest that is not there yet reaches all of them
            let asked = match path {
                GUESTS => format!("{GUESTS}/{}", Vmid::MAX),
                path => path.to_owned(),
            };
            self.held.insert(path.to_owned(), self.client.privileges(&asked)?);
        }
        Ok(!self.held.get(path).is_some_and(|held| held.contains(privilege)))
    }

    fn note(&mut self, path: String, privilege: &'static str, purpose: Option<&'static str>) {
        let privileges = self.missing.entry((purpose, path)).or_default();
        if !privileges.contains(&privilege) {
            privileges.push(privilege);
        }
    }

    fn need(&mut self, path: &str, privilege: &'static str, purpose: Option<&'static str>) -> Result<(), Error> {
        if self.lacks(path, privilege)? {
            self.note(path.to_owned(), privilege, purpose);
        }
        Ok(())
    }

    /// One of several things has to work; what the others lack matters to those who sell them.
    fn one_works(&mut self, things: Vec<Lacking>, purpose: &'static str) {
        let purpose = things.iter().any(Vec::is_empty).then_some(purpose);
        for (path, privilege) in things.into_iter().flatten() {
            self.note(path, privilege, purpose);
        }
    }

    /// Cloning wants a privilege on the template, and its network cards are the clone's for a moment.
    fn templates(&mut self, resources: &Resources) -> Result<(), Error> {
        let of = |template| (resources.vms.iter()).filter(move |vm| vm.template == template && vm.qemu);
        // first those that are templates: guests without statistics may be many, and on a node that does not answer
        let templates = of(Some(true)).chain(of(None));
        let brief = self.client.within(limits::NODES_ASKED_SECONDS);
        let mut things = Vec::new();
        for template in templates.take(limits::PATHS_ASKED) {
            // a node that does not answer now must not hide what the others say
            let client = template.template.map_or(&brief, |_| self.client);
            let config = (resources.is_in_service(&template.node))
                .then(|| client.config(&template.path()).ok())
                .flatten();
            let is_one = template.template.or(config.as_ref().map(Config::is_template));
            if is_one != Some(true) {
                continue;
            }
            let mut lacking = Lacking::new();
            let path = format!("{GUESTS}/{}", template.vmid);
            if self.lacks(&path, "VM.Clone")? {
                lacking.push((path, "VM.Clone"));
            }
            if let Some(config) = config {
                lacking.extend(self.template_networks(&config)?);
            }
            things.push(lacking);
        }
        if things.is_empty() {
            return self.need(GUESTS, "VM.Clone", None);
        }
        self.one_works(things, "template");
        Ok(())
    }

    fn template_networks(&mut self, config: &Config) -> Result<Lacking, Error> {
        let mut lacking = Lacking::new();
        let cards = config
            .entries()
            .filter(|(key, _)| key.strip_prefix("net").is_some_and(|n| n.parse::<u8>().is_ok()));
        for (_, card) in cards {
            let card = PropertyString::parse(card);
            let Some(bridge) = card.get("bridge").and_then(|bridge| bridge.parse().ok()) else {
                continue;
            };
            let vlan = card.get("tag").and_then(|tag| tag.parse().ok()).unwrap_or_default();
            if let Some(path) = self.network_path(&bridge, vlan)?
                && self.lacks(&path, "SDN.Use")?
            {
                lacking.push((path, "SDN.Use"));
            }
        }
        Ok(lacking)
    }

    fn storages(&mut self, resources: &Resources) -> Result<(), Error> {
        let taking = |takes: fn(&crate::pve::StorageSeen) -> bool| -> BTreeSet<String> {
            let storages = resources.storages.iter().filter(|storage| takes(storage));
            storages
                .map(|storage| format!("/storage/{}", storage.id))
                .take(limits::PATHS_ASKED)
                .collect()
        };
        let mut things = Vec::new();
        for path in taking(|storage| storage.takes_images) {
            let lacks = self.lacks(&path, "Datastore.AllocateSpace")?;
            things.push(lacks.then_some((path, "Datastore.AllocateSpace")).into_iter().collect());
        }
        if things.is_empty() {
            // PVE lists a storage only to who may audit it
            self.need("/storage", "Datastore.Audit", None)?;
            self.need("/storage", "Datastore.AllocateSpace", None)?;
        }
        self.one_works(things, "storage");
        for path in taking(|storage| storage.takes_backups) {
            self.need(&path, "Datastore.AllocateSpace", Some("backups"))?;
        }
        Ok(())
    }

    /// ISOs are listed and inserted; the seeds of rescue systems are uploaded, and deleted, for which PVE wants the right to do
    /// anything with the storage.
    fn media(&mut self, media: &[Media]) -> Result<(), Error> {
        for media in media {
            let isos = media.iso_storage.clone().filter(|_| media.client_iso);
            let rescue = media.rescue_volume().map(|(storage, _)| storage);
            let has_rescue = rescue.is_some();
            for storage in isos.into_iter().chain(rescue) {
                self.need(GUESTS, "VM.Config.CDROM", Some("media"))?;
                self.need(&format!("/storage/{storage}"), "Datastore.Audit", Some("media"))?;
            }
            let own = media.seed_storage.iter().filter(|_| media.seed == SeedBy::Own);
            for storage in own.clone() {
                self.need(GUESTS, "VM.Config.CDROM", Some("media"))?;
                self.need(&format!("/storage/{storage}"), "Datastore.Audit", Some("media"))?;
            }
            for storage in media.rescue_seed.iter().filter(|_| has_rescue).chain(own) {
                let path = format!("/storage/{storage}");
                self.need(&path, "Datastore.AllocateTemplate", Some("media"))?;
                self.need(&path, "Datastore.Allocate", Some("media"))?;
            }
        }
        Ok(())
    }

    /// Where PVE looks for `SDN.Use`; none for a vnet whose zone the login may not know.
    fn network_path(&mut self, bridge: &Bridge, vlan: u16) -> Result<Option<String>, Error> {
        if self.zones.is_none() {
            self.zones = Some(self.client.vnet_zones()?);
        }
        let zone = self.zones.iter().find_map(|zones| zones.get(bridge));
        let zone = match zone {
            Some(zone) => zone,
            None if self.networks.vnets.contains(bridge) => return Ok(None),
            None => LOCAL_ZONE,
        };
        let tag = if vlan > 0 { format!("/{vlan}") } else { String::new() };
        Ok(Some(format!("/sdn/zones/{zone}/{bridge}{tag}")))
    }

    fn rows(self) -> Vec<Missing> {
        // what nothing works without is not named once more for something that not everybody sells
        let required: BTreeSet<(String, &'static str)> = (self.missing.iter())
            .filter(|((purpose, _), _)| purpose.is_none())
            .flat_map(|((_, path), privileges)| privileges.iter().map(|privilege| (path.clone(), *privilege)))
            .collect();
        let row = |((purpose, path), mut privileges): ((Option<&'static str>, String), Vec<&'static str>)| {
            privileges.retain(|privilege| purpose.is_none() || !required.contains(&(path.clone(), *privilege)));
            (!privileges.is_empty()).then_some(Missing {
                path,
                privileges,
                purpose,
            })
        };
        self.missing.into_iter().filter_map(row).collect()
    }
}
