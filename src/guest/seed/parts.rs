//! What a customer gives cloud-init, beside what a guest is told anyway: parts of a mail (MIME), which cloud-init merges.
//!
//! The customer's part is the first, and what is told decides: name, user, password and network are those of the order. Lists, as
//! users and SSH keys, have both. What is told and is no more than usual, as whether packages are renewed, the customer says better.

use super::nocloud::digest;
use crate::words::user_data::{Kind, UserData};
use data_encoding::BASE64;
use serde_json::{Map, Value};

/// What the customer's own goes before, or is added to: cloud-init's words for how to merge it.
const ADDS: &str = "list(append)+dict(no_replace,recurse_list)+str()";

/// What stands in the place of the customer's own.
const DECIDES: &str = "list()+dict(replace)+str()";

/// Which of the keys are added; all others decide.
const ADDED: &[&str] = &[
    "bootcmd",
    "chpasswd",
    "package_update",
    "package_upgrade",
    "ssh_authorized_keys",
    "users",
];

/// Characters of a line of base64 in a mail.
const LINE: usize = 76;

/// The mail of what is told, and what the customer gives.
pub(super) fn mail(told: Map<String, Value>, given: &UserData) -> String {
    let (added, decided): (Map<_, _>, Map<_, _>) = told.into_iter().partition(|(key, _)| ADDED.contains(&key.as_str()));
    let config = |part: Map<String, Value>| format!("#cloud-config\n{}", Value::Object(part));
    let customers = match given.kind {
        Kind::Config => part("cloud-config", None, &given.text),
        Kind::Script => part("x-shellscript", None, &given.text),
        // it has a head already
        Kind::Parts => given.text.clone(),
    };
    let parts = [
        customers,
        part("cloud-config", Some(ADDS), &config(added)),
        part("cloud-config", Some(DECIDES), &config(decided)),
    ];
    // it is in no part, or that would have its own hash in it
    let boundary = format!("pk-{}", digest(&parts.concat()));
    let parts: String = parts.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
    format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\nMIME-Version: 1.0\n\n{parts}--{boundary}--\n")
}

fn part(kind: &str, merges: Option<&str>, text: &str) -> String {
    let merges = merges.map(|how| format!("X-Merge-Type: {how}\n")).unwrap_or_default();
    let encoded = BASE64.encode(text.as_bytes());
    let lines: String = encoded
        .as_bytes()
        .chunks(LINE)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    format!(
        "Content-Type: text/{kind}; charset=\"utf-8\"\nMIME-Version: 1.0\n{merges}Content-Transfer-Encoding: base64\n\n{lines}"
    )
}
