//! Which privilege of Proxmox VE is for what: docs/install.md is written from it.

/// One privilege, for one thing.
pub struct Needed {
    /// Its name in Proxmox VE.
    pub privilege: &'static str,
    /// Where it has to be given, in words of the documentation.
    pub path: &'static str,
    /// What does not go without it.
    pub used_for: &'static str,
}

const GUESTS: &str = "`/vms`";
const IMAGES: &str = "`/storage/…` of the disks";
const BACKUPS: &str = "`/storage/…` of the backups";
const ISOS: &str = "`/storage/…` of the ISOs";
const SEEDS: &str = "`/storage/…` of the [seeds](rescue.md#the-seed)";

/// What the module works with, in the order of the roles; last what no role of its own has.
#[rustfmt::skip]
pub const NEEDED: &[Needed] = &[
    needed("VM.Allocate", GUESTS, "make and delete VMs"),
    needed("VM.Audit", GUESTS, "see them"),
    needed("VM.Clone", "`/vms`, of the templates", "clone a template"),
    needed("VM.PowerMgmt", GUESTS, "start and stop them"),
    needed("VM.Config.CPU", GUESTS, "cores and their limits"),
    needed("VM.Config.Memory", GUESTS, "memory"),
    needed("VM.Config.Disk", GUESTS, "disks: size, limits, one more"),
    needed("VM.Config.Network", GUESTS, "network card, addresses, firewall"),
    needed("VM.Config.Options", GUESTS, "name, notes with the marker, start with the node"),
    needed("VM.Config.Cloudinit", GUESTS, "user, password and SSH keys of cloud-init"),
    needed("Datastore.Audit", "`/storage`", "see storages, and what is on them"),
    needed("Datastore.AllocateSpace", IMAGES, "disks"),
    needed("Datastore.AllocateSpace", BACKUPS, "make, restore and delete backups"),
    needed("SDN.Use", "`/sdn/zones/…` of the bridges", "a network card on that bridge"),
    needed("Sys.Audit", "`/nodes`", "see the nodes and their memory"),
    needed("Sys.Audit", "`/`", "the datacenter's next-id range; whether its firewall is on ([reach](reach.md))"),
    needed("VM.Snapshot", GUESTS, "[snapshots](actions.md#snapshots)"),
    needed("VM.Console", GUESTS, "[consoles](console.md), pictures of the screen"),
    needed("VM.Backup", GUESTS, "[backups](actions.md#backups): see, make, [restore](restore.md) and delete them"),
    needed("VM.Config.CDROM", GUESTS, "[ISOs and rescue mode](rescue.md); a cloud-init drive for a template without one"),
    needed("VM.Config.HWType", GUESTS, "[make a template](templates.md#make-a-template)"),
    needed("Datastore.AllocateTemplate", "`/storage/…` of the images", "download the image of a template"),
    needed("Sys.AccessNetwork", "`/nodes`", "download the image of a template"),
    needed("Datastore.Audit", ISOS, "list the [ISOs](rescue.md#an-iso)"),
    needed("Datastore.AllocateTemplate", SEEDS, "upload a seed"),
    needed("Datastore.Allocate", SEEDS, "delete it"),
    needed("Datastore.Allocate", "`/storage/…` of the snippets", "see whether the file of an [application](applications.md) is there"),
    needed("Datastore.Allocate", BACKUPS, "protect more than five backups of a VM"),
    needed("VM.GuestAgent.Audit", GUESTS, "`ready_when = agent`; the addresses in the VM, in [reach](reach.md) (Proxmox VE 8: `VM.Monitor`)"),
    needed("VM.GuestAgent.Unrestricted", GUESTS, "`password_by = agent`, `ssh_keys_by = agent` (Proxmox VE 8: `VM.Monitor`)"),
];

const fn needed(privilege: &'static str, path: &'static str, used_for: &'static str) -> Needed {
    Needed {
        privilege,
        path,
        used_for,
    }
}
