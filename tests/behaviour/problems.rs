//! The table of problems: nobody tells a part of it elsewhere, every row has its texts (PHP's tests see to the other
//! languages) and is explained in docs/problems.md, and what people type wrong is named.

use crate::acts;
use crate::support::{World, code};
use proxmoxkvm::api;
use proxmoxkvm::problems::{BackupRefusal, Error, FirewallRefusal, NoConsole, SnapshotRefusal};
use proxmoxkvm::words::problems::{Class, TABLE};
use proxmoxkvm::words::ssh_key::KeyError;
use proxmoxkvm::words::user_data::UserDataError;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const ENGLISH: &str = "php/modules/servers/proxmoxkvm/lang/english";

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Every file of src/ but the table itself, without what a file has of tests.
fn sources() -> Vec<String> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                collect(&path, found);
            } else if path.is_file() && !path.ends_with("words/problems.rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    let text = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    found.into_iter().map(text).collect()
}

/// The name of each row in the source, and its code.
pub fn names() -> BTreeMap<String, String> {
    let table = read("src/words/problems.rs");
    let (_, rows) = table.rsplit_once("\ntable! {\n").unwrap();
    let mut names = BTreeMap::new();
    let mut words = rows.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let is_name = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        if let (true, Some(code)) = (is_name, words.peek().and_then(|next| unquoted(next))) {
            names.insert(word.to_owned(), code.to_owned());
        }
    }
    names
}

fn unquoted(word: &str) -> Option<&str> {
    word.strip_prefix('"')?.strip_suffix('"')
}

/// The text of a literal that begins here, of Rust or PHP, and where it ends.
fn literal(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut said = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next()?.1 {
                // the rest of the sentence stands on the next line
                '\n' => said.push('\n'),
                escaped => said.push(escaped),
            },
            _ if c == quote => {
                let lines = said.split('\n').map(str::trim_start).collect::<String>();
                return Some((if said.contains('\n') { lines } else { said }, at + 1));
            }
            _ => said.push(c),
        }
    }
    None
}

/// The module's texts; of one with several forms for a number the last, which is the usual one.
fn english() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(ENGLISH);
    let mut all = BTreeMap::new();
    for part in ["client", "staff"] {
        for file in std::fs::read_dir(folder.join(part)).unwrap() {
            all.extend(texts(&std::fs::read_to_string(file.unwrap().path()).unwrap()));
        }
    }
    all
}

fn texts(file: &str) -> BTreeMap<String, String> {
    let (_, mut rest) = file.split_once("return [").unwrap();
    let (mut texts, mut key, mut said, mut depth) = (BTreeMap::new(), None, String::new(), 0);
    while let Some(c) = rest.chars().next() {
        if let Some((text, end)) = literal(rest) {
            said.push_str(&text);
            rest = &rest[end..];
            continue;
        }
        if rest.starts_with("//") {
            rest = rest.split_once('\n').unwrap().1;
            continue;
        }
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            // what was read is the name of a form, after the form before
            '=' if depth > 0 => said.clear(),
            ',' if depth > 0 => {}
            '=' => key = Some(std::mem::take(&mut said)),
            ',' => texts.extend(key.take().map(|key| (key, std::mem::take(&mut said)))),
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    texts
}

/// What is said by each row of the table: the sentences of the error enums and of the check, with … for what differs.
fn sentences() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources() {
        let of_variant = variants(&source);
        let mut rest = source.as_str();
        // from one use of a row to the next: a pattern of a match, or the sentence that is found
        while let Some((before, after)) = rest.split_once("&problems::") {
            let name: String = after
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                .collect();
            let before = before.rsplit("problem(").next().unwrap_or_default();
            let is_found = after[name.len()..]
                .trim_start_matches(',')
                .trim_start()
                .starts_with("sentence");
            let said = found.entry(name).or_default();
            if let Some((_, last)) = before.rsplit_once("format!(").filter(|_| is_found) {
                said.extend(literal(last.trim_start()).map(|(text, _)| text));
            }
            let named = |(kind, variant): (&str, &str)| {
                let kind = kind.rsplit(|c: char| !c.is_alphanumeric()).next()?;
                let kinds = ["Error", "Refusal", "Blocked", "NoPlace"];
                let variant: String = variant.chars().take_while(|c| c.is_alphanumeric()).collect();
                kinds.contains(&kind).then(|| of_variant.get(&variant).cloned())?
            };
            let pairs = before.split("::").collect::<Vec<_>>();
            said.extend(pairs.windows(2).filter_map(|pair| named((pair[0], pair[1]))));
            rest = after;
        }
    }
    let shown = |sentences: BTreeSet<String>| {
        sentences
            .iter()
            .map(|one| shown(one))
            .filter(|one| one.len() > 12)
            .collect()
    };
    found.into_iter().map(|(name, said)| (name, shown(said))).collect()
}

