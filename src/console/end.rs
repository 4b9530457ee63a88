//! Why a console is over, and what a side says that it cannot go on with.

/// Why a console is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The guest was stopped, restarted or moved, or its node closed the connection.
    Closed,
    /// The browser is gone.
    Left,
    /// Nobody has typed for long.
    Idle,
    /// It was open for as long as any may be.
    TooLong,
    /// The service is suspended.
    Suspended,
    /// The service has no such guest any more, or is about to have none.
    Gone,
    /// The service is somebody else's.
    OtherOwner,
    /// Who has it open may have no console of this service any more.
    NotAllowed,
    /// What came from the browser, or from the node, is no RFB.
    Unfit,
}

impl End {
    const ALL: [End; 9] = [
        End::Closed,
        End::Left,
        End::Idle,
        End::TooLong,
        End::Suspended,
        End::Gone,
        End::OtherOwner,
        End::NotAllowed,
        End::Unfit,
    ];

    /// The one of a word.
    pub fn named(word: &str) -> Option<End> {
        End::ALL.into_iter().find(|end| end.as_str() == word)
    }

    /// Its word in replies; what a page says of it is its text `console_end_…`.
    pub fn as_str(self) -> &'static str {
        match self {
            End::Closed => "closed",
            End::Left => "left",
            End::Idle => "idle",
            End::TooLong => "too_long",
            End::Suspended => "suspended",
            End::Gone => "gone",
            End::OtherOwner => "other_owner",
            End::NotAllowed => "not_allowed",
            End::Unfit => "unfit",
        }
    }
}

/// What a side says that the relay cannot go on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It speaks another protocol, or an older one.
    #[error("it does not speak RFB 3.8")]
    Protocol,
    /// It asks for something else than a password.
    #[error("it wants another proof than a password")]
    Security,
    /// It does not take the password: somebody else has opened a console of the same guest in this moment.
    #[error("it did not take the password")]
    Password,
    /// A message whose kind, and so whose end, is not known.
    #[error("it sent a message of a kind that is not known ({0})")]
    Kind(u8),
    /// A message that is longer than any that a viewer sends.
    #[error("it sent a message that is too long")]
    TooLong,
}
