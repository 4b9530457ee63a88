//! What PHP is told of an error, and of the trouble of a service: the sentence, and what its row says beside it.

use crate::engine::needs_attention;
use crate::problems::Error;
use crate::service::{Service, Trouble};
use crate::store;
use crate::words::problems::{self, Problem};
use serde_json::{Value, json};

/// An error's reply.
pub fn error_reply(error: &Error) -> Value {
    let problem = error.problem();
    let mut reply = json!({
        "ok": false, "code": problem.code, "message": error.to_string(), "retry": problem.retry,
        "advice": problem.advice, "page": problem.page(), "client": problem.client,
    });
    if let Some(seconds) = error.again_in() {
        reply["again_in_s"] = json!(seconds);
    }
    reply
}

/// Why a service does not go on, as the pages show it.
pub(super) fn error_of(service: &Service) -> Option<Value> {
    let trouble = service.body.trouble.as_ref()?;
    // what is not due is tried again by nobody
    let mut error = trouble_out(trouble, trouble.retry && service.due_at.is_some());
    error["attention"] = json!(needs_attention(service));
    Some(error)
}

/// A service whose record cannot be read, in the place of [`service_out`](super::service_out).
pub fn unreadable_out(error: &store::Error) -> Value {
    let id = match error {
        store::Error::Corrupt { service, .. } => Some(service),
        _ => None,
    };
    let mut error = trouble_out(&Trouble::of(error.problem(), error.to_string(), 0.0), false);
    error["at"] = Value::Null;
    json!({"id": id, "status": "", "addresses": [], "error": error})
}

/// Why not everything is as it should be.
pub fn troubles_out(troubles: &[Trouble]) -> Value {
    troubles
        .iter()
        .map(|trouble| trouble_out(trouble, trouble.retry))
        .collect()
}

/// Why it does not go on, which advice there is, and where it is explained. A code of another version has neither.
pub fn trouble_out(trouble: &Trouble, retry: bool) -> Value {
    let problem = problems::named(&trouble.code);
    json!({
        "code": trouble.code, "message": trouble.message, "retry": retry, "at": trouble.at,
        "advice": problem.map(|problem| problem.advice), "page": problem.map(Problem::page),
    })
}
