//! The SSH keys of a client: one more, one less, by the page of one of its services.

use super::ServiceReply;
use super::life::verb::{Recorded, Verb, parse};
use super::request::{Number, PackageIn, Text, With};
use crate::actions::ssh_keys::must_let_in;
use crate::api::core::Core;
use crate::engine::Order;
use crate::package::Package;
use crate::problems::Error;
use crate::words::ids::{ServiceId, UnixSeconds};
use crate::words::limits;
use crate::words::ssh_key::{KeyError, NamedKey, SshKey};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A key as it was pasted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct KeyIn {
    /// What the client calls it; empty: what its comment says.
    label: Text,
    /// The public key, as one line: type, key, comment.
    key: Text,
}

/// Which key.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct FingerprintIn {
    /// Its fingerprint, `SHA256:…`.
    fingerprint: Text,
}

/// Whose keys they are.
pub(in crate::api) fn client_of(client: u64) -> Result<u64, Error> {
    match client {
        0 => Err(Error::Request("service.client_id is missing".to_owned())),
        client => Ok(client),
    }
}

/// Gives the client of a service a key to choose for any of its services. No guest has it by that. What was pasted is told
/// nowhere: it may be a private key.
pub(in crate::api) fn ssh_key_add(core: &Core, request: With<KeyIn>) -> Result<ServiceReply, Error> {
    let (id, order) = parse(&request.order)?;
    let client = client_of(order.client_id)?;
    let named = NamedKey::new(&request.more.label.0, SshKey::parse(&request.more.key.0)?)?;
    let verb = begin(core, id, order, "ssh_key_add", &named.key.fingerprint)?;
    let result = match core.store.add_ssh_key(client, &named, verb.now()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(KeyError::Full.into()),
        Err(error) => Err(error.into()),
    };
    verb.end(result)
}

/// Takes a key from the client of a service, and from what is chosen for this service. What guests have of it, they keep.
pub(in crate::api) fn ssh_key_remove(core: &Core, request: With<FingerprintIn>) -> Result<ServiceReply, Error> {
    let (id, order) = parse(&request.order)?;
    let client = client_of(order.client_id)?;
    let fingerprint = request.more.fingerprint.trim();
    let known = core.store.ssh_keys(client)?;
    let mut of_client = known.iter().map(|key| &key.named.key.fingerprint);
    let (service, _) = core.store.service(id)?;
    let mut of_service = service.body.choices.ssh_keys.iter().map(|named| &named.key.fingerprint);
    let is_known = of_client.any(|known| known == fingerprint) || of_service.any(|known| known == fingerprint);
    if !is_known {
        return Err(KeyError::Unknown.into());
    }
    let mut verb = begin(core, id, order, "ssh_key_remove", fingerprint)?;
    let others = |keys: &[NamedKey]| {
        let others = keys.iter().filter(|named| named.key.fingerprint != fingerprint);
        others.cloned().collect::<Vec<NamedKey>>()
    };
    let chosen = verb.service().body.choices.ssh_keys.clone();
    let left = others(&chosen);
    if left.len() != chosen.len()
        && let Err(error) = must_let_in(verb.job.lease.service.has_password(&verb.job.order.package), &left)
    {
        return verb.end(Err(error.into()));
    }
    let result = core.store.remove_ssh_key(client, fingerprint);
    if result.is_ok() {
        let body = &mut verb.service().body;
        if left.len() != chosen.len() {
            body.choices.ssh_keys = left;
            body.choices.keys_chosen = true;
            body.choices.version += 1;
        }
        if let Some(waiting) = body.queued.as_mut().and_then(|queued| queued.ssh_keys.as_mut()) {
            *waiting = others(waiting);
        }
    }
    verb.end(result.map_err(Error::from))
}

/// Whose keys a shop offers.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ClientKeysIn {
    /// The number of the client.
    client_id: Number,
    /// What is sold: whether customers have keys at all.
    package: PackageIn,
}

/// The keys that a client has to choose from, the oldest first.
#[derive(Debug, Serialize)]
pub(in crate::api) struct ClientKeysOut {
    /// Each of them.
    keys: Vec<ClientKeyOut>,
}

/// A key, whole: for the page of its own client.
#[derive(Debug, Serialize)]
struct ClientKeyOut {
    /// What the client calls it.
    name: String,
    /// Its type, such as `ssh-ed25519`.
    kind: String,
    /// Type, key and comment, as an order is told them.
    line: String,
}

/// The SSH keys of a client, for an order of a product; none where its customers have none.
pub(in crate::api) fn client_keys(core: &Core, request: ClientKeysIn) -> Result<ClientKeysOut, Error> {
    let client = client_of(request.client_id.0.unwrap_or_default())?;
    let known = if request.package.parse()?.more.client_ssh_keys {
        core.store.ssh_keys(client)?
    } else {
        Vec::new()
    };
    let one = |named: NamedKey| ClientKeyOut {
        kind: named.key.kind().to_owned(),
        name: named.name,
        line: named.key.line,
    };
    let keys = known.into_iter().map(|key| one(key.named)).collect();
    Ok(ClientKeysOut { keys })
}

/// Which client.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct ClientIn {
    /// The number of the client.
    client_id: Number,
}

/// What was forgotten.
#[derive(Debug, Serialize)]
pub(in crate::api) struct KeysForgotten {
    /// So many keys.
    keys: u64,
}

/// WHMCS has deleted a client: the SSH keys that the client had to choose from are forgotten. What guests have of them, they keep.
pub(in crate::api) fn client_deleted(core: &Core, request: ClientIn) -> Result<KeysForgotten, Error> {
    let client = client_of(request.client_id.0.unwrap_or_default())?;
    let keys = core.store.forget_ssh_keys(client)?;
    Ok(KeysForgotten { keys })
}

/// The keys of an order: those that were typed, one a line. They are in the client's list from `now` on, if that is said and there
/// is a place. Where none was typed and the product gives no password, they are those of the list.
pub(in crate::api) fn of_order(
    core: &Core,
    client: u64,
    typed: &str,
    package: &Package,
    now: Option<UnixSeconds>,
) -> Result<Vec<NamedKey>, Error> {
    let lines = typed.lines().filter(|line| !line.trim().is_empty());
    let mut keys: Vec<NamedKey> = Vec::new();
    for line in lines {
        let named = NamedKey::new("", SshKey::parse(line)?)?;
        if keys.iter().any(|other| other.key.fingerprint == named.key.fingerprint) {
            continue;
        }
        if keys.len() == limits::SSH_KEYS {
            return Err(KeyError::Full.into());
        }
        keys.push(named);
    }
    if let (Some(now), true) = (now, client > 0) {
        for named in &keys {
            core.store.add_ssh_key(client, named, now)?;
        }
    }
    if keys.is_empty() && package.more.ssh_key_required && client > 0 {
        let known = core.store.ssh_keys(client)?;
        keys = known.into_iter().map(|key| key.named).collect();
    }
    Ok(keys)
}

fn begin<'a>(
    core: &'a Core,
    id: ServiceId,
    order: Order,
    action: &'static str,
    fingerprint: &str,
) -> Result<Verb<'a>, Error> {
    let recorded = Recorded::with(action, json!({"fingerprint": fingerprint}));
    let deadline = core.clock.now() + limits::WEB_SECONDS;
    Verb::begin_until(core, id, order, deadline, Some(recorded))
}
