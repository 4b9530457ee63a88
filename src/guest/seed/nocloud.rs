//! The documents that cloud-init reads from a seed (datasource NoCloud). They are JSON, which is YAML too: nothing in them can
//! be taken for anything else.

use super::iso9660::{File, image};
use super::parts::mail;
use crate::server::Family;
use crate::server::address::{Address, resolvers};
use crate::words::ssh_key::{self, NamedKey};
use crate::words::user_data::UserData as Given;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;

/// What a system is told by a seed.
#[derive(Debug, Clone)]
pub struct Seed<'a> {
    /// By which cloud-init knows whether it has seen this system before.
    pub instance: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The domain of its name.
    pub domain: Option<&'a str>,
    /// Who may come in.
    pub user: &'a str,
    /// By these keys.
    pub ssh_keys: &'a [NamedKey],
    /// The hash of the password; none: it has none, or keeps the one that it has.
    pub password: Option<&'a str>,
    /// What the customer gives besides.
    pub user_data: Option<&'a Given>,
    /// Its network card; none: cloud-init asks for addresses by DHCP.
    pub net: Option<SeedNet<'a>>,
    /// What kind of a system it is.
    pub system: System<'a>,
}

/// What kind of a system is told.
#[derive(Debug, Clone, Copy)]
pub enum System<'a> {
    /// One that is started from a CD, and forgets everything.
    Rescue,
    /// A guest's own, at its first start. Whether it brings its packages up to date.
    New {
        /// It does.
        upgrades: bool,
    },
    /// A guest's own that was started before: for cloud-init it stays the same, and what is new is run once.
    Known {
        /// What is run.
        once: &'a [Once<'a>],
    },
}

/// A command that a guest runs once.
#[derive(Debug, Clone)]
pub struct Once<'a> {
    /// By which cloud-init knows that it has run it.
    pub name: &'a str,
    /// The command.
    pub command: Vec<&'a str>,
}

/// A network card, and what it is known by in its network.
#[derive(Debug, Clone, Copy)]
pub struct SeedNet<'a> {
    /// By which it is recognised.
    pub mac: &'a str,
    /// All of its addresses, the first of each family with its gateway; none: it asks for one by DHCP.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    fqdn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manage_etc_hosts: Option<bool>,
    user: &'a str,
    users: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_root: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ssh_pwauth: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ssh_authorized_keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
    chpasswd: Chpasswd,
    package_update: bool,
    package_upgrade: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    write_files: Vec<Written>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bootcmd: Vec<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updates: Option<Updates>,
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

/// What cloud-init takes anew of a system that it knows.
#[derive(Serialize)]
struct Updates {
    network: When,
}

#[derive(Serialize)]
struct When {
    when: [&'static str; 2],
}

/// Its addresses at each start: else those that a change has brought would never be set.
const AT_EACH_START: Updates = Updates {
    network: When {
        when: ["boot-new-instance", "boot"],
    },
};

/// Debian's SSH daemon lets root in by key alone unless it is told otherwise.
const ROOT_BY_PASSWORD: Written = Written {
    path: "/etc/ssh/sshd_config.d/00-rescue.conf",
    content: "PermitRootLogin yes\nPasswordAuthentication yes\n",
};

#[derive(Serialize)]
struct Network<'a> {
    version: u8,
    ethernets: BTreeMap<&'static str, Card<'a>>,
}

#[derive(Serialize)]
struct Card<'a> {
    #[serde(rename = "match")]
    is: Match,
    #[serde(rename = "set-name")]
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dhcp4: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway4: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway6: Option<IpAddr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
    #[serde(skip_serializing_if = "Nameservers::is_empty")]
    nameservers: Nameservers<'a>,
}

#[derive(Serialize)]
struct Match {
    macaddress: String,
}

#[derive(Serialize)]
struct Route {
    to: &'static str,
    via: IpAddr,
    #[serde(rename = "on-link")]
    on_link: bool,
}

#[derive(Serialize)]
struct Nameservers<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<IpAddr>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    search: Vec<&'a str>,
}

impl Nameservers<'_> {
    fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.search.is_empty()
    }
}

/// By this name cloud-init finds a seed.
const VOLUME: &str = "cidata";

/// The name of the first card in the guest, as Proxmox VE's own drive calls it.
const CARD: &str = "eth0";

