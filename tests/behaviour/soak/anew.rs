//! What is chosen for a guest that takes the place of another: system, SSH keys, password. What WHMCS does of it, PHP does the same.

use super::checks::ours;
use super::world::{Deed, Ended, Exchanged, Luck, Wish, World};
use crate::acts;
use crate::refused::{Stored, stored};
use crate::ssh_keys::{DESK, LAPTOP, fingerprint};
use crate::support::guard;
use proxmoxkvm::api::core::Core;
use pvesim::Cluster;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the product offers, as settings.
pub const OFFERED: &str = "client_reinstall = on\nos_choices = 9000:Debian; 9001:Ubuntu";

/// Each has a mark that its clones have too.
pub fn add_templates(cluster: &mut Cluster) {
    for template in [9000, 9001] {
        cluster.add_template(template, "tmpl", "pve1", "shared", 2 << 30);
        cluster.set_config(template, "tags", Some(&format!("t{template}")));
    }
}

/// Whoever chooses SSH keys has given them before.
pub fn know_keys(core: &Core, order: &Value) {
    if order["ssh_keys"].is_null() {
        return;
    }
    for line in [LAPTOP, DESK] {
        let mut key = order.clone();
        (key["label"], key["key"]) = (json!(""), json!(line));
        let _ = acts::ssh_key_add(core, &key);
    }
}

/// The template that a guest is of, by its mark; one from before this module is of none.
fn system_of(cluster: &Cluster, vmid: u32) -> Option<u64> {
    cluster.vm(vmid)?.get("tags")?.strip_prefix('t')?.parse().ok()
}

fn mac_of(cluster: &Cluster, vmid: u32) -> Option<String> {
    let card = cluster.vm(vmid)?.get("net0")?;
    Some(card.split(',').next()?.rsplit_once('=')?.1.to_owned())
}

/// The SSH keys that cloud-init gives a guest.
fn keys_of(cluster: &Cluster, vmid: u32) -> BTreeSet<String> {
    let keys = cluster.vm(vmid).and_then(|vm| vm.get("sshkeys")).unwrap_or_default();
    let keys = percent_encoding::percent_decode_str(keys)
        .decode_utf8_lossy()
        .into_owned();
    keys.lines().map(str::to_owned).collect()
}

impl World {
    /// What the form of a rebuild sends, that of a new password, or that of the keys.
    pub fn of_a_guest_anew(&mut self, deed: &mut Deed, service: u64) {
        let template = self.dice.one(&["", "ordered", "9000", "9001", "9001"]);
        let count = self.dice.below(3) as usize;
        let keys = [LAPTOP, DESK].into_iter().take(count).map(fingerprint);
        let keys: Vec<String> = std::iter::once("none".to_owned()).chain(keys).collect();
        let (with_keys, renews) = (self.dice.percent(50), self.dice.percent(50));
        if deed.what == "reinstall" {
            deed.order["template"] = json!(template);
        }
        if deed.what == "ssh_keys_choose" || (deed.what == "reinstall" && with_keys) {
            deed.order["ssh_keys"] = json!(keys);
        }
        if deed.what != "ssh_keys_choose" && renews {
            self.renew(deed, service);
        }
    }

    /// WHMCS has the new password before anybody else.
    fn renew(&mut self, deed: &mut Deed, service: u64) {
        self.passwords += 1;
        let (word, written) = (
            format!("{:04x}", self.passwords),
            format!("Pw{:04}.aB3dE5g", self.passwords),
        );
        let Some(ordered) = self.ordered.get_mut(&service) else {
            return;
        };
        let former = std::mem::replace(&mut ordered.password, written.clone());
        deed.order["service"]["password"] = json!(written);
        (deed.order["new_password"], deed.order["renewal"]) = (json!("1"), json!(word));
        ordered.exchanged.push(Exchanged { word, former, written });
    }

    /// Whoever has brought a new password, and the cron for those that have died: what the core knows of it decides.
    pub fn settle_passwords(&mut self) {
        if self.ordered.values().all(|ordered| ordered.exchanged.is_empty()) {
            return;
        }
        let stored = stored(&self.machine.home);
        for (service, ordered) in &mut self.ordered {
            let known = stored.get(service).and_then(|stored| stored.renewal.clone());
            let all = std::mem::take(&mut ordered.exchanged);
            let oldest = all.first().map(|one| one.former.clone());
            for one in all.into_iter().rev() {
                match &known {
                    Some((word, waits)) if *word == one.word => {
                        // while it waits it may be refused: the guest has the oldest yet
                        let former = oldest.unwrap_or_default();
                        ordered.exchanged.extend(waits.then_some(Exchanged { former, ..one }));
                        break;
                    }
                    _ if ordered.password == one.written => ordered.password = one.former,
                    _ => {}
                }
            }
        }
    }

