//! A proxy that knows the packets of the MySQL protocol well enough to lose a connection at a commit.
//!
//! A packet is three bytes of length, a sequence number and the payload; a command is a packet with the sequence number
//! 0, its first byte the kind. What a command commits follows from its text: `COMMIT`, and everything that writes outside
//! of a transaction, for that the server commits by itself. Encrypted or compressed connections are not understood, nor
//! several statements in one text, nor `SET autocommit`.

use crate::guard;
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Something that a client asks, right before it reaches the server. Numbers begin with 1, and count all connections.
#[derive(Debug)]
pub struct Moment<'a> {
    /// Which question this is: of every command that has an answer.
    pub question: u64,
    /// Which commit this is, if it is one.
    pub commit: Option<u64>,
    /// The SQL, of a prepared statement too; empty for a command without any (ping, reset).
    pub sql: &'a str,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The server gets it, the client gets the answer.
    Pass,
    /// The connection is lost on the way there: the server has never heard of it.
    Before(Then),
    /// The connection is lost on the way back: the server has done it, the client cannot know.
    After(Then),
    /// Instead of doing it the server rolls back, and says error 1213: as to the loser of a deadlock, or of Galera's
    /// certification. The connection stays.
    Deadlock,
}

/// What comes after a connection was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// A blip: others stay, new ones are taken at once.
    Accept,
    /// The end of the database: all are lost, and none is taken until `Cutter::accept`.
    Refuse,
    /// The end of the client's process, whose threads do not know it: as `Refuse`, but whoever comes is told that access
    /// is denied, so that nobody tries again.
    Bury,
}

/// The proxy, on a loopback port of its own.
pub struct Cutter {
    address: SocketAddr,
    shared: Arc<Shared>,
}

