//! The guest agent (golden *power*, *missing VM*): answers only when `Guest::agent` is set; normally it never does.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::guestconf::{agent_enabled, subdirs};
use crate::props;
use crate::routes::Ctx;
use crate::state::AgentRun;
use crate::types::{Fail, Outcome, die};

/// Seconds after the start until an agent answers.
const AGENT_S: f64 = 2.0;

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

/// POST …/agent/set-user-password (qemu-server, `API2/Qemu/Agent.pm`, `QemuServer/Agent.pm`)
pub fn set_user_password(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    is_there(c, ctx)?;
    let text = |name: &str| ctx.params.get(name).map(str::to_owned).unwrap_or_default();
    let (user, password) = (text("username"), text("password"));
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    if vm.guest.agent_hangs {
        let text = format!(
            "VM {} qga command 'guest-set-user-password' failed - got timeout",
            ctx.vmid
        );
        return Err(Fail::Late(text, 5.0));
    }
    if vm.guest.agent_refuses {
        return die(
            "Agent error: failed to set password: The password does not meet the password policy requirements.",
        );
    }
    let vmid = ctx.vmid;
    c.agent_passwords.insert(vmid, (user, password));
    Ok(json!({"result": {}}).into())
}

/// POST …/agent/exec (`qemu_exec`): the program is noted, and ends as the guest's settings say.
pub fn exec(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    is_there(c, ctx)?;
    let command = ctx.params.list("command");
    let input = ctx.params.get("input-data").unwrap_or_default().to_owned();
    if input.len() > 64 * 1024 {
        return Err(Fail::param("input-data", "value may only be 65536 characters long"));
    }
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    if vm.guest.agent_hangs {
        let text = format!("VM {} qga command 'guest-exec' failed - got timeout", ctx.vmid);
        return Err(Fail::Late(text, 5.0));
    }
    if vm.guest.agent_runs_nothing {
        return die("Agent error: Command guest-exec has been disabled: the command is not allowed");
    }
    let (vmid, at) = (ctx.vmid, c.now);
    c.agent_runs.push(AgentRun {
        vmid,
        at,
        command,
        input,
    });
    Ok(json!({"pid": 1000 + c.agent_runs.len()}).into())
}

/// GET …/agent/exec-status (`qemu_exec_status`)
pub fn exec_status(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    is_there(c, ctx)?;
    let pid = ctx.params.int("pid").unwrap_or_default();
    let index = usize::try_from(pid - 1001).unwrap_or(usize::MAX);
    let Some(run) = c.agent_runs.get(index).filter(|run| run.vmid == ctx.vmid).cloned() else {
        return die(format!("Agent error: PID {pid} does not exist"));
    };
    let guest = c.load(ctx.uri("node"), ctx.vmid)?.guest;
    if c.now - run.at < guest.agent_run_s {
        return Ok(json!({"exited": 0}).into());
    }
    let (code, says) = guest.agent_exit;
    let mut status = json!({"exited": 1, "exitcode": code});
    if says {
        status["out-data"] = json!("done\n");
    }
    Ok(status.into())
}

fn is_there(c: &mut Cluster, ctx: &Ctx) -> Result<(), Fail> {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    if vm.run.is_none() {
        return die(format!("VM {} is not running", ctx.vmid));
    }
    let up = vm
        .run
        .as_ref()
        .is_some_and(|r| c.now - r.since >= AGENT_S * c.opts.scale);
    if !vm.guest.agent || !agent_enabled(&vm.conf) || !up {
        let text = "QEMU guest agent is not running".to_owned();
        return if agent_enabled(&vm.conf) {
            Err(Fail::Late(text, 3.0))
        } else {
            Err(Fail::Die(text))
        };
    }
    Ok(())
}

fn run(c: &mut Cluster, ctx: &Ctx) -> Outcome {
    is_there(c, ctx)?;
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let mac = vm
        .get("net0")
        .and_then(|n| props::parse_net(n).ok())
        .and_then(|n| n.get("macaddr").map(str::to_lowercase));
    let zero = json!({"rx-bytes": 0, "rx-dropped": 0, "rx-errs": 0, "rx-packets": 0, "tx-bytes": 0, "tx-dropped": 0,
        "tx-errs": 0, "tx-packets": 0});
    let kind = |ip: &'static str| {
        if ip.contains(':') {
            (ip, "ipv6", 64)
        } else {
            (ip, "ipv4", 24)
        }
    };
    let own = vm.guest.address.map(kind).into_iter().chain([("fe80::1", "ipv6", 64)]);
    let own: Vec<(&str, &str, u8)> = own.collect();
    let ips = |list: &[(&str, &str, u8)]| -> Value {
        let list = list.iter();
        Value::Array(
            list.map(|(ip, kind, len)| json!({"ip-address": ip, "ip-address-type": kind, "prefix": len}))
                .collect(),
        )
    };
    let result = match ctx.uri("command") {
        "network-get-interfaces" => json!([
            {"name": "lo", "hardware-address": "00:00:00:00:00:00",
             "ip-addresses": ips(&[("127.0.0.1", "ipv4", 8), ("::1", "ipv6", 128)]), "statistics": zero},
            {"name": "eth0", "hardware-address": mac.unwrap_or_default(), "statistics": zero,
             "ip-addresses": ips(&own)},
        ]),
        "get-host-name" => json!({"host-name": vm.get("name").unwrap_or("localhost")}),
        "get-osinfo" => {
            json!({"id": "labguest", "name": "labguest", "pretty-name": "simulated guest", "machine": "x86_64",
            "kernel-release": "6.12.0", "kernel-version": "#1 SMP", "version-id": "1"})
        }
        "get-fsinfo" => json!([]),
        _ => Value::Object(Default::default()),
    };
    Ok(json!({"result": result}).into())
}