/// The sentence of each variant of the enums in a source.
fn variants(source: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for part in source.split("#[error(").skip(1) {
        let Some((sentence, _)) = literal(part.trim_start()) else {
            continue;
        };
        let Some((_, after)) = part.split_once(")]\n") else {
            continue;
        };
        let variant = after.trim_start().chars().take_while(|c| c.is_alphanumeric()).collect();
        found.insert(variant, sentence);
    }
    found
}

/// `{…}` is what differs from case to case.
fn shown(sentence: &str) -> String {
    let mut text = String::new();
    for (index, part) in sentence.split('{').enumerate() {
        let part = if index == 0 {
            part
        } else {
            text.push('…');
            part.split_once('}').map_or(part, |(_, rest)| rest)
        };
        text.push_str(part);
    }
    text.replace("……", "…")
}

/// Asterisks and brackets as they are.
fn plain(text: &str) -> String {
    text.replace('*', "\\*").replace('<', "\\<")
}

/// The part of docs/problems.md that has an anchor for each code.
pub fn by_code() -> String {
    let (english, sentences) = (english(), sentences());
    let names: BTreeMap<String, String> = names().into_iter().map(|(name, code)| (code, name)).collect();
    let mut rows = TABLE.to_vec();
    rows.sort_by_key(|problem| problem.code);
    let mut text = String::new();
    for problem in rows {
        writeln!(text, "### {}\n", problem.code).unwrap();
        for sentence in sentences.get(&names[problem.code]).into_iter().flatten() {
            writeln!(text, "> {}\n", plain(sentence)).unwrap();
        }
        let mut advice = plain(&english[&format!("advice_{}", problem.advice)]);
        if problem.retry && !advice.contains(&english["error_retry"]) {
            advice = format!("{advice} {}", english["error_retry"]);
        }
        writeln!(text, "{advice}\n").unwrap();
        if let Some(client) = client_texts(problem.client).first() {
            writeln!(text, "A client reads: *{}*\n", english[client]).unwrap();
        }
    }
    text
}

/// The keys of a client's text. What is asked too often is told with the time, in seconds or minutes.
fn client_texts(client: Option<&str>) -> Vec<String> {
    match client {
        Some("client_again") => vec!["client_again_seconds".to_owned(), "client_again_minutes".to_owned()],
        Some(client) => vec![client.to_owned()],
        None => Vec::new(),
    }
}

#[test]
fn every_row_has_its_texts_and_no_advice_is_for_nothing() {
    let texts = english();
    let mut used = BTreeSet::from(["advice_other".to_owned()]);
    for problem in TABLE {
        used.insert(format!("advice_{}", problem.advice));
        for client in client_texts(problem.client) {
            assert!(
                client.starts_with("client_"),
                "{}: {client} is no client's",
                problem.code
            );
            assert!(texts.contains_key(&client), "{client} of {}", problem.code);
        }
    }
    let written: BTreeSet<String> = texts.into_keys().filter(|key| key.starts_with("advice_")).collect();
    assert_eq!(written, used);
}

#[test]
fn a_code_is_one_row_and_no_row_is_for_nothing() {
    let codes: BTreeSet<&str> = TABLE.iter().map(|problem| problem.code).collect();
    assert_eq!(codes.len(), TABLE.len(), "a code is there twice");
    let names = names();
    assert_eq!(names.values().map(String::as_str).collect::<BTreeSet<_>>(), codes);
    let sources = sources().concat();
    for name in names.keys() {
        let of_row = format!("problems::{name}");
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
        let used = sources
            .match_indices(&of_row)
            .any(|(at, _)| ends(&sources[at + of_row.len()..]));
        assert!(used, "nothing ends with {name}");
    }
}

