//! `docs/json.md`: the JSON of every request and reply, from the types of the source; and whether real replies are so.

mod source;

use crate::support::World;
use proxmoxkvm::actions::ACTIONS;
use proxmoxkvm::api::verbs::{self, Entry, VERBS};
use serde_json::{Value, json};
use source::{Described, Field, Form, Type, Variant, Verb, api};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What has no verb: the function of the C ABI, what it is asked with, what it answers, what it does.
const WITHOUT_CORE: [(&str, &str, &str, &str); 3] = [
    (
        "proxmoxkvm_open",
        "OpenIn",
        "OpenOut",
        "Opens a store, and makes it where it is missing.",
    ),
    (
        "proxmoxkvm_catalogue",
        "CatalogueIn",
        "CatalogueOut",
        "All that there is to ask.",
    ),
    (
        "proxmoxkvm_move",
        "MoveIn",
        "Moved",
        "One bounded part of a move of the store. To be called until `done`.",
    ),
];

/// The reply to what did not work.
const FAILED: &str = "Failed";

fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

/// The verb of a name: one of the table, or an action of a service. Those that have no verb of their own share one.
fn verb(name: &str) -> Verb {
    let own = api().verbs.get(name);
    let is_action = ACTIONS.iter().any(|action| action.name == name);
    match own {
        Some(own) => own.clone(),
        None if is_action => Verb {
            request: Type::With(Box::new(named("ActIn"))),
            reply: named("ServiceReply"),
            meaning: "An action of the table ([actions](actions.md)), with the inputs of its row.".to_owned(),
        },
        None => panic!("{name} has no types: name it in `verbs!` of src/api/mod.rs"),
    }
}

/// Every verb, by the function that takes it.
pub fn verbs() -> String {
    let mut text = String::new();
    let of = |entry| {
        VERBS
            .iter()
            .filter(move |verb| verb.entry == entry)
            .map(|verb| verb.name)
    };
    let own = ACTIONS
        .iter()
        .map(|action| action.name)
        .filter(|name| api().verbs.contains_key(*name));
    for (title, entry) in [
        ("A function each: `proxmoxkvm_create`, …", Entry::Function),
        ("`proxmoxkvm_act`, with the name as `do`", Entry::Act),
        ("`proxmoxkvm_read`, with the name as `read`", Entry::Read),
    ] {
        let mut rows: Vec<(String, Verb)> = of(entry).map(|name| (format!("`{name}`"), verb(name))).collect();
        if entry == Entry::Act {
            rows.extend(own.clone().map(|name| (format!("`{name}`"), verb(name))));
            let shared = ACTIONS
                .iter()
                .find(|action| !api().verbs.contains_key(action.name))
                .unwrap();
            rows.push(("every other action".to_owned(), verb(shared.name)));
        }
        table(&mut text, title, &rows);
    }
    let rows = WITHOUT_CORE.map(|(name, request, reply, meaning)| {
        let verb = Verb {
            request: named(request),
            reply: named(reply),
            meaning: meaning.to_owned(),
        };
        (format!("`{name}`"), verb)
    });
    table(&mut text, "Without a store", &rows);
    text
}

fn table(text: &mut String, title: &str, rows: &[(String, Verb)]) {
    write!(
        text,
        "### {title}\n\n| verb | request | reply | what it does |\n| --- | --- | --- | --- |\n"
    )
    .unwrap();
    for (name, verb) in rows {
        let (request, reply) = (shown(&verb.request), shown(&verb.reply));
        writeln!(text, "| {name} | {request} | {reply} | {} |", verb.meaning).unwrap();
    }
    text.push('\n');
}

/// The name of a type without its file.
fn title(name: &str) -> &str {
    name.rsplit('#').next().unwrap_or(name)
}

fn shown(ty: &Type) -> String {
    match ty {
        Type::Any => "anything".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Word(word) => (*word).to_owned(),
        Type::List(of) => format!("list of {}", shown(of)),
        Type::Map(of) => format!("map of {}", shown(of)),
        Type::OrNull(some) => format!("{} or null", shown(some)),
        Type::Named(name) => format!("[{}](#{})", title(name), title(name).to_lowercase()),
        Type::With(more) => format!("{} with {}", shown(&named("OrderIn")), shown(more)),
    }
}

