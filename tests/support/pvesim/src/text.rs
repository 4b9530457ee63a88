//! Small text and number tools: percent coding, digests, sizes, pseudo-random numbers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha1::{Digest, Sha1};

const SAFE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes everything but the unreserved characters.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, SAFE).to_string()
}

/// Percent-decodes.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Decodes a form value: `+` is a space.
pub fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

/// Hexadecimal SHA-1, PVE's digest.
pub fn sha1_hex(text: &str) -> String {
    hex(&Sha1::digest(text.as_bytes()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Splits PVE's lists: blanks, commas, semicolons, NULs.
pub fn split_list(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\t', '\n', '\0'])
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Size with a unit in bytes: `32G`, `512M`, `10`.
pub fn parse_size(text: &str) -> Option<u64> {
    let (digits, factor) = match text.chars().last()? {
        'K' => (&text[..text.len() - 1], 1u64 << 10),
        'M' => (&text[..text.len() - 1], 1 << 20),
        'G' => (&text[..text.len() - 1], 1 << 30),
        'T' => (&text[..text.len() - 1], 1 << 40),
        _ => (text, 1),
    };
    let n: f64 = digits.parse().ok()?;
    Some((n * factor as f64) as u64)
}

/// Bytes as PVE writes them in drive strings: largest unit that divides.
pub fn format_size(bytes: u64) -> String {
    for (shift, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "K")] {
        // PVE keeps GiB up to 1024 G and then goes to T only for whole ones
        if bytes >= (1 << shift) && bytes.is_multiple_of(1 << shift) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// Bytes as `PVE::Format::render_bytes` writes them with a precision of one.
pub fn render_bytes(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let unit = (0..units.len() - 1).take_while(|n| bytes >> (10 * (n + 1)) > 0).count();
    format!(
        "{:.1} {}",
        bytes as f64 / f64::from(1 << 10).powi(unit as i32),
        units[unit]
    )
}

/// A time as `PVE::Format::render_duration` writes it.
pub fn render_duration(seconds: u64) -> String {
    let units = [(604_800, "w"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let mut parts = vec![];
    for (length, unit) in units {
        if rest >= length {
            parts.push(format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    if parts.is_empty() {
        "0s".to_owned()
    } else {
        parts.join(" ")
    }
}

/// A small deterministic generator (splitmix64): same seed, same MACs and uuids.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// Seeds it.
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// Next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The same in any order.
    pub fn shuffled<T>(&mut self, mut all: Vec<T>) -> Vec<T> {
        for last in (1..all.len()).rev() {
            all.swap(last, (self.next_u64() % (last as u64 + 1)) as usize);
        }
        all
    }

    /// A MAC under PVE's prefix.
    pub fn mac(&mut self) -> String {
        let n = self.next_u64();
        format!(
            "BC:24:11:{:02X}:{:02X}:{:02X}",
            n as u8,
            (n >> 8) as u8,
            (n >> 16) as u8
        )
    }

    /// A version 4 uuid.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.next_u64(), self.next_u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
            a as u32,
            (a >> 32) as u16,
            (a >> 48) & 0xfff,
            8 + (b & 3),
            (b >> 2) & 0xfff,
            (b >> 16) & 0xffff_ffff_ffff
        )
    }
}

/// `2026-11-22 14:25:02` in UTC.
pub fn date_time(unix: i64) -> String {
    let (y, m, d, s) = civil(unix);
    format!("{y:04}-{m:02}-{d:02} {:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// `2026_11_22-14_30_08` in UTC: the time in a backup's name.
pub fn backup_time(unix: i64) -> String {
    date_time(unix).replace('-', "_").replace(' ', "-").replace(':', "_")
}

fn civil(unix: i64) -> (i64, i64, i64, i64) {
    let (days, secs) = (unix.div_euclid(86400), unix.rem_euclid(86400));
    // Howard Hinnant's days-from-civil, inverted
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(m <= 2), m, d, secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_dates() {
        assert_eq!(parse_size("32G"), Some(32 << 30));
        assert_eq!(format_size(768 << 20), "768M");
        assert_eq!(format_size(1 << 30), "1G");
        assert_eq!(render_bytes(0), "0.0 B");
        assert_eq!(render_bytes(1023), "1023.0 B");
        assert_eq!(render_bytes(3 << 19), "1.5 MiB");
        assert_eq!(render_duration(0), "0s");
        assert_eq!(render_duration(3725), "1h 2m 5s");
        assert_eq!(date_time(1_795_357_502), "2026-11-22 14:25:02");
        assert_eq!(backup_time(1_795_357_808), "2026_11_22-14_30_08");
    }
}
