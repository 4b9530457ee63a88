//! Every finding of the check, played to the end: what its sentence says to do is done, and the check has nothing to say.

use super::support::{World, cluster_options};
use crate::acts;
use proxmoxkvm::api;
use proxmoxkvm::words::ids::ServiceId;
use pvesim::{NodeSpec, StorageSpec};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What WHMCS has of service 7.
struct Whmcs {
    /// The store of before the order.
    older: Option<World>,
    /// The guest, as a backup has it.
    backed_up: Option<pvesim::Vm>,
    has: bool,
    /// On another server entry, or with a product of another module.
    has_elsewhere: bool,
    status: &'static str,
    shown: Option<(String, String)>,
    client: u64,
}

impl Whmcs {
    fn order(&self) -> Value {
        json!({"order_id": self.client * 100, "client_id": self.client, "order_number": format!("N{}", self.client), "registered": "2026-11-01"})
    }

    /// An order as PHP sends it.
    fn sends(&self, world: &World) -> Value {
        let mut order = world.order(7);
        order["order"] = self.order();
        if let Some((_, domain)) = &self.shown {
            order["service"]["domain"] = json!(domain);
        }
        order
    }

    /// It writes down what the module tells it.
    fn hears(&mut self, world: &World) {
        let service = world.service(7);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.shown = Some((text(&service["addresses"][0]), text(&service["domain"])));
    }
}

fn check(world: &World, whmcs: &Whmcs, repair: bool) -> Vec<(String, String, bool)> {
    let (ip, domain) = whmcs.shown.clone().unwrap_or_default();
    let row = json!({"id": 7, "status": whmcs.status, "domain": domain, "dedicated_ip": ip, "assigned_ips": "",
        "order": whmcs.order()});
    let services = if whmcs.has { vec![row] } else { Vec::new() };
    let all: &[u64] = if whmcs.has || whmcs.has_elsewhere { &[7] } else { &[] };
    let request = json!({"server": world.server, "services": services, "all": all, "repair": repair});
    let reply = api::check(&world.core, &request).unwrap();
    assert_eq!(reply["next"], Value::Null);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| (text(&row["code"]), text(&row["message"]), row["repaired"] == true);
    reply["findings"].as_array().unwrap().iter().map(row).collect()
}

type Act = fn(&mut World, &mut Whmcs);

struct Case {
    code: &'static str,
    arrange: Act,
    /// What its sentence says that works, and how it is done.
    remedies: &'static [(&'static str, Act)],
}

fn repaired(world: &mut World, whmcs: &mut Whmcs) {
    let found = check(world, whmcs, true);
    assert!(found.iter().all(|(_, _, repaired)| *repaired), "{found:?}");
    whmcs.hears(world);
}

fn terminated(world: &mut World, whmcs: &mut Whmcs) {
    api::terminate(&world.core, &whmcs.sends(world)).unwrap();
    world.cron_until_idle();
    whmcs.status = "Terminated";
    whmcs.hears(world);
}

fn created(world: &mut World, whmcs: &mut Whmcs) {
    api::create(&world.core, &whmcs.sends(world)).unwrap();
    world.cron_until_idle();
    assert_eq!(world.status(7), "ready");
    whmcs.status = "Active";
    whmcs.hears(world);
}

fn attached_to(world: &mut World, whmcs: &mut Whmcs, vmid: u32) {
    let mut order = whmcs.sends(world);
    order["vmid"] = json!(vmid);
    acts::attach(&world.core, &order).unwrap();
    change_package(world, whmcs);
    whmcs.hears(world);
}

fn attached(world: &mut World, whmcs: &mut Whmcs) {
    attached_to(world, whmcs, 100);
}

fn deleted_by_hand(world: &mut World, _: &mut Whmcs) {
    world.sim().vms.remove(&100);
}

fn forgotten(world: &mut World, whmcs: &mut Whmcs) {
    let mut request = json!({"service": 7, "server": world.server});
    if whmcs.has {
        request["order"] = whmcs.order();
    }
    api::forget(&world.core, &request).unwrap();
}

