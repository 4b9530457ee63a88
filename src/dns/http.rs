//! One HTTP exchange with a provider's API. What the answer means is the provider's business.

use super::config::Site;
use super::error::Error;
use super::provider::Budget;
use super::{RATE_LIMIT_LONGEST, RATE_LIMIT_SECONDS};
use crate::pve::kept::{Kept, Place};
use crate::pve::tidy;
use crate::server::{Secret, Secrets};
use crate::words::limits;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::Value;
use std::io::Read;
use std::sync::PoisonError;

/// A type of content that is longer is none.
const MOST_OF_TYPE: usize = 60;

/// How a request asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

/// What a request carries.
pub(super) enum Body<'a> {
    Nothing,
    Json(Value),
    Form(&'a [(&'a str, &'a str)]),
}

/// An answer as it came.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The body, if it is JSON.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The client of one API.
pub(super) struct Http {
    /// Provider and place, for sentences.
    pub(super) server: String,
    base: String,
    place: Place,
    headers: HeaderMap,
    secrets: Secrets,
}

impl Http {
    /// A client that sends these headers with every request.
    ///
    /// The `secret` is what they, or the requests' bodies, hold: it is in no text that comes from the provider.
    pub(super) fn new(
        provider: &str,
        site: &Site,
        headers: &[(&'static str, Secret)],
        secret: &Secret,
    ) -> Result<Http, Error> {
        let config = |why| Error::Config { why };
        let mut defaults = HeaderMap::new();
        for (name, secret) in headers {
            let value = HeaderValue::from_str(secret.expose());
            let mut value = value.map_err(|_| config("the key holds characters that HTTP cannot carry".to_owned()))?;
            value.set_sensitive(true);
            defaults.insert(HeaderName::from_static(name), value);
        }
        let place = Place {
            at: site.url.clone(),
            trust: site.trust.clone(),
            is_plain: site.is_plain(),
        };
        // what is wrong with its certificates is said now
        place.client().map_err(config)?;
        Ok(Http {
            server: format!("{provider} at {}", site.url),
            base: site.url.clone(),
            place,
            headers: defaults,
            secrets: Secrets::default().and(secret),
        })
    }

    /// The provider's own words, on one line of bounded length, without the secret in any spelling.
    pub(super) fn words(&self, text: &str) -> String {
        tidy(&self.secrets.mask(text))
    }

    /// What is said of a body that is not the provider's way to tell an error: its type and nothing of it. Whatever answers at
    /// an address of the hoster's network is not to be read through a zone.
    pub(super) fn no_words(&self, answer: &Answer) -> String {
        let full = answer.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = full.split(';').next().unwrap_or_default().trim();
        let is_kind = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
        if kind.is_empty() || kind.len() > MOST_OF_TYPE || !kind.chars().all(is_kind) {
            return "no error as its API has them".to_owned();
        }
        format!("no error as its API has them, but {kind}")
    }

    /// Sends a request. `what` is asked, in a few words for sentences; an answer of any status is an answer, but
    /// "too many requests" and a redirection.
    pub(super) fn send(
        &self,
        what: &str,
        verb: Verb,
        path: &str,
        body: &Body<'_>,
        budget: &Budget<'_>,
    ) -> Result<Answer, Error> {
        let time = budget.request()?;
        let kept = self.place.client().map_err(|why| Error::Config { why })?;
        let client = &kept.client;
        let url = format!("{}{path}", self.base);
        let builder = match verb {
            Verb::Get => client.get(url),
            Verb::Post => client.post(url),
            Verb::Patch => client.patch(url),
            Verb::Delete => client.delete(url),
        };
        let builder = builder.headers(self.headers.clone());
        let builder = match body {
            Body::Nothing => builder,
            Body::Json(value) => builder.header(CONTENT_TYPE, "application/json").body(value.to_string()),
            Body::Form(pairs) => builder.form(pairs),
        };
        let response = builder
            .timeout(time)
            .send()
            .map_err(|error| self.silence(&kept, what, &error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = Vec::new();
        let read = response.take(limits::RESPONSE_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|_| self.no_answer(what, "the answer broke off, or took too long"))?;
        if bytes.len() as u64 > limits::RESPONSE_BYTES || limits::has_too_many_values(&bytes) {
            return Err(self.unexpected(what, "it is far too long"));
        }
        match status {
            429 => Err(Error::RateLimited {
                server: self.server.clone(),
                retry_after: retry_after(&headers),
            }),
            300..=399 => Err(self.unexpected(what, "it leads elsewhere: check the address of the API")),
            502..=504 => Err(self.no_answer(what, &format!("HTTP status {status}"))),
            status => Ok(Answer {
                status,
                headers,
                body: bytes,
            }),
        }
    }

    /// An answer that is none.
    pub(super) fn unexpected(&self, what: &str, why: &str) -> Error {
        Error::Unexpected {
            server: self.server.clone(),
            what: what.to_owned(),
            why: why.to_owned(),
        }
    }

    fn no_answer(&self, what: &str, why: &str) -> Error {
        Error::NoAnswer {
            server: self.server.clone(),
            what: what.to_owned(),
            why: why.to_owned(),
        }
    }

    fn silence(&self, kept: &Kept, what: &str, error: &reqwest::Error) -> Error {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        let cause = tidy(&cause.to_string());
        if !error.is_connect() {
            let late = error.is_timeout();
            return self.no_answer(what, if late { "none within the time limit" } else { &cause });
        }
        let rejected = kept.rejected.lock().unwrap_or_else(PoisonError::into_inner).take();
        match rejected {
            Some(turned) => Error::NotTrusted {
                why: format!(
                    "the certificate of {} is not trusted ({why}): if its SHA-256 fingerprint there is {seen}, \
                     enter that as the zone's fingerprint",
                    self.server,
                    why = turned.why(&cause),
                    seen = turned.seen,
                ),
            },
            None => Error::NeverSent {
                server: self.server.clone(),
                why: if error.is_timeout() {
                    "no connection in time".to_owned()
                } else {
                    cause
                },
            },
        }
    }
}

/// Seconds only: a date would need the provider's clock to be ours.
fn retry_after(headers: &HeaderMap) -> f64 {
    let named = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok());
    named
        .filter(|seconds| seconds.is_finite())
        .unwrap_or(RATE_LIMIT_SECONDS)
        .clamp(1.0, RATE_LIMIT_LONGEST)
}
