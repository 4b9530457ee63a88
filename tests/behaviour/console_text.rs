//! The text of a serial port in the place of a screen: Proxmox VE's termproxy, over real sockets.

use crate::console::{Browser, HOST, Net, SESSION};
use crate::console_verb;
use crate::support::{cluster_options, code};
use proxmoxkvm::console::{NoScreen, Way};
use proxmoxkvm::pve::Shown;
use pvesim::{Options, UserSpec};
use serde_json::json;

const BEGINS: &[u8] = b"starting serial terminal on interface serial1\r\n";

fn net(options: Options) -> Net {
    let net = Net::with(options);
    net.sim.cluster().set_config(101, "serial1", Some("socket"));
    net
}

fn opened(net: &Net, may_act: bool, way: Way) -> Browser {
    let screen = net.shown_to(&net.client(), 101, Shown::Serial(1));
    net.browser_of(screen.unwrap_or_else(|why| panic!("{why:?}")), 101, may_act, way, None)
}

#[test]
fn what_is_typed_in_a_text_terminal_comes_back() {
    let net = net(cluster_options());
    let mut browser = opened(&net, true, Way::Stream);
    assert_eq!(browser.read(2), b"OK");
    assert_eq!(browser.keys(b"1:120:40:"), "204\n");
    assert_eq!(browser.read(BEGINS.len() + 8), [BEGINS, b"[120x40]"].concat());
    browser.keys(b"20:6:\xc3\xa4 ls\n0:1:x");
    assert_eq!(browser.read(7), "ä ls\nx".as_bytes());
    // what is no message ends it
    browser.keys(b"stop");
    assert!(!browser.wait_for(1));
}

#[test]
fn who_may_only_look_at_a_text_terminal_types_nothing() {
    let net = net(cluster_options());
    let mut browser = opened(&net, false, Way::Stream);
    browser.keys(b"1:80:24:0:5:rm -r1:81:25:");
    let wanted = [b"OK", BEGINS, b"[80x24][81x25]"].concat();
    assert_eq!(browser.read(wanted.len()), wanted);
}

#[test]
fn a_text_terminal_goes_by_requests_too() {
    let net = net(cluster_options());
    let mut browser = opened(&net, true, Way::Takes);
    let take = format!("take {HOST} {SESSION} 0\n");
    assert_eq!(browser.visit(&take, b""), "200 2\nOK");
    assert_eq!(browser.keys(b"1:80:24:"), "204\n");
    let wanted = String::from_utf8_lossy(BEGINS).into_owned() + "[80x24]";
    let mut seen = String::new();
    while seen.len() < wanted.len() {
        let answer = browser.visit(&take, b"");
        seen += answer.split_once('\n').unwrap().1;
    }
    assert_eq!(seen, wanted, "also what was said before it came in");
}

#[test]
fn before_qemu_server_9_1_7_a_text_terminal_wants_a_user() {
    let net = net(Options {
        port_hole: true,
        ..cluster_options()
    });
    let by_token = net.shown_to(&net.client(), 101, Shown::Serial(1)).err();
    assert!(matches!(by_token, Some(NoScreen::Dark)), "{by_token:?}");
    let by_password = net.client_as("root@pam", "root-password", "");
    let by_password = net.shown_to(&by_password, 101, Shown::Serial(1));
    assert!(by_password.is_ok(), "{:?}", by_password.err());
}

/// `authid` has 64 characters at most where `termproxy` asks whose ticket it is.
#[test]
fn a_token_of_a_long_name_has_no_text_terminal() {
    let secret = "0a1b2c3d-1111-4222-8333-944445555666";
    for (size, is_let_in) in [(64, true), (65, false)] {
        let name = "t".repeat(size - "whmcs@pve!".len());
        let user = UserSpec {
            id: "whmcs@pve".to_owned(),
            password: String::new(),
            token: Some((name.clone(), secret.to_owned())),
            acl: vec![("/".to_owned(), vec!["VM.Console".to_owned()])],
        };
        let net = net(Options {
            users: vec![user],
            ..cluster_options()
        });
        let client = net.client_as(&format!("whmcs@pve!{name}"), secret, "");
        let shown = net.shown_to(&client, 101, Shown::Serial(1));
        assert_eq!(shown.is_ok(), is_let_in, "{size}: {:?}", shown.err());
    }
}

#[test]
fn a_vm_without_a_serial_port_is_told_apart_from_an_old_proxmox_ve() {
    let net = console_verb::Net::new();
    let vmid = net.vmid();
    for (port, whose) in [(None, "none"), (Some("/dev/ttyS0"), "that of the node")] {
        net.sim.cluster().set_config(vmid, "serial0", port);
        assert_eq!(code(net.open(json!({"text": true}))), "console_no_serial", "{whose}");
    }
    net.sim.cluster().set_config(vmid, "serial2", Some("socket"));
    assert!(net.open(json!({"text": true})).is_ok());
    net.sim.cluster().opts.port_hole = true;
    net.later(1000.0);
    let other = "f".repeat(32);
    assert_eq!(
        code(net.open(json!({"text": true, "socket": other}))),
        "console_old_terminal"
    );
}
