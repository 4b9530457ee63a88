//! A browser's websocket, from its 101 on. Frames are masked, no message is longer than 128 KiB however it comes, and what
//! breaks these rules ends the console. A browser that has gone without a word is missed by its pongs.

use super::entrance::{Brought, Browser, Entrance, Watcher};
use super::listen::Stream;
use super::session::End;
use crate::process::Wait;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

/// What the end is told with; its word is beside it (RFC 6455, 7.4.2: private use).
const ENDED: u16 = 4000;
/// So long somebody may take to hear of it.
const GOODBYE: Duration = Duration::from_millis(200);

/// A websocket of a browser.
pub(super) struct Websocket {
    socket: WebSocket<Stream>,
    is_stuck: bool,
    heard_at: UnixSeconds,
    asked_at: UnixSeconds,
}

impl Websocket {
    /// One whose protocol is switched; `early`: what has come since.
    pub(super) fn of(stream: Stream, early: Vec<u8>, now: UnixSeconds) -> Websocket {
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::CONSOLE_READ_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(limits::CONSOLE_MESSAGE_BYTES))
            .max_frame_size(Some(limits::CONSOLE_MESSAGE_BYTES));
        Websocket {
            socket: WebSocket::from_partially_read(stream, early, Role::Server, Some(config)),
            is_stuck: false,
            heard_at: now,
            asked_at: now,
        }
    }

    /// The way in of a console.
    pub(super) fn browser(self) -> io::Result<Browser> {
        self.socket.get_ref().wait_for(None)?;
        Ok(Browser::by(self))
    }

    /// Tells why there is no console, or that it is over.
    pub(super) fn end(mut self, why: &str) {
        let _ = self.socket.get_ref().wait_for(Some(GOODBYE));
        let frame = CloseFrame {
            code: CloseCode::from(ENDED),
            reason: why.to_owned().into(),
        };
        let _ = self.socket.close(Some(frame));
        let _ = self.socket.flush();
    }

    /// Sends, or keeps it to be sent; what cannot be sent at all is heard of by the next read.
    fn send(&mut self, message: Message) {
        self.is_stuck = self.socket.write(message).is_err_and(|error| would_block(&error));
        self.flush();
    }

    fn flush(&mut self) {
        self.is_stuck = self.socket.flush().is_err_and(|error| would_block(&error));
    }
}

impl Entrance for Websocket {
    fn descriptors(&self, watcher: &mut Watcher) {
        watcher.push((self.socket.get_ref().as_raw_fd(), Wait::Read));
    }

    fn stuck(&self) -> Option<RawFd> {
        self.is_stuck.then(|| self.socket.get_ref().as_raw_fd())
    }

    fn look(&mut self, now: UnixSeconds, _: bool) -> Brought {
        let mut brought = Brought::default();
        while brought.keys.len() < limits::CONSOLE_KEYS_BYTES {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => brought.keys.extend_from_slice(&bytes),
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Ok(Message::Close(_)) => brought.leaves = true,
                Ok(Message::Text(_)) => brought.unfit = true,
                Err(error) if would_block(&error) => break,
                Err(tungstenite::Error::Io(_) | tungstenite::Error::ConnectionClosed) => brought.leaves = true,
                Err(tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
                    brought.leaves = true;
                }
                Err(_) => brought.unfit = true,
            }
            if brought.leaves || brought.unfit {
                return brought;
            }
            self.heard_at = now;
        }
        brought.leaves = now - self.heard_at >= limits::CONSOLE_SILENT_SECONDS;
        if now - self.asked_at >= limits::CONSOLE_PING_SECONDS && !self.is_stuck {
            self.asked_at = now;
            self.send(Message::Ping(Vec::new().into()));
        }
        brought
    }

    fn give(&mut self, mut bytes: Vec<u8>, _: UnixSeconds) -> Vec<u8> {
        if self.is_stuck {
            self.flush();
        }
        let mut given = 0;
        while !self.is_stuck && given < bytes.len() {
            let end = bytes.len().min(given + limits::CONSOLE_SENT_BYTES);
            self.send(Message::Binary(bytes[given..end].to_vec().into()));
            given = end;
        }
        bytes.drain(..given);
        bytes
    }

    fn close(self: Box<Self>, why: End) {
        self.end(why.as_str());
    }
}

fn would_block(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Io(error)
        if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted))
}
