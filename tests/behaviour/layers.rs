//! The layering of src/, read from its own lines: who may use whom, and who may touch the world outside.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors of the house, the lowest first. Each uses only floors below it.
const FLOORS: &[&str] = &[
    // words and rules: no IO, no randomness
    "words", "package", "server", "guest", "service", "pipeline", // the edges to the world
    "process", "pve", "console", "dns", "store", // names every floor's error, calls none of them
    "problems", "actions", "engine", "api", "ffi",
];

/// Decides, and does nothing: the same question gets the same answer, everywhere and always. Beginnings of paths.
const PURE: &[&str] = &[
    "words/",
    "package/",
    "server/",
    "guest/",
    "service/",
    "pipeline/",
    "problems",
    "actions/",
    "engine/placement.rs",
    "console/rfb.rs",
    "console/filter.rs",
    "console/picture.rs",
];
/// What is no rule of the product, and the only door of those floors: the clock.
const NOT_PURE_THERE: &[&str] = &["words/clock.rs"];

/// What reaches outside, and the only places (beginnings of paths under src/) that may have it.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("reqwest", &["pve/", "dns/http.rs", "dns/config.rs"]),
    ("hyper", &["pve/wire.rs"]),
    ("rustls", &["pve/tls.rs", "pve/socket.rs"]),
    ("rustls_native_certs", &["pve/tls.rs"]),
    ("rusqlite", &["store/sql.rs", "store/sqlite.rs", "store/sqlite/"]),
    ("mysql", &["store/sql.rs", "store/mariadb.rs", "store/mariadb/"]),
    (
        "tungstenite",
        &[
            "pve/channel.rs",
            "pve/frames.rs",
            "console/websocket.rs",
            "console/upgrade.rs",
        ],
    ),
    ("ring::aead", &["store/seal.rs"]),
    ("getrandom", &["store/", "engine/reserve.rs", "engine/seed.rs"]),
    ("libc", &["process.rs"]),
    (
        "std::fs",
        &["store/", "dns/lookup.rs", "console/places.rs", "console/listen.rs"],
    ),
    ("std::env", &[]),
    ("std::process::Command", &[]),
    (
        "std::thread",
        &["words/clock.rs", "api/core.rs", "pve/names.rs", "console/serve.rs"],
    ),
    (
        "std::net::TcpStream",
        &["dns/rfc2136.rs", "pve/socket.rs", "console/listen.rs"],
    ),
    (
        "std::os::unix::net",
        &["console/places.rs", "console/door.rs", "console/listen.rs"],
    ),
    ("std::net::TcpListener", &["console/listen.rs"]),
    ("std::net::UdpSocket", &[]),
    ("SystemTime", &["words/clock.rs"]),
    ("Instant", &[]),
    ("unsafe", &["process.rs", "ffi/"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("print!", &[]),
    ("eprint!", &[]),
    ("process::exit", &[]),
    ("process::abort", &[]),
    // names of JSON fields: PHP's in api, PVE's in pve, those of a row's body in the store
    ("json!", &["api/", "ffi/", "pve/", "store/", "dns/"]),
];

/// What only a pure module must not have on top: waiting, and locks that others may hold.
const NOT_PURE: &[&str] = &[
    "Mutex",
    "RwLock",
    "Lazy",
    "thread_local!",
    "static mut",
    "dyn Clock",
    "&Store",
    "&Client",
];

/// Modules at the top of src/.
const ROOMS: usize = 16;
/// Lines of a file, and what half of all files stay below.
const FILE_LINES: usize = 450;
const MEDIAN_LINES: usize = 160;
const FUNCTION_LINES: usize = 70;

fn is_pure(path: &str) -> bool {
    let begins = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    begins(PURE) && !begins(NOT_PURE_THERE)
}

struct Source {
    /// Below src/, such as `engine/look.rs`.
    path: String,
    /// Its module at the top: `engine`.
    module: String,
    /// Line numbers and code: no comments, no texts, no unit tests.
    code: Vec<(usize, String)>,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 40, "src/ was found");
    files.sort();
    files
        .iter()
        .map(|file| source(file, &src))
        .filter(|source| !is_test(&source.path))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("tests/")
}

fn source(file: &Path, src: &Path) -> Source {
    let path = file.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
    let lines = text.lines().count();
    let blank = blanked(&text);
    let mut code: Vec<(usize, String)> = blank
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line.to_owned()))
        .collect();
    // unit tests stand at the end of a file
    if let Some(tests) = code.iter().position(|(_, line)| line.starts_with("#[cfg(test)]")) {
        let rest = &code[tests..];
        if rest.iter().any(|(_, line)| line.starts_with("mod tests {")) {
            code.truncate(tests);
        }
    }
    Source {
        path,
        module,
        code,
        lines,
    }
}

