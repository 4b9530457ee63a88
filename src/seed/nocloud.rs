//! The documents that cloud-init reads from a seed (datasource NoCloud). They are JSON, which is YAML too: nothing in them can
//! be taken for anything else.

use super::iso9660::{File, image};
use crate::server::Family;
use crate::server::address::Address;
use crate::words::ssh_key::{self, NamedKey};
use serde::Serialize;
use std::net::IpAddr;

/// What a system is told by a seed.
#[derive(Debug, Clone)]
pub struct Seed<'a> {
    /// By which cloud-init knows whether it has seen this system before.
    pub instance: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Who may come in as `root`.
    pub ssh_keys: &'a [NamedKey],
    /// The hash of the password of `root`; none: it has none.
    pub password: Option<&'a str>,
    /// Its network card; none: cloud-init asks for addresses by DHCP.
    pub net: Option<SeedNet<'a>>,
}

/// A network card, and what it is known by in its network.
#[derive(Debug, Clone, Copy)]
pub struct SeedNet<'a> {
    /// By which it is recognised.
    pub mac: &'a str,
    /// All of its addresses, the first of each family with its gateway.
    pub addresses: &'a [Address],
}

#[derive(Serialize)]
struct MetaData<'a> {
    #[serde(rename = "instance-id")]
    instance: &'a str,
    #[serde(rename = "local-hostname")]
    name: &'a str,
}

#[derive(Serialize)]
struct UserData<'a> {
    hostname: &'a str,
    user: &'static str,
    users: [&'static str; 1],
    disable_root: bool,
    ssh_pwauth: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ssh_authorized_keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    chpasswd: Chpasswd,
    package_update: bool,
    package_upgrade: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    write_files: Vec<Written>,
}

#[derive(Serialize)]
struct Chpasswd {
    expire: bool,
}

/// A file of the system.
#[derive(Serialize)]
struct Written {
    path: &'static str,
    content: &'static str,
}

/// Debian's SSH daemon lets root in by key alone unless it is told otherwise.
const ROOT_BY_PASSWORD: Written = Written {
    path: "/etc/ssh/sshd_config.d/00-rescue.conf",
    content: "PermitRootLogin yes\nPasswordAuthentication yes\n",
};

#[derive(Serialize)]
struct Network {
    version: u8,
    config: Vec<Part>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Part {
    Physical {
        name: &'static str,
        mac_address: String,
        subnets: Vec<Subnet>,
    },
    Nameserver {
        address: Vec<IpAddr>,
    },
}

#[derive(Serialize)]
struct Subnet {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
}

/// By this name cloud-init finds a seed.
const VOLUME: &str = "cidata";

impl Seed<'_> {
    /// The image of it.
    pub fn image(&self) -> Vec<u8> {
        let meta = json(&MetaData {
            instance: self.instance,
            name: self.name,
        });
        let (user, network) = (self.user_data(), json(&self.network()));
        let file = |name, text: &'_ str| -> (&'static str, Vec<u8>) { (name, text.as_bytes().to_vec()) };
        let files = [
            file("meta-data", &meta),
            file("user-data", &user),
            file("network-config", &network),
        ];
        let files: Vec<File<'_>> = files.iter().map(|(name, bytes)| File { name, bytes }).collect();
        image(VOLUME, &files)
    }

    fn user_data(&self) -> String {
        let data = UserData {
            hostname: self.name,
            user: "root",
            users: ["default"],
            disable_root: false,
            ssh_pwauth: self.password.is_some(),
            ssh_authorized_keys: ssh_key::lines(self.ssh_keys).lines().map(str::to_owned).collect(),
            password: self.password,
            chpasswd: Chpasswd { expire: false },
            package_update: false,
            package_upgrade: false,
            write_files: self.password.map(|_| ROOT_BY_PASSWORD).into_iter().collect(),
        };
        format!("#cloud-config\n{}", json(&data))
    }

    fn network(&self) -> Network {
        let Some(net) = self.net else {
            return Network {
                version: 1,
                config: Vec::new(),
            };
        };
        let mut resolvers: Vec<IpAddr> = Vec::new();
        let mut with_gateway: Vec<Family> = Vec::new();
        let subnets = net.addresses.iter().map(|address| {
            for resolver in &address.dns {
                if !resolvers.contains(resolver) {
                    resolvers.push(*resolver);
                }
            }
            // a second way out of a family would be none
            let family = address.family();
            let is_first = !with_gateway.contains(&family);
            with_gateway.push(family);
            Subnet {
                kind: if address.ip.is_ipv4() { "static" } else { "static6" },
                address: Some(format!("{}/{}", address.ip, address.prefix)),
                gateway: address.gateway.filter(|_| is_first),
            }
        });
        let mut subnets: Vec<Subnet> = subnets.collect();
        if subnets.is_empty() {
            subnets.push(Subnet {
                kind: "dhcp",
                address: None,
                gateway: None,
            });
        }
        let card = Part::Physical {
            name: "eth0",
            mac_address: net.mac.to_ascii_lowercase(),
            subnets,
        };
        let resolvers = (!resolvers.is_empty()).then_some(Part::Nameserver { address: resolvers });
        Network {
            version: 1,
            config: [card].into_iter().chain(resolvers).collect(),
        }
    }
}

/// What has no map with other keys than texts cannot fail.
fn json(document: &impl Serialize) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
