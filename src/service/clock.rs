//! What a clock wrote that was ahead: nothing is waited for, or thought to be young, for as long as it was.
//!
//! Each structure that is kept is taken apart here to its last field, so that a new one does not compile before somebody has
//! said whether it is a moment.

use super::beside::{BeforeSwap, Beside, Former, InVain};
use super::choices::Choices;
use super::firewall::{FirewallTrial, TRIAL_SECONDS};
use super::media::{BootsOnce, Made, Media, MediaWish, Rescue, SeedFile};
use super::missed::Missed;
use super::wish::Wish;
use super::{Body, Build, Queued, Service, Task, Trouble};
use crate::words::ids::UnixSeconds;
use crate::words::limits;

/// Rescue mode lasts at most so long, and one try more (seconds).
const RESCUE_LONGEST: f64 = 168.0 * 3600.0 + limits::SCHEDULE_AGAIN;

/// A clock that is believed.
#[derive(Clone, Copy)]
struct Clock {
    now: UnixSeconds,
}

impl Clock {
    /// Later than this nothing can have happened.
    fn latest(self) -> UnixSeconds {
        self.now + limits::CLOCK_SECONDS
    }

    /// What has happened.
    fn past<'a>(self, moments: impl IntoIterator<Item = &'a mut UnixSeconds>) {
        for moment in moments {
            *moment = moment.min(self.latest());
        }
    }

    /// What has happened, in whole seconds.
    fn past_whole(self, moment: &mut u64) {
        *moment = (*moment).min(self.latest() as u64);
    }

    /// What comes at most so many seconds after it was written down: one that comes later is over.
    fn within(self, seconds: f64, moment: &mut UnixSeconds) {
        if *moment > self.latest() + seconds {
            *moment = self.now;
        }
    }

    /// The same, in whole seconds.
    fn within_whole(self, seconds: f64, moment: &mut u64) {
        if *moment as f64 > self.latest() + seconds {
            *moment = self.now as u64;
        }
    }

    /// Until when something of the customer's is kept at least: all of that time begins again.
    fn kept(self, seconds: f64, moment: &mut Option<UnixSeconds>) {
        *moment = moment.map(|moment| moment.min(self.latest() + seconds));
    }
}

impl Service {
    /// A moment later than any clock that is right can have written was written by one that was ahead.
    pub fn believe_no_later(&mut self, now: UnixSeconds) {
        let clock = Clock { now };
        body(&mut self.body, clock);
    }
}

fn body(body: &mut Body, clock: Clock) {
    let Body {
        guest,
        build,
        task,
        trouble,
        queued,
        choices: chosen,
        media: of_media,
        beside: second,
        beside_ends_at,
        former,
        locked_since,
        held_since,
        failing_since,
        awaited_since,
        snapshots_end_at,
        backups_end_at,
        backups_missed,
        identity: _,
        cloned_from: _,
        package: _,
        applied: _,
        node: _,
        template_node: _,
        place: _,
        name: _,
        domain: _,
        suspended: _,
        onboot_before: _,
        mac: _,
        reinstalled: _,
        note: _,
        attempts: _,
        failing_step: _,
        user: _,
        unanswered_minutes: _,
        delay_told: _,
        renewal: _,
        backups_on: _,
        user_data: _,
        windows: _,
        dns_wanted: _,
        by_hand: _,
    } = body;
    clock.past(guest.moments());
    clock.past(build.iter_mut().flat_map(Build::moments));
    let since = [locked_since, held_since, failing_since, awaited_since];
    clock.past(since.into_iter().flatten());
    clock.past(task.as_mut().map(sent_at));
    clock.past(trouble.as_mut().map(told_at));
    clock.past(backups_missed.as_mut().map(missed_at));
    for Former { vmid: _, held } in former {
        clock.past(held.moments());
    }
    // where the first of them ends is looked at again then
    for ends in [snapshots_end_at, backups_end_at].into_iter().flatten() {
        clock.within(limits::TIMED_SECONDS, ends);
    }
    clock.kept(limits::BESIDE_KEPT, beside_ends_at);
    choices(chosen, clock);
    media(of_media, clock);
    if let Some(second) = second {
        beside(second, clock);
    }
    if let Some(what) = queued {
        of_queued(what, clock);
    }
}

