//! A browser's websocket, from its 101 on. Frames are masked, no message is longer than 128 KiB however it comes, and what
//! breaks these rules ends the console. A browser that has gone without a word is missed by its pongs.

use super::end::End;
use super::entrance::{Brought, Browser, Entrance, Watcher};
use super::listen::Stream;
use crate::process::Wait;
use crate::pve::Frames;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Duration;
use tungstenite::Message;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, WebSocketConfig};

/// What the end is told with; its word is beside it (RFC 6455, 7.4.2: private use).
const ENDED: u16 = 4000;
/// What a browser has not read yet of what it was sent: the picture, and answers to its pings, of which it may ask for any number.
const WRITTEN: usize = 4 * limits::CONSOLE_SENT_BYTES;
/// So long somebody may take to hear of it.
const GOODBYE: Duration = Duration::from_millis(200);
/// So many messages are heard at most until it has answered.
const ANSWERS: usize = 8;

/// A websocket of a browser.
pub(super) struct Websocket {
    socket: Frames<Stream>,
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
            .max_write_buffer_size(WRITTEN)
            .max_message_size(Some(limits::CONSOLE_MESSAGE_BYTES))
            .max_frame_size(Some(limits::CONSOLE_MESSAGE_BYTES));
        Websocket {
            socket: Frames::of_browser(stream, early, config),
            is_stuck: false,
            heard_at: now,
            asked_at: now,
        }
    }

    /// The way in of a console.
    pub(super) fn browser(self) -> io::Result<Browser> {
        self.wait_for(None)?;
        Ok(Browser::by(self))
    }

    /// Tells why there is no console, or that it is over.
    pub(super) fn end(mut self, why: &str) {
        let _ = self.wait_for(Some(GOODBYE));
        let frame = CloseFrame {
            code: CloseCode::from(ENDED),
            reason: why.to_owned().into(),
        };
        let _ = self.socket.close(Some(frame));
        let _ = self.socket.flush();
        // who closes while something is still to be read takes back what the other side has not read yet
        self.socket.allow(limits::CONSOLE_KEYS_BYTES);
        for _ in 0..ANSWERS {
            if self.socket.read().is_err() {
                break;
            }
        }
    }

    fn wait_for(&self, time: Option<Duration>) -> io::Result<()> {
        let connection = self.socket.connection();
        connection.map_or(Ok(()), |connection| connection.stream.wait_for(time))
    }

    fn descriptor(&self) -> Option<RawFd> {
        self.socket.connection().map(|connection| connection.stream.as_raw_fd())
    }

    /// Sends, or keeps it to be sent; `false`: there is no room for it yet. What cannot be sent at all is heard of by the next
    /// read.
    fn send(&mut self, message: Message) -> bool {
        let has_room = !matches!(self.socket.write(message), Err(tungstenite::Error::WriteBufferFull(_)));
        self.flush();
        has_room
    }

    fn flush(&mut self) {
        self.is_stuck = self.socket.flush().is_err_and(|error| would_block(&error));
    }
}

impl Browser {
    /// One that speaks by a websocket, from its 101 on.
    ///
    /// # Errors
    /// It is no connection any more.
    pub fn by_websocket(socket: OwnedFd, now: UnixSeconds) -> io::Result<Browser> {
        Websocket::of(Stream::Unix(socket.into()), Vec::new(), now).browser()
    }
}

impl Entrance for Websocket {
    fn descriptors(&self, watcher: &mut Watcher) {
        watcher.extend(self.descriptor().map(|fd| (fd, Wait::Read)));
    }

    fn stuck(&self) -> Option<RawFd> {
        self.descriptor().filter(|_| self.is_stuck)
    }

    fn look(&mut self, now: UnixSeconds, _: bool) -> Brought {
        let mut brought = Brought::default();
        self.socket.allow(limits::CONSOLE_KEYS_BYTES);
        loop {
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
            brought.cost += limits::CONSOLE_MESSAGE_COST;
            self.heard_at = now;
        }
        brought.cost += limits::CONSOLE_KEYS_BYTES - self.socket.left();
        brought.leaves = now - self.heard_at >= limits::CONSOLE_SILENT_SECONDS;
        if now - self.asked_at >= limits::CONSOLE_PING_SECONDS && !self.is_stuck {
            self.asked_at = now;
            self.send(Message::Ping(Vec::new().into()));
        }
        brought
    }

