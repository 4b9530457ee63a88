//! Start, stop and what lies between (golden *power*, *power: shutdown timeouts*, *power: start errors*, *concurrency*).

use serde_json::json;

use crate::cluster::Cluster;
use crate::guestconf::{agent_enabled, cpus, memory_mib};
use crate::jobs::{HaWish, Job, Next, Power, PowerJob};
use crate::props;
use crate::routes::Ctx;
use crate::state::Run;
use crate::types::{Answer, Fail, Outcome, die};

fn job(ctx: &Ctx, action: Power) -> Result<PowerJob, Fail> {
    let skiplock = ctx.params.flag("skiplock");
    if skiplock && !ctx.who().is_root() {
        return Err(Fail::param("skiplock", "Only root may use this option."));
    }
    Ok(PowerJob {
        action,
        vmid: ctx.vmid,
        skiplock,
        timeout: ctx.params.int("timeout").and_then(|t| u32::try_from(t).ok()),
        force: ctx.params.flag("forceStop"),
        overrule: ctx.params.flag("overrule-shutdown"),
    })
}

fn fork(c: &mut Cluster, ctx: &Ctx, kind: &str, job: Job) -> Outcome {
    let upid = c.fork(&ctx.who(), ctx.uri("node"), kind, &ctx.vmid.to_string(), job);
    Ok(Answer::from(json!(upid)))
}

/// Managed by HA and not ignored (`vm_is_ha_managed`)?
fn ha(c: &Cluster, vmid: u32) -> bool {
    c.ha.get(&vmid).is_some_and(|r| r.state != "ignored")
}

/// POST …/status/start
pub fn start(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Start)?;
    if ha(c, ctx.vmid) {
        return fork(c, ctx, "hastart", Job::Ha(ctx.vmid, HaWish::Start));
    }
    fork(c, ctx, "qmstart", Job::Power(j))
}

/// POST …/status/stop
pub fn stop(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Stop)?;
    if ha(c, ctx.vmid) {
        if j.overrule {
            return Err(Fail::param("overrule-shutdown", "Not applicable for HA resources."));
        }
        return fork(c, ctx, "hastop", Job::Ha(ctx.vmid, HaWish::Stop(0)));
    }
    fork(c, ctx, "qmstop", Job::Power(j))
}

/// POST …/status/shutdown
pub fn shutdown(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut j = job(ctx, Power::Shutdown)?;
    if paused(c, ctx.vmid) {
        if !j.force {
            return die("VM is paused - cannot shutdown");
        }
        j.action = Power::Stop;
    }
    if ha(c, ctx.vmid) {
        return fork(
            c,
            ctx,
            "hastop",
            Job::Ha(ctx.vmid, HaWish::Stop(j.timeout.unwrap_or(60))),
        );
    }
    fork(c, ctx, "qmshutdown", Job::Power(j))
}

fn paused(c: &Cluster, vmid: u32) -> bool {
    c.vms.get(&vmid).and_then(|v| v.run.as_ref()).is_some_and(|r| r.paused)
}

fn must_run(c: &Cluster, ctx: &Ctx) -> Result<(), Fail> {
    if c.exists(ctx.uri("node"), ctx.vmid)?.run.is_none() {
        return die(format!("VM {} not running", ctx.vmid));
    }
    Ok(())
}

/// POST …/status/reboot
pub fn reboot(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Reboot)?;
    if paused(c, ctx.vmid) {
        return die("VM is paused - cannot shutdown");
    }
    must_run(c, ctx)?;
    fork(c, ctx, "qmreboot", Job::Power(j))
}

/// POST …/status/reset
pub fn reset(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Reset)?;
    must_run(c, ctx)?;
    fork(c, ctx, "qmreset", Job::Power(j))
}

/// POST …/status/suspend
pub fn suspend(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Pause)?;
    must_run(c, ctx)?;
    fork(c, ctx, "qmpause", Job::Power(j))
}

/// POST …/status/resume
pub fn resume(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let j = job(ctx, Power::Resume)?;
    must_run(c, ctx)?;
    fork(c, ctx, "qmresume", Job::Power(j))
}

