//! The screens of guests: `vncproxy`, `termproxy`, `vncwebsocket` (`PVE::API2::Qemu` of qemu-server 9.2.6; recorded in
//! `proxmox-more.md`, *Console*).
//!
//! A port listens on localhost of the node that was asked, waits ten seconds for one connection, and closes. These seconds
//! are the client's, and not scaled. With [`crate::Options::port_hole`] a ticket opens any port of the node, as before
//! qemu-server 9.1.7 and 8.4.7.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::json;

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::keyboard::Keyboard;
use crate::qemu::Qemu;
use crate::routes::Ctx;
use crate::types::{Answer, Fail, Outcome, die};

/// So long a port waits for its one connection.
const WAITS_S: f64 = 10.0;
/// So long a ticket is good for (`PVE::AccessControl::verify_vnc_ticket`).
const TICKET_S: f64 = 40.0;
const PORTS: std::ops::RangeInclusive<u16> = 5900..=5999;

/// What is on a guest's screen: what was typed, from its start on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Screen {
    /// The keysyms that were pressed.
    pub keys: Vec<u32>,
    /// What the guest has read: letters by what was held, of other keys the keysym.
    pub typed: Vec<u32>,
    pub(crate) keyboard: Keyboard,
    /// The last place of the pointer, and its buttons.
    pub pointer: (u16, u16, u8),
    /// What was pasted.
    pub cut: Vec<u8>,
}

/// Who waits behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The VNC server of QEMU, or `vncterm`.
    Screen,
    /// `termproxy`, with `qm terminal` at a serial port of the guest; `None`: it has no such port.
    Terminal { serial: Option<u8> },
}

/// A port that waits for its connection, or has it.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    pub(crate) vmid: u32,
    pub(crate) kind: Kind,
    /// What the protocol behind it asks for.
    pub(crate) password: String,
    /// A real one, in place of what is drawn here.
    pub(crate) qemu: Option<Qemu>,
    node: String,
    endpoint: u16,
    upid: String,
    until: f64,
    is_taken: bool,
}

/// The way to a screen, as somebody has got it.
#[derive(Debug, Clone)]
pub struct HandedOut {
    /// Whose screen it is.
    pub vmid: u32,
    /// Of the node.
    pub port: u16,
    /// For that port.
    pub ticket: String,
    /// What the protocol behind the port asks for.
    pub password: String,
}

#[derive(Debug, Clone)]
struct Ticket {
    auth: String,
    vmid: u32,
    port: u16,
    at: f64,
}

/// All ports, tickets and screens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Consoles {
    ports: BTreeMap<u16, Port>,
    tickets: BTreeMap<String, Ticket>,
    /// By guest: the process that shows it, and what it shows.
    screens: BTreeMap<u32, (u32, Screen)>,
    /// By guest: a QEMU whose screen is shown in place of one that is drawn here.
    real: BTreeMap<u32, Qemu>,
    /// All that was ever handed out, for tests that look for it where it must not be.
    handed: Vec<HandedOut>,
    /// Nobody who is connected hears anything any more, as where a node has lost its power.
    are_dead: bool,
}

/// POST …/vncproxy
pub fn vncproxy(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let is_serial = vm.get("vga").is_some_and(|vga| vga.starts_with("serial"));
    let asked = ctx.params.flag("generate-password");
    let drawn = match c.opts.port_hole {
        true => asked,
        false => asked || !is_serial || ctx.params.flag("websocket"),
    };
    let password: Option<String> = drawn.then(|| c.drawn_password());
    open(c, ctx, Kind::Screen, password)
}

/// POST …/termproxy
pub fn termproxy(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let vm = c.load(ctx.uri("node"), ctx.vmid)?;
    let display = vm.get("vga").map(|vga| vga.trim_start_matches("type=").to_owned());
    let display = display.filter(|vga| vga.starts_with("serial"));
    let asked = ctx.params.get("serial").map(str::to_owned).or(display);
    let is_there = |port: &u8| vm.get(&format!("serial{port}")) == Some("socket");
    let serial = match asked {
        Some(name) => name.trim_start_matches("serial").parse().ok().filter(is_there),
        None => (0..4).find(is_there),
    };
    open(c, ctx, Kind::Terminal { serial }, None)
}

