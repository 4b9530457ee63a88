//! How the requests of a browser come to the worker that has its console: through a socket of this machine.
//!
//! A visit is one line and what belongs to it. `keys HOST SESSIONS SIZE` brings what was typed (of size 0: the page is there), `take HOST SESSIONS 0` waits
//! for what is to be seen, and `leave HOST SESSIONS 0` says that the page is closed. HOST is the one that the request was sent to, SESSIONS are hashes of its cookies. The answer is
//! a line with the status of HTTP, for `take` with a size and so many bytes behind it, and `410` with why it is over. Nothing else is understood, and
//! nobody is waited for: whoever is not complete in time, or is one too many, is left. One visit alone waits for the picture:
//! each holds a worker of the web server, so a newer one sends the older away.

use super::end::End;
use super::entrance::{Brought, Browser, Entrance, Guest, Watcher, is_same};
use crate::process::Wait;
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};

/// The longest first line: a browser has few cookies.
const LINE_BYTES: usize = 8 << 10;

/// What a visit is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Keys,
    Take,
    Leave,
}

/// Somebody who has come in.
#[derive(Debug)]
struct Visit {
    stream: UnixStream,
    came_at: UnixSeconds,
    got: Vec<u8>,
    /// What it is for and how long the rest is, once its line is read.
    wanted: Option<(Wanted, usize)>,
}

/// The socket, and who is in it.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    guest: Guest,
    /// What they bring is being read.
    visits: Vec<Visit>,
    /// Who waits for the picture.
    taker: Option<Visit>,
}

/// How a visit stands.
enum Standing {
    /// More of it may come.
    Waits(Visit),
    /// It is answered, or was left.
    Over,
    /// It has brought this.
    Keys(Vec<u8>),
    /// It waits for the picture.
    Takes(Visit),
    /// The page is closed.
    Leaves,
}

impl Door {
    /// A door for one browser.
    pub fn open(listener: UnixListener, guest: Guest) -> Browser {
        Browser::by(Door {
            listener,
            guest,
            visits: Vec::new(),
            taker: None,
        })
    }
}

impl Entrance for Door {
    fn descriptors(&self, watcher: &mut Watcher) {
        watcher.push((self.listener.as_raw_fd(), Wait::Read));
        watcher.extend(self.visits.iter().map(|visit| (visit.stream.as_raw_fd(), Wait::Read)));
    }

    fn stuck(&self) -> Option<RawFd> {
        None
    }

    /// Lets in who has come, and reads what they bring.
    fn look(&mut self, now: UnixSeconds, may_take: bool) -> Brought {
        // whoever is one too many is answered too: he would be heard of again and again
        while let Ok((stream, _)) = self.listener.accept() {
            let visit = Visit {
                stream,
                came_at: now,
                got: Vec::new(),
                wanted: None,
            };
            if self.visits.len() >= limits::CONSOLE_VISITS {
                visit.answer("503", None);
            } else if visit.stream.set_nonblocking(true).is_ok() {
                self.visits.push(visit);
            }
        }
        let mut brought = Brought::default();
        for visit in std::mem::take(&mut self.visits) {
            match visit.look(&self.guest, now) {
                Standing::Waits(visit) => self.visits.push(visit),
                Standing::Over => {}
                Standing::Keys(keys) => {
                    brought.came = true;
                    brought.keys.extend(keys);
                }
                Standing::Leaves => brought.leaves = true,
                Standing::Takes(visit) if may_take => {
                    if let Some(older) = self.taker.replace(visit) {
                        older.answer("200", Some(&[]));
                    }
                }
                Standing::Takes(visit) => visit.answer("409", None),
            }
        }
        brought.taker = self.taker.is_some();
        brought.cost = brought.keys.len();
        brought
    }

    /// Gives what is to be seen to somebody who waits for it; what is left of it. Who has waited long enough is told that
    /// there is nothing.
    fn give(&mut self, mut bytes: Vec<u8>, now: UnixSeconds) -> Vec<u8> {
        let is_over = |visit: &mut Visit| now - visit.came_at >= limits::CONSOLE_TAKE_SECONDS || !bytes.is_empty();
        if let Some(visit) = self.taker.take_if(is_over) {
            visit.answer("200", Some(&std::mem::take(&mut bytes)));
        }
        bytes
    }

    /// It is over: whoever waits is told so.
    fn close(mut self: Box<Self>, why: End) {
        let over = format!("410 {}", why.as_str());
        let all = self.visits.drain(..).chain(self.taker.take());
        all.for_each(|visit| visit.answer(&over, None));
    }
}