fn change_package(world: &mut World, whmcs: &mut Whmcs) {
    api::change_package(&world.core, &whmcs.sends(world)).unwrap();
    world.cron_until_idle();
}

/// The store of before the order, and the cluster as it is today.
fn restored_store(world: &mut World, whmcs: &mut Whmcs) {
    let cluster = world.sim().clone();
    let older = whmcs.older.take().unwrap();
    *older.cluster.lock().unwrap() = cluster;
    older.clock_forward(world.now() - older.now());
    *world = older;
}

const CASES: &[Case] = &[
    Case {
        code: "vm_missing",
        arrange: deleted_by_hand,
        remedies: &[
            ("restore it from a backup under this number", |world, whmcs| {
                let backed_up = whmcs.backed_up.take().unwrap();
                world.sim().vms.insert(100, backed_up);
            }),
            ("bind another VM with Attach", |world, whmcs| {
                attached_to(world, whmcs, 300)
            }),
            ("press **VMRemove and then VMClone", |world, whmcs| {
                acts::vm_remove(&world.core, &whmcs.sends(world)).unwrap();
                let mut step = whmcs.sends(world);
                step["step"] = json!("clone");
                acts::run_step(&world.core, &step).unwrap();
                world.cron_until_idle();
                assert_eq!(world.status(7), "ready");
            }),
        ],
    },
    Case {
        code: "not_ours",
        arrange: |world, _| world.sim().set_config(100, "description", None),
        remedies: &[("bind the right VM with Attach", attached)],
    },
    Case {
        code: "not_ours",
        arrange: |world, _| {
            let mut sim = world.sim();
            sim.vms.remove(&100);
            sim.add_vm(100, "strange", "pve1", "local", 2 << 30);
        },
        remedies: &[("bind the right VM with Attach", |world, whmcs| {
            attached_to(world, whmcs, 300)
        })],
    },
    Case {
        code: "moved",
        arrange: |world, _| world.sim().vms.get_mut(&100).unwrap().node = "pve2".to_owned(),
        remedies: &[("check.php --repair", repaired)],
    },
    Case {
        code: "renamed",
        arrange: |world, _| world.sim().set_config(100, "name", Some("other")),
        remedies: &[
            ("give it its name again", |world, _| {
                let name = world.service(7)["name"].as_str().unwrap().to_owned();
                world.sim().set_config(100, "name", Some(&name));
            }),
            ("press Attach", attached),
        ],
    },
    Case {
        code: "whmcs_gone",
        arrange: |_, whmcs| whmcs.has = false,
        remedies: &[("delete the VM in Proxmox VE", |world, whmcs| {
            deleted_by_hand(world, whmcs);
            forgotten(world, whmcs);
        })],
    },
    Case {
        code: "other_server",
        arrange: |_, whmcs| (whmcs.has, whmcs.has_elsewhere) = (false, true),
        remedies: &[("choose this server and this module for it again", |_, whmcs| {
            whmcs.has = true;
        })],
    },
    Case {
        code: "other_order",
        arrange: |_, whmcs| whmcs.client = 4,
        remedies: &[
            ("Confirm owner", |world, whmcs| {
                acts::confirm(&world.core, &whmcs.sends(world)).unwrap();
            }),
            ("--forget", |world, whmcs| {
                deleted_by_hand(world, whmcs);
                forgotten(world, whmcs);
                created(world, whmcs);
            }),
        ],
    },
    Case {
        code: "still_there",
        arrange: |_, whmcs| whmcs.status = "Terminated",
        remedies: &[("press Terminate", terminated)],
    },
    Case {
        code: "gone",
        arrange: |world, whmcs| {
            terminated(world, whmcs);
            whmcs.status = "Active";
        },
        remedies: &[("press Create", created), ("or Terminate", terminated)],
    },
    Case {
        code: "not_suspended",
        arrange: |_, whmcs| whmcs.status = "Suspended",
        remedies: &[("press Suspend", |world, whmcs| {
            api::suspend(&world.core, &whmcs.sends(world)).unwrap();
        })],
    },
    Case {
        code: "still_suspended",
        arrange: |world, whmcs| drop(api::suspend(&world.core, &whmcs.sends(world)).unwrap()),
        remedies: &[("press Unsuspend", |world, whmcs| {
            api::unsuspend(&world.core, &whmcs.sends(world)).unwrap();
        })],
    },
    Case {
        code: "shown_wrong",
        arrange: |_, whmcs| whmcs.shown.as_mut().unwrap().0 = "192.0.2.99".to_owned(),
        remedies: &[("check.php --repair", repaired)],
    },
    Case {
        code: "unknown",
        arrange: |world, whmcs| {
            deleted_by_hand(world, whmcs);
            restored_store(world, whmcs);
        },
        remedies: &[
            ("check.php --repair", |world, whmcs| {
                let found = check(world, whmcs, true);
                assert!(found[0].2, "{found:?}");
                created(world, whmcs);
                let address = world.service(7)["addresses"][0].clone();
                assert_eq!(address, "192.0.2.10", "it keeps what WHMCS shows");
            }),
            ("bind its VM with Attach", |world, whmcs| attached_to(world, whmcs, 300)),
            ("press Create", created),
        ],
    },
    Case {
        code: "forgotten",
        arrange: |world, whmcs| {
            restored_store(world, whmcs);
            whmcs.has = false;
        },
        remedies: &[
            ("bind it with Attach on that service's page", |world, whmcs| {
                whmcs.has = true;
                attached(world, whmcs);
            }),
            ("delete it in Proxmox VE if WHMCS has no such service", deleted_by_hand),
        ],
    },
    Case {
        code: "address_held",
        arrange: |world, whmcs| {
            let (_, addresses) = world.core.store.service(ServiceId(7)).unwrap();
            terminated(world, whmcs);
            let now = world.now();
            let mut lease = world.core.store.lease(ServiceId(7), now).unwrap();
            world.core.store.adopt_addresses(&mut lease, &addresses, now).unwrap();
            world.core.store.release(&mut lease, now, &[]).unwrap();
            whmcs.hears(world);
        },
        remedies: &[("check.php --repair", repaired)],
    },
    Case {
        code: "unreadable",
        arrange: |world, whmcs| {
            whmcs.older = Some(world.copy());
            world
                .home
                .tell("UPDATE @services SET body = '[]', status = 'nonsense' WHERE id = 7");
            whmcs.has = false;
            world.sim().vms.remove(&100);
        },
        remedies: &[("bring back a store of before", |world, whmcs| {
            let cluster = whmcs.older.as_ref().unwrap().sim().clone();
            restored_store(world, whmcs);
            *world.cluster.lock().unwrap() = cluster;
            whmcs.has = true;
        })],
    },
    Case {
        code: "package",
        arrange: |world, _| world.sim().set_config(100, "cores", Some("8")),
        remedies: &[("press Change Package", change_package)],
    },
    Case {
        code: "package_storage",
        arrange: |world, _| {
            let disk = world.config(100, "scsi0");
            world
                .sim()
                .set_config(100, "scsi0", Some(&disk.replace("local:", "ssd:")));
        },
        remedies: &[
            ("move the disk there in Proxmox VE", |world, _| {
                let disk = world.config(100, "scsi0");
                world
                    .sim()
                    .set_config(100, "scsi0", Some(&disk.replace("ssd:", "local:")));
            }),
            (
                "name its storage in the product and press Change Package",
                |world, whmcs| {
                    world.option(4, "ssd");
                    change_package(world, whmcs);
                },
            ),
        ],
    },
    Case {
        code: "local_cd",
        arrange: |world, _| {
            let iso = world.sim().add_iso("pve1", "local", "tools.iso");
            let drive = format!("{iso},media=cdrom");
            world.sim().set_config(100, "ide0", Some(&drive));
            world.sim().add_ha(100, "started");
        },
        remedies: &[
            ("eject it", |world, _| {
                world.sim().set_config(100, "ide0", Some("none,media=cdrom"));
            }),
            ("a storage that all nodes share", |world, _| {
                world.sim().storages.get_mut("local").unwrap().shared = true;
            }),
        ],
    },
    Case {
        code: "seeds_left",
        arrange: |world, whmcs| {
            terminated(world, whmcs);
            let name = |service: u64| format!("pk-seed-{}-{service}-1-2.iso", world.core.store.installation());
            let seeds = [
                name(7),
                "pk-seed-0123456789abcdef-7-1-2.iso".to_owned(),
                "debian.iso".to_owned(),
            ];
            for seed in seeds {
                world.sim().add_iso("pve1", "local", &seed);
            }
        },
        remedies: &[("delete them in Proxmox VE", |world, _| {
            let own = format!("pk-seed-{}", world.core.store.installation());
            world.sim().volumes.retain(|volume| !volume.name.contains(&own));
        })],
    },
    Case {
        code: "backups_left",
        arrange: |world, whmcs| {
            crate::backups::sold(world, "");
            change_package(world, whmcs);
            crate::backups::made(world, "kept");
            let volumes = world.sim().volumes.clone();
            let is_backup = |volume: &&pvesim::Volume| volume.content == "backup";
            let backup = volumes.iter().find(is_backup).cloned().unwrap();
            terminated(world, whmcs);
            assert!(!world.sim().volumes.iter().any(|volume| volume.content == "backup"));
            // its storage was away meanwhile
            world.sim().volumes.push(backup);
        },
        remedies: &[("delete them in Proxmox VE", |world, _| {
            world.sim().volumes.retain(|volume| volume.content != "backup");
        })],
    },
    Case {
        code: "unread",
        arrange: |world, _| world.sim().set_node_down("pve1", Some("No route to host")),
        remedies: &[("run the check again when that has passed", |world, _| {
            world.sim().set_node_down("pve1", None);
        })],
    },
];

