//! The cloud-init drive: what the guest gets, and when (golden *read endpoints*, *config*; `PVE::QemuServer::Cloudinit`).

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::cluster::Cluster;
use crate::guestconf::typed;
use crate::props::{self, Prop};
use crate::routes::Ctx;
use crate::state::{CloudInit, Conf, Vm};
use crate::text;
use crate::types::{Answer, Fail, Outcome, die};

/// Options that go into the drive.
pub const KEYS: [&str; 10] = [
    "cicustom",
    "cipassword",
    "citype",
    "ciuser",
    "nameserver",
    "searchdomain",
    "sshkeys",
    "ciupgrade",
    "name",
    "description",
];

/// Is this option part of what the guest gets?
pub(crate) fn is_key(key: &str) -> bool {
    (KEYS.contains(&key) && key != "description")
        || matches!(props::base(key), "ipconfig" | "net") && key != props::base(key)
}

/// Does the VM have a cloud-init drive?
pub(crate) fn has_drive(conf: &Conf) -> bool {
    conf.iter()
        .any(|(k, v)| props::is_drive(k) && props::is_cloudinit(&props::parse_drive(v)))
}

/// The hash that stands in the config instead of the password.
pub(crate) fn hash(password: &str, salt: &str) -> String {
    let digest = text::hex(&Sha256::digest(format!("{salt}{password}").as_bytes()));
    format!("$5${salt}${}", &digest[..43])
}

impl Cluster {
    /// Why the drive cannot be written: what `cicustom` names is read then (`read_cloudinit_snippets_file`).
    pub(crate) fn cannot_generate(&self, vmid: u32) -> Result<(), Fail> {
        let Some(vm) = self.vms.get(&vmid).filter(|vm| has_drive(&vm.conf)) else {
            return Ok(());
        };
        let named = vm.get("cicustom").unwrap_or_default();
        for (_, volume) in named.split(',').filter_map(|part| part.split_once('=')) {
            let is_snippet = volume
                .split_once(':')
                .is_some_and(|(_, name)| name.starts_with("snippets/"));
            if !is_snippet {
                return die(format!("{volume} is not in the snippets directory"));
            }
            if self.find_volume(&vm.node, volume).is_none() {
                return die(format!("volume '{volume}' does not exist"));
            }
        }
        Ok(())
    }

    /// Writes the drive: records what the guest would read.
    pub(crate) fn generate(&mut self, vmid: u32, cause: &str) {
        let at = self.now;
        let Some(vm) = self.vms.get_mut(&vmid) else { return };
        if !has_drive(&vm.conf) {
            return;
        }
        let mut values: Conf = vm
            .conf
            .iter()
            .filter(|(k, _)| is_key(k))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        if let Some(p) = values.get_mut("cipassword") {
            *p = "**********".into();
        }
        vm.cloudinit.clear();
        let password = vm
            .conf
            .contains_key("cipassword")
            .then(|| vm.password.clone())
            .flatten();
        vm.generations.push(CloudInit {
            at,
            cause: cause.to_owned(),
            values,
            password,
        });
    }
}

impl Cluster {
    /// What the drive holds: user-data and network, with the password's hash as it is in the config
    /// (`cloudinit_userdata`, `nocloud_network`).
    pub fn drive_data(&self, vmid: u32) -> Option<(String, String)> {
        let vm = self.vms.get(&vmid)?;
        Some((user_data(vmid, vm), network(vm)))
    }
}

/// GET …/cloudinit
pub fn pending(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let mut list = vec![];
    for key in [
        "cicustom",
        "cipassword",
        "citype",
        "ciuser",
        "nameserver",
        "searchdomain",
        "sshkeys",
    ] {
        let now = vm.conf.get(key);
        match (now, vm.cloudinit.get(key)) {
            (Some(new), Some(Some(old))) if key != "cipassword" => {
                list.push(json!({"key": key, "value": typed(key, old), "pending": typed(key, new)}));
            }
            (Some(new), Some(None)) if key != "cipassword" => {
                list.push(json!({"key": key, "pending": typed(key, new)}))
            }
            (Some(new), _) => list.push(json!({"key": key, "value": typed(key, new)})),
            (None, Some(Some(old))) => list.push(json!({"key": key, "value": typed(key, old), "delete": 1})),
            _ => {}
        }
    }
    for (k, v) in vm.cloudinit.iter().filter(|(k, _)| props::base(k) == "ipconfig") {
        let mut item = json!({"key": k});
        if let Some(old) = v {
            item["value"] = json!(old);
        }
        match vm.conf.get(k) {
            Some(new) => item["pending"] = json!(new),
            None => item["delete"] = json!(1),
        }
        list.push(item);
    }
    Ok(Value::Array(list).into())
}

