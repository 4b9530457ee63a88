//! The C ABI: header and symbols, a C program against the library, and requests that are none.
#![allow(unsafe_code)]

use crate::json::must_be_documented;
use crate::network;
use crate::support::cluster_options;
use proxmoxkvm::actions::ACTIONS;
use proxmoxkvm::api::verbs::{Entry, VERBS};
use proxmoxkvm::ffi::*;
use pvesim::Sim;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::{null, null_mut};
use std::sync::Once;

type Function = unsafe extern "C" fn(*mut proxmoxkvm_core, *const c_char, usize, *mut *mut c_char) -> i32;

/// Every function that takes a request; that it compiles proves the one shape.
const FUNCTIONS: &[(&str, Function)] = &[
    ("act", proxmoxkvm_act),
    ("change_package", proxmoxkvm_change_package),
    ("change_password", proxmoxkvm_change_password),
    ("create", proxmoxkvm_create),
    ("cron", proxmoxkvm_cron),
    ("due", proxmoxkvm_due),
    ("read", proxmoxkvm_read),
    ("suspend", proxmoxkvm_suspend),
    ("terminate", proxmoxkvm_terminate),
    ("test_connection", proxmoxkvm_test_connection),
    ("unsuspend", proxmoxkvm_unsuspend),
    ("usage_update", proxmoxkvm_usage_update),
];

/// These ask for nothing that could be missing from an empty request.
const CONTENT_WITH_NOTHING: &[&str] = &[
    "attention",
    "cron",
    "due",
    "look_through",
    "order_check",
    "overview",
    "product_form",
    "sync_dns_records",
];

const OF_ANOTHER_SHAPE: [&str; 8] = [
    "abi_version",
    "catalogue",
    "close",
    "console_read",
    "move",
    "open",
    "reply_free",
    "version",
];

/// Every verb and every action, with the function that takes it.
fn verbs() -> Vec<(Entry, &'static str)> {
    let verbs = VERBS.iter().map(|verb| (verb.entry, verb.name));
    let actions = ACTIONS.iter().map(|action| (Entry::Act, action.name));
    verbs.chain(actions).collect()
}

/// A request to a verb, for the function that takes it.
fn for_its_function(entry: Entry, name: &str, request: &Value) -> (Function, Value) {
    let mut request = request.clone();
    let (function, key) = match entry {
        Entry::Function => (name, None),
        Entry::Act => ("act", Some("do")),
        Entry::Read => ("read", Some("read")),
    };
    if let (Some(key), Value::Object(fields)) = (key, &mut request) {
        fields.insert(key.to_owned(), json!(name));
    }
    let found = FUNCTIONS.iter().find(|(known, _)| *known == function);
    (found.expect("each verb has a function").1, request)
}

struct Installed {
    core: *mut proxmoxkvm_core,
    _folder: tempfile::TempDir,
}

impl Installed {
    fn new() -> Installed {
        keep_panic_messages();
        let folder = tempfile::tempdir().unwrap();
        let mut core = null_mut();
        let request = json!({"store": folder.path().join("store.db")}).to_string();
        let (status, reply) =
            taken(|reply| unsafe { proxmoxkvm_open(request.as_ptr().cast(), request.len(), reply, &raw mut core) });
        assert_eq!(status, 0, "{reply}");
        assert!(!core.is_null());
        Installed { core, _folder: folder }
    }

    fn ask(&self, verb: Function, request: &[u8]) -> (i32, Value) {
        taken(|reply| unsafe { verb(self.core, request.as_ptr().cast(), request.len(), reply) })
    }

    fn ask_json(&self, verb: Function, request: &Value) -> (i32, Value) {
        self.ask(verb, request.to_string().as_bytes())
    }
}

impl Installed {
    /// Asks a verb, by whichever function takes it.
    fn ask_verb(&self, entry: Entry, name: &str, request: &Value) -> (i32, Value) {
        let (function, request) = for_its_function(entry, name, request);
        let (status, reply) = self.ask_json(function, &request);
        must_be_documented(name, &reply);
        (status, reply)
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        unsafe { proxmoxkvm_close(self.core) };
    }
}

