use super::*;
use crate::package::form::{Form, form};

fn stored(fields: &[(usize, &str)]) -> Vec<String> {
    let mut texts = vec![String::new(); 24];
    for (number, text) in fields {
        texts[number - 1] = (*text).to_owned();
    }
    texts
}

fn typed(fields: &[(usize, &str)], typed: &[(&str, &str)]) -> Form {
    let typed = typed
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    form(&stored(fields), &typed.collect())
}

fn more(text: &str, values: &[(&str, &str)]) -> String {
    typed(&[(24, text)], values).options.remove(23)
}

fn wrong(form: &Form) -> Vec<(&str, &str)> {
    let fields = form.fields.iter();
    fields
        .filter_map(|field| Some((field.key, field.wrong.as_deref()?)))
        .collect()
}

#[test]
fn a_form_that_nobody_filled_in_changes_nothing() {
    let text = "# ours\r\nonboot = on\r\n\r\nboots=1\r\nCLIENT_STOP=No\r\n";
    let fields = [
        (1, "auto"),
        (6, "2 cores"),
        (19, "IN SSH(ACCEPT)\r\n"),
        (23, "pbs"),
        (24, text),
    ];
    let seen = typed(&fields, &[]);
    let all: Vec<(&str, &str)> = seen.fields.iter().map(|f| (f.key, f.value.as_str())).collect();
    let again = typed(&fields, &all);
    for form in [&seen, &again] {
        assert_eq!(form.options, stored(&fields));
        assert_eq!(form.lines, ["line 4: \"boots\" is not known, did you mean onboot?"]);
        assert!(form.is_right(), "{:?}", wrong(form));
    }
    assert!(all.contains(&("client_stop", "No")), "{all:?}");
    let meant = seen.fields.iter().find(|field| field.key == "client_stop");
    assert_eq!(meant.and_then(|field| field.meant.as_deref()), Some("off"));
    assert!(again.fields.iter().all(|field| !field.changed));
    assert!(
        all.contains(&("onboot", "on")) && all.contains(&("mail_password", "")),
        "{all:?}"
    );
}

#[test]
fn what_has_no_field_of_its_own_is_asked_of_nobody() {
    let keys: Vec<&str> = typed(&[(23, "pbs")], &[])
        .fields
        .iter()
        .map(|field| field.key)
        .collect();
    assert!(
        keys.contains(&"backup_storage") && !keys.contains(&"more_settings"),
        "{keys:?}"
    );
    assert!(!keys.contains(&"ipv4_addresses"), "only an order chooses it: {keys:?}");
}

#[test]
fn a_form_writes_what_a_person_can_read() {
    assert_eq!(
        more("", &[("client_start", "off"), ("shutdown_timeout", "30")]),
        "shutdown_timeout = 30\nclient_start = off"
    );
    assert_eq!(
        more(
            "",
            &[("client_start", "on"), ("shutdown_timeout", "120"), ("onboot", "")]
        ),
        ""
    );
    let text = "# nights\r\n  OnBoot=off\r\nlater = 1\r\nclient_stop = off";
    assert_eq!(
        more(
            text,
            &[("onboot", "on"), ("client_stop", "no"), ("firewall_policy_in", "DROP")]
        ),
        "# nights\r\nlater = 1\r\nclient_stop = off\r\nfirewall_policy_in = DROP"
    );
    assert_eq!(
        more(text, &[("onboot", "off"), ("client_stop", "on"), ("live_change", "on")]),
        "# nights\r\n  OnBoot=off\r\nlater = 1\r\nlive_change = on"
    );
    assert_eq!(
        more("shutdown_timeout=60\n# after", &[("shutdown_timeout", "90")]),
        "shutdown_timeout = 90\n# after"
    );
    let written = more("", &[("firewall_policy_in", "drop"), ("mail_password", "yes")]);
    let read = package(&[(24, &written)], &[]).unwrap().more;
    assert_eq!(
        (read.firewall_policy_in, read.mail_password),
        (Some(Policy::Drop), true)
    );
}

#[test]
fn fields_of_the_product_are_written_at_their_number() {
    let form = typed(
        &[(6, "2 cores"), (7, "2"), (18, "")],
        &[("cpu_cores", "2"), ("ram", "4"), ("firewall", "off")],
    );
    assert_eq!(
        form.options[..8],
        ["", "", "", "", "", "2 cores", "4", ""].map(str::to_owned)
    );
    assert_eq!(form.options[17], "", "off is what an empty field means");
    let changed = form.fields.iter().filter(|field| field.changed);
    assert_eq!(changed.map(|field| field.key).collect::<Vec<_>>(), ["ram"]);
    assert_eq!(typed(&[(6, "2")], &[("cpu_cores", "")]).options[5], "");
}

