//! The parts of the documentation that the code says itself: written between two marker comments of a page, compared
//! here, renewed by `make docs`.
//!
//! A new part is a row of [`PARTS`], a function that writes it, and in the page the two lines
//! `<!-- generated: name -->` and `<!-- end of name -->`.

use proxmoxkvm::actions::{ACTIONS, Action, Situation, Sure};
use proxmoxkvm::engine::set_up::{NEEDED, Needed, ROLES, Role};
use proxmoxkvm::guest::Power;
use proxmoxkvm::guest::images::{IMAGES, Image};
use proxmoxkvm::package::{self, Place, options};
use proxmoxkvm::service::choices::Choices;
use proxmoxkvm::service::pace::Pace;
use proxmoxkvm::words::ids::{Actor, ServiceId, Vmid};
use proxmoxkvm::words::status::Status;
use std::fmt::Write;
use std::path::Path;

/// A part of a page.
struct Part {
    /// The file, from the root of the project.
    page: &'static str,
    /// As its markers name it.
    name: &'static str,
    text: fn() -> String,
}

const PARTS: &[Part] = &[
    part("docs/architecture.md", "states", states),
    part("src/lib.rs", "states", states),
    part("docs/actions.md", "actions", actions),
    part("docs/options.md", "module settings", fields),
    part("docs/options.md", "more settings", more_settings),
    part("docs/options.md", "configurable options", configurable_options),
    part("docs/install.md", "roles", roles),
    part("docs/install.md", "privileges", privileges),
    part("docs/security.md", "limits", limits_of_customers),
    part("docs/templates.md", "images", images),
    part("docs/problems.md", "codes", crate::problems::by_code),
    part("docs/json.md", "verbs", crate::json::verbs),
    part("docs/json.md", "requests", crate::json::requests),
    part("docs/json.md", "replies", crate::json::replies),
];

const fn part(page: &'static str, name: &'static str, text: fn() -> String) -> Part {
    Part { page, name, text }
}

/// The commands that make what the set-up makes.
fn roles() -> String {
    let role = |role: &Role| {
        let privileges = role.privileges.join(" ");
        format!("pveum role add {} -privs \"{privileges}\"\n", role.name)
    };
    let give = |role: &Role| format!("pveum acl modify / -user whmcs@pve -role {}\n", role.name);
    let roles: String = ROLES.iter().map(role).collect();
    let given: String = ROLES.iter().map(give).collect();
    format!("\n```sh\n{roles}pveum user add whmcs@pve\n{given}pveum user token add whmcs@pve whmcs -privsep 0\n```\n\n")
}

/// What each privilege is for, and which role of the module has it.
fn privileges() -> String {
    let role_of = |privilege: &str| ROLES.iter().find(|role| role.privileges.contains(&privilege));
    let row = |needed: &Needed| {
        let role = role_of(needed.privilege).map_or("by hand".to_owned(), |role| format!("`{}`", role.name));
        format!(
            "| `{}` on {} | {} | {role} |\n",
            needed.privilege, needed.path, needed.used_for
        )
    };
    let rows: String = NEEDED.iter().map(row).collect();
    format!("\n| privilege | what for | role |\n| --- | --- | --- |\n{rows}\n")
}

/// How often the customer of a service may ask.
fn limits_of_customers() -> String {
    let time = |seconds: f64| match seconds {
        60.0 => "a minute".to_owned(),
        3600.0 => "an hour".to_owned(),
        seconds => format!("{} minutes", seconds / 60.0),
    };
    let row = |pace: &Pace| format!("| {} | {} in {} |\n", pace.what, pace.times, time(pace.seconds));
    let rows: String = Pace::ALL.iter().map(row).collect();
    format!("\n| a customer asks | how often |\n| --- | --- |\n{rows}\n")
}

