//! Name servers of Debian, started for one test each: own configuration, own files, ports that were free.

use proxmoxkvm::dns::{Budget, Provider, ZoneConfig, open};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use serde_json::Value;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A real server with the zones of [`super::lifecycle`].
pub trait Server {
    /// How a zone there is configured: fields and secret.
    fn config(&self, id: u64, zone: &str) -> (Value, String);
    /// Somebody else writes a record.
    fn foreign(&self, zone: &str, name: &str, kind: &str, value: &str);
    /// The port that it answers questions on.
    fn port(&self) -> u16;

    /// A provider for one of its zones.
    fn provider(&self, id: u64, zone: &str) -> Box<dyn Provider> {
        let (fields, secret) = self.config(id, zone);
        open(&ZoneConfig::parse(&fields, secret.into()).unwrap())
    }

    /// Asks with `dig`; the answers sorted, aliases followed.
    fn dig(&self, question: &[&str]) -> Vec<String> {
        let mut dig = Command::new("dig");
        dig.args([
            "@127.0.0.1",
            "-p",
            &self.port().to_string(),
            "+short",
            "+norecurse",
            "+tries=2",
            "+time=3",
        ]);
        let output = dig.args(question).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }
}

/// Time enough for a test that works.
pub fn budget() -> Budget<'static> {
    Budget {
        clock: &SystemClock,
        until: SystemClock.now() + 60.0,
    }
}

/// Whether the test can run; without the programs it fails, unless that was said to be wanted.
pub fn have(programs: &[(&str, &str)]) -> bool {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(path, _)| !Path::new(path).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return true;
    }
    let list = missing.join(" ");
    if std::env::var("PROXMOXKVM_WITHOUT_SERVERS").as_deref() == Ok("1") {
        println!("left out: {list} missing");
        return false;
    }
    panic!("install {list} (apt-get install --no-install-recommends {list}), or set PROXMOXKVM_WITHOUT_SERVERS=1");
}

/// A TCP port that is free for both protocols at this moment.
pub fn free_port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if std::net::UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A process that ends with the test.
pub struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server and waits until all its ports take connections; `None` when it ended instead, as it does when
/// somebody was faster to take a port.
pub fn start(command: &mut Command, log: &Path, ports: &[u16]) -> Option<Process> {
    let log = std::fs::File::create(log).unwrap();
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    let mut process = Process(command.spawn().unwrap());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if process.0.try_wait().unwrap().is_some() {
            return None;
        }
        if ports
            .iter()
            .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        {
            return Some(process);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// Runs a program that must succeed.
pub fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let words = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{command:?}: {words}");
}
