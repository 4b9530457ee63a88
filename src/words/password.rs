//! What a new password of a guest is made of.

use std::ops::RangeInclusive;

const LENGTH: RangeInclusive<usize> = 8..=72;

/// What it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the password is not one that every guest takes: use {} to {} characters, only letters A to Z, digits and marks such as ! or #, without spaces, and for Windows three of these four: capital letters, small letters, digits, marks; nothing was changed",
    LENGTH.start(), LENGTH.end()
)]
pub struct BadPassword;

/// Agent, cloud-init and keyboards of rescue consoles know these characters alike, and bcrypt takes no more of them.
pub fn must_suit(password: &str) -> Result<(), BadPassword> {
    let is_plain = password.bytes().all(|byte| byte.is_ascii_graphic());
    let suits = is_plain && LENGTH.contains(&password.len());
    if suits { Ok(()) } else { Err(BadPassword) }
}

/// Whether the policy of Windows takes it: three of four kinds of characters.
pub fn suits_windows(password: &str) -> bool {
    let kinds: [fn(&u8) -> bool; 4] = [
        u8::is_ascii_uppercase,
        u8::is_ascii_lowercase,
        u8::is_ascii_digit,
        u8::is_ascii_punctuation,
    ];
    kinds.iter().filter(|is| password.bytes().any(|byte| is(&byte))).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_whmcs_makes_passes_and_what_a_guest_stumbles_over_does_not() {
        for good in ["Ab3dE5gH1j", "N3w-pass", "~!\"#$%&'", &"x".repeat(72)] {
            assert_eq!(must_suit(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "1",
            "Ab3dE5g",
            "Pässword1",
            "with space1",
            "line\nfeed1",
            "del\u{7f}ete12",
            &"x".repeat(73),
        ] {
            assert_eq!(must_suit(bad), Err(BadPassword), "{bad:?}");
        }
        assert!(suits_windows("Ab3dE5gH1j") && suits_windows("ab-3defgh"));
        assert!(!suits_windows("abcdefgh1") && !suits_windows("ABCDEFGHab"));
    }
}