impl Cluster {
    pub(crate) fn job_power(&mut self, t: usize, j: &PowerJob, stage: u32) -> Result<Next, Fail> {
        match j.action {
            Power::Start => self.do_start(t, j, stage),
            Power::Stop => self.do_stop(t, j, stage),
            Power::Shutdown => self.do_shutdown(t, j, stage),
            Power::Reboot => self.do_reboot(t, j, stage),
            Power::Reset | Power::Pause | Power::Resume => self.do_qmp(j, t, stage),
        }
    }

    fn do_start(&mut self, t: usize, j: &PowerJob, stage: u32) -> Result<Next, Fail> {
        let node = self.engine.tasks[t].node.clone();
        let vm = self.load(&node, j.vmid)?;
        if stage == 0 {
            if vm.is_template() {
                return die("you can't start a vm if it's a template");
            }
            let (running, lock) = (vm.run.is_some(), vm.lock().map(str::to_owned));
            if running && lock.as_deref() == Some("backup") {
                return Ok(Next::Stage(9, 0.1));
            }
            if !j.skiplock && lock.as_deref() != Some("suspended") {
                self.check_lock(j.vmid)?;
            }
            if running {
                return die(format!("VM {} already running", j.vmid));
            }
            self.apply_all(j.vmid, false);
            if self
                .vms
                .get(&j.vmid)
                .is_some_and(|v| crate::cloudinit::has_drive(&v.conf))
            {
                self.cannot_generate(j.vmid)?;
                self.say(t, "generating cloud-init ISO");
                self.generate(j.vmid, "start");
            }
            self.start_errors(t, &node, j.vmid)?;
            if lock.as_deref() == Some("suspended") {
                self.say(t, "Resuming suspended VM");
            }
            return Ok(Next::Wait(1.5));
        }
        if stage == 9 {
            return Ok(Next::Done);
        }
        if vm.lock() == Some("suspended") {
            self.say(t, "Resumed VM, removing state");
            self.put_lock(j.vmid, None);
        }
        self.power_on(j.vmid);
        if let Some(vm) = self.vms.get_mut(&j.vmid)
            && vm.conf.get("freeze").map(String::as_str) == Some("1")
            && let Some(run) = vm.run.as_mut()
        {
            // `-S`: held before its first instruction
            run.paused = true;
        }
        Ok(Next::Done)
    }

