//! The client of one server entry: login, fail-over, and the one request function.

mod alone;
mod answer;
mod contact;
mod login;
mod refused;

use super::error::Error;
use super::meter::{Kind, Meter};
use super::silent::{Silences, Silent};
use super::stream;
use super::watch::Watch;
use super::wire::{Answer, Body, Exchange, Method, Silence, Wire};
use crate::process;
use crate::server::{Endpoint, Login, Secret, Secrets, ServerEntry};
use crate::words::clock::Clock;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use answer::{of_a_proxy, read_answer};
use login::Ticket;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use refused::Refusals;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a query, a form and a path segment may carry as it is (RFC 3986 "unreserved").
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Percent-encodes a path segment, a key or a value.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// One request: what, where, with what, and under which name it is counted.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// Path below `/api2/json`, its segments encoded.
    pub path: String,
    /// Parameters: query or form, as the method wants them.
    pub parameters: Vec<(String, String)>,
    /// A file in the place of the parameters.
    pub file: Option<Body>,
    /// Its name in the count of requests.
    pub kind: Kind,
}

impl Request {
    /// A request without parameters.
    pub fn new(method: Method, path: String, kind: Kind) -> Self {
        Request {
            method,
            path,
            parameters: Vec::new(),
            file: None,
            kind,
        }
    }

    /// Adds a parameter.
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.parameters.push((key.to_owned(), value.into()));
        self
    }

    /// Method and path, for sentences. Parameters stay out: they may hold a password.
    fn what(&self) -> String {
        format!("{} {}", self.method.as_str(), self.path)
    }
}

/// What all users of a server entry share for the life of the process: connections and ticket.
struct Shared {
    wire: Box<dyn Wire>,
    clock: Arc<dyn Clock>,
    endpoints: Vec<Endpoint>,
    /// The endpoint that answered last is asked first.
    preferred: AtomicUsize,
    login: Login,
    ticket: Mutex<Option<Ticket>>,
    watch: Watch,
    /// When any endpoint answered last.
    heard_at: Mutex<UnixSeconds>,
    silences: Box<dyn Silences>,
    /// What is noted of this server's silence, and when that was read.
    noted: Mutex<(UnixSeconds, Option<Silent>)>,
    refusals: Mutex<Refusals>,
}

/// A client of one server entry. Cloning is cheap and shares connections and login.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    meter: Arc<Meter>,
    /// When whoever waits for the answers gives up: every exchange ends by then.
    deadline: UnixSeconds,
    /// What the nodes are told beside the login, and must not be heard saying.
    secrets: Secrets,
}

/// An endpoint, and whether it answers.
pub type Asked = (Endpoint, Result<(), Error>);

impl Client {
    /// A client over a wire: [`super::wire::Https`], or a simulation.
    pub fn new(entry: &ServerEntry, wire: Box<dyn Wire>, clock: Arc<dyn Clock>, silences: Box<dyn Silences>) -> Self {
        let shared = Shared {
            wire,
            clock,
            endpoints: entry.endpoints.clone(),
            preferred: AtomicUsize::new(0),
            login: entry.login.clone(),
            ticket: Mutex::new(None),
            watch: Watch::default(),
            heard_at: Mutex::new(f64::NEG_INFINITY),
            silences,
            noted: Mutex::new((f64::NEG_INFINITY, None)),
            refusals: Mutex::default(),
        };
        Client {
            shared: Arc::new(shared),
            meter: Arc::default(),
            deadline: f64::NEG_INFINITY,
            secrets: Secrets::default(),
        }
    }

    /// The same connections and login for one call: counted by its meter, and all that it asks ends by its deadline.
    /// Each endpoint gets its share of the time, so that a dead one leaves some for the next.
    pub fn for_call(&self, meter: Arc<Meter>, deadline: UnixSeconds) -> Client {
        Client {
            shared: self.shared.clone(),
            meter,
            deadline,
            secrets: Secrets::default(),
        }
    }

    /// The same for a service with this password: it is in no text that comes from a node.
    pub fn keeping(self, password: Option<&Secret>) -> Client {
        let secrets = password.into_iter().fold(self.secrets, Secrets::and);
        Client { secrets, ..self }
    }

    /// The same for what may fail without harm: all that this client asks ends within so many seconds.
    pub fn within(&self, seconds: f64) -> Client {
        Client {
            deadline: self.deadline.min(self.now() + seconds),
            ..self.clone()
        }
    }

