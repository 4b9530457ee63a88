//! What was fuzzed stays tested: every target over its corpus, without libFuzzer. `make fuzz` looks for more.

#[path = "../fuzz/targets.rs"]
#[allow(dead_code)]
mod targets;

use std::path::Path;

#[test]
fn every_target_takes_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    for (name, target) in targets::TARGETS {
        let folder = std::fs::read_dir(corpus.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut files = 0;
        for file in folder {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let done = std::panic::catch_unwind(|| target(&bytes));
            assert!(done.is_ok(), "{}", path.display());
            files += 1;
        }
        assert!(files > 0, "{name} has a corpus");
    }
}

/// What the fuzzer makes of a DNS answer is believed, as it is signed: it gets to what reads records.
#[test]
fn a_signed_answer_of_the_corpus_is_read() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/dns");
    let told = |name: &str| {
        let bytes = std::fs::read(corpus.join(name)).unwrap();
        targets::dns_told(bytes[0], &bytes[1..])
    };
    let records = told("signed").unwrap();
    assert_eq!(
        (records.len(), records[0].value.as_str()),
        (1, "192.0.2.10"),
        "{records:?}"
    );
    assert_eq!(told("signed_cname").unwrap().len(), 2);
    assert_eq!(told("signed_refused").unwrap_err().problem().code, "dns_zone_missing");
    assert_eq!(told("signed_test"), Ok(Vec::new()));
    assert_eq!(
        told("message").unwrap_err().problem().code,
        "dns_unexpected",
        "that one is not signed"
    );
}

#[test]
fn what_cannot_be_a_request_is_refused_at_once() {
    let deep = |open: &str, close: &str, depth: usize| format!("\0{}1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("[", "]"), ("{\"service\":", "}")] {
        // the parser gives up at 128: no stack is too small for it
        targets::TARGETS[0].1(deep(open, close, 200_000).as_bytes());
    }
}
