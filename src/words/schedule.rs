//! When something begins that a customer has scheduled: on days of the week, in a window of four hours, by the clocks of
//! WHMCS's time zone. Time, and how far those clocks are ahead of UTC, are parameters.
//!
//! A window says when it begins at the earliest and promises no minute: services are spread over it by their number, so
//! that not all of a cluster begin at once. What was missed, as the cron did not run, is made up for once, and no day has
//! two.

use super::calendar::{DAY, checked};
use super::ids::{ServiceId, UnixSeconds};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The length of a window, in hours; each begins at a multiple of it.
pub const WINDOW_HOURS: u8 = 4;

/// The hours at which a window begins, as they are chosen.
pub const HOURS: [&str; 6] = ["0", "4", "8", "12", "16", "20"];

/// The days by which a schedule is asked for.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const WINDOW_SECONDS: f64 = WINDOW_HOURS as f64 * 3600.0;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    /// The days in their order.
    pub const ALL: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];

    /// By its word: `mon` to `sun`.
    pub fn named(word: &str) -> Option<Weekday> {
        let at = DAYS.iter().position(|one| *one == word)?;
        Weekday::ALL.get(at).copied()
    }

    /// 1970-01-01 was a Thursday.
    fn of(day: i64) -> Weekday {
        Weekday::ALL[(day + 3).rem_euclid(7) as usize]
    }
}

/// What a customer has scheduled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// On which days.
    pub days: BTreeSet<Weekday>,
    /// The hour at which the window begins: 0, 4, 8, 12, 16 or 20.
    pub hour: u8,
    /// How far the clocks of WHMCS were ahead of UTC when they were last heard of, in seconds. Where summer time begins or
    /// ends, one window may begin an hour early or late.
    pub utc_offset_s: i32,
    /// The last day, counted since 1970 by those clocks, that asks for nothing more.
    through: i64,
    /// When what is due was tried for the first time. None: it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tried_at: Option<UnixSeconds>,
}

impl Schedule {
    /// From now on. The window of today counts if its time is still to come.
    ///
    /// `None`: no day is chosen, or no window begins at that hour.
    pub fn new(
        days: BTreeSet<Weekday>,
        hour: u8,
        utc_offset_s: i32,
        of: ServiceId,
        now: UnixSeconds,
    ) -> Option<Schedule> {
        if days.is_empty() || hour >= 24 || !hour.is_multiple_of(WINDOW_HOURS) {
            return None;
        }
        let mut schedule = Schedule {
            days,
            hour,
            utc_offset_s: checked(utc_offset_s),
            through: 0,
            tried_at: None,
        };
        let today = schedule.day(now);
        schedule.through = if schedule.at(today, of) < now { today } else { today - 1 };
        Some(schedule)
    }

    /// When it is to begin next; in the past where that was missed.
    pub fn next(&self, of: ServiceId, now: UnixSeconds) -> UnixSeconds {
        self.at(self.next_day(now), of)
    }

    /// What is due is tried now. Until when it may still begin: a guest that is locked or a node that is away for a while does
    /// not cost its customer the day; and after a time without cron, in which all of a node were missed, each gets as long.
    pub fn tries(&mut self, of: ServiceId, now: UnixSeconds) -> UnixSeconds {
        // a clock that was set back has tried nothing yet
        let tried_at = self.tried_at.filter(|at| *at <= now).unwrap_or(now);
        self.tried_at = Some(tried_at);
        self.next(of, now).max(tried_at) + WINDOW_SECONDS
    }

    /// The day that is due has had what it should have: it was done, or there is no more time for it. One that began in its
    /// window costs no other day, also where that was after midnight; one that was made up for is the one of that day.
    pub fn is_over(&mut self, of: ServiceId, now: UnixSeconds) {
        let due = self.next_day(now);
        let tried_at = self.tried_at.take().filter(|at| *at <= now).unwrap_or(now);
        let is_in_window = tried_at < self.at(due, of) + WINDOW_SECONDS;
        self.through = if is_in_window { due } else { self.day(tried_at) };
    }

    fn next_day(&self, now: UnixSeconds) -> i64 {
        // a clock that was set back has handled no day that is still to come
        let from = self.through.min(self.day(now)) + 1;
        let mut days = from..from + 7;
        days.find(|day| self.days.contains(&Weekday::of(*day))).unwrap_or(from)
    }

    /// What was due then was not done, and there is no more time for it. Where it was to make up for an earlier window, today
    /// keeps its own.
    pub fn has_failed(&mut self, of: ServiceId, was_due_at: UnixSeconds, now: UnixSeconds) {
        let today = self.day(now);
        let own = self.at(today, of);
        let keeps_own = was_due_at < own && now < own + WINDOW_SECONDS;
        self.tried_at = None;
        self.through = if keeps_own { today - 1 } else { self.through.max(today) };
    }

