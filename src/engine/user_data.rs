//! What a customer gives cloud-init: sealed for as long as the guest has not read it, and then forgotten. The key is WHMCS's, and
//! never in the store.

use super::{Engine, Job};
use crate::pipeline;
use crate::problems::Error;
use crate::store::seal::{self, KEY_BYTES};
use crate::words::ids::ServiceId;
use crate::words::user_data::{UserData, UserDataError};
use data_encoding::HEXLOWER;

/// What it is sealed for: that of one service is none of another one's.
fn purpose(id: ServiceId) -> String {
    format!("proxmoxkvm user data {id}")
}

fn key(job: &Job) -> Option<[u8; KEY_BYTES]> {
    let key = job.order.seal_key.as_ref()?.expose().as_bytes();
    HEXLOWER.decode(key).ok()?.try_into().ok()
}

impl Engine<'_> {
    /// User data as it was typed, for the store; none where nothing was typed.
    ///
    /// # Errors
    /// Where it is none, or the product takes none.
    pub fn sealed_user_data(&self, job: &Job, typed: &str) -> Result<Option<String>, Error> {
        let Some(data) = job.order.package.user_data(typed)? else {
            return Ok(None);
        };
        let key = key(job).ok_or_else(|| Error::Request("seal_key is missing, or no key".to_owned()))?;
        let sealed = seal::seal(&key, &purpose(job.lease.service.id), data.text.as_bytes());
        let sealed = sealed.ok_or_else(|| Error::Request("this machine has no randomness".to_owned()));
        sealed.map(Some)
    }

    /// What its guest is told; none: nothing, or it has read it.
    pub(super) fn user_data(&self, job: &Job) -> Result<Option<UserData>, UserDataError> {
        let service = &job.lease.service;
        let media = &service.body.media;
        let is_unread = media.made_last().is_some_and(|(_, made)| made.secret);
        let is_building = pipeline::is_building(service.status);
        let Some(sealed) = service.body.user_data.as_deref().filter(|_| is_building || is_unread) else {
            return Ok(None);
        };
        let open = |key| seal::open(&key, &purpose(service.id), sealed);
        match key(job).and_then(open).and_then(|text| String::from_utf8(text).ok()) {
            Some(text) => UserData::parse(&text),
            None if is_building => Err(UserDataError::Sealed),
            // it has been told once, and most likely it has read it
            None => Ok(None),
        }
    }

    /// A guest that was built has read it, or is told nothing any more.
    pub(super) fn forget_user_data(&self, job: &mut Job) {
        let body = &job.lease.service.body;
        let is_built = job.lease.service.status == pipeline::finished() && body.media.secret().is_none();
        if body.user_data.is_some() && is_built {
            job.service().body.user_data = None;
        }
    }
}
