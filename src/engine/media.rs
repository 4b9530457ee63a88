//! CD drives, the boot order and rescue mode: what to write down as wished for, and what becomes of it.

use super::{Engine, Job, rescue};
use crate::actions::Action;
use crate::guest::{Config, Power, PropertyString, is_seed};
use crate::package::Media;
use crate::problems::{Error, MediaRefusal, Refusal};
use crate::pve::{self, Client, GuestPath, IsoFile};
use crate::service::media::{BOOT, BOOTDISK, BootsOnce, Keys, MediaAct, MediaWish, Rescue, as_before};
use crate::service::wish::Wish;
use crate::service::{Queued, Service};
use crate::words::ids::{UnixSeconds, Vmid};
use crate::words::limits;
use std::collections::BTreeSet;

/// The slots for one drive of CDs more, the first that is free.
const SLOTS: [&str; 10] = [
    "sata5", "ide3", "ide2", "ide1", "ide0", "sata4", "sata3", "sata2", "sata1", "sata0",
];

/// The last slot of SCSI that Proxmox VE knows (`scsi30`).
const MOST_SCSI: u32 = 30;

/// A CD in a drive.
fn cd(volume: &str) -> Option<String> {
    Some(format!("{volume},media=cdrom"))
}

/// The slots for CDs that disturb nothing: drives without one, then free slots. The drive of cloud-init is neither.
fn free_slots(config: &Config) -> impl Iterator<Item = String> + '_ {
    let empty = config.cd_drives().filter(|drive| drive.volume() == "none");
    let free = SLOTS.iter().filter(|slot| config.get(slot).is_none());
    empty.map(|drive| drive.slot).chain(free.map(|slot| (*slot).to_owned()))
}

/// A slot's bus, and its place there as the kernel counts: on `q35` Proxmox VE puts the odd drives of IDE behind the even ones
/// (qemu-server, PVE/QemuServer/DriveDevice.pm).
fn place<'a>(config: &Config, slot: &'a str) -> Option<(&'a str, u32)> {
    let (bus, number) = slot.split_at(slot.find(|c: char| c.is_ascii_digit())?);
    let number: u32 = number.parse().ok()?;
    let is_moved = bus == "ide" && config.get("machine").is_some_and(|machine| machine.contains("q35"));
    Some((
        bus,
        if is_moved {
            number / 2 + 2 * (number % 2)
        } else {
            number
        },
    ))
}

/// The slot in which the rescue system finds its seed and not what tells the guest: of several cloud-init takes the drive that the
/// kernel has named last (`_get_devices` of its DataSourceNoCloud), and only on one bus is it known which that is.
fn seed_slot(config: &Config) -> Option<String> {
    let own: Vec<String> = (config.cloudinit_drive().into_iter())
        .chain(config.seed_drives())
        .map(|drive| drive.slot)
        .collect();
    let is_behind = |slot: &String| {
        let place = place(config, slot);
        let is_last = |own: &String| {
            place
                .zip(self::place(config, own))
                .is_some_and(|(it, own)| it.0 == own.0 && it.1 > own.1)
        };
        own.iter().all(is_last)
    };
    let scsi = (1..=MOST_SCSI).map(|number| format!("scsi{number}"));
    let scsi = scsi.filter(|slot| config.get(slot).is_none());
    free_slots(config).chain(scsi).find(is_behind)
}

/// The boot order with a drive before all that the guest boots from otherwise. Those stay in it, and the system disk always:
/// by them that is known, and OVMF forgets for good what a system has written down to boot from a disk that is not in the
/// order (edk2, OvmfPkg/Library/QemuBootOrderLib, `PruneBootVariables`).
fn boot_from(config: &Config, slot: &str) -> String {
    let boot = PropertyString::parse(config.get(BOOT).unwrap_or_default());
    let disk = config.system_disk().map(|disk| disk.slot);
    let mut order = vec![slot.to_owned()];
    match boot.get("order") {
        Some(others) => order.extend(others.split(';').map(str::to_owned)),
        None => order.extend(disk.clone().into_iter().chain(["net0".to_owned()])),
    }
    // one that is gone (restored without that disk, or edited) would make Proxmox VE refuse all of it
    order.retain(|device| device == slot || config.get(device).is_some());
    order.extend(disk);
    let mut seen = BTreeSet::new();
    order.retain(|device| seen.insert(device.clone()));
    format!("order={}", order.join(";"))
}

