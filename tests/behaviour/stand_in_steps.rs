//! Every switch of `fakepve`, thrown when an operation reaches a step: what the admin sees, and how it recovers.
//!
//! A step is a request that the operation makes there; the operations are walked by themselves, each once without a fault
//! and then once for each of its steps and each switch. The table is written to `target/stand-in-faults.md`. All of it
//! takes some minutes (`make stand-in`); a usual run throws one switch at each step, another one at the next.

use crate::acts;
use crate::network::Ahead;
use crate::stand_in::{StandIn, Switchboard, text};
use crate::stand_in_faults::switches;
use crate::support::guard;
use proxmoxkvm::api;
use proxmoxkvm::problems::Error;
use proxmoxkvm::pve::{Answer, Exchange, Https, Silence, Wire};
use proxmoxkvm::server::{Endpoint, ServerEntry};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

/// What throws a switch at the first request of a kind.
#[derive(Default)]
struct Tripwire {
    /// The requests that passed.
    seen: Vec<Step>,
    /// At which request to do what.
    armed: Option<(Step, Value)>,
    /// It was done.
    thrown: bool,
}

/// A kind of request: a number is no kind of its own.
type Step = (&'static str, String);

struct Watched {
    https: Https,
    wire: Arc<Mutex<Tripwire>>,
    board: Arc<Mutex<Switchboard>>,
}

impl Wire for Watched {
    fn send(&self, endpoint: &Endpoint, exchange: &Exchange) -> Result<Answer, Silence> {
        let path = exchange.target.split('?').next().unwrap_or_default().to_owned();
        let step = (exchange.method.as_str(), crate::faults::without_numbers(&path));
        let mut wire = guard(&self.wire);
        if let Some((_, switch)) = wire.armed.take_if(|(at, _)| *at == step) {
            wire.thrown = guard(&self.board).throw(&switch);
        }
        wire.seen.push(step);
        drop(wire);
        self.https.send(endpoint, exchange)
    }
}

/// A stand-in, watched, and its admin.
struct Scene {
    stand_in: StandIn,
    clock: Arc<Ahead>,
    wire: Arc<Mutex<Tripwire>>,
    board: Arc<Mutex<Switchboard>>,
    cores: u64,
}

impl Scene {
    fn new() -> Option<Scene> {
        let (mut stand_in, board) = StandIn::with_switches()?;
        let (clock, wire) = (Arc::<Ahead>::default(), Arc::<Mutex<Tripwire>>::default());
        let board = Arc::new(Mutex::new(board));
        let (for_wire, for_board) = (wire.clone(), board.clone());
        let make_wire = Box::new(move |entry: &ServerEntry| {
            let https = Https::new(entry)?;
            let (wire, board) = (for_wire.clone(), for_board.clone());
            Ok(Box::new(Watched { https, wire, board }) as Box<dyn Wire>)
        });
        stand_in.driven_by(clock.clone(), make_wire);
        Some(Scene {
            stand_in,
            clock,
            wire,
            board,
            cores: 2,
        })
    }

    fn order(&self) -> Value {
        let mut order = self.stand_in.order(7);
        order["package"]["options"][5] = json!(self.cores.to_string());
        order
    }

    fn does(&self, verb: fn(&proxmoxkvm::api::core::Core, &Value) -> Result<Value, Error>) -> Result<Value, Error> {
        verb(&self.stand_in.core, &self.order())
    }

    fn cron(&self) {
        let cron = json!({"orders": [self.order()], "budget_s": 5, "workers": 1});
        api::cron(&self.stand_in.core, &cron).unwrap();
    }

    fn later(&self) {
        *guard(&self.clock.0) += 1000.0;
    }

    fn service(&self) -> Value {
        let known = api::show(&self.stand_in.core, &json!({"service": 7}));
        known.map_or(Value::Null, |shown| shown["service"].clone())
    }

    fn config(&self, key: &str) -> String {
        text(&self.stand_in.get("/nodes/pve1/qemu/100/config".to_owned())[key])
    }

    fn is(&self, status: &str, power: &str) -> bool {
        self.service()["status"] == status && self.there() && self.stand_in.power(100) == power
    }

    fn there(&self) -> bool {
        self.stand_in.guests() == [100, 9000]
    }
}

struct Operation {
    name: &'static str,
    /// Brings about what it starts from, from whatever the one before left.
    before: fn(&mut Scene),
    verb: fn(&Scene) -> Result<Value, Error>,
    done: fn(&Scene) -> bool,
}

fn running(scene: &mut Scene) {
    for _ in 0..20 {
        if scene.is("ready", "running") {
            return;
        }
        let _ = scene.does(api::create).and_then(|_| scene.does(acts::start));
        scene.cron();
        scene.later();
    }
    panic!("never ready: {}", scene.service());
}

fn stopped(scene: &mut Scene) {
    running(scene);
    scene.does(acts::stop).unwrap();
}

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "create",
        before: |scene| {
            let _ = scene.does(api::terminate);
            assert_eq!(scene.stand_in.guests(), [9000]);
        },
        verb: |scene| scene.does(api::create),
        done: |scene| {
            let rules = || scene.stand_in.get("/nodes/pve1/qemu/100/firewall/rules".to_owned());
            scene.is("ready", "running") && rules().as_array().is_some_and(|rules| rules.len() == 2)
        },
    },
    Operation {
        name: "suspend",
        before: |scene| {
            let _ = scene.does(api::unsuspend);
            running(scene);
        },
        verb: |scene| scene.does(api::suspend),
        done: |scene| scene.is("ready", "stopped") && scene.config("onboot") != "1",
    },
    Operation {
        name: "unsuspend",
        before: |scene| {
            running(scene);
            scene.does(api::suspend).unwrap();
        },
        verb: |scene| scene.does(api::unsuspend),
        done: |scene| scene.is("ready", "running") && scene.config("onboot") == "1",
    },
    Operation {
        name: "change_package",
        before: |scene| {
            running(scene);
            scene.cores = if scene.config("cores") == "2" { 4 } else { 2 };
        },
        verb: |scene| scene.does(api::change_package),
        done: |scene| scene.is("ready", "running") && scene.config("cores") == scene.cores.to_string(),
    },
    Operation {
        name: "reinstall",
        before: stopped,
        verb: |scene| match scene.service()["status"].as_str() {
            // the first one went far enough: the cron finishes it
            Some("ready" | "reinstall") => scene.does(acts::reinstall),
            _ => Ok(Value::Null),
        },
        done: |scene| scene.is("ready", "running"),
    },
    Operation {
        name: "terminate",
        before: running,
        verb: |scene| scene.does(api::terminate),
        done: |scene| {
            let service = scene.service();
            scene.stand_in.guests() == [9000] && service["status"] == "removed" && service["addresses"] == json!([])
        },
    },
];