/// The types that a type is made of, itself included.
fn reached(ty: &Type, found: &mut BTreeSet<String>) {
    match ty {
        Type::List(of) | Type::Map(of) | Type::OrNull(of) => reached(of, found),
        Type::With(more) => [&named("OrderIn"), more].into_iter().for_each(|ty| reached(ty, found)),
        Type::Named(name) if found.insert(name.clone()) => {
            let mut of_fields = |fields: &[Field]| {
                for field in fields {
                    reached(&field.ty, found);
                    // a field of any type names in its comment what it should be
                    let words = field.meaning.split('`').filter(|word| is_type_of_requests(word));
                    words.for_each(|word| reached(&named(word), found));
                }
            };
            match &api().described(name).form {
                Form::Object(fields) => of_fields(fields),
                Form::Words(variants) | Form::Either(variants) | Form::Tagged(_, variants) => {
                    variants.iter().for_each(|variant| of_fields(&variant.fields));
                    let held: Vec<Type> = variants.iter().filter_map(|variant| variant.holds.clone()).collect();
                    held.iter().for_each(|ty| reached(ty, found));
                }
            }
        }
        _ => {}
    }
}

fn is_type_of_requests(word: &str) -> bool {
    let is_name = word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(char::is_alphanumeric);
    is_name && api().has(word)
}

fn names(of: impl Fn(&Verb) -> Type, others: impl Iterator<Item = &'static str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let all = VERBS
        .iter()
        .map(|verb| verb.name)
        .chain(ACTIONS.iter().map(|action| action.name));
    all.for_each(|name| reached(&of(&verb(name)), &mut found));
    others.for_each(|name| reached(&named(name), &mut found));
    found
}

fn of_requests() -> BTreeSet<String> {
    names(|verb| verb.request.clone(), WITHOUT_CORE.iter().map(|row| row.1))
}

/// What verbs are asked with, each type once.
pub fn requests() -> String {
    sections(of_requests())
}

/// What they answer, but what requests have too.
pub fn replies() -> String {
    let all = names(
        |verb| verb.reply.clone(),
        WITHOUT_CORE.iter().map(|row| row.2).chain([FAILED]),
    );
    sections(all.difference(&of_requests()).cloned().collect())
}

fn sections(names: BTreeSet<String>) -> String {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by(|one, other| title(one).cmp(title(other)));
    names.iter().map(|name| section(name)).collect()
}

fn section(name: &str) -> String {
    let Described { meaning, form } = api().described(name);
    assert!(!meaning.is_empty(), "the type {name} has no comment");
    let mut text = format!("### {}\n\n{meaning}\n\n", title(name));
    match form {
        Form::Object(fields) if fields.is_empty() => text.truncate(text.len() - 1),
        Form::Object(fields) => rows_of(&mut text, name, fields),
        Form::Words(variants) => {
            text.push_str("| value | meaning |\n| --- | --- |\n");
            for variant in variants {
                let value = match &variant.holds {
                    Some(held) => format!("`{{\"{}\": {}}}`", variant.name, shown(held)),
                    None => format!("`{}`", variant.name),
                };
                writeln!(text, "| {value} | {} |", meaning_of(name, variant)).unwrap();
            }
        }
        Form::Either(variants) => {
            text.push_str("| one of | meaning |\n| --- | --- |\n");
            for variant in variants {
                let held = variant.holds.as_ref().map_or_else(String::new, shown);
                writeln!(text, "| {held} | {} |", meaning_of(name, variant)).unwrap();
            }
        }
        Form::Tagged(tag, variants) => {
            for variant in variants {
                writeln!(
                    text,
                    "`\"{tag}\": \"{}\"`: {}\n",
                    variant.name,
                    meaning_of(name, variant)
                )
                .unwrap();
                rows_of(&mut text, name, &variant.fields);
                text.push('\n');
            }
            text.truncate(text.len() - 1);
        }
    }
    text.push('\n');
    text
}

fn meaning_of<'a>(of: &str, variant: &'a Variant) -> &'a str {
    assert!(!variant.meaning.is_empty(), "{of}::{} has no comment", variant.name);
    &variant.meaning
}

fn rows_of(text: &mut String, of: &str, fields: &[Field]) {
    text.push_str("| field | type | meaning |\n| --- | --- | --- |\n");
    for field in fields {
        assert!(!field.meaning.is_empty(), "{of}.{} has no comment", field.name);
        let name = if field.flat {
            format!("… {}", field.name)
        } else {
            format!("`{}`", field.name)
        };
        let ty = match &field.ty {
            Type::OrNull(some) if field.flat => format!("its fields, or none: {}", shown(some)),
            Type::Map(of) if field.flat => format!("fields of {}", shown(of)),
            ty if field.flat => format!("its fields: {}", shown(ty)),
            ty => shown(ty),
        };
        let ty = if field.may_miss {
            format!("{ty}, or missing")
        } else {
            ty
        };
        writeln!(text, "| {name} | {ty} | {} |", field.meaning).unwrap();
    }
}

