//! What PHP is told of an error, and of the trouble of a service: the sentence, and what its row says beside it.

use crate::engine::needs_attention;
use crate::problems::Error;
use crate::service::{Service, Trouble};
use crate::store;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::problems::{self, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use std::net::IpAddr;

/// The reply to what did not work.
#[derive(Debug, Serialize)]
pub struct Failed {
    /// `false`.
    pub ok: bool,
    /// The code: a row of the table of problems.
    pub code: &'static str,
    /// What is wrong and what to do, in a sentence for staff.
    pub message: String,
    /// Whether the cron's next tries may help without anybody's doing.
    pub retry: bool,
    /// Whether what was asked for may have been done nevertheless, or is done yet.
    pub open: bool,
    /// The name of its advice for staff, a text of the module.
    pub advice: &'static str,
    /// Where it is explained.
    pub page: String,
    /// The name of its text for customers; null where it is none of their business.
    pub client: Option<&'static str>,
    /// The number in that text; missing where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// In how many seconds a customer who has asked too often may ask again; missing otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again_in_s: Option<u32>,
}

impl Failed {
    /// That of an error.
    pub fn of(error: &Error) -> Failed {
        let problem = error.problem();
        Failed {
            ok: false,
            code: problem.code,
            message: error.to_string(),
            retry: problem.retry,
            open: problem.is_open(),
            advice: problem.advice,
            page: problem.page(),
            client: problem.client,
            n: error.number(),
            again_in_s: error.again_in(),
        }
    }
}

/// An error's reply.
pub fn error_reply(error: &Error) -> Value {
    json!(Failed::of(error))
}

/// Why something does not go on.
#[derive(Debug, Serialize)]
pub struct TroubleOut {
    /// The code: a row of the table of problems.
    pub code: String,
    /// What is wrong and what to do, in a sentence for staff.
    pub message: String,
    /// Whether the cron tries again by itself.
    pub retry: bool,
    /// Since when; null where nobody knows.
    pub at: Option<UnixSeconds>,
    /// The name of its advice for staff; null where the code is that of another version.
    pub advice: Option<&'static str>,
    /// Where it is explained; null where the code is that of another version.
    pub page: Option<String>,
}

impl TroubleOut {
    /// That of a trouble. `retry`: whether somebody tries again.
    pub fn of(trouble: &Trouble, retry: bool) -> TroubleOut {
        let problem = problems::named(&trouble.code);
        TroubleOut {
            code: trouble.code.clone(),
            message: trouble.message.clone(),
            retry,
            at: Some(trouble.at),
            advice: problem.map(|problem| problem.advice),
            page: problem.map(Problem::page),
        }
    }
}

/// Why not everything is as it should be.
pub fn troubles_out(troubles: &[Trouble]) -> Vec<TroubleOut> {
    troubles
        .iter()
        .map(|trouble| TroubleOut::of(trouble, trouble.retry))
        .collect()
}

/// Why a service does not go on.
#[derive(Debug, Serialize)]
pub struct ErrorOut {
    /// Why.
    #[serde(flatten)]
    pub trouble: TroubleOut,
    /// Whether somebody has to look.
    pub attention: bool,
}

impl ErrorOut {
    pub(super) fn of(service: &Service) -> Option<ErrorOut> {
        let trouble = service.body.trouble.as_ref()?;
        Some(ErrorOut {
            // what is not due is tried again by nobody
            trouble: TroubleOut::of(trouble, trouble.retry && service.due_at.is_some()),
            attention: needs_attention(service),
        })
    }
}

/// What needs somebody: a service, its records, or what was not delivered of it.
#[derive(Debug, Serialize)]
pub struct AttentionOut {
    /// Why.
    #[serde(flatten)]
    pub trouble: TroubleOut,
    /// Of which service.
    pub service: ServiceId,
    /// Its local status; `set_dns_records` where it is about its records, and the kind of what was not delivered.
    pub status: &'static str,
}

/// A service whose record cannot be read, in the place of [`ServiceOut`](super::ServiceOut).
#[derive(Debug, Serialize)]
pub struct UnreadableOut {
    /// Its number; null where nobody knows.
    pub id: Option<ServiceId>,
    /// Empty.
    pub status: &'static str,
    /// None.
    pub addresses: [IpAddr; 0],
    /// Why it cannot be read.
    pub error: TroubleOut,
}

impl UnreadableOut {
    /// What is told of it.
    pub fn of(error: &store::Error) -> UnreadableOut {
        let id = match error {
            store::Error::Corrupt { service, .. } => Some(*service),
            _ => None,
        };
        let trouble = TroubleOut::of(&Trouble::of(error.problem(), error.to_string(), 0.0), false);
        UnreadableOut {
            id,
            status: "",
            addresses: [],
            error: TroubleOut { at: None, ..trouble },
        }
    }
}
