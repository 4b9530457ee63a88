//! A text terminal: the messages of Proxmox VE's `termproxy`, on both sides. It asks for a line with user and ticket, says `OK`,
//! and from then on its bytes are a terminal's. What a browser sends are messages: `0:LENGTH:BYTES` is typed,
//! `1:COLUMNS:ROWS:` is a new size, `2` says that it is still there.

use super::end::Unfit;
use super::enter::Enters;

/// What `termproxy` says once it has let somebody in.
pub(super) const OK: &[u8] = b"OK";
/// The most of one message that is typed; more is sent as several. `termproxy` drops a message that is not there whole.
const TYPED_BYTES: usize = 4096;
/// Digits of a length, of columns, of rows.
const DIGITS: usize = 5;

/// The relay as a viewer.
#[derive(Debug)]
pub struct Viewer {
    /// User and ticket; `None`: they are said.
    login: Option<Vec<u8>>,
    got: Vec<u8>,
    is_in: bool,
}

impl Viewer {
    /// One that says this line.
    pub fn new(login: &str) -> Viewer {
        Viewer {
            login: Some(format!("{login}\n").into_bytes()),
            got: Vec::new(),
            is_in: false,
        }
    }
}

impl Enters for Viewer {
    fn hear(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
        self.got.extend_from_slice(bytes);
        if !self.is_in && self.got.starts_with(OK) {
            self.got.drain(..OK.len());
            self.is_in = true;
        }
        if !self.is_in && !OK.starts_with(&self.got) {
            return Err(Unfit::Protocol);
        }
        Ok(self.login.take().unwrap_or_default())
    }

    fn is_in(&self) -> bool {
        self.is_in
    }

    fn into_rest(self) -> Vec<u8> {
        self.got
    }
}

/// What a browser sends, message by message.
#[derive(Debug)]
pub struct Typing {
    may_act: bool,
    /// The message that is not there whole yet.
    head: Vec<u8>,
    has_heard: bool,
}

/// One message.
struct Message {
    size: usize,
    is_typed: bool,
}

impl Typing {
    /// For somebody who may type, or may only look.
    pub fn new(may_act: bool) -> Typing {
        Typing {
            may_act,
            head: Vec::new(),
            has_heard: false,
        }
    }

    /// Whether the browser has said anything yet.
    pub fn has_heard(&self) -> bool {
        self.has_heard
    }

    /// Passes on what may pass, in whole messages. Answers whether somebody has typed.
    ///
    /// # Errors
    /// A message that is none, or too long.
    pub fn pass(&mut self, bytes: &[u8], into: &mut Vec<u8>) -> Result<bool, Unfit> {
        self.has_heard |= !bytes.is_empty();
        self.head.extend_from_slice(bytes);
        let (mut acted, mut from) = (false, 0);
        while let Some(Message { size, is_typed }) = message(&self.head[from..])? {
            acted |= is_typed;
            if self.may_act || !is_typed {
                into.extend_from_slice(&self.head[from..from + size]);
            }
            from += size;
        }
        self.head.drain(..from);
        Ok(acted)
    }
}

/// The first message, once it is there whole.
fn message(bytes: &[u8]) -> Result<Option<Message>, Unfit> {
    let is_typed = match bytes.first() {
        None => return Ok(None),
        Some(b'2') => {
            return Ok(Some(Message {
                size: 1,
                is_typed: false,
            }));
        }
        Some(b'0') => true,
        Some(b'1') => false,
        Some(kind) => return Err(Unfit::Kind(*kind)),
    };
    match bytes.get(1) {
        None => return Ok(None),
        Some(b':') => {}
        Some(kind) => return Err(Unfit::Kind(*kind)),
    }
    let Some((first, at)) = number(bytes, 2)? else {
        return Ok(None);
    };
    if is_typed {
        if first > TYPED_BYTES {
            return Err(Unfit::TooLong);
        }
        let size = at + first;
        return Ok((bytes.len() >= size).then_some(Message { size, is_typed }));
    }
    let rows = number(bytes, at)?;
    Ok(rows.map(|(_, size)| Message { size, is_typed }))
}

/// The number that begins here and ends with a colon, and where the next thing begins.
fn number(bytes: &[u8], from: usize) -> Result<Option<(usize, usize)>, Unfit> {
    let rest = bytes.get(from..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > DIGITS {
        return Err(Unfit::TooLong);
    }
    match rest.get(digits) {
        None => Ok(None),
        Some(b':') if digits > 0 => {
            let value = rest[..digits]
                .iter()
                .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
            Ok(Some((value, from + digits + 1)))
        }
        Some(kind) => Err(Unfit::Kind(*kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn termproxy_is_told_user_and_ticket_once_whatever_pieces_it_answers_in() {
        for pieces in [vec![&b"OKlogin: "[..]], vec![&b"O"[..], b"Klogin", b": "]] {
            let mut viewer = Viewer::new("who:ticket");
            assert_eq!(viewer.hear(&[]), Ok(b"who:ticket\n".to_vec()));
            for piece in pieces {
                assert_eq!(viewer.hear(piece), Ok(Vec::new()));
            }
            assert!(viewer.is_in());
            assert_eq!(viewer.into_rest(), b"login: ");
        }
        assert_eq!(Viewer::new("").hear(b"HTTP/1.1"), Err(Unfit::Protocol));
        assert_eq!(Viewer::new("").hear(b"Oh"), Err(Unfit::Protocol));
    }

    #[test]
    fn messages_pass_whole_whatever_pieces_they_come_in() {
        let sent = b"1:80:24:0:3:a:b20:0:0:2:\n\n2";
        for size in 1..=sent.len() {
            for (may_act, wanted) in [(true, &sent[..]), (false, b"1:80:24:22")] {
                let mut typing = Typing::new(may_act);
                let (mut got, mut acted) = (Vec::new(), false);
                for piece in sent.chunks(size) {
                    let before = got.len();
                    acted |= typing.pass(piece, &mut got).unwrap();
                    assert!(
                        message(&got[before..]).unwrap().is_some() || got.len() == before,
                        "whole"
                    );
                }
                assert_eq!((got.as_slice(), acted), (wanted, true), "{size}");
            }
        }
    }

    /// Each taken away from the front of the others it would be hours of work.
    #[test]
    fn millions_of_messages_at_once_are_no_work() {
        let (sent, mut got) = (b"2".repeat(4 << 20), Vec::new());
        assert_eq!(Typing::new(false).pass(&sent, &mut got), Ok(false));
        assert_eq!(got.len(), sent.len());
    }

    #[test]
    fn what_is_no_message_ends_it() {
        for (bytes, unfit) in [
            (&b"3"[..], Unfit::Kind(b'3')),
            (b"0x", Unfit::Kind(b'x')),
            (b"0::", Unfit::Kind(b':')),
            (b"0:-1:", Unfit::Kind(b'-')),
            (b"0:4097:", Unfit::TooLong),
            (b"1:123456", Unfit::TooLong),
            (b"1:80:x", Unfit::Kind(b'x')),
        ] {
            assert_eq!(Typing::new(true).pass(bytes, &mut Vec::new()), Err(unfit), "{bytes:?}");
        }
    }
}
