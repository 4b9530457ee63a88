//! What the agent in a guest does for us: `/nodes/{node}/qemu/{vmid}/agent/{command}`. Proxmox VE asks it first whether it is
//! there, which takes 3 s where it is not (qemu-server, `QemuServer/Agent.pm`, `assert_agent_available`).

use super::client::Client;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::server::Secret;
use std::net::IpAddr;

/// So many addresses of a guest are read: it may name as many as it likes.
const MOST_ADDRESSES: usize = 64;

impl Client {
    /// `POST …/agent/ping`: whether the agent answers. It wants `VM.GuestAgent.Audit`; before version 9 `VM.Monitor`.
    pub fn agent_answers(&self, guest: &GuestPath) -> bool {
        let request = guest.request(Method::Post, "/agent/ping", Kind::Config);
        self.request(&request).is_ok()
    }

    /// The addresses of all network cards of a guest, as its agent sees them: `GET …/agent/network-get-interfaces`. It wants
    /// `VM.GuestAgent.Audit`; before version 9 `VM.Monitor`.
    pub fn agent_addresses(&self, guest: &GuestPath) -> Result<Vec<IpAddr>, Error> {
        let request = guest.request(Method::Get, "/agent/network-get-interfaces", Kind::Look);
        let answer = self.request(&request)?;
        let cards = answer["result"].as_array().into_iter().flatten();
        let addresses = cards.flat_map(|card| card["ip-addresses"].as_array().into_iter().flatten());
        let texts = addresses.filter_map(|one| one["ip-address"].as_str());
        Ok(texts
            .filter_map(|text| text.parse().ok())
            .take(MOST_ADDRESSES)
            .collect())
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
