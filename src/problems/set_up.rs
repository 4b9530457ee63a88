//! What keeps the set-up of a cluster from going on.

use crate::words::ids::{NodeName, Vmid};
use crate::words::problems::{self, Problem};

/// A step of the set-up that cannot be done. One sentence each; what was done before stays, and the step may be repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetUp {
    /// A user name that Proxmox VE cannot make a user of.
    #[error("the user to be made is written as name@realm, with letters, digits, dots and dashes, such as whmcs@pve")]
    User,
    /// Nobody keeps the tokens.
    #[error(
        "the user {0} has too many API tokens of this module: delete those that no server entry uses, and try again"
    )]
    TooManyTokens(String),
    /// A user that somebody has switched off.
    #[error(
        "the user {0} is there and cannot log in, so the server entry was left as it is: enable it in Proxmox VE, Datacenter, Permissions, Users, see that it has not expired, and try again"
    )]
    CannotLogIn(String),
    /// Neither an image of the catalogue nor an own one.
    #[error("choose an image of the list, or enter the https address of an own one with its checksum")]
    NoImage,
    /// An address that no node should fetch.
    #[error("the image needs an address that begins with https:// and ends with the name of a file, without blanks")]
    Url,
    /// An own image without its checksum.
    #[error(
        "the checksum of the image is missing, or none: enter the 64 digits of its SHA-256 or the 128 of its SHA-512"
    )]
    Checksum,
    /// A name that no VM can have.
    #[error("the name of the template is made of letters, digits and dashes, at most 40, and begins with a letter")]
    Name,
    /// The maker's list of checksums has none for the image.
    #[error(
        "{published} names no checksum for {file}: nothing was downloaded; try again later, or enter an own address and checksum"
    )]
    NotPublished {
        /// Where the maker publishes them.
        published: &'static str,
        /// The image.
        file: String,
    },
    /// A node that is not there.
    #[error("choose a node of the cluster that is online")]
    Node,
    /// Nothing takes the download.
    #[error(
        "no storage of node {0} takes images to import: in Proxmox VE, Datacenter, Storage, add the content Import to a directory storage (Proxmox VE 8.4 or newer), or make the template by hand"
    )]
    NoImportStorage(NodeName),
    /// Nothing takes the disk.
    #[error("choose a storage of node {0} that takes disk images and that the login may use")]
    NoStorage(NodeName),
    /// Nothing to connect the network card to.
    #[error("node {0} has no bridge that the login may see: give it SDN.Use, or make the template by hand")]
    Bridge(NodeName),
    /// A number that no guest can have.
    #[error("the number of the template is from 100 to 999999999")]
    Vmid,
    /// The number is another guest's.
    #[error("VM {0} is there already and was not made from this image: choose another number")]
    Taken(Vmid),
    /// What somebody interrupted.
    #[error("VM {0} was left half made: delete it in Proxmox VE, and try again")]
    HalfMade(Vmid),
}

impl SetUp {
    /// Its row.
    pub fn problem(&self) -> &'static Problem {
        match self {
            SetUp::User | SetUp::TooManyTokens(_) | SetUp::CannotLogIn(_) => &problems::SET_UP_USER,
            SetUp::NoImage | SetUp::Url | SetUp::Checksum | SetUp::Name | SetUp::NotPublished { .. } => {
                &problems::TEMPLATE_IMAGE
            }
            SetUp::Node
            | SetUp::NoImportStorage(_)
            | SetUp::NoStorage(_)
            | SetUp::Bridge(_)
            | SetUp::Vmid
            | SetUp::Taken(_)
            | SetUp::HalfMade(_) => &problems::TEMPLATE_PLACE,
        }
    }
}
