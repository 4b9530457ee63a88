//! Rates: PVE counts in MB/s, hosters sell Mbit/s. Both are understood, and what could be either is refused: read
//! wrongly, a customer gets eight times what he pays for, or an eighth.

use super::decimal::scaled;
use crate::words::ids::quoted;

/// The highest rate, in hundredths of a MB/s.
const MAX_RATE: u128 = 100_000_000;

/// What a unit is: so many MB/s, as a fraction.
struct Unit(u128, u128);

/// MB/s (or another unit) with decimals, as the nearest hundredth of a MB/s; 0 = no limit.
pub(super) fn rate_hundredths(text: &str) -> Result<u64, String> {
    let typed = text.trim();
    let end = typed
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(typed.len());
    let (number, unit) = (&typed[..end], typed[end..].trim());
    let refused = || {
        format!(
            "it is a number of MB/s from 0 to 1000000 with at most two decimals, or one of Mbit/s, not {}",
            quoted(text)
        )
    };
    let Unit(times, by) = match unit {
        "" => Unit(1, 1),
        unit => read(unit).map_err(|is_either| {
            if is_either {
                format!(
                    "the unit of {} may be megabytes or megabits: write MB/s or Mbit/s",
                    quoted(text)
                )
            } else {
                refused()
            }
        })?,
    };
    let digits = if by == 1 { 2 } else { 6 };
    let number = scaled(number, digits).map(u128::from).ok_or_else(refused)?;
    let scale = 10_u128.pow(digits as u32 - 2) * by;
    let hundredths = (number * times + scale / 2) / scale;
    // however small: 0 would be no limit at all
    let hundredths = if number > 0 { hundredths.max(1) } else { 0 };
    u64::try_from(hundredths)
        .ok()
        .filter(|_| hundredths <= MAX_RATE)
        .ok_or_else(refused)
}

/// A unit, or whether it may be bits or bytes as well as the other.
fn read(unit: &str) -> Result<Unit, bool> {
    let plain: String = unit.split_whitespace().collect();
    let lower = plain.to_ascii_lowercase();
    let ends = ["/second", "persecond", "/sec", "/s", "p/s", "ps"];
    let end = ends.into_iter().find(|end| lower.ends_with(end)).unwrap_or_default();
    let base = &plain[..plain.len() - end.len()];
    let word = &lower[..base.len()];
    let spelled = |words: &[&str]| words.iter().find_map(|end| word.strip_suffix(end));
    if let Some(prefix) = spelled(&["bits", "bit"]) {
        return bits(prefix).ok_or(false);
    }
    if let Some(prefix) = spelled(&["bytes", "byte"]) {
        return bytes(prefix).ok_or(false);
    }
    let Some(prefix) = word.strip_suffix('b').filter(|prefix| bytes(prefix).is_some()) else {
        return Err(false);
    };
    let is_capital = base.starts_with(|c: char| c.is_ascii_uppercase());
    let is_whole_in_capitals = !plain.bytes().any(|b| b.is_ascii_lowercase()) && !end.is_empty();
    match (base.ends_with('B'), is_capital) {
        (true, _) if is_whole_in_capitals && end == "ps" => Err(true),
        (true, _) => bytes(prefix).ok_or(false),
        (false, true) => bits(prefix).ok_or(true),
        // somebody who writes mb does not tell a b from a B
        (false, false) => Err(true),
    }
}

fn bytes(prefix: &str) -> Option<Unit> {
    Some(match prefix {
        "k" | "kilo" => Unit(1, 1000),
        "ki" => Unit(1, 1024),
        // what PVE calls a MB is one of 1024 * 1024 bytes
        "m" | "mega" | "mi" => Unit(1, 1),
        "g" | "giga" => Unit(1000, 1),
        "gi" => Unit(1024, 1),
        _ => return None,
    })
}

fn bits(prefix: &str) -> Option<Unit> {
    let Unit(times, by) = bytes(prefix).filter(|_| !prefix.ends_with('i'))?;
    Some(Unit(times, by * 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_bits_and_bytes_are_bytes() {
        for (text, hundredths) in [
            ("0", 0),
            ("12.5", 1250),
            ("12.5 MB/s", 1250),
            ("12.5MB/s", 1250),
            ("100 MBps", 10_000),
            ("100 MB", 10_000),
            ("100 MB/S", 10_000),
            ("100 MiB/s", 10_000),
            ("100 Mbytes/s", 10_000),
            ("100 megabytes per second", 10_000),
            ("500 kB/s", 50),
            ("1 GB/s", 100_000),
            ("1.5 GiB/s", 153_600),
            ("100 Mbps", 1250),
            ("100Mb/s", 1250),
            ("100 Mb", 1250),
            ("100 Mbit/s", 1250),
            ("100 mbit", 1250),
            ("100 MBIT/S", 1250),
            ("100 Mbits/sec", 1250),
            ("100 megabit/s", 1250),
            ("1 Gbit/s", 12_500),
            ("1Gbps", 12_500),
            ("2.5 Gb/s", 31_250),
            ("25 Mbit/s", 313),
            ("512 kbit/s", 6),
            ("512 Kbps", 6),
            ("1 kbit/s", 1),
            ("0 Mbit/s", 0),
        ] {
            assert_eq!(rate_hundredths(text), Ok(hundredths), "{text}");
        }
    }

    #[test]
    fn what_may_be_either_names_both() {
        for text in [
            "100 mbps", "100 mb/s", "100mb", "1 gb/s", "1 gbps", "100 MBPS", "512 kb/s",
        ] {
            let why = format!("the unit of {text:?} may be megabytes or megabits: write MB/s or Mbit/s");
            assert_eq!(rate_hundredths(text), Err(why));
        }
    }

    #[test]
    fn what_is_no_rate_says_what_one_is() {
        for text in [
            "",
            "x",
            "-1",
            "1.005",
            "1,5",
            "100 M",
            "100 MB/h",
            "100 Mibit/s",
            "100 GB per month",
            "1000001",
            "9000 Gbit/x",
            "8000001 Mbit/s",
            "9999999999999 Gbit/s",
        ] {
            let why = rate_hundredths(text).expect_err(text);
            assert!(
                why.starts_with("it is a number of MB/s from 0 to 1000000"),
                "{text}: {why}"
            );
        }
    }
}
