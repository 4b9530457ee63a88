//! How a request to a provider can end badly: the class decides what may happen next, the sentence what to do.

use crate::words::problems::{self, Problem};

/// What a provider's refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The provider does not have the zone, or not as its own.
    ZoneMissing,
    /// The login is right and may not do this.
    Rights,
    /// The key, token or signature is wrong.
    Key,
    /// Anything else it does not accept.
    Other,
}

/// The end of a request that did not succeed. The text is one sentence for an admin and never holds a secret.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// What is configured cannot work.
    #[error("{why}")]
    Config {
        /// What is wrong, and what to enter.
        why: String,
    },
    /// Nobody can be asked where a name leads.
    #[error("no resolver is configured: list one in /etc/resolv.conf of this machine")]
    NoResolver,
    /// No connection: nothing was sent.
    #[error("{server} could not be reached: {why}")]
    NeverSent {
        /// Provider and place.
        server: String,
        /// What happened.
        why: String,
    },
    /// The certificate is not trusted: nothing was sent.
    #[error("{why}")]
    NotTrusted {
        /// What was presented, and what to do.
        why: String,
    },
    /// Sent, but the answer is missing: it may have happened.
    #[error("{server} gave no answer to {what}: {why}")]
    NoAnswer {
        /// Provider and place.
        server: String,
        /// What was asked.
        what: String,
        /// What happened.
        why: String,
    },
    /// The provider said no.
    #[error("{why}")]
    Refused {
        /// What it is about.
        about: Refusal,
        /// The whole sentence.
        why: String,
    },
    /// Asked too often.
    #[error("{server} is asked too often and wants to be left alone for {retry_after:.0} s")]
    RateLimited {
        /// Provider and place.
        server: String,
        /// For how long (seconds).
        retry_after: f64,
    },
    /// The records changed between our look and our write: nothing was written.
    #[error("{what} was changed by somebody else at this moment: nothing was written, it is looked at again")]
    Changed {
        /// The set.
        what: String,
    },
    /// An answer that is none.
    #[error("the answer of {server} to {what} could not be understood: {why}")]
    Unexpected {
        /// Provider and place.
        server: String,
        /// What was asked.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// What is about to be written could not be stored, so it was not sent.
    #[error("nothing was written, because it could not be stored first: {why}")]
    Store {
        /// The store's own words.
        why: String,
    },
    /// The time for this run is up; nothing was sent.
    #[error("the time for this run was up; the rest follows with the next one")]
    OutOfTime,
}

impl Error {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            Error::Config { .. } => &problems::DNS_CONFIG,
            Error::NoResolver => &problems::DNS_NO_RESOLVER,
            Error::NeverSent { .. } => &problems::DNS_UNREACHABLE,
            Error::NotTrusted { .. } => &problems::DNS_NOT_TRUSTED,
            Error::NoAnswer { .. } => &problems::DNS_NO_ANSWER,
            Error::Refused { about, .. } => match about {
                Refusal::ZoneMissing => &problems::DNS_ZONE_MISSING,
                Refusal::Rights => &problems::DNS_PERMISSION,
                Refusal::Key => &problems::DNS_KEY,
                Refusal::Other => &problems::DNS_REFUSED,
            },
            Error::RateLimited { .. } => &problems::DNS_RATE_LIMITED,
            Error::Changed { .. } => &problems::DNS_CHANGED,
            Error::Unexpected { .. } => &problems::DNS_UNEXPECTED,
            Error::Store { .. } => &problems::DNS_STORE,
            Error::OutOfTime => &problems::DNS_OUT_OF_TIME,
        }
    }

    /// Whether the provider can be asked about anything else now: after these, it cannot.
    pub(super) fn ends_turn(&self) -> bool {
        !matches!(
            self,
            Error::Changed { .. }
                | Error::Refused {
                    about: Refusal::Other | Refusal::Rights,
                    ..
                }
        )
    }
}