fn sent_at(task: &mut Task) -> &mut UnixSeconds {
    let Task {
        sent_at,
        what: _,
        by: _,
        actor: _,
        clone: _,
        password: _,
        upid: _,
    } = task;
    sent_at
}

fn told_at(trouble: &mut Trouble) -> &mut UnixSeconds {
    let Trouble {
        at,
        code: _,
        message: _,
        retry: _,
        lasting: _,
        of_beside: _,
    } = trouble;
    at
}

fn missed_at(missed: &mut Missed) -> &mut UnixSeconds {
    let Missed {
        at,
        in_a_row: _,
        code: _,
    } = missed;
    at
}

fn choices(choices: &mut Choices, clock: Clock) {
    let Choices {
        firewall_trial,
        version: _,
        protect: _,
        system: _,
        application: _,
        snapshots: _,
        backups: _,
        ssh_keys: _,
        keys_chosen: _,
        firewall: _,
    } = choices;
    if let Some(FirewallTrial { until, list: _ }) = firewall_trial
        && let Some(until) = until
    {
        // one that locks its customer out is taken back
        clock.within(TRIAL_SECONDS, until);
    }
}

fn media(media: &mut Media, clock: Clock) {
    let Media {
        rescue: mode,
        boots_once: once,
        seeds,
        own: _,
        keys_told: _,
        rescued: _,
    } = media;
    if let Some(mode) = mode {
        rescue(mode, clock);
    }
    if let Some(once) = once {
        boots_once(once, clock);
    }
    for one in seeds {
        seed(one, clock);
    }
}

fn rescue(rescue: &mut Rescue, clock: Clock) {
    let Rescue {
        since,
        ends_at,
        seed: told,
        before: _,
        ran: _,
        volumes: _,
    } = rescue;
    // it lasts as long as it was to last
    let ahead = since.saturating_sub(clock.latest() as u64);
    (*since, *ends_at) = (*since - ahead, ends_at.saturating_sub(ahead));
    clock.within_whole(RESCUE_LONGEST, ends_at);
    if let Some(told) = told {
        seed(told, clock);
    }
}

fn boots_once(once: &mut BootsOnce, clock: Clock) {
    let BootsOnce {
        since,
        look_at,
        slot: _,
        before: _,
        disk_before: _,
    } = once;
    clock.past_whole(since);
    clock.within_whole(limits::SCHEDULE_AGAIN, look_at);
}

fn seed(seed: &mut SeedFile, clock: Clock) {
    let SeedFile {
        delete_at,
        made,
        node: _,
        storage: _,
        file: _,
        refused: _,
    } = seed;
    clock.within_whole(limits::SCHEDULE_AGAIN, delete_at);
    if let Some(Made {
        at,
        look_at,
        of: _,
        secret: _,
    }) = made
    {
        clock.past_whole(at);
        clock.within_whole(limits::SCHEDULE_AGAIN, look_at);
    }
}

fn beside(beside: &mut Beside, clock: Clock) {
    let Beside {
        life,
        boots_once: once,
        asked_at,
        in_vain,
        stage: _,
        vmid: _,
        node: _,
        nonce: _,
        backup: _,
        cut: _,
        upid: _,
        asked_by: _,
    } = beside;
    clock.past(life.moments());
    clock.past(asked_at);
    if let Some(once) = once {
        boots_once(once, clock);
    }
    if let Some(InVain {
        since,
        kind: _,
        times: _,
    }) = in_vain
    {
        clock.past([since]);
    }
}