    /// The usual request. Long lists (`entries`), one endpoint alone (`request_at`) and websockets (`channel_at`) have ways
    /// of their own. Answers with `data`.
    ///
    /// Fails over to the next endpoint when nothing was sent, and with a read also when no answer came in time; repeats
    /// a read once when a kept connection turned out to be closed; logs in again once when a ticket is no longer valid.
    /// Repeats nothing else. Sends nothing to a server that is known to be silent, or to refuse the login.
    pub fn request(&self, request: &Request) -> Result<Value, Error> {
        let answer = self.authorised(request)?;
        read_answer(&request.what(), answer, |text| self.masked(text))
    }

    /// The same for a long list: hands out one entry after the other, and keeps none. See [`stream`].
    pub(super) fn entries(&self, request: &Request, each: impl FnMut(&Value)) -> Result<(), Error> {
        let answer = self.authorised(request)?;
        if !(200..=299).contains(&answer.status) {
            return read_answer(&request.what(), answer, |text| self.masked(text)).map(drop);
        }
        if answer.body.len() >= limits::LARGE_ANSWER_BYTES {
            process::much_was_used();
        }
        stream::entries(&answer.body, each).map_err(|_| no_object(request.what()))
    }

    /// Asks every endpoint for itself: the one request function leaves those out that others stand in for.
    pub fn each_endpoint(&self) -> Result<Vec<Asked>, Error> {
        let request = Request::new(Method::Get, "/version".to_owned(), Kind::Cluster);
        let mut exchange = Exchange {
            method: request.method,
            target: request.path.clone(),
            body: None,
            headers: self.login_headers(request.method)?,
            timeout: limits::REQUEST_TIMEOUT,
        };
        let mut ask = |endpoint: &Endpoint| {
            exchange.timeout = self.at_most(limits::CONTACT_SECONDS, &request)?;
            match self.send(endpoint, &exchange, request.kind) {
                Ok(answer) => read_answer(&request.what(), answer, |text| self.masked(text)).map(drop),
                Err(silence) => Err(silent(&request, silence)),
            }
        };
        let endpoints = self.shared.endpoints.iter();
        Ok(endpoints.map(|endpoint| (endpoint.clone(), ask(endpoint))).collect())
    }

    fn authorised(&self, request: &Request) -> Result<Answer, Error> {
        let uses_ticket = matches!(self.shared.login, Login::Password { .. });
        let answer = self.exchange(request, self.login_headers(request.method)?)?;
        if answer.status == 401 && uses_ticket {
            // 401 comes before anything is done, so the request may be sent again with a new ticket
            *self.ticket() = None;
            return self.exchange(request, self.login_headers(request.method)?);
        }
        Ok(answer)
    }

