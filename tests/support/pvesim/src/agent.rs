//! The guest agent (golden *power*, *missing VM*): answers only when `Guest::agent` is set; normally it never does.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::guestconf::{agent_enabled, subdirs};
use crate::props;
use crate::routes::Ctx;
use crate::types::{Fail, Outcome, die};

const COMMANDS: &str = "exec exec-status file-read file-write fsfreeze-freeze fsfreeze-status fsfreeze-thaw fstrim get-fsinfo \
    get-host-name get-memory-block-info get-memory-blocks get-osinfo get-time get-timezone get-users get-vcpus info \
    network-get-interfaces ping set-user-password shutdown suspend-disk suspend-hybrid suspend-ram";

/// Is there such a command?
pub(crate) fn knows(command: &str) -> bool {
    COMMANDS.split_whitespace().any(|c| c == command)
}

/// GET …/agent
pub fn index(_: &mut Cluster, _: &mut Ctx) -> Outcome {
    Ok(subdirs(COMMANDS, "name"))
}

/// GET …/agent/COMMAND
pub fn get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    run(c, ctx)
}

/// POST …/agent/COMMAND
pub fn post(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    run(c, ctx)
}

fn run(c: &mut Cluster, ctx: &Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    if vm.run.is_none() {
        return die(format!("VM {} is not running", ctx.vmid));
    }
    if !vm.guest.agent || !agent_enabled(&vm.conf) {
        let text = "QEMU guest agent is not running".to_owned();
        return if agent_enabled(&vm.conf) { Err(Fail::Late(text, 3.0)) } else { Err(Fail::Die(text)) };
    }
    let mac = vm.get("net0").and_then(|n| props::parse_net(n).ok()).and_then(|n| n.get("macaddr").map(str::to_lowercase));
    let result = match ctx.uri("command") {
        "network-get-interfaces" => json!([
            {"name": "lo", "hardware-address": "00:00:00:00:00:00",
             "ip-addresses": [{"ip-address": "127.0.0.1", "ip-address-type": "ipv4", "prefix": 8}]},
            {"name": "eth0", "hardware-address": mac.unwrap_or_default(), "ip-addresses": []},
        ]),
        "get-host-name" => json!({"host-name": vm.get("name").unwrap_or("localhost")}),
        "get-osinfo" => json!({"id": "labguest", "name": "labguest", "pretty-name": "simulated guest", "machine": "x86_64"}),
        "get-fsinfo" => json!([]),
        _ => Value::Object(Default::default()),
    };
    Ok(json!({"result": result}).into())
}
