//! What somebody else has to hear of at least once: the kinds of it. The rows are in the store's `outbox`.

use crate::words::problems::{self, Problem};
use serde_json::Value;

/// Who hears of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// WHMCS writes down domain, user name, addresses, and what became of a terminated service.
    WriteBack,
    /// The customer: a new guest is ready.
    MailReady,
    /// The customer: it was reinstalled.
    MailReinstalled,
    /// The customer: it has the new package.
    MailPackage,
    /// The customer: its password is another one.
    MailPassword,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[
        Kind::WriteBack,
        Kind::MailReady,
        Kind::MailReinstalled,
        Kind::MailPackage,
        Kind::MailPassword,
    ];

    /// Its name in the store and for PHP, whose class of this kind delivers it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::WriteBack => "write_back",
            Kind::MailReady => "mail_ready",
            Kind::MailReinstalled => "mail_reinstalled",
            Kind::MailPackage => "mail_package",
            Kind::MailPassword => "mail_password",
        }
    }

    /// The kind of a name; none: a name of another version.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether the request that causes it delivers it too. All else is the cron's: a mail server may be slow.
    pub const fn is_at_once(self) -> bool {
        matches!(self, Kind::WriteBack | Kind::MailPassword)
    }

    /// Whether it tells of a guest that may be used: it is held back while the guest is not ready, or suspended.
    pub const fn needs_guest(self) -> bool {
        matches!(self, Kind::MailReady | Kind::MailReinstalled | Kind::MailPackage)
    }

    /// What staff are told where it cannot be delivered.
    pub fn problem(self) -> &'static Problem {
        match self {
            Kind::WriteBack => &problems::WHMCS_NOT_TOLD,
            Kind::MailReady | Kind::MailReinstalled | Kind::MailPackage | Kind::MailPassword => {
                &problems::MAIL_NOT_SENT
            }
        }
    }
}

/// What a change of a service makes others hear of: written down with the service, in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Owed {
    /// Who hears of what.
    pub kind: Kind,
    /// What the service's own row does not say when it is delivered. No secret.
    pub body: Value,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::of("mail"), None);
    }
}
