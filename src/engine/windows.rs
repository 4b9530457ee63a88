//! What is otherwise with Windows: a guest with it always has a password, whatever the product says of SSH keys, and takes not
//! every one. By what the template says, where the guest is not there yet.

use super::{Engine, Job};
use crate::guest::Config;
use crate::package::Package;
use crate::problems::Error;
use crate::pve::{self, Client};
use crate::words::password::{BadPassword, must_suit};
use crate::words::ssh_key::KeyError;

/// Whether a guest that is built by the package has Windows.
pub fn would_be_windows(client: &Client, package: &Package) -> Result<bool, pve::Error> {
    let template = client.find_vm(package.template)?.filter(|vm| vm.qemu);
    let config = template.map(|vm| client.config(&vm.path())).transpose()?;
    Ok(config.is_some_and(|config| config.is_windows()))
}

/// Whether a guest that is built by the package has a password. Proxmox VE is asked only where its system decides that.
pub fn would_have_password(client: &Client, package: &Package) -> Result<bool, pve::Error> {
    Ok(!package.more.ssh_key_required || would_be_windows(client, package)?)
}

/// Refuses to build a guest that nobody would get into. A guest with Linux takes every password.
pub(super) fn must_let_in(job: &Job, template: &Config) -> Result<(), Error> {
    let service = &job.lease.service;
    if template.is_windows() {
        let password = job.order.password.as_ref();
        let suits = password.is_none_or(|password| must_suit::<BadPassword>(password.expose(), || Ok(true)).is_ok());
        return if suits {
            Ok(())
        } else {
            Err(BadPassword::OfWindows.into())
        };
    }
    // with which keys a guest is made anew, whoever asks for that has looked at
    let chosen = service.body.queued.as_ref().and_then(|queued| queued.ssh_keys.as_ref());
    let no_key = chosen.unwrap_or(&service.body.choices.ssh_keys).is_empty();
    if job.order.package.more.ssh_key_required && no_key && !service.has_guest() {
        return Err(KeyError::Missing.into());
    }
    Ok(())
}

impl Engine<'_> {
    /// Whether the guest of the service has Windows, or would have it.
    pub(super) fn is_windows(&self, job: &mut Job) -> Result<bool, Error> {
        if job.service().has_guest() {
            return Ok(self.read_config(job)?.is_some_and(|config| config.is_windows()));
        }
        Ok(would_be_windows(&job.client, &job.order.package)?)
    }
}
