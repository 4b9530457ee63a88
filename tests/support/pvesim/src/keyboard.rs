//! A guest's keyboard behind QEMU's VNC server (`ui/vnc.c`, `ui/kbd-state.c`, `ui/input.c`). Keys are places: what a letter
//! becomes, the guest says by what is held. QEMU hands one event over every ten milliseconds, and drops what its queue of
//! 1024 entries has no room for.

use std::collections::BTreeSet;

/// QEMU's `key-delay-ms`.
const DELAY_S: f64 = 0.01;
/// Entries of the queue; each event is three: itself, its sync, the delay before it.
const QUEUE: usize = 1024;
const ENTRIES: usize = 3;

const SHIFTS: [u8; 2] = [0x2a, 0x36];
const CTRLS: [u8; 2] = [0x1d, 0x9d];
const ALTS: [u8; 2] = [0x38, 0xb8];
const CAPS: u8 = 0x3a;

/// Of an English keyboard: the first place of a row, what its keys give, and what they give with Shift.
const ROWS: [(u8, &str, &str); 6] = [
    (0x02, "1234567890-=\u{8}\t", "!@#$%^&*()_+\u{8}\t"),
    (0x10, "qwertyuiop[]\n", "QWERTYUIOP{}\n"),
    (0x1e, "asdfghjkl;'`", "ASDFGHJKL:\"~"),
    (0x2b, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (0x39, " ", " "),
    (0x56, "<", ">"),
];

/// Keysyms that are no letters, and their places.
const OTHERS: [(u32, u8); 12] = [
    (0xffe1, SHIFTS[0]),
    (0xffe2, SHIFTS[1]),
    (0xffe3, CTRLS[0]),
    (0xffe4, CTRLS[1]),
    (0xffe9, ALTS[0]),
    (0xffea, ALTS[1]),
    (0xfe03, ALTS[1]),
    (0xffe5, CAPS),
    (0xff0d, 0x1c),
    (0xff09, 0x0f),
    (0xff08, 0x0e),
    (0xffff, 0xd3),
];

/// An event of a viewer: a keysym, and its place where the viewer says it (`VNC_MSG_CLIENT_QEMU_EXT_KEY_EVENT`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(crate) sym: u32,
    pub(crate) place: Option<u8>,
    pub(crate) is_down: bool,
    /// The viewer is told of Caps Lock, and QEMU presses it for nobody.
    pub(crate) knows_leds: bool,
}

/// What is held, and what waits.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Keyboard {
    /// By what QEMU has heard.
    heard: BTreeSet<u8>,
    /// By what the guest has heard.
    held: BTreeSet<u8>,
    is_caps: bool,
    busy_until: f64,
}

impl Keyboard {
    /// Whether Caps Lock is on.
    pub(crate) fn is_caps(&self) -> bool {
        self.is_caps
    }

    /// What the guest reads by an event, if it is a letter or another key that means something alone.
    pub(crate) fn hear(&mut self, key: Key, now: f64) -> Option<u32> {
        let lower = match char::from_u32(key.sym) {
            Some(letter) if letter.is_ascii_uppercase() => u32::from(letter.to_ascii_lowercase()),
            _ => key.sym,
        };
        let place = key.place.or_else(|| place_of(lower))?;
        let letter = char::from_u32(key.sym).filter(char::is_ascii_alphabetic);
        if let (true, false, Some(letter)) = (key.is_down, key.knows_leds, letter) {
            let is_shift = SHIFTS.iter().any(|shift| self.heard.contains(shift));
            if letter.is_ascii_uppercase() == (is_shift == self.is_caps) {
                self.pass(CAPS, true, now);
                self.pass(CAPS, false, now);
            }
        }
        if !key.is_down && !self.heard.contains(&place) {
            return None;
        }
        match key.is_down {
            true => self.heard.insert(place),
            false => self.heard.remove(&place),
        };
        self.pass(place, key.is_down, now).then(|| self.read(place, key.sym))?
    }

    /// From QEMU to the guest; whether there was room, and it was a press.
    fn pass(&mut self, place: u8, is_down: bool, now: f64) -> bool {
        let waiting = ((self.busy_until - now) / DELAY_S).ceil().max(0.0) as usize;
        if waiting * ENTRIES >= QUEUE {
            return false;
        }
        self.busy_until = self.busy_until.max(now) + DELAY_S;
        match is_down {
            true => self.held.insert(place),
            false => self.held.remove(&place),
        };
        self.is_caps ^= is_down && place == CAPS;
        is_down
    }

