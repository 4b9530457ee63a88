//! What a guest's network counters say has passed since they were read last, whatever happened in between.
//!
//! PVE adds up the counters of a guest's network cards (qemu-server, `vmstatus`). They begin at 0 with every QEMU
//! process: at a start, and on the new node after a move; and with a card that is plugged in anew.

use crate::words::ids::UnixSeconds;

/// The counters of a guest, and when they were read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When they were read.
    pub at: UnixSeconds,
    /// How old they may have been then (seconds).
    pub late_by: f64,
    /// How long its process ran then (seconds); 0 for a guest that did not run.
    pub uptime: u64,
    /// Received, bytes.
    pub bytes_in: u64,
    /// Sent, bytes.
    pub bytes_out: u64,
}

/// Values of `/cluster/resources` are older than this in no case (seconds).
pub const CLUSTER_LATE_BY: f64 = 310.0;
/// Clocks and whole seconds may disagree by so much (seconds).
const CLOCK_SLACK: f64 = 5.0;
/// A process that was never seen before counts from its start if it is younger than this (seconds): traffic of a long
/// time must not turn up in the month in which somebody began to look.
const FIRST_SEEN_WITHIN: u64 = 86_400;
/// More than this cannot have passed (bytes per second): 400 Gbit/s.
const FASTEST: f64 = 50e9;

/// Bytes received and sent since the sample before; `None` where the new one may be older than that and says nothing.
///
/// `since`: since when the guest is the service's; what its process did before that is not its customer's.
pub fn passed(before: Option<&Sample>, now: &Sample, since: Option<UnixSeconds>) -> Option<(u64, u64)> {
    let started = now.at - now.uptime as f64;
    let Some(before) = before else {
        let counts = now.uptime <= FIRST_SEEN_WITHIN && since.is_some_and(|since| started >= since);
        let whole = (now.bytes_in, now.bytes_out);
        return Some(if counts {
            possible(whole, now.uptime as f64)
        } else {
            (0, 0)
        });
    };
    let elapsed = now.at - before.at;
    if elapsed < now.late_by || elapsed < 0.0 {
        return None;
    }
    // a process that went on is older by what has elapsed; a new one cannot be older than that
    let uptime = now.uptime as f64;
    let too_young = uptime + now.late_by + CLOCK_SLACK < before.uptime as f64 + elapsed;
    let is_new = now.uptime < before.uptime
        || too_young && uptime <= elapsed + before.late_by + CLOCK_SLACK
        || now.bytes_in < before.bytes_in
        || now.bytes_out < before.bytes_out;
    Some(if is_new {
        possible((now.bytes_in, now.bytes_out), now.uptime as f64)
    } else {
        let grown = (now.bytes_in - before.bytes_in, now.bytes_out - before.bytes_out);
        possible(grown, elapsed + before.late_by)
    })
}

fn possible((bytes_in, bytes_out): (u64, u64), seconds: f64) -> (u64, u64) {
    // one second more: PVE's uptime is cut to whole ones
    let most = (seconds + 1.0) * FASTEST;
    let kept = |bytes: u64| if bytes as f64 <= most { bytes } else { 0 };
    (kept(bytes_in), kept(bytes_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(at: f64, uptime: u64, bytes_in: u64) -> Sample {
        Sample {
            at,
            late_by: CLUSTER_LATE_BY,
            uptime,
            bytes_in,
            bytes_out: 2 * bytes_in,
        }
    }

    #[test]
    fn counters_are_followed_over_starts_moves_and_stops() {
        let before = sample(10_000.0, 5_000, 700);
        let cases = [
            ("it went on", sample(13_600.0, 8_600, 1_000), Some((300, 600))),
            (
                "values that are a little late",
                sample(13_600.0, 8_400, 1_000),
                Some((300, 600)),
            ),
            ("restarted", sample(13_600.0, 60, 50), Some((50, 100))),
            (
                "restarted, and more than before",
                sample(13_600.0, 3_000, 900),
                Some((900, 1_800)),
            ),
            (
                "long ago, and up longer than before",
                sample(30_000.0, 6_000, 900),
                Some((900, 1_800)),
            ),
            (
                "restarted at once, and much more than before",
                sample(13_600.0, 3_600, 9_000),
                Some((9_000, 18_000)),
            ),
            (
                "a clock that was set forward",
                sample(15_000.0, 8_600, 1_000),
                Some((300, 600)),
            ),
            ("stopped", sample(13_600.0, 0, 0), Some((0, 0))),
            (
                "its card was plugged in anew",
                sample(13_600.0, 8_600, 20),
                Some((20, 40)),
            ),
            ("perhaps read before the other one", sample(10_200.0, 4_990, 690), None),
            ("a clock that was set back", sample(9_000.0, 4_000, 600), None),
            ("absurd", sample(13_600.0, 8_600, u64::MAX / 4), Some((0, 0))),
        ];
        for (what, now, expected) in cases {
            assert_eq!(passed(Some(&before), &now, None), expected, "{what}");
        }
        let direct = Sample {
            late_by: 0.0,
            ..sample(10_100.0, 5_100, 800)
        };
        assert_eq!(
            passed(Some(&before), &direct, None),
            Some((100, 200)),
            "a look at the node is never late"
        );
    }

    #[test]
    fn the_first_sample_counts_what_is_the_customers() {
        let now = sample(10_000.0, 600, 700);
        assert_eq!(
            passed(None, &now, Some(9_000.0)),
            Some((700, 1_400)),
            "built a while ago"
        );
        assert_eq!(
            passed(None, &now, Some(9_900.0)),
            Some((0, 0)),
            "it ran before it was attached"
        );
        assert_eq!(passed(None, &now, None), Some((0, 0)));
        let old = sample(1_000_000.0, 500_000, 700);
        assert_eq!(
            passed(None, &old, Some(0.0)),
            Some((0, 0)),
            "nobody knows in which month that was"
        );
    }
}
