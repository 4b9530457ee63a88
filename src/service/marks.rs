//! The two proofs that a guest is a service's own: the marker in its description, and the SMBIOS uuid seen after the clone.

use super::Service;
use super::restoring::Left;
use crate::guest::Config;
use crate::words::ids::ServiceId;

impl Service {
    /// What every marker begins with.
    pub const MARKER: &'static str = "proxmoxkvm-owner:";

    /// The marker in the guest's description: which installation's service it belongs to.
    ///
    /// VMIDs are reused, so a VMID is no identity; this line and the SMBIOS uuid are.
    pub fn marker(&self, installation: &str) -> String {
        format!("{} {installation}/{}", Self::MARKER, self.id)
    }

    /// The description that a clone is given.
    pub fn description(&self, installation: &str) -> String {
        format!(
            "WHMCS service {}. Do not remove the next line: it names the owner of this VM.\n\n{}",
            self.id,
            self.marker(installation)
        )
    }

    /// Whether a description carries this service's marker as a line of its own.
    pub fn is_marked(&self, installation: &str, description: &str) -> bool {
        let marker = self.marker(installation);
        description.lines().any(|line| line.trim() == marker)
    }

    /// Both proofs, the marker in a guest's description and the SMBIOS uuid seen after the clone: why it is not ours. What a
    /// restore leaves that was asked for may have neither.
    pub fn doubt(&self, installation: &str, config: &Config) -> Option<&'static str> {
        if self.left_by_restore(installation, config).is_some() {
            return None;
        }
        let description = config.get("description").unwrap_or_default();
        if !self.is_marked(installation, description) {
            return Some("its description does not carry the service's marker");
        }
        match (self.body.guest.uuid(), config.uuid().as_deref()) {
            (Some(known), Some(seen)) if known != seen => Some("its SMBIOS uuid is another one"),
            (Some(_), None) => Some("it has no SMBIOS uuid any more"),
            _ => None,
        }
    }

    /// What a config says of the restore that was asked for; none: nothing, or there is no such restore.
    pub fn left_by_restore(&self, installation: &str, config: &Config) -> Option<Left> {
        let description = config.get("description").unwrap_or_default();
        let restoring = self.body.guest.restoring()?;
        restoring.left(config, self.is_marked(installation, description))
    }

    /// Whether a guest with one of the two proofs may be the service's own, edited by hand: what is done because its guest
    /// is gone is not done then.
    pub fn may_be(&self, installation: &str, description: &str, uuid: Option<&str>) -> bool {
        let known = self.body.guest.uuid();
        self.is_marked(installation, description) || (known.is_some() && uuid == known)
    }

    /// The service of an installation whose marker a description carries.
    pub fn owner_in(installation: &str, description: &str) -> Option<ServiceId> {
        let owner = |line: &str| {
            line.trim()
                .strip_prefix(Self::MARKER)?
                .trim()
                .strip_prefix(installation)?
                .strip_prefix('/')?
                .parse()
                .ok()
        };
        description.lines().find_map(owner).map(ServiceId)
    }
}
