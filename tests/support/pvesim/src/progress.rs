//! What a full clone's log says of its progress, line by line, each at its time: `qemu-img convert -p` through
//! `PVE::QemuServer::QemuImage::convert`, and `PVE::QemuServer::BlockJob::monitor` for a guest that runs, also of a snapshot
//! that is merged into its chain. What is copied
//! with `qemu-img dd` (EFI variables) or not at all (cloud-init, linked clones) says nothing.

use crate::text::render_bytes;

/// What `qemu-img` copies at once (`IO_BUF_SIZE` of its `convert`).
const CHUNK: u64 = 2 << 20;
/// It prints no smaller step than this, in percent (`qemu_progress_init`).
const SMALLEST_STEP: f64 = 1.0;

/// How a clone's copy gets on.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    /// Share of a disk's time, and percent by then, in straight lines. Empty: even. Two of the same time: a leap.
    pub points: Vec<(f64, f64)>,
    /// Nothing is said of it.
    pub quiet: bool,
    /// What stands between the lines.
    pub junk: Vec<String>,
}

/// A line of a log, and when it is written (seconds).
pub(crate) type Due = (f64, String);

/// One disk that is copied.
pub(crate) struct Copy<'a> {
    pub(crate) key: &'a str,
    pub(crate) size: u64,
    /// The guest runs: QEMU itself copies.
    pub(crate) mirror: bool,
    pub(crate) from: f64,
    pub(crate) seconds: f64,
}

/// The lines of one disk's copy.
pub(crate) fn lines(copy: &Copy<'_>, pace: &Pace) -> Vec<Due> {
    if pace.quiet || copy.key.starts_with("efidisk") {
        return vec![];
    }
    let mut out = if copy.mirror {
        mirrored(copy, pace)
    } else {
        converted(copy, pace)
    };
    if !pace.junk.is_empty() {
        let junk = pace.junk.iter().cycle();
        out = out
            .into_iter()
            .zip(junk)
            .flat_map(|(line, junk)| [(line.0, junk.clone()), line])
            .collect();
    }
    out
}

fn transferred(size: u64, percent: f64) -> String {
    let done = (size as f64 * percent / 100.0) as u64;
    format!(
        "transferred {} of {} ({percent:.2}%)",
        render_bytes(done),
        render_bytes(size)
    )
}

fn points(pace: &Pace) -> Vec<(f64, f64)> {
    let even = [(0.0, 0.0), (1.0, 100.0)];
    if pace.points.is_empty() {
        even.to_vec()
    } else {
        pace.points.clone()
    }
}

/// A line whenever the copy has got on by more than a percent, and two at its end.
fn converted(copy: &Copy<'_>, pace: &Pace) -> Vec<Due> {
    let chunk = 100.0 * CHUNK as f64 / copy.size.max(1) as f64;
    let step = ((SMALLEST_STEP / chunk).floor() + 1.0) * chunk;
    let at = |share: f64| copy.from + copy.seconds * share;
    let say = |share: f64, percent: f64| (at(share), transferred(copy.size, percent));
    let mut out = vec![say(0.0, 0.0)];
    let mut last = 0.0;
    for pair in points(pace).windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        if from == to && (high - last).abs() > SMALLEST_STEP {
            last = high;
            out.push(say(to, last));
        }
        let up = if high > low { step } else { -step };
        while from < to && ((high - last) * up > 0.0) && (high - last).abs() >= step && low != high {
            last += up;
            let share = from + (to - from) * ((last - low) / (high - low)).clamp(0.0, 1.0);
            out.push(say(share, last));
        }
    }
    out.retain(|(_, line)| !line.ends_with("(100.00%)"));
    out.extend([say(1.0, 100.0), say(1.0, 100.0)]);
    out
}

/// A line each second, then what ends it.
fn mirrored(copy: &Copy<'_>, pace: &Pace) -> Vec<Due> {
    let points = points(pace);
    let percent = |share: f64| {
        let pair = points.windows(2).find(|pair| share <= pair[1].0);
        pair.map_or(100.0, |pair| {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            low + (high - low) * (share - from) / (to - from).max(1e-9)
        })
    };
    let key = format!("drive-{}", copy.key);
    let mut out = vec![(copy.from, format!("drive mirror is starting for {key}"))];
    out.extend(each_second(&key, copy, percent));
    let end = copy.from + copy.seconds;
    let took = crate::text::render_duration(copy.seconds.ceil() as u64);
    let line = transferred(copy.size, 100.0);
    out.push((end, format!("{key}: {line} in {took}, ready")));
    out.push((end, "all 'mirror' jobs are ready".to_owned()));
    out
}

fn each_second(job: &str, copy: &Copy<'_>, percent: impl Fn(f64) -> f64) -> Vec<Due> {
    let line = |second: u64| {
        let share = if copy.seconds > 0.0 {
            second as f64 / copy.seconds
        } else {
            1.0
        };
        let line = transferred(copy.size, percent(share));
        let took = crate::text::render_duration(second);
        (copy.from + second as f64, format!("{job}: {line} in {took}"))
    };
    (0..=copy.seconds.floor() as u64).map(line).collect()
}

