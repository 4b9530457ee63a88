//! A template of an image of the net: download, VM, conversion. Proxmox VE is the only memory of it: each call looks how far
//! it is and starts what comes next, so it may be repeated, left, and taken up again by another page.

use crate::guest::Config;
use crate::guest::images::Source;
use crate::problems::{Error, SetUp};
use crate::pve::{Client, GuestPath, Resources, TaskEnd};
use crate::words::ids::{Bridge, NodeName, StorageId, Upid, Vmid};
use serde::Serialize;

/// Templates are numbered from here, if nobody names a number: far from the first guests'.
const FIRST_VMID: u32 = 9000;

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The node fetches the image.
    Downloading,
    /// The VM is made, and its disk filled.
    Importing,
    /// The VM becomes a template.
    Converting,
    /// It can be cloned.
    Done,
}

/// What is wanted of a template, beside its image.
pub struct Wanted {
    /// The node that downloads, and has it.
    pub node: NodeName,
    /// The storage of its disk; none: the one with the most space.
    pub storage: Option<StorageId>,
    /// The bridge of its network card; none: the node's first, for each clone gets its own.
    pub bridge: Option<Bridge>,
    /// Its number; none: what it has by now, or the next free one.
    pub vmid: Option<Vmid>,
}

/// How far a template is.
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// The number that it has, or will have.
    pub vmid: Vmid,
    /// The task that is waited for, where one is known.
    pub task: Option<Upid>,
}

/// Looks how far a template is, and starts what comes next. `task`: the one that was waited for.
///
/// # Errors
/// What is wrong with the place, and how a task ended that failed.
pub fn build_template(
    client: &Client,
    source: &Source,
    wanted: &Wanted,
    task: Option<Upid>,
) -> Result<Progress, Error> {
    let resources = client.resources()?;
    if !resources.is_in_service(&wanted.node) {
        return Err(SetUp::Node.into());
    }
    let vmid = match wanted.vmid {
        Some(vmid) => vmid,
        None => vmid(client, &resources, source)?,
    };
    let told = |stage, task| Progress { stage, vmid, task };
    if let Some((upid, stage)) = task.and_then(|upid| stage_of(&upid).map(|stage| (upid, stage))) {
        match client.task_end(&upid)? {
            TaskEnd::Running => return Ok(told(stage, Some(upid))),
            TaskEnd::Failed(words) => return Err(failed(client, &upid, stage, words)),
            // the look tells
            TaskEnd::Ok | TaskEnd::Unknown(_) | TaskEnd::NotListed => {}
        }
    }
    let guest = GuestPath {
        node: wanted.node.clone(),
        vmid,
    };
    let Some(config) = config(client, &resources, &guest)? else {
        let (stage, upid) = begin(client, source, wanted, &guest)?;
        return Ok(told(stage, Some(upid)));
    };
    if !source.made(config.get("description").unwrap_or_default()) {
        // while it is being made, a VM has nothing but its lock
        return if config.lock() == Some("create") {
            Ok(told(Stage::Importing, None))
        } else {
            Err(SetUp::Taken(vmid).into())
        };
    }
    if config.is_template() {
        return Ok(told(Stage::Done, None));
    }
    if config.lock().is_some() {
        return Ok(told(Stage::Importing, None));
    }
    if config.system_disk().is_none() {
        return Err(SetUp::HalfMade(vmid).into());
    }
    Ok(told(Stage::Converting, client.make_template(&guest)?))
}

fn failed(client: &Client, upid: &Upid, stage: Stage, words: String) -> Error {
    let what = match stage {
        Stage::Downloading => "download the image",
        _ => "make the template",
    };
    Error::Task {
        what: what.to_owned(),
        words: client.with_cause(upid, words),
    }
}

fn stage_of(upid: &Upid) -> Option<Stage> {
    match upid.kind() {
        "download" => Some(Stage::Downloading),
        "qmcreate" => Some(Stage::Importing),
        "qmtemplate" => Some(Stage::Converting),
        _ => None,
    }
}

/// The guest of this number, wherever it is.
fn config(client: &Client, resources: &Resources, guest: &GuestPath) -> Result<Option<Config>, Error> {
    let Some(seen) = resources.vms.iter().find(|vm| vm.vmid == guest.vmid) else {
        return Ok(None);
    };
    if !seen.qemu || seen.node != guest.node {
        return Err(SetUp::Taken(guest.vmid).into());
    }
    Ok(Some(client.config(guest)?))
}

/// The image if it is not there, else the VM.
fn begin(client: &Client, source: &Source, wanted: &Wanted, guest: &GuestPath) -> Result<(Stage, Upid), Error> {
    let node = &wanted.node;
    let imports = client.storages_for(node, "import")?;
    for storage in &imports {
        if let Some(volume) = client.import_volume(node, &storage.id, &source.file())? {
            let disks = client.storages_for(node, "images")?;
            let fits = |id: &StorageId| wanted.storage.as_ref().is_none_or(|storage| storage == id);
            let disk = disks.iter().find(|disk| fits(&disk.id));
            let disk = disk.ok_or_else(|| SetUp::NoStorage(node.clone()))?;
            let bridge = match &wanted.bridge {
                Some(bridge) => bridge.clone(),
                None => first_bridge(client, node)?,
            };
            let upid = client.create_from(guest, source, &volume, &disk.id, &bridge)?;
            return Ok((Stage::Importing, upid));
        }
    }
    let storage = imports.first().ok_or_else(|| SetUp::NoImportStorage(node.clone()))?;
    Ok((Stage::Downloading, client.download(node, &storage.id, source)?))
}

fn first_bridge(client: &Client, node: &NodeName) -> Result<Bridge, Error> {
    let bridge = client.bridges(node)?.into_iter().next();
    bridge.ok_or_else(|| SetUp::Bridge(node.clone()).into())
}

/// The number of the template that was made of this image before, or the next free one.
fn vmid(client: &Client, resources: &Resources, source: &Source) -> Result<Vmid, Error> {
    let named = |name: &Option<String>| name.as_deref() == Some(&source.name);
    for vm in resources.vms.iter().filter(|vm| vm.qemu && named(&vm.name)) {
        let config = client.config(&vm.path())?;
        if source.made(config.get("description").unwrap_or_default()) {
            return Ok(vm.vmid);
        }
    }
    let is_free = |number: &u32| resources.vms.iter().all(|vm| vm.vmid.get() != *number);
    let free = (FIRST_VMID..).find(is_free).unwrap_or(FIRST_VMID);
    Vmid::try_from(free).map_err(|_| SetUp::Vmid.into())
}
