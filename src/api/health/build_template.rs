//! Makes a template of an image of the net, a step with each request.

use crate::api::core::Core;
use crate::api::request::{ServerIn, Text};
use crate::engine::set_up::{self, Stage, Wanted};
use crate::guest::images::{Checksum, IMAGES, Image, Source};
use crate::problems::{Error, SetUp};
use crate::pve::{Counted, Meter};
use crate::server::ServerEntry;
use crate::words::ids::{NodeName, Upid, Vmid};
use crate::words::limits;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which image becomes a template, and where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct TemplateIn {
    /// The server entry.
    server: ServerIn,
    /// The key of an image of the catalogue; missing: an own one.
    image: Option<String>,
    /// The text with checksums that its maker publishes.
    checksums: Text,
    /// Where an own image is: an address that begins with `https://`.
    url: Text,
    /// The SHA-256 or SHA-512 of an own image, in hexadecimal digits.
    checksum: Text,
    /// The name of the template of an own image.
    name: Text,
    /// The node that downloads it.
    node: Text,
    /// The storage of the template's disk; empty: the one with the most space.
    storage: Text,
    /// The bridge of its network card; empty: that of the first address line, or the node's first.
    bridge: Text,
    /// Its number; missing: the one that it has by now, or the next free one.
    vmid: Option<u32>,
    /// The task that the reply before has named.
    task: Option<String>,
}

/// How far a template is.
#[derive(Debug, Serialize)]
pub(in crate::api) struct TemplateOut {
    /// What is being done.
    stage: Stage,
    /// The number that it has, or will have: the next request brings it.
    vmid: Vmid,
    /// The node that has it.
    node: NodeName,
    /// The task that is waited for, which the next request brings; null where none is known.
    task: Option<Upid>,
    /// What it has asked of Proxmox VE.
    requests: Counted,
}

/// Looks how far a template is, and starts what comes next.
///
/// # Errors
/// What is wrong with the image or the place, and how a task ended that failed.
pub(in crate::api) fn build_template(core: &Core, asked: TemplateIn) -> Result<TemplateOut, Error> {
    let entry = asked.server.parse()?;
    let source = source(&asked)?;
    let wanted = wanted(&asked, &entry)?;
    let task = asked.task.and_then(|text| Upid::try_from(text).ok());
    let meter = Arc::new(Meter::default());
    let client = core.client(&entry, &meter, core.clock.now() + limits::WEB_SECONDS)?;
    let progress = set_up::build_template(&client, &source, &wanted, task)?;
    Ok(TemplateOut {
        stage: progress.stage,
        vmid: progress.vmid,
        node: wanted.node,
        task: progress.task,
        requests: meter.counted(),
    })
}

fn wanted(asked: &TemplateIn, entry: &ServerEntry) -> Result<Wanted, SetUp> {
    let node: NodeName = asked.node.0.trim().parse().map_err(|_| SetUp::Node)?;
    let typed = |text: &Text| Some(text.0.trim().to_owned()).filter(|text| !text.is_empty());
    let storage = typed(&asked.storage).map(|text| text.parse().map_err(|_| SetUp::NoStorage(node.clone())));
    let bridge = match typed(&asked.bridge) {
        Some(text) => Some(text.parse().map_err(|_| SetUp::Bridge(node.clone()))?),
        None => entry.pool.lines.first().map(|line| line.bridge.clone()),
    };
    let vmid = asked.vmid.map(|vmid| Vmid::try_from(vmid).map_err(|_| SetUp::Vmid));
    Ok(Wanted {
        storage: storage.transpose()?,
        bridge,
        vmid: vmid.transpose()?,
        node,
    })
}

/// The image, with the checksum that its maker publishes, or that was entered.
fn source(asked: &TemplateIn) -> Result<Source, Error> {
    if let Some(key) = &asked.image {
        let image = IMAGES.iter().find(|image| image.key == key);
        return of_catalogue(image.ok_or(SetUp::NoImage)?, &asked.checksums.0);
    }
    let url = asked.url.0.trim();
    if url.is_empty() {
        return Err(SetUp::NoImage.into());
    }
    let is_plain = |c: char| c.is_ascii_graphic() && c != '"' && c != '\'';
    let has_file = url.rsplit_once('/').is_some_and(|(_, file)| !file.is_empty());
    if !url.starts_with("https://") || url.len() > 500 || !url.chars().all(is_plain) || !has_file {
        return Err(SetUp::Url.into());
    }
    let name = asked.name.0.trim();
    let in_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with('-');
    if !is_name || name.len() > 40 || !name.chars().all(in_name) {
        return Err(SetUp::Name.into());
    }
    Ok(Source {
        name: name.to_owned(),
        url: url.to_owned(),
        checksum: Checksum::parse(&asked.checksum.0).ok_or(SetUp::Checksum)?,
        // what every distribution of today runs on
        cpu: "x86-64-v2-AES",
    })
}

fn of_catalogue(image: &'static Image, checksums: &str) -> Result<Source, Error> {
    let file = image.url.rsplit('/').next().unwrap_or_default();
    let not_published = || SetUp::NotPublished {
        published: image.checksums,
        file: file.to_owned(),
    };
    Ok(Source {
        name: image.key.to_owned(),
        url: image.url.to_owned(),
        checksum: Checksum::published(checksums, file).ok_or_else(not_published)?,
        cpu: image.cpu,
    })
}
