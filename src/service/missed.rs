//! The backups of a service's schedule that were not made: its customer reads why, and after a few in a row somebody is told.

use super::outbox::Kind;
use super::{Service, Trouble};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use crate::words::problems::{self, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Those since the last one that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Missed {
    /// How many in a row.
    pub in_a_row: u32,
    /// When the last of them was given up.
    pub at: UnixSeconds,
    /// Why: the code of a problem.
    pub code: String,
}

impl Service {
    /// A backup of its schedule was not made. With the third in a row its customer gets a mail, and staff are told.
    pub fn misses_backup(&mut self, problem: &Problem, message: &str, now: UnixSeconds) {
        let before = self.body.backups_missed.as_ref().map_or(0, |missed| missed.in_a_row);
        let in_a_row = before.saturating_add(1);
        self.body.backups_missed = Some(Missed {
            in_a_row,
            at: now,
            code: problem.code.to_owned(),
        });
        if in_a_row == limits::BACKUPS_MISSED {
            self.owe(Kind::MailFailed, Value::from_iter([("action", "backup_make")]));
        }
        let is_told = self.body.trouble.as_ref().is_some_and(|trouble| trouble.lasting);
        if in_a_row >= limits::BACKUPS_MISSED && !is_told {
            let message = format!("{in_a_row} scheduled backups in a row were not made; the last one: {message}");
            self.body.trouble = Some(Trouble {
                retry: false,
                ..Trouble::of(&problems::BACKUPS_MISSED, message, now)
            });
        }
    }

    /// A backup was made, or another schedule is chosen: what was missed before is nobody's concern any more.
    pub fn misses_no_backup(&mut self) {
        self.body.backups_missed = None;
        let trouble = &mut self.body.trouble;
        trouble.take_if(|trouble| trouble.is(&problems::BACKUPS_MISSED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::ids::{ServerId, ServiceId};

    fn missed(service: &mut Service, problem: &Problem) -> (usize, bool) {
        service.owed.clear();
        service.misses_backup(problem, "storage vault is full", 7.0);
        let attention = service.body.trouble.as_ref().is_some_and(|trouble| !trouble.retry);
        (service.owed.len(), attention)
    }

    #[test]
    fn the_third_in_a_row_is_told_once_to_the_customer_and_to_staff_until_it_is_mended() {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        let told: Vec<_> = (0..4).map(|_| missed(&mut service, &problems::BACKUP_SPACE)).collect();
        assert_eq!(told, [(0, false), (0, false), (1, true), (0, true)]);
        let trouble = service.body.trouble.as_ref().unwrap();
        assert!(trouble.message.starts_with("4 scheduled backups in a row") && trouble.message.contains("vault"));
        service.misses_no_backup();
        assert_eq!((&service.body.backups_missed, &service.body.trouble), (&None, &None));
        assert_eq!(
            missed(&mut service, &problems::BACKUP_SPACE),
            (0, false),
            "counted anew"
        );
    }

    #[test]
    fn what_is_told_already_is_not_told_over() {
        let mut service = Service::new(ServiceId(7), ServerId(1), 0.0);
        let refused = Trouble {
            lasting: true,
            ..Trouble::of(&problems::BACKUP_SPACE, "refused".to_owned(), 1.0)
        };
        service.body.trouble = Some(refused.clone());
        for _ in 0..3 {
            missed(&mut service, &problems::BACKUP_SPACE);
        }
        service.misses_no_backup();
        assert_eq!(service.body.trouble, Some(refused));
    }
}
