//! A guest that was built runs, and answers: what its customer's mail waits for, where the product says so.

use super::{Engine, Job, Outcome};
use crate::package::ReadyWhen;
use crate::pipeline::{self, Row};
use crate::problems::Error;
use crate::server::{Family, address::first_of};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::net::{SocketAddr, TcpStream};

impl Engine<'_> {
    /// What is waited for before the guest counts as ready. `None`: it has answered, nobody waits for that, or it was waited for
    /// long enough: then history and mail say that it has not answered.
    pub(super) fn awaits_answer(&self, job: &mut Job, row: &Row) -> Result<Option<Outcome>, Error> {
        if let Some(waits) = awaits_application(job, row, self.clock.now()) {
            return Ok(Some(waits));
        }
        let more = &job.order.package.more;
        let (when, minutes) = (more.ready_when, more.ready_minutes);
        if !row.waits_for_answer || when == ReadyWhen::Started || job.goal.is_forced() || !job.look.runs() {
            return Ok(None);
        }
        let now = self.clock.now();
        let since = match job.lease.service.body.awaited_since {
            Some(since) => since,
            None => {
                job.service().body.awaited_since = Some(now);
                // whoever goes on with it waits no longer than was said
                self.save(job)?;
                now
            }
        };
        let until = ends_at(since, minutes);
        if self.answers(job, when)? {
            return Ok(None);
        }
        let now = self.clock.now();
        if now >= until {
            job.note(
                now,
                row.name,
                &format!("runs, but has not answered within {minutes} minutes"),
            );
            job.service().body.unanswered_minutes = Some(minutes);
            return Ok(None);
        }
        Ok(Some(Outcome::Waiting {
            on: "the VM's first answer".to_owned(),
            until: (now + limits::ANSWER_POLL).min(until),
            in_line: false,
        }))
    }

    /// Whether its agent answers, or a port is open. Who cannot ask has no answer.
    fn answers(&self, job: &Job, when: ReadyWhen) -> Result<bool, Error> {
        let by_agent = matches!(when, ReadyWhen::Agent | ReadyWhen::Either) && job.look.config().has_agent();
        if by_agent {
            let path = Self::guest_path(job)?;
            if job.client.agent_answers(&path) {
                return Ok(true);
            }
        }
        let by_port = matches!(when, ReadyWhen::Port | ReadyWhen::Either);
        let ip = [Family::V4, Family::V6]
            .into_iter()
            .find_map(|family| first_of(&job.lease.addresses, family))
            .map(|address| address.ip);
        let config = job.look.config();
        let port = job.order.package.more.ready_port.unwrap_or_else(|| config.login_port());
        Ok(by_port && ip.is_some_and(|ip| (self.knock)(SocketAddr::new(ip, port))))
    }
}

/// A guest that was just started for the first time has to read its application before that is taken away again.
fn awaits_application(job: &mut Job, row: &Row, now: UnixSeconds) -> Option<Outcome> {
    let current = job.look.current.as_ref().filter(|_| job.look.runs())?;
    let left = limits::SNIPPET_READ.saturating_sub(current.uptime.unwrap_or(limits::SNIPPET_READ));
    let waits = row.waits_for_answer && !job.goal.is_forced() && left > 0;
    if !waits || !pipeline::has_application(&job.order.package, job.look.config()) {
        return None;
    }
    // how long it has run is looked at again then
    job.look.current = None;
    Some(Outcome::Waiting {
        on: "the VM to read its application".to_owned(),
        until: now + left as f64,
        in_line: false,
    })
}

/// When nobody waits any longer.
pub fn ends_at(since: UnixSeconds, minutes: u32) -> UnixSeconds {
    since + f64::from(minutes) * 60.0
}

/// Whether a connection to it is accepted.
pub fn is_open(door: SocketAddr) -> bool {
    TcpStream::connect_timeout(&door, limits::PORT_TIMEOUT).is_ok()
}