    fn read(&self, place: u8, sym: u32) -> Option<u32> {
        let is_held = |keys: [u8; 2]| keys.iter().any(|key| self.held.contains(key));
        if [SHIFTS, CTRLS, ALTS].concat().contains(&place) || place == CAPS {
            return None;
        }
        if is_held(CTRLS) || is_held(ALTS) {
            return Some(sym);
        }
        let Some((plain, shifted)) = letters_of(place) else {
            return Some(sym);
        };
        let is_upper = is_held(SHIFTS) != (self.is_caps && plain.is_ascii_alphabetic());
        Some(u32::from(if is_upper { shifted } else { plain }))
    }
}

fn letters_of(place: u8) -> Option<(char, char)> {
    ROWS.iter().find_map(|(first, plain, shifted)| {
        let n = usize::from(place.checked_sub(*first)?);
        Some((plain.chars().nth(n)?, shifted.chars().nth(n)?))
    })
}

/// `keysym2scancode` with QEMU's `en-us`; none: the key does nothing.
fn place_of(sym: u32) -> Option<u8> {
    let other = OTHERS.iter().find(|(other, _)| *other == sym).map(|(_, place)| *place);
    let letter = char::from_u32(sym).filter(|letter| !letter.is_control());
    other.or_else(|| {
        ROWS.iter().find_map(|(first, plain, shifted)| {
            let n = [plain, shifted]
                .into_iter()
                .find_map(|row| row.chars().position(|found| Some(found) == letter))?;
            Some(first + n as u8)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIFT: u32 = 0xffe1;

    fn typed(events: &[(u32, Option<u8>, bool)], knows_leds: bool) -> String {
        let mut keyboard = Keyboard::default();
        let mut now = 0.0;
        let read = events.iter().filter_map(|(sym, place, is_down)| {
            now += 1.0;
            let (sym, place, is_down) = (*sym, *place, *is_down);
            let key = Key {
                sym,
                place,
                is_down,
                knows_leds,
            };
            keyboard.hear(key, now)
        });
        read.filter_map(char::from_u32).collect()
    }

    fn press(letter: char) -> [(u32, Option<u8>, bool); 2] {
        [true, false].map(|is_down| (u32::from(letter), None, is_down))
    }

    #[test]
    fn what_a_guest_reads_is_what_keys_and_shift_give() {
        let held = |letter| [&[(SHIFT, None, true)][..], &press(letter), &[(SHIFT, None, false)]].concat();
        assert_eq!(typed(&press('a'), true), "a");
        assert_eq!(typed(&held('A'), true), "A");
        assert_eq!(typed(&held('!'), true), "!");
        assert_eq!(typed(&press('A'), true), "a", "nobody has pressed Shift");
        assert_eq!(typed(&press('!'), true), "1");
        assert_eq!(typed(&[(0, Some(0x03), true)], true), "2", "a place needs no keysym");
        assert_eq!(typed(&[(0x3b1, None, true)], true), "", "no key gives it");
    }

    #[test]
    fn for_a_viewer_that_sees_no_lights_caps_lock_is_pressed() {
        let both = [press('A'), press('b')].concat();
        assert_eq!(typed(&both, false), "Ab");
        assert_eq!(typed(&both, true), "ab");
    }

    #[test]
    fn what_comes_faster_than_the_queue_takes_is_dropped() {
        let mut keyboard = Keyboard::default();
        let events = |keyboard: &mut Keyboard, pause: f64| {
            let mut now = 100.0;
            let all = (0..2000).flat_map(|_| press('x'));
            let read = all.filter_map(|(sym, place, is_down)| {
                now += pause;
                keyboard.hear(
                    Key {
                        sym,
                        place,
                        is_down,
                        knows_leds: true,
                    },
                    now,
                )
            });
            read.count()
        };
        assert_eq!(events(&mut keyboard, DELAY_S * 1.1), 2000);
        let arrived = events(&mut Keyboard::default(), 0.0001);
        assert!((150..300).contains(&arrived), "{arrived}");
    }
}
