//! What an answer says: its data, or the class of its failure in the node's own words.

use super::no_object;
use crate::pve::error::{Error, tidy};
use crate::pve::wire::Answer;
use crate::words::limits;
use serde_json::Value;

/// An answer's `data`, or the class of its failure.
pub(super) fn read_answer(what: &str, answer: Answer, masked: impl Fn(&str) -> String) -> Result<Value, Error> {
    let what = what.to_owned();
    let too_many = limits::has_too_many_values(&answer.body);
    let read = |body: &[u8]| serde_json::from_slice(body).ok();
    let body: Option<Value> = if too_many { None } else { read(&answer.body) };
    match answer.status {
        200..=299 if too_many => Err(Error::Unexpected {
            what,
            why: format!("it has more than {} values", limits::RESPONSE_VALUES),
        }),
        200..=299 => match body {
            Some(Value::Object(mut body)) => Ok(body.remove("data").unwrap_or(Value::Null)),
            _ => Err(no_object(what)),
        },
        300..=399 => Err(Error::Unexpected {
            what,
            why: "it redirects elsewhere, which Proxmox VE never does here".to_owned(),
        }),
        // the node that was asked could not reach the node that it should ask
        595 | 596 | 599 => Err(Error::NoAnswer {
            what,
            why: tidy(&masked(&format!("{} {}", answer.status, answer.reason))),
        }),
        // Proxmox VE speaks JSON here, or nothing at all
        status if is_page(&answer.body) => Err(Error::Unexpected {
            what,
            why: format!(
                "something in front of Proxmox VE answered with status {status} (a proxy, a firewall): have it let this server through"
            ),
        }),
        status => {
            let words = words(&answer.reason, body.as_ref(), masked);
            // a reason phrase that is no ASCII is lost on the way
            let words = if words.is_empty() {
                format!("HTTP status {status} without a word")
            } else {
                words
            };
            Err(Error::Refused { what, status, words })
        }
    }
}

/// What a proxy in front of Proxmox VE says in its place, where it has had no answer, or not in time. What was sent may have been
/// done. `None`: it is Proxmox VE's own.
pub(super) fn of_a_proxy(answer: &Answer) -> Option<String> {
    let is_its = matches!(answer.status, 408 | 429 | 502..=504 | 520..=530);
    let is_ours = || serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body.get("data").is_some());
    (is_its && !is_ours()).then(|| {
        let status = answer.status;
        format!(
            "a proxy in front of Proxmox VE answered with status {status}: look into its log, and at its time limits"
        )
    })
}

/// Whether it is a page for people.
fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The node's own words: the reason phrase, or a longer `message`, and the text for each bad parameter.
fn words(reason: &str, body: Option<&Value>, masked: impl Fn(&str) -> String) -> String {
    let message = body.and_then(|body| body["message"].as_str()).unwrap_or_default();
    // before anything is cut off: half a secret is one too
    let mut words = masked(if message.len() > reason.len() { message } else { reason });
    let errors = body.and_then(|body| body["errors"].as_object()).into_iter().flatten();
    for (field, text) in errors {
        let text = text.as_str().unwrap_or_default().trim();
        words = masked(&format!("{} {field}: {text};", words.trim_end()));
    }
    tidy(words.trim_end_matches(';'))
}
