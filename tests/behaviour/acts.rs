//! The actions of the table, each as a function: what tests hand around.

use proxmoxkvm::api::{act, core::Core};
use proxmoxkvm::problems::Error;
use proxmoxkvm::words::ids::ServiceId;
use serde_json::{Value, json};

macro_rules! acts {
    ($($name:ident)*) => {
        $(pub fn $name(core: &Core, request: &Value) -> Result<Value, Error> {
            Ok(act(stringify!($name), core, request)?.value())
        })*
    };
}

acts! { start shutdown reboot stop reset reinstall vm_remove set_dns_records set_reverse_name attach confirm protect unprotect
snapshot_take snapshot_rollback snapshot_delete snapshot_schedule ssh_key_add ssh_key_remove
ssh_keys_choose ssh_keys_write backup_make backup_note backup_protect backup_unprotect
backup_schedule backup_delete backup_restore rescue_start rescue_leave
iso_eject
firewall_rule firewall_change firewall_policy firewall_template firewall_confirm firewall_back

backup_restore_beside beside_start beside_stop beside_swap beside_discard }

/// The lines of a service's history, oldest first.
pub fn history(core: &Core, service: u64) -> Value {
    core.store
        .events(ServiceId(service))
        .unwrap()
        .iter()
        .map(|event| json!(event))
        .collect()
}

/// Forces the step that the request names.
pub fn run_step(core: &Core, request: &Value) -> Result<Value, Error> {
    Ok(act(request["step"].as_str().unwrap_or_default(), core, request)?.value())
}