fn of_queued(queued: &mut Queued, clock: Clock) {
    let Queued {
        waits_since,
        before_swap,
        wish,
        from: _,
        stopped: _,
        values: _,
        addresses: _,
        system: _,
        application: _,
        ssh_keys: _,
        user_data: _,
        renewal: _,
        refused: _,
        rolled_back: _,
        half_back: _,
        kept: _,
        disks: _,
        connects: _,
        backup_first: _,
        deletion_begun: _,
        package_follows: _,
    } = queued;
    clock.past(waits_since);
    if let Some(before) = before_swap {
        let BeforeSwap {
            other,
            ends_at,
            values: _,
            ran: _,
        } = &mut **before;
        beside(other, clock);
        clock.kept(limits::BESIDE_KEPT, ends_at);
    }
    if let Some(Wish::Media(wish)) = wish {
        let MediaWish {
            rescue: mode,
            boots_once: once,
            act: _,
            keys: _,
            stops: _,
            runs: _,
        } = wish;
        if let Some(mode) = mode {
            rescue(mode, clock);
        }
        if let Some(once) = once {
            boots_once(once, clock);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ids::{ServerId, ServiceId};
    use serde_json::{Value, json};

    const AHEAD: f64 = 9e9;

    fn believed(stored: &Value) -> Body {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.body = serde_json::from_value(stored.clone()).unwrap();
        service.believe_no_later(1000.0);
        service.body
    }

    #[test]
    fn a_moment_from_a_clock_that_was_ahead_is_one_of_now() {
        let once = json!({"slot": "ide2", "before": null, "since": 9_000_000_000_u64, "look_at": 9_000_000_000_u64});
        let rescue = json!({
            "since": 9_000_000_000_u64, "ends_at": 9_000_003_600_u64, "before": {}, "ran": true, "volumes": []
        });
        let made = json!({"of": "", "secret": true, "at": 9_000_000_000_u64, "look_at": 9_000_000_000_u64});
        let seed = json!({
            "node": "a", "storage": "b", "file": "c", "delete_at": 9_000_000_000_u64, "made": made
        });
        let beside = json!({
            "stage": "restored", "vmid": 105, "node": "a", "nonce": "", "life": {"cloned": true, "guest_since": AHEAD},
            "backup": "", "cut": [], "boots_once": once, "asked_at": AHEAD, "upid": null,
            "in_vain": {"kind": "", "times": 1, "since": AHEAD}
        });
        let swap = json!({"other": beside, "ends_at": AHEAD, "values": {}, "ran": true});
        let list = json!({"policy_in": "DROP", "policy_out": "ACCEPT", "rules": []});
        let wish = json!({
            "wish": "media", "act": "rescue", "keys": {}, "stops": true, "runs": true, "rescue": rescue, "boots_once": once
        });
        for stored in [
            json!({"cloned_at": AHEAD, "guest_since": AHEAD, "cloned": true}),
            json!({"locked_since": AHEAD, "held_since": AHEAD, "failing_since": AHEAD, "awaited_since": AHEAD}),
            json!({"snapshots_end_at": AHEAD, "backups_end_at": AHEAD, "beside_ends_at": AHEAD}),
            json!({(crate::words::problems::BACKUPS_MISSED.code): {"in_a_row": 1, "at": AHEAD, "code": ""}}),
            json!({"former": [{"vmid": 101, "held": {"since": AHEAD, "until": AHEAD}}]}),
            json!({"choices": {"firewall_trial": {"list": list, "until": AHEAD}}}),
            json!({"media": {"rescue": rescue, "boots_once": once, "seeds": [seed]}}),
            json!({"beside": beside, "queued": {"waits_since": AHEAD, "before_swap": swap, "wish": wish}}),
        ] {
            let written = serde_json::to_value(believed(&stored)).unwrap().to_string();
            assert!(!written.contains("90000"), "{stored}: {written}");
        }
    }

    #[test]
    fn what_a_clock_that_is_right_has_written_stays() {
        let stored = json!({"choices": {"firewall_trial": {
            "list": {"policy_in": "DROP", "policy_out": "ACCEPT", "rules": []}, "until": 1090.0
        }}, "beside_ends_at": 1000.0 + limits::BESIDE_KEPT, "snapshots_end_at": 1000.0 + 30.0 * 86_400.0});
        assert_eq!(believed(&stored), serde_json::from_value(stored).unwrap());
    }

    #[test]
    fn what_is_taken_back_is_over_and_what_is_kept_is_kept_for_all_of_its_time() {
        let list = json!({"policy_in": "DROP", "policy_out": "ACCEPT", "rules": []});
        let body =
            believed(&json!({"choices": {"firewall_trial": {"list": list, "until": AHEAD}}, "beside_ends_at": AHEAD}));
        assert_eq!(body.choices.firewall_trial.unwrap().until, Some(1000.0));
        assert!(body.beside_ends_at.unwrap() >= 1000.0 + limits::BESIDE_KEPT);
    }
}
