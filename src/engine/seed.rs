//! Seeds on a storage: made, uploaded, and deleted once nothing needs them. Those of guests, which are told by them in place of
//! Proxmox VE's own drive for cloud-init; those of rescue systems come from there.
//!
//! A seed is written down before it is uploaded: whatever dies in between, the cron deletes what nobody uses. Its name has the
//! installation and the service in it, so that nobody deletes another's.

use super::keys_by_agent::{AS_USER, BLOCK};
use super::media::WHOLE_SECONDS;
use super::task::with_cause;
use super::{Engine, Job, beside, due};
use crate::guest::seed::{SALT, hash};
use crate::guest::{Config, ConfigChange, Power};
use crate::pipeline::{self, Facts};
use crate::problems::{Error, MediaRefusal};
use crate::pve::{self, TaskEnd};
use crate::service::Trouble;
use crate::service::media::{Made, SeedFile};
use crate::words::ids::{NodeName, StorageId, UnixSeconds, Upid};
use crate::words::limits;
use crate::words::problems;

/// A seed has some 60 KB: what takes longer than this over it hangs (seconds).
const UPLOAD_SECONDS: f64 = 15.0;

/// So often it is looked whether a guest has read the secret of its seed (seconds).
const SEED_LOOK: f64 = 600.0;

/// Chance, and none where there is none.
pub(super) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