impl Seed<'_> {
    /// The image of it.
    pub fn image(&self) -> Vec<u8> {
        let documents = self.documents();
        let files: Vec<File<'_>> = documents
            .iter()
            .map(|(name, text)| File {
                name,
                bytes: text.as_bytes(),
            })
            .collect();
        image(VOLUME, &files)
    }

    /// By this two seeds are known to tell the same.
    pub fn digest(&self) -> String {
        let text: Vec<String> = self.documents().into_iter().map(|(_, text)| text).collect();
        digest(&text.join("\n"))
    }

    fn documents(&self) -> Vec<(&'static str, String)> {
        let meta = json(&MetaData {
            instance: self.instance,
            name: self.name,
        });
        let network = self.net.map(|net| ("network-config", json(&self.network(net))));
        let all = [("meta-data", meta), ("user-data", self.user_data())];
        all.into_iter().chain(network).collect()
    }

    fn user_data(&self) -> String {
        let is_rescue = matches!(self.system, System::Rescue);
        let once: &[Once<'_>] = match self.system {
            System::Known { once } => once,
            _ => &[],
        };
        let run = |once: &Once<'_>| -> Vec<String> {
            let per = ["cloud-init-per", "once", once.name];
            per.iter().chain(&once.command).map(|word| (*word).to_owned()).collect()
        };
        let run: Vec<Vec<String>> = once.iter().map(run).collect();
        let data = UserData {
            hostname: self.name,
            fqdn: self.domain.map(|domain| format!("{}.{domain}", self.name)),
            manage_etc_hosts: (!is_rescue).then_some(true),
            user: self.user,
            users: ["default"],
            disable_root: (self.user == "root").then_some(false),
            ssh_pwauth: is_rescue.then_some(self.password.is_some()),
            ssh_authorized_keys: ssh_key::lines(self.ssh_keys).lines().map(str::to_owned).collect(),
            password: self.password,
            chpasswd: Chpasswd { expire: false },
            package_update: matches!(self.system, System::New { upgrades: true }),
            package_upgrade: matches!(self.system, System::New { upgrades: true }),
            write_files: self
                .password
                .filter(|_| is_rescue)
                .map(|_| ROOT_BY_PASSWORD)
                .into_iter()
                .collect(),
            bootcmd: run.iter().map(|run| run.iter().map(String::as_str).collect()).collect(),
            updates: (!is_rescue).then_some(AT_EACH_START),
        };
        match (self.user_data, serde_json::to_value(&data)) {
            (Some(given), Ok(Value::Object(told))) => mail(told, given),
            _ => format!("#cloud-config\n{}", json(&data)),
        }
    }

    /// Version 2, which has several addresses and routes of a card.
    fn network<'n>(&'n self, net: SeedNet<'n>) -> Network<'n> {
        // a second way out of a family would be none
        let way_out = |family| {
            let mut others = net.addresses.iter().filter(|address| address.family() == family);
            others.find_map(|address| Some((address, address.gateway?)))
        };
        let (v4, v6) = (way_out(Family::V4), way_out(Family::V6));
        // cloud-init 22 makes ::/64 of a route to ::/0 for what is not netplan, and knows no word for it: gateways are right for all
        let gateway =
            |way: Option<(&Address, IpAddr)>| way.filter(|(address, via)| address.reaches(*via)).map(|way| way.1);
        let far = [("0.0.0.0/0", v4), ("::/0", v6)].into_iter().filter_map(|(to, way)| {
            let (_, via) = way.filter(|(address, via)| !address.reaches(*via))?;
            Some(Route { to, via, on_link: true })
        });
        let card = Card {
            is: Match {
                macaddress: net.mac.to_ascii_lowercase(),
            },
            name: CARD,
            dhcp4: net.addresses.is_empty().then_some(true),
            addresses: net
                .addresses
                .iter()
                .map(|address| format!("{}/{}", address.ip, address.prefix))
                .collect(),
            gateway4: gateway(v4),
            gateway6: gateway(v6),
            routes: far.collect(),
            nameservers: Nameservers {
                addresses: resolvers(net.addresses),
                search: self.domain.into_iter().collect(),
            },
        };
        Network {
            version: 2,
            ethernets: BTreeMap::from([(CARD, card)]),
        }
    }
}

/// A short word for a text.
pub fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(16).fold(String::new(), |mut word, byte| {
        let _ = write!(word, "{byte:02x}");
        word
    })
}

/// What has no map with other keys than texts cannot fail.
fn json(document: &impl Serialize) -> String {
    serde_json::to_string(document).unwrap_or_default()
}