/// The fence keeps the messages of panics back, as it should inside PHP. The tests of this binary want theirs.
fn keep_panic_messages() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        taken(|reply| unsafe { proxmoxkvm_catalogue(null(), 0, reply) });
        std::panic::set_hook(hook);
    });
}

/// Calls, reads the reply, checks what holds for every reply, and frees it.
fn taken(call: impl FnOnce(*mut *mut c_char) -> i32) -> (i32, Value) {
    let mut reply: *mut c_char = null_mut();
    let status = call(&raw mut reply);
    assert!(!reply.is_null(), "the reply is always set");
    let text = unsafe { CStr::from_ptr(reply) }.to_str().expect("UTF-8").to_owned();
    unsafe { proxmoxkvm_reply_free(reply) };
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["ok"], json!(status == 0), "{status}: {value}");
    if status != 0 {
        assert!((1..=6).contains(&status) || status == 8, "{status}: {value}");
        assert!(value["code"].as_str().is_some_and(|code| !code.is_empty()), "{value}");
        assert!(
            value["message"].as_str().is_some_and(|message| !message.is_empty()),
            "{value}"
        );
        assert!(value["retry"].is_boolean(), "{value}");
    }
    (status, value)
}

/// An order that is right in every field; nothing answers at its server.
fn order() -> Value {
    let server = json!({
        "id": 1, "hostname": "127.0.0.1", "ip": "127.0.0.1", "port": "1", "secure": true,
        "username": "root@pam!whmcs", "password": "11111111-2222-3333-4444-555555555555",
        "access_hash": "insecure=1", "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53",
    });
    let mut order = network::order(7, &server);
    order["package"]["config_options"] = json!({"RAM (GB)": "4"});
    order
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The shared library is built beside this test's own executable, by the same run of cargo.
fn library_folder() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    assert!(
        folder.join("libproxmoxkvm.so").is_file(),
        "libproxmoxkvm.so is not beside {}",
        folder.display()
    );
    folder
}

fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{out}{err}",
        output.status
    );
    out.into_owned()
}

/// The header without its comments.
fn header() -> String {
    let mut text = read("include/proxmoxkvm.h");
    while let Some((before, rest)) = text.split_once("/*") {
        let (_, after) = rest.split_once("*/").expect("comments end");
        text = format!("{before}{after}");
    }
    text
}

/// Its declarations, each in one line.
fn declarations() -> Vec<String> {
    let header = header();
    let code: Vec<&str> = header.lines().filter(|line| !line.starts_with('#')).collect();
    let code = code.join(" ");
    code.split(';')
        .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|one| !one.is_empty())
        .collect()
}

/// Name and parameters of every function that the header declares.
fn declared_functions() -> Vec<(String, String)> {
    let function = |declaration: &String| {
        let (head, parameters) = declaration.strip_suffix(')')?.split_once('(')?;
        let name = head.rsplit([' ', '*']).next()?;
        Some((name.to_owned(), parameters.to_owned()))
    };
    declarations().iter().filter_map(function).collect()
}

#[test]
fn the_exported_symbols_are_those_of_this_abi() {
    let library = library_folder().join("libproxmoxkvm.so");
    let listing = output_of(
        Command::new("nm")
            .args(["-D", "--defined-only", "--format=posix"])
            .arg(&library),
    );
    let mut exported: Vec<&str> = listing.lines().filter_map(|line| line.split(' ').next()).collect();
    exported.sort_unstable();
    let golden = read(&format!("tests/behaviour/golden/abi-{ABI_VERSION}.txt"));
    assert_eq!(
        exported,
        golden.lines().collect::<Vec<_>>(),
        "a symbol is never taken away, and nothing else gets out"
    );
    assert_eq!(proxmoxkvm_abi_version(), ABI_VERSION);
}

