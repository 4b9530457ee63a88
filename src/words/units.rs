//! What sizes are counted in, in bytes.

/// Of memory, at Proxmox VE.
pub const MIB: u64 = 1 << 20;
/// Of memory and disks, at Proxmox VE and as they are sold.
pub const GIB: u64 = 1 << 30;
/// Of traffic and backups, as they are sold.
pub const GB: u64 = 1_000_000_000;
