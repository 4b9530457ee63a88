//! Whose order a service is. WHMCS gives the number of a service out again: after its row was deleted, after its database
//! was restored from before the order, after the counter of its table fell back. A number alone is no customer.
//!
//! The order's own number (`ordernum`, drawn at random) tells orders apart even then; where WHMCS has none, the order's
//! id does. The day of the registration, which staff may change, tells a service with an order from one without. Another
//! client is another customer until staff say that the service was moved.

use crate::words::calendar;
use crate::words::ids::UnixSeconds;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What WHMCS says of the order behind a service. Zero and empty: it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The client.
    pub client: u64,
    /// The order's id.
    pub order: u64,
    /// The order's number, which is drawn at random.
    pub number: String,
    /// The day of the registration, `2026-11-29`.
    pub registered: String,
}

/// What a request says of the order it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Whose order.
    pub identity: Identity,
    /// WHMCS's own status of the service: `Pending`, `Active`, …
    pub status: String,
    /// The domain that WHMCS shows of it.
    pub domain: String,
}

/// For sentences.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order {
            0 => f.write_str("a service")?,
            order => write!(f, "order {order}")?,
        }
        write!(f, " of client {}", self.client)?;
        match self.registered.as_str() {
            "" => Ok(()),
            day => write!(f, " from {day}"),
        }
    }
}

impl Identity {
    /// Whether it is another order than this one, as far as both say something.
    fn is_other(&self, asked: &Identity) -> bool {
        let differ = |ours: &str, theirs: &str| !ours.is_empty() && !theirs.is_empty() && ours != theirs;
        let known = |ours: u64, theirs: u64| ours != 0 && theirs != 0;
        if known(self.client, asked.client) && self.client != asked.client {
            return true;
        }
        // staff may change the day; nobody changes number and id
        if !self.number.is_empty() && !asked.number.is_empty() {
            return self.number != asked.number;
        }
        match (self.order, asked.order) {
            // imported, or typed in: the client is all that is sure of it
            (0, 0) => false,
            (0, _) | (_, 0) => differ(&self.registered, &asked.registered),
            (ours, theirs) => ours != theirs,
        }
    }

    /// Takes over what is said now; what is no longer said stays.
    pub fn learn(&mut self, asked: &Identity) {
        let number = std::mem::take(&mut self.number);
        *self = asked.clone();
        if self.number.is_empty() {
            self.number = number;
        }
    }
}

/// Whose a service is, where that is not whoever asks: `known` is what is written down, `since` when its row was made,
/// `built` the domain of one that is built.
///
/// A service from before identities were kept is taken for the asker's, unless its order is younger than the service, or
/// still pending, and not told of it, while the service is built: then the number was given out again.
pub fn stranger(known: Option<&Identity>, asked: &Asked, since: UnixSeconds, built: Option<&str>) -> Option<String> {
    match known {
        Some(known) => known.is_other(&asked.identity).then(|| known.to_string()),
        None => {
            let younger = asked.identity.registered > day_after(since);
            let is_untold = |domain: &str| domain.is_empty() || !asked.domain.eq_ignore_ascii_case(domain);
            let pending = asked.status == "Pending" && built.is_some_and(is_untold);
            (younger || pending).then(|| format!("an order from before {}", calendar::day(since)))
        }
    }
}

/// WHMCS's day may be ahead of ours by its time zone.
fn day_after(at: UnixSeconds) -> String {
    calendar::day(at + calendar::DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::guest_life::{Guest, GuestLife};

    /// 2026-11-22.
    const CREATED: UnixSeconds = 1_795_359_845.0;

    fn asked(client: u64, order: u64, number: &str, registered: &str) -> Asked {
        let identity = Identity {
            client,
            order,
            number: number.to_owned(),
            registered: registered.to_owned(),
        };
        Asked {
            identity,
            status: "Active".to_owned(),
            domain: String::new(),
        }
    }

    fn whose(known: Option<&Identity>, asked: &Asked) -> Option<String> {
        stranger(known, asked, CREATED, Some("3-7.example.net"))
    }

    #[test]
    fn the_same_order_is_known_again_and_another_one_is_not() {
        let ours = asked(3, 51, "8437521", "2026-11-22").identity;
        for same in [
            asked(3, 51, "8437521", "2026-11-22"),
            asked(3, 51, "8437521", "2026-10-01"), // staff changed the day
            asked(3, 51, "", "2026-11-22"),        // the order's row was deleted
            asked(3, 51, "", "2026-11-23"),        // and the day changed
            asked(3, 0, "", ""),
        ] {
            assert_eq!(whose(Some(&ours), &same), None, "{same:?}");
        }
        for other in [
            asked(4, 51, "8437521", "2026-11-22"), // moved to another client
            asked(3, 51, "1111111", "2026-11-22"), // a restored database gives out the same ids
            asked(3, 52, "", "2026-11-22"),
            asked(3, 0, "", "2026-11-23"), // a service without an order has the number now
        ] {
            let whose = whose(Some(&ours), &other);
            assert_eq!(
                whose.as_deref(),
                Some("order 51 of client 3 from 2026-11-22"),
                "{other:?}"
            );
        }
    }

    #[test]
    fn a_service_without_an_order_is_its_clients_whatever_day_staff_type() {
        let ours = asked(3, 0, "", "2026-11-22").identity;
        for same in [
            asked(3, 0, "", "2026-10-01"),
            asked(3, 0, "", ""),
            asked(3, 51, "", "2026-11-22"),
        ] {
            assert_eq!(whose(Some(&ours), &same), None, "{same:?}");
        }
        for other in [asked(4, 0, "", "2026-11-22"), asked(3, 51, "8437521", "2026-11-23")] {
            assert!(whose(Some(&ours), &other).is_some(), "{other:?}");
        }
    }

    #[test]
    fn a_service_without_identity_is_the_askers_unless_the_order_is_younger() {
        assert_eq!(whose(None, &asked(3, 51, "1", "2026-11-20")), None);
        assert_eq!(whose(None, &asked(3, 51, "1", "2026-11-23")), None, "a time zone");
        assert!(whose(None, &asked(3, 51, "1", "2026-11-24")).is_some());
        let mut pending = asked(3, 51, "1", "2026-11-20");
        pending.status = "Pending".to_owned();
        assert!(whose(None, &pending).is_some());
        assert_eq!(stranger(None, &pending, CREATED, None), None, "it is being built");
        let shown = Asked {
            domain: "3-7.Example.net".to_owned(),
            ..pending.clone()
        };
        assert_eq!(whose(None, &shown), None, "WHMCS was told of it");
        assert!(stranger(None, &shown, CREATED, Some("")).is_some());
        let mut known = Identity::default();
        known.learn(&pending.identity);
        assert_eq!(whose(Some(&known), &pending), None);
        known.learn(&asked(3, 51, "", "2026-11-20").identity);
        assert_eq!(known.number, "1", "what is no longer said stays");
    }

    #[test]
    fn a_service_from_before_that_is_still_built_may_be_pending() {
        let mut service =
            crate::service::Service::new(crate::words::ids::ServiceId(7), crate::words::ids::ServerId(1), CREATED);
        service.body.guest = GuestLife::Ours(Guest::default());
        let mut pending = asked(3, 51, "1", "2026-11-22");
        pending.status = "Pending".to_owned();
        assert_eq!(service.stranger(&pending), None);
        service.status = crate::words::status::Status::Ready;
        assert!(service.stranger(&pending).is_some());
    }
}
