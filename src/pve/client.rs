//! The client of one server entry: login, fail-over, and the one request function.

use super::error::{Error, tidy};
use super::meter::{Kind, Meter};
use super::stream;
use super::watch::Watch;
use super::wire::{Answer, Exchange, Method, Silence, Wire};
use crate::boundary;
use crate::clock::Clock;
use crate::limits;
use crate::model::UnixSeconds;
use crate::server::{Endpoint, Login, Secret, Secrets, ServerEntry};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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

struct Ticket {
    cookie: String,
    csrf: String,
    renew_at: UnixSeconds,
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
}

/// A client of one server entry. Cloning is cheap and shares connections and login.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    meter: Arc<Meter>,
    /// When whoever waits for the answers gives up.
    deadline: Option<UnixSeconds>,
    /// What the nodes are told beside the login, and must not be heard saying.
    secrets: Secrets,
}

/// An endpoint, and whether it answers.
pub type Asked = (Endpoint, Result<(), Error>);

impl Client {
    /// A client over a wire: [`super::wire::Https`], or a simulation.
    pub fn new(entry: &ServerEntry, wire: Box<dyn Wire>, clock: Arc<dyn Clock>) -> Self {
        let shared = Shared {
            wire,
            clock,
            endpoints: entry.endpoints.clone(),
            preferred: AtomicUsize::new(0),
            login: entry.login.clone(),
            ticket: Mutex::new(None),
            watch: Watch::default(),
        };
        Client {
            shared: Arc::new(shared),
            meter: Arc::default(),
            deadline: None,
            secrets: Secrets::default(),
        }
    }

    /// The same connections and login, counted by another meter.
    pub fn metered(&self, meter: Arc<Meter>) -> Client {
        Client {
            shared: self.shared.clone(),
            meter,
            deadline: None,
            secrets: Secrets::default(),
        }
    }

    /// The same for a service with this password: it is in no text that comes from a node.
    pub fn keeping(self, password: Option<&Secret>) -> Client {
        let secrets = password.into_iter().fold(self.secrets, Secrets::and);
        Client { secrets, ..self }
    }

    /// A node's text without the secrets that it was told, in any spelling.
    pub(super) fn masked(&self, text: &str) -> String {
        let login = match &self.shared.login {
            Login::ApiToken { secret, .. } => secret,
            Login::Password { password, .. } => password,
        };
        let mut secrets = self.secrets.clone().and(login);
        // whoever holds it at this moment asks for a new ticket, and is not told the old one
        if let Ok(Some(ticket)) = self.shared.ticket.try_lock().as_deref() {
            secrets = secrets
                .and(&Secret::from(ticket.cookie.as_str()))
                .and(&Secret::from(ticket.csrf.as_str()));
        }
        secrets.mask(text)
    }

    /// The same for a page, which has something to show without an answer too: all that this client asks ends within
    /// so many seconds. Each endpoint gets its share of them, so that a dead one leaves time for the next.
    pub fn within(&self, seconds: f64) -> Client {
        Client {
            deadline: Some(self.shared.clock.now() + seconds),
            ..self.clone()
        }
    }

    /// The one request function: every byte to PVE goes through here. Answers with `data`.
    ///
    /// Fails over to the next endpoint when nothing was sent; repeats a read once when a kept connection
    /// turned out to be closed; logs in again once when a ticket is no longer valid. Repeats nothing else.
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
            boundary::much_was_used();
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
        let mut ask = |endpoint: &Endpoint| match self.send(endpoint, &mut exchange, request.kind, None) {
            Ok(answer) => read_answer(&request.what(), answer, |text| self.masked(text)).map(drop),
            Err(silence) => Err(silent(&request, silence)),
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
        let mut exchange = Exchange {
            method: request.method,
            target,
            body: in_body.then_some(pairs),
            headers,
            timeout: limits::REQUEST_TIMEOUT,
        };
        let mut unreached = Vec::new();
        let count = self.shared.endpoints.len();
        for offset in 0..count {
            let index = (self.shared.preferred.load(Ordering::Relaxed) + offset) % count;
            let until = self.share_of_time(count - offset);
            match self.send(&self.shared.endpoints[index], &mut exchange, request.kind, until) {
                // nothing is changed by a read, and a page cannot wait
                Err(Silence::NoAnswer(why))
                    if until.is_some() && request.method == Method::Get && offset + 1 < count =>
                {
                    unreached.push(why);
                }
                Err(Silence::NeverSent(why)) => unreached.push(why),
                Err(silence) => return Err(silent(request, silence)),
                Ok(answer) => {
                    self.shared.preferred.store(index, Ordering::Relaxed);
                    return Ok(answer);
                }
            }
        }
        Err(Error::NeverSent {
            why: unreached.join("; "),
        })
    }