fn open(c: &mut Cluster, ctx: &mut Ctx, kind: Kind, password: Option<String>) -> Outcome {
    let who = ctx.who();
    let Some(port) = PORTS.into_iter().find(|port| !c.consoles.ports.contains_key(port)) else {
        return die("unable to find free port (5900-6000)");
    };
    let bytes: Vec<u8> = (0..96).map(|_| c.rng.next_u64() as u8).collect();
    let signed = format!("PVEVNC:{:08X}::{}", c.now as i64, BASE64.encode(&bytes));
    let with_password = |password: &String| format!("{password}:{signed}");
    let ticket = match &password {
        Some(password) if !c.opts.port_hole => with_password(password),
        _ => signed.clone(),
    };
    let wanted = match (kind, &password) {
        // `/access/ticket`, which it asked before it knew `/access/vncticket`, takes no name of a token
        (Kind::Terminal { .. }, _) if c.opts.port_hole && who.auth().contains('!') => String::from("\n"),
        // `authid` of `/access/vncticket` (PVE::API2::AccessControl)
        (Kind::Terminal { .. }, _) if who.auth().len() > 64 => String::from("\n"),
        (Kind::Terminal { .. }, _) => format!("{}:{ticket}", who.auth()),
        (Kind::Screen, Some(password)) => password.clone(),
        // the VNC protocol uses eight bytes of whatever it is given
        (Kind::Screen, None) => ticket.chars().take(8).collect(),
    };
    let node = ctx.node();
    c.consoles.handed.push(HandedOut {
        vmid: ctx.vmid,
        port,
        ticket: ticket.clone(),
        password: wanted.clone(),
    });
    let upid = c.fork(&who, &node, "vncproxy", &ctx.vmid.to_string(), Job::Console(port));
    c.consoles.ports.insert(
        port,
        Port {
            vmid: ctx.vmid,
            kind,
            password: wanted,
            qemu: c.consoles.real.get(&ctx.vmid).filter(|_| kind == Kind::Screen).cloned(),
            node,
            endpoint: ctx.endpoint,
            upid: upid.clone(),
            until: c.now + WAITS_S,
            is_taken: false,
        },
    );
    c.consoles.tickets.insert(
        ticket.clone(),
        Ticket {
            auth: who.auth(),
            vmid: ctx.vmid,
            port,
            at: c.now,
        },
    );
    let mut answer = json!({"user": who.auth(), "ticket": ticket, "port": port.to_string(), "upid": upid});
    if kind == Kind::Screen {
        answer["cert"] = json!("-----BEGIN CERTIFICATE-----\n");
    }
    if let Some(password) = password {
        answer["password"] = json!(password);
    }
    Ok(answer.into())
}

/// GET …/vncwebsocket: may this caller go to that port? The server does the rest.
pub fn vncwebsocket(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let port = ctx.params.int("port").and_then(|port| u16::try_from(port).ok());
    let ticket = ctx
        .params
        .get("vncticket")
        .and_then(|text| c.consoles.tickets.get(text));
    let is_right = |ticket: &&Ticket| {
        let is_its_port = Some(ticket.port) == port || c.opts.port_hole;
        let is_young = c.now - ticket.at < TICKET_S;
        ticket.auth == ctx.who().auth() && ticket.vmid == ctx.vmid && is_its_port && is_young
    };
    if ticket.filter(is_right).is_none() {
        return Err(Fail::Login("permission denied - invalid PVEVNC ticket".into()));
    }
    c.load(ctx.uri("node"), ctx.vmid)?;
    Ok(Answer::from(json!({"port": port.map(|port| port.to_string())})))
}

