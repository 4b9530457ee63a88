//! A websocket that holds no memory while nothing is under way. The crate keeps the buffers of the longest frame that has passed;
//! hundreds of consoles in one process, each of which has shown a picture, would each keep them for hours. Where all that was read
//! was also handed out, and all that was written is sent, nothing of it is kept but its connection, on which it begins anew.

use std::io::{self, Read, Write};
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

/// The end of what HTTP says before the protocol is switched.
const HEAD_END: &[u8; 4] = b"\r\n\r\n";

/// A connection that counts what was read of it, and gives no more than it may.
pub(crate) struct Bounded<S> {
    /// The connection.
    pub(crate) stream: S,
    /// So much may be read; then it is as if no more had come.
    pub(crate) left: usize,
    /// How much of the end of HTTP's head has come.
    head: usize,
    /// Bytes of frames that were read.
    read: u64,
}

impl<S> Bounded<S> {
    /// One that is about to switch its protocol.
    pub(super) fn new(stream: S) -> Bounded<S> {
        Bounded {
            stream,
            left: usize::MAX,
            head: 0,
            read: 0,
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        let mut frames = bytes;
        while let (true, Some((byte, rest))) = (self.head < HEAD_END.len(), frames.split_first()) {
            let goes_on = HEAD_END[self.head] == *byte;
            self.head = if goes_on {
                self.head + 1
            } else {
                usize::from(*byte == HEAD_END[0])
            };
            frames = rest;
        }
        self.read += frames.len() as u64;
    }
}

impl<S: Read> Read for Bounded<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let most = into.len().min(self.left);
        let size = self.stream.read(&mut into[..most])?;
        self.left -= size;
        self.count(&into[..size]);
        Ok(size)
    }
}

impl<S: Write> Write for Bounded<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A websocket.
pub(crate) struct Frames<S> {
    /// `None` while it rests.
    socket: Option<WebSocket<Bounded<S>>>,
    /// Its connection meanwhile.
    resting: Option<Bounded<S>>,
    role: Role,
    config: WebSocketConfig,
    /// Bytes of frames that were handed out, with the shortest heads that those can have.
    handed: u64,
}

impl<S: Read + Write> Frames<S> {
    /// One of a browser whose protocol is switched; `early`: what has come since.
    pub(crate) fn of_browser(stream: S, early: Vec<u8>, config: WebSocketConfig) -> Frames<S> {
        let mut bounded = Bounded::new(stream);
        bounded.head = HEAD_END.len();
        bounded.read = early.len() as u64;
        let socket = WebSocket::from_partially_read(bounded, early, Role::Server, Some(config));
        Frames {
            socket: Some(socket),
            resting: None,
            role: Role::Server,
            config,
            handed: 0,
        }
    }

    /// One of a node, which has switched.
    pub(super) fn of_node(socket: WebSocket<Bounded<S>>, config: WebSocketConfig) -> Frames<S> {
        Frames {
            socket: Some(socket),
            resting: None,
            role: Role::Client,
            config,
            handed: 0,
        }
    }

    fn socket(&mut self) -> tungstenite::Result<&mut WebSocket<Bounded<S>>> {
        if let Some(connection) = self.resting.take() {
            self.socket = Some(WebSocket::from_raw_socket(connection, self.role, Some(self.config)));
        }
        self.socket.as_mut().ok_or(tungstenite::Error::AlreadyClosed)
    }

    /// The connection; `None`: it is over.
    pub(crate) fn connection(&self) -> Option<&Bounded<S>> {
        let resting = self.resting.as_ref();
        self.socket.as_ref().map(WebSocket::get_ref).or(resting)
    }

    /// From here on so much may be read.
    pub(crate) fn allow(&mut self, bytes: usize) {
        let resting = self.resting.as_mut();
        if let Some(connection) = self.socket.as_mut().map(WebSocket::get_mut).or(resting) {
            connection.left = bytes;
        }
    }

    /// What may still be read.
    pub(crate) fn left(&self) -> usize {
        self.connection().map_or(0, |connection| connection.left)
    }

