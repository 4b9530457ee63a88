//! Writes `include/proxmoxkvm.h` when it changed, and links the cdylib so that it is never unmapped.

use std::path::Path;
use std::{env, fs};

/// Where the exported functions are.
const SOURCE: &str = "src/ffi/mod.rs";

#[allow(
    clippy::expect_used,
    reason = "a build that cannot write the header should stop and say why"
)]
fn main() {
    println!("cargo:rerun-if-changed={SOURCE}");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=include/proxmoxkvm.h");
    // PHP closes the library at the end of each request; a thread of ours must not lose its code
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let config = cbindgen::Config::from_file(Path::new(&root).join("cbindgen.toml")).expect("cbindgen.toml");
    let builder = cbindgen::Builder::new().with_config(config);
    let header = builder.with_src(Path::new(&root).join(SOURCE)).generate();
    let mut text = Vec::new();
    header.expect("a header from src/ffi").write(&mut text);
    let path = Path::new(&root).join("include/proxmoxkvm.h");
    if fs::read(&path).ok().as_deref() != Some(text.as_slice()) {
        fs::write(&path, text).expect("include/ is writable");
    }
}