/// What makes a guest boot from a drive first. An order takes the place of the older `bootdisk` (qemu-server, PVE/API2/Qemu.pm,
/// `update_vm_api`): that it goes is written too, and so noted.
fn boots_from(config: &Config, slot: &str) -> Keys {
    let order = (BOOT.to_owned(), Some(boot_from(config, slot)));
    let disk = config.get(BOOTDISK).map(|_| (BOOTDISK.to_owned(), None));
    [order].into_iter().chain(disk).collect()
}

/// What the config has under these keys.
fn before(keys: &Keys, config: &Config) -> Keys {
    let value = |key: &String| (key.clone(), config.get(key).map(str::to_owned));
    keys.keys().map(value).collect()
}

/// The ISOs that a product shows its customers, of those that the guest's node has. Seeds are never among them.
pub fn isos_shown(client: &Client, path: &GuestPath, media: &Media) -> Result<Vec<IsoFile>, pve::Error> {
    let Some(storage) = media.iso_storage.as_ref().filter(|_| !media.iso_show.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut isos = client.isos(&path.node, storage)?;
    isos.retain(|iso| media.shows(iso.file()) && !is_seed(&iso.volume));
    isos.sort_by(|one, other| one.volume.cmp(&other.volume));
    Ok(isos)
}

/// Uptime and the moment of the wish are whole seconds, cut off: by so much a start may look later than it was.
pub(super) const WHOLE_SECONDS: f64 = 2.0;

/// What was wished for is done.
pub(super) fn is_done(service: &mut Service, queued: &Queued) {
    let Some(Wish::Media(wish)) = &queued.wish else { return };
    let media = &mut service.body.media;
    match wish.act {
        MediaAct::Rescue => media.is_rescued(wish.rescue.as_ref()),
        MediaAct::Leave => media.rescue = None,
        MediaAct::BootOnce => media.boots_once = wish.boots_once.as_deref().cloned(),
        MediaAct::BootBack | MediaAct::Eject => media.boots_once = None,
        MediaAct::Insert => {}
    }
}

/// A guest whose config has nothing of the rescue system any more is not in rescue mode: it was suspended, restored or rolled
/// back, or somebody has taken it out in Proxmox VE.
pub(super) fn see(service: &mut Service, config: &Config) {
    if service.seed_wanted().is_none() && !config.is_bare() {
        service.body.media.rescue.take_if(|rescue| !rescue.is_in(config));
    }
    if !config.is_bare() {
        service.body.media.sees(config);
    }
}

impl Engine<'_> {
    /// What to write down as wished for, of a guest that was just looked at ([`Engine::situation`]); or why it cannot be.
    pub fn media_wish(&self, job: &Job, act: MediaAct, iso: &str) -> Result<Wish, Error> {
        let path = Self::guest_path(job)?;
        let config = job.look.config();
        if config.is_hibernated() {
            return Err(Refusal::Hibernated(path.vmid).into());
        }
        let wish = match act {
            MediaAct::Rescue => self.wish_to_rescue(job, path.vmid)?,
            MediaAct::Leave => {
                let service = &job.lease.service;
                let rescue = service.body.media.rescue.as_ref();
                let rescue = rescue.ok_or(MediaRefusal::NotInRescue(service.id))?;
                MediaWish {
                    act,
                    keys: as_before(&rescue.before, config),
                    stops: true,
                    runs: rescue.ran,
                    rescue: None,
                    boots_once: None,
                }
            }
            MediaAct::Insert | MediaAct::BootOnce => self.wish_to_insert(job, act, iso)?,
            MediaAct::BootBack | MediaAct::Eject => {
                let once = job.lease.service.body.media.boots_once.as_ref();
                let drive = config.cd_drives().find(|drive| drive.volume() != "none");
                let drive = drive.ok_or(MediaRefusal::Empty(path.vmid))?;
                let mut keys = Keys::from([(drive.slot, cd("none"))]);
                keys.extend(once.map(BootsOnce::back).unwrap_or_default());
                MediaWish {
                    act,
                    keys: as_before(&keys, config),
                    stops: false,
                    runs: false,
                    rescue: None,
                    boots_once: None,
                }
            }
        };
        Ok(Wish::Media(wish))
    }

    /// One of those that the product shows, in the drive that there is, or in a new one. As the guest runs, only the CD of a
    /// drive that it has changes at once.
    fn wish_to_insert(&self, job: &Job, act: MediaAct, iso: &str) -> Result<MediaWish, Error> {
        let path = Self::guest_path(job)?;
        let config = job.look.config();
        let shown = isos_shown(&job.client, &path, &job.order.package.more.media)?;
        if !shown.iter().any(|one| one.volume == iso) {
            return Err(MediaRefusal::NotShown(path.vmid).into());
        }
        let own = config.cd_drives().next().map(|drive| drive.slot);
        let slot = own.or_else(|| free_slots(config).next());
        let slot = slot.ok_or(MediaRefusal::NoSlot(path.vmid))?;
        let mut keys = Keys::from([(slot.clone(), cd(iso))]);
        let now = self.clock.now() as u64;
        let earlier = job.lease.service.body.media.boots_once.clone();
        let boots_once = (act == MediaAct::BootOnce).then(|| {
            keys.extend(boots_from(config, &slot));
            let known = |key: &str| config.get(key).map(str::to_owned);
            let (before, disk_before) = match earlier {
                Some(earlier) => (earlier.before, earlier.disk_before),
                None => (known(BOOT), known(BOOTDISK)),
            };
            Box::new(BootsOnce {
                before,
                disk_before,
                slot,
                since: now,
                look_at: now + rescue::BOOT_LOOK as u64,
            })
        });
        Ok(MediaWish {
            act,
            keys,
            stops: false,
            runs: false,
            rescue: None,
            boots_once,
        })
    }

    /// The slots and the boot order are chosen, and what was there is noted, before anything is asked.
    fn wish_to_rescue(&self, job: &Job, vmid: Vmid) -> Result<MediaWish, Error> {
        let path = Self::guest_path(job)?;
        let media = &job.order.package.more.media;
        let (_, volume) = media.rescue_volume().ok_or(MediaRefusal::NoRescue)?;
        if job.client.has_file(&path.node, "iso", volume)? == Some(false) {
            let (volume, node) = (volume.to_owned(), path.node);
            return Err(MediaRefusal::RescueGone { volume, node }.into());
        }
        let config = job.look.config();
        // where the guest's own would be found, the rescue system is told nothing, and nobody a password that is none
        let told = media.rescue_seed.as_ref().zip(seed_slot(config));
        let is_free = |slot: &String| told.as_ref().is_none_or(|(_, of_seed)| of_seed != slot);
        let first = free_slots(config).find(is_free);
        let first = first.ok_or(MediaRefusal::NoSlot(vmid))?;
        let mut keys = boots_from(config, &first);
        keys.insert(first, cd(volume));
        let mut volumes = vec![volume.to_owned()];
        let now = self.clock.now() as u64;
        let seed = told.map(|(storage, slot)| {
            let seed = self.new_seed(job, &path.node, storage, now);
            keys.insert(slot, cd(&seed.volume()));
            volumes.push(seed.volume());
            seed
        });
        let rescue = Rescue {
            since: now,
            ends_at: now + u64::from(media.rescue_hours) * 3600,
            before: before(&keys, config),
            ran: job.look.runs(),
            volumes,
            seed,
        };
        Ok(MediaWish {
            act: MediaAct::Rescue,
            keys,
            stops: true,
            runs: true,
            rescue: Some(rescue),
            boots_once: None,
        })
    }

    /// Begins what time asks of the media of a service that is settled; whether there was anything.
    pub(super) fn begins_media(&self, job: &mut Job, now: UnixSeconds) -> bool {
        if job.lease.service.body.media.due_at().is_none_or(|at| at > now) {
            return false;
        }
        let wish = self.timed_media(job, now);
        self.begins_or_waits(job, wish, |service| put_off(service, now + limits::SCHEDULE_AGAIN))
    }

    fn timed_media(&self, job: &mut Job, now: UnixSeconds) -> Result<Option<Wish>, Error> {
        let media = &job.lease.service.body.media;
        let leaves = media.rescue.as_ref().is_some_and(|rescue| rescue.ends_at as f64 <= now);
        let act = if leaves { MediaAct::Leave } else { MediaAct::BootBack };
        let Some(action) = Action::named(act.action()) else {
            return Ok(None);
        };
        let seen = self.situation(job, action)?;
        if leaves {
            action.allowed(&seen)?;
            return self.media_wish(job, act, "").map(Some);
        }
        self.boot_back(job, seen.power.as_ref(), now)
    }

    /// The boot order from before, once the guest was started with the other one.
    fn boot_back(&self, job: &mut Job, power: Option<&Power>, now: UnixSeconds) -> Result<Option<Wish>, Error> {
        let uptime = job.look.current.as_ref().and_then(|current| current.uptime);
        let Some(once) = &mut job.lease.service.body.media.boots_once else {
            return Ok(None);
        };
        let runs = power == Some(&Power::Running);
        let started = uptime.map(|uptime| now - uptime as f64).filter(|_| runs);
        if started.is_none_or(|started| started <= once.since as f64 + WHOLE_SECONDS) {
            once.look_at = (now + rescue::BOOT_LOOK) as u64;
            return Ok(None);
        }
        Ok(Some(Wish::Media(MediaWish {
            act: MediaAct::BootBack,
            keys: as_before(&once.back(), job.look.config()),
            stops: false,
            runs: false,
            rescue: None,
            boots_once: None,
        })))
    }
}