    /// What the clocks of WHMCS say now. Whether it is another time than before.
    pub fn hears(&mut self, utc_offset_s: i32) -> bool {
        let offset = checked(utc_offset_s);
        std::mem::replace(&mut self.utc_offset_s, offset) != offset
    }

    fn day(&self, at: UnixSeconds) -> i64 {
        ((at + f64::from(self.utc_offset_s)) / DAY).floor() as i64
    }

    fn at(&self, day: i64, of: ServiceId) -> UnixSeconds {
        let begins = day as f64 * DAY + f64::from(self.hour) * 3600.0 - f64::from(self.utc_offset_s);
        begins + spread(of)
    }
}

/// Where in its window a service begins, in seconds: neighbours in number, such as those of one order, far from each other.
fn spread(of: ServiceId) -> f64 {
    // the golden ratio in 32 bits leaves the largest gaps (Knuth, multiplicative hashing)
    let hash = (of.0 as u32).wrapping_mul(2_654_435_769);
    // the last quarter of the window is left for those that have to wait
    f64::from(hash) / f64::from(u32::MAX) * WINDOW_SECONDS * 0.75
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: ServiceId = ServiceId(7);
    /// 2026-11-30 00:00 UTC, a Monday.
    const MONDAY: f64 = 1_795_996_800.0;
    const HOUR: f64 = 3600.0;

    fn on(days: &[Weekday], hour: u8, now: f64) -> Schedule {
        Schedule::new(days.iter().copied().collect(), hour, 0, SEVEN, now).unwrap()
    }

    #[test]
    fn it_begins_in_its_window_on_its_days() {
        let schedule = on(&[Weekday::Tue, Weekday::Sat], 4, MONDAY);
        let tuesday = schedule.next(SEVEN, MONDAY);
        assert!(
            (MONDAY + 28.0 * HOUR..MONDAY + 31.0 * HOUR).contains(&tuesday),
            "{tuesday}"
        );
        let mut after = schedule.clone();
        after.is_over(SEVEN, tuesday);
        assert_eq!(after.next(SEVEN, tuesday), tuesday + 4.0 * DAY);
        let saturday = tuesday + 4.0 * DAY;
        after.is_over(SEVEN, saturday);
        assert_eq!(after.next(SEVEN, saturday), tuesday + 7.0 * DAY);
    }

    #[test]
    fn the_hours_that_are_offered_are_the_beginnings_of_the_windows() {
        let begins = (0..24).step_by(usize::from(WINDOW_HOURS)).map(|hour| hour.to_string());
        assert!(begins.eq(HOURS));
    }

    #[test]
    fn the_days_of_the_week_are_those_of_the_calendar() {
        for (at, day) in [0, 1, 2, 3, 4, 5, 6].into_iter().zip(Weekday::ALL) {
            let schedule = on(&[day], 0, MONDAY);
            let begins = schedule.next(SEVEN, MONDAY);
            assert_eq!(((begins - MONDAY) / DAY).floor() as i64, at, "{day:?}");
        }
    }

    #[test]
    fn a_window_of_today_counts_as_long_as_it_is_to_come() {
        let daily = |now: f64| on(&Weekday::ALL, 8, now).next(SEVEN, now);
        let today = daily(MONDAY);
        assert_eq!(daily(today - 1.0), today);
        assert_eq!(daily(today + 1.0), today + DAY);
    }

    #[test]
    fn what_was_missed_is_made_up_for_once_and_no_day_has_two() {
        let mut schedule = on(&Weekday::ALL, 20, MONDAY);
        // the cron comes back on Thursday morning
        let back = MONDAY + 3.0 * DAY + 9.0 * HOUR;
        assert!(schedule.next(SEVEN, back) < back, "it is due");
        schedule.is_over(SEVEN, back);
        let next = schedule.next(SEVEN, back);
        assert!(next > MONDAY + 4.0 * DAY, "Thursday has had its one");
        assert!(next < MONDAY + 5.0 * DAY);
    }

    #[test]
    fn what_makes_up_for_a_missed_window_and_fails_leaves_the_day_its_own() {
        let daily = on(&Weekday::ALL, 20, MONDAY);
        let own = daily.next(SEVEN, MONDAY) + 3.0 * DAY;
        // back on Thursday morning, as it is begun and as it is refused
        for (begun_at, fails_at, next) in [
            (own - 11.0 * HOUR, own - 10.0 * HOUR, own),
            (own - 11.0 * HOUR, own + HOUR, own),
            (own - 11.0 * HOUR, own + 5.0 * HOUR, own + DAY),
            (own + 1.0, own + HOUR, own + DAY),
        ] {
            let mut schedule = daily.clone();
            schedule.is_over(SEVEN, begun_at);
            schedule.has_failed(SEVEN, begun_at, fails_at);
            assert_eq!(schedule.next(SEVEN, fails_at), next);
        }
        // that of Monday can never begin, and Thursday's is on
        let mut schedule = daily.clone();
        schedule.has_failed(SEVEN, daily.next(SEVEN, own + 1.0), own + 1.0);
        assert_eq!(schedule.next(SEVEN, own + 1.0), own);
    }

    #[test]
    fn what_is_begun_after_midnight_in_its_window_is_the_days_before() {
        let mut schedule = on(&Weekday::ALL, 20, MONDAY);
        let monday = schedule.next(SEVEN, MONDAY);
        assert!(monday + 3.9 * HOUR > MONDAY + DAY, "the window ends after midnight");
        schedule.is_over(SEVEN, monday + 3.9 * HOUR);
        assert_eq!(schedule.next(SEVEN, monday + 3.9 * HOUR), monday + DAY);
    }

    #[test]
    fn what_has_to_wait_until_after_midnight_costs_no_other_day() {
        let mut schedule = on(&Weekday::ALL, 20, MONDAY);
        let monday = schedule.next(SEVEN, MONDAY);
        let until = schedule.tries(SEVEN, monday);
        assert_eq!(until, monday + 4.0 * HOUR);
        // again and again, and then it begins
        let begins = until - 60.0;
        assert!(begins > MONDAY + DAY, "on Tuesday");
        assert_eq!(schedule.tries(SEVEN, begins), until);
        schedule.is_over(SEVEN, begins);
        assert_eq!(schedule.next(SEVEN, begins), monday + DAY, "Tuesday has its own");
    }

    #[test]
    fn what_was_missed_has_as_long_as_a_window_and_is_the_one_of_the_day_on_which_it_was_tried() {
        let mut schedule = on(&Weekday::ALL, 8, MONDAY);
        // the cron comes back on Thursday, when the window of that day is over too
        let back = MONDAY + 3.0 * DAY + 22.0 * HOUR;
        assert_eq!(schedule.tries(SEVEN, back), back + 4.0 * HOUR);
        let begins = back + 3.0 * HOUR;
        assert_eq!(schedule.tries(SEVEN, begins), back + 4.0 * HOUR, "of the first try");
        schedule.is_over(SEVEN, begins);
        let next = schedule.next(SEVEN, begins);
        assert!(
            (MONDAY + 4.0 * DAY..MONDAY + 5.0 * DAY).contains(&next),
            "{next}: on Friday"
        );
    }

    #[test]
    fn local_clocks_count_and_not_those_of_the_nodes() {
        let days: BTreeSet<_> = [Weekday::Tue].into();
        for offset in [-11 * 3600, -3600, 0, 19_800, 14 * 3600] {
            let schedule = Schedule::new(days.clone(), 0, offset, SEVEN, MONDAY).unwrap();
            let local = schedule.next(SEVEN, MONDAY) + f64::from(offset);
            assert!((MONDAY + DAY..MONDAY + DAY + 3.0 * HOUR).contains(&local), "{offset}");
        }
        let nonsense = Schedule::new(days, 0, i32::MAX, SEVEN, MONDAY).unwrap();
        assert_eq!(nonsense.utc_offset_s, 0);
    }

    #[test]
    fn when_summer_time_ends_it_goes_by_the_new_time() {
        let mut schedule = on(&Weekday::ALL, 4, MONDAY);
        let before = schedule.next(SEVEN, MONDAY);
        assert!(!schedule.hears(0));
        assert!(schedule.hears(3600));
        assert_eq!(schedule.next(SEVEN, MONDAY), before - HOUR);
    }

    #[test]
    fn a_clock_that_was_set_back_costs_no_days() {
        let mut schedule = on(&Weekday::ALL, 4, MONDAY);
        schedule.tries(SEVEN, MONDAY + 3000.0 * DAY);
        schedule.is_over(SEVEN, MONDAY + 3000.0 * DAY);
        assert!(schedule.next(SEVEN, MONDAY) < MONDAY + 2.0 * DAY);
    }

    #[test]
    fn services_are_spread_over_their_window() {
        let schedule = on(&Weekday::ALL, 0, MONDAY);
        let mut quarters = [0; 12];
        for id in 1..=1200 {
            let into = schedule.next(ServiceId(id), MONDAY).rem_euclid(DAY);
            assert!(into < 0.75 * WINDOW_SECONDS);
            quarters[(into / 900.0) as usize] += 1;
        }
        assert!(quarters.iter().all(|count| (90..=110).contains(count)), "{quarters:?}");
    }

    #[test]
    fn what_is_no_window_is_none() {
        let new = |days: &[Weekday], hour| Schedule::new(days.iter().copied().collect(), hour, 0, SEVEN, MONDAY);
        assert_eq!(new(&[], 4), None);
        for hour in [1, 3, 24, 28, 255] {
            assert_eq!(new(&[Weekday::Mon], hour), None, "{hour}");
        }
    }
}
