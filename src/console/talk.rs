//! How an open console speaks with its browser: as a screen does (RFB), or as a text terminal.

use super::end::Unfit;
use super::filter::Filter;
use super::rfb::Greeter;
use super::text::{self, Typing};
use crate::pve::Shown;

/// The browser's side of a console.
pub(super) enum Talk {
    Screen { greeter: Greeter, filter: Filter },
    Text(Typing),
}

/// What comes of what a browser has said.
#[derive(Default)]
pub(super) struct Said {
    /// For the browser.
    pub(super) back: Vec<u8>,
    /// For the node.
    pub(super) on: Vec<u8>,
    /// Whether somebody has typed, clicked or moved.
    pub(super) acted: bool,
}

impl Talk {
    /// For a browser that may act, or may only look.
    pub(super) fn new(shown: Shown, may_act: bool) -> Talk {
        match shown {
            Shown::Screen => Talk::Screen {
                greeter: Greeter::default(),
                filter: Filter::new(may_act),
            },
            Shown::Serial(_) => Talk::Text(Typing::new(may_act)),
        }
    }

    /// What the browser hears first.
    pub(super) fn first(&self) -> &'static [u8] {
        match self {
            Talk::Screen { .. } => Greeter::first(),
            Talk::Text(_) => text::OK,
        }
    }

    /// Whether the browser has said anything yet.
    pub(super) fn has_heard(&self) -> bool {
        match self {
            Talk::Screen { greeter, .. } => greeter.has_heard(),
            Talk::Text(typing) => typing.has_heard(),
        }
    }

    /// Whether the browser has said all that comes before what is shown.
    pub(super) fn is_in(&self) -> bool {
        match self {
            Talk::Screen { greeter, .. } => greeter.is_in(),
            Talk::Text(typing) => typing.has_heard(),
        }
    }

    /// Hears what the browser says.
    ///
    /// # Errors
    /// What the relay cannot go on with.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> Result<Said, Unfit> {
        let mut said = Said::default();
        match self {
            Talk::Text(typing) => said.acted = typing.pass(bytes, &mut said.on)?,
            Talk::Screen { greeter, filter } if greeter.is_in() => {
                said.acted = filter.pass(bytes, &mut said.on)?.acted;
            }
            Talk::Screen { greeter, filter } => {
                let greeted = greeter.hear(bytes)?;
                said.back = greeted.back;
                // the first byte says whether the screen is shared, and is no message
                if let Some((shared, messages)) = greeted.on.split_first() {
                    said.on.push(*shared);
                    said.acted = filter.pass(messages, &mut said.on)?.acted;
                }
            }
        }
        Ok(said)
    }
}
