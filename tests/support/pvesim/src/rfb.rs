//! What is behind a console's port: QEMU's VNC server as far as a viewer needs it (RFC 6143), and `termproxy`.
//!
//! The screen has one colour, which the VMID says; each letter that the guest reads paints the next block of eight by eight
//! pixels in its own. So a test sees on whose screen it is, and that what it typed has arrived. As strict as QEMU's
//! `ui/vnc.c`: it says nothing that a viewer has not said it knows, and leaves whoever sends what is no message.

use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};

use crate::console::{Kind, Screen};
use crate::keyboard::Key;

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

/// The most that may be pasted.
const CUT_BYTES: usize = 1 << 20;
/// What a viewer lists who sends the places of keys, and who is told of Caps Lock.
const EXT_KEYS: i32 = -258;
const LEDS: i32 = -261;
const CAPS_LED: u8 = 4;

/// The bits of a pixel, as the viewer wants them.
#[derive(Debug, Clone, Copy)]
struct Format {
    bytes: usize,
    is_big_endian: bool,
    most: [u16; 3],
    shifts: [u8; 3],
}

impl Format {
    /// Of a SetPixelFormat; `None`: none that QEMU has.
    fn of(message: &[u8]) -> Option<Format> {
        let bits = message[4];
        let is_known = [8, 16, 32].contains(&bits) && message[7] != 0;
        is_known.then(|| Format {
            bytes: usize::from(bits / 8),
            is_big_endian: message[6] != 0,
            most: [
                number(&message[8..10]),
                number(&message[10..12]),
                number(&message[12..14]),
            ],
            shifts: [message[14], message[15], message[16]],
        })
    }

    fn pixel(&self, colour: [u8; 3]) -> Vec<u8> {
        let parts = colour.iter().zip(self.most).zip(self.shifts);
        let pixel = parts.fold(0_u32, |sum, ((part, most), shift)| {
            sum | (u32::from(*part) * u32::from(most) / 255) << (shift & 31)
        });
        match self.is_big_endian {
            true => pixel.to_be_bytes()[4 - self.bytes..].to_vec(),
            false => pixel.to_le_bytes()[..self.bytes].to_vec(),
        }
    }
}

/// The server's side of one connection.
pub struct Server {
    at: At,
    vmid: u32,
    password: String,
    /// What a terminal is connected to.
    serial: Option<u8>,
    got: Vec<u8>,
    format: Format,
    /// A part of the screen was asked for and is not sent yet: whole, or only what has changed.
    wanted: Option<bool>,
    /// The viewer sends places of keys where it knows them, and is told of Caps Lock.
    has_places: bool,
    has_leds: bool,
    /// So many letters are painted on the viewer's screen.
    painted: usize,
}

/// Colour of a guest's screen.
pub fn background(vmid: u32) -> [u8; 3] {
    [32, (vmid % 200) as u8, 96]
}

/// Colour of a letter.
pub fn ink(key: u32) -> [u8; 3] {
    [255, (key & 0xff) as u8, (key >> 8 & 0xff) as u8]
}

impl Server {
    /// For one connection, and what the server says first.
    pub fn new(kind: Kind, vmid: u32, password: &str) -> (Self, Vec<u8>) {
        let (at, first) = match kind {
            Kind::Screen => (At::Version, VERSION.to_vec()),
            Kind::Terminal { .. } => (At::Line, vec![]),
        };
        let server = Self {
            at,
            vmid,
            password: password.to_owned(),
            serial: match kind {
                Kind::Terminal { serial } => serial,
                Kind::Screen => None,
            },
            got: vec![],
            format: Format {
                bytes: 4,
                is_big_endian: false,
                most: [255; 3],
                shifts: [16, 8, 0],
            },
            wanted: None,
            has_places: false,
            has_leds: false,
            painted: 0,
        };
        (server, first)
    }

