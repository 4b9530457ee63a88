//! A seed of this module's own in place of Proxmox VE's drive for cloud-init: with every address, and a guest that stays the
//! same for cloud-init when its password, its keys or its addresses are others.
//!
//! A guest has what it was built with: told by another drive it would be a new one to cloud-init. The keys of its config say the
//! same as ever; only the password is in the seed alone, as a hash, and only until the guest has read it.

use super::cloudinit::{has_password, user_of};
use crate::guest::ConfigChange;
use crate::guest::seed::{Once, Seed, SeedNet, System, digest};
use crate::package::{Addressing, SeedBy};
use crate::pipeline::call::{Blocked, Call, want};
use crate::pipeline::view::View;
use crate::server::address::Address;
use crate::service::media::{KeysTold, Made, SeedFile};
use crate::words::ids::StorageId;
use crate::words::ssh_key;
use crate::words::user_data::UserData;

/// Whether the guest is told by a seed of this module. Windows is not: what reads there wants other documents.
pub(in crate::pipeline) fn has_own_seed(view: &View<'_>) -> bool {
    if view.building {
        let media = &view.package.more.media;
        media.seed == SeedBy::Own && media.seed_storage.is_some() && !view.config.is_windows()
    } else {
        view.media.own_drive(view.config).is_some()
    }
}

/// What is missing of the seed: that it is made, or that it is in its drive.
pub(in crate::pipeline) fn own_seed(view: &View<'_>, change: &mut ConfigChange) -> Result<Option<Call>, Blocked> {
    let told = what_is_told(view);
    let own = view.media.own_drive(view.config);
    // one that has the password, and was not written yet
    let has_password =
        |seed: &SeedFile, made: &Made| made.secret && own.as_ref().is_none_or(|drive| drive.volume() != seed.volume());
    let made = view.media.made_last().filter(|(_, made)| made.of == told);
    let Some((seed, _)) = made.filter(|(seed, made)| !owes_password(view) || has_password(seed, made)) else {
        return Ok(seed_storage(view).map(Call::Seed));
    };
    let drive = own.or_else(|| view.config.cloudinit_drive());
    let slot = drive.map(|drive| drive.slot).or_else(|| view.config.free_slot("ide"));
    let slot = slot.ok_or(Blocked::NoSlot {
        beside: "ide".to_owned(),
    })?;
    let has_it = view
        .config
        .drive(&slot)
        .is_some_and(|drive| drive.volume() == seed.volume());
    if !has_it {
        want(change, view.config, &slot, &format!("{},media=cdrom", seed.volume()));
    }
    Ok(None)
}

/// The same of a guest that was built, where its addresses are others, or what it has in its drive is none that is known to be
/// there: a backup or a snapshot has brought back one of then.
pub(in crate::pipeline) fn own_seed_anew(
    view: &View<'_>,
    moves: bool,
    change: &mut ConfigChange,
) -> Result<Option<Call>, Blocked> {
    let Some(drive) = view.media.own_drive(view.config) else {
        return Ok(None);
    };
    let mut known = view.media.seeds.iter().filter(|seed| seed.made.is_some());
    if !moves && known.any(|seed| seed.volume() == drive.volume()) {
        return Ok(None);
    }
    own_seed(view, change)
}

/// Whether the guest has to be told a password that it was not told yet.
fn owes_password(view: &View<'_>) -> bool {
    !view.password_written && gives_password(view)
}

/// Whether its password is cloud-init's to give.
fn gives_password(view: &View<'_>) -> bool {
    view.password.is_some() && has_password(view.package, view.config)
}

/// Whether a seed that is made now has the password: the guest was not told it yet, or only by one that it has not read.
pub fn seed_has_password(view: &View<'_>) -> bool {
    let is_unread = view.media.made_last().is_some_and(|(_, made)| made.secret);
    gives_password(view) && (!view.password_written || is_unread)
}

/// Where a seed is uploaded: where the product says, else where the one is that the guest has.
fn seed_storage(view: &View<'_>) -> Option<StorageId> {
    let sold = view.package.more.media.seed_storage.clone();
    sold.or_else(|| view.media.own_drive(view.config)?.storage())
}

/// Which keys the guest is told, and how often they have changed since it was built.
pub fn keys_told(view: &View<'_>) -> KeysTold {
    let of = digest(&ssh_key::lines(view.ssh_keys));
    let known = view.media.keys_told.as_ref().filter(|_| !view.building);
    let turn = known.map_or(0, |known| known.turn + u32::from(known.of != of));
    KeysTold { of, turn }
}

/// By what a seed is known that tells what is true now, whatever its password.
pub fn what_is_told(view: &View<'_>) -> String {
    let system = System::New { upgrades: false };
    with_seed(view, |seed| Seed { system, ..seed }.digest())
}

/// The image of a seed. `word`: a word that no other seed has; `hash`: that of its password; `user_data`: what the
/// customer gives besides; `keys`: a program that gives a guest
/// that knows its instance other keys (its arguments are the user and the keys).
pub fn seed_image(
    view: &View<'_>,
    word: &str,
    hash: Option<&str>,
    user_data: Option<&UserData>,
    keys: [&str; 2],
) -> Vec<u8> {
    let [as_user, block] = keys;
    let (lines, told) = (ssh_key::lines(view.ssh_keys), keys_told(view));
    let (of_keys, of_password) = (format!("pk-keys-{}", told.turn), format!("pk-password-{word}"));
    with_seed(view, |seed| {
        let upgrades = view.config.number("ciupgrade") != Some(0);
        if view.building {
            let system = System::New { upgrades };
            return Seed {
                system,
                password: hash,
                user_data,
                ..seed
            }
            .image();
        }
        let mut once = Vec::new();
        if told.turn > 0 {
            let command = vec!["sh", "-c", KEYS, seed.user, &lines, as_user, block];
            once.push(Once {
                name: &of_keys,
                command,
            });
        }
        if let Some(hash) = hash {
            let command = vec!["sh", "-c", PASSWORD, seed.user, hash];
            once.push(Once {
                name: &of_password,
                command,
            });
        }
        let system = System::Known { once: &once };
        Seed {
            system,
            user_data,
            ..seed
        }
        .image()
    })
}

/// Gives the user of the first argument the keys of the second, by the program of the third, which runs that of the fourth.
const KEYS: &str = r#"printf '%s\n' "$1" | sh -c "$2" keys "$0" "$3""#;

/// Gives the user of the first argument the password whose hash is the second.
const PASSWORD: &str = r#"printf '%s:%s\n' "$0" "$1" | chpasswd -e"#;

/// Says something of what the guest is told.
fn with_seed<T>(view: &View<'_>, say: impl FnOnce(Seed<'_>) -> T) -> T {
    let name = view.config.get("name").unwrap_or("vm");
    // Proxmox VE makes a new uuid for each clone, and a backup brings back that of its guest: so does cloud-init know it again
    let instance = format!("pk-{}", view.config.uuid().unwrap_or_else(|| digest(view.marker)));
    let user = view.config.get("ciuser").filter(|_| !view.building);
    let mac = view.config.mac();
    let addresses: &[Address] = match view.package.addressing {
        Addressing::Dhcp => &[],
        _ => view.addresses,
    };
    say(Seed {
        instance: &instance,
        name,
        domain: view.package.main_domain.as_deref(),
        user: user.unwrap_or_else(|| user_of(view.package, view.config)),
        ssh_keys: view.ssh_keys,
        password: None,
        user_data: None,
        net: mac.as_deref().map(|mac| SeedNet { mac, addresses }),
        system: System::Rescue,
    })
}
