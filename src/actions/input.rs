//! What is typed or chosen beside an action.

use crate::words::{limits, schedule, user_data};
use serde::Serialize;

/// As long as a host name may be.
const LONGEST: usize = 253;
/// Addresses are typed with blanks and zeros.
const ADDRESSES: usize = 2048;

/// Something to type or choose beside the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its field of the request.
    pub name: &'static str,
    /// What it should be.
    pub kind: Kind,
    /// The most characters of it that are looked at; the verb says what is wrong with more.
    pub most: usize,
    /// Whether several are chosen: a form sends them with commas.
    pub many: bool,
    /// The words of which it is one, or none, in the order of a form; missing where it is no such word.
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    pub words: &'static [&'static str],
}

/// What an input should be; the verb says what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of the service's own addresses.
    Address,
    /// A host name, or nothing.
    HostName,
    /// The number of a VM.
    Vmid,
    /// The template of an operating system that is offered for the service, or nothing for the one that it has.
    System,
    /// The name of an application that is offered for the service, `none`, or nothing for the one that it has.
    Application,
    /// The name of one of the service's snapshots: the form brings it along, and nobody types it.
    Snapshot,
    /// The name of one of the service's backups: the form brings it along, and nobody types it.
    Backup,
    /// An ISO as Proxmox VE names it: the form brings it along, and nobody types it.
    Iso,
    /// The newest snapshot that is lost besides, as the page has told: the form brings it along.
    Lost,
    /// What something is called; or nothing.
    Label,
    /// `1` where it is ticked.
    Tick,
    /// A public SSH key.
    PublicKey,
    /// The fingerprint of one of the client's SSH keys: the form brings it along.
    Fingerprint,
    /// The fingerprints of the SSH keys that are chosen, or `none`; nothing for those that are chosen already.
    Fingerprints,
    /// What cloud-init is given beside what is ordered, on several lines; or nothing.
    UserData,
    /// Days of the week, `mon` to `sun`; or none.
    Days,
    /// The hour at which a window of four hours begins, by WHMCS's clocks.
    Hour,
    /// The number of a port, or nothing.
    Port,
    /// An address of whoever, or nothing for that of who asks.
    AnyAddress,
    /// The number of one of the customer's firewall rules, from 1: the form brings it along.
    Rule,
    /// One of a few words.
    Word,
    /// Ports and ranges of ports, with commas; or nothing.
    Ports,
    /// Addresses and networks, with commas; or nothing.
    Addresses,
    /// The version of the choices that the page has read: the form brings it along, and nobody types it.
    Version,
}

/// Which backup is meant.
pub(super) const BACKUP: Input = input("backup", Kind::Backup);

/// What a backup is called.
pub(super) const NOTE: Input = input("note", Kind::Label).at_most(limits::BACKUP_NOTE);

pub(super) const fn input(name: &'static str, kind: Kind) -> Input {
    let most = match kind {
        Kind::PublicKey | Kind::Fingerprints => limits::SSH_KEY_BYTES,
        Kind::Addresses => ADDRESSES,
        Kind::UserData => user_data::MOST_BYTES,
        _ => LONGEST,
    };
    let words: &[&str] = match kind {
        Kind::Days => &schedule::DAYS,
        Kind::Hour => &schedule::HOURS,
        _ => &[],
    };
    Input {
        name,
        kind,
        most,
        many: matches!(kind, Kind::Days | Kind::Fingerprints),
        words,
    }
}

impl Input {
    pub(super) const fn at_most(self, most: usize) -> Input {
        Input { most, ..self }
    }

    pub(super) const fn of(self, words: &'static [&'static str]) -> Input {
        Input { words, ..self }
    }
}