#[test]
fn header_and_symbols_name_the_same_functions() {
    let declared: BTreeSet<String> = declared_functions().into_iter().map(|(name, _)| name).collect();
    let golden = read(&format!("tests/behaviour/golden/abi-{ABI_VERSION}.txt"));
    assert_eq!(declared, golden.lines().map(str::to_owned).collect());
    let known = FUNCTIONS.iter().map(|(name, _)| *name).chain(OF_ANOTHER_SHAPE);
    assert_eq!(
        declared,
        known.map(|name| format!("proxmoxkvm_{name}")).collect(),
        "the list of this test is complete"
    );
}

/// What reads a console takes no JSON: a number that nothing has, and no place for the bytes, are no harm.
#[test]
fn a_console_that_there_is_not_is_over() {
    let mut into = [0; 8];
    let read = |into: *mut c_char, len| unsafe { proxmoxkvm_console_read(u64::MAX, into, len, u32::MAX) };
    assert_eq!(read(into.as_mut_ptr(), into.len()), -1);
    assert_eq!((read(null_mut(), 8), read(null_mut(), 0)), (-1, -1));
    assert_eq!(into, [0; 8]);
}

/// A function that is gone makes the benchmark say "not measured", which nobody reads.
#[test]
fn the_scripts_of_the_benchmark_call_functions_that_there_are() {
    let declared: BTreeSet<String> = declared_functions().into_iter().map(|(name, _)| name).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peers");
    let mut called = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        for call in text.split("->proxmoxkvm_").skip(1) {
            let name = call.split('(').next().unwrap();
            assert!(
                declared.contains(&format!("proxmoxkvm_{name}")),
                "{}: {name}",
                file.display()
            );
            called += 1;
        }
    }
    assert!(called > 0, "the scripts are read");
}

#[test]
fn every_verb_has_the_one_shape() {
    for (name, parameters) in declared_functions() {
        if OF_ANOTHER_SHAPE
            .iter()
            .any(|other| name == format!("proxmoxkvm_{other}"))
        {
            continue;
        }
        let shape = parameters.replace("*_core", "*core");
        assert_eq!(
            shape, "proxmoxkvm_core *core, const char *request, size_t len, char **reply",
            "{name}"
        );
    }
}

#[test]
fn php_can_read_the_header() {
    // PHP's parser skips lines that begin with # without evaluating them, and knows no C++
    let header = header();
    let directives: Vec<&str> = header
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with('#'))
        .collect();
    let expected = [
        "#ifndef PROXMOXKVM_H",
        "#define PROXMOXKVM_H",
        "#include <stddef.h>",
        "#include <stdint.h>",
        "#endif",
    ];
    assert_eq!(directives, expected, "no conditional block but the guard");
    assert!(header.ends_with('\n'), "a last line without its end is lost");
    let code = declarations().join(";\n");
    for word in ["extern", "_Static_assert", "__attribute__", "inline", "uint8_t", "\\"] {
        assert!(!code.contains(word), "{word} in the header");
    }
    let enums = declarations()
        .into_iter()
        .filter(|declaration| declaration.contains("enum"));
    for declaration in enums {
        assert!(!declaration.contains(':'), "no typed enum: {declaration}");
    }
}

#[test]
fn the_library_is_never_unmapped() {
    let library = library_folder().join("libproxmoxkvm.so");
    let dynamic = output_of(Command::new("readelf").arg("-d").arg(library));
    let flags = dynamic
        .lines()
        .find(|line| line.contains("(FLAGS_1)"))
        .expect("a FLAGS_1 entry");
    assert!(flags.contains("NODELETE"), "{flags}");
}

/// The program, or with VALGRIND in the environment the program under valgrind: an error or a lost block ends it with 9.
fn run_of(program: &std::path::Path) -> Command {
    if std::env::var_os("VALGRIND").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("valgrind");
    command.args([
        "--quiet",
        "--error-exitcode=9",
        "--leak-check=full",
        "--child-silent-after-fork=yes",
    ]);
    command.args([
        "--errors-for-leak-kinds=definite,indirect",
        "--show-leak-kinds=definite,indirect",
    ]);
    let known = root().join("tests/abi/valgrind.supp");
    command.arg(format!("--suppressions={}", known.display())).arg(program);
    command
}

