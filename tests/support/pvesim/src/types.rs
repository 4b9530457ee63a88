//! What goes in and what comes out: requests, replies, parameters, errors.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// One HTTP request, as the core sees it (no socket anywhere).
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Raw request target: `/api2/json/…?query`.
    pub path: String,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, undecoded.
    pub body: Vec<u8>,
    /// Number of the connection it came on (0 in process).
    pub connection: u64,
    /// The port of the address that was asked (0 in process).
    pub endpoint: u16,
}

impl Request {
    /// A request; a path without `/api2/` gets `/api2/json` in front.
    pub fn new(method: &str, path: &str) -> Self {
        let path = if path.starts_with("/api2/") || path.starts_with("/_sim") {
            path.to_owned()
        } else {
            format!("/api2/json{path}")
        };
        Self {
            method: method.to_owned(),
            path,
            ..Self::default()
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Adds an API token: `token("root@pam!sim", "secret")`.
    #[must_use]
    pub fn token(self, id: &str, secret: &str) -> Self {
        self.header("authorization", &format!("PVEAPIToken={id}={secret}"))
    }

    /// Form parameters: in the query for GET and DELETE, in the body otherwise.
    #[must_use]
    pub fn form(mut self, params: &[(&str, &str)]) -> Self {
        let text = params
            .iter()
            .map(|(k, v)| format!("{}={}", crate::text::encode(k), crate::text::encode(v)))
            .collect::<Vec<_>>()
            .join("&");
        if text.is_empty() {
            return self;
        }
        if self.method == "GET" || self.method == "DELETE" {
            let sep = if self.path.contains('?') { '&' } else { '?' };
            self.path = format!("{}{sep}{text}", self.path);
            self
        } else {
            self.body = text.into_bytes();
            self.header("content-type", "application/x-www-form-urlencoded")
        }
    }

    /// A JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// First header of that name (lower case).
    pub fn get_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// What happens to the connection instead of, or after, an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// An ordinary answer.
    Answer,
    /// The connection is closed without an answer.
    Closed,
}

/// The answer of the core. `delay_s` is how long PVE takes over it, already multiplied by the time scale:
/// the server's thread sleeps it, a test in virtual time moves its clock.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Reason phrase: PVE puts its messages here.
    pub reason: String,
    /// Extra headers.
    pub headers: Vec<(String, String)>,
    /// Body, often JSON.
    pub body: Vec<u8>,
    /// Seconds until it is sent.
    pub delay_s: f64,
    /// Answer or closed connection.
    pub transport: Transport,
}

impl Reply {
    /// A reply with a JSON body.
    pub fn json(status: u16, reason: &str, body: &Value) -> Self {
        Self {
            status,
            reason: reason.to_owned(),
            headers: vec![("Content-Type".into(), "application/json;charset=UTF-8".into())],
            body: body.to_string().into_bytes(),
            delay_s: 0.0,
            transport: Transport::Answer,
        }
    }

    /// A reply without a body (401, 595, …).
    pub fn empty(status: u16, reason: &str) -> Self {
        Self {
            headers: vec![],
            body: vec![],
            ..Self::json(status, reason, &Value::Null)
        }
    }

    /// A reply whose body is plain text.
    pub fn plain(status: u16, reason: &str, text: &str) -> Self {
        Self {
            headers: vec![],
            body: text.as_bytes().to_vec(),
            ..Self::json(status, reason, &Value::Null)
        }
    }

    /// The whole body as JSON (`Null` when it is not).
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// `data` of the body.
    pub fn data(&self) -> Value {
        self.value().get("data").cloned().unwrap_or(Value::Null)
    }

    /// `data` as text: an UPID, most of the time.
    pub fn upid(&self) -> String {
        self.data().as_str().unwrap_or_default().to_owned()
    }
}

/// One parameter value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Val {
    /// Scalar, as PVE gets it.
    Text(String),
    /// Repeated form key or JSON array.
    List(Vec<String>),
    /// JSON object: never valid.
    Hash,
}

/// Parameters of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(pub BTreeMap<String, Val>);

