//! What a template brings with it, key by key: what is the module's own is made right, the rest is said.

use crate::support::{PASSWORD, World};

/// A world whose template has these keys beside its own.
fn with_template(keys: &[(&str, &str)]) -> World {
    let world = World::new();
    let mut sim = world.sim();
    let template = sim.vm_mut(9000).unwrap();
    for (key, value) in keys {
        template.conf.insert((*key).to_owned(), (*value).to_owned());
    }
    drop(sim);
    world
}

#[test]
fn a_template_without_cable_and_with_trunks_makes_guests_with_a_network() {
    let nic = "virtio=BC:24:11:00:00:01,bridge=vmbr0,link_down=1,trunks=5;7-9,queues=2,mtu=1400";
    let world = with_template(&[("net0", nic)]);
    let vmid = world.ready(7);
    let made = world.config(vmid, "net0");
    assert!(!made.contains("link_down") && !made.contains("trunks"), "{made}");
    assert!(
        made.contains("queues=2") && made.contains("mtu=1400"),
        "the rest stays: {made}"
    );
    assert!(world.sim().is_running(vmid));
    world.check_invariants();
}

#[test]
fn nobody_gets_in_with_what_the_builder_of_the_template_left() {
    let world = with_template(&[
        ("sshkeys", "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAI%20builder"),
        ("ipconfig1", "ip=198.51.100.9/24"),
        ("ipconfig31", "ip=dhcp"),
        ("cipassword", "the-builders"),
        ("citype", "nocloud"),
        ("ciupgrade", "0"),
    ]);
    let vmid = world.ready(7);
    for key in ["sshkeys", "ipconfig1", "ipconfig31"] {
        assert_eq!(world.config(vmid, key), "", "{key}");
    }
    assert_eq!(world.config(vmid, "citype"), "nocloud");
    assert_eq!(world.config(vmid, "ciupgrade"), "0");
    assert_eq!(world.sim().vm(vmid).unwrap().plain_password(), Some(PASSWORD));
    world.check_invariants();
}

#[test]
fn what_was_given_to_a_finished_guest_stays() {
    let mut world = with_template(&[]);
    let vmid = world.ready(7);
    let own = [
        ("sshkeys", "ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAI%20customer"),
        ("ipconfig1", "ip=dhcp"),
    ];
    for (key, value) in own {
        let mut sim = world.sim();
        sim.vm_mut(vmid).unwrap().conf.insert(key.to_owned(), value.to_owned());
    }
    let nic = world.config(vmid, "net0") + ",link_down=1";
    world.sim().vm_mut(vmid).unwrap().conf.insert("net0".to_owned(), nic);
    world.option(7, "2");
    proxmoxkvm::ops::change_package(&world.core, &world.order(7)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    assert_eq!(world.config(vmid, "memory"), "2048");
    for (key, value) in own {
        assert_eq!(world.config(vmid, key), value, "{key}");
    }
    assert!(
        world.config(vmid, "net0").contains("link_down=1"),
        "somebody pulled the cable"
    );
}
