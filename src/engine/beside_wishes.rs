//! Whether a second guest can be made, swapped in or deleted: all that can be told before anything is touched.

use super::backup_list::{must_be_reached, places_of};
use super::restore::{Room, brought_back, must_be_sold, must_be_whole, must_be_within_reach, wants};
use super::{Engine, Job, node_could_start};
use crate::guest::{Backup, Config, Made};
use crate::pipeline::{self, Blocked};
use crate::problems::{BesideRefusal, Error, Refusal};
use crate::pve::{GuestPath, Resources};
use crate::service::beside::Role;
use crate::service::wish::Wish;
use crate::words::ids::{StorageId, Vmid};
use crate::words::units::GIB;
use std::collections::{BTreeMap, BTreeSet};

impl Engine<'_> {
    /// What to write down as wished for, of a guest that was just looked at.
    pub(super) fn wish_beside(
        &self,
        job: &mut Job,
        path: &GuestPath,
        (name, backup): (&str, &Backup),
        mut resources: Resources,
    ) -> Result<Wish, Error> {
        if let Some(beside) = &job.lease.service.body.beside {
            return Err(BesideRefusal::There(beside.vmid).into());
        }
        // nobody could swap it in
        self.must_be_left(job)?;
        must_be_within_reach(&resources, backup, &path.node)?;
        must_be_whole(backup, &path.node)?;
        let then = self.config_in(job, backup, path)?;
        must_be_sold(&job.order.package, &then, &backup.volume)?;
        pipeline::loses_nothing(job.look.config(), (&then, false))?;
        // its first card is on the network of today's
        for config in [job.look.config(), &then] {
            self.could_end_beside(job, &path.node, config)?;
        }
        let needs = self.has_room_beside(job, &then, &backup.volume, &mut resources)?;
        let whose = format!("backup {} of VM {}", backup.volume, backup.vmid);
        node_could_start(&job.client, &whose, &path.node, &brought_back(job, &then), false)?;
        Ok(Wish::RestoreBeside {
            backup: name.to_owned(),
            volume: backup.volume.clone(),
            nonce: self.word(job),
            begun: 0,
            needs,
        })
    }

    /// The same for a swap: both guests are looked at.
    pub fn wish_to_swap(&self, job: &mut Job) -> Result<Wish, Error> {
        let (other, ran) = self.whole_beside(job)?;
        let beside = job.lease.service.body.beside.as_ref();
        let former = beside.is_some_and(|beside| beside.stage == Role::Former);
        if job.look.exists() {
            if job.look.config().is_hibernated() {
                let vmid = Self::guest_path(job)?.vmid;
                return Err(Refusal::Hibernated(vmid).into());
            }
            self.must_be_left(job)?;
            pipeline::loses_nothing(job.look.config(), (&other, former))?;
            self.must_keep_by_hand(job)?;
        }
        let beside = job.lease.service.body.beside.clone();
        if let Some(beside) = beside {
            let whose = format!("VM {}", beside.vmid);
            // the package may be another one than when it was restored
            must_be_sold(&job.order.package, &other, &whose)?;
            if let Some(other) = self.store.owner_of(job.order.entry.id, beside.vmid)? {
                let (vmid, service) = (beside.vmid, job.lease.service.id);
                return Err(Refusal::Taken { vmid, other, service }.into());
            }
            node_could_start(&job.client, &whose, &beside.node, &brought_back(job, &other), false)?;
        }
        let nonce = self.word(job);
        self.forget_numbers(job)?;
        Ok(Wish::Swap {
            nonce,
            ran,
            tried: false,
        })
    }

    /// The same for its end.
    pub fn wish_to_discard(&self, job: &Job) -> Result<Wish, Error> {
        let is_there = job.lease.service.body.beside.is_some();
        is_there
            .then_some(Wish::DiscardBeside)
            .ok_or(BesideRefusal::None.into())
    }

    /// Whether the disks in a backup find their storages on the node of the service's guest with space for them, as large as the
    /// package has them now.
    pub(super) fn has_room_beside(
        &self,
        job: &Job,
        then: &Config,
        volume: &str,
        resources: &mut Resources,
    ) -> Result<BTreeMap<StorageId, u64>, Error> {
        let node = Self::guest_path(job)?.node;
        let of_disks: Vec<StorageId> = then.disks().filter_map(|disk| disk.storage()).collect();
        let of_disks: Vec<&StorageId> = of_disks.iter().collect();
        job.client.fill_in(resources, Some(&node), &of_disks);
        self.promise_restores(job, resources)?;
        let package = &job.order.package;
        let mut wanted = wants(resources, (&Config::EMPTY, then), &node, volume)?;
        let sizes = [
            (then.system_disk(), package.system_disk_gib),
            (then.additional_disk(), package.additional_disk_gib),
        ];
        for (disk, gib) in sizes {
            let Some(disk) = disk else { continue };
            let grows = (gib << 30).saturating_sub(disk.size().unwrap_or_default());
            if let Some(room) = disk.storage().and_then(|storage| wanted.get_mut(&storage)) {
                room.wanted += grows;
            }
        }
        let mut needs = BTreeMap::new();
        for (storage, Room { wanted, .. }) in wanted {
            needs.insert(storage.clone(), wanted);
            // thin storages promise more than they have, and one that is full stops whoever writes to it
            let floor = u64::from(package.more.snapshot_floor);
            let mut seen = resources.storages.iter();
            let total = seen
                .find(|seen| seen.id == storage && seen.node == node)
                .and_then(|seen| seen.total);
            let stays = total.unwrap_or_default() / 100 * floor;
            let free = super::restore::free_on(resources, &storage, &node)?.saturating_sub(stays);
            if free < wanted {
                return Err(BesideRefusal::Space {
                    volume: volume.to_owned(),
                    storage,
                    node,
                    wanted_gib: wanted.div_ceil(GIB),
                    free_gib: free >> 30,
                }
                .into());
            }
        }
        Ok(needs)
    }

    /// A number that nobody has, and of which no storage of the node has a volume: Proxmox VE looks through all of them, would give that
    /// to the guest as `unusedN`, and delete it with it (qemu-server, PVE/QemuServer.pm, `rescan`, `destroy_vm`).
    pub(super) fn vmid_beside(
        &self,
        job: &mut Job,
        earlier: Option<Vmid>,
        resources: &Resources,
    ) -> Result<Vmid, Error> {
        let node = Self::guest_path(job)?.node;
        let here = resources
            .storages
            .iter()
            .filter(|seen| seen.node == node && seen.takes_images);
        let storages: BTreeSet<StorageId> = here.map(|seen| seen.id.clone()).collect();
        loop {
            let vmid = self.free_vmid(job, resources)?;
            let mut is_taken = false;
            // what was asked for before may be at work
            for storage in storages.iter().filter(|_| earlier != Some(vmid)) {
                is_taken |= job.client.has_volumes(&node, storage, vmid)?;
            }
            if !is_taken {
                return Ok(vmid);
            }
            job.taken.insert(vmid);
        }
    }

    /// A word that no other guest has in its description.
    fn word(&self, job: &Job) -> String {
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        Made::ByHand.name(self.clock.now(), operation)
    }

    /// Numbers of which no backup is left are nobody's business any more. Of a storage that nobody can see nothing is said.
    fn forget_numbers(&self, job: &mut Job) -> Result<(), Error> {
        if job.lease.service.body.former.is_empty() {
            return Ok(());
        }
        let resources = job.client.resources()?;
        let package = job.order.package.clone();
        let places = places_of(&job.lease.service, &package);
        if places.iter().any(|place| must_be_reached(&resources, place).is_err()) {
            return Ok(());
        }
        let all = super::backups_of(
            &job.client,
            (&job.lease.service, self.store.installation()),
            &package,
            &resources,
        )?;
        let former = &mut job.service().body.former;
        former.retain(|former| all.iter().any(|one| one.vmid == former.vmid));
        Ok(())
    }

    /// Refuses a guest that HA manages or that is replicated: its swap would leave both with a guest that is deleted later, and
    /// the one in its place without.
    fn must_be_left(&self, job: &Job) -> Result<(), Error> {
        if job.look.current.as_ref().is_some_and(|current| current.ha_managed) {
            return Err(Blocked::HaManaged.into());
        }
        match job.client.replication_job(&Self::guest_path(job)?)? {
            Some(replicated) => Err(Blocked::Replicated(replicated).into()),
            None => Ok(()),
        }
    }
}
