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

    /// `POST …/agent/exec`: a program in the guest, with its arguments and what it reads; its number. It wants
    /// `VM.GuestAgent.Unrestricted`; before version 9 `VM.Monitor`. Guests of the RHEL family forbid it.
    pub fn agent_exec(&self, guest: &GuestPath, command: &[&str], input: &str) -> Result<u64, Error> {
        let request = guest.request(Method::Post, "/agent/exec", Kind::Config);
        let request = command
            .iter()
            .fold(request, |request, part| request.with("command", *part));
        let data = self.request(&request.with("input-data", input))?;
        Ok(data["pid"].as_u64().unwrap_or_default())
    }

    /// `GET …/agent/exec-status`: what has become of it.
    pub fn agent_exec_status(&self, guest: &GuestPath, pid: u64) -> Result<AgentRun, Error> {
        let request = guest.request(Method::Get, "/agent/exec-status", Kind::Config);
        let data = self.request(&request.with("pid", pid.to_string()))?;
        let text = |key: &str| data[key].as_str().unwrap_or_default().chars().take(SAID).collect();
        Ok(AgentRun {
            has_ended: data["exited"] == 1 || data["exited"] == true,
            code: data["exitcode"].as_i64(),
            said: text("out-data"),
        })
    }
}

/// What is read of what a program in a guest says (characters).
const SAID: usize = 200;

/// A program in a guest.
#[derive(Debug)]
pub struct AgentRun {
    /// Whether it has ended.
    pub has_ended: bool,
    /// How; none: it was killed, or has not ended.
    pub code: Option<i64>,
    /// What it has said: whatever a guest likes, and for nobody to read.
    pub said: String,
}

impl AgentRun {
    /// Why it counts as not done, where it does.
    pub fn why(&self) -> String {
        match (self.has_ended, self.code) {
            (false, _) => "it did not come to its end in time".to_owned(),
            (true, Some(65)) => "the user is not there".to_owned(),
            (true, Some(66)) => "the user's authorized_keys is a link".to_owned(),
            (true, Some(code)) => format!("it ended with code {code}"),
            (true, None) => "it was killed".to_owned(),
        }
    }
}