    fn exchange(&self, request: &Request, headers: Vec<(&'static str, String)>) -> Result<Answer, Error> {
        let mut exchange = complete(request, headers);
        self.must_not_be_refused()?;
        self.must_not_be_silent(&exchange.headers)?;
        let begun = self.now();
        let known = self.was_heard();
        match self.try_endpoints(request, &mut exchange, known) {
            Err(Missed { error, late, all: true }) if self.now() - begun >= limits::SILENT_AFTER => {
                if !self.is_there(late, &exchange.headers) {
                    return Err(error);
                }
                // slow, not dead: what changes nothing is asked again, now with all the time there is
                if known || !may_be_repeated(request) {
                    return Err(error);
                }
                self.try_endpoints(request, &mut exchange, true)
                    .map_err(|missed| missed.error)
            }
            other => other.map_err(|missed| missed.error),
        }
    }

    /// Goes through the endpoints until one answers. `known`: the server is known to be there.
    fn try_endpoints(&self, request: &Request, exchange: &mut Exchange, known: bool) -> Result<Answer, Missed> {
        let mut unreached = Vec::new();
        let mut late = None;
        let count = self.shared.endpoints.len();
        for offset in 0..count {
            let index = (self.shared.preferred.load(Ordering::Relaxed) + offset) % count;
            let limit = self.limit_of(request, count - offset, known);
            exchange.timeout = self.at_most(limit, request).map_err(Missed::from)?;
            match self.send_or_repeat(&self.shared.endpoints[index], exchange, request.kind) {
                Ok(answer) => {
                    self.shared.preferred.store(index, Ordering::Relaxed);
                    self.is_heard();
                    self.see_login(&answer);
                    return Ok(answer);
                }
                Err(Silence::NeverSent(why)) => unreached.push(why),
                // nothing is changed by it, and the next endpoint may know more
                Err(Silence::Late) if may_be_repeated(request) && offset + 1 < count => {
                    late = Some(index);
                    unreached.push(format!("{}: {LATE}", self.shared.endpoints[index]));
                }
                Err(Silence::NoAnswer(why)) if may_be_repeated(request) && offset + 1 < count => unreached.push(why),
                Err(silence) => {
                    let is_late = silence == Silence::Late;
                    return Err(Missed {
                        error: silent(request, silence),
                        late: if is_late { Some(index) } else { late },
                        all: is_late,
                    });
                }
            }
        }
        let why = unreached.join("; ");
        let what = request.what();
        Err(Missed {
            error: match late {
                Some(_) => Error::NoAnswer { what, why },
                None => Error::NeverSent { why },
            },
            late,
            all: true,
        })
    }

    /// How long an endpoint may take over a request, when so many are left to ask (seconds).
    fn limit_of(&self, request: &Request, endpoints: usize, known: bool) -> f64 {
        if !may_be_repeated(request) {
            return limits::REQUEST_TIMEOUT.as_secs_f64();
        }
        let left = self.deadline - self.now();
        // a little is kept for the question whether it is there at all
        let share = (left - (left / 5.0).min(limits::PROBE_SECONDS)) / endpoints as f64;
        let longest = if known {
            limits::REQUEST_TIMEOUT.as_secs_f64()
        } else {
            limits::CONTACT_SECONDS
        };
        share.min(longest)
    }

    /// A time limit that ends with whoever waits.
    fn at_most(&self, seconds: f64, request: &Request) -> Result<Duration, Error> {
        let seconds = seconds.min(self.deadline - self.now());
        if seconds < limits::SHORTEST_WAIT {
            return Err(Error::OutOfTime { what: request.what() });
        }
        Ok(Duration::from_secs_f64(seconds))
    }

    /// Repeats a read once whose connection broke: it may have been a kept one that the server had closed.
    fn send_or_repeat(&self, endpoint: &Endpoint, exchange: &Exchange, kind: Kind) -> Result<Answer, Silence> {
        match self.send(endpoint, exchange, kind) {
            Err(Silence::NoAnswer(_)) if exchange.method == Method::Get => self.send(endpoint, exchange, kind),
            other => other,
        }
    }

    fn send(&self, endpoint: &Endpoint, exchange: &Exchange, kind: Kind) -> Result<Answer, Silence> {
        self.meter.count(kind);
        let answer = self.shared.wire.send(endpoint, exchange)?;
        match of_a_proxy(&answer) {
            Some(why) => Err(Silence::NoAnswer(why)),
            None => Ok(answer),
        }
    }

    /// The waits of everybody who uses this entry.
    pub(super) fn watch(&self) -> &Watch {
        &self.shared.watch
    }

    pub(super) fn now(&self) -> UnixSeconds {
        self.shared.clock.now()
    }
}

/// A request as it is sent: parameters in the query or in a form, as the method wants them.
fn complete(request: &Request, headers: Vec<(&'static str, String)>) -> Exchange {
    let pairs = request
        .parameters
        .iter()
        .map(|(key, value)| format!("{}={}", encode(key), encode(value)));
    let pairs = pairs.collect::<Vec<_>>().join("&");
    let in_body = matches!(request.method, Method::Post | Method::Put);
    let target = match (in_body, pairs.is_empty()) {
        (false, false) => format!("{}?{pairs}", request.path),
        _ => request.path.clone(),
    };
    Exchange {
        method: request.method,
        target,
        body: match &request.file {
            Some(file) => Some(file.clone()),
            None => in_body.then(|| Body::form(pairs)),
        },
        headers,
        timeout: limits::REQUEST_TIMEOUT,
    }
}

/// No endpoint has answered.
struct Missed {
    error: Error,
    /// The endpoint that took the request and did not answer in time.
    late: Option<usize>,
    /// Whether that says something about the next request too: no connection came about, or no answer did.
    all: bool,
}

impl From<Error> for Missed {
    fn from(error: Error) -> Missed {
        Missed {
            error,
            late: None,
            all: false,
        }
    }
}

/// What changes nothing in PVE.
fn may_be_repeated(request: &Request) -> bool {
    request.method == Method::Get || request.kind == Kind::Login
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const LATE: &str = "no answer within the time limit";

/// The class of a silence.
fn silent(request: &Request, silence: Silence) -> Error {
    let what = request.what();
    match silence {
        Silence::NeverSent(why) => Error::NeverSent { why },
        Silence::NotTrusted(why) => Error::NotTrusted { why },
        Silence::NoAnswer(why) => Error::NoAnswer { what, why },
        Silence::Late => Error::NoAnswer {
            what,
            why: LATE.to_owned(),
        },
        Silence::TooLong => Error::Unexpected {
            what,
            why: format!("it is longer than {} MiB", limits::RESPONSE_BYTES >> 20),
        },
    }
}

fn no_object(what: String) -> Error {
    Error::Unexpected {
        what,
        why: "it is no JSON object".to_owned(),
    }
}
