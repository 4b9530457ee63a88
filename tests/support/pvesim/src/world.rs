//! Changing the world from outside: what a test, or somebody at the console, does behind the product's back.

use crate::cluster::Cluster;
use crate::state::{Guest, Vm};
use crate::text::format_size;

impl Cluster {
    /// Adds a template as `docs/templates.md` makes it: a system disk, a cloud-init drive, one NIC, a screen.
    pub fn add_template(&mut self, vmid: u32, name: &str, node: &str, storage: &str, size: u64) {
        self.add_guest(vmid, name, node, storage, size, true);
    }

    /// Adds a stopped VM of the same make.
    pub fn add_vm(&mut self, vmid: u32, name: &str, node: &str, storage: &str, size: u64) {
        self.add_guest(vmid, name, node, storage, size, false);
    }

    fn add_guest(&mut self, vmid: u32, name: &str, node: &str, storage: &str, size: u64, template: bool) {
        let dir = self.storages.get(storage).is_none_or(|s| s.is_dir());
        let format = self.image_format(storage, Some("qcow2"));
        let (format, kind) = (format.as_str(), if template { "base" } else { "vm" });
        let disk = if dir {
            format!("{vmid}/{kind}-{vmid}-disk-0.{format}")
        } else if format == "qcow2" {
            format!("{kind}-{vmid}-disk-0.qcow2")
        } else {
            format!("{kind}-{vmid}-disk-0")
        };
        let disk = self.add_volume(node, storage, &disk, vmid, size, format);
        if let Some(v) = self.volumes.last_mut() {
            v.used = (size / 3 * 2).min(177_545_216);
        }
        let ci = self.new_name(storage, vmid, format, true);
        let ci = self.add_volume(node, storage, &ci, vmid, 4 << 20, format);
        let (mac, uuid, genid) = (self.rng.mac(), self.rng.uuid(), self.rng.uuid());
        let ctime = self.now as i64;
        let mut vm = Vm::new(
            node,
            &[
                ("name", name),
                ("boot", "order=scsi0"),
                ("ciuser", "lab"),
                ("cores", "1"),
                ("memory", "512"),
                ("agent", "1"),
                ("scsihw", "virtio-scsi-pci"),
                ("serial0", "socket"),
                ("ostype", "l26"),
                ("ipconfig0", "ip=dhcp"),
                ("ide2", &format!("{ci},media=cdrom")),
                ("scsi0", &format!("{disk},size={}", format_size(size))),
                ("net0", &format!("virtio={mac},bridge=vmbr0,firewall=1")),
                ("smbios1", &format!("uuid={uuid}")),
                ("vmgenid", &genid),
                ("meta", &format!("creation-qemu=10.0.2,ctime={ctime}")),
            ],
        );
        if template {
            vm.conf.insert("template".into(), "1".into());
        }
        self.vms.insert(vmid, vm);
    }

    /// A guest.
    pub fn vm(&self, vmid: u32) -> Option<&Vm> {
        self.vms.get(&vmid)
    }

    /// A guest, to change.
    pub fn vm_mut(&mut self, vmid: u32) -> Option<&mut Vm> {
        self.vms.get_mut(&vmid)
    }

    /// Switches a guest on or off at once, without a task.
    pub fn set_power(&mut self, vmid: u32, on: bool) {
        if on && !self.is_running(vmid) {
            self.apply_all(vmid, false);
            self.generate(vmid, "start");
            self.power_on(vmid);
        } else if !on {
            self.power_off(vmid);
        }
        self.schedule_ha(vmid);
    }

    /// A running VM receives and sends so many bytes more.
    pub fn add_traffic(&mut self, vmid: u32, received: u64, sent: u64) {
        if let Some(run) = self.vms.get_mut(&vmid).and_then(|vm| vm.run.as_mut()) {
            run.traffic.0 += received;
            run.traffic.1 += sent;
        }
    }

    /// Running?
    pub fn is_running(&self, vmid: u32) -> bool {
        self.vms.get(&vmid).is_some_and(|v| v.run.is_some())
    }

    /// A change that its next start brings.
    pub fn set_pending(&mut self, vmid: u32, key: &str, value: &str) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.pending.insert(key.into(), value.into());
        }
    }

    /// Sets one config value directly.
    pub fn set_config(&mut self, vmid: u32, key: &str, value: Option<&str>) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            match value {
                Some(v) => vm.conf.insert(key.into(), v.into()),
                None => vm.conf.remove(key),
            };
        }
    }

    /// An ISO that lies on a storage; its volid.
    pub fn add_iso(&mut self, node: &str, storage: &str, file: &str) -> String {
        let id = self.add_volume(node, storage, &format!("iso/{file}"), 0, 400 << 20, "iso");
        if let Some(volume) = self.volumes.last_mut() {
            (volume.vmid, volume.content) = (None, "iso".into());
        }
        id
    }

    /// A further volume of a guest, which no drive names yet; its volid.
    pub fn add_disk(&mut self, node: &str, storage: &str, vmid: u32, size: u64) -> String {
        let name = self.new_name(storage, vmid, "raw", false);
        self.add_volume(node, storage, &name, vmid, size, "raw")
    }

    /// How the guest inside behaves.
    pub fn set_guest(&mut self, vmid: u32, guest: Guest) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.guest = guest;
        }
    }

    /// How the copy of this VM's clones gets on.
    pub fn set_pace(&mut self, vmid: u32, pace: crate::progress::Pace) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.pace = pace;
        }
    }

    /// Seconds a full clone of this guest takes.
    pub fn set_clone_seconds(&mut self, vmid: u32, seconds: f64) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.clone_seconds = Some(seconds);
        }
    }

    /// Does this node have KVM? Without it only guests with `kvm: 0` start.
    pub fn set_kvm(&mut self, node: &str, kvm: bool) {
        if let Some(n) = self.nodes.get_mut(node) {
            n.kvm = kvm;
        }
    }

    /// Lets a node's pvestatd hang, or work again.
    pub fn set_statistics(&mut self, node: &str, sent: bool) {
        if let Some(n) = self.nodes.get_mut(node) {
            n.without_statistics = !sent;
        }
    }

    /// What the HA manager says of a node: `maintenance`, `fence`; `None`: nothing, as without HA.
    pub fn set_node_ha(&mut self, node: &str, state: Option<&str>) {
        if let Some(n) = self.nodes.get_mut(node) {
            n.ha = state.map(str::to_owned);
        }
    }

    /// Takes a node down (with the reason of its 595) or up again.
    pub fn set_node_down(&mut self, node: &str, reason: Option<&str>) {
        if let Some(n) = self.nodes.get_mut(node) {
            n.down = reason.map(str::to_owned);
        }
    }
}
