//! Point 7: TLS handshakes for a hundred pages in one php-fpm worker, each with what a guest does right now. It is one
//! request, and Proxmox VE ends a connection after a hundred.

use crate::figure::Figure;
use crate::home::{Home, Kind};
use crate::{Effort, peers, world};
use proxmoxkvm::api;
use proxmoxkvm::api::cron;
use pvesim::{Options, Sim};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PAGES: u64 = 100;
/// The guest's clone is no part of what is measured.
const SCALE: f64 = 0.05;

struct Fpm(Child);

impl Drop for Fpm {
    fn drop(&mut self) {
        // asked to end it takes its worker with it; killed it would leave it behind
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

fn fpm_binary() -> Option<String> {
    let folder = std::fs::read_dir("/usr/sbin").ok()?;
    let names = folder.flatten().map(|entry| entry.path().display().to_string());
    names.filter(|name| name.contains("/php-fpm")).max()
}

fn start(folder: &Path) -> Option<Fpm> {
    let socket = folder.join("fpm.sock");
    let conf = format!(
        "[global]\nerror_log = {0}/fpm.log\ndaemonize = no\n[bench]\nlisten = {0}/fpm.sock\npm = static\npm.max_children = 1\n\
         php_admin_value[ffi.enable] = 1\n{1}",
        folder.display(),
        // php-fpm as root wants to know who serves
        if is_root() { "user = root\ngroup = root\n" } else { "" }
    );
    let path = folder.join("fpm.conf");
    std::fs::write(&path, conf).ok()?;
    let child = Command::new(fpm_binary()?)
        .args(["-R", "-y"])
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let fpm = Fpm(child);
    for _ in 0..200 {
        if socket.exists() {
            return Some(fpm);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

fn page(folder: &Path, kind: &str, request: &Value) -> Option<Value> {
    let script = std::fs::canonicalize("tests/bench/peers/page.php").ok()?;
    let output = Command::new("cgi-fcgi")
        .args(["-bind", "-connect"])
        .arg(folder.join("fpm.sock"))
        .env("SCRIPT_FILENAME", script)
        .env("REQUEST_METHOD", "GET")
        .env("QUERY_STRING", kind)
        .env("BENCH_REQUEST", request.to_string())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(text.split("\r\n\r\n").nth(1)?.trim()).ok()
}

/// Handshakes for a hundred pages of a kind.
fn handshakes(kind: &str) -> Option<f64> {
    let folder = tempfile::tempdir().ok()?;
    let clock = world::ScaledClock::new(SCALE);
    let sim = Sim::start(Options {
        scale: SCALE,
        ..Options::default()
    });
    let (user, secret) = sim.token();
    let mut request = peers::native();
    for key in ["library", "header"] {
        let path = std::fs::canonicalize(request[key].as_str()?).ok()?;
        request[key] = json!(path.display().to_string());
    }
    let server = world::server(sim.port(), &user, &secret, &sim.fingerprint());
    let home = Home::new(Kind::Sqlite);
    let core = world::core(&home, clock);
    let order = world::order(7, &server, 9000);
    api::create(&core, &order).ok()?;
    let ready = cron(&core, &json!({"orders": [order], "budget_s": 600})).ok()?;
    drop(core);
    request["store"] = home.location.clone().into();
    request["service"] = json!(7);
    for key in ["node", "vmid"] {
        request[key] = ready["services"][0][key].clone();
    }
    request["server"] = server;
    let before = sim.handshakes();
    let _fpm = start(folder.path())?;
    for number in 0..PAGES {
        let reply = page(folder.path(), kind, &request)?;
        assert_eq!(reply["live"]["status"], "running", "page {number}: {reply}");
    }
    Some((sim.handshakes() - before) as f64)
}

pub fn measure(effort: Effort) -> Vec<Figure> {
    let measure = |kind: &str| {
        (0..effort.of(3, 1))
            .filter_map(|_| handshakes(kind))
            .collect::<Vec<_>>()
    };
    vec![
        Figure::new(
            "handshakes_per_100_pages",
            "TLS handshakes for 100 pages of one php-fpm worker",
            "",
            measure("ours"),
        )
        .target("1")
        .beside("PHP curl", measure("curl")),
    ]
}
