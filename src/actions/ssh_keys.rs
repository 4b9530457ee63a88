//! Which SSH keys a guest is built with, as a page sends it.

use super::how::Chosen;
use crate::problems::Error;
use crate::service::choices::Choices;
use crate::words::ssh_key::{KeyError, NamedKey};
use serde_json::Value;

/// What stands for no key at all.
const NONE: &str = "none";

/// The keys of the form are the chosen ones.
pub(super) fn chosen(choices: &mut Choices, made: &Chosen<'_>) -> Result<(), Error> {
    if let Some(keys) = of_form(made.ssh_keys, made.known_keys, &choices.ssh_keys)? {
        must_let_in(made.has_password, &keys)?;
        choices.ssh_keys = keys;
        choices.keys_chosen = true;
    }
    Ok(())
}

/// Refuses a choice by which nobody would get in.
pub(crate) fn must_let_in(has_password: bool, keys: &[NamedKey]) -> Result<(), KeyError> {
    if !has_password && keys.is_empty() {
        return Err(KeyError::Missing);
    }
    Ok(())
}

/// The fingerprints that a form sends; nothing where it says nothing of keys.
pub(crate) fn fingerprints(asked: &Value) -> Option<Vec<&str>> {
    let words: Vec<&str> = match asked {
        Value::String(text) => text.split(',').collect(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let words = words.into_iter().map(str::trim).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let says_something = !words.is_empty();
    says_something.then(|| words.into_iter().filter(|word| *word != NONE).collect())
}

/// The keys that a form names: the client's own, and those that are chosen already, in the order of the list. Nothing: it says
/// nothing of keys.
pub(crate) fn of_form(
    asked: &Value,
    known: &[NamedKey],
    chosen: &[NamedKey],
) -> Result<Option<Vec<NamedKey>>, KeyError> {
    let Some(asked) = fingerprints(asked) else {
        return Ok(None);
    };
    let mut keys: Vec<NamedKey> = Vec::new();
    for named in known.iter().chain(chosen) {
        let fingerprint = named.key.fingerprint.as_str();
        let is_there = keys.iter().any(|other| other.key.fingerprint == fingerprint);
        if asked.contains(&fingerprint) && !is_there {
            keys.push(named.clone());
        }
    }
    let is_known = |asked: &&str| keys.iter().any(|named| named.key.fingerprint == **asked);
    if asked.iter().all(is_known) {
        Ok(Some(keys))
    } else {
        Err(KeyError::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ssh_key::SshKey;
    use serde_json::json;

    fn key(name: &str) -> NamedKey {
        let key = SshKey {
            fingerprint: format!("SHA256:{name}"),
            line: format!("ssh-ed25519 {name}"),
        };
        NamedKey {
            name: name.to_owned(),
            key,
        }
    }

    #[test]
    fn a_form_names_the_clients_keys_and_those_that_are_chosen_already() {
        let (known, chosen) = ([key("a"), key("b")], [key("b"), key("gone")]);
        let of = |asked: Value| of_form(&asked, &known, &chosen);
        for nothing in [Value::Null, json!(""), json!([]), json!([" "]), json!(7)] {
            assert_eq!(of(nothing), Ok(None));
        }
        for none in [json!("none"), json!(["none"]), json!(["", "none"])] {
            assert_eq!(of(none), Ok(Some(Vec::new())));
        }
        let all = Ok(Some(vec![key("a"), key("b"), key("gone")]));
        assert_eq!(
            of(json!(["none", "SHA256:gone", "SHA256:b", "SHA256:a", "SHA256:a"])),
            all
        );
        assert_eq!(of(json!("SHA256:a, SHA256:gone,SHA256:b")), all);
        for other in ["SHA256:c", "a", "SHA256:a SHA256:b"] {
            assert_eq!(of(json!(["SHA256:a", other])), Err(KeyError::Unknown), "{other}");
        }
    }
}