/// An order of yesterday, its guest, and another one of the hoster's that could take its place.
fn scene() -> (World, Whmcs) {
    let mut options = cluster_options();
    options.nodes.push(NodeSpec::new("pve2"));
    options.storages.push(StorageSpec::dir("ssd", "/ssd"));
    let mut world = World::with(options);
    world.option(1, "pve1").option(4, "local");
    world.sim().add_vm(300, "legacy", "pve1", "local", 2 << 30);
    let mut whmcs = Whmcs {
        older: Some(world.copy()),
        backed_up: None,
        has: true,
        has_elsewhere: false,
        status: "Active",
        shown: None,
        client: 3,
    };
    if let Some(older) = &mut whmcs.older {
        older.options = world.options.clone();
    }
    api::create(&world.core, &whmcs.sends(&world)).unwrap();
    world.cron_until_idle();
    assert_eq!((world.status(7).as_str(), world.vmid(7)), ("ready", 100));
    whmcs.hears(&world);
    whmcs.backed_up = world.sim().vm(100).cloned();
    assert_eq!(check(&world, &whmcs, false), []);
    (world, whmcs)
}

#[test]
fn what_a_finding_says_to_do_ends_it() {
    for case in CASES {
        for (words, remedy) in case.remedies {
            let (mut world, mut whmcs) = scene();
            (case.arrange)(&mut world, &mut whmcs);
            let found = check(&world, &whmcs, false);
            let of: Vec<&str> = found.iter().map(|(code, _, _)| code.as_str()).collect();
            assert_eq!(of, [case.code], "{found:?}");
            assert!(found[0].1.contains(words), "{}: {words}: {found:?}", case.code);
            remedy(&mut world, &mut whmcs);
            let left = check(&world, &whmcs, false);
            assert_eq!(left, [], "{} after {words}", case.code);
        }
    }
}

/// A finding without a remedy that was tried is no finding.
#[test]
fn no_finding_is_without_a_remedy_that_was_tried() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.code).collect();
    let sources = ["check.rs", "check/guests.rs", "check/left.rs"].map(|name| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/api/health")
            .join(name);
        std::fs::read_to_string(path).unwrap()
    });
    let names = crate::problems::names();
    let mut codes = BTreeSet::new();
    for source in &sources {
        for call in source
            .split("self.found(")
            .skip(1)
            .chain(source.split("check.found(").skip(1))
        {
            let (_, row) = call.split_once("&problems::").unwrap();
            codes.insert(names[row.split(',').next().unwrap()].as_str());
        }
    }
    assert_eq!(codes, tried);
}
