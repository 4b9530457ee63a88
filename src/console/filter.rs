//! What of a viewer's messages reaches the guest (RFC 6143, 7.5, and what noVNC and QEMU have beside it).
//!
//! A message whose kind is not known has no end that could be known, so the console ends with it. A viewer that may only
//! look has its keys, pointer and pastes left out. Power by `xvp` is never passed on: that has actions of its own.

use super::end::Unfit;

/// The most that may be pasted at once; browsers' clipboards may hold anything.
const CUT_BYTES: u32 = 1 << 20;

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It only has to do with the picture.
    Picture,
    /// It acts on the guest.
    Act,
    /// It is nobody's.
    Nobody,
}

/// How a message goes on after what of it is known.
#[derive(Debug, PartialEq, Eq)]
enum Length {
    /// So many bytes in all.
    Whole(usize),
    /// What comes up to there says how long it is.
    Head(usize),
}

/// What a viewer sends, message by message.
#[derive(Debug)]
pub struct Filter {
    may_act: bool,
    head: Vec<u8>,
    /// Bytes of the present message still to come, and whether they are passed on.
    rest: usize,
    passes: bool,
}

/// What was passed on.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// Whether somebody has typed, clicked or moved.
    pub acted: bool,
}

impl Filter {
    /// For a viewer that may act, or may only look.
    pub fn new(may_act: bool) -> Filter {
        Filter {
            may_act,
            head: Vec::new(),
            rest: 0,
            passes: false,
        }
    }

    /// Passes on what may pass.
    ///
    /// # Errors
    /// A message that is none, or too long.
    pub fn pass(&mut self, mut bytes: &[u8], into: &mut Vec<u8>) -> Result<Passed, Unfit> {
        let mut passed = Passed::default();
        while !bytes.is_empty() {
            if self.rest == 0 {
                bytes = self.begin(bytes, into, &mut passed)?;
            }
            let (now, later) = bytes.split_at(self.rest.min(bytes.len()));
            self.rest -= now.len();
            bytes = later;
            if self.passes {
                into.extend_from_slice(now);
            }
        }
        Ok(passed)
    }

    /// Reads as much of a message as says what it is; what is left of the bytes.
    fn begin<'a>(&mut self, bytes: &'a [u8], into: &mut Vec<u8>, passed: &mut Passed) -> Result<&'a [u8], Unfit> {
        for (at, byte) in bytes.iter().enumerate() {
            self.head.push(*byte);
            match length(&self.head)? {
                (_, Length::Head(size)) if size > self.head.len() => {}
                (_, Length::Head(_)) => return Err(Unfit::TooLong),
                (kind, Length::Whole(size)) => {
                    self.rest = size.saturating_sub(self.head.len());
                    self.passes = match kind {
                        Kind::Picture => true,
                        Kind::Act => self.may_act,
                        Kind::Nobody => false,
                    };
                    passed.acted |= kind == Kind::Act;
                    if self.passes {
                        into.extend_from_slice(&self.head);
                    }
                    self.head.clear();
                    return Ok(&bytes[at + 1..]);
                }
            }
        }
        Ok(&[])
    }
}

