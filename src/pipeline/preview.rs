//! What a change of package would ask of a finished guest: the same plans as the change itself has, asked once, with nothing
//! done.

use super::call::{Blocked, Call};
use super::table::PIPELINE;
use super::view::View;
use super::{after, build};
use crate::guest::Current;

/// What would be done, in this order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Each call.
    pub calls: Vec<Call>,
    /// Whether a guest that runs is stopped for it, and started again.
    pub restarts: bool,
}

/// What a change to the view's package would do. Where further addresses have to be leased first, which ones is not known: what
/// depends on them is not told.
///
/// # Errors
/// What keeps it from being done.
pub fn preview(view: &View<'_>) -> Result<Preview, Blocked> {
    let (mut calls, must_stop) = after::together(view, PIPELINE)?;
    let live = view.package.more.live_change && !must_stop;
    let restarts = !calls.is_empty() && build::runs(view) && !live;
    let written = calls.iter().fold(view.config.clone(), |config, call| match call {
        Call::Write(change) => config.with(change),
        _ => config,
    });
    if restarts {
        calls.insert(0, Call::Shutdown(view.package.more.shutdown_timeout_s));
    }
    if !view.reserved {
        calls.insert(0, Call::Reserve);
    }
    let afterwards = View {
        config: &written,
        current: if restarts {
            Some(&Current::FRESH_CLONE)
        } else {
            view.current
        },
        ..*view
    };
    calls.extend(after::then(&afterwards, PIPELINE)?);
    if view.surplus {
        calls.push(Call::FreeSurplus);
    }
    Ok(Preview { calls, restarts })
}
