//! What is asked for of what a service keeps beside its guest: snapshots, backups, ISOs.

use crate::api::request::{Number, PackageIn, ServerIn, Who};
use serde::Deserialize;

/// Whose snapshots, backups or ISOs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct KeptIn {
    /// Of which service.
    pub(super) service: Number,
    /// Its server entry.
    pub(super) server: ServerIn,
    /// What is sold: how many, where, and whether customers see them.
    pub(super) package: PackageIn,
    /// Who asks.
    #[serde(flatten)]
    pub(super) who: Who,
}
