//! The lines of *More settings* about CDs: ISOs, rescue mode, and seeds for cloud-init.

use super::super::row::{Group, Kind, Row};
use super::super::values;
use super::super::{SeedBy, media};

const SEEDS: &[(&[&str], SeedBy)] = &[(&["pve"], SeedBy::Pve), (&["own"], SeedBy::Own)];

/// Every key that there is.
pub(super) const ROWS: &[Row] = &[
    Row::more(
        "seed",
        Group::Build,
        choice!(more.media.seed, SEEDS),
        "by what cloud-init is told in new VMs: by the drive that Proxmox VE makes, with one IPv4 and one IPv6 address, or by a seed \
         of the module with all of them, and without new SSH host keys later ([more](templates.md#a-seed-of-its-own))",
    ),
    Row::more(
        "seed_storage",
        Group::Build,
        value!(more.media.seed_storage, Kind::Text, "", media::storage, |storage| {
            values::or(storage, "")
        }),
        "the storage of ISOs for `seed = own`, best one of its own that all nodes share",
    ),
    Row::more(
        "client_iso",
        Group::Client,
        switch!(more.media.client_iso),
        "the customer may insert and eject ISOs of *iso_storage* that *iso_show* names, and boot from one",
    ),
    Row::more(
        "iso_storage",
        Group::Client,
        value!(more.media.iso_storage, Kind::Text, "", media::storage, |storage| {
            values::or(storage, "")
        }),
        "the storage of the ISOs that customers may insert; one that all nodes share keeps VMs movable",
    ),
    Row::more(
        "iso_show",
        Group::Client,
        value!(more.media.iso_show, Kind::Text, "", media::patterns, |shown: &Vec<
            _,
        >| {
            media::listed(shown)
        }),
        "which of them customers see: file names with `*` for anything and commas between them, `public-*.iso`; without it none",
    ),
    Row::more(
        "rescue_iso",
        Group::Client,
        value!(more.media.rescue_iso, Kind::Text, "", media::volume, |volume| {
            values::or(volume, "")
        }),
        "the ISO of the rescue system, `storage:iso/file.iso`: the customer may start the VM from it; without it there is no \
         rescue mode",
    ),
    Row::more(
        "rescue_hours",
        Group::Client,
        number!(more.media.rescue_hours, "hours", 1, 168),
        "after how many hours rescue mode is left",
    ),
    Row::more(
        "rescue_seed",
        Group::Client,
        value!(more.media.rescue_seed, Kind::Text, "", media::storage, |storage| {
            values::or(storage, "")
        }),
        "a storage of ISOs, best one of its own, for the [seeds](rescue.md#the-seed) that tell the rescue system addresses and \
         keys; without it the rescue system is told nothing",
    ),
];