/// A reply of a test holds what the documentation says, and nothing else.
pub fn must_be_documented(verb_name: &str, reply: &Value) {
    let wrong = differences(verb_name, reply);
    assert!(wrong.is_empty(), "{verb_name}: {wrong:#?}\n{reply:#}");
}

/// Where a reply is not what the documentation says; nothing where it is.
fn differences(verb_name: &str, reply: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut fields = reply.as_object().cloned().unwrap_or_default();
    if fields.remove("ok") == Some(Value::Bool(true)) {
        differ(&verb(verb_name).reply, &Value::Object(fields), verb_name, &mut wrong);
    } else {
        differ(&named(FAILED), reply, verb_name, &mut wrong);
    }
    wrong
}

fn differ(ty: &Type, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let is_right = match ty {
        Type::Any | Type::With(_) => true,
        Type::Boolean => value.is_boolean(),
        Type::Number | Type::Word("time") => value.is_number(),
        Type::Text | Type::Word(_) => value.is_string(),
        Type::OrNull(_) if value.is_null() => true,
        Type::OrNull(some) => return differ(some, value, at, wrong),
        Type::List(of) => {
            for one in value.as_array().into_iter().flatten() {
                differ(of, one, at, wrong);
            }
            value.is_array()
        }
        Type::Map(of) => {
            for (key, one) in value.as_object().into_iter().flatten() {
                differ(of, one, &format!("{at}.{key}"), wrong);
            }
            value.is_object()
        }
        Type::Named(name) => return differ_of(name, value, at, wrong),
    };
    if !is_right {
        wrong.push(format!("{at} should be {}, and is {value}", shown(ty)));
    }
}

fn differ_of(name: &str, value: &Value, at: &str, wrong: &mut Vec<String>) {
    match &api().described(name).form {
        Form::Object(fields) => {
            let Some(object) = value.as_object() else {
                return wrong.push(format!("{at} should be {name}, and is {value}"));
            };
            let mut known = BTreeSet::new();
            let open = differ_fields(fields, value, at, &mut known, wrong);
            let unknown = object.keys().filter(|key| !open && !known.contains(*key));
            wrong.extend(unknown.map(|key| format!("{at} has a field {key} that {name} has not")));
        }
        Form::Words(variants) => {
            let word = value
                .as_str()
                .or_else(|| value.as_object()?.keys().next().map(String::as_str));
            if !variants.iter().any(|variant| Some(variant.name.as_str()) == word) {
                wrong.push(format!("{at} should be a word of {name}, and is {value}"));
            }
        }
        Form::Either(variants) => {
            let fits = |variant: &Variant| {
                let mut wrong = Vec::new();
                variant.holds.iter().for_each(|ty| differ(ty, value, at, &mut wrong));
                wrong.is_empty()
            };
            if !variants.iter().any(fits) {
                wrong.push(format!("{at} is none of {name}: {value}"));
            }
        }
        Form::Tagged(..) => {}
    }
}

/// Whether the object may have fields of any name.
fn differ_fields(
    fields: &[Field],
    value: &Value,
    at: &str,
    known: &mut BTreeSet<String>,
    wrong: &mut Vec<String>,
) -> bool {
    let mut open = false;
    for field in fields {
        match &field.ty {
            Type::Map(_) if field.flat => open = true,
            Type::Named(name) if field.flat => match &api().described(name).form {
                Form::Object(fields) => open |= differ_fields(fields, value, at, known, wrong),
                _ => open = true,
            },
            Type::OrNull(some) if field.flat => {
                let Type::Named(name) = &**some else { continue };
                let Form::Object(fields) = &api().described(name).form else {
                    continue;
                };
                if fields.iter().any(|field| value.get(&field.name).is_some()) {
                    open |= differ_fields(fields, value, at, known, wrong);
                }
            }
            ty => {
                known.insert(field.name.clone());
                let at = format!("{at}.{}", field.name);
                match value.get(&field.name) {
                    Some(value) => differ(ty, value, &at, wrong),
                    None if field.may_miss => {}
                    None => wrong.push(format!("{at} is missing")),
                }
            }
        }
    }
    open
}