    fn give(&mut self, mut bytes: Vec<u8>, _: UnixSeconds) -> Vec<u8> {
        // answers to pings may wait before it
        self.flush();
        let mut given = 0;
        while !self.is_stuck && given < bytes.len() {
            let end = bytes.len().min(given + limits::CONSOLE_SENT_BYTES);
            if !self.send(Message::Binary(bytes[given..end].to_vec().into())) {
                break;
            }
            given = end;
        }
        bytes.drain(..given);
        bytes
    }

    fn rest(&mut self) {
        self.socket.rest();
    }

    fn close(self: Box<Self>, why: End) {
        self.end(why.as_str());
    }
}

fn would_block(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Io(error)
        if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    fn pair() -> (Websocket, UnixStream) {
        let (ours, browsers) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        browsers.set_nonblocking(true).unwrap();
        (Websocket::of(Stream::Unix(ours), Vec::new(), 0.0), browsers)
    }

    /// All that can be read at this moment.
    fn drained(browser: &mut UnixStream, into: &mut Vec<u8>) {
        let _ = browser.read_to_end(into);
    }

    #[test]
    fn a_browser_that_pings_and_reads_nothing_gets_its_picture_whole_and_takes_no_memory() {
        let (mut socket, mut browser) = pair();
        let ping = [&[0x89, 0xfd, 0, 0, 0, 0][..], &[b'p'; 125]].concat();
        for _ in 0..20_000 {
            assert_eq!(browser.write(&ping).unwrap(), ping.len());
            assert!(!socket.look(0.0, false).leaves);
        }
        let picture: Vec<u8> = (0..3 * WRITTEN).map(|n| (n % 251) as u8).collect();
        let (mut left, mut read) = (socket.give(picture.clone(), 0.0), Vec::new());
        assert_eq!(left.len(), picture.len(), "there is no room for it");
        assert!(socket.stuck().is_some());
        while !left.is_empty() || socket.stuck().is_some() {
            drained(&mut browser, &mut read);
            left = socket.give(left, 0.0);
        }
        drained(&mut browser, &mut read);
        let (mut pongs, mut seen, mut rest) = (0, Vec::new(), &read[..]);
        while let [kind, size, more @ ..] = rest {
            let (size, more) = match size {
                127 => (u64::from_be_bytes(more[..8].try_into().unwrap()) as usize, &more[8..]),
                126 => (usize::from(more[0]) << 8 | usize::from(more[1]), &more[2..]),
                size => (usize::from(*size), more),
            };
            match kind {
                0x8a => pongs += 1,
                kind => {
                    assert_eq!(*kind, 0x82);
                    seen.extend_from_slice(&more[..size]);
                }
            }
            rest = &more[size..];
        }
        assert!(seen == picture, "{} of {} bytes", seen.len(), picture.len());
        assert!(pongs < 10_000, "{pongs} answers were kept");
    }

    #[test]
    fn no_browser_is_read_for_ever_and_what_says_nothing_counts() {
        let (mut socket, mut browser) = pair();
        let begun = [0x02, 0x80, 0, 0, 0, 0].to_vec();
        let pieces = [begun, [0x00, 0x80, 0, 0, 0, 0].repeat(limits::CONSOLE_KEYS_BYTES / 4)].concat();
        assert_eq!(browser.write(&pieces).unwrap(), pieces.len());
        let brought = socket.look(0.0, false);
        assert_eq!(
            brought.cost,
            limits::CONSOLE_KEYS_BYTES,
            "the rest is for the next time"
        );
        assert_eq!(socket.look(0.0, false).cost, pieces.len() - limits::CONSOLE_KEYS_BYTES);
        browser.write_all(&[0x80, 0x80, 0, 0, 0, 0]).unwrap();
        browser.write_all(&[0x8a, 0x80, 0, 0, 0, 0].repeat(3)).unwrap();
        let brought = socket.look(0.0, false);
        assert_eq!(brought.cost, 24 + 4 * limits::CONSOLE_MESSAGE_COST);
        assert!(brought.keys.is_empty() && !brought.unfit);
    }
}