impl Params {
    /// Scalar value.
    pub fn get(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Val::Text(t)) => Some(t),
            Some(Val::List(l)) => l.first().map(String::as_str),
            _ => None,
        }
    }

    /// Every value of a key.
    pub fn list(&self, key: &str) -> Vec<String> {
        match self.0.get(key) {
            Some(Val::Text(text)) => vec![text.clone()],
            Some(Val::List(list)) => list.clone(),
            _ => Vec::new(),
        }
    }

    /// Boolean parameter, absent = false.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key) == Some("1")
    }

    /// Integer parameter.
    pub fn int(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(|v| v.parse().ok())
    }

    /// Removes and returns a scalar.
    pub fn take(&mut self, key: &str) -> Option<String> {
        match self.0.remove(key) {
            Some(Val::Text(t)) => Some(t),
            Some(Val::List(l)) => l.into_iter().next(),
            _ => None,
        }
    }

    /// Adds a value; a repeated key becomes a list, as PVE's server does it.
    pub fn push(&mut self, key: &str, value: String) {
        match self.0.remove(key) {
            None => self.0.insert(key.to_owned(), Val::Text(value)),
            Some(Val::Text(old)) => self.0.insert(key.to_owned(), Val::List(vec![old, value])),
            Some(Val::List(mut l)) => {
                l.push(value);
                self.0.insert(key.to_owned(), Val::List(l))
            }
            Some(Val::Hash) => None,
        };
    }

    /// All scalars, in order.
    pub fn scalars(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(k, v)| match v {
            Val::Text(t) => Some((k.as_str(), t.as_str())),
            _ => None,
        })
    }
}

/// Why a request or a task failed.
#[derive(Debug, Clone, PartialEq)]
pub enum Fail {
    /// `die`: 500 with the message as reason phrase; in a task the exit status.
    Die(String),
    /// 400 `Parameter verification failed.` with `errors`.
    Params(BTreeMap<String, String>),
    /// 403 `Permission check failed …`.
    Forbidden(String),
    /// 401 with the empty body and the 3 s.
    Unauthorized(String),
    /// `die` after waiting (lock time-outs): message and PVE's seconds.
    Late(String, f64),
    /// Any other status; empty body.
    Raw(u16, String),
    /// 501 of the router.
    NotImplemented(String),
    /// 401 that has a body (login).
    Login(String),
}

impl Fail {
    /// 400 for one parameter.
    pub fn param(name: &str, text: impl Into<String>) -> Self {
        Self::Params(BTreeMap::from([(name.to_owned(), text.into())]))
    }

    /// The text a task ends with.
    pub fn task_text(&self) -> String {
        match self {
            Self::Die(t) | Self::Late(t, _) | Self::NotImplemented(t) | Self::Login(t) | Self::Unauthorized(t) => {
                t.clone()
            }
            Self::Params(e) => {
                let lines: Vec<_> = e.iter().map(|(k, v)| format!("{k}: {}", v.trim_end())).collect();
                format!("400 Parameter verification failed. {}", lines.join(" "))
            }
            Self::Forbidden(t) => format!("403 Permission check failed ({t})"),
            Self::Raw(_, t) => t.clone(),
        }
    }
}

/// `die "text\n"`.
pub fn die<T>(text: impl Into<String>) -> Result<T, Fail> {
    Err(Fail::Die(text.into()))
}

/// What a handler returns: `data`, and `total` for lists that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The `data` member.
    pub data: Value,
    /// Further members beside `data`.
    pub extra: Map<String, Value>,
    /// PVE's seconds over this answer.
    pub delay_s: f64,
}

impl From<Value> for Answer {
    fn from(data: Value) -> Self {
        Self {
            data,
            extra: Map::new(),
            delay_s: 0.0,
        }
    }
}

impl Answer {
    /// `data: null`.
    pub fn null() -> Self {
        Value::Null.into()
    }

    /// Adds `total`.
    #[must_use]
    pub fn total(mut self, n: usize) -> Self {
        self.extra.insert("total".into(), json!(n));
        self
    }

    /// Sets the delay.
    #[must_use]
    pub fn late(mut self, seconds: f64) -> Self {
        self.delay_s = seconds;
        self
    }
}

/// Result of a handler.
pub type Outcome = Result<Answer, Fail>;
