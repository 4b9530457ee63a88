//! Writes `include/proxmoxkvm.h` when it changed, and links the cdylib so that it is never unmapped.

use std::path::Path;
use std::{env, fs};

/// Where the exported functions are.
const SOURCES: [&str; 3] = ["src/ffi.rs", "src/ffi/service.rs", "src/ffi/whole.rs"];

#[allow(
    clippy::expect_used,
    reason = "a build that cannot write the header should stop and say why"
)]
fn main() {
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
    }
    println!("cargo:rerun-if-changed=cbindgen.toml");
    println!("cargo:rerun-if-changed=include/proxmoxkvm.h");
    // PHP closes the library at the end of each request; a thread of ours must not lose its code
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");

    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let config = cbindgen::Config::from_file(Path::new(&root).join("cbindgen.toml")).expect("cbindgen.toml");
    let builder = cbindgen::Builder::new().with_config(config);
    let header = SOURCES
        .iter()
        .fold(builder, |builder, source| {
            builder.with_src(Path::new(&root).join(source))
        })
        .generate();
    let mut text = Vec::new();
    header.expect("a header from src/ffi").write(&mut text);
    let path = Path::new(&root).join("include/proxmoxkvm.h");
    if fs::read(&path).ok().as_deref() != Some(text.as_slice()) {
        fs::write(&path, text).expect("include/ is writable");
    }
}