impl Cluster {
    /// `PVE::Ticket::generate_vnc_password`: eight printable characters, `!` to `~`.
    fn drawn_password(&mut self) -> String {
        (0..8)
            .map(|_| char::from(b'!' + (self.rng.next_u64() % 94) as u8))
            .collect()
    }

    /// The connection of a port: one takes it, and it is closed. `None`: nobody listens there.
    pub(crate) fn take_port(&mut self, endpoint: u16, port: u16) -> Option<Port> {
        let now = self.now;
        let found = self.consoles.ports.get_mut(&port);
        let found = found.filter(|p| !p.is_taken && p.endpoint == endpoint && p.until > now)?;
        found.is_taken = true;
        Some(found.clone())
    }

    /// The connection has ended, and so does its worker.
    pub(crate) fn leave_port(&mut self, port: u16) {
        let Some(left) = self.consoles.ports.remove(&port) else {
            return;
        };
        if let Some(t) = self
            .engine
            .find(&left.upid)
            .filter(|t| self.engine.tasks[*t].is_running())
        {
            self.end(t, Ok(()));
        }
    }

    /// The process that shows a screen: the guest runs there, has one, and nobody has ended the worker in between.
    pub(crate) fn shown_by(&self, port: u16) -> Option<u32> {
        let port = self.consoles.ports.get(&port)?;
        let is_worked = self
            .engine
            .find(&port.upid)
            .is_some_and(|t| self.engine.tasks[t].is_running());
        let vm = self
            .vms
            .get(&port.vmid)
            .filter(|vm| vm.node == port.node && is_worked)?;
        let has_screen = vm.get("vga") != Some("none");
        vm.run.as_ref().filter(|_| has_screen).map(|run| run.pid)
    }

    /// What a guest shows to whom a process shows it.
    pub(crate) fn screen_of(&mut self, vmid: u32, pid: u32) -> &mut Screen {
        let shown = self
            .consoles
            .screens
            .entry(vmid)
            .or_insert_with(|| (pid, Screen::default()));
        if shown.0 != pid {
            *shown = (pid, Screen::default());
        }
        &mut shown.1
    }

    /// From now on a guest's screen is that of a real QEMU, which listens at these sockets.
    pub fn show_qemu(&mut self, vmid: u32, vnc: &str, qmp: &str) {
        let [vnc, qmp] = [vnc, qmp].map(str::to_owned);
        self.consoles.real.insert(vmid, Qemu { vnc, qmp });
    }

    /// Those who are connected hear nothing any more, and are not told so; `false`: they go on.
    pub fn silence_consoles(&mut self, are_dead: bool) {
        self.consoles.are_dead = are_dead;
    }

    pub(crate) fn consoles_are_dead(&self) -> bool {
        self.consoles.are_dead
    }

    /// What was typed on a guest's screen since it was started.
    pub fn screen(&self, vmid: u32) -> Screen {
        let shown = self.consoles.screens.get(&vmid);
        shown.map_or_else(Screen::default, |(_, screen)| screen.clone())
    }

    /// All that was ever handed out.
    pub fn handed_out(&self) -> &[HandedOut] {
        &self.consoles.handed
    }

    /// How many people look at a screen, or are about to.
    pub fn open_consoles(&self) -> usize {
        self.consoles.ports.len()
    }

    pub(crate) fn job_console(&mut self, _: usize, port: u16, stage: u32) -> Result<Next, Fail> {
        let unscaled = |seconds: f64| seconds / self.opts.scale.max(1e-6);
        if stage == 0 {
            return Ok(Next::Wait(unscaled(WAITS_S)));
        }
        match self.consoles.ports.get(&port) {
            Some(waiting) if !waiting.is_taken => {
                self.consoles.ports.remove(&port);
                die("connection timed out")
            }
            Some(_) => Ok(Next::Stage(1, unscaled(WAITS_S))),
            None => Ok(Next::Done),
        }
    }
}