/// What time asks of the media is asked again then.
pub(super) fn put_off(service: &mut Service, until: UnixSeconds) {
    let until = until as u64;
    let media = &mut service.body.media;
    if let Some(rescue) = &mut media.rescue {
        rescue.ends_at = rescue.ends_at.max(until);
    }
    if let Some(once) = &mut media.boots_once {
        once.look_at = once.look_at.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(value: serde_json::Value) -> Config {
        Config::from_json(&value)
    }

    #[test]
    fn a_cd_goes_where_none_is_and_never_to_cloud_init() {
        let first = |value| free_slots(&config(value)).next();
        assert_eq!(
            first(json!({"ide2": "local:100/vm-100-cloudinit.qcow2,media=cdrom"})).as_deref(),
            Some("sata5")
        );
        assert_eq!(
            first(json!({"ide0": "none,media=cdrom", "ide2": "local:iso/x.iso,media=cdrom"})).as_deref(),
            Some("ide0")
        );
        assert_eq!(
            first(json!({"sata5": "local:100/a.qcow2", "ide3": "none,media=cdrom"})).as_deref(),
            Some("ide3")
        );
        let mut full = serde_json::Map::new();
        for slot in SLOTS {
            full.insert(slot.to_owned(), json!("local:iso/x.iso,media=cdrom"));
        }
        assert_eq!(first(serde_json::Value::Object(full)), None);
    }

    #[test]
    fn the_seed_of_a_rescue_system_is_found_before_the_guests_own() {
        let slot = |own: &str, machine: &str| {
            let drive = "local:100/vm-100-cloudinit.qcow2,media=cdrom";
            seed_slot(&config(json!({own: drive, "machine": machine})))
        };
        for (own, machine, expected) in [
            ("ide2", "", Some("ide3")),
            ("ide2", "pc-q35-9.2", Some("ide3")),
            ("ide0", "q35", Some("ide3")),
            ("ide3", "", None),
            ("sata0", "", Some("sata5")),
            ("sata5", "", None),
            ("scsi1", "", Some("scsi2")),
            ("scsi30", "", None),
        ] {
            assert_eq!(slot(own, machine).as_deref(), expected, "{own} {machine}");
        }
        let taken = |machine: &str| {
            let own = "local:iso/pk-seed-7-1.iso,media=cdrom";
            let taken = json!({"ide1": own, "ide3": "local:100/x.qcow2", "machine": machine});
            seed_slot(&config(taken))
        };
        assert_eq!(
            (taken("").as_deref(), taken("q35")),
            (Some("ide2"), None),
            "ide2 stands before ide1 there"
        );
        assert_eq!(
            seed_slot(&config(json!({}))).as_deref(),
            Some("sata5"),
            "it has none of its own"
        );
    }

    #[test]
    fn the_system_disk_stays_in_the_boot_order() {
        let own = json!({"boot": "order=scsi1;net0", "net0": "virtio", "scsi0": "a:1/x.qcow2", "scsi1": "a:1/y.qcow2"});
        assert_eq!(boot_from(&config(own), "sata5"), "order=sata5;scsi1;net0");
        let gone = json!({"boot": "order=ide2;scsi1;net0", "scsi0": "a:1/x.qcow2", "scsi1": "a:1/y.qcow2"});
        assert_eq!(boot_from(&config(gone), "sata5"), "order=sata5;scsi1");
        let old = json!({"boot": "c", "bootdisk": "scsi1", "scsi0": "a:1/x.qcow2", "scsi1": "a:1/y.qcow2"});
        assert_eq!(boot_from(&config(old), "sata5"), "order=sata5;scsi1");
        let already = json!({"boot": "order=scsi0;sata5", "scsi0": "a:1/x.qcow2"});
        assert_eq!(boot_from(&config(already), "sata5"), "order=sata5;scsi0");
        let network = json!({"boot": "order=net0", "net0": "virtio", "scsi0": "a:1/x.qcow2"});
        assert_eq!(boot_from(&config(network), "sata5"), "order=sata5;net0;scsi0");
        assert_eq!(boot_from(&config(json!({"boot": "order="})), "sata5"), "order=sata5");
    }
}
