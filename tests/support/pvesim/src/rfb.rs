//! What is behind a console's port: QEMU's VNC server as far as a viewer needs it (RFC 6143), and `termproxy`.
//!
//! The screen has one colour, which the VMID says; each key that is pressed paints the next block of eight by eight pixels
//! in the colour that its keysym says. So a test sees on whose screen it is, and that what it typed has arrived.

use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};

use crate::console::{Kind, Screen};

/// Pixels of the screen.
pub const WIDTH: u16 = 320;
/// Pixels of the screen.
pub const HEIGHT: u16 = 200;
const BLOCK: u16 = 8;
/// What QEMU begins with.
const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// Asked for in a test, it is always the same.
const CHALLENGE: [u8; 16] = *b"pvesim-challenge";

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Version,
    Security,
    Answer,
    Init,
    Talk,
    Line,
    Terminal,
}

/// The 32 bits of a pixel, as the viewer wants them.
#[derive(Debug, Clone, Copy)]
struct Format {
    is_big_endian: bool,
    shifts: [u8; 3],
}

/// The server's side of one connection.
pub struct Server {
    at: At,
    vmid: u32,
    password: String,
    got: Vec<u8>,
    format: Format,
    /// A part of the screen was asked for and is not sent yet: whole, or only what has changed.
    wanted: Option<bool>,
    /// So many keys are painted on the viewer's screen.
    painted: usize,
}

/// Colour of a guest's screen.
pub fn background(vmid: u32) -> [u8; 3] {
    [32, (vmid % 200) as u8, 96]
}

/// Colour of a key.
pub fn ink(key: u32) -> [u8; 3] {
    [255, (key & 0xff) as u8, (key >> 8 & 0xff) as u8]
}

impl Server {
    /// For one connection, and what the server says first.
    pub fn new(kind: Kind, vmid: u32, password: &str) -> (Self, Vec<u8>) {
        let (at, first) = match kind {
            Kind::Screen => (At::Version, VERSION.to_vec()),
            Kind::Terminal => (At::Line, vec![]),
        };
        let server = Self {
            at,
            vmid,
            password: password.to_owned(),
            got: vec![],
            format: Format {
                is_big_endian: false,
                shifts: [16, 8, 0],
            },
            wanted: None,
            painted: 0,
        };
        (server, first)
    }

    /// What a viewer has sent; the answer. `Err`: the server closes, after these last bytes.
    pub fn hear(&mut self, bytes: &[u8], screen: &mut Screen) -> Result<Vec<u8>, Vec<u8>> {
        self.got.extend_from_slice(bytes);
        let mut out = vec![];
        while let Some(size) = self.message_size() {
            let message: Vec<u8> = self.got.drain(..size).collect();
            match self.act(&message, screen) {
                Ok(said) => out.extend(said),
                Err(last) => {
                    out.extend(last);
                    return Err(out);
                }
            }
        }
        out.extend(self.paint(screen));
        Ok(out)
    }

    /// The length of the next message, once it is there.
    fn message_size(&self) -> Option<usize> {
        let got = &self.got;
        let size = match self.at {
            At::Version => 12,
            At::Security | At::Init => 1,
            At::Answer => 16,
            At::Line => got.iter().position(|byte| *byte == b'\n')? + 1,
            At::Terminal => got.len().max(1),
            At::Talk => match got.first()? {
                0 => 20,
                2 => 4 + 4 * usize::from(number(got.get(2..4)?)),
                3 => 10,
                4 => 8,
                5 => 6,
                6 => 8 + cut_size(got.get(4..8)?),
                // of QEMU: a key with its scan code
                255 => 12,
                _ => 1,
            },
        };
        (got.len() >= size).then_some(size)
    }

    fn act(&mut self, message: &[u8], screen: &mut Screen) -> Result<Vec<u8>, Vec<u8>> {
        match self.at {
            At::Version if message == VERSION => {
                self.at = At::Security;
                Ok(vec![1, 2])
            }
            At::Security if message == [2] => {
                self.at = At::Answer;
                Ok(CHALLENGE.to_vec())
            }
            At::Answer if message == answer(&self.password) => {
                self.at = At::Init;
                Ok(vec![0, 0, 0, 0])
            }
            At::Answer => {
                let why = b"Authentication failed";
                let mut last = vec![0, 0, 0, 1, 0, 0, 0, why.len() as u8];
                last.extend_from_slice(why);
                Err(last)
            }
            At::Init => {
                self.at = At::Talk;
                Ok(self.init())
            }
            At::Line if message.strip_suffix(b"\n") == Some(self.password.as_bytes()) => {
                self.at = At::Terminal;
                Ok(b"OK".to_vec())
            }
            At::Terminal => Ok(message.to_vec()),
            At::Talk => self.talk(message, screen),
            _ => Err(vec![]),
        }
    }