/// A snapshot that is merged into a neighbour of its chain under a running guest (`blockdev_commit`, `blockdev_stream` of
/// `PVE::QemuServer::VolumeChain`).
pub(crate) fn merged(kind: &str, copy: &Copy<'_>) -> Vec<Due> {
    let job = format!("{kind}-drive-{}", copy.key);
    let mut out = each_second(&job, copy, |share| share * 100.0);
    out.push((copy.from + copy.seconds, format!("{job}: {kind}-job finished")));
    out
}

/// A backup (golden *vzdump*; `query_backup_status_loop` of `PVE::VZDump::QemuServer`): a line every three seconds in which it
/// got on, and the last one. `scale`: how long a second of Proxmox VE takes.
pub(crate) fn backed_up(size: u64, from: f64, seconds: f64, scale: f64) -> Vec<Due> {
    let all = render_bytes(size);
    let rate = render_bytes((size as f64 / seconds.max(1.0)) as u64);
    let line = |second: f64| {
        let share = (second / seconds.max(1e-9)).min(1.0);
        let (percent, done) = ((share * 100.0) as u64, render_bytes((size as f64 * share) as u64));
        let took = crate::text::render_duration(second as u64);
        let text = format!("INFO: {percent:3}% ({done} of {all}) in {took}, read: {rate}/s, write: {rate}/s");
        (from + second * scale, text)
    };
    let mut looks: Vec<f64> = (1..)
        .map(|n| 3.0 * f64::from(n))
        .take_while(|at| *at < seconds)
        .collect();
    looks.push(seconds);
    looks.into_iter().map(line).collect()
}

/// What reads a backup says at each percent (golden *restore*; `vma extract`).
pub(crate) fn read_back(size: u64, from: f64, seconds: f64, scale: f64) -> Vec<Due> {
    let line = |percent: u32| {
        let second = seconds * f64::from(percent) / 100.0;
        let read = size / 100 * u64::from(percent);
        let text = format!(
            "progress {percent}% (read {read} bytes, duration {} sec)",
            second as u64
        );
        (from + second * scale, text)
    };
    (1..=100).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: u64, pace: &Pace) -> Vec<Due> {
        let copy = Copy {
            key: "scsi0",
            size,
            mirror: false,
            from: 10.0,
            seconds: 20.0,
        };
        lines(&copy, pace)
    }

    #[test]
    fn a_conversion_says_what_pve_says() {
        let said = of(10 << 30, &Pace::default());
        assert_eq!(said[0], (10.0, "transferred 0.0 B of 10.0 GiB (0.00%)".to_owned()));
        assert_eq!(said[1].1, "transferred 104.0 MiB of 10.0 GiB (1.02%)");
        assert!((said[1].0 - 10.203).abs() < 0.001, "{said:?}");
        let end = (30.0, "transferred 10.0 GiB of 10.0 GiB (100.00%)".to_owned());
        assert_eq!(said[said.len() - 2..], [end.clone(), end]);
        assert!((99..=102).contains(&said.len()), "{}", said.len());
        // two chunks
        assert_eq!(of(4 << 20, &Pace::default()).len(), 4);
    }

    #[test]
    fn a_pace_stands_still_goes_back_and_leaps() {
        let pace = Pace {
            points: vec![
                (0.0, 0.0),
                (0.2, 50.0),
                (0.5, 50.0),
                (0.6, 30.0),
                (0.6, 80.0),
                (1.0, 100.0),
            ],
            ..Pace::default()
        };
        let said = of(10 << 30, &pace);
        assert!(said.is_sorted_by(|a, b| a.0 <= b.0), "{said:?}");
        assert!(!said.iter().any(|(at, _)| (14.1..19.9).contains(at)), "{said:?}");
        let percents: Vec<f64> = said
            .iter()
            .map(|(_, line)| {
                line.split(['(', '%'])
                    .nth(1)
                    .unwrap_or_default()
                    .parse()
                    .unwrap_or(-1.0)
            })
            .collect();
        assert!(percents.windows(2).any(|pair| pair[1] < pair[0]), "{percents:?}");
        assert!(percents.windows(2).any(|pair| pair[1] > pair[0] + 40.0), "{percents:?}");
    }

    #[test]
    fn a_mirror_speaks_each_second() {
        let copy = Copy {
            key: "scsi0",
            size: 10 << 30,
            mirror: true,
            from: 0.0,
            seconds: 70.0,
        };
        let said = lines(&copy, &Pace::default());
        assert_eq!(said[1].1, "drive-scsi0: transferred 0.0 B of 10.0 GiB (0.00%) in 0s");
        assert_eq!(
            said[36].1,
            "drive-scsi0: transferred 5.0 GiB of 10.0 GiB (50.00%) in 35s"
        );
        assert_eq!(
            said[66].1,
            "drive-scsi0: transferred 9.3 GiB of 10.0 GiB (92.86%) in 1m 5s"
        );
        assert!(said.iter().any(|(_, line)| line.ends_with("in 1m 10s, ready")));
    }
}