struct Cell {
    operation: &'static str,
    step: Step,
    fault: &'static str,
    seen: String,
    recovers: &'static str,
}

/// The page, and a cron run after it; what the admin is told.
fn play(scene: &Scene, operation: &Operation) -> String {
    let page = (operation.verb)(scene).err().map(|error| error.to_string());
    scene.cron();
    let shown = scene.service()["error"]["message"].as_str().map(str::to_owned);
    page.or(shown).unwrap_or_default()
}

fn recovers(scene: &Scene, operation: &Operation) -> Option<&'static str> {
    if (operation.done)(scene) {
        return Some("at once");
    }
    for _ in 0..3 {
        scene.later();
        scene.cron();
        if (operation.done)(scene) {
            return Some("by the cron");
        }
    }
    for _ in 0..4 {
        let _ = (operation.verb)(scene);
        scene.cron();
        if (operation.done)(scene) {
            return Some("by pressing the button again");
        }
        scene.later();
    }
    None
}

/// `share`: of so many cells, one is played.
fn walk(operation: &'static Operation, share: usize) -> Vec<Cell> {
    let Some(mut scene) = Scene::new() else {
        return Vec::new();
    };
    (operation.before)(&mut scene);
    guard(&scene.wire).seen.clear();
    play(&scene, operation);
    assert!((operation.done)(&scene), "{}: {}", operation.name, scene.service());
    let mut steps = Vec::new();
    for step in std::mem::take(&mut guard(&scene.wire).seen) {
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    let mut cells = Vec::new();
    let cases = steps.iter().enumerate().flat_map(|(number, step)| {
        let switches = switches(step.0, &step.1).into_iter();
        switches
            .enumerate()
            .filter_map(move |(index, switch)| ((number + index) % share == 0).then_some((step, switch)))
    });
    for (step, switch) in cases {
        (operation.before)(&mut scene);
        *guard(&scene.wire) = Tripwire {
            armed: Some((step.clone(), switch.on.clone())),
            ..Tripwire::default()
        };
        let seen = play(&scene, operation);
        let Tripwire { thrown, .. } = std::mem::take(&mut *guard(&scene.wire));
        // a lock of a guest that is gone is gone too
        guard(&scene.board).throw(&switch.off);
        let recovers = recovers(&scene, operation).unwrap_or_else(|| {
            let service = scene.service();
            panic!(
                "{} {step:?}: {}: {seen:?}, and nothing helps: {service}",
                operation.name, switch.name
            )
        });
        if thrown {
            cells.push(Cell {
                operation: operation.name,
                step: step.clone(),
                fault: switch.name,
                seen,
                recovers,
            });
        }
    }
    cells
}

#[test]
fn every_switch_at_every_step_of_every_operation_is_recovered_from() {
    let share = if std::env::var_os("STAND_IN_ALL").is_some() {
        1
    } else {
        9
    };
    let cells: Vec<Cell> = std::thread::scope(|scope| {
        let walks: Vec<_> = OPERATIONS
            .iter()
            .map(|operation| scope.spawn(move || walk(operation, share)))
            .collect();
        walks.into_iter().flat_map(|walk| walk.join().unwrap()).collect()
    });
    // none at all: it is not installed
    assert!(cells.is_empty() || cells.len() > 30, "{}", cells.len());
    let mut table = String::from("| operation | step | fault | the admin sees | recovers |\n|---|---|---|---|---|\n");
    for cell in &cells {
        let seen = if cell.seen.is_empty() { "nothing" } else { &cell.seen };
        assert!(!seen.contains("secret") && seen.len() < 700, "{seen}");
        let ((method, path), seen) = (&cell.step, seen.replace('|', "\\|"));
        let _ = writeln!(
            table,
            "| {} | `{method} {path}` | {} | {seen} | {} |",
            cell.operation, cell.fault, cell.recovers
        );
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/target/stand-in-faults.md"), table).unwrap();
    println!("{} faults of the stand-in: target/stand-in-faults.md", cells.len());
}
