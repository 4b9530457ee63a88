//! What a new password of a guest is made of.

use crate::words::problems::{self, Problem};
use std::ops::RangeInclusive;

const LENGTH: RangeInclusive<usize> = 8..=72;

/// Why a password is none for a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// What a new one has to be.
    #[error(
        "the password is not one that every guest takes: use {} to {} characters, only letters A to Z, digits and marks such as ! or #, without spaces, and for Windows three of these four: capital letters, small letters, digits, marks; nothing was changed",
        LENGTH.start(), LENGTH.end()
    )]
    New,
    /// The one that WHMCS has, for a guest that would be built with Windows.
    #[error(
        "Windows would not take the password that WHMCS has for the service, and nobody would get in: it wants {} to {} characters without spaces, and three of these four: capital letters, small letters, digits, marks; nothing was changed",
        LENGTH.start(), LENGTH.end()
    )]
    OfWindows,
}

impl BadPassword {
    /// Its row.
    pub fn problem(self) -> &'static Problem {
        match self {
            BadPassword::New => &problems::BAD_PASSWORD,
            BadPassword::OfWindows => &problems::WINDOWS_PASSWORD,
        }
    }
}

/// Refuses a password that a guest would not take. Agent, cloud-init and keyboards of rescue consoles know these characters
/// alike, and bcrypt takes no more of them. Whether the guest has Windows is asked only where that matters.
///
/// # Errors
/// That it would not, and what asking ends with.
pub fn must_suit<E: From<BadPassword>>(password: &str, is_windows: impl FnOnce() -> Result<bool, E>) -> Result<(), E> {
    let is_plain = password.bytes().all(|byte| byte.is_ascii_graphic());
    let suits = is_plain && LENGTH.contains(&password.len());
    if suits && (suits_windows(password) || !is_windows()?) {
        return Ok(());
    }
    Err(BadPassword::New.into())
}

/// Whether the policy of Windows takes it: three of four kinds of characters.
fn suits_windows(password: &str) -> bool {
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

    fn suits(password: &str, is_windows: bool) -> Result<(), BadPassword> {
        must_suit(password, || Ok(is_windows))
    }

    #[test]
    fn what_whmcs_makes_passes_and_what_a_guest_stumbles_over_does_not() {
        for good in ["Ab3dE5gH1j", "N3w-pass", "~!\"#$%&'", &"x".repeat(72)] {
            assert_eq!(suits(good, false), Ok(()), "{good}");
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
            assert_eq!(suits(bad, false), Err(BadPassword::New), "{bad:?}");
        }
        for good in ["Ab3dE5gH1j", "ab-3defgh"] {
            let asked = must_suit(good, || Err(BadPassword::OfWindows));
            assert_eq!((asked, suits(good, true)), (Ok(()), Ok(())), "nobody is asked: {good}");
        }
        for bad in ["abcdefgh1", "ABCDEFGHab", "Ab3-", "Ab3- efgh"] {
            assert_eq!(suits(bad, true), Err(BadPassword::New), "{bad}");
        }
    }
}