#[test]
fn a_wrong_value_is_said_at_its_field_and_not_written() {
    let form = typed(
        &[(7, "2"), (24, "onboot = off")],
        &[
            ("ram", "much"),
            ("shutdown_timeout", "5"),
            ("onboot", "on"),
            ("cpu_cores", "3"),
        ],
    );
    assert_eq!(
        wrong(&form),
        [
            (
                "ram",
                "it is a number of GB from 0.016 to 16384, decimals allowed, not \"much\""
            ),
            (
                "shutdown_timeout",
                "it is a number of seconds from 10 to 3600, not \"5\""
            ),
        ]
    );
    let shown = |key: &str| form.fields.iter().find(|field| field.key == key).unwrap().value.clone();
    assert_eq!(
        (shown("ram"), shown("shutdown_timeout")),
        ("much".to_owned(), "5".to_owned())
    );
    assert_eq!((form.options[6].as_str(), form.options[23].as_str()), ("2", ""));
}

#[test]
fn a_wrong_value_that_is_stored_is_put_right_by_its_field() {
    let text = "onboot = maybe\nmail_password = on\nmail_password = off";
    let seen = typed(&[(24, text)], &[]);
    assert_eq!(
        wrong(&seen),
        [
            ("onboot", "it is on or off, not \"maybe\""),
            ("mail_password", "it is there twice")
        ]
    );
    let right = typed(&[(24, text)], &[("onboot", "off"), ("mail_password", "on")]);
    assert!(right.is_right() && right.lines.is_empty(), "{right:?}");
    assert_eq!(right.options[23], "onboot = off\nmail_password = on");
}

#[test]
fn values_that_do_not_go_together_are_said_at_one_of_them() {
    let linked = typed(&[(4, "local")], &[("clone_type", "linked")]);
    assert_eq!(wrong(&linked)[0].0, "system_disk_storage");
    assert_eq!(wrong(&typed(&[], &[("vlan", "7")]))[0].0, "vlan");
    assert_eq!(wrong(&typed(&[], &[("vm_name", "{service_id}")]))[0].0, "vm_name");
    assert!(typed(&[(22, "example.net")], &[("vm_name", "{service_id}")]).is_right());
}

/// Any text that somebody may have left there, and anything typed: what is not meant stays as it is, line by line, and
/// what is written is read again as what was typed.
#[test]
fn whatever_stands_there_is_kept() {
    const LINES: &[&str] = &[
        "# nights",
        "",
        "boots = 1",
        "no line",
        "  # onboot = on",
        "onboot = off",
        "OnBoot=maybe",
        "client_stop = no",
        "client_stop=on",
        "shutdown_timeout = 120",
        "shutdown_timeout = 7",
        "firewall_policy_in=drop",
        "= 3",
        "mail_password = on = off",
    ];
    const TYPED: &[(&str, &[&str])] = &[
        ("onboot", &["on", "off", ""]),
        ("client_stop", &["off", "yes", "x"]),
        ("shutdown_timeout", &["", "120", "30", "9"]),
        ("firewall_policy_in", &["", "DROP", "accept"]),
        ("mail_password", &["on", "off"]),
    ];
    let is_kept = |line: &str| !line.is_empty() && !matches!(more::line(line), Ok(Some(_)));
    let mut seed: u64 = 7;
    let mut below = |most: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    let rounds = if cfg!(miri) { 5 } else { 300 };
    let mut right = 0;
    for round in 0..rounds {
        let end = ["\n", "\r\n"][below(2)];
        let lines: Vec<&str> = (0..below(7)).map(|_| LINES[below(LINES.len())]).collect();
        let text = lines.join(end);
        assert_eq!(more(&text, &[]), text, "{round}");
        let typed_in: Vec<(&str, &str)> = (0..below(4))
            .map(|_| {
                let (key, values) = TYPED[below(TYPED.len())];
                (key, values[below(values.len())])
            })
            .collect();
        let form = typed(&[(24, &text)], &typed_in);
        let written = &form.options[23];
        let kept = |text: &str| {
            text.lines()
                .filter(|line| is_kept(line))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(kept(written), kept(&text), "{text:?} {typed_in:?}");
        let again = typed(&[(24, written)], &[]);
        for field in form.fields.iter().filter(|field| field.wrong.is_none()) {
            let read = again.fields.iter().find(|read| read.key == field.key).unwrap();
            assert_eq!(
                read.meant, field.meant,
                "{}: {text:?} {typed_in:?} {written:?}",
                field.key
            );
        }
        right += usize::from(form.is_right() && form.lines.is_empty() && !typed_in.is_empty());
    }
    assert!(right > rounds / 20 || cfg!(miri), "hardly anything was right: {right}");
}
