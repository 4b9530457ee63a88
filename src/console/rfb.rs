//! The beginning of RFB (RFC 6143, 7.1 and 7.2), on both sides: towards the VNC server the relay is a viewer with a
//! password, towards the browser a server without one. Both are states that bytes go into and come out of.

use super::end::Unfit;
use super::enter::Enters;
use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};

const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// Security types: nothing is asked, and VNC's own password.
const NONE: u8 = 1;
const VNC: u8 = 2;

/// Where the conversation with the VNC server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Version,
    Types,
    Challenge,
    Result,
    In,
}

/// The relay as a viewer.
#[derive(Debug)]
pub struct Viewer {
    at: At,
    got: Vec<u8>,
    password: Vec<u8>,
}

impl Viewer {
    /// One that has this password.
    pub fn new(password: &str) -> Viewer {
        Viewer {
            at: At::Version,
            got: Vec::new(),
            password: password.as_bytes().to_vec(),
        }
    }

    fn step(&self) -> Result<Option<(usize, Vec<u8>, At)>, Unfit> {
        let got = self.got.as_slice();
        match self.at {
            At::Version => match got.first_chunk::<12>() {
                Some(VERSION) => Ok(Some((12, VERSION.to_vec(), At::Types))),
                Some(_) => Err(Unfit::Protocol),
                // endless text of another protocol is not waited for
                None if !VERSION.starts_with(got) => Err(Unfit::Protocol),
                None => Ok(None),
            },
            At::Types => match got.split_first() {
                Some((0, _)) => Err(Unfit::Security),
                Some((count, rest)) => Ok(rest.get(..usize::from(*count)).map(choose).transpose()?),
                None => Ok(None),
            },
            At::Challenge => {
                let answered = |challenge: &[u8; 16]| (16, answer(&self.password, challenge).to_vec(), At::Result);
                Ok(got.first_chunk::<16>().map(answered))
            }
            At::Result => match got.first_chunk::<4>() {
                Some([0, 0, 0, 0]) => Ok(Some((4, Vec::new(), At::In))),
                Some(_) => Err(Unfit::Password),
                None => Ok(None),
            },
            At::In => Ok(None),
        }
    }
}

impl Enters for Viewer {
    fn hear(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Unfit> {
        self.got.extend_from_slice(bytes);
        let mut say = Vec::new();
        while !self.is_in() {
            let Some((taken, said, next)) = self.step()? else { break };
            self.got.drain(..taken);
            say.extend(said);
            self.at = next;
        }
        Ok(say)
    }

    fn is_in(&self) -> bool {
        self.at == At::In
    }

    fn into_rest(self) -> Vec<u8> {
        self.got
    }
}

/// The password where it is wanted; a server that wants nothing gets nothing.
fn choose(types: &[u8]) -> Result<(usize, Vec<u8>, At), Unfit> {
    let taken = types.len() + 1;
    if types.contains(&VNC) {
        return Ok((taken, vec![VNC], At::Challenge));
    }
    if types.contains(&NONE) {
        return Ok((taken, vec![NONE], At::Result));
    }
    Err(Unfit::Security)
}

/// A challenge enciphered with the password, eight bytes of it, each with its bits the other way round.
pub fn answer(password: &[u8], challenge: &[u8; 16]) -> [u8; 16] {
    let mut key = [0_u8; 8];
    for (place, byte) in key.iter_mut().zip(password) {
        *place = byte.reverse_bits();
    }
    let cipher = Des::new(&key.into());
    let (mut first, mut second) = ([0_u8; 8], [0_u8; 8]);
    first.copy_from_slice(&challenge[..8]);
    second.copy_from_slice(&challenge[8..]);
    let mut answer = [0_u8; 16];
    for (half, into) in [first, second].into_iter().zip(answer.chunks_exact_mut(8)) {
        let mut block = half.into();
        cipher.encrypt_block(&mut block);
        into.copy_from_slice(&block);
    }
    answer
}

/// Where the conversation with the browser is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    Version,
    Choice,
    Shared,
    In,
}

/// The relay as a server that asks for nothing.
#[derive(Debug)]
pub struct Greeter {
    at: Host,
    got: Vec<u8>,
}

impl Default for Greeter {
    fn default() -> Self {
        Greeter {
            at: Host::Version,
            got: Vec::new(),
        }
    }
}

/// What comes of what a browser has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Greeted {
    /// For the browser.
    pub back: Vec<u8>,
    /// For the VNC server.
    pub on: Vec<u8>,
}