    /// The next message.
    pub(crate) fn read(&mut self) -> tungstenite::Result<Message> {
        let message = self.socket()?.read()?;
        let size = message.len() as u64;
        let head = match size {
            0..126 => 2,
            126..=0xffff => 4,
            _ => 10,
        };
        self.handed += head + size + if self.role == Role::Server { 4 } else { 0 };
        Ok(message)
    }

    /// Sends a message, or keeps it to be sent.
    pub(crate) fn write(&mut self, message: Message) -> tungstenite::Result<()> {
        self.socket()?.write(message)
    }

    /// Sends what is kept.
    pub(crate) fn flush(&mut self) -> tungstenite::Result<()> {
        if self.resting.is_some() {
            return Ok(());
        }
        self.socket()?.flush()
    }

    /// Says that it is over.
    pub(crate) fn close(&mut self, why: Option<CloseFrame>) -> tungstenite::Result<()> {
        self.socket()?.close(why)
    }

    /// Nothing is to do at this moment: lets go what it does not need for that. A frame of which not all has come, or a message in
    /// pieces, was not handed out, and stays.
    pub(crate) fn rest(&mut self) {
        let is_all_out = self.flush().is_ok();
        let socket = self.socket.take_if(|socket| {
            let is_open = socket.can_read() && socket.can_write();
            is_all_out && is_open && socket.get_ref().read == self.handed
        });
        self.resting = self.resting.take().or(socket.map(WebSocket::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    fn pair() -> (Frames<UnixStream>, UnixStream) {
        let (ours, browsers) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let config = WebSocketConfig::default()
            .write_buffer_size(0)
            .max_write_buffer_size(1 << 20);
        (Frames::of_browser(ours, Vec::new(), config), browsers)
    }

    fn frame(first: u8, bytes: &[u8]) -> Vec<u8> {
        let size = match bytes.len() {
            short @ 0..126 => vec![0x80 | short as u8],
            size => [&[0xfe][..], &(size as u16).to_be_bytes()].concat(),
        };
        [&[first][..], &size, &[0; 4], bytes].concat()
    }

    /// Whatever has come of a message when it rests, the message is whole in the end.
    #[test]
    fn nothing_is_lost_when_it_rests_in_the_middle_of_a_message() {
        let said = [
            frame(0x82, b"first"),
            frame(0x89, b"ping"),
            frame(0x82, &[7; 300]),
            frame(0x02, b"in "),
            frame(0x80, b"pieces"),
            frame(0x82, b"last"),
        ]
        .concat();
        let wanted = [&b"first"[..], &[7; 300], b"in pieces", b"last"].concat();
        for size in 1..said.len() {
            let (mut frames, mut browser) = pair();
            let mut heard = Vec::new();
            for part in said.chunks(size) {
                browser.write_all(part).unwrap();
                while let Ok(message) = frames.read() {
                    heard.extend(if message.is_binary() {
                        message.into_data().to_vec()
                    } else {
                        vec![]
                    });
                }
                frames.rest();
            }
            assert_eq!(heard, wanted, "{size} bytes at once");
        }
    }

    #[test]
    fn it_begins_anew_only_where_nothing_is_under_way() {
        let (mut frames, mut browser) = pair();
        let begun = |frames: &mut Frames<UnixStream>| {
            let before = frames.handed;
            frames.rest();
            frames.connection().unwrap().read == before
        };
        browser.write_all(&frame(0x82, &[7; 300])).unwrap();
        assert_eq!(frames.read().unwrap().len(), 300);
        assert!(begun(&mut frames));
        browser.write_all(&[0x82]).unwrap();
        assert!(frames.read().is_err());
        assert!(!begun(&mut frames), "half a head has come");
        browser.write_all(&[0x81, 0, 0, 0, 0, b'x']).unwrap();
        assert_eq!(frames.read().unwrap(), Message::Binary(b"x".to_vec().into()));
        assert!(begun(&mut frames));
    }

    #[test]
    fn what_follows_the_head_of_http_is_counted_however_it_comes() {
        let said = b"HTTP/1.1 101 \r\nUpgrade: websocket\r\r\n\r\nframes";
        for size in 1..=said.len() {
            let mut bounded = Bounded::new(&said[..]);
            let mut into = vec![0; size];
            while bounded.read(&mut into).unwrap() > 0 {}
            assert_eq!(bounded.read, 6, "{size}");
        }
    }
}
