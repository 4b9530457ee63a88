//! The tables that a store is made of, for whoever goes through all of them. What is not among them needs no moving:
//! `reached` is a hint, and made anew; `silent`, `looks` and `presses` are over before a move is, or soon after.

/// A table that is moved: its name, and its columns without the computed ones, those of the key first.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) keys: usize,
    pub(super) columns: &'static [&'static str],
}

/// What a store is, in an order that keeps what refers after what it refers to.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "services",
        keys: 1,
        columns: &[
            "id",
            "server",
            "status",
            "vmid",
            "due_at",
            "timed",
            "body",
            "lease_owner",
            "lease_until",
            "generation",
            "created_at",
            "updated_at",
        ],
    },
    Table {
        name: "addresses",
        keys: 1,
        columns: &["address", "service", "server", "position", "body", "leased_at"],
    },
    Table {
        name: "events",
        keys: 1,
        columns: &["id", "service", "operation", "at", "actor", "what", "result", "took_ms"],
    },
    Table {
        name: "operations",
        keys: 1,
        columns: &[
            "id",
            "service",
            "action",
            "arguments",
            "actor",
            "actor_id",
            "ip",
            "nonce",
            "state",
            "place",
            "upid",
            "progress",
            "code",
            "result",
            "created_at",
            "started_at",
            "ended_at",
        ],
    },
    Table {
        name: "dns",
        keys: 1,
        columns: &[
            "service",
            "wanted",
            "asked",
            "due_at",
            "attention",
            "body",
            "lease_owner",
            "lease_until",
            "generation",
        ],
    },
    Table {
        name: "outbox",
        keys: 1,
        columns: &[
            "id",
            "service",
            "kind",
            "body",
            "created",
            "due",
            "attempts",
            "state",
            "taken_by",
            "last_error",
        ],
    },
    Table {
        name: "facts",
        keys: 1,
        columns: &["server", "body", "seen_at"],
    },
    Table {
        name: "traffic",
        keys: 2,
        columns: &["service", "month", "bytes_in", "bytes_out"],
    },
    Table {
        name: "samples",
        keys: 1,
        columns: &[
            "service",
            "at",
            "uptime_s",
            "bytes_in",
            "bytes_out",
            "memory",
            "memory_max",
            "disk",
        ],
    },
    Table {
        name: "sampled",
        keys: 1,
        columns: &["server", "at"],
    },
    Table {
        name: "builds",
        keys: 2,
        columns: &["kind", "service", "at", "seconds"],
    },
    Table {
        name: "ssh_keys",
        keys: 2,
        columns: &["client", "fingerprint", "line", "name", "added_at"],
    },
];

/// What else belongs to the services of a store, and to nobody once these are another's.
pub(super) const PASSING: [&str; 2] = ["reached", "presses"];