/// Requests that make a reply as full as it can be, by their verbs.
fn requests_of(world: &World) -> Vec<(&'static str, Value)> {
    let order = world.order(7);
    let (server, package) = (order["server"].clone(), order["package"].clone());
    let shown = json!({"service": 7, "server": server, "package": package, "activity": 9, "traffic": true});
    let as_client = |mut request: Value| {
        request["actor"] = json!("client");
        request["by"] = json!({"id": 3});
        request
    };
    let of_server = |more: Value| {
        let mut request = json!({"server": server});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        request
    };
    let in_order = |more: Value| {
        let mut request = order.clone();
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        request
    };
    let mut all = vec![
        ("show", shown.clone()),
        ("show", as_client(shown)),
        ("activity", json!({"service": 7, "actor": "admin", "limit": 1})),
        ("activity", as_client(json!({"service": 7}))),
        (
            "usage",
            of_server(json!({"service": 7, "timeframe": "hour", "package": package})),
        ),
        ("accounts", of_server(json!({}))),
        (
            "capacity",
            of_server(json!({"packages": [{"id": 5, "package": package}, {"id": 6, "package": {}}]})),
        ),
        ("overview", json!({})),
        ("attention", json!({"servers": [server]})),
        ("pools", of_server(json!({}))),
        (
            "pool_edit",
            of_server(json!({"edit": {"do": "reserve", "addresses": "192.0.2.40"}})),
        ),
        ("order_check", of_server(json!({"package": package, "count": 99}))),
        ("product_form", json!({"package": package, "values": {"ram": "much"}})),
        (
            "zone_services",
            json!({"zone": {"zone": "example.net", "addresses": ""}}),
        ),
        (
            "check",
            of_server(
                json!({"services": [{"id": 7, "status": "Suspended"}, {"id": 9, "status": "Active"}], "repair": true}),
            ),
        ),
        ("deleted", json!({"service": 7})),
        ("orphans", json!({"services": [], "servers": []})),
        ("client_deleted", json!({"client_id": 999})),
        (
            "client_keys",
            json!({"client_id": 999, "package": world.order(7)["package"]}),
        ),
        ("orphans", json!({"services": [7], "servers": [1]})),
        ("console_serve", json!({"listen": "127.0.0.1:0", "seconds": 0})),
        ("console_serve", json!({"listen": "127.0.0.1:0", "stop": true})),
        ("due", json!({})),
        ("look_through", json!({})),
        ("sync_dns_records", json!({})),
        ("acknowledge", json!({"id": 1})),
        ("deliver_again", json!({"service": 7})),
        ("usage_update", of_server(json!({}))),
        ("test_connection", of_server(json!({}))),
        ("set_dns_records", in_order(json!({"zones": []}))),
        (
            "set_reverse_name",
            in_order(json!({"address": world.service(7)["addresses"][0], "name": ""})),
        ),
        ("protect", in_order(json!({"version": 0}))),
        ("stop", in_order(json!({"sure": true}))),
        ("change_package", order.clone()),
        ("change_password", order.clone()),
        ("suspend", order.clone()),
        ("unsuspend", order.clone()),
        ("terminate", order.clone()),
        ("terminate", world.order(99)),
        ("forget", json!({"service": 7})),
        ("cron", json!({"orders": [order]})),
    ];
    let lists = [
        "nodes",
        "templates",
        "storages",
        "bridges",
        "config_options",
        "guests",
        "nodes_that_fit",
        "firewall",
        "consoles",
    ];
    let asked = json!({"package": package, "vmids": [9000], "names": ["Disk Space"]});
    all.extend(lists.map(|what| {
        let mut request = of_server(asked.clone());
        request["what"] = json!(what);
        ("list", request)
    }));
    all
}

#[test]
fn real_replies_hold_what_is_documented_and_nothing_else() {
    let world = World::new();
    must_be_documented("create", &world.create(7).unwrap());
    must_be_documented(
        "show",
        &proxmoxkvm::api::show(&world.core, &world.shown_to("client")).unwrap(),
    );
    must_be_documented("cron", &world.cron());
    world.cron_until_idle();
    for (name, request) in requests_of(&world) {
        let row = VERBS.iter().find(|verb| verb.name == name);
        let found = verbs::find(row.map_or(Entry::Act, |verb| verb.entry), name).unwrap();
        let reply = found
            .run(&world.core, &request)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        must_be_documented(name, &reply.value());
        world.clock_forward(61.0);
    }
}