/// PUT …/cloudinit
pub fn regenerate(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let node = ctx.node();
    c.load(&node, ctx.vmid)?;
    let waited = c.wait_lock(ctx.vmid, 10.0)?;
    c.load(&node, ctx.vmid)?;
    c.check_lock(ctx.vmid)?;
    c.cannot_generate(ctx.vmid)?;
    c.generate(ctx.vmid, "regenerate");
    Ok(Answer::null().late(waited))
}

/// GET …/cloudinit/dump
pub fn dump(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let out = match ctx.params.get("type") {
        Some("user") => user_data(ctx.vmid, vm),
        Some("network") => network(vm),
        Some("meta") => format!(
            "instance-id: {}\n",
            text::sha1_hex(&format!("{}{}", user_data(ctx.vmid, vm), network(vm)))
        ),
        _ => return die("unknown type"),
    };
    Ok(json!(out).into())
}

fn user_data(vmid: u32, vm: &Vm) -> String {
    let default = format!("VM{vmid}");
    let name = vm.get("name").unwrap_or(&default);
    let host = name.split('.').next().unwrap_or(name);
    let fqdn = match vm.get("searchdomain") {
        Some(search) if !name.contains('.') => format!("{name}.{search}"),
        _ => name.to_owned(),
    };
    let mut out = format!("#cloud-config\nhostname: {host}\nmanage_etc_hosts: true\nfqdn: {fqdn}\n");
    if let Some(u) = vm.get("ciuser") {
        out.push_str(&format!("user: {u}\n"));
    }
    if vm.get("ciuser") == Some("root") {
        out.push_str("disable_root: False\n");
    }
    if let Some(p) = vm.get("cipassword") {
        out.push_str(&format!("password: {p}\n"));
    }
    if let Some(k) = vm.get("sshkeys") {
        out.push_str("ssh_authorized_keys:\n");
        for line in text::decode(k).lines().filter(|l| !l.trim().is_empty()) {
            out.push_str(&format!("  - {line}\n"));
        }
    }
    out.push_str("chpasswd:\n  expire: False\n");
    if vm.get("ciuser") != Some("root") {
        out.push_str("users:\n  - default\n");
    }
    if vm.get("ciupgrade") != Some("0") {
        out.push_str("package_upgrade: true\n");
    }
    out
}

fn network(vm: &Vm) -> String {
    let mut out = "version: 1\nconfig:\n".to_owned();
    for (k, v) in vm.conf.iter().filter(|(k, _)| props::base(k) == "net") {
        let index = &k[3..];
        if vm.get(&format!("ipconfig{index}")).is_none() {
            continue;
        }
        let mac = props::parse_net(v)
            .ok()
            .and_then(|n| n.get("macaddr").map(str::to_lowercase))
            .unwrap_or_default();
        out.push_str(&format!(
            "    - type: physical\n      name: eth{index}\n      mac_address: '{mac}'\n      subnets:\n"
        ));
        let ip = vm
            .get(&format!("ipconfig{index}"))
            .and_then(|v| Prop::parse(v, "").ok())
            .unwrap_or_default();
        out.push_str(&subnets(&ip));
    }
    let dns: Vec<&str> = vm
        .get("nameserver")
        .unwrap_or("10.255.255.53")
        .split_whitespace()
        .collect();
    out.push_str("    - type: nameserver\n      address:\n");
    for d in dns {
        out.push_str(&format!("      - '{d}'\n"));
    }
    out.push_str("      search:\n");
    for domain in vm.get("searchdomain").unwrap_or("lab.local").split_whitespace() {
        out.push_str(&format!("      - '{domain}'\n"));
    }
    out
}

fn subnets(ip: &Prop) -> String {
    let mut out = String::new();
    match ip.get("ip") {
        Some("dhcp") => out.push_str("      - type: dhcp4\n"),
        Some(cidr) => {
            let (addr, len) = cidr.split_once('/').unwrap_or((cidr, "32"));
            let bits: u32 = len.parse().unwrap_or(32);
            let mask = std::net::Ipv4Addr::from(u32::MAX.checked_shl(32 - bits).unwrap_or(0));
            out.push_str(&format!(
                "      - type: static\n        address: '{addr}'\n        netmask: '{mask}'\n"
            ));
            if let Some(gw) = ip.get("gw") {
                out.push_str(&format!("        gateway: '{gw}'\n"));
            }
        }
        None => {}
    }
    match ip.get("ip6") {
        Some("dhcp") => out.push_str("      - type: dhcp6\n"),
        Some("auto") => out.push_str("      - type: ipv6_slaac\n"),
        Some(cidr) => {
            out.push_str(&format!("      - type: static6\n        address: '{cidr}'\n"));
            if let Some(gw) = ip.get("gw6") {
                out.push_str(&format!("        gateway: '{gw}'\n"));
            }
        }
        None => {}
    }
    if out.is_empty() {
        out.push_str("      - type: dhcp4\n");
    }
    out
}