type Judge = dyn Fn(&Moment<'_>) -> Fate + Send + Sync;

/// The packet of error 1045 in place of a server's greeting.
const DENIED: &[u8] = b"\x10\0\0\0\xff\x15\x04Access denied";

/// What the server gets in place of a command that loses a deadlock, and what the client gets in place of its answer.
const ROLLBACK: &[u8] = b"\x09\0\0\0\x03ROLLBACK";
const DEADLOCK: &[u8] = b"\x11\0\0\x01\xff\xbd\x04#40001Deadlock";

struct Shared {
    server: SocketAddr,
    judge: Box<Judge>,
    questions: AtomicU64,
    commits: AtomicU64,
    /// What new connections get.
    door: Mutex<Then>,
    ended: AtomicBool,
    /// Both ends of every connection, by number.
    open: Mutex<HashMap<u64, [TcpStream; 2]>>,
}

impl Cutter {
    /// A proxy in front of the server at an address; `judge` says what becomes of each question.
    ///
    /// # Panics
    /// when loopback has no port left.
    pub fn new(server: SocketAddr, judge: impl Fn(&Moment<'_>) -> Fate + Send + Sync + 'static) -> Cutter {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let shared = Arc::new(Shared {
            server,
            judge: Box::new(judge),
            questions: AtomicU64::new(0),
            commits: AtomicU64::new(0),
            door: Mutex::new(Then::Accept),
            ended: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let listens = shared.clone();
        std::thread::spawn(move || listens.listen(&listener));
        Cutter { address, shared }
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many commits were asked for so far, those that were cut included.
    pub fn commits(&self) -> u64 {
        self.shared.commits.load(Ordering::SeqCst)
    }

    /// How many questions were asked so far, those that were cut included.
    pub fn questions(&self) -> u64 {
        self.shared.questions.load(Ordering::SeqCst)
    }

    /// Loses all connections and takes no more, as after `Then::Refuse`.
    pub fn refuse(&self) {
        self.shared.close(Then::Refuse, None);
    }

    /// Takes connections again.
    pub fn accept(&self) {
        *guard(&self.shared.door) = Then::Accept;
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.shared.close(Then::Refuse, None);
        // so that it looks up from listening
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn listen(self: &Arc<Shared>, listener: &TcpListener) {
        for (number, client) in (0..).zip(listener.incoming()) {
            if self.ended.load(Ordering::SeqCst) {
                return;
            }
            let Ok(mut client) = client else { continue };
            let door = *guard(&self.door);
            // a client that cannot be connected sees the end of its connection
            let _ = match door {
                Then::Accept => self.connect(number, client),
                Then::Refuse => Ok(()),
                Then::Bury => client.write_all(DENIED),
            };
        }
    }

    fn connect(self: &Arc<Shared>, number: u64, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(self.server)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let ends = || io::Result::Ok([client.try_clone()?, server.try_clone()?]);
        guard(&self.open).insert(number, ends()?);
        if *guard(&self.door) != Then::Accept {
            // it was not there yet when the others were lost
            self.lose(number);
        }
        let talk = Arc::new(Mutex::new(Talk::default()));
        for (there, [client, server]) in [(true, ends()?), (false, ends()?)] {
            let (shared, talk) = (self.clone(), talk.clone());
            std::thread::spawn(move || {
                let _ = if there {
                    shared.questions(number, client, server, &talk)
                } else {
                    shared.answers(number, server, client, &talk)
                };
                shared.lose(number);
            });
        }
        Ok(())
    }

    fn lose(&self, number: u64) {
        for end in guard(&self.open).remove(&number).into_iter().flatten() {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// Loses all connections; `last` is the last one: who hears of its end may be sure that the others have ended.
    fn close(&self, door: Then, last: Option<u64>) {
        *guard(&self.door) = door;
        let numbers: Vec<u64> = guard(&self.open).keys().copied().collect();
        let others = numbers.into_iter().filter(|number| Some(*number) != last);
        others.chain(last).for_each(|number| self.lose(number));
    }

    fn cut(&self, number: u64, then: Then) {
        match then {
            Then::Accept => self.lose(number),
            Then::Refuse | Then::Bury => self.close(then, Some(number)),
        }
    }

    /// Everything from the client to the server, until one of them goes.
    fn questions(
        &self,
        number: u64,
        mut client: TcpStream,
        mut server: TcpStream,
        talk: &Mutex<Talk>,
    ) -> io::Result<()> {
        // the continuation of a packet that was too long for one is no command
        let mut continues = false;
        loop {
            let mut packet = read_packet(&mut client)?;
            let command = packet[3] == 0 && !continues;
            continues = packet.len() == 4 + 0xff_ff_ff;
            let asked = if command { guard(talk).ask(&packet[4..]) } else { None };
            if let Some(asked) = asked {
                let question = self.questions.fetch_add(1, Ordering::SeqCst) + 1;
                let commit = asked.commits.then(|| self.commits.fetch_add(1, Ordering::SeqCst) + 1);
                let fate = (self.judge)(&Moment {
                    question,
                    commit,
                    sql: &asked.sql,
                });
                match fate {
                    Fate::Pass => {}
                    Fate::Before(then) => {
                        self.cut(number, then);
                        return Ok(());
                    }
                    Fate::After(then) => guard(talk).cut_answer = Some(then),
                    Fate::Deadlock => {
                        guard(talk).roll_back();
                        packet = ROLLBACK.to_vec();
                    }
                }
            }
            server.write_all(&packet)?;
        }
    }

    /// Everything from the server to the client, until one of them goes.
    fn answers(&self, number: u64, mut server: TcpStream, mut client: TcpStream, talk: &Mutex<Talk>) -> io::Result<()> {
        loop {
            let packet = read_packet(&mut server)?;
            let (cut, packet) = {
                let mut talk = guard(talk);
                talk.answer(&packet[4..]);
                let lost = std::mem::take(&mut talk.lost_a_deadlock);
                (talk.cut_answer.take(), if lost { DEADLOCK.to_vec() } else { packet })
            };
            if let Some(then) = cut {
                self.cut(number, then);
                return Ok(());
            }
            client.write_all(&packet)?;
        }
    }
}

/// One packet with its header.
fn read_packet(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    stream.read_exact(&mut packet)?;
    let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]) as usize;
    packet.resize(4 + length, 0);
    stream.read_exact(&mut packet[4..])?;
    Ok(packet)
}

/// What is known of one connection.
#[derive(Default)]
struct Talk {
    in_transaction: bool,
    /// The SQL of every statement that was prepared, by the server's number for it.
    prepared: HashMap<u32, String>,
    /// The SQL of the statement whose number is in the next answer.
    prepares: Option<String>,
    /// The next answer is lost with its connection.
    cut_answer: Option<Then>,
    /// The next answer is that to a rollback that the client does not know of.
    lost_a_deadlock: bool,
}

struct Asked {
    sql: String,
    commits: bool,
}

impl Talk {
    /// A command of the client; `None` when the server does not answer it.
    fn ask(&mut self, command: &[u8]) -> Option<Asked> {
        let (kind, rest) = command.split_first()?;
        let text = || String::from_utf8_lossy(rest).into_owned();
        let (sql, runs) = match kind {
            // quit, long data, close of a statement
            0x01 | 0x18 | 0x19 => return None,
            // a text
            0x03 => (text(), true),
            // the preparation of a statement, and a statement that was prepared
            0x16 => {
                self.prepares = Some(text());
                (text(), false)
            }
            0x17 => {
                let number = rest.first_chunk().map(|number| u32::from_le_bytes(*number));
                (
                    number
                        .and_then(|number| self.prepared.get(&number))
                        .cloned()
                        .unwrap_or_default(),
                    true,
                )
            }
            // change of the user, reset of the connection: what was prepared and begun is forgotten
            0x11 | 0x1f => {
                self.prepared.clear();
                self.in_transaction = false;
                (String::new(), false)
            }
            _ => (String::new(), false),
        };
        let commits = runs && self.runs(&sql);
        Some(Asked { sql, commits })
    }

    fn roll_back(&mut self) {
        self.in_transaction = false;
        self.prepares = None;
        self.lost_a_deadlock = true;
    }

    /// A statement is run; answers whether it commits.
    fn runs(&mut self, sql: &str) -> bool {
        let words = sql.trim_start().to_ascii_lowercase();
        let first = words.split(|sign: char| !sign.is_ascii_alphabetic()).next();
        match first.unwrap_or_default() {
            "begin" | "start" => {
                self.in_transaction = true;
                false
            }
            // back to a savepoint is not the end
            "rollback" if !words.contains(" to ") => {
                self.in_transaction = false;
                false
            }
            "commit" => {
                self.in_transaction = false;
                true
            }
            // a change of the schema ends every transaction
            "create" | "alter" | "drop" | "rename" | "truncate" => {
                self.in_transaction = false;
                true
            }
            "insert" | "update" | "delete" | "replace" => !self.in_transaction,
            _ => false,
        }
    }

    /// The first bytes of an answer: the number of a statement that was prepared is in it.
    fn answer(&mut self, answer: &[u8]) {
        let Some(sql) = self.prepares.take() else { return };
        if let Some([0, number @ ..]) = answer.first_chunk::<5>() {
            self.prepared.insert(u32::from_le_bytes(*number), sql);
        }
    }
}
