//! The actions of the table, each as a function: what tests hand around.

use proxmoxkvm::api::{act, core::Core};
use proxmoxkvm::problems::Error;
use serde_json::Value;

macro_rules! acts {
    ($($name:ident)*) => {
        $(pub fn $name(core: &Core, request: &Value) -> Result<Value, Error> {
            act(stringify!($name), core, request)
        })*
    };
}

acts! { start stop reboot reinstall vm_remove set_dns_records set_reverse_name attach confirm }

/// Forces the step that the request names.
pub fn run_step(core: &Core, request: &Value) -> Result<Value, Error> {
    act(request["step"].as_str().unwrap_or_default(), core, request)
}