#[test]
fn a_c_program_opens_asks_forks_frees_and_survives_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let library = library_folder();
    let program = folder.path().join("smoke");
    let mut compiler = Command::new("cc");
    compiler
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(root().join("include"));
    compiler
        .arg(root().join("tests/abi/smoke.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&library);
    compiler
        .arg("-lproxmoxkvm")
        .arg(format!("-Wl,-rpath,{}", library.display()));
    output_of(&mut compiler);

    let sim = Sim::start(cluster_options().scale(0.01));
    let (user, secret) = sim.token();
    let server = json!({
        "id": 1, "hostname": "127.0.0.1", "port": sim.port(), "secure": true, "username": user, "password": secret,
        "access_hash": format!("fingerprint={}", sim.fingerprint()),
        "assigned_ips": "vmbr0|10|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53",
    });
    let order = network::order(7, &server);
    let mut run = run_of(&program);
    run.arg(folder.path().join("store.db"))
        .arg(json!({"server": server}).to_string())
        .arg(order.to_string());
    run.arg(json!({"orders": [order], "budget_s": 5}).to_string());
    // cargo's own library path holds the folder above too, which may have an older copy
    let ended = run.env_remove("LD_LIBRARY_PATH").output().unwrap();
    let said = [
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
    ];
    assert_eq!(
        said,
        ["all is well\n", ""],
        "and no word on stderr, not even of the panic"
    );
    assert!(ended.status.success());
    assert_eq!(sim.handshakes(), 1, "the parent keeps its connection");
}

#[test]
fn without_a_core_a_verb_says_so() {
    keep_panic_messages();
    let request = order().to_string();
    for (name, verb) in FUNCTIONS.iter().copied() {
        let (status, reply) = taken(|reply| unsafe { verb(null_mut(), request.as_ptr().cast(), request.len(), reply) });
        assert_eq!((status, &reply["code"]), (1, &json!("bad_request")), "{name}: {reply}");
    }
}

#[test]
fn a_missing_or_empty_request_is_an_empty_object() {
    let installed = Installed::new();
    for (name, verb) in FUNCTIONS.iter().copied() {
        let missing = taken(|reply| unsafe { verb(installed.core, null(), 0, reply) });
        let missing_with_length = taken(|reply| unsafe { verb(installed.core, null(), 99, reply) });
        let empty = installed.ask(verb, b"");
        let expected = if CONTENT_WITH_NOTHING.contains(&name) { 0 } else { 1 };
        assert_eq!(
            [missing.0, missing_with_length.0, empty.0],
            [expected; 3],
            "{name}: {}",
            empty.1
        );
    }
}

#[test]
fn what_is_no_json_is_refused_by_every_verb() {
    let installed = Installed::new();
    let long = format!("{{\"service\":7,\"x\":\"{}\"}}", "a".repeat(17 << 20));
    let cases: [(&str, Vec<u8>); 9] = [
        ("garbage", b"\x01\x02 garbage".to_vec()),
        ("unfinished", b"{\"service\": {\"id\": 7".to_vec()),
        ("trailing", b"{\"service\": 7} {}".to_vec()),
        ("invalid UTF-8", b"{\"service\": \"\xff\xfe\"}".to_vec()),
        ("a NUL byte", b"{\"service\": \"a\0b\"}".to_vec()),
        ("a NUL byte behind", b"{\"service\": 7}\0".to_vec()),
        ("half a surrogate pair", b"{\"service\": \"\\ud800\"}".to_vec()),
        ("deep nesting", [b"[".repeat(10_000), b"]".repeat(10_000)].concat()),
        ("17 MiB", long.into_bytes()),
    ];
    for (name, verb) in FUNCTIONS.iter().copied() {
        for (what, request) in &cases {
            let (status, reply) = installed.ask(verb, request);
            assert_eq!(
                (status, &reply["code"]),
                (1, &json!("bad_request")),
                "{name}, {what}: {reply}"
            );
            assert_eq!(reply["retry"], json!(false));
        }
    }
}

#[test]
fn json_that_is_no_request_is_refused() {
    let installed = Installed::new();
    let requests = [
        json!(null),
        json!([]),
        json!(7),
        json!("text"),
        json!(true),
        json!([[[]]]),
        json!({"service": null}),
    ];
    for (entry, name) in verbs() {
        for request in &requests {
            let (status, reply) = installed.ask_verb(entry, name, request);
            let content = CONTENT_WITH_NOTHING.contains(&name) && status == 0;
            assert!(content || status == 1, "{name} {request}: {reply}");
        }
    }
}

/// A path to each value inside, the whole included.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| places(value, &format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

#[test]
fn a_value_of_any_type_in_any_place_gets_an_answer() {
    let installed = Installed::new();
    let wrong = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!("x y"),
        json!("\u{0}\u{1f680}\r\n"),
        json!("9".repeat(100_000)),
        json!([]),
        json!({}),
        json!([[{"a": [1]}]]),
    ];
    let mut order = order();
    order["vmid"] = json!(100);
    let mut all = Vec::new();
    places(&order, "", &mut all);
    assert!(all.len() > 40);
    for place in all {
        for value in &wrong {
            let mut request = order.clone();
            *request.pointer_mut(&place).unwrap() = value.clone();
            for (entry, name) in
                (verbs().into_iter()).filter(|(_, name)| ["attach", "set_network", "test_connection"].contains(name))
            {
                let (status, reply) = installed.ask_verb(entry, name, &request);
                assert_ne!(
                    status, 0,
                    "nothing answers there: {name}, {place} = {value:.40}: {reply:.400}"
                );
            }
            let (status, reply) = installed.ask_json(proxmoxkvm_cron, &json!({"orders": [request], "budget_s": 1}));
            assert!(status <= 1, "cron, {place} = {value:.40}: {reply:.400}");
        }
    }
}

