//! Public SSH keys: what a customer may give a guest, and nothing else that looks like one.

use crate::words::limits;
use crate::words::problems::{self, Problem};
use data_encoding::{BASE64, BASE64_NOPAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a text is no key that a guest is given. No sentence has a part of the text: it may be a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The other half of the pair.
    #[error(
        "that is a private key, which must never leave its owner's machine: it was not stored; make a new pair, and paste the line of the file that ends with .pub"
    )]
    Private,
    /// Several keys, or a key that was broken into lines.
    #[error("a public SSH key is one line: paste one key, without line breaks")]
    Lines,
    /// `command="…" ssh-ed25519 …`
    #[error("options before the key are not taken: paste the line from the type of the key on, such as ssh-ed25519")]
    Options,
    /// A kind that is not safe any more, or too short a one.
    #[error(
        "DSA keys, and RSA keys of less than {} bits, are not safe any more: make an Ed25519 key (ssh-keygen -t ed25519)",
        limits::SSH_RSA_BITS
    )]
    Weak,
    /// Something else.
    #[error(
        "that is no public SSH key: paste the line of the file that ends with .pub, which begins with its type, such as ssh-ed25519, and is not cut off"
    )]
    Wrong,
    /// What it should be called.
    #[error("the name of a key has at most {} characters on one line", limits::SSH_KEY_NAME)]
    Name,
    /// There is no place for one more.
    #[error("a client has at most {} SSH keys: remove one first", limits::SSH_KEYS)]
    Full,
    /// A guest without a password and without a key lets nobody in.
    #[error(
        "the product gives its VMs no password (ssh_key_required), and no SSH key is chosen: add a key on the addon's page of the service, choose it there, and ask again"
    )]
    Missing,
    /// There is no password to change.
    #[error("the product gives its VMs no password (ssh_key_required): nothing was changed")]
    NoPassword,
    /// None of the client's keys has this fingerprint.
    #[error("the client has no such SSH key any more: load the page again")]
    Unknown,
}

impl KeyError {
    /// Its row.
    pub fn problem(self) -> &'static Problem {
        match self {
            KeyError::Private => &problems::SSH_KEY_PRIVATE,
            KeyError::Lines => &problems::SSH_KEY_LINES,
            KeyError::Options => &problems::SSH_KEY_OPTIONS,
            KeyError::Weak => &problems::SSH_KEY_WEAK,
            KeyError::Wrong => &problems::SSH_KEY_WRONG,
            KeyError::Name => &problems::SSH_KEY_NAME,
            KeyError::Full => &problems::SSH_KEYS_FULL,
            KeyError::Missing => &problems::SSH_KEY_MISSING,
            KeyError::NoPassword => &problems::NO_PASSWORD,
            KeyError::Unknown => &problems::NO_SSH_KEY,
        }
    }

    /// The number in its text for a client.
    pub fn number(self) -> Option<u64> {
        match self {
            KeyError::Weak => Some(limits::SSH_RSA_BITS as u64),
            KeyError::Name => Some(limits::SSH_KEY_NAME as u64),
            KeyError::Full => Some(limits::SSH_KEYS as u64),
            _ => None,
        }
    }
}

/// A public key that may be given to a guest: its line as a guest reads it, and its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SshKey {
    /// `SHA256:…`, as `ssh-keygen -l` shows it: what the history and the logs name.
    pub fingerprint: String,
    /// Type, key and comment. A comment is often a mail address: it is in no log.
    pub line: String,
}

