//! The SSH keys of a service's client, for the pages of the client and of staff.

use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_given, must_be_shown};
use crate::api::core::Core;
use crate::api::request::{Number, PackageIn, ServerIn, Who};
use crate::api::ssh_keys::client_of;
use crate::package::GivenBy;
use crate::pipeline::holds_ssh_keys;
use crate::problems::Error;
use crate::service::Service;
use crate::store::ClientKey;
use crate::words::ids::{Actor, UnixSeconds};
use crate::words::limits;
use crate::words::ssh_key::NamedKey;
use serde::{Deserialize, Serialize};

/// Whose keys.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct SshKeysIn {
    /// Of which service.
    service: Number,
    /// Its client in WHMCS.
    client_id: Number,
    /// Its server entry; missing: nobody looks what the guest has.
    server: Option<ServerIn>,
    /// What is sold: whether customers have keys at all.
    package: PackageIn,
    /// Who asks.
    #[serde(flatten)]
    who: Who,
}

/// The keys of a client, and which of them a service has.
#[derive(Debug, Serialize)]
pub(in crate::api) struct SshKeysOut {
    /// All of them, the oldest first; then those that only this service still has.
    keys: Vec<SshKeyOut>,
    /// How many a client may have.
    most: usize,
    /// Whether the guest is given just the keys that are chosen, by cloud-init or by its agent; null where nobody could see that.
    written: Option<bool>,
}

/// A key.
#[derive(Debug, Serialize)]
struct SshKeyOut {
    /// What the client calls it.
    name: String,
    /// Its type, such as `ssh-ed25519`.
    kind: String,
    /// `SHA256:…`, as `ssh-keygen -l` shows it.
    fingerprint: String,
    /// Since when the client has it; null: it is not in the client's list any more, and this service still has it.
    added_at: Option<UnixSeconds>,
    /// Whether the guest is built with it.
    chosen: bool,
}

/// The keys of a service's client. Costs one request where it is to be seen what the guest has; a cluster that does not answer
/// is no reason to show no keys.
pub(in crate::api) fn ssh_keys(core: &Core, request: SshKeysIn) -> Result<SshKeysOut, Error> {
    let id = request.service.service()?;
    if request.who.by().actor == Actor::Client {
        must_be_given("ssh_key_add", &request.who, &request.package.parse()?)?;
    }
    let client = client_of(request.client_id.0.unwrap_or_default())?;
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let known = core.store.ssh_keys(client)?;
    let chosen = &service.body.choices.ssh_keys;
    let others = chosen
        .iter()
        .filter(|named| !is_among(known.iter().map(|key| &key.named), named));
    let of_client = known.iter().map(|key| SshKeyOut::of(&key.named, Some(key), chosen));
    Ok(SshKeysOut {
        keys: of_client
            .chain(others.map(|named| SshKeyOut::of(named, None, chosen)))
            .collect(),
        most: limits::SSH_KEYS,
        written: written(core, &request, &service),
    })
}

fn is_among<'a>(mut keys: impl Iterator<Item = &'a NamedKey>, named: &NamedKey) -> bool {
    keys.any(|other| other.key.fingerprint == named.key.fingerprint)
}

impl SshKeyOut {
    fn of(named: &NamedKey, of_client: Option<&ClientKey>, chosen: &[NamedKey]) -> SshKeyOut {
        SshKeyOut {
            name: named.name.clone(),
            kind: named.key.kind().to_owned(),
            fingerprint: named.key.fingerprint.clone(),
            added_at: of_client.map(|key| key.added_at),
            chosen: is_among(chosen.iter(), named),
        }
    }
}

/// What the guest's agent was given last, where the product gives keys by it.
fn by_agent<'a>(request: &SshKeysIn, service: &'a Service) -> Option<&'a Vec<String>> {
    let package = request.package.parse().ok()?;
    let given = service.body.guest.ours()?.agent_keys.as_ref();
    given.filter(|_| package.more.ssh_keys_by == GivenBy::Agent)
}

/// Whether the guest's cloud-init drive, or its agent, has what is chosen.
fn written(core: &Core, request: &SshKeysIn, service: &Service) -> Option<bool> {
    let entry = request.server.as_ref()?.parse().ok()?;
    let (client, path) = guest_of(core, &entry, service).ok()??;
    let chosen = &service.body.choices.ssh_keys;
    let is_given = |given: &Vec<String>| given.iter().eq(chosen.iter().map(|named| &named.key.fingerprint));
    let by_agent = by_agent(request, service).map(is_given);
    let look = || {
        let config = client.config(&path)?;
        check_owner(core, service, &path, &config)?;
        // what the agent was given last is what the guest has
        Ok(by_agent.unwrap_or_else(|| holds_ssh_keys(&config, chosen)))
    };
    match looked(
        core,
        service,
        "ssh_keys",
        request.who.asked().as_ref(),
        look,
        |written| Some(written),
    ) {
        Ok(Looked::Now(written)) => Some(written),
        Ok(Looked::Later(seen)) => seen,
        Err(_) => None,
    }
}