#[test]
fn numbers_beside_the_order_may_be_anything() {
    let installed = Installed::new();
    let wrong = [
        json!(null),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(u64::MAX),
        json!("7"),
        json!("x"),
        json!([]),
        json!({}),
    ];
    for value in wrong {
        let (status, reply) = installed.ask_json(proxmoxkvm_due, &json!({"limit": value}));
        assert_eq!(status, 0, "{value}: {reply}");
        for (entry, name) in [(Entry::Read, "show"), (Entry::Act, "acknowledge")] {
            let (status, reply) = installed.ask_verb(entry, name, &json!({"service": value, "version": value}));
            assert!([0, 1, 2].contains(&status), "{value}: {reply}");
        }
        for key in ["server", "search", "trouble", "limit", "offset"] {
            let (status, reply) = installed.ask_verb(Entry::Read, "overview", &json!({key: value}));
            assert_eq!(status, 0, "{key} = {value}: {reply}");
            let mut request = json!({"server": order()["server"], "line": value});
            request[key] = if key == "server" {
                order()["server"].clone()
            } else {
                value.clone()
            };
            let (status, reply) = installed.ask_verb(Entry::Read, "pools", &request);
            assert_eq!(status, 0, "{key} = {value}: {reply}");
        }
        for key in ["orders", "failed", "budget_s", "workers"] {
            let (status, reply) = installed.ask_json(proxmoxkvm_cron, &json!({key: value}));
            assert!(status <= 1, "{key} = {value}: {reply}");
        }
    }
}

#[test]
fn a_text_with_a_nul_comes_back_as_json() {
    let installed = Installed::new();
    let mut order = order();
    order["do"] = json!("a\u{0}b");
    let (status, reply) = installed.ask_json(proxmoxkvm_act, &order);
    assert_eq!(status, 2, "{reply}");
    assert!(reply["message"].as_str().unwrap().contains("no action"), "{reply}");
}

