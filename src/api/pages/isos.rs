//! The ISOs that a guest's customer may insert, and what is in its drive.

use super::kept::KeptIn;
use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_given, must_be_shown};
use crate::api::core::Core;
use crate::engine::isos_shown;
use crate::guest::Config;
use crate::problems::{Error, Refusal};
use crate::pve::IsoFile;
use crate::service::media::BOOT;
use serde::Serialize;

/// ISOs, and what is in the drive.
#[derive(Debug, Default, Serialize)]
pub(in crate::api) struct IsosOut {
    /// Those that may be inserted, by what is before the first `-` of their names.
    groups: Vec<GroupOut>,
    /// What is in the guest's drive; null: nothing, or it has none.
    inserted: Option<String>,
    /// Whether drive or boot order are others from the guest's next start on: stopped and started, or restarted from here.
    pending: bool,
    /// Whether the next start is from the CD, and those after it as before.
    boots_once: bool,
    /// Whether the guest has UEFI: then it boots only from a CD with an EFI boot loader, and with Secure Boot from one that is
    /// signed for it.
    uefi: bool,
}

/// ISOs that belong together.
#[derive(Debug, Serialize)]
struct GroupOut {
    /// What their names begin with.
    name: String,
    /// They, by their names.
    isos: Vec<IsoOut>,
}

/// An ISO.
#[derive(Debug, Serialize)]
struct IsoOut {
    /// As Proxmox VE names it: what the form sends.
    volume: String,
    /// Its file.
    file: String,
    /// Its size in bytes.
    size: u64,
}

/// What a guest's customer may insert, and what is in its drive now.
pub(in crate::api) fn isos(core: &Core, request: KeptIn) -> Result<IsosOut, Error> {
    let id = request.service.service()?;
    let package = request.package.parse()?;
    must_be_given("iso_insert", &request.who, &package)?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let Some((client, path)) = guest_of(core, &request.server.parse()?, &service)? else {
        return Ok(IsosOut::default());
    };
    let look = || {
        let (listed, (config, now)) = Core::both(
            || isos_shown(&client, &path, &package.more.media),
            || Core::both(|| client.config(&path), || client.config_now(&path)),
        );
        let config = config?;
        check_owner(core, &service, &path, &config)?;
        Ok((listed?, config, now?))
    };
    let seen = looked(
        core,
        &service,
        "isos",
        request.who.asked().as_ref(),
        look,
        |_| None::<&()>,
    )?;
    let Looked::Now((listed, config, now)) = seen else {
        return Err(Refusal::LookedAt.into());
    };
    let drive = config.cd_drives().find(|drive| drive.volume() != "none");
    // Proxmox VE appends a CD drive to the boot order whenever it is written: only the first place says from what it starts
    let differs = |slot: &str| config.get(slot) != now.get(slot);
    let drives = || config.cd_drives().chain(now.cd_drives());
    let waits = drives().any(|drive| differs(&drive.slot)) || boots_first(&config) != boots_first(&now);
    Ok(IsosOut {
        groups: grouped(listed),
        inserted: drive.map(|drive| drive.volume().rsplit('/').next().unwrap_or_default().to_owned()),
        pending: waits,
        boots_once: service.body.media.boots_once.is_some(),
        uefi: config.get("bios") == Some("ovmf"),
    })
}

/// What a guest boots from first, or the whole of what says it.
fn boots_first(config: &Config) -> Option<&str> {
    let boot = config.get(BOOT)?;
    let order = boot.strip_prefix("order=");
    Some(order.map_or(boot, |order| order.split(';').next().unwrap_or_default()))
}

fn grouped(isos: Vec<IsoFile>) -> Vec<GroupOut> {
    let mut groups: Vec<GroupOut> = Vec::new();
    for iso in isos {
        let file = iso.file().to_owned();
        let name = file.split('-').next().unwrap_or_default().to_owned();
        let iso = IsoOut {
            volume: iso.volume,
            file,
            size: iso.size,
        };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.isos.push(iso),
            None => groups.push(GroupOut { name, isos: vec![iso] }),
        }
    }
    groups
}
