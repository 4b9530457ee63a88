//! What the agent in a guest does for us: `/nodes/{node}/qemu/{vmid}/agent/{command}`. Proxmox VE asks it first whether it is
//! there, which takes 3 s where it is not (qemu-server, `QemuServer/Agent.pm`, `assert_agent_available`).

use super::client::Client;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::server::Secret;

impl Client {
    /// `POST …/agent/ping`: whether the agent answers. It wants `VM.GuestAgent.Audit`; before version 9 `VM.Monitor`.
    pub fn agent_answers(&self, guest: &GuestPath) -> bool {
        let request = guest.request(Method::Post, "/agent/ping", Kind::Config);
        self.request(&request).is_ok()
    }

    /// `POST …/agent/set-user-password`: a user of the guest has this password from now on. It wants
    /// `VM.GuestAgent.Unrestricted`; before version 9 `VM.Monitor`.
    pub fn set_user_password(&self, guest: &GuestPath, user: &str, password: &Secret) -> Result<(), Error> {
        let request = guest
            .request(Method::Post, "/agent/set-user-password", Kind::Config)
            .with("username", user)
            .with("password", password.expose());
        self.request(&request).map(drop)
    }
}
