//! What a service is to its customer.

use crate::engine::needs_attention;
use crate::pipeline;
use crate::service::Service;
use crate::words::status::Status;
use serde::Serialize;

/// In one word, which pages have a text for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It was terminated, or is about to be.
    Gone,
    /// It is suspended.
    Suspended,
    /// The VM is finished, and the customer's to use.
    Ready,
    /// Something is queued for the finished VM.
    Changing,
    /// A restore has left the VM without disks: another backup is restored, or the VM is made anew.
    Lost,
    /// The VM is being built, and waits for the hoster.
    Delayed,
    /// The VM is being built.
    Building,
}

impl State {
    /// `in_whmcs`: WHMCS's own status of the service, where the request says.
    pub fn of(service: &Service, in_whmcs: Option<&str>) -> State {
        match (in_whmcs.unwrap_or("Active"), service.status) {
            ("Terminated" | "Cancelled" | "Fraud", _) | (_, Status::Terminate | Status::Removed) => State::Gone,
            ("Suspended", _) => State::Suspended,
            _ if service.body.suspended => State::Suspended,
            _ if service.is_lost() => State::Lost,
            // whoever changes the firewall, or looks at a second VM, uses the VM on
            (_, Status::Ready | Status::Firewall | Status::Beside) => State::Ready,
            (_, status) if !pipeline::is_building(status) && status != Status::Reinstall => State::Changing,
            // what the cron cannot solve alone waits for the hoster, not for the customer
            _ if needs_attention(service) => State::Delayed,
            _ => State::Building,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ids::{ServerId, ServiceId};

    fn service(status: Status) -> Service {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        service.status = status;
        service
    }

    #[test]
    fn a_customer_sees_one_of_seven_states() {
        let active = |service: &Service| State::of(service, Some("Active"));
        let expected = |status: Status| match status {
            Status::Ready | Status::Firewall | Status::Beside => State::Ready,
            Status::ChangePackage
            | Status::SetDnsRecords
            | Status::Snapshot
            | Status::Rollback
            | Status::Backup
            | Status::Restore
            | Status::Media
            | Status::Swap => State::Changing,
            Status::Terminate | Status::Removed => State::Gone,
            _ => State::Building,
        };
        for status in Status::ALL.iter().copied() {
            assert_eq!(active(&service(status)), expected(status), "{status}");
            let mut suspended = service(status);
            suspended.body.suspended = true;
            let gone = matches!(status, Status::Terminate | Status::Removed);
            assert_eq!(
                active(&suspended),
                if gone { State::Gone } else { State::Suspended },
                "{status}"
            );
            for (in_whmcs, state) in [
                ("Terminated", State::Gone),
                ("Cancelled", State::Gone),
                ("Fraud", State::Gone),
            ] {
                assert_eq!(State::of(&service(status), Some(in_whmcs)), state, "{status}");
            }
        }
        assert_eq!(State::of(&service(Status::Ready), Some("Suspended")), State::Suspended);
        let mut stuck = service(Status::Clone);
        stuck.body.attempts = crate::words::limits::ATTENTION_ATTEMPTS;
        assert_eq!(active(&stuck), State::Delayed);
        stuck.status = Status::Ready;
        assert_eq!(
            active(&stuck),
            State::Ready,
            "an old failure of a finished one is not its customer's"
        );
    }
}