    /// Why QEMU would not start (golden *power: start errors*, *task end states 2*).
    fn start_errors(&mut self, t: usize, node: &str, vmid: u32) -> Result<(), Fail> {
        let Some(vm) = self.vms.get(&vmid) else { return Ok(()) };
        let (conf, host) = (vm.conf.clone(), self.nodes.get(node).cloned());
        let Some(host) = host else { return Ok(()) };
        for (_, v) in conf.iter().filter(|(k, _)| props::is_drive(k)) {
            let d = props::parse_drive(v);
            if d.main == "cdrom" {
                self.say(t, "WARN: no physical CD-ROM available, ignoring");
                return die("start failed: QEMU exited with code 1");
            }
            let real = d.main.contains(':');
            if real && self.find_volume(node, &d.main).is_none() && !props::is_cloudinit(&d) {
                return die(format!("volume '{}' does not exist", d.main));
            }
        }
        for (k, v) in conf.iter().filter(|(k, _)| props::is_drive(k)) {
            if let Some(fault) = props::throttle_fault(&props::parse_drive(v)) {
                self.say(
                    t,
                    format!("kvm: -blockdev {{\"driver\":\"throttle\",\"node-name\":\"drive-{k}\"}}: {fault}"),
                );
                return die("start failed: QEMU exited with code 1");
            }
        }
        if let Some(script) = conf.get("hookscript")
            && self.find_volume(node, script).is_none()
        {
            return die(format!("volume '{script}' does not exist"));
        }
        if !host.kvm && conf.get("kvm").map(String::as_str) != Some("0") {
            return die(
                "KVM virtualisation configured, but not available. Either disable in VM configuration or enable in BIOS.",
            );
        }
        if let Err(why) = crate::numa::memory_rules(&conf) {
            if why.starts_with("kvm:") {
                self.say(t, why);
                return die("start failed: QEMU exited with code 1");
            }
            return die(why);
        }
        let vcpus = cpus(&conf);
        if vcpus > u64::from(host.cpus) {
            return die(format!("MAX {} vcpus allowed per VM on this node", host.cpus));
        }
        for (k, v) in conf.iter().filter(|(k, _)| props::base(k) == "net" && *k != "net") {
            let Ok(net) = props::parse_net(v) else { continue };
            match net.get("bridge") {
                // pve-network, SDN/Zones/Plugin.pm, tap_plug
                Some(b) if self.vnets.contains_key(b) => {
                    let tagged = net.get("tag").is_some() || net.get("trunks").is_some();
                    if tagged && !self.vlan_aware_vnets.contains(b) {
                        self.say(t, format!("vm vlans are not allowed on vnet {b}"));
                        self.say(
                            t,
                            "kvm: network script /usr/libexec/qemu-server/pve-bridge failed with status 6400",
                        );
                        return die("start failed: QEMU exited with code 1");
                    }
                }
                Some(b) if !host.bridges.contains(b) => return die(format!("bridge '{b}' does not exist")),
                // PVE/Network.pm of pve-common, tap_plug: the script of the NIC dies, and QEMU with it
                Some(b) if net.get("trunks").is_some() && !host.vlan_aware.contains(b) => {
                    self.say(t, "vlan aware feature need to be enabled to use trunks");
                    self.say(
                        t,
                        "kvm: network script /usr/libexec/qemu-server/pve-bridge failed with status 6400",
                    );
                    return die("start failed: QEMU exited with code 1");
                }
                Some(_) => {}
                None => {
                    if let Some(mtu) = net.get("mtu") {
                        self.warn(t, &format!("netdev {k}: ignoring MTU '{mtu}', no bridge configured"));
                    }
                    self.warn(
                        t,
                        &format!("Interface 'tap{vmid}i{}' not attached to any bridge.", &k[3..]),
                    );
                }
            }
        }
        if memory_mib(&conf) << 20 > host.memory {
            self.say(t, "kvm: cannot set up guest memory 'pc.ram': Cannot allocate memory");
            return die("start failed: QEMU exited with code 1");
        }
        Ok(())
    }

