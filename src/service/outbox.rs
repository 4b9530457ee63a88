//! What somebody else has to hear of at least once: the kinds of it. The rows are in the store's `outbox`.

use crate::service::Service;
use crate::words::problems::{self, Problem};
use serde_json::Value;

/// In which life of its service something may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// In any.
    Always,
    /// While the service is not gone.
    Living,
    /// While its customer may use the guest: until then it is held back.
    Usable,
    /// While its customer may not.
    Unusable,
}

impl Fits {
    /// Whether it may be told of this service as it is.
    pub fn is_met_by(self, service: &Service) -> bool {
        match self {
            Fits::Always => true,
            Fits::Living => !service.is_removed(),
            Fits::Usable => service.is_usable(),
            Fits::Unusable => !service.is_usable() && !service.is_removed(),
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal $fits:ident,)*) => {
        /// Who hears of what.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind,)*];

            /// Its name in the store and for PHP, whose class of this kind delivers it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Kind::$kind => $name,)*
                }
            }

            /// When it may be told.
            pub const fn fits(self) -> Fits {
                match self {
                    $(Kind::$kind => Fits::$fits,)*
                }
            }
        }
    };
}

kinds! {
    /// WHMCS writes down domain, user name, addresses, and what became of a terminated service.
    WriteBack "write_back" Always,
    /// The customer: a new guest is ready.
    MailReady "mail_ready" Usable,
    /// The customer: it was reinstalled.
    MailReinstalled "mail_reinstalled" Usable,
    /// The customer: it was restored from a backup.
    MailRestored "mail_restored" Usable,
    /// The customer: it could not be restored, and has no disks.
    MailRestoreFailed "mail_restore_failed" Living,
    /// The customer: it has the new package.
    MailPackage "mail_package" Usable,
    /// The customer: its password is another one.
    MailPassword "mail_password" Living,
    /// The customer: it was stopped, and stays so.
    MailSuspended "mail_suspended" Unusable,
    /// The customer: building it takes longer than it should.
    MailDelayed "mail_delayed" Unusable,
    /// The customer: what was asked for could not be done, and it is as before.
    MailFailed "mail_failed" Living,
    /// The customer: it was deleted.
    MailTerminated "mail_terminated" Always,
}

impl Kind {
    /// The kind of a name; none: a name of another version.
    pub fn of(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether the request that causes it delivers it too. All else is the cron's: a mail server may be slow.
    pub const fn is_at_once(self) -> bool {
        matches!(self, Kind::WriteBack | Kind::MailPassword)
    }

    /// What staff are told where it cannot be delivered.
    pub fn problem(self) -> &'static Problem {
        match self {
            Kind::WriteBack => &problems::WHMCS_NOT_TOLD,
            _ => &problems::MAIL_NOT_SENT,
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