/// The same text with comments, texts and characters blanked, lines kept.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    let keep_lines = |range: &[char]| range.iter().filter(|c| **c == '\n').collect::<String>();
    while at < chars.len() {
        let rest = &chars[at..];
        let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
        let before_is_word = at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_');
        let length = if rest.starts_with(&['/', '/']) {
            rest.iter().take_while(|c| **c != '\n').count()
        } else if rest[0] == 'r' && !before_is_word && rest.get(1 + hashes) == Some(&'"') {
            let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let body = hashes + 2;
            body + rest[body..].windows(end.len()).position(|w| w == end).unwrap() + end.len()
        } else if rest[0] == '"' {
            1 + quoted(&rest[1..], '"')
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            1 + quoted(&rest[1..], '\'')
        } else {
            out.push(rest[0]);
            at += 1;
            continue;
        };
        out.push_str(&keep_lines(&rest[..length]));
        at += length;
    }
    out
}

/// Characters up to and with the closing quote.
fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 0;
    while rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The modules of this crate that a piece of code names: `use crate::a::b`, `crate::a::b`, `use crate::{a, b::c}`.
fn used(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (position, _) in code.match_indices("crate::") {
        if code[..position].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[position + "crate::".len()..];
        let names: Vec<String> = match rest.strip_prefix('{') {
            Some(group) => top_of_group(group),
            None => vec![word(rest)],
        };
        found.extend(names);
    }
    found
}

fn word(text: &str) -> String {
    text.trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// `a, b::{c, d}, e}` → a, b, e
fn top_of_group(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = vec![word(group)];
    for (position, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(word(&group[position + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Is it there as a word of its own?
fn has_word(line: &str, wanted: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(wanted).any(|(position, _)| {
        !line[..position].ends_with(is_word) && !line[position + wanted.len()..].starts_with(is_word)
    })
}

fn report(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// The modules of this crate that a file names, each with the line where it does so first.
fn uses(source: &Source) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (index, (number, line)) in source.code.iter().enumerate() {
        if !line.contains("crate::") {
            continue;
        }
        // a group of `use` may go over several lines: names are looked for up to its end
        let rest = source.code[index..].iter().map(|(_, line)| line.as_str());
        let is_group = line.contains("crate::{") && !line.contains('}');
        let lines = if is_group {
            rest.clone().take_while(|line| !line.contains(';')).count() + 1
        } else {
            1
        };
        let statement = rest.take(lines).collect::<Vec<_>>().join(" ");
        for name in used(&statement).into_iter().filter(|name| *name != source.module) {
            found.entry(name).or_insert(*number);
        }
    }
    found
}

/// Each module, and those that it names.
fn graph(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.path != "lib.rs") {
        let names = uses(source).into_keys();
        graph.entry(source.module.clone()).or_default().extend(names);
    }
    graph
}

/// A way that comes back to where it began, looked for depth first; `None`: there is no circle.
fn circle(graph: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit(
        at: &str,
        graph: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(begin) = way.iter().position(|name| name == at) {
            way.push(at.to_owned());
            return Some(way[begin..].to_vec());
        }
        if done.contains(at) {
            return None;
        }
        way.push(at.to_owned());
        let found = graph.get(at).into_iter().flatten();
        let found = found.filter_map(|next| visit(next, graph, way, done)).next();
        way.pop();
        done.insert(at.to_owned());
        found
    }
    let mut done = BTreeSet::new();
    graph
        .keys()
        .find_map(|from| visit(from, graph, &mut Vec::new(), &mut done))
}

#[test]
fn no_module_leads_back_to_itself() {
    let found = circle(&graph(&sources()));
    assert!(found.is_none(), "a circle: {}", found.unwrap_or_default().join(" → "));
    let two = |one: &str, other: &str| (one.to_owned(), BTreeSet::from([other.to_owned()]));
    let ring = BTreeMap::from([two("a", "b"), two("b", "c"), two("c", "b")]);
    assert_eq!(circle(&ring).unwrap(), ["b", "c", "b"], "a circle is found");
}

#[test]
fn each_floor_uses_only_floors_below() {
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let Some(own) = floor(&source.module) else {
            broken.push(format!(
                "src/{}: {} is no floor of this test",
                source.path, source.module
            ));
            continue;
        };
        for (name, number) in uses(source) {
            if floor(&name).is_none_or(|other| other >= own) {
                broken.push(format!(
                    "src/{}:{number}: {} may not use {name}",
                    source.path, source.module
                ));
            }
        }
    }
    report(broken);
}

#[test]
fn the_floors_are_the_modules_of_the_crate() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let module = |line: &str| {
        Some(
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')?
                .to_owned(),
        )
    };
    let declared: BTreeSet<String> = lib.lines().filter_map(module).collect();
    assert_eq!(declared, FLOORS.iter().map(|name| (*name).to_owned()).collect());
    // a room is a file or a folder, never both
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let mut rooms: Vec<String> = (entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()))
        .filter(|name| name != "lib.rs")
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    rooms.sort();
    assert_eq!(rooms, Vec::from_iter(declared));
    assert!(
        FLOORS.len() <= ROOMS,
        "{} rooms at the top, more than {ROOMS}",
        FLOORS.len()
    );
}

#[test]
fn only_the_edges_touch_the_world() {
    let mut broken = Vec::new();
    for source in sources() {
        for (word, places) in OUTSIDE {
            if places.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            for (number, line) in source.code.iter().filter(|(_, line)| has_word(line, word)) {
                broken.push(format!(
                    "src/{}:{number}: {word} is allowed only in {places:?}: {}",
                    source.path,
                    line.trim()
                ));
            }
        }
    }
    report(broken);
}

/// What a status or a row means is said by the table. An engine that asks which one it is knows a second table.
#[test]
fn the_engine_names_no_status_and_knows_no_row_by_identity() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.module == "engine") {
        for (number, line) in &source.code {
            let named = line.match_indices("Status::").any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            });
            if named || line.contains("ptr::eq") {
                broken.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    report(broken);
}

#[test]
fn what_is_pure_holds_no_lock_and_no_door() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| is_pure(&source.path)) {
        for word in NOT_PURE {
            for (number, line) in source.code.iter().filter(|(_, line)| has_word(line, word)) {
                broken.push(format!(
                    "src/{}:{number}: {word} in a pure module: {}",
                    source.path,
                    line.trim()
                ));
            }
        }
    }
    report(broken);
}