impl Engine<'_> {
    /// A seed that is to be, by a name that nothing else has.
    pub(super) fn new_seed(&self, job: &Job, node: &NodeName, storage: &StorageId, now: u64) -> SeedFile {
        let chance = u32::from_le_bytes(random().unwrap_or_default());
        let file = format!("{}{now:x}-{chance:08x}.iso", self.seed_prefix(job));
        SeedFile {
            node: node.clone(),
            storage: storage.clone(),
            file,
            delete_at: now,
            refused: 0,
            made: None,
        }
    }

    fn seed_prefix(&self, job: &Job) -> String {
        let (installation, service) = (self.store.installation(), job.lease.service.id);
        format!("{}{installation}-{service}-", SeedFile::PREFIX)
    }

    /// Makes and uploads the seed that tells the guest what is true now.
    pub(super) fn make_seed(&self, job: &mut Job, storage: &StorageId) -> Result<(), Error> {
        let node = Self::guest_path(job)?.node;
        let service = &job.lease.service;
        // one whose upload broke off is uploaded anew, and none is left behind for each try
        let mut left = service.body.media.unused(service.seed_wanted());
        let config = job.look.config();
        let is_free = |seed: &&SeedFile| {
            let is_used = config.seed_drives().any(|drive| drive.volume() == seed.volume());
            seed.made.is_none() && seed.storage == *storage && !is_used
        };
        let again = left.find(is_free).cloned();
        drop(left);
        let seed = again.unwrap_or_else(|| self.new_seed(job, &node, storage, self.clock.now() as u64));
        self.tell_by(job, seed, true)
    }

    /// A snapshot of a guest names the seed of then: Proxmox VE starts none whose CD is gone, so it is there again by that name.
    pub(super) fn remake_seed_of(&self, job: &mut Job, snapshot: &str) -> Result<(), Error> {
        if job.lease.service.body.media.own.is_none() {
            return Ok(());
        }
        let path = Self::guest_path(job)?;
        let then = job.client.snapshot_config(&path, snapshot)?;
        let media = &job.lease.service.body.media;
        let Some(drive) = media.own_drive(&then) else {
            return Ok(());
        };
        let file = drive.volume().rsplit('/').next().unwrap_or_default().to_owned();
        let is_known = media.seeds.iter().any(|seed| seed.volume() == drive.volume());
        let Some(storage) = drive.storage().filter(|_| !is_known) else {
            return Ok(());
        };
        if !file.starts_with(&self.seed_prefix(job)) {
            return Ok(());
        }
        let seed = SeedFile {
            file,
            ..self.new_seed(job, &path.node, &storage, self.clock.now() as u64)
        };
        self.tell_by(job, seed, false)
    }

    fn tell_by(&self, job: &mut Job, seed: SeedFile, may_have_password: bool) -> Result<(), Error> {
        let word = seed
            .file
            .trim_end_matches(".iso")
            .rsplit('-')
            .next()
            .unwrap_or_default();
        let salt = random::<SALT>();
        let user_data = if may_have_password { self.user_data(job)? } else { None };
        let (image, made, keys) = self.with_view(job, Facts::ALL, |view| {
            let password = view
                .password
                .filter(|_| may_have_password && pipeline::seed_has_password(view));
            let hash = password.zip(salt).and_then(|(password, salt)| hash(password, salt));
            let image = pipeline::seed_image(view, word, hash.as_deref(), user_data.as_ref(), [AS_USER, BLOCK]);
            let at = self.clock.now() as u64;
            let made = Made {
                of: pipeline::what_is_told(view),
                secret: hash.is_some() || user_data.is_some(),
                at,
                look_at: at + SEED_LOOK as u64,
            };
            Ok((image, made, pipeline::keys_told(view)))
        })?;
        self.upload(job, &seed, &image, |storage, node, words| MediaRefusal::OwnSeed {
            storage,
            node,
            words,
        })?;
        let media = &mut job.service().body.media;
        // the last one is the one that counts
        media.seeds.retain(|known| known.file != seed.file);
        media.seeds.push(SeedFile {
            made: Some(made),
            ..seed
        });
        media.keys_told = Some(keys);
        self.save(job)
    }

    /// Takes the secret out of what the guest has in its drive, once it was started with it and has read it: a seed that tells
    /// the same without it takes its place. What cannot be done now is tried again later.
    pub(super) fn forget_secret(&self, job: &mut Job) {
        let now = self.clock.now();
        let service = &job.lease.service;
        let media = &service.body.media;
        let made = media.secret().filter(|made| made.look_at as f64 <= now);
        let Some(made_at) = made.map(|made| made.at as f64) else {
            return;
        };
        let is_free = service.status == pipeline::finished() && media.rescue.is_none() && service.body.task.is_none();
        // one that is off for months is not looked at every few minutes
        let again = now + SEED_LOOK.max((now - made_at) / 8.0);
        job.service().body.media.looks_at_secret(again);
        let swapped = if is_free { self.swap_read(job, made_at) } else { Ok(()) };
        if let Err(error) = swapped {
            let id = job.lease.service.id;
            job.lines.push(format!(
                "service {id}: what is secret stays in its seed for now: {error}"
            ));
        }
    }

    fn swap_read(&self, job: &mut Job, made_at: UnixSeconds) -> Result<(), Error> {
        let Some(config) = self.read_config(job)?.filter(|config| config.lock().is_none()) else {
            return Ok(());
        };
        job.look.see(config.clone());
        self.check_owner(job)?;
        let path = Self::guest_path(job)?;
        let current = job.client.current(&path)?;
        let up = current
            .uptime
            .filter(|_| current.power == Power::Running)
            .unwrap_or_default();
        let is_read = up >= limits::SNIPPET_READ && self.clock.now() - up as f64 > made_at + WHOLE_SECONDS;
        let drive = job.lease.service.body.media.own_drive(&config);
        let Some((drive, storage)) = drive.and_then(|drive| drive.storage().map(|storage| (drive, storage))) else {
            return Ok(());
        };
        if !is_read {
            return Ok(());
        }
        let seed = self.new_seed(job, &path.node, &storage, self.clock.now() as u64);
        let volume = seed.volume();
        self.tell_by(job, seed, false)?;
        let mut change = ConfigChange::default();
        change.set(&drive.slot, format!("{volume},media=cdrom"));
        job.client.write_config(&path, &change, config.digest(), false)?;
        job.look.config_changed();
        job.service().body.media.sees(&config.with(&change));
        Ok(())
    }

    /// Uploads a seed that is written down first.
    pub(super) fn upload(
        &self,
        job: &mut Job,
        seed: &SeedFile,
        image: &[u8],
        refusal: impl FnOnce(StorageId, NodeName, String) -> MediaRefusal,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        job.changes();
        let seeds = &mut job.service().body.media.seeds;
        if !seeds.iter().any(|known| known.file == seed.file) {
            seeds.push(seed.clone());
        }
        due::begins(job.service(), now);
        self.save(job)?;
        let uploaded = match job.client.upload_iso(seed, image) {
            Ok(Some(upid)) => self.ended(job, &upid)?,
            Ok(None) => Ok(()),
            Err(pve::Error::Refused { words, .. }) => Err(words),
            Err(error) => return Err(error.into()),
        };
        uploaded.map_err(|words| refusal(seed.storage.clone(), seed.node.clone(), words).into())
    }

    /// Waits for the end of a task that takes a moment; or its words.
    fn ended(&self, job: &Job, upid: &Upid) -> Result<Result<(), String>, pve::Error> {
        let until = self.clock.now() + UPLOAD_SECONDS;
        loop {
            self.clock.sleep(limits::POLL_TICK);
            match job.client.task_end(upid)? {
                TaskEnd::Ok => return Ok(Ok(())),
                TaskEnd::Failed(words) => return Ok(Err(with_cause(job, upid, words))),
                TaskEnd::Unknown(words) => return Ok(Err(words)),
                TaskEnd::Running | TaskEnd::NotListed if self.clock.now() < until => {}
                TaskEnd::Running | TaskEnd::NotListed => return Ok(Err("its task does not end".to_owned())),
            }
        }
    }

    /// The seeds that nothing needs, and whose time has come. What the guest has in a drive, whoever has put it there, stays.
    fn seeds_to_delete(&self, job: &mut Job, now: UnixSeconds) -> Result<Vec<SeedFile>, pve::Error> {
        let service = &job.lease.service;
        let unused = service.body.media.unused(service.seed_wanted());
        let mut unused: Vec<SeedFile> = unused.filter(|seed| seed.delete_at as f64 <= now).cloned().collect();
        let of_guest = unused.iter().any(|seed| seed.made.is_some());
        if !of_guest || !service.has_guest() {
            return Ok(unused);
        }
        let config = match Self::guest_path(job) {
            Ok(path) if !job.look.exists() => job.client.config(&path)?,
            Ok(_) => job.look.config().clone(),
            Err(_) => Config::EMPTY,
        };
        unused.retain(|seed| !config.seed_drives().any(|drive| drive.volume() == seed.volume()));
        job.service().body.media.sees(&config);
        self.keep_those_of_second(job, &mut unused, now);
        Ok(unused)
    }

    /// What the second guest has in a drive stays for as long as that is there: Proxmox VE starts no guest whose CD is gone.
    fn keep_those_of_second(&self, job: &mut Job, unused: &mut Vec<SeedFile>, now: UnixSeconds) {
        let Some(path) = job.lease.service.body.beside.as_ref().map(beside::path_of) else {
            return;
        };
        // what cannot be seen now is not deleted now
        let config = job.client.config(&path).ok();
        let has = |seed: &SeedFile| {
            let in_drive = |config: &Config| config.seed_drives().any(|drive| drive.volume() == seed.volume());
            seed.made.is_some() && config.as_ref().is_none_or(in_drive)
        };
        let again = (now + limits::SCHEDULE_REFUSED) as u64;
        for kept in unused.extract_if(.., |seed| has(seed)) {
            let known = job.service().body.media.seeds.iter_mut();
            known
                .filter(|known| known.file == kept.file)
                .for_each(|known| known.delete_at = again);
        }
    }

    fn delete_seed(&self, job: &Job, seed: &SeedFile) -> Result<Result<(), String>, pve::Error> {
        match job.client.delete_iso(seed) {
            Ok(Some(upid)) => self.ended(job, &upid),
            Ok(None) => Ok(Ok(())),
            // with its storage
            Err(error) if error.says_no_storage() => Ok(Ok(())),
            Err(error) => Err(error),
        }
    }

    /// Where the node of a seed is silent, or gone for ever: a storage that all nodes share is asked through another one, and what
    /// was on a storage of the node alone is gone with it.
    fn delete_seed_elsewhere(&self, job: &Job, seed: &SeedFile, error: &pve::Error) -> Result<(), String> {
        let (is_gone, stays) = (error.says_no_node(), || Err(error.to_string()));
        if !is_gone && !matches!(error, pve::Error::NoAnswer { .. }) {
            return stays();
        }
        let Ok(resources) = job.client.resources() else {
            return stays();
        };
        let of_it = resources.storages.iter().filter(|seen| seen.id == seed.storage);
        let others: Vec<_> = of_it.filter(|seen| resources.is_in_service(&seen.node)).collect();
        let shares = others.iter().find(|seen| seen.shared && seen.node != seed.node);
        let node = match shares {
            Some(seen) => seen.node.clone(),
            None if !is_gone => return stays(),
            None if !others.is_empty() => return Ok(()),
            // no node that is there has it, or the login may not see that: any of them knows
            None => match resources.nodes.iter().find(|node| node.is_in_service()) {
                Some(node) => node.name.clone(),
                None => return stays(),
            },
        };
        match self.delete_seed(job, &SeedFile { node, ..seed.clone() }) {
            Ok(deleted) => deleted,
            Err(other) if is_gone && other.says_storage_is_elsewhere() => Ok(()),
            Err(other) => Err(other.to_string()),
        }
    }

    /// Deletes the seeds that nothing needs. What could not be deleted is tried again later; staff hear of it when that does not
    /// help either.
    pub(super) fn clean_seeds(&self, job: &mut Job) {
        let now = self.clock.now();
        // what cannot be seen now is seen at the next visit
        let unused = self.seeds_to_delete(job, now).unwrap_or_default();
        for seed in unused {
            let deleted = self.delete_seed(job, &seed);
            let deleted = deleted.unwrap_or_else(|error| self.delete_seed_elsewhere(job, &seed, &error));
            let seeds = &mut job.service().body.media.seeds;
            match deleted {
                Ok(()) => {
                    seeds.retain(|known| known.file != seed.file);
                    let trouble = &mut job.service().body.trouble;
                    trouble.take_if(|told| told.is(&problems::RESCUE_SEED) && told.lasting);
                }
                Err(why) => {
                    let known = seeds.iter_mut().find(|known| known.file == seed.file);
                    if let Some(known) = known {
                        known.delete_at = (now + limits::SCHEDULE_AGAIN) as u64;
                        known.refused += 1;
                    }
                    if seed.refused > 0 {
                        stays(job, &seed, &why, now);
                    }
                    let id = job.lease.service.id;
                    job.lines
                        .push(format!("service {id}: {} is not deleted: {why}", seed.volume()));
                }
            }
        }
    }
}

/// Somebody has deleted the seed that the guest has in its drive, which therefore does not start: from now on it is none that is
/// known to be there, and the next start makes another one first.
pub(super) fn sees_loss(job: &mut Job, error: &Error) {
    let is_start = matches!(error, Error::Task { .. } | Error::Placement(_));
    if !is_start || job.lease.service.body.media.own.is_none() {
        return;
    }
    let words = error.to_string();
    let seeds = &mut job.service().body.media.seeds;
    seeds.retain(|seed| seed.made.is_none() || !words.contains(&seed.volume()));
}

/// A hash of a password lies on a storage that everybody may read who may read its ISOs: somebody has to take it away.
fn stays(job: &mut Job, seed: &SeedFile, words: &str, now: UnixSeconds) {
    let stays = MediaRefusal::SeedStays {
        storage: seed.storage.clone(),
        node: seed.node.clone(),
        file: seed.file.clone(),
        words: words.to_owned(),
    };
    let trouble = &mut job.service().body.trouble;
    trouble.get_or_insert_with(|| Trouble {
        lasting: true,
        ..Trouble::of(stays.problem(), stays.to_string(), now)
    });
}