/// What a message is, by its beginning.
fn length(head: &[u8]) -> Result<(Kind, Length), Unfit> {
    let Some(first) = head.first() else {
        return Ok((Kind::Nobody, Length::Head(1)));
    };
    Ok(match first {
        // SetPixelFormat
        0 => (Kind::Picture, Length::Whole(20)),
        // SetEncodings
        2 => match head.get(2..4) {
            Some(count) => (
                Kind::Picture,
                Length::Whole(4 + 4 * (usize::from(count[0]) << 8 | usize::from(count[1]))),
            ),
            None => (Kind::Picture, Length::Head(4)),
        },
        // FramebufferUpdateRequest
        3 => (Kind::Picture, Length::Whole(10)),
        // KeyEvent
        4 => (Kind::Act, Length::Whole(8)),
        // PointerEvent
        5 => (Kind::Act, Length::Whole(6)),
        // ClientCutText; a negative length is that of the extended clipboard
        6 => match head.get(4..8) {
            Some(size) => {
                let size = i32::from_be_bytes([size[0], size[1], size[2], size[3]]).unsigned_abs();
                if size > CUT_BYTES {
                    return Err(Unfit::TooLong);
                }
                (Kind::Act, Length::Whole(8 + size as usize))
            }
            None => (Kind::Act, Length::Head(8)),
        },
        // EnableContinuousUpdates
        150 => (Kind::Picture, Length::Whole(10)),
        // ClientFence
        248 => match head.get(8) {
            Some(size) => (Kind::Picture, Length::Whole(9 + usize::from(*size))),
            None => (Kind::Picture, Length::Head(9)),
        },
        // xvp: power
        250 => (Kind::Nobody, Length::Whole(4)),
        // SetDesktopSize
        251 => match head.get(6) {
            Some(screens) => (Kind::Act, Length::Whole(8 + 16 * usize::from(*screens))),
            None => (Kind::Act, Length::Head(7)),
        },
        // QEMU: a key with its scan code
        255 => match head.get(1) {
            Some(0) => (Kind::Act, Length::Whole(12)),
            Some(_) => return Err(Unfit::Kind(255)),
            None => (Kind::Act, Length::Head(2)),
        },
        kind => return Err(Unfit::Kind(*kind)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from a seed: the same ones at every run.
    struct Draw(u64);

    impl Draw {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % end as u64) as usize
        }
    }

    /// A message of each kind that a viewer sends; whether it acts, and whether it is passed on at all.
    fn message(draw: &mut Draw) -> (Vec<u8>, bool, bool) {
        let size = draw.below(40);
        let filled = |first: &[u8], size: usize| [first, &vec![7; size - first.len()]].concat();
        match draw.below(11) {
            0 => (filled(&[0], 20), false, true),
            1 => (filled(&[2, 0, 0, size as u8], 4 + 4 * size), false, true),
            2 => (filled(&[3], 10), false, true),
            3 => (filled(&[4], 8), true, true),
            4 => (filled(&[5], 6), true, true),
            5 => (filled(&[6, 0, 0, 0, 0, 0, 0, size as u8], 8 + size), true, true),
            6 => (
                filled(&[&[6, 0, 0, 0][..], &(-(size as i32)).to_be_bytes()].concat(), 8 + size),
                true,
                true,
            ),
            7 => (filled(&[248, 0, 0, 0, 0, 0, 0, 0, size as u8], 9 + size), false, true),
            8 => (vec![250, 0, 1, 2], false, false),
            9 => (filled(&[251, 0, 1, 2, 3, 4, 2, 0], 8 + 32), true, true),
            _ => (filled(&[255, 0], 12), true, true),
        }
    }

    #[test]
    fn messages_pass_whole_whatever_pieces_they_come_in() {
        let mut draw = Draw(0x5eed_1234_5678_9abc);
        for _ in 0..2000 {
            let messages: Vec<_> = (0..draw.below(12)).map(|_| message(&mut draw)).collect();
            let sent = messages
                .iter()
                .flat_map(|(bytes, ..)| bytes.clone())
                .collect::<Vec<u8>>();
            for may_act in [true, false] {
                let passing = messages
                    .iter()
                    .filter(|(_, acts, passes)| *passes && (may_act || !acts));
                let wanted = passing.flat_map(|(bytes, ..)| bytes.clone()).collect::<Vec<u8>>();
                let mut filter = Filter::new(may_act);
                let (mut got, mut left) = (Vec::new(), sent.as_slice());
                while !left.is_empty() {
                    let (now, later) = left.split_at((1 + draw.below(30)).min(left.len()));
                    filter.pass(now, &mut got).unwrap();
                    left = later;
                }
                assert_eq!(got, wanted, "{messages:?}");
            }
        }
    }

    #[test]
    fn whatever_comes_what_is_kept_is_little_and_who_only_looks_does_nothing() {
        let mut draw = Draw(77);
        for _ in 0..2000 {
            let bytes: Vec<u8> = (0..draw.below(200)).map(|_| draw.below(256) as u8).collect();
            let mut filter = Filter::new(false);
            let mut got = Vec::new();
            let _ = filter.pass(&bytes, &mut got);
            assert!(filter.head.len() <= 16, "{bytes:?}");
            assert!(got.len() <= bytes.len());
            assert!(
                !got.first()
                    .is_some_and(|first| [4, 5, 6, 250, 251, 255].contains(first)),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn what_is_no_message_ends_it() {
        for (bytes, unfit) in [
            (&[1_u8][..], Unfit::Kind(1)),
            (&[77], Unfit::Kind(77)),
            (&[255, 1], Unfit::Kind(255)),
            (&[6, 0, 0, 0, 0x7f, 255, 255, 255], Unfit::TooLong),
            (&[6, 0, 0, 0, 0x80, 0, 0, 0], Unfit::TooLong),
        ] {
            assert_eq!(Filter::new(true).pass(bytes, &mut Vec::new()), Err(unfit), "{bytes:?}");
        }
    }
}