impl Greeter {
    /// What a server says first.
    pub fn first() -> &'static [u8] {
        VERSION
    }

    /// Whether the browser has said anything yet.
    pub fn has_heard(&self) -> bool {
        self.at != Host::Version || !self.got.is_empty()
    }

    /// Whether the browser is in: what it says from here on is for the VNC server.
    pub fn is_in(&self) -> bool {
        self.at == Host::In
    }

    /// Hears what the browser says; what it says beyond its greeting comes back as `on`.
    ///
    /// # Errors
    /// What the relay cannot go on with.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Greeted, Unfit> {
        self.got.extend_from_slice(bytes);
        let mut greeted = Greeted::default();
        loop {
            let got = self.got.as_slice();
            let (taken, next) = match (self.at, got.first_chunk::<12>(), got.first()) {
                (Host::Version, Some(VERSION), _) => {
                    greeted.back.extend([1, NONE]);
                    (12, Host::Choice)
                }
                (Host::Version, Some(_), _) => return Err(Unfit::Protocol),
                (Host::Choice, _, Some(&NONE)) => {
                    greeted.back.extend([0; 4]);
                    (1, Host::Shared)
                }
                (Host::Choice, _, Some(_)) => return Err(Unfit::Security),
                (Host::Shared, _, Some(_)) => {
                    // whoever else looks at the same screen is not thrown out
                    greeted.on.push(1);
                    (1, Host::In)
                }
                (Host::In, ..) => {
                    greeted.on.append(&mut self.got);
                    return Ok(greeted);
                }
                _ => return Ok(greeted),
            };
            self.got.drain(..taken);
            self.at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of RFC 6143 there is none: this one is QEMU's, with the password `secret`, by TigerVNC's `vncauth`.
    #[test]
    fn des_has_its_bits_the_other_way_round() {
        // DES with the key of ones and zeros reversed is DES of the plain test vector 0123456789ABCDEF / 'Now is t'
        let key: Vec<u8> = [0x01_u8, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]
            .map(u8::reverse_bits)
            .to_vec();
        let answered = answer(&key, b"Now is the time ");
        assert_eq!(answered[..8], [0x3f, 0xa4, 0x0e, 0x8a, 0x98, 0x4d, 0x48, 0x15]);
        assert_eq!(answered[8..], [0x6a, 0x27, 0x17, 0x87, 0xab, 0x88, 0x83, 0xf9]);
        // longer than eight bytes, and shorter
        assert_eq!(answer(b"12345678", &[7; 16]), answer(b"123456789", &[7; 16]));
        assert_ne!(answer(b"1234567", &[7; 16]), answer(b"12345678", &[7; 16]));
    }

    #[test]
    fn a_server_is_answered_whatever_pieces_it_speaks_in() {
        let said = [VERSION.as_slice(), &[2, 16, VNC], &[9; 16], &[0; 4], b"beyond"].concat();
        let wanted = [VERSION.as_slice(), &[VNC], &answer(b"password", &[9; 16])].concat();
        for size in 1..said.len() {
            let mut viewer = Viewer::new("password");
            let mut answers = Vec::new();
            for part in said.chunks(size) {
                answers.extend(viewer.hear(part).unwrap());
            }
            assert!(viewer.is_in());
            assert_eq!(
                (answers, viewer.into_rest()),
                (wanted.clone(), b"beyond".to_vec()),
                "{size}"
            );
        }
    }

    #[test]
    fn a_server_that_lies_is_left() {
        let versions: [(&[u8], Unfit); 3] = [
            (b"HTTP/1.1 400 Bad Request", Unfit::Protocol),
            (b"RFB 003.003\n", Unfit::Protocol),
            (b"x", Unfit::Protocol),
        ];
        for (said, unfit) in versions {
            assert_eq!(Viewer::new("").hear(said), Err(unfit));
        }
        let after_version: [(&[u8], Unfit); 4] = [
            (&[0, 0, 0, 1, 0], Unfit::Security),
            (&[1, 19], Unfit::Security),
            (&[1, NONE, 0, 0, 0, 1], Unfit::Password),
            (&[1, NONE, 255, 255, 255, 255], Unfit::Password),
        ];
        for (said, unfit) in after_version {
            let said = [VERSION, said].concat();
            assert_eq!(Viewer::new("").hear(&said), Err(unfit), "{said:?}");
        }
    }

    #[test]
    fn a_browser_is_asked_for_nothing_and_shares_the_screen() {
        let said = [VERSION.as_slice(), &[NONE, 0], b"beyond"].concat();
        for size in 1..said.len() {
            let mut greeter = Greeter::default();
            let mut greeted = Greeted::default();
            for part in said.chunks(size) {
                let more = greeter.hear(part).unwrap();
                greeted.back.extend(more.back);
                greeted.on.extend(more.on);
            }
            assert_eq!(greeted.back, [1, NONE, 0, 0, 0, 0], "{size}");
            assert_eq!(greeted.on, b"\x01beyond", "{size}");
        }
        assert_eq!(Greeter::default().hear(b"RFB 003.003\n"), Err(Unfit::Protocol));
        let choice = [VERSION.as_slice(), &[VNC]].concat();
        assert_eq!(Greeter::default().hear(&choice), Err(Unfit::Security));
    }
}