/// A number that the library decides is in no text.
#[test]
fn a_text_with_a_number_is_of_an_error_that_says_it() {
    let errors = [
        Error::from(SnapshotRefusal::Label),
        BackupRefusal::Note.into(),
        KeyError::Weak.into(),
        KeyError::Name.into(),
        KeyError::Full.into(),
        UserDataError::Long.into(),
        UserDataError::Yaml { line: 2 }.into(),
        NoConsole::OfClient(2).into(),
        FirewallRefusal::Full { most: 2 }.into(),
        FirewallRefusal::Addresses.into(),
        FirewallRefusal::Comment.into(),
    ];
    let texts = english();
    let mut with_number: BTreeSet<&str> = texts
        .iter()
        .filter(|(key, text)| text.contains("{n}") && TABLE.iter().any(|row| row.client == Some(key.as_str())))
        .map(|(key, _)| key.as_str())
        .collect();
    for error in errors {
        let reply = api::output::error_reply(&error);
        assert!(reply["n"].as_u64().is_some_and(|n| n > 1), "{reply}");
        assert!(with_number.remove(reply["client"].as_str().unwrap()), "{reply}");
    }
    assert_eq!(with_number, BTreeSet::new());
    assert_eq!(
        api::output::error_reply(&Error::from(SnapshotRefusal::Unknown)).get("n"),
        None
    );
}

/// A code that is written out is one that the table does not know to be used, and would not rename.
#[test]
fn no_code_is_written_out_beside_the_table() {
    let sources = sources().concat();
    // the others are words that mean something else, too
    for problem in TABLE.iter().filter(|problem| problem.code.contains('_')) {
        let written = format!("\"{}\"", problem.code);
        assert!(!sources.contains(&written), "{written} is written out in src/");
    }
}

#[test]
fn every_code_has_its_anchor() {
    let page = read("docs/problems.md");
    for problem in TABLE {
        let (file, anchor) = (problem.page(), format!("\n### {}\n", problem.code));
        assert_eq!(file, format!("docs/problems.md#{}", problem.code));
        assert!(page.contains(&anchor), "{file}");
    }
    assert!(page.contains("> no free … address is left for this package: … on server … are leased"));
}

/// What people have typed is named, with what to do; only what the PHP files got wrong is about them.
#[test]
fn what_people_type_wrong_is_named() {
    let world = World::new();
    world.ready(7);
    let attach = |more: serde_json::Value| {
        let mut order = world.order(8);
        for (key, value) in more.as_object().unwrap() {
            order[key] = value.clone();
        }
        api::attach(&world.core, &order).unwrap_err()
    };
    let missing = attach(json!({}));
    assert_eq!(missing.code(), "attach_vmid");
    for typed in [
        "",
        "99",
        "1000000000",
        "12a",
        "-123",
        "1e5",
        "12 3",
        "<script>",
        "123\n456",
    ] {
        assert_eq!(attach(json!({"vmid": typed})).code(), "attach_vmid", "{typed}");
    }
    let no_address = attach(json!({"vmid": 105, "addresses": ["mail"]}));
    assert_eq!(no_address.code(), "attach_address");
    assert!(
        no_address.to_string().contains("mail\" is no IP address"),
        "{no_address}"
    );
    let zone = api::zone_services(&world.core, &json!({"zone": {"zone": "exa mple"}})).unwrap_err();
    assert_eq!(zone.code(), "bad_zone");
    assert!(zone.to_string().starts_with("zone: it is no zone"), "{zone}");
    let no_number = api::show(&world.core, &json!({"service": "seven"})).unwrap_err();
    assert_eq!(no_number.code(), "no_service");
    for error in [missing, no_address, zone, no_number] {
        assert!(!error.to_string().contains("PHP"), "{error}");
        assert_eq!((error.problem().class, error.retry()), (Class::Invalid, false));
    }
    let mut order = world.order(7);
    order["step"] = json!("no_such_step");
    let step = acts::run_step(&world.core, &order);
    assert_eq!(code(step), "no_action");
}

/// What goes to PHP has all of the row, in a reply and in the trouble of a service.
#[test]
fn a_reply_has_the_row() {
    let world = World::new();
    world.ready(7);
    let error = acts::start(&world.core, &world.order(7)).unwrap_err();
    assert_eq!(
        api::output::error_reply(&error),
        json!({
            "ok": false, "code": "already_running", "message": "VM 100 is running already", "retry": false, "open": false,
            "advice": "nothing", "page": "docs/problems.md#already_running", "client": "client_running",
        })
    );
    world.sim().delete_vm(9000);
    let _ = world.create(8);
    let error = world.service(8)["error"].clone();
    assert_eq!(error["code"], "no_template", "{error}");
    assert_eq!(
        (&error["advice"], &error["page"]),
        (&json!("product"), &json!("docs/problems.md#no_template"))
    );
}