    /// When the next endpoint has to have answered, if there is a deadline and so many endpoints are left.
    fn share_of_time(&self, endpoints: usize) -> Option<UnixSeconds> {
        let now = self.shared.clock.now();
        self.deadline.map(|deadline| now + (deadline - now) / endpoints as f64)
    }

    fn send(
        &self,
        endpoint: &Endpoint,
        exchange: &mut Exchange,
        kind: Kind,
        until: Option<UnixSeconds>,
    ) -> Result<Answer, Silence> {
        let is_read = exchange.method == Method::Get;
        let mut once = || {
            let left = until.map(|until| until - self.shared.clock.now());
            if left.is_some_and(|left| left < limits::SHORTEST_WAIT) {
                return Err(Silence::NoAnswer("no answer within the time of a page".to_owned()));
            }
            exchange.timeout = left.map_or(limits::REQUEST_TIMEOUT, Duration::from_secs_f64);
            self.meter.count(kind);
            self.shared.wire.send(endpoint, exchange)
        };
        match once() {
            Err(Silence::NoAnswer(_)) if is_read => once(),
            other => other,
        }
    }

    fn login_headers(&self, method: Method) -> Result<Vec<(&'static str, String)>, Error> {
        match &self.shared.login {
            Login::ApiToken { id, secret } => {
                Ok(vec![("authorization", format!("PVEAPIToken={id}={}", secret.expose()))])
            }
            Login::Password { user, realm, password } => {
                let mut ticket = self.ticket();
                let now = self.shared.clock.now();
                if ticket.as_ref().is_none_or(|ticket| ticket.renew_at <= now) {
                    *ticket = Some(self.log_in(&format!("{user}@{realm}"), password.expose(), now)?);
                }
                let mut headers = Vec::new();
                if let Some(ticket) = ticket.as_ref() {
                    headers.push(("cookie", format!("PVEAuthCookie={}", ticket.cookie)));
                    if method != Method::Get {
                        headers.push(("csrfpreventiontoken", ticket.csrf.clone()));
                    }
                }
                Ok(headers)
            }
        }
    }

    fn log_in(&self, user: &str, password: &str, now: UnixSeconds) -> Result<Ticket, Error> {
        let request = Request::new(Method::Post, "/access/ticket".to_owned(), Kind::Login)
            .with("username", user)
            .with("password", password);
        let answer = self.exchange(&request, Vec::new())?;
        let data = read_answer("the login", answer, |text| self.masked(text))?;
        if !data["NeedTFA"].is_null() {
            return Err(Error::Refused {
                what: "the login".to_owned(),
                status: 401,
                words: "this user needs a second factor: use an API token instead of the password".to_owned(),
            });
        }
        let text = |key: &str| data[key].as_str().map(str::to_owned);
        match (text("ticket"), text("CSRFPreventionToken")) {
            (Some(cookie), Some(csrf)) => Ok(Ticket {
                cookie,
                csrf,
                renew_at: now + limits::TICKET_SECONDS,
            }),
            _ => Err(Error::Unexpected {
                what: "the login".to_owned(),
                why: "it holds no ticket".to_owned(),
            }),
        }
    }

    /// The waits of everybody who uses this entry.
    pub(super) fn watch(&self) -> &Watch {
        &self.shared.watch
    }

    pub(super) fn now(&self) -> UnixSeconds {
        self.shared.clock.now()
    }

    fn ticket(&self) -> std::sync::MutexGuard<'_, Option<Ticket>> {
        self.shared.ticket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The class of a silence.
fn silent(request: &Request, silence: Silence) -> Error {
    let what = request.what();
    match silence {
        Silence::NeverSent(why) => Error::NeverSent { why },
        Silence::NotTrusted(why) => Error::NotTrusted { why },
        Silence::NoAnswer(why) => Error::NoAnswer { what, why },
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

/// An answer's `data`, or the class of its failure.
fn read_answer(what: &str, answer: Answer, masked: impl Fn(&str) -> String) -> Result<Value, Error> {
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
