//! The disk that a refusal is about: none gets smaller.

use crate::pipeline::Blocked;
use serde::Serialize;

/// A disk that would be smaller.
#[derive(Debug, Default, Serialize)]
pub(super) struct ShrunkOut {
    /// The disk that would be smaller; missing where it is not about a disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    which: Option<&'static str>,
    /// Its size, GiB; missing where it is not about a disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    has: Option<u64>,
    /// The size that is wanted, GiB; missing where it is not about a disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<u64>,
}

impl ShrunkOut {
    /// That of a refusal; nothing, where it is not about a disk.
    pub(super) fn of(blocked: &Blocked) -> ShrunkOut {
        match blocked {
            Blocked::Shrink {
                which,
                has_gib,
                wanted_gib,
            } => ShrunkOut {
                which: Some(*which),
                has: Some(*has_gib),
                wanted: Some(*wanted_gib),
            },
            _ => ShrunkOut::default(),
        }
    }
}
