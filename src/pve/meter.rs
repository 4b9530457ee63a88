//! Counts requests by kind: what a create costs is part of what the product promises.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Ticket login.
    Login,
    /// Reading the cluster, to place a new guest or to find one.
    Cluster,
    /// Reading a guest: config, status, firewall.
    Look,
    /// Asking whether a task has ended.
    Poll,
    /// Starting a clone.
    Clone,
    /// Writing a guest's config.
    Config,
    /// Growing a disk.
    Resize,
    /// Firewall options and IP sets.
    Firewall,
    /// Adding one firewall rule.
    Rule,
    /// Start, stop, shutdown, reboot, reset.
    Power,
    /// Making a snapshot, or rolling back to one.
    Snapshot,
    /// Making a backup, or marking one.
    Backup,
    /// Deleting a guest, a snapshot, a backup.
    Delete,
    /// Opening a guest's screen.
    Console,
    /// Roles, users, tokens.
    Access,
    /// Making a template.
    Template,
}

impl Kind {
    /// Its name in replies.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Login => "login",
            Kind::Cluster => "cluster",
            Kind::Look => "look",
            Kind::Poll => "poll",
            Kind::Clone => "clone",
            Kind::Config => "config",
            Kind::Resize => "resize",
            Kind::Firewall => "firewall",
            Kind::Rule => "rule",
            Kind::Power => "power",
            Kind::Snapshot => "snapshot",
            Kind::Backup => "backup",
            Kind::Delete => "delete",
            Kind::Console => "console",
            Kind::Access => "access",
            Kind::Template => "template",
        }
    }
}

/// What a call has asked of Proxmox VE.
#[derive(Debug, Serialize)]
pub struct Counted {
    /// Requests in all.
    pub total: u64,
    /// Those of them that asked whether a task has ended.
    pub polls: u64,
    /// Those that added a firewall rule.
    pub rules: u64,
    /// How many of each kind; a kind of which there was none is missing.
    pub by_kind: BTreeMap<&'static str, u64>,
}

/// A count of requests, shared by the workers of one call.
#[derive(Debug, Default)]
pub struct Meter(Mutex<BTreeMap<Kind, u64>>);

impl Meter {
    /// Counts one request.
    pub fn count(&self, kind: Kind) {
        *self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(kind)
            .or_default() += 1;
    }

    /// The counts so far.
    pub fn counted(&self) -> Counted {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |kind| counts.get(&kind).copied().unwrap_or_default();
        Counted {
            total: counts.values().sum(),
            polls: of(Kind::Poll),
            rules: of(Kind::Rule),
            by_kind: counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
        }
    }
}
