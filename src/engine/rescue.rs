//! The seeds of rescue systems: uploaded before a rescue is begun, deleted once nothing needs them.
//!
//! A seed is written down before it is uploaded: whatever dies in between, the cron deletes what nobody uses. Its name has the
//! installation and the service in it, so that nobody deletes another's.

use super::task::with_cause;
use super::{Engine, Job, due, reserve};
use crate::problems::{Error, MediaRefusal};
use crate::pve::{self, TaskEnd};
use crate::seed::{SALT, Seed, SeedNet, hash};
use crate::server::Secret;
use crate::service::Trouble;
use crate::service::media::{MediaWish, SeedFile};
use crate::words::ids::{NodeName, StorageId, UnixSeconds, Upid};
use crate::words::limits;
use crate::words::problems;

/// How long a start from a CD is waited for until it is looked again (seconds).
pub(super) const BOOT_LOOK: f64 = 120.0;

/// A seed has some 60 KB: what takes longer than this over it hangs (seconds).
const UPLOAD_SECONDS: f64 = 15.0;

/// The characters of a one-time password: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// So many of them: 80 bits.
const LENGTH: usize = 16;

/// Chance, and none where there is none.
fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

fn one_time() -> Option<(Secret, String)> {
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    let password: String = random::<LENGTH>()?.into_iter().map(letter).collect();
    let password = Secret::from(password);
    let hash = hash(&password, random::<SALT>()?)?;
    Some((password, hash))
}

impl Engine<'_> {
    /// A seed that is to be, by a name that nothing else has.
    pub(super) fn new_seed(&self, job: &Job, node: &NodeName, storage: &StorageId, now: u64) -> SeedFile {
        let operation = job.lease.operations.own().map_or(0, |own| own.id);
        let (installation, service) = (self.store.installation(), job.lease.service.id);
        let prefix = SeedFile::PREFIX;
        SeedFile {
            node: node.clone(),
            storage: storage.clone(),
            file: format!("{prefix}{installation}-{service}-{now:x}-{operation:x}.iso"),
            delete_at: now,
            refused: 0,
        }
    }

    /// Uploads the seed of the rescue mode that is wished for. With SSH keys chosen for the guest those let its customer in;
    /// without, a password that is told once, and kept nowhere.
    pub fn upload_seed(&self, job: &mut Job, wish: &MediaWish) -> Result<Option<Secret>, Error> {
        let Some(seed) = wish.rescue.as_ref().and_then(|rescue| rescue.seed.clone()) else {
            return Ok(None);
        };
        let keys = job.lease.service.body.choices.ssh_keys.clone();
        let failed = |words: String| {
            let (storage, node) = (seed.storage.clone(), seed.node.clone());
            MediaRefusal::Seed { storage, node, words }
        };
        let password = match keys.is_empty() {
            true => Some(one_time().ok_or_else(|| failed("there is no chance to make a password of".to_owned()))?),
            false => None,
        };
        let addresses = reserve::kept(&job.lease.addresses, &job.order.package);
        let mac = job.look.config().mac();
        let image = Seed {
            instance: seed.file.trim_end_matches(".iso"),
            name: job.lease.service.body.name.as_deref().unwrap_or("rescue"),
            ssh_keys: &keys,
            password: password.as_ref().map(|(_, hash)| hash.as_str()),
            net: mac.as_deref().map(|mac| SeedNet {
                mac,
                addresses: &addresses,
            }),
        }
        .image();
        let now = self.clock.now();
        job.changes();
        job.service().body.media.seeds.push(seed.clone());
        due::begins(job.service(), now);
        self.save(job)?;
        let uploaded = match job.client.upload_iso(&seed, &image) {
            Ok(Some(upid)) => self.ended(job, &upid)?,
            Ok(None) => Ok(()),
            Err(pve::Error::Refused { words, .. }) => Err(words),
            Err(error) => return Err(error.into()),
        };
        uploaded.map_err(failed)?;
        Ok(password.map(|(password, _)| password))
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

    /// Deletes the seeds that nothing needs. What could not be deleted is tried again later; staff hear of it when that does not
    /// help either.
    pub(super) fn clean_seeds(&self, job: &mut Job) {
        let now = self.clock.now();
        let service = &job.lease.service;
        let unused = service.body.media.unused(service.seed_wanted());
        let unused: Vec<SeedFile> = unused.filter(|seed| seed.delete_at as f64 <= now).cloned().collect();
        for seed in unused {
            let deleted = match job.client.delete_iso(&seed) {
                Ok(Some(upid)) => self.ended(job, &upid).unwrap_or_else(|error| Err(error.to_string())),
                Ok(None) => Ok(()),
                // with its storage
                Err(error) if error.says_no_storage() => Ok(()),
                Err(error) => Err(error.to_string()),
            };
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