/// What is asked for with a 403 is found in the table.
#[test]
fn every_privilege_that_a_role_or_the_code_names_is_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let asked =
        ["api/health/privileges.rs", "pve/files.rs"].map(|file| std::fs::read_to_string(root.join(file)).unwrap());
    let quoted = asked.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
    let of_code = quoted.filter(|word| {
        ["VM.", "Datastore.", "Sys.", "SDN."]
            .iter()
            .any(|kind| word.starts_with(kind))
    });
    let of_roles = ROLES.iter().flat_map(|role| role.privileges.iter().copied());
    let mut seen = 0;
    for privilege in of_code.chain(of_roles) {
        assert!(NEEDED.iter().any(|needed| needed.privilege == privilege), "{privilege}");
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}

fn images() -> String {
    let row = |image: &Image| {
        let until = image.until.unwrap_or("for ever");
        format!("| {} | `{}` | {until} |\n", image.label, image.key)
    };
    let rows: String = IMAGES.iter().map(row).collect();
    format!("\n| image | name | mended by its maker until |\n| --- | --- | --- |\n{rows}\n")
}

#[test]
fn what_the_code_says_is_in_the_documentation() {
    let renew = std::env::var_os("UPDATE_DOCS").is_some();
    for part in PARTS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(part.page);
        let page = std::fs::read_to_string(&path).unwrap();
        let fresh = with_part(&page, part.name, &(part.text)());
        if renew && fresh != page {
            std::fs::write(&path, &fresh).unwrap();
        }
        let (page, name) = (part.page, part.name);
        assert!(
            renew || std::fs::read_to_string(&path).unwrap() == fresh,
            "{page}: the part \"{name}\" is not what the code says: run `make docs` and commit what it writes"
        );
    }
}

/// A part whose markers nobody fills would be there for ever as it is.
#[test]
fn every_marker_belongs_to_a_part() {
    let docs = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap();
    for file in docs.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines() {
            let Some(name) = line.strip_prefix("<!-- generated: ") else {
                continue;
            };
            let name = name.trim_end_matches(" -->");
            let known = |part: &&Part| part.name == name && file.ends_with(part.page);
            assert!(PARTS.iter().any(|part| known(&part)), "{}: {name}", file.display());
        }
    }
}

/// A page with the text between the markers of a part; each line begins as the markers do, as in a comment of Rust.
fn with_part(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- generated: {name} -->"), format!("<!-- end of {name} -->"));
    let mut fresh = String::new();
    let mut inside = false;
    let mut found = 0;
    for line in page.lines() {
        if let Some(before) = line.strip_suffix(&end) {
            for written in format!("\n{}\n\n", text.trim_end()).lines() {
                writeln!(fresh, "{}", format!("{before}{written}").trim_end()).unwrap();
            }
            inside = false;
        }
        if !inside {
            writeln!(fresh, "{line}").unwrap();
        }
        if line.ends_with(&begin) {
            (inside, found) = (true, found + 1);
        }
    }
    assert!(found == 1 && !inside, "\"{begin}\" and \"{end}\" have to be there once");
    fresh
}

/// The states of a service, as the table of the pipeline draws them.
fn states() -> String {
    format!("```text\n{}```\n", proxmoxkvm::pipeline::drawing())
}

/// What can be asked when and by whom, found out by asking in every situation.
pub fn actions() -> String {
    let mut text = String::from(
        "| action | button of the admin | customers | local status | VM | asks once more |\n\
         | --- | --- | --- | --- | --- | --- |\n",
    );
    for action in ACTIONS {
        let statuses: Vec<Status> = Status::ALL
            .iter()
            .copied()
            .filter(|status| !powers(action, *status).is_empty())
            .collect();
        let powers: Vec<Option<Power>> = statuses.iter().flat_map(|status| powers(action, *status)).collect();
        let can = |power: Option<Power>| powers.contains(&power);
        let vm = match (can(Some(Power::Running)), can(Some(Power::Stopped)), can(None)) {
            (true, false, false) => "running",
            (false, true, _) => "stopped",
            (true, true, false) => "running or stopped",
            (false, false, _) => "none",
            _ => "any",
        };
        let button = action.label.map_or(String::new(), |label| format!("`{label}`"));
        let customers = action.client.map_or(String::new(), |client| {
            let keys = client.switches.iter().map(|switch| format!("`{}`", switch.0));
            keys.collect::<Vec<_>>().join(" and ")
        });
        let sure = match action.sure {
            Sure::No => "",
            Sure::Asked => "yes",
            Sure::Ticked => "yes, ticked",
            Sure::Typed => "yes, by the VM's name",
        };
        let (name, statuses) = (action.name, in_words(&statuses));
        writeln!(
            text,
            "| `{name}` | {button} | {customers} | {statuses} | {vm} | {sure} |"
        )
        .unwrap();
    }
    text
}

