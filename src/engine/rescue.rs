//! The seeds of rescue systems, uploaded before a rescue is begun.

use super::seed::random;
use super::{Engine, Job, reserve};
use crate::guest::seed::{SALT, Seed, SeedNet, System, hash};
use crate::problems::{Error, MediaRefusal};
use crate::server::Secret;
use crate::service::media::MediaWish;

/// How long a start from a CD is waited for until it is looked again (seconds).
pub(super) const BOOT_LOOK: f64 = 120.0;

/// The characters of a one-time password: none that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// So many of them: 80 bits.
const LENGTH: usize = 16;

fn one_time() -> Option<(Secret, String)> {
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    let password: String = random::<LENGTH>()?.into_iter().map(letter).collect();
    let password = Secret::from(password);
    let hash = hash(&password, random::<SALT>()?)?;
    Some((password, hash))
}

impl Engine<'_> {
    /// Uploads the seed of the rescue mode that is wished for. With SSH keys chosen for the guest those let its customer in;
    /// without, a password that is told once, and kept nowhere.
    pub fn upload_seed(&self, job: &mut Job, wish: &MediaWish) -> Result<Option<Secret>, Error> {
        let Some(seed) = wish.rescue.as_ref().and_then(|rescue| rescue.seed.clone()) else {
            return Ok(None);
        };
        let keys = job.lease.service.body.choices.ssh_keys.clone();
        let refusal = |storage, node, words| MediaRefusal::Seed { storage, node, words };
        let password = match keys.is_empty() {
            true => Some(one_time().ok_or_else(|| {
                let words = "there is no chance to make a password of".to_owned();
                refusal(seed.storage.clone(), seed.node.clone(), words)
            })?),
            false => None,
        };
        let addresses = reserve::kept(&job.lease.addresses, &job.order.package);
        let mac = job.look.config().mac();
        let image = Seed {
            instance: seed.file.trim_end_matches(".iso"),
            name: job.lease.service.body.name.as_deref().unwrap_or("rescue"),
            domain: None,
            user: "root",
            ssh_keys: &keys,
            password: password.as_ref().map(|(_, hash)| hash.as_str()),
            user_data: None,
            net: mac.as_deref().map(|mac| SeedNet {
                mac,
                addresses: &addresses,
            }),
            system: System::Rescue,
        }
        .image();
        self.upload(job, &seed, &image, refusal)?;
        Ok(password.map(|(password, _)| password))
    }
}
