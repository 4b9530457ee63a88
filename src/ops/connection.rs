//! TestConnection: version, login, privileges, nodes, address lines.

use crate::core::Core;
use crate::error::{Error, Refusal};
use crate::pve::{Facts, Meter};
use crate::request;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the life of a service needs; without Sys.Audit placement and the next-id range are blind.
const PRIVILEGES: &[&str] = &[
    "VM.Allocate",
    "VM.Audit",
    "VM.Clone",
    "VM.PowerMgmt",
    "VM.Config.CPU",
    "VM.Config.Memory",
    "VM.Config.Disk",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Config.Cloudinit",
    "VM.Config.HWType",
    "Datastore.AllocateSpace",
    "Datastore.Audit",
    "Sys.Audit",
];

/// Connects, logs in, and says what is missing. What a create asks first is remembered on the way.
pub fn test_connection(core: &Core, request: &Value) -> Result<Value, Error> {
    let entry = request::server_of(request)?;
    let meter = Arc::new(Meter::default());
    let client = core.client(&entry, &meter)?;
    let version = client.version()?;
    let missing = missing_privileges(&client.permissions()?, &version);
    if !missing.is_empty() {
        let login = entry.login.name();
        return Err(Refusal::Other(format!(
            "{login} is logged in but lacks {}: add them to its role",
            missing.join(", ")
        ))
        .into());
    }
    let resources = client.resources()?;
    let online = resources
        .nodes
        .iter()
        .filter(|node| node.online)
        .map(|node| node.name.clone());
    let mut facts = Facts {
        next_id: client.next_id_range()?,
        ..Facts::default()
    };
    for node in online {
        // a node whose daemon is down must not hide the others
        if let Ok(bridges) = client.bridges(&node) {
            facts.bridges.insert(node, bridges);
        }
    }
    core.store.set_facts(entry.id, &facts, core.clock.now())?;
    let bad: Vec<Value> = entry
        .pool
        .bad
        .iter()
        .map(|bad| json!({"line": bad.line, "reason": bad.reason}))
        .collect();
    let nodes: Vec<Value> = resources
        .nodes
        .iter()
        .map(|node| json!({"name": node.name, "online": node.online}))
        .collect();
    Ok(request::reply(json!({
        "version": version,
        "login": entry.login.name(),
        "warnings": entry.warnings,
        "nodes": nodes,
        "address_lines": {"ok": entry.pool.lines.len(), "bad": bad},
        "requests": meter.to_json(),
    })))
}

/// The privileges that the login has on no path at all.
fn missing_privileges(permissions: &Value, version: &str) -> Vec<&'static str> {
    let held: BTreeSet<&str> = permissions
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(_, privileges)| privileges.as_object())
        .flat_map(|privileges| privileges.keys().map(String::as_str))
        .collect();
    // bridges became objects with permissions of their own in 8.0
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or_default();
    let bridges = (major >= 8).then_some("SDN.Use");
    PRIVILEGES
        .iter()
        .copied()
        .chain(bridges)
        .filter(|privilege| !held.contains(privilege))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_privilege_counts_on_any_path() {
        let all: serde_json::Map<String, Value> = PRIVILEGES.iter().map(|p| ((*p).to_owned(), json!(1))).collect();
        assert_eq!(missing_privileges(&json!({"/": all}), "9.1.8"), ["SDN.Use"]);
        assert_eq!(missing_privileges(&json!({"/": all}), "7.4"), Vec::<&str>::new());
        assert_eq!(
            missing_privileges(&json!({"/": all, "/sdn": {"SDN.Use": 1}}), "9.1.8"),
            Vec::<&str>::new()
        );
    }
}