impl SshKey {
    /// Reads what was pasted. What stands around the line is no part of it.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(pasted: &str) -> Result<SshKey, KeyError> {
        if is_private(pasted) {
            return Err(KeyError::Private);
        }
        let line = pasted.trim();
        if line.len() > limits::SSH_KEY_BYTES {
            return Err(KeyError::Wrong);
        }
        if line.chars().any(|c| c == '\n' || c == '\r') {
            return Err(KeyError::Lines);
        }
        if line.chars().any(|c| c.is_control() && c != '\t') {
            return Err(KeyError::Wrong);
        }
        let (kind, rest) = word(line);
        if !KINDS.contains(&kind) {
            return Err(of_other_kind(kind, rest));
        }
        let (key, comment) = word(rest);
        // some programs leave out what fills it up to a multiple of four
        let blob = BASE64_NOPAD.decode(key.trim_end_matches('=').as_bytes());
        let blob = blob.map_err(|_| KeyError::Wrong)?;
        check(kind, &blob)?;
        let comment: String = comment.chars().take(limits::SSH_KEY_COMMENT).collect();
        Ok(SshKey {
            fingerprint: format!("SHA256:{}", BASE64_NOPAD.encode(&Sha256::digest(&blob))),
            line: format!("{kind} {} {}", BASE64.encode(&blob), comment.trim())
                .trim_end()
                .to_owned(),
        })
    }

    /// Its type, such as `ssh-ed25519`.
    pub fn kind(&self) -> &str {
        word(&self.line).0
    }

    /// What stands behind it, or nothing.
    pub fn comment(&self) -> &str {
        word(word(&self.line).1).1
    }
}

/// A key with what its client calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedKey {
    /// What the client calls it.
    pub name: String,
    /// It.
    #[serde(flatten)]
    pub key: SshKey,
}

impl NamedKey {
    /// A key under the name that was typed; without one it has that of its comment, or of its type.
    ///
    /// # Errors
    /// A name that is too long, or none.
    pub fn new(typed: &str, key: SshKey) -> Result<NamedKey, KeyError> {
        let typed = typed.trim();
        if typed.chars().count() > limits::SSH_KEY_NAME || typed.chars().any(char::is_control) {
            return Err(KeyError::Name);
        }
        let known = [typed, key.comment(), key.kind()];
        let name = known.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        let name = name.chars().take(limits::SSH_KEY_NAME).collect();
        Ok(NamedKey { name, key })
    }
}

/// What a guest is given: a line each. Proxmox VE writes them into YAML as they are (qemu-server,
/// PVE/QemuServer/Cloudinit.pm, `cloudinit_userdata`): a comment with `: ` or a tab in it would cost the guest all its keys.
pub fn lines(keys: &[NamedKey]) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "@._+-".contains(c) {
            c
        } else {
            '-'
        }
    };
    let line = |named: &NamedKey| {
        let (kind, rest) = word(&named.key.line);
        let (key, comment) = word(rest);
        let comment: String = comment.chars().map(plain).collect();
        format!("{kind} {key} {comment}").trim_end().to_owned()
    };
    keys.iter().map(line).collect::<Vec<String>>().join("\n")
}