    fn init(&self) -> Vec<u8> {
        let name = format!("QEMU (vm{})", self.vmid);
        let mut init = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
        init.extend([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);
        init.extend((name.len() as u32).to_be_bytes());
        init.extend(name.bytes());
        init
    }

    fn talk(&mut self, message: &[u8], screen: &mut Screen) -> Result<Vec<u8>, Vec<u8>> {
        match message[0] {
            0 if message[4] == 32 && message[7] != 0 => {
                self.format = Format {
                    is_big_endian: message[6] != 0,
                    shifts: [message[14], message[15], message[16]],
                };
            }
            // a part may be asked for before the whole is sent
            3 => self.wanted = Some(message[1] != 0 && self.wanted != Some(false)),
            4 if message[1] != 0 => screen.keys.push(long(&message[4..8])),
            // the keysym of a key with its scan code
            255 if message[1] == 0 && message[3] != 0 => screen.keys.push(long(&message[4..8])),
            5 => screen.pointer = (number(&message[2..4]), number(&message[4..6]), message[1]),
            6 => screen.cut = message[8..].to_vec(),
            2 | 4 | 255 => {}
            _ => return Err(vec![]),
        }
        Ok(vec![])
    }

    /// What was asked for, as soon as there is something of it.
    pub fn paint(&mut self, screen: &Screen) -> Vec<u8> {
        let Some(only_changes) = self.wanted else { return vec![] };
        let from = if only_changes { self.painted } else { 0 };
        let blocks = &screen.keys[from.min(screen.keys.len())..];
        if only_changes && blocks.is_empty() {
            return vec![];
        }
        let count = blocks.len() + usize::from(!only_changes);
        let mut out = vec![0, 0];
        out.extend((count as u16).to_be_bytes());
        if !only_changes {
            out.extend(self.rectangle((0, 0), (WIDTH, HEIGHT), background(self.vmid)));
        }
        for (n, key) in blocks.iter().enumerate() {
            out.extend(self.rectangle(place(from + n), (BLOCK, BLOCK), ink(*key)));
        }
        (self.wanted, self.painted) = (None, screen.keys.len());
        out
    }

    /// In the encoding that every viewer knows.
    fn rectangle(&self, (x, y): (u16, u16), (width, height): (u16, u16), colour: [u8; 3]) -> Vec<u8> {
        let mut out = [x, y, width, height].map(u16::to_be_bytes).concat();
        out.extend(0_i32.to_be_bytes());
        let shifted = colour.iter().zip(self.format.shifts);
        let pixel = shifted.fold(0_u32, |sum, (part, shift)| sum | u32::from(*part) << (shift & 31));
        let pixel = if self.format.is_big_endian {
            pixel.to_be_bytes()
        } else {
            pixel.to_le_bytes()
        };
        out.extend(pixel.repeat(usize::from(width) * usize::from(height)));
        out
    }
}

/// Where the n-th key is painted.
pub fn place(n: usize) -> (u16, u16) {
    let columns = usize::from(WIDTH / BLOCK);
    let rows = usize::from(HEIGHT / BLOCK);
    let n = n % (columns * rows);
    ((n % columns) as u16 * BLOCK, (n / columns) as u16 * BLOCK)
}

/// The challenge, enciphered with the password: each of its bytes with the bits the other way round (RFC 6143, 7.2.2).
fn answer(password: &str) -> Vec<u8> {
    let mut key = [0_u8; 8];
    for (place, byte) in key.iter_mut().zip(password.bytes()) {
        *place = byte.reverse_bits();
    }
    let cipher = Des::new(&key.into());
    let mut out = CHALLENGE;
    for half in out.chunks_exact_mut(8) {
        let mut block = [0_u8; 8];
        block.copy_from_slice(half);
        let mut block = block.into();
        cipher.encrypt_block(&mut block);
        half.copy_from_slice(&block);
    }
    out.to_vec()
}

fn number(bytes: &[u8]) -> u16 {
    u16::from(bytes[0]) << 8 | u16::from(bytes[1])
}

fn long(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

/// A negative length is that of the extended clipboard.
fn cut_size(bytes: &[u8]) -> usize {
    (long(bytes) as i32).unsigned_abs() as usize
}
