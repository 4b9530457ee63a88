//! Files that a guest's config names and that are no disks: ISOs and snippets.

use super::client::{Client, Request};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::words::ids::{NodeName, StorageId};

impl Client {
    /// `GET /nodes/{node}/storage/{storage}/content?content=iso|snippets`: whether the node has the file.
    ///
    /// A storage that may not be listed says nothing about the file, which then counts as there; one that PVE does not
    /// know has none.
    ///
    /// # Errors
    /// When PVE does not answer.
    pub fn has_file(
        &self,
        node: &NodeName,
        storage: &StorageId,
        content: &'static str,
        volume: &str,
    ) -> Result<bool, Error> {
        let path = format!("/nodes/{node}/storage/{storage}/content");
        let request = Request::new(Method::Get, path, Kind::Look).with("content", content);
        match self.request(&request) {
            Ok(list) => Ok(list
                .as_array()
                .is_none_or(|list| list.iter().any(|entry| entry["volid"] == volume))),
            Err(Error::Refused { words, .. }) => Ok(!words.contains("does not exist")),
            Err(error) => Err(error),
        }
    }
}
