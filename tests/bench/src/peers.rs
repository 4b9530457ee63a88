//! Runs the peers: small programs beside this one that print one line of JSON.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs a program with a request as its last argument. None: it is not installed, or failed; stderr says why.
pub fn run(program: &[&str], request: &Value) -> Option<Value> {
    let (name, arguments) = program.split_first()?;
    if name.contains('/') && !Path::new(name).exists() {
        eprintln!("bench: {name} is missing: that peer is left out");
        return None;
    }
    let output = Command::new(name)
        .args(arguments)
        .arg(request.to_string())
        .output()
        .ok()?;
    if !output.status.success() {
        eprintln!(
            "bench: {program:?} failed: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        return None;
    }
    serde_json::from_slice(&output.stdout).ok()
}

pub fn php(script: &str, request: &Value) -> Option<Value> {
    run(
        &["php", "-d", "ffi.enable=1", &format!("tests/bench/peers/{script}")],
        request,
    )
}

pub fn python(script: &str, request: &Value) -> Option<Value> {
    run(
        &["target/bench-py/bin/python", &format!("tests/bench/peers/{script}")],
        request,
    )
}

pub fn node(script: &str, request: &Value) -> Option<Value> {
    if !Path::new("target/bench-js/node_modules/proxmox-api").exists() {
        eprintln!("bench: npm's proxmox-api is missing: that peer is left out");
        return None;
    }
    run(&["node", &format!("tests/bench/peers/{script}")], request)
}

/// The library of this build and its header.
pub fn native() -> Value {
    serde_json::json!({"library": "target/release/libproxmoxkvm.so", "header": "include/proxmoxkvm.h"})
}
