//! The websocket of pveproxy: bytes both ways, in frames. Nothing of what a node sends may be believed: a frame that is too
//! long, of another kind or in pieces that never end closes the channel.

use super::error::{Error, tidy};
use super::frames::{Bounded, Frames};
use super::socket::Socket;
use super::wire::Exchange;
use crate::server::Endpoint;
use crate::words::limits;
use std::io;
use std::os::fd::RawFd;
use std::time::Duration;
use tungstenite::Message;
use tungstenite::client::client_with_config;
use tungstenite::handshake::HandshakeError;
use tungstenite::handshake::client::{Request, generate_key};
use tungstenite::http;
use tungstenite::protocol::WebSocketConfig;

/// What pveproxy is asked for, and gives back.
const PROTOCOL: &str = "binary";

/// A websocket that is open.
pub struct Channel(Frames<Box<dyn Socket>>);

/// What a channel has to say.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Nothing yet.
    Nothing,
    /// It is over.
    Closed,
}

impl Channel {
    /// Asks for the protocol to be switched. What goes wrong is told without what was asked: that holds a ticket.
    pub(super) fn open(
        socket: Box<dyn Socket>,
        endpoint: &Endpoint,
        exchange: &Exchange,
        what: &str,
        masked: impl Fn(&str) -> String,
    ) -> Result<Channel, Error> {
        let unreached = |why: String| Error::NoAnswer {
            what: what.to_owned(),
            why,
        };
        let read_limit = Some(exchange.timeout);
        socket
            .wait_for(read_limit)
            .map_err(|error| unreached(error.to_string()))?;
        let request = request(endpoint, exchange).map_err(|_| unreached("the request cannot be written".to_owned()))?;
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::CONSOLE_READ_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(limits::CONSOLE_FRAME_BYTES)
            .max_message_size(Some(limits::CONSOLE_FRAME_BYTES))
            .max_frame_size(Some(limits::CONSOLE_FRAME_BYTES));
        let (socket, _) = match client_with_config(request, Bounded::new(socket), Some(config)) {
            Ok(open) => open,
            Err(HandshakeError::Interrupted(_)) => return Err(unreached("no answer within the time limit".to_owned())),
            Err(HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                return Err(refused(what, &response, masked));
            }
            Err(HandshakeError::Failure(tungstenite::Error::Io(error))) => {
                return Err(unreached(tidy(&error.to_string())));
            }
            Err(HandshakeError::Failure(error)) => {
                let why = match error {
                    tungstenite::Error::Protocol(why) => format!("it is no answer to a websocket ({why})"),
                    _ => "it is no answer to a websocket".to_owned(),
                };
                let what = what.to_owned();
                return Err(Error::Unexpected { what, why });
            }
        };
        (socket.get_ref().stream)
            .wait_for(None)
            .map_err(|error| unreached(error.to_string()))?;
        Ok(Channel(Frames::of_node(socket, config)))
    }

    /// From here on no more than this is read of it, whatever its node sends: pings, say, for ever.
    pub fn allow(&mut self, bytes: usize) {
        self.0.allow(bytes);
    }

    /// Whether it was read as far as that was allowed: there may be more that nobody is woken for.
    pub fn may_have_more(&self) -> bool {
        self.0.left() == 0
    }

    /// Nothing is to do at this moment.
    pub fn rest(&mut self) {
        self.0.rest();
    }

    /// What has come, without waiting.
    pub fn receive(&mut self) -> Heard {
        match self.0.read() {
            Ok(Message::Binary(bytes)) => Heard::Bytes(bytes.into()),
            Ok(Message::Text(text)) => Heard::Bytes(text.as_bytes().to_vec()),
            Ok(Message::Close(_)) => Heard::Closed,
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Heard::Bytes(Vec::new()),
            Err(error) if would_block(&error) => Heard::Nothing,
            Err(_) => Heard::Closed,
        }
    }

    /// Sends bytes, or keeps them until [`Channel::send_rest`]; `false`: it is over, or its node takes nothing any more.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        bytes
            .chunks(limits::CONSOLE_SENT_BYTES)
            .all(|part| match self.0.write(Message::Binary(part.to_vec().into())) {
                Ok(()) => true,
                Err(error) => would_block(&error),
            })
            && self.send_rest().is_some()
    }

    /// Sends what could not be sent before; whether all of it is. `None`: it is over.
    pub fn send_rest(&mut self) -> Option<bool> {
        match self.0.flush() {
            Ok(()) => Some(true),
            Err(error) if would_block(&error) => Some(false),
            Err(_) => None,
        }
    }

    /// Asks whether anybody is there: whoever is says so (pve-http-server, since 2020).
    pub fn ask(&mut self) {
        // what cannot be sent is not answered either
        let _ = self.0.write(Message::Ping(Vec::new().into()));
    }

    /// What can be waited for.
    pub fn descriptor(&self) -> RawFd {
        // nobody waits for a descriptor below 0
        self.0
            .connection()
            .map_or(-1, |connection| connection.stream.descriptor())
    }

    /// Says that it is over, as far as the node listens.
    pub fn close(mut self) {
        if let Some(connection) = self.0.connection() {
            let _ = connection.stream.wait_for(Some(Duration::from_millis(200)));
        }
        let _ = self.0.close(None);
        let _ = self.0.flush();
    }
}

fn would_block(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Io(error)
        if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted))
}

fn request(endpoint: &Endpoint, exchange: &Exchange) -> http::Result<Request> {
    let mut request = Request::builder()
        .uri(format!("wss://{endpoint}/api2/json{}", exchange.target))
        .header("Host", endpoint.to_string())
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key())
        .header("Sec-WebSocket-Protocol", PROTOCOL);
    for (name, value) in &exchange.headers {
        request = request.header(*name, value);
    }
    request.body(())
}

/// The node's own words: an answer of its API has them in its body.
fn refused(what: &str, response: &http::Response<Option<Vec<u8>>>, masked: impl Fn(&str) -> String) -> Error {
    let body = response.body().as_deref().unwrap_or_default();
    let body: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let status = response.status().as_u16();
    let said = body["message"].as_str().map(|said| tidy(&masked(said)));
    match status {
        595 | 596 | 599 => Error::NoAnswer {
            what: what.to_owned(),
            why: status.to_string(),
        },
        _ => Error::Refused {
            what: what.to_owned(),
            status,
            words: said.unwrap_or_else(|| format!("HTTP status {status} without a word")),
        },
    }
}
