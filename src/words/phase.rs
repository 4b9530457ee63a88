//! The four phases in which a customer sees a guest being set up.

use serde::{Deserialize, Serialize};

/// A phase of a set-up, in the order in which they come. Which step belongs to which, the table of the pipeline says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Address and number are reserved; a clone may wait in line.
    Preparing,
    /// The template is copied.
    Installing,
    /// Processors, disks, network, firewall, cloud-init.
    Configuring,
    /// It is switched on.
    Starting,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Phase; 4] = [Phase::Preparing, Phase::Installing, Phase::Configuring, Phase::Starting];
}
