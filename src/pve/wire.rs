//! The bytes: one HTTP exchange with one endpoint. Everything above it can be driven without a network.

use super::kept::{Kept, Place};
use super::socket::{self, Socket};
use super::tls::Turned;
use crate::server::{Endpoint, ServerEntry};
use crate::words::limits;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::io::Read;
use std::sync::PoisonError;
use std::time::Duration;

/// How a request asks: PVE reads parameters of GET and DELETE from the query only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes something, or starts a task.
    Post,
    /// Changes something.
    Put,
    /// Removes something.
    Delete,
}

impl Method {
    /// As on the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

/// One request, complete but for the endpoint.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// Path below `/api2/json`, with its query.
    pub target: String,
    /// A form, or a file, for POST and PUT.
    pub body: Option<Body>,
    /// Authentication; marked sensitive, never logged.
    pub headers: Vec<(&'static str, String)>,
    /// How long it may take, to the last byte of the answer.
    pub timeout: Duration,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its `Content-Type`.
    pub kind: String,
    /// It.
    pub bytes: Vec<u8>,
}

impl Body {
    /// The pairs of a form.
    pub fn form(pairs: String) -> Self {
        Body {
            kind: "application/x-www-form-urlencoded".to_owned(),
            bytes: pairs.into_bytes(),
        }
    }
}

/// An answer as it came, with the reason phrase that carries PVE's message.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The text after it on the status line.
    pub reason: String,
    /// The body, at most [`limits::RESPONSE_BYTES`].
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// No connection: the request did not leave.
    NeverSent(String),
    /// The endpoint's certificate is not trusted: the request did not leave.
    NotTrusted(String),
    /// The connection ended after the request had left.
    NoAnswer(String),
    /// The time ended, and the request may have left.
    Late,
    /// The answer is longer than we read.
    TooLong,
}

/// Sends one request to one endpoint and reads the answer.
pub trait Wire: Send + Sync {
    /// One exchange; never repeats anything by itself.
    fn send(&self, endpoint: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence>;

    /// A connection to an endpoint for what is no exchange, with the same trust, within so much time.
    fn connect(&self, endpoint: &Endpoint, within: Duration) -> Result<Box<dyn Socket>, Silence> {
        let _ = within;
        Err(Silence::NeverSent(format!("{endpoint}: this wire has no sockets")))
    }
}

/// The real one: HTTPS/1.1 with kept connections.
pub struct Https(Place);

impl Https {
    /// A client with the endpoints and the trust of a server entry.
    pub fn new(entry: &ServerEntry) -> Result<Self, String> {
        let endpoints: Vec<String> = entry.endpoints.iter().map(ToString::to_string).collect();
        let place = Place {
            at: endpoints.join(" "),
            trust: entry.trust.clone(),
            is_plain: false,
        };
        // what is wrong with its certificates is said now
        place.client()?;
        Ok(Https(place))
    }
}

fn silence(kept: &Kept, endpoint: &Endpoint, error: &reqwest::Error) -> Silence {
    let cause = root_cause(error);
    if !error.is_connect() {
        return if error.is_timeout() {
            Silence::Late
        } else {
            Silence::NoAnswer(cause)
        };
    }
    let rejected = kept.rejected.lock().unwrap_or_else(PoisonError::into_inner).take();
    match rejected {
        Some(turned) => not_trusted(endpoint, &turned, &cause),
        None if error.is_timeout() => Silence::NeverSent(format!("{endpoint}: no connection within 5 s")),
        None => Silence::NeverSent(format!("{endpoint}: {cause}")),
    }
}

/// A certificate was turned down.
pub(super) fn not_trusted(endpoint: &Endpoint, turned: &Turned, cause: &str) -> Silence {
    Silence::NotTrusted(format!(
        "the certificate of {endpoint} is not trusted ({why}): if its SHA-256 fingerprint on the node is {seen}, write fingerprint={seen} into the server's access hash",
        why = turned.why(cause),
        seen = turned.seen,
    ))
}

/// Why an answer ended in its middle.
fn broken_off(error: &std::io::Error) -> Silence {
    let within = error.get_ref().and_then(|inner| inner.downcast_ref::<reqwest::Error>());
    match within {
        Some(error) if error.is_timeout() => Silence::Late,
        Some(error) => Silence::NoAnswer(root_cause(error)),
        None => Silence::NoAnswer(super::error::tidy(&error.to_string())),
    }
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    super::error::tidy(&cause.to_string())
}

impl Wire for Https {
    fn connect(&self, endpoint: &Endpoint, within: Duration) -> Result<Box<dyn Socket>, Silence> {
        socket::connect(endpoint, &self.0.trust, within)
    }

    fn send(&self, endpoint: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let kept = self.0.client().map_err(Silence::NotTrusted)?;
        let url = format!("{}/api2/json{}", endpoint.url(), exchange.target);
        let request = match exchange.method {
            Method::Get => kept.client.get(url),
            Method::Post => kept.client.post(url),
            Method::Put => kept.client.put(url),
            Method::Delete => kept.client.delete(url),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &exchange.headers {
            let value = HeaderValue::from_str(value).map(|mut value| {
                value.set_sensitive(true);
                value
            });
            let value = value
                .map_err(|_| Silence::NeverSent("the login holds characters that HTTP cannot carry".to_owned()))?;
            headers.insert(HeaderName::from_static(name), value);
        }
        // named for the request, it counts to the end of the answer; named for the client, for each read of it alone
        let request = request.headers(headers).timeout(exchange.timeout);
        let request = match &exchange.body {
            Some(body) => request.header(CONTENT_TYPE, body.kind.clone()).body(body.bytes.clone()),
            None => request,
        };
        let response = request.send().map_err(|error| silence(&kept, endpoint, &error))?;
        let status = response.status();
        let reason = match response.extensions().get::<hyper::ext::ReasonPhrase>() {
            Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
            None => status.canonical_reason().unwrap_or_default().to_owned(),
        };
        let mut body = Vec::new();
        let read = response.take(limits::RESPONSE_BYTES + 1).read_to_end(&mut body);
        read.map_err(|error| broken_off(&error))?;
        if body.len() as u64 > limits::RESPONSE_BYTES {
            return Err(Silence::TooLong);
        }
        Ok(Answer {
            status: status.as_u16(),
            reason,
            body,
        })
    }
}
