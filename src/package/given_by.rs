//! By what something new gets into a guest that runs.

use serde::{Deserialize, Serialize};

/// How a new password, or other SSH keys, get into a guest that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GivenBy {
    /// By cloud-init, at its next start.
    #[default]
    CloudInit,
    /// By the guest agent at once, and by cloud-init where there is none.
    Agent,
}