    /// What holds of every guest that is finished, whatever was done to it.
    pub fn check_anew(&mut self, stored: &BTreeMap<u64, Stored>) {
        let machine = self.machine.clone();
        let mut cluster = guard(&machine.cluster);
        cluster.advance(machine.schedule.now());
        let ours: BTreeMap<u64, u32> = ours(&cluster)
            .into_iter()
            .map(|(vmid, service)| (service, vmid))
            .collect();
        for (service, stored) in stored {
            let ordered = self.ordered.get(service);
            if ordered.is_none_or(|ordered| ordered.wish == Wish::Terminated || ordered.stolen) {
                self.macs.remove(service);
                continue;
            }
            let Some(vmid) = stored
                .vmid
                .filter(|vmid| stored.status == "ready" && ours.get(service) == Some(vmid))
            else {
                continue;
            };
            // what came out of a backup is what it was then
            let chosen = stored.system.unwrap_or(9000);
            if let Some(system) = system_of(&cluster, vmid).filter(|_| !super::checks::is_restored(&cluster, vmid)) {
                assert_eq!(
                    system, chosen,
                    "service {service} has another system than was chosen: {stored:?}"
                );
            }
            let Some(mac) = mac_of(&cluster, vmid) else { continue };
            let before = self.macs.entry(*service).or_insert_with(|| mac.clone());
            assert_eq!(*before, mac, "service {service} has another MAC: {stored:?}");
        }
    }

    /// A customer makes one of them anew, and the process dies of it; only the cron comes after that. It is what was chosen, or what it
    /// was, and all that was chosen together is together.
    pub fn rebuild_one(&mut self) {
        let can = |ordered: &super::world::Ordered| ordered.wish == Wish::Active && !ordered.stolen;
        let able: Vec<u64> = self
            .ordered
            .iter()
            .filter(|(_, ordered)| can(ordered))
            .map(|(id, _)| *id)
            .collect();
        if able.is_empty() {
            return;
        }
        let service = self.dice.one(&able);
        let before = stored(&self.machine.home)[&service].clone();
        let mut deed = self.deed("rebuild", service);
        let name = before
            .vmid
            .and_then(|vmid| Some(guard(&self.machine.cluster).vm(vmid)?.get("name")?.to_owned()));
        (deed.order["actor"], deed.order["typed"]) = (json!("client"), json!(name));
        let template = if before.system == Some(9001) { 9000 } else { 9001 };
        let key = if before.ssh_keys.contains(LAPTOP) { DESK } else { LAPTOP };
        deed.order["template"] = json!(template.to_string());
        deed.order["ssh_keys"] = json!(["none", fingerprint(key)]);
        self.renew(&mut deed, service);
        let ended = self.run(vec![deed], Luck::Deaths);
        for _ in 0..6 {
            self.machine.schedule.pass(301.0);
            let cron = self.cron_run();
            self.run(vec![cron], Luck::Good);
            self.check_after_tick();
        }
        let after = stored(&self.machine.home)[&service].clone();
        let cluster = guard(&self.machine.cluster);
        let Some(vmid) = after.vmid.filter(|vmid| ours(&cluster).contains_key(vmid)) else {
            panic!("service {service} has no guest: {after:?}");
        };
        let is_new = after.system.unwrap_or(9000) == template;
        let what = format!("service {service}, {ended:?}: {after:?}");
        assert!(is_new || ended != [Ended::Well], "{what}");
        if !is_new {
            assert_eq!(
                (after.system, &after.ssh_keys),
                (before.system, &before.ssh_keys),
                "{what}"
            );
            return;
        }
        assert_eq!(system_of(&cluster, vmid), Some(template), "{what}");
        assert_eq!(after.ssh_keys, BTreeSet::from([key.to_owned()]), "{what}");
        assert_eq!(keys_of(&cluster, vmid), after.ssh_keys, "{what}");
        let password = cluster.vm(vmid).and_then(|vm| vm.plain_password());
        assert_eq!(password, Some(self.ordered[&service].password.as_str()), "{what}");
        assert_eq!(
            (after.vmid, &after.addresses),
            (before.vmid, &before.addresses),
            "{what}"
        );
    }
}
