//! MB/s with decimals, exactly: what is compared with PVE's text must not pass through a float.

use crate::words::ids::{Malformed, quoted};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A rate in MB/s with at most two decimals; 0 = no limit. Persisted as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(u64);

impl Decimal {
    /// So many hundredths of a MB/s.
    pub const fn from_hundredths(hundredths: u64) -> Decimal {
        Decimal(hundredths)
    }

    /// The value in hundredths of a MB/s.
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// Whether there is no limit.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The value as PVE gets it, `100` or `12.5`; none for 0, because PVE says "no limit" by leaving the option out.
    pub fn to_pve_text(self) -> Option<String> {
        (!self.is_zero()).then(|| self.to_string())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match hundredths {
            0 => write!(f, "{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{whole}.{}", tenths / 10),
            _ => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

impl FromStr for Decimal {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        scaled(text.trim(), 2)
            .map(Decimal)
            .ok_or_else(|| Malformed(format!("{} is no number with at most two decimals", quoted(text))))
    }
}

impl TryFrom<String> for Decimal {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> String {
        decimal.to_string()
    }
}

/// A plain number times ten to the power of `digits`, exactly: none for more decimals than that, signs, exponents and
/// numbers of more than 12 digits.
pub(super) fn scaled(text: &str, digits: usize) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > 32 || whole.is_empty() || text.ends_with('.') || !all_digits(whole) || !all_digits(decimals) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 12 || decimals.len() > digits {
        return None;
    }
    format!("0{whole}{decimals:0<digits$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_exact() {
        let cases = [
            ("0", 0, None),
            ("0.00", 0, None),
            ("100", 10_000, Some("100")),
            ("12.5", 1250, Some("12.5")),
            ("12.50", 1250, Some("12.5")),
            (" 012.05000 ", 1205, Some("12.05")),
            ("0.01", 1, Some("0.01")),
            ("999999999999.99", 99_999_999_999_999, Some("999999999999.99")),
        ];
        for (text, hundredths, pve) in cases {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(decimal, Decimal::from_hundredths(hundredths), "{text}");
            assert_eq!(decimal.to_pve_text().as_deref(), pve, "{text}");
            let stored = serde_json::to_string(&decimal).unwrap();
            assert_eq!(serde_json::from_str::<Decimal>(&stored).unwrap(), decimal, "{text}");
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "-1",
            "+1",
            "1e3",
            "1.005",
            "1,5",
            "1 000",
            "x",
            "1000000000000",
            "1.2.3",
        ] {
            let why = text.parse::<Decimal>().unwrap_err();
            assert_eq!(
                why.to_string(),
                format!("{} is no number with at most two decimals", quoted(text))
            );
        }
    }
}