impl Visit {
    fn look(mut self, guest: &Guest, now: UnixSeconds) -> Standing {
        let mut chunk = [0_u8; 16 << 10];
        let is_ended = loop {
            match self.stream.read(&mut chunk) {
                Ok(0) => break true,
                Ok(size) => self.got.extend_from_slice(&chunk[..size]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break false,
                Err(_) => break true,
            }
            if self.got.len() > LINE_BYTES + limits::CONSOLE_KEYS_BYTES {
                return self.over(413);
            }
        };
        if self.wanted.is_none() {
            let Some(end) = self.got.iter().position(|byte| *byte == b'\n') else {
                let is_long = self.got.len() > LINE_BYTES;
                return self.later(is_long || is_ended, now);
            };
            let line: Vec<u8> = self.got.drain(..=end).collect();
            match wanted(&line, guest) {
                Ok(wanted) => self.wanted = Some(wanted),
                Err(status) => return self.over(status),
            }
        }
        match self.wanted {
            Some((Wanted::Keys, size)) if self.got.len() >= size => {
                let keys = self.got.drain(..size).collect();
                self.answer("204", None);
                Standing::Keys(keys)
            }
            Some((Wanted::Take, _)) => Standing::Takes(self),
            Some((Wanted::Leave, _)) => {
                self.answer("204", None);
                Standing::Leaves
            }
            _ => self.later(is_ended, now),
        }
    }

    fn later(self, is_over: bool, now: UnixSeconds) -> Standing {
        if is_over || now - self.came_at > limits::CONSOLE_VISIT_SECONDS {
            return self.over(400);
        }
        Standing::Waits(self)
    }

    fn over(self, status: u16) -> Standing {
        self.answer(&status.to_string(), None);
        Standing::Over
    }

    /// As far as he listens: nobody waits for him.
    fn answer(mut self, status: &str, bytes: Option<&[u8]>) {
        let head = match bytes {
            Some(bytes) => format!("{status} {}\n", bytes.len()),
            None => format!("{status}\n"),
        };
        let _ = self.stream.set_nonblocking(false);
        let patience = std::time::Duration::from_secs_f64(limits::CONSOLE_VISIT_SECONDS);
        let _ = self.stream.set_write_timeout(Some(patience));
        let said = self.stream.write_all(head.as_bytes());
        let _ = said.and_then(|()| self.stream.write_all(bytes.unwrap_or_default()));
    }
}

/// What a visit is for, if it comes from the browser that the console is open in.
fn wanted(line: &[u8], guest: &Guest) -> Result<(Wanted, usize), u16> {
    let line = std::str::from_utf8(line).map_err(|_| 400_u16)?;
    let mut words = line.trim_end().split(' ');
    let (Some(word), Some(host), Some(sessions), Some(size), None) =
        (words.next(), words.next(), words.next(), words.next(), words.next())
    else {
        return Err(400);
    };
    let size: usize = size.parse().map_err(|_| 400_u16)?;
    let is_session = sessions.split(',').any(|session| is_same(session, &guest.session));
    if !host.eq_ignore_ascii_case(&guest.host) || !is_session {
        return Err(403);
    }
    match word {
        "keys" if size > limits::CONSOLE_KEYS_BYTES => Err(413),
        "keys" => Ok((Wanted::Keys, size)),
        "take" => Ok((Wanted::Take, 0)),
        "leave" => Ok((Wanted::Leave, 0)),
        _ => Err(400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest() -> Guest {
        Guest {
            host: "billing.example.com".to_owned(),
            session: "ab12".to_owned(),
        }
    }

    #[test]
    fn a_visit_is_read_only_where_it_comes_from_the_same_browser() {
        let keys = |size| Ok((Wanted::Keys, size));
        for (line, wanted_) in [
            ("keys billing.example.com ab12 7\n", keys(7)),
            ("keys Billing.Example.COM ff,ab12 0\n", keys(0)),
            ("take billing.example.com ab12 0\n", Ok((Wanted::Take, 0))),
            ("leave billing.example.com ab12 0\n", Ok((Wanted::Leave, 0))),
            ("keys billing.example.com ab13 7\n", Err(403)),
            ("keys billing.example.com  7\n", Err(403)),
            ("keys billing.example.com ab1 7\n", Err(403)),
            ("keys evil.example.com ab12 7\n", Err(403)),
            ("keys billing.example.com ab12 65537\n", Err(413)),
            ("keys billing.example.com ab12 -1\n", Err(400)),
            ("keys billing.example.com ab12\n", Err(400)),
            ("keys billing.example.com ab12 7 8\n", Err(400)),
            ("drop billing.example.com ab12 7\n", Err(400)),
            ("\n", Err(400)),
        ] {
            assert_eq!(wanted(line.as_bytes(), &guest()), wanted_, "{line}");
        }
        assert_eq!(wanted(b"keys \xff\xfe a 1\n", &guest()), Err(400));
        let nobody = Guest {
            session: String::new(),
            ..guest()
        };
        assert_eq!(
            wanted(b"keys billing.example.com  7\n", &nobody),
            Err(403),
            "no session is nobody's"
        );
    }
}