/// The client's functions that change something: those that send POST, PUT or DELETE.
fn changing_functions(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources
        .iter()
        .filter(|source| source.module == "pve" && source.path != "pve/wire.rs")
    {
        let mut function = String::new();
        for (_, line) in &source.code {
            if let Some((_, rest)) = line.split_once("pub fn ") {
                function = word(rest);
            } else if line.trim_start().starts_with("fn ") || line.contains("pub(super) fn ") {
                function = String::new();
            }
            let changes = ["Method::Post", "Method::Put", "Method::Delete"]
                .iter()
                .any(|method| line.contains(method));
            if changes && !function.is_empty() {
                found.insert(function.clone());
            }
        }
    }
    found
}

/// A call of the client; the engine's function of the same name is a way through the engine.
fn calls(line: &str, function: &str) -> bool {
    line.contains(&format!(".{function}(")) && !line.contains(&format!("engine().{function}("))
}

#[test]
fn only_the_engine_changes_anything_at_pve() {
    let sources = sources();
    let changing = changing_functions(&sources);
    for known in ["clone_guest", "write_config", "resize", "power", "add_rule", "destroy"] {
        assert!(changing.contains(known), "{known} was found: {changing:?}");
    }
    let mut broken = Vec::new();
    for source in sources
        .iter()
        .filter(|source| !["engine", "pve"].contains(&source.module.as_str()))
    {
        for (number, line) in &source.code {
            for function in changing.iter().filter(|function| calls(line, function)) {
                broken.push(format!(
                    "src/{}:{number}: calls {function}: {}",
                    source.path,
                    line.trim()
                ));
            }
            // the one request function, past the named ones
            if has_word(line, "Method") || line.contains("pve::Request") || line.contains(".request(&") {
                broken.push(format!(
                    "src/{}:{number}: a request of its own: {}",
                    source.path,
                    line.trim()
                ));
            }
        }
    }
    report(broken);
}

#[test]
fn a_status_is_moved_only_by_engine_and_verbs() {
    let mut broken = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| !["engine", "api"].contains(&source.module.as_str()))
    {
        for (number, line) in &source.code {
            let assigns = line
                .split_once(".status = ")
                .is_some_and(|(before, _)| !before.contains("let "));
            if assigns {
                broken.push(format!("src/{}:{number}: sets a status: {}", source.path, line.trim()));
            }
        }
    }
    report(broken);
}

