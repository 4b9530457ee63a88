//! The faults of `fakepve`, thrown by its own switches: what a page says, and that a repetition does what was asked.
//! First at Stop; then at every step of every operation (`make stand-in`), of which `make test` walks a share.

use crate::acts;
use crate::stand_in::StandIn;
use serde_json::{Value, json};

pub struct Switch {
    pub name: &'static str,
    pub on: Value,
    pub off: Value,
    /// The codes that a page may answer; `ok` where the fault does not show.
    codes: &'static [&'static str],
}

/// The switches, for the request that is to be hit.
pub fn switches(method: &str, path: &str) -> Vec<Switch> {
    let none = json!(["set", {}]);
    let fail = |status: u16, message: &str| json!(["fail", {"method": method, "suffix": path, "status": status, "message": message, "times": 1}]);
    vec![
        Switch {
            name: "no quorum",
            on: json!(["lose_quorum", {}]),
            off: json!(["regain_quorum", {}]),
            codes: &["pve_refused"],
        },
        Switch {
            name: "node offline",
            on: json!(["set_node_offline", {"node": "pve1"}]),
            off: json!(["set_node_offline", {"node": "pve1", "offline": false}]),
            codes: &["pve_no_answer"],
        },
        Switch {
            name: "backup lock",
            on: json!(["snapshot_lock", {"vmid": 100, "lock": "backup"}]),
            off: json!(["unlock", {"vmid": 100}]),
            codes: &["locked"],
        },
        Switch {
            name: "snapshot lock",
            on: json!(["snapshot_lock", {"vmid": 100}]),
            off: json!(["unlock", {"vmid": 100}]),
            codes: &["locked"],
        },
        Switch {
            name: "expired ticket",
            on: json!(["revoke_tickets", {}]),
            off: none.clone(),
            codes: &["ok"],
        },
        Switch {
            name: "a fifth of the connections dropped",
            on: json!(["flaky_network", {"drop_rate": 0.2, "seed": 4}]),
            off: json!(["flaky_network", {"drop_rate": 0.0}]),
            // which connections it hits depends on how often is asked; the last may be the one that asks for the end
            codes: &["ok", "pve_no_answer", "under_way"],
        },
        Switch {
            name: "a slow network",
            on: json!(["slow_network", {"latency": 2.0}]),
            off: json!(["slow_network", {"latency": 0.0}]),
            codes: &["ok"],
        },
        Switch {
            name: "596",
            on: fail(596, "Connection timed out"),
            off: none.clone(),
            // looked into at once: nothing has happened, so it is sent again
            codes: &["ok", "pve_no_answer"],
        },
        Switch {
            name: "403",
            on: fail(403, "Permission check failed (/vms/100, VM.PowerMgmt)"),
            off: none,
            codes: &["pve_permission"],
        },
    ]
}

#[test]
fn each_is_told_in_words_and_a_repetition_does_what_was_asked() {
    let Some((stand_in, mut board)) = StandIn::with_switches() else {
        return;
    };
    assert_eq!(stand_in.ready(7), 100);
    let order = stand_in.order(7);
    for switch in switches("POST", "/nodes/pve1/qemu/100/status/stop") {
        let _ = acts::start(&stand_in.core, &order);
        assert_eq!(stand_in.power(100), "running", "before {}", switch.name);
        assert!(board.throw(&switch.on), "{}", switch.name);
        let page = acts::stop(&stand_in.core, &order);
        assert!(board.throw(&switch.off), "{}", switch.name);
        let (code, words) = page.map_or_else(|error| (error.code(), error.to_string()), |_| ("ok", String::new()));
        println!("| stop | {} | {code}: {words} |", switch.name);
        assert!(switch.codes.contains(&code), "{}: {code}: {words}", switch.name);
        assert!(!words.contains("secret"), "{words}");
        // what was interrupted is pressed again
        let _ = acts::stop(&stand_in.core, &order);
        assert_eq!(stand_in.power(100), "stopped", "after {}", switch.name);
        assert_eq!(stand_in.guests(), [100, 9000], "{}", switch.name);
    }
}
