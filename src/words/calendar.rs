//! Dates from seconds, without a clock.

use crate::words::ids::UnixSeconds;

/// The seconds of a day.
pub const DAY: f64 = 86_400.0;

/// Year, month and day of a day since 1970-01-01, by the Gregorian calendar.
///
/// The year is taken to begin in March: then the leap day is its last one, and the months' lengths follow the pattern
/// of 153 days in five months.
pub fn civil(days_since_1970: u64) -> (u64, u64, u64) {
    let days = days_since_1970 + 719_468; // since 0000-03-01
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// The month of a time as `2026-11`, by clocks that are so many seconds ahead of UTC.
pub fn month(at: UnixSeconds, utc_offset_s: i32) -> String {
    let there = at + f64::from(checked(utc_offset_s));
    let (year, month, _) = civil(there.max(0.0) as u64 / 86_400);
    format!("{year:04}-{month:02}")
}

/// No clock is more than 14 hours from UTC; what says so is none.
pub fn checked(utc_offset_s: i32) -> i32 {
    if (-14 * 3600..=14 * 3600).contains(&utc_offset_s) {
        utc_offset_s
    } else {
        0
    }
}

/// The day of a time as `2026-11-22`, in UTC.
pub fn day(at: UnixSeconds) -> String {
    let (year, month, day) = civil(at.max(0.0) as u64 / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A time as `2026-11-22 15:04 UTC`, for people.
pub fn date(at: UnixSeconds) -> String {
    let seconds = at.max(0.0) as u64;
    let (year, month, day) = civil(seconds / 86_400);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        seconds / 3600 % 24,
        seconds / 60 % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_is_right() {
        let cases = [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (19_782, (2024, 2, 29)),
            (20_088, (2024, 12, 31)),
            (20_089, (2025, 1, 1)),
            (47_540, (2100, 2, 28)),
            (47_541, (2100, 3, 1)),
        ];
        for (days, date) in cases {
            assert_eq!(civil(days), date, "{days}");
        }
        let days = if cfg!(miri) { 1_000 } else { 100_000 };
        assert!((0..days).all(|day| civil(day) < civil(day + 1)));
    }

    #[test]
    fn a_month_is_that_of_the_clocks_that_are_asked() {
        let last_hour = 1_795_359_845.0 + 8.0 * DAY; // 2026-11-30 15:04 UTC
        for (hours, expected) in [(0, "2026-11"), (8, "2026-11"), (9, "2026-12"), (15, "2026-11")] {
            assert_eq!(month(last_hour, hours * 3600), expected, "{hours}");
        }
        assert_eq!(month(last_hour + 10.0 * 3600.0, -5 * 3600), "2026-11");
    }

    #[test]
    fn a_date_reads_as_people_write_it() {
        assert_eq!(date(0.0), "1970-01-01 00:00 UTC");
        assert_eq!(date(1_795_359_845.9), "2026-11-22 15:04 UTC");
    }
}
