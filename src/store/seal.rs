//! Sealed texts: who has not got the key can neither read nor change them (AES-256-GCM). One process gives such a text to a
//! browser and another one takes it back, or the store keeps one whose key is elsewhere.

use data_encoding::BASE64URL_NOPAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// What the grants of consoles are sealed for.
pub const CONSOLE: &str = "proxmoxkvm console 1";

/// Seals a text for a purpose; `None`: this machine has no randomness.
pub fn seal(key: &[u8; KEY_BYTES], purpose: &str, text: &[u8]) -> Option<String> {
    let mut nonce = [0_u8; NONCE_LEN];
    getrandom::fill(&mut nonce).ok()?;
    let mut sealed = text.to_vec();
    let once = Nonce::assume_unique_for_key(nonce);
    cipher(key)?
        .seal_in_place_append_tag(once, Aad::from(purpose.as_bytes()), &mut sealed)
        .ok()?;
    Some(BASE64URL_NOPAD.encode(&[&nonce[..], &sealed].concat()))
}

/// Opens a sealed text; `None`: it is none of this key, or was sealed for another purpose.
pub fn open(key: &[u8; KEY_BYTES], purpose: &str, sealed: &str) -> Option<Vec<u8>> {
    let mut bytes = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
    let nonce = Nonce::assume_unique_for_key(*bytes.first_chunk::<NONCE_LEN>()?);
    let text = cipher(key)?
        .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut bytes[NONCE_LEN..])
        .ok()?;
    Some(text.to_vec())
}

/// What a sealed text has in common with no other one: its nonce, which is its first 12 bytes.
pub fn mark(sealed: &str) -> &str {
    sealed.get(..NONCE_LEN.div_ceil(3) * 4).unwrap_or_default()
}

fn cipher(key: &[u8; KEY_BYTES]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_is_opened_by_its_key_and_as_it_was() {
        let (key, other) = ([7; KEY_BYTES], [8; KEY_BYTES]);
        let sealed = seal(&key, CONSOLE, b"secret").unwrap();
        let again = seal(&key, CONSOLE, b"secret").unwrap();
        assert!(!sealed.contains("secret") && mark(&sealed) != mark(&again));
        assert_eq!(open(&key, CONSOLE, &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(open(&other, CONSOLE, &sealed), None);
        assert_eq!(open(&key, "something else", &sealed), None);
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(open(&key, CONSOLE, &String::from_utf8(bytes).unwrap()), None, "{at}");
        }
        for text in ["", "AA", "not base64!", &sealed[..20]] {
            assert_eq!(open(&key, CONSOLE, text), None, "{text}");
        }
    }
}