    /// QEMU runs from now on.
    pub(crate) fn power_on(&mut self, vmid: u32) {
        let (pid, since) = (2000 + self.engine.tasks.len() as u32, self.now);
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.started_with.push(vm.conf.get("boot").cloned().unwrap_or_default());
            vm.run = Some(Run {
                pid,
                since,
                paused: false,
                resets: 0,
                traffic: (0, 0),
            });
        }
    }

    pub(crate) fn power_off(&mut self, vmid: u32) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            vm.run = None;
        }
    }

    /// Checks of `_do_vm_stop`: `None` when there is nothing to stop.
    fn stoppable(&mut self, t: usize, j: &PowerJob) -> Result<Option<()>, Fail> {
        let node = self.engine.tasks[t].node.clone();
        if self.exists(&node, j.vmid)?.run.is_none() {
            return Ok(None);
        }
        if !j.skiplock {
            self.check_lock(j.vmid)?;
        }
        Ok(Some(()))
    }

    fn do_stop(&mut self, t: usize, j: &PowerJob, stage: u32) -> Result<Next, Fail> {
        match stage {
            0 if self.stoppable(t, j)?.is_some() => Ok(Next::Wait(1.0)),
            0 => Ok(Next::Done),
            _ => Ok(self.stopped(j.vmid)),
        }
    }

    fn do_shutdown(&mut self, t: usize, j: &PowerJob, stage: u32) -> Result<Next, Fail> {
        match stage {
            0 if self.stoppable(t, j)?.is_none() => Ok(Next::Done),
            0 => Ok(self.ask_guest(t, j)),
            2 => {
                if !j.force {
                    return die("VM quit/powerdown failed - got timeout");
                }
                self.say(t, "VM still running - terminating now with SIGTERM");
                Ok(Next::Stage(1, 1.0))
            }
            _ => Ok(self.stopped(j.vmid)),
        }
    }

    /// The end of `_do_vm_stop`: what is pending becomes the config. One that goes off by itself keeps that for its next start.
    fn stopped(&mut self, vmid: u32) -> Next {
        self.power_off(vmid);
        self.apply_all(vmid, false);
        Next::Done
    }

    /// Stage 1 when the guest goes down in time, stage 2 at the time-out.
    fn ask_guest(&mut self, t: usize, j: &PowerJob) -> Next {
        let limit = f64::from(j.timeout.unwrap_or(60));
        let Some((guest, asks)) = self.vms.get(&j.vmid).map(|v| (v.guest, agent_enabled(&v.conf))) else {
            return Next::Done;
        };
        let mut extra = 0.0;
        if asks && !guest.agent && guest.ignores_shutdown {
            let vmid = j.vmid;
            self.say(
                t,
                format!("QEMU Guest Agent is not running - VM {vmid} qga command 'guest-ping' failed - got timeout"),
            );
            extra = 3.0;
        }
        let run = self.vms.get(&j.vmid).and_then(|vm| vm.run.as_ref());
        if let (Some(since), false) = (run.map(|run| (run.pid, run.resets)), guest.ignores_shutdown)
            && guest.shutdown_s > limit
        {
            self.schedule_off(j.vmid, since, guest.shutdown_s);
        }
        if guest.ignores_shutdown || guest.shutdown_s > limit {
            Next::Stage(2, limit + extra)
        } else {
            Next::Stage(1, guest.shutdown_s)
        }
    }

    /// The event was delivered, and neither time-out nor abort takes it back: a guest that is only slow goes off later.
    pub(crate) fn goes_off(&mut self, vmid: u32, since: (u32, u32)) {
        let run = self.vms.get(&vmid).and_then(|vm| vm.run.as_ref());
        if run.is_some_and(|run| (run.pid, run.resets) == since) {
            self.power_off(vmid);
        }
    }

    /// Shutdown; the VM comes back a moment after the task's end (`qmeventd`).
    fn do_reboot(&mut self, t: usize, j: &PowerJob, stage: u32) -> Result<Next, Fail> {
        match stage {
            0 if self.stoppable(t, j)?.is_none() => Ok(Next::Done),
            0 => Ok(self.ask_guest(t, j)),
            2 => die("VM quit/powerdown failed - got timeout"),
            _ => {
                self.power_off(j.vmid);
                self.apply_all(j.vmid, false);
                self.schedule_boot(j.vmid, 1.5);
                Ok(Next::Done)
            }
        }
    }

    /// The second half of a reboot.
    pub(crate) fn boots(&mut self, vmid: u32) {
        if self
            .vms
            .get(&vmid)
            .is_some_and(|v| v.run.is_none() && v.lock().is_none())
            && self.cannot_generate(vmid).is_ok()
        {
            self.generate(vmid, "start");
            self.power_on(vmid);
        }
    }

    fn do_qmp(&mut self, j: &PowerJob, t: usize, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            let node = self.engine.tasks[t].node.clone();
            if self.exists(&node, j.vmid)?.run.is_none() {
                return die(format!("VM {} not running", j.vmid));
            }
            // suspend and resume let a backup pass, reset does not (PVE/QemuServer.pm, vm_reset)
            let passes = j.action != Power::Reset && self.vms.get(&j.vmid).and_then(|v| v.lock()) == Some("backup");
            if !j.skiplock && !passes {
                self.check_lock(j.vmid)?;
            }
            return Ok(Next::Wait(0.1));
        }
        if let Some(run) = self.vms.get_mut(&j.vmid).and_then(|v| v.run.as_mut()) {
            match j.action {
                Power::Pause => run.paused = true,
                Power::Resume => run.paused = false,
                Power::Reset => run.resets += 1,
                _ => {}
            }
        }
        Ok(Next::Done)
    }

    /// Sets or removes the lock in a VM's config, as root would by hand; that of a backup with the job that works at it.
    pub fn set_lock(&mut self, vmid: u32, lock: Option<&str>) {
        match lock {
            Some("backup") => self.in_jobs.insert(vmid),
            _ => self.in_jobs.remove(&vmid),
        };
        self.put_lock(vmid, lock);
    }

    /// The lock that a task takes or gives back.
    pub(crate) fn put_lock(&mut self, vmid: u32, lock: Option<&str>) {
        if let Some(vm) = self.vms.get_mut(&vmid) {
            match lock {
                Some(l) => vm.conf.insert("lock".into(), l.into()),
                None => vm.conf.remove("lock"),
            };
        }
    }
}
