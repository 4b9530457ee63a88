//! How often the client of a service may ask for the same kind of thing. Somebody who presses a button without end must
//! keep neither a node nor a DNS provider busy. Staff, and WHMCS by itself, are never counted.

use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// So many times within so many seconds; then the client is told when it may ask again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Its name in the store.
    pub name: &'static str,
    /// What is asked for, for sentences.
    pub what: &'static str,
    /// How often.
    pub times: usize,
    /// Within which time.
    pub seconds: f64,
}

impl Pace {
    /// Whatever changes the guest: power, password.
    pub const CHANGES: Pace = Pace::of("changes", "to change its VM", limits::CLIENT_CHANGES);
    /// A reinstallation, beside that.
    pub const REINSTALLS: Pace = Pace::of("reinstalls", "to reinstall its VM", limits::CLIENT_REINSTALLS);
    /// A new password, beside that.
    pub const PASSWORDS: Pace = Pace::of("passwords", "for a new password", limits::CLIENT_PASSWORDS);
    /// A snapshot, or a rollback to one.
    pub const SNAPSHOTS: Pace = Pace::of("snapshots", "for a snapshot or a rollback", limits::CLIENT_SNAPSHOTS);
    /// A look at what another package would change: each asks Proxmox VE a few times.
    pub const PREVIEWS: Pace = Pace::of("previews", "what another package would change", limits::CLIENT_PREVIEWS);
    /// An SSH key more, or less.
    pub const SSH_KEYS: Pace = Pace::of("ssh_keys", "to change its SSH keys", limits::CLIENT_SSH_KEYS);
    /// A console, which is a task of a node and holds a worker of the web server.
    pub const CONSOLES: Pace = Pace::of("consoles", "for a console", limits::CLIENT_CONSOLES);
    /// A backup.
    pub const BACKUPS: Pace = Pace::of("backups", "for a backup", limits::CLIENT_BACKUPS);
    /// A change of its firewall: each is some writes.
    pub const FIREWALL: Pace = Pace::of("firewall", "to change its firewall", (60, 60.0));
    /// A restore from a backup.
    pub const RESTORES: Pace = Pace::of("restores", "to restore its VM", limits::CLIENT_RESTORES);
    /// Into rescue mode, or out of it.
    pub const RESCUES: Pace = Pace::of(
        "rescues",
        "to start or leave the rescue system",
        limits::CLIENT_RESTORES,
    );
    /// A picture of the screen.
    pub const SCREENSHOTS: Pace = Pace::of("screenshots", "for a picture of the screen", limits::CLIENT_SCREENSHOTS);
    /// Why a guest is not reached: each asks Proxmox VE about ten times.
    pub const REACHES: Pace = Pace::of("reaches", "why its VM is not reached", (6, 600.0));
    /// The name of an address: each is looked up, and written at a DNS provider.
    pub const NAMES: Pace = Pace::of("names", "for a reverse name", limits::CLIENT_NAMES);

    /// All of them, for the documentation.
    pub const ALL: [Pace; 14] = [
        Pace::CHANGES,
        Pace::PASSWORDS,
        Pace::REINSTALLS,
        Pace::SNAPSHOTS,
        Pace::BACKUPS,
        Pace::RESTORES,
        Pace::RESCUES,
        Pace::FIREWALL,
        Pace::SSH_KEYS,
        Pace::NAMES,
        Pace::CONSOLES,
        Pace::SCREENSHOTS,
        Pace::REACHES,
        Pace::PREVIEWS,
    ];

    const fn of(name: &'static str, what: &'static str, (times, seconds): (usize, f64)) -> Pace {
        Pace {
            name,
            what,
            times,
            seconds,
        }
    }

    /// Those of the known times that count at `now`. One from later than a right clock can have written is from a clock
    /// that was ahead, and over.
    pub fn recent(&self, known: &[UnixSeconds], now: UnixSeconds) -> Vec<UnixSeconds> {
        let counts = |at: &UnixSeconds| now - *at < self.seconds && *at - now <= limits::CLOCK_SECONDS;
        known.iter().copied().filter(counts).collect()
    }

    /// How often it may still be asked for now.
    pub fn left(&self, known: &[UnixSeconds], now: UnixSeconds) -> usize {
        self.times.saturating_sub(self.recent(known, now).len())
    }

    /// After which time it may be asked for again (seconds); `None`: now.
    pub fn wait(&self, known: &[UnixSeconds], now: UnixSeconds) -> Option<f64> {
        let mut recent = self.recent(known, now);
        recent.sort_by(f64::total_cmp);
        // so many, from this one on, are all that it may be
        let first = recent.len().checked_sub(self.times)?;
        recent.get(first).map(|at| at + self.seconds - now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWICE_A_MINUTE: Pace = Pace::of("", "", (2, 60.0));

    #[test]
    fn all_are_documented() {
        let source = include_str!("pace.rs");
        assert_eq!(
            source.matches(concat!(": Pace = ", "Pace::of(")).count(),
            Pace::ALL.len() + 1,
            "one of them is this test's"
        );
    }

    #[test]
    fn it_is_asked_for_again_when_the_first_of_the_last_times_is_over() {
        for (known, wait) in [
            (&[][..], None),
            (&[999.0], None),
            (&[970.0, 990.0], Some(30.0)),
            (&[990.0, 970.0], Some(30.0)),
            (&[940.0, 990.0], None),
            (&[940.5, 990.0], Some(0.5)),
            // more than may be, as after a limit was lowered
            (&[950.0, 970.0, 990.0], Some(30.0)),
            // clocks of web servers differ a little
            (&[990.0, 1010.0], Some(50.0)),
            // and one was ahead
            (&[990.0, 9e9], None),
        ] {
            assert_eq!(TWICE_A_MINUTE.wait(known, 1000.0), wait, "{known:?}");
            let left = TWICE_A_MINUTE.left(known, 1000.0);
            assert_eq!(left == 0, wait.is_some(), "{known:?}: {left}");
        }
    }
}