/// What OpenSSH makes and reads, without certificates.
const KINDS: &[&str] = &[
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// Any of them, also in the middle of something else and cut off.
fn is_private(text: &str) -> bool {
    text.contains("PRIVATE KEY") || text.contains("PuTTY-User-Key-File") || text.contains("openssh-key-v1") || {
        // the inside of OpenSSH's file, without the lines around it
        text.split_whitespace()
            .any(|word| word.starts_with("b3BlbnNzaC1rZXktdjE"))
    }
}

/// The first word, and what comes after it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

fn of_other_kind(kind: &str, rest: &str) -> KeyError {
    if kind == "ssh-dss" {
        return KeyError::Weak;
    }
    let is_behind = rest
        .split_whitespace()
        .any(|word| KINDS.contains(&word) || word == "ssh-dss");
    if is_behind { KeyError::Options } else { KeyError::Wrong }
}

/// Whether a key is what its type says, to its last byte (RFC 4253, 5656, 8709; OpenSSH, PROTOCOL.u2f).
fn check(kind: &str, blob: &[u8]) -> Result<(), KeyError> {
    let mut reader = Reader(blob);
    if reader.text()? != kind.as_bytes() {
        return Err(KeyError::Wrong);
    }
    match kind {
        "ssh-rsa" => rsa(&mut reader)?,
        "ssh-ed25519" | "sk-ssh-ed25519@openssh.com" => reader.of_length(32)?,
        _ => point(kind, &mut reader)?,
    }
    if kind.starts_with("sk-") && reader.text()?.is_empty() {
        return Err(KeyError::Wrong);
    }
    if reader.0.is_empty() {
        Ok(())
    } else {
        Err(KeyError::Wrong)
    }
}

fn rsa(reader: &mut Reader<'_>) -> Result<(), KeyError> {
    let exponent = reader.number()?;
    let modulus = reader.number()?;
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    if !is_odd(exponent) || exponent == [1] || !is_odd(modulus) {
        return Err(KeyError::Wrong);
    }
    let first = modulus.first().map_or(8, |first| first.leading_zeros() as usize);
    match modulus.len() * 8 - first {
        bits if bits < limits::SSH_RSA_BITS => Err(KeyError::Weak),
        bits if bits > limits::SSH_RSA_MOST_BITS => Err(KeyError::Wrong),
        _ => Ok(()),
    }
}

/// A curve by its name, and an uncompressed point of it.
fn point(kind: &str, reader: &mut Reader<'_>) -> Result<(), KeyError> {
    let curve = kind
        .trim_end_matches("@openssh.com")
        .rsplit('-')
        .next()
        .unwrap_or_default();
    let bytes = match curve {
        "nistp256" => 32,
        "nistp384" => 48,
        _ => 66,
    };
    let named = reader.text()? == curve.as_bytes();
    let point = reader.text()?;
    let is_whole = point.first() == Some(&4) && point.len() == 1 + 2 * bytes;
    if named && is_whole {
        Ok(())
    } else {
        Err(KeyError::Wrong)
    }
}

/// Reads the texts of RFC 4251.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn text(&mut self) -> Result<&'a [u8], KeyError> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(KeyError::Wrong)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (text, rest) = rest.split_at_checked(length).ok_or(KeyError::Wrong)?;
        self.0 = rest;
        Ok(text)
    }

    fn of_length(&mut self, length: usize) -> Result<(), KeyError> {
        let is_whole = self.text()?.len() == length;
        if is_whole { Ok(()) } else { Err(KeyError::Wrong) }
    }

    /// A positive one, without what only says so.
    fn number(&mut self) -> Result<&'a [u8], KeyError> {
        let number = match self.text()? {
            [] => return Err(KeyError::Wrong),
            [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 0x80) => rest,
            [first, ..] if *first == 0 || *first >= 0x80 => return Err(KeyError::Wrong),
            number => number,
        };
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `ssh-keygen`, which says the fingerprints too.
    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGRBNRe77vuVolYCnc3+lxH5H6cm3PHVEQt04cxerDPQ";

    fn text(of: &[u8]) -> Vec<u8> {
        [&(of.len() as u32).to_be_bytes()[..], of].concat()
    }

    fn key(kind: &str, parts: &[&[u8]]) -> String {
        let parts = [kind.as_bytes()].into_iter().chain(parts.iter().copied());
        let blob: Vec<u8> = parts.flat_map(text).collect();
        format!("{kind} {}", BASE64.encode(&blob))
    }

    fn rsa_of(bits: usize) -> String {
        let mut modulus = vec![0xff; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            modulus[0] = 0xff >> (8 - bits % 8);
        }
        if modulus[0] >= 0x80 {
            modulus.insert(0, 0);
        }
        key("ssh-rsa", &[&[1, 0, 1], &modulus])
    }

    #[test]
    fn a_key_has_the_fingerprint_that_ssh_keygen_shows() {
        let read = SshKey::parse(&format!(" \t{ED25519} me@example.org \r\n")).unwrap();
        assert_eq!(read.fingerprint, "SHA256:EMeg/SVuAUSHxKFuC/9u0k628TRnC8Qp/IsceX3lmOw");
        assert_eq!(read.line, format!("{ED25519} me@example.org"));
        assert_eq!((read.kind(), read.comment()), ("ssh-ed25519", "me@example.org"));
        assert_eq!(
            SshKey::parse(&read.line),
            Ok(read.clone()),
            "it is read as it is written"
        );
        let bare = SshKey::parse(ED25519).unwrap();
        assert_eq!((bare.line.as_str(), bare.comment()), (ED25519, ""));
        assert_eq!(bare.fingerprint, read.fingerprint, "a comment is no part of it");
        let long = SshKey::parse(&format!("{ED25519} {}", "ä ".repeat(300))).unwrap();
        assert!(long.comment().chars().count() <= 80);
    }

    #[test]
    fn each_kind_is_read_to_its_last_byte() {
        let point = |bytes: usize| [vec![4], vec![7; 2 * bytes]].concat();
        let whole = [
            key("ssh-ed25519", &[&[7; 32]]),
            key("sk-ssh-ed25519@openssh.com", &[&[7; 32], b"ssh:"]),
            key("ecdsa-sha2-nistp256", &[b"nistp256", &point(32)]),
            key("ecdsa-sha2-nistp384", &[b"nistp384", &point(48)]),
            key("ecdsa-sha2-nistp521", &[b"nistp521", &point(66)]),
            key(
                "sk-ecdsa-sha2-nistp256@openssh.com",
                &[b"nistp256", &point(32), b"ssh:"],
            ),
            rsa_of(3072),
            rsa_of(4096),
            rsa_of(16384),
        ];
        for line in &whole {
            let read = SshKey::parse(line).unwrap();
            assert_eq!(&read.line, line);
            // cut off at any place, or with something more
            for end in 0..line.len() {
                let cut = SshKey::parse(&line[..end]);
                assert!(cut.is_err() || cut.is_ok_and(|cut| cut == read), "{line} to {end}");
            }
            let more = format!("{}AAAA", line.trim_end_matches('='));
            assert!(SshKey::parse(&more).is_err(), "{more}");
        }
        for wrong in [
            key("ssh-ed25519", &[&[7; 31]]),
            key("ssh-ed25519", &[&[7; 33]]),
            key("ssh-ed25519", &[&[7; 32], &[7; 32]]),
            key("ecdsa-sha2-nistp256", &[b"nistp384", &point(32)]),
            key("ecdsa-sha2-nistp256", &[b"nistp256", &point(48)]),
            key("ecdsa-sha2-nistp256", &[b"nistp256", &[3; 65]]),
            key("sk-ssh-ed25519@openssh.com", &[&[7; 32]]),
            key("ssh-rsa", &[&[0, 1, 0, 1], &[0x7f; 400]]),
            key("ssh-rsa", &[&[1], &[0x7f; 400]]),
            key("ssh-rsa", &[&[1, 0, 1], &[0xff; 400]]),
            rsa_of(16392),
            key("ssh-ed25519-cert-v01@openssh.com", &[&[7; 32]]),
            format!("ssh-rsa {}", &key("ssh-ed25519", &[&[7; 32]])[12..]),
            "ssh-ed25519".to_owned(),
            "ssh-ed25519 !!!!".to_owned(),
            String::new(),
            "A".repeat(64 << 10),
            format!("{ED25519} \u{0}"),
        ] {
            assert_eq!(SshKey::parse(&wrong), Err(KeyError::Wrong), "{wrong:.60}");
        }
    }

    #[test]
    fn what_is_not_safe_or_not_one_key_says_so() {
        for (text, why) in [
            (key("ssh-dss", &[&[7; 128]]), KeyError::Weak),
            (rsa_of(1024), KeyError::Weak),
            (rsa_of(2048), KeyError::Weak),
            (rsa_of(3071), KeyError::Weak),
            (format!("{ED25519}\n{ED25519}"), KeyError::Lines),
            (format!("{ED25519}\rcommand"), KeyError::Lines),
            (format!("command=\"id\" {ED25519}"), KeyError::Options),
            (format!("no-pty,restrict {ED25519}"), KeyError::Options),
            (
                "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl".to_owned(),
                KeyError::Private,
            ),
            ("-----BEGIN RSA PRIVATE KEY----- MIIE".to_owned(), KeyError::Private),
            ("PuTTY-User-Key-File-3: ssh-ed25519".to_owned(), KeyError::Private),
            ("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU".to_owned(), KeyError::Private),
        ] {
            assert_eq!(SshKey::parse(&text), Err(why), "{text:.60}");
            assert!(!why.to_string().contains("MIIE"));
        }
    }

    #[test]
    fn a_key_has_a_name_whatever_is_typed() {
        let named = |typed: &str, comment: &str| {
            let key = SshKey::parse(&format!("{ED25519} {comment}")).unwrap();
            NamedKey::new(typed, key).map(|named| named.name)
        };
        assert_eq!(named(" laptop ", "me").as_deref(), Ok("laptop"));
        assert_eq!(named("", "me").as_deref(), Ok("me"));
        assert_eq!(named("", "").as_deref(), Ok("ssh-ed25519"));
        assert_eq!(named("a\nb", ""), Err(KeyError::Name));
        assert_eq!(named(&"a".repeat(61), ""), Err(KeyError::Name));
    }
}