#[test]
fn a_store_that_cannot_be_opened_says_so() {
    keep_panic_messages();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "this is no store").unwrap();
    let cases = [
        (json!({}), 1),
        (json!({"store": 7}), 1),
        (json!({"store": "relative/store.db"}), 1),
        (json!([]), 1),
        (json!({"store": folder.path().join("a\u{0}b")}), 6),
        (json!({"store": folder.path().join("file")}), 6),
        (json!({"store": folder.path().join("file/store.db")}), 6),
        (json!({"store": folder.path()}), 6),
    ];
    for (request, expected) in cases {
        let text = request.to_string();
        let mut core = null_mut();
        let (status, reply) =
            taken(|reply| unsafe { proxmoxkvm_open(text.as_ptr().cast(), text.len(), reply, &raw mut core) });
        assert_eq!(status, expected, "{request}: {reply}");
        assert!(core.is_null(), "{request}: no core without success");
    }
}

#[test]
fn places_for_the_answer_may_be_missing() {
    let installed = Installed::new();
    let request = b"{}";
    let status = unsafe { proxmoxkvm_due(installed.core, request.as_ptr().cast(), request.len(), null_mut()) };
    assert_eq!(status, 0, "the status alone is told");
    let folder = tempfile::tempdir().unwrap();
    let open = json!({"store": folder.path().join("store.db")}).to_string();
    let (status, reply) =
        taken(|reply| unsafe { proxmoxkvm_open(open.as_ptr().cast(), open.len(), reply, null_mut()) });
    assert_eq!(status, 0, "{reply}");
    unsafe {
        proxmoxkvm_close(null_mut());
        proxmoxkvm_reply_free(null_mut());
    }
}

#[test]
fn a_secret_in_a_malformed_request_stays_out_of_the_reply() {
    let installed = Installed::new();
    let secret = "hunter2-top-secret";
    let mut requests = vec![
        format!("{{\"service\": {{\"password\": \"{secret}\" oops"),
        format!("\"{secret}\""),
        secret.to_owned(),
    ];
    let mut order = order();
    order["vmid"] = json!(100);
    // a secret where something else belongs: PHP code of another version, or an admin's wrong box
    let wrong_places = [
        "/service",
        "/service/id",
        "/service/client_id",
        "/service/password",
        "/server",
        "/server/id",
        "/server/port",
        "/server/secure",
        "/server/password",
        "/package",
        "/package/options",
        "/package/config_options",
        "/actor",
        "/vmid",
    ];
    for place in wrong_places {
        let mut request = order.clone();
        *request.pointer_mut(place).unwrap() = json!(secret);
        // the port of an entry is shown as it is; it is no secret's place
        if place != "/server/port" {
            requests.push(json!({"orders": [request]}).to_string());
            requests.push(request.to_string());
        }
    }
    requests.push(json!({"orders": secret}).to_string());
    requests.push(json!({"orders": [secret], "failed": [secret]}).to_string());
    requests.push(json!({"budget_s": secret}).to_string());
    let mut order_with_hash = order.clone();
    order_with_hash["server"]["access_hash"] = json!(secret);
    requests.push(order_with_hash.to_string());
    let mut leaks = BTreeSet::new();
    for (entry, name) in verbs() {
        for request in &requests {
            let (_, reply) = match serde_json::from_str(request) {
                Ok(json) => installed.ask_verb(entry, name, &json),
                Err(_) => installed.ask(for_its_function(entry, name, &json!({})).0, request.as_bytes()),
            };
            if reply.to_string().contains(secret) {
                leaks.insert(format!("{name}: {}", reply["message"]));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn one_core_serves_many_threads() {
    let installed = Installed::new();
    let core = installed.core as usize;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(move || {
                let core = core as *mut proxmoxkvm_core;
                for _ in 0..50 {
                    for (verb, request, expected) in [
                        (proxmoxkvm_due as Function, "{}", 0),
                        (proxmoxkvm_read, "{\"read\":\"overview\"}", 0),
                        (proxmoxkvm_read, "{\"read\":\"show\"}", 1),
                    ] {
                        let (status, reply) =
                            taken(|reply| unsafe { verb(core, request.as_ptr().cast(), request.len(), reply) });
                        assert_eq!(status, expected, "{reply}");
                    }
                }
            });
        }
    });
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = unsafe { CStr::from_ptr(proxmoxkvm_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}
