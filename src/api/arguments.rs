//! What an operation is recorded with, for the history: never a secret, and nothing that may be one.

use super::firewall_list;
use super::request::number_of;
use super::wishes;
use crate::actions::{Action, How, Kind, Once, ssh_keys};
use crate::engine::Order;
use serde_json::{Value, json};

/// What an operation is recorded with: how long the guest has for what is asked of it, which template it is made from, with
/// which application and SSH keys, which snapshot or backup is meant.
pub(super) fn of(action: &Action, order: &Order, request: &Value) -> Value {
    let template = number_of(&request["template"]).filter(|_| action.systems);
    // what the product does not know may be anything
    let known = order.package.known_applications().find(|name| {
        let asked = request["application"].as_str().unwrap_or_default();
        name.as_str() == asked.trim()
    });
    let application = known.filter(|_| action.takes(Kind::Application));
    let keys = ssh_keys::fingerprints(&request["ssh_keys"]).filter(|_| action.takes(Kind::Fingerprints));
    let keys = keys.filter(|keys| keys.iter().all(|key| is_fingerprint(key)));
    match action.how {
        _ if template.is_some() || keys.is_some() || application.is_some() => {
            let mut arguments = json!({});
            let named = [
                ("template", json!(template)),
                ("application", json!(application)),
                ("ssh_keys", json!(keys)),
            ];
            for (name, value) in named {
                if !value.is_null() {
                    arguments[name] = value;
                }
            }
            arguments
        }
        How::Once(Once { timed: true, .. }) => json!({"within_s": order.package.more.shutdown_timeout_s}),
        How::Snapshot(of) => wishes::arguments_of_snapshot(of, request),
        How::Backup(of) => wishes::arguments_of_backup(of, request),
        How::Firewall(of) => firewall_list::arguments(of, request),
        _ => json!({}),
    }
}

/// What is none may be a key that somebody has pasted there.
fn is_fingerprint(text: &str) -> bool {
    let is_of_hash = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    text.strip_prefix("SHA256:")
        .is_some_and(|hash| hash.len() == 43 && hash.chars().all(is_of_hash))
}
