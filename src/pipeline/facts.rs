//! What a step may see, as a set.

/// A set of facts. A row names what its plan reads: the look fetches exactly that, and the plan's view has nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts(u16);

impl Facts {
    /// Only what the store knows of the service and its package.
    pub const NONE: Facts = Facts(0);
    /// The guest's config: whether it is there, whose it is, its lock. Whatever else is seen of a guest needs this first.
    pub const CONFIG: Facts = Facts(1);
    /// What it does right now.
    pub const POWER: Facts = Facts(1 << 1);
    /// Its firewall: options, rules, the set of the IP filter.
    pub const FIREWALL: Facts = Facts(1 << 2);
    /// What kind of storage an additional disk comes to. Costs a request only where that disk is missing.
    pub const STORAGE: Facts = Facts(1 << 3);
    /// Its snapshots.
    pub const SNAPSHOTS: Facts = Facts(1 << 4);
    /// Its backups, on every storage. They outlive it.
    pub const BACKUPS: Facts = Facts(1 << 5);
    /// What was before the change that is queued. The store knows it.
    pub const BEFORE: Facts = Facts(1 << 6);

    /// The backup that something else waits for. Costs nothing where nothing does.
    pub const BACKUP_FIRST: Facts = Facts(1 << 7);

    /// The second guest of the service. Costs nothing where there is none.
    pub const BESIDE: Facts = Facts(1 << 8);

    /// All that is known.
    pub const ALL: Facts = Facts(u16::MAX);

    /// These and those.
    pub const fn and(self, others: Facts) -> Facts {
        Facts(self.0 | others.0)
    }

    /// Those that both sets have.
    pub const fn only(self, others: Facts) -> Facts {
        Facts(self.0 & others.0)
    }

    /// Whether all of these are among them.
    pub const fn contains(self, others: Facts) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether nothing has to be looked at.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