#[test]
fn when_the_cron_comes_back_is_decided_in_one_place() {
    let sources = sources();
    let decides = |source: &&Source| source.code.iter().any(|(_, line)| line.contains(".due_at = "));
    let found: Vec<&str> = (sources.iter().filter(decides))
        .map(|source| source.path.as_str())
        .collect();
    // the release asks what is decided there
    assert_eq!(found, ["engine/due.rs", "engine/mod.rs"]);
}

/// A limit that nothing asks for limits nothing.
#[test]
fn every_limit_is_kept_somewhere() {
    let sources = sources();
    let (limits, others): (Vec<&Source>, Vec<&Source>) =
        sources.iter().partition(|source| source.path == "words/limits.rs");
    let mut broken = Vec::new();
    for (number, line) in &limits[0].code {
        let Some(rest) = line.strip_prefix("pub const ").or(line.strip_prefix("pub fn ")) else {
            continue;
        };
        let name = word(rest.strip_prefix("fn ").unwrap_or(rest));
        let mut lines = others.iter().flat_map(|source| &source.code);
        if !lines.any(|(_, line)| has_word(line, &name)) {
            broken.push(format!("src/words/limits.rs:{number}: nobody asks for {name}"));
        }
    }
    assert!(limits[0].code.len() > 100, "the limits were found");
    report(broken);
}

#[test]
fn files_are_short() {
    let sources = sources();
    let long = sources.iter().filter(|source| source.lines > FILE_LINES);
    report(
        long.map(|source| format!("src/{}: {} lines, more than {FILE_LINES}", source.path, source.lines))
            .collect(),
    );
    let mut lines: Vec<usize> = sources.iter().map(|source| source.lines).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(
        median <= MEDIAN_LINES,
        "half of the files have more than {median} lines"
    );
}

/// What may stand before `fn`; a text such as "C" is blank here.
const KINDS: &[&str] = &["pub", "const", "unsafe", "extern", "async"];

/// Where each function begins, its name, and how many lines it has. rustfmt puts the end under the beginning.
fn functions(source: &Source) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (index, (number, line)) in source.code.iter().enumerate() {
        let Some((before, rest)) = line.split_once("fn ") else {
            continue;
        };
        // `pub(in crate::api) unsafe extern "C" fn name`: only words of visibility and kind stand before it
        let visibility = before
            .trim_start()
            .strip_prefix("pub(")
            .and_then(|rest| rest.split_once(')'));
        let kind = visibility.map_or(before, |(_, rest)| rest);
        let is_definition = kind.split_whitespace().all(|word| KINDS.contains(&word));
        if !is_definition || !rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            continue;
        }
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let end = format!("{indent}}}");
        let body = source.code[index..].iter().position(|(_, line)| {
            *line == end || line.ends_with(';') && line.starts_with(&indent) && !line[indent.len()..].starts_with(' ')
        });
        found.push((*number, word(rest), body.map_or(0, |lines| lines + 1)));
    }
    found
}

#[test]
fn functions_are_short() {
    let mut broken = Vec::new();
    let mut count = 0;
    for source in sources() {
        for (number, name, lines) in functions(&source) {
            count += 1;
            if lines > FUNCTION_LINES {
                broken.push(format!(
                    "src/{}:{number}: {name} has {lines} lines, more than {FUNCTION_LINES}",
                    source.path
                ));
            }
        }
    }
    assert!(count > 300, "the functions were found: {count}");
    report(broken);
}

#[test]
fn every_module_says_what_it_is() {
    let src = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut broken = Vec::new();
    for source in sources() {
        let text = std::fs::read_to_string(src.join(&source.path)).unwrap();
        if !text.starts_with("//! ") {
            broken.push(format!("src/{}:1: no sentence about what it is", source.path));
        }
    }
    report(broken);
}

#[test]
fn this_test_reads_code_as_it_should() {
    let text = "let a = \"x // y { unsafe\"; // unsafe\nlet c = '\"'; let r = r#\"a \"unsafe\" b\"#;\nfn f<'a>(x: &'a str) {}\n";
    let blank = blanked(text);
    assert!(!blank.contains("unsafe"), "{blank}");
    assert_eq!(blank.lines().count(), text.lines().count());
    assert!(blank.contains("fn f<'a>(x: &'a str) {}"), "{blank}");
    let names = |code: &str| used(code).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::{pve, store::{a, b}, x as y};"), ["pve", "store", "x"]);
    assert_eq!(names("use crate::model::Vmid; crate::pve::tidy(x)"), ["model", "pve"]);
    assert!(has_word("unsafe { x }", "unsafe") && !has_word("#![allow(unsafe_code)]", "unsafe"));
}