    /// What a viewer has sent; the answer. `Err`: the server closes, after these last bytes. `now`: seconds, not scaled.
    pub fn hear(&mut self, bytes: &[u8], screen: &mut Screen, now: f64) -> Result<Vec<u8>, Vec<u8>> {
        self.got.extend_from_slice(bytes);
        let mut out = vec![];
        while let Some(size) = self.message_size() {
            let message: Vec<u8> = self.got.drain(..size).collect();
            match self.act(&message, screen, now) {
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
            At::Terminal => crate::terminal::message_size(got)?,
            At::Talk => match got.first()? {
                0 => 20,
                2 => 4 + 4 * usize::from(number(got.get(2..4)?)),
                3 => 10,
                4 => 8,
                5 => 6,
                6 => match cut_size(got.get(4..8)?) {
                    size if size > CUT_BYTES => 8,
                    size => 8 + size,
                },
                // of QEMU: a key with its scan code; it has no sound
                255 if *got.get(1)? == 0 => 12,
                255 => 2,
                _ => 1,
            },
        };
        (got.len() >= size).then_some(size)
    }

    fn act(&mut self, message: &[u8], screen: &mut Screen, now: f64) -> Result<Vec<u8>, Vec<u8>> {
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
                self.serial
                    .map(crate::terminal::greeting)
                    .ok_or_else(crate::terminal::without)
            }
            At::Terminal => Ok(crate::terminal::echo(message)),
            At::Talk => self.talk(message, screen, now),
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

    fn talk(&mut self, message: &[u8], screen: &mut Screen, now: f64) -> Result<Vec<u8>, Vec<u8>> {
        match message[0] {
            0 => self.format = Format::of(message).ok_or_else(Vec::new)?,
            2 => return Ok(self.encodings(&message[4..], screen)),
            // a part may be asked for before the whole is sent
            3 => self.wanted = Some(message[1] != 0 && self.wanted != Some(false)),
            4 => return Ok(self.key(screen, long(&message[4..8]), None, message[1] != 0, now)),
            255 if message[1] == 0 && self.has_places => {
                let place = u8::try_from(long(&message[8..12])).map_err(|_| vec![])?;
                let is_down = number(&message[2..4]) != 0;
                return Ok(self.key(screen, long(&message[4..8]), Some(place), is_down, now));
            }
            5 => screen.pointer = (number(&message[2..4]), number(&message[4..6]), message[1]),
            6 if message.len() == 8 + cut_size(&message[4..8]) => screen.cut = message[8..].to_vec(),
            _ => return Err(vec![]),
        }
        Ok(vec![])
    }

    fn key(&self, screen: &mut Screen, sym: u32, place: Option<u8>, is_down: bool, now: f64) -> Vec<u8> {
        if is_down {
            screen.keys.push(sym);
        }
        let knows_leds = self.has_leds;
        let was_caps = screen.keyboard.is_caps();
        let key = Key {
            sym,
            place,
            is_down,
            knows_leds,
        };
        let read = screen.keyboard.hear(key, now);
        screen.typed.extend(read);
        match knows_leds && was_caps != screen.keyboard.is_caps() {
            true => leds(screen),
            false => vec![],
        }
    }

    /// What of it QEMU answers at once: that it takes places of keys, and its lights.
    fn encodings(&mut self, list: &[u8], screen: &Screen) -> Vec<u8> {
        let has = |wanted: i32| list.chunks_exact(4).any(|one| long(one) as i32 == wanted);
        (self.has_places, self.has_leds) = (has(EXT_KEYS), has(LEDS));
        let mut out = vec![];
        if self.has_places {
            out.extend(told((WIDTH, HEIGHT), EXT_KEYS));
        }
        if self.has_leds {
            out.extend(leds(screen));
        }
        out
    }

    /// What was asked for, as soon as there is something of it.
    pub fn paint(&mut self, screen: &Screen) -> Vec<u8> {
        let Some(only_changes) = self.wanted else { return vec![] };
        let from = if only_changes { self.painted } else { 0 };
        let blocks = &screen.typed[from.min(screen.typed.len())..];
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
        (self.wanted, self.painted) = (None, screen.typed.len());
        out
    }

    /// In the encoding that every viewer knows.
    fn rectangle(&self, (x, y): (u16, u16), (width, height): (u16, u16), colour: [u8; 3]) -> Vec<u8> {
        let mut out = [x, y, width, height].map(u16::to_be_bytes).concat();
        out.extend(0_i32.to_be_bytes());
        let pixel = self.format.pixel(colour);
        out.extend(pixel.repeat(usize::from(width) * usize::from(height)));
        out
    }
}

/// An update of one rectangle that is no picture.
fn told((width, height): (u16, u16), encoding: i32) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 1];
    out.extend([0, 0, width, height].map(u16::to_be_bytes).concat());
    out.extend(encoding.to_be_bytes());
    out
}

fn leds(screen: &Screen) -> Vec<u8> {
    let mut out = told((WIDTH, HEIGHT), LEDS);
    out.push(if screen.keyboard.is_caps() { CAPS_LED } else { 0 });
    out
}

/// Where the n-th letter is painted.
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
