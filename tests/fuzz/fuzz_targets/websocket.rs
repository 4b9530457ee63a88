#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::websocket(bytes));

#[path = "../targets.rs"]
#[allow(dead_code)]
mod targets;