/// The powers of a guest with which an action may be done; none: without a guest.
fn powers(action: &Action, status: Status) -> Vec<Option<Power>> {
    [Some(Power::Running), Some(Power::Stopped), None]
        .into_iter()
        .filter(|power| {
            let situation = Situation {
                service: ServiceId(7),
                status,
                guest: power.as_ref().and_then(|_| Vmid::try_from(100).ok()),
                gone: None,
                power: power.clone(),
                paused: false,
                lock: None,
                suspended: false,
                left_records: false,
                rescued: false,
                lost: matches!(status, Status::Restore | Status::Reinstall),
                beside: (Vmid::try_from(101).ok())
                    .filter(|_| action.name.starts_with("beside_"))
                    .map(|vmid| (vmid, true)),
                choices: Choices::default(),
                actor: Actor::Admin,
            };
            let mut protected = situation.clone();
            protected.choices.protect = true;
            let mut rescued = situation.clone();
            rescued.rescued = true;
            action
                .allowed(&situation)
                .or_else(|_| action.allowed(&protected))
                .or_else(|_| action.allowed(&rescued))
                .is_ok()
        })
        .collect()
}

fn in_words(statuses: &[Status]) -> String {
    let living: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| !matches!(status, Status::Terminate | Status::Removed))
        .collect();
    let missing: Vec<&Status> = living.iter().filter(|status| !statuses.contains(status)).collect();
    match missing[..] {
        [] => return "any".to_owned(),
        [missing] => return format!("any but `{missing}`"),
        _ => {}
    }
    if statuses.len() > 1 && living.ends_with(statuses) {
        return format!("`{}` and later", statuses[0]);
    }
    let names: Vec<String> = statuses.iter().map(|status| format!("`{status}`")).collect();
    names.join(", ")
}

/// What an option may be, with its unit.
fn allowed_in(row: &package::Row) -> String {
    format!("{} {}", row.allowed(), row.unit).trim().to_owned()
}

fn fields() -> String {
    let mut text = String::from("| # | option | value | default | meaning |\n| --- | --- | --- | --- | --- |\n");
    for row in options() {
        let Place::Field(number) = row.place else { continue };
        let (name, value, default, meaning) = (row.name, allowed_in(row), row.default(), row.meaning);
        writeln!(text, "| {number} | {name} | {value} | {default} | {meaning} |").unwrap();
    }
    text
}

fn more_settings() -> String {
    let mut text = String::from("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
    for row in options().filter(|row| row.place == Place::More) {
        let default = Some(row.default()).filter(|default| !default.is_empty());
        let default = default.unwrap_or_else(|| "not set".to_owned());
        let (key, value, meaning) = (row.key, allowed_in(row), row.meaning);
        writeln!(text, "| `{key}` | {value} | {default} | {meaning} |").unwrap();
    }
    text
}

fn configurable_options() -> String {
    let mut text = String::from("| name | short name | value | meaning |\n| --- | --- | --- | --- |\n");
    for row in options() {
        let Some(ordered) = row.ordered else { continue };
        let short = ordered.short.map_or(String::new(), |short| format!("`{short}`"));
        let (name, value, meaning) = (ordered.name, allowed_in(row), row.meaning);
        writeln!(text, "| `{name}` | {short} | {value} | {meaning} |").unwrap();
    }
    text
}
