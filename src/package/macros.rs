//! The rule that names a guest: literal text and macros, `{client_id}-{service_id}`.
//!
//! The name is the guest's name in PVE and the first label of the service's domain, so it must be a valid DNS label.

use super::{Error, nearest, yaml};
use crate::words::calendar;
use crate::words::ids::ServiceId;
use crate::words::ids::quoted;

/// The macros; those that end in `_` take a number from 1 to [`MAX_RANDOM`] behind it.
const MACROS: [&str; 11] = [
    "client_id",
    "service_id",
    "random_digit_",
    "random_letter_",
    "unixtime",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
];
/// The most random characters that one macro makes.
const MAX_RANDOM: usize = 32;
/// The longest rule that is read.
const MAX_RULE: usize = 200;

/// What the macros stand for.
pub struct NameInputs<'a> {
    /// The customer in WHMCS.
    pub client_id: u64,
    /// The service in WHMCS.
    pub service_id: ServiceId,
    /// Now, in seconds since 1970, UTC.
    pub unix_seconds: u64,
    /// The guest's domain has more than the name.
    pub has_domain: bool,
    /// Gives a random number below its argument.
    pub random: &'a mut dyn FnMut(u32) -> u32,
}

impl std::fmt::Debug for NameInputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameInputs")
            .field("client_id", &self.client_id)
            .field("service_id", &self.service_id)
            .field("unix_seconds", &self.unix_seconds)
            .finish_non_exhaustive()
    }
}

/// A piece of a rule.
enum Piece<'r> {
    Literal(&'r str),
    /// The macro's name, and how many characters it makes if that is part of it.
    Macro(&'static str, usize),
}

/// So often letters or digits are drawn anew that made a word which YAML does not read as a text.
const DRAWS: usize = 20;

/// The name that a rule gives to a guest: lower case, a valid DNS label, and a text for YAML.
pub fn expand_name(rule: &str, inputs: &mut NameInputs<'_>) -> Result<String, Error> {
    for _ in 0..DRAWS {
        let name = drawn(rule, inputs)?;
        if yaml::is_text(&name, inputs.has_domain) {
            return Ok(name);
        }
    }
    Err(Error::Name {
        rule: rule.to_owned(),
        name: drawn(rule, inputs)?,
        why: NO_TEXT.to_owned(),
    })
}

const NO_TEXT: &str = "cloud-init's YAML reads such a name as a number, a date or a truth value, and the guest gets no \
                       name: put letters before it, as in vm{service_id}";

/// A client or a service of each length.
const LENGTHS: [u64; 6] = [1, 11, 101, 1001, 10_001, 100_001];
/// 2024-02-29 13:15:09, and 2026-01-02 03:04:05, of which each part begins with a zero.
const MOMENTS: [u64; 2] = [1_709_212_509, 1_767_323_045];

/// Refuses a rule whose names, or some of them, are no texts for YAML. What only an unlucky draw of letters makes is
/// drawn anew.
pub(super) fn check_is_text(rule: &str, has_domain: bool) -> Result<(), String> {
    // numbers of each length make dates, and so do those of a service and a month; the draws are a 1, and an a
    let long = LENGTHS
        .into_iter()
        .flat_map(|client| LENGTHS.map(|service| (client, service)));
    let numbers = [(3, 7)].into_iter().chain(long);
    for ((client_id, service_id), unix_seconds) in numbers.flat_map(|ids| MOMENTS.map(|moment| (ids, moment))) {
        let inputs = &mut NameInputs {
            client_id,
            service_id: ServiceId(service_id),
            unix_seconds,
            has_domain,
            random: &mut |bound| u32::from(bound == 10),
        };
        match expand_name(rule, inputs) {
            Err(Error::Name { name, why, .. }) if why == NO_TEXT => {
                return Err(format!("{} for one: {why}", quoted(&name)));
            }
            // what else is wrong with a name is said when there is one
            _ => {}
        }
    }
    Ok(())
}

fn drawn(rule: &str, inputs: &mut NameInputs<'_>) -> Result<String, Error> {
    let mut name = String::new();
    for piece in pieces(rule).map_err(|why| Error::NameRule {
        rule: rule.to_owned(),
        why,
    })? {
        match piece {
            Piece::Literal(text) => name.push_str(text),
            Piece::Macro(which, count) => name.push_str(&expand(which, count, inputs)),
        }
    }
    name.make_ascii_lowercase();
    match check_label(&name) {
        Ok(()) => Ok(name),
        Err(why) => Err(Error::Name {
            rule: rule.to_owned(),
            name,
            why: why.to_owned(),
        }),
    }
}

/// Checks what can be known of a rule before there is a service. The error is one sentence.
pub(super) fn check_rule(rule: &str) -> Result<(), String> {
    let pieces = pieces(rule)?;
    let literal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    for piece in &pieces {
        if let Piece::Literal(text) = piece
            && let Some(bad) = text.chars().find(|c| !literal(*c))
        {
            return Err(format!(
                "a name has letters, digits and hyphens beside the macros, not {bad:?}"
            ));
        }
    }
    if rule.starts_with('-') || rule.ends_with('-') {
        return Err("a name does not begin or end with a hyphen".to_owned());
    }
    // the shortest outcome: what is too long even so always fails
    let least: usize = pieces
        .iter()
        .map(|piece| {
            if let Piece::Literal(text) = piece {
                text.len()
            } else {
                1
            }
        })
        .sum();
    if least > 63 {
        Err("a name has at most 63 characters".to_owned())
    } else {
        Ok(())
    }
}

fn pieces(rule: &str) -> Result<Vec<Piece<'_>>, String> {
    if rule.len() > MAX_RULE {
        return Err(format!("the rule has more than {MAX_RULE} characters"));
    }
    let mut pieces = Vec::new();
    let mut rest = rule;
    while let Some(open) = rest.find(['{', '}']) {
        if open > 0 {
            pieces.push(Piece::Literal(&rest[..open]));
        }
        if rest[open..].starts_with('}') {
            return Err("there is a } without its {".to_owned());
        }
        let Some((word, after)) = rest[open + 1..].split_once('}') else {
            return Err("there is a { without its }".to_owned());
        };
        pieces.push(known(word)?);
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Ok(pieces)
}

fn known(word: &str) -> Result<Piece<'static>, String> {
    let lower = word.trim().to_ascii_lowercase();
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let Some(name) = MACROS
        .into_iter()
        .find(|m| *m == stem || m.trim_end_matches('_') == stem)
    else {
        let near = nearest(stem, MACROS.into_iter());
        let number = if near.ends_with('_') { "4" } else { "" };
        return Err(format!(
            "{} is no macro, did you mean {{{near}{number}}}?",
            quoted(&format!("{{{word}}}"))
        ));
    };
    let digits = &lower[stem.len()..];
    if !name.ends_with('_') {
        return if digits.is_empty() {
            Ok(Piece::Macro(name, 0))
        } else {
            Err(format!("{{{name}}} takes no number"))
        };
    }
    digits
        .parse()
        .ok()
        .filter(|count| (1..=MAX_RANDOM).contains(count) && stem == name)
        .map(|count| Piece::Macro(name, count))
        .ok_or_else(|| format!("{{{name}N}} takes a number from 1 to {MAX_RANDOM}, such as {{{name}4}}"))
}

fn expand(name: &str, count: usize, inputs: &mut NameInputs<'_>) -> String {
    let mut random = |from: u8, bound: u32| -> String {
        let digits = (0..count).map(|_| u8::try_from((inputs.random)(bound) % bound).unwrap_or_default());
        digits.map(|digit| char::from(from + digit)).collect()
    };
    let seconds = inputs.unix_seconds;
    let (year, month, day) = calendar::civil(seconds / 86_400);
    match name {
        "client_id" => inputs.client_id.to_string(),
        "service_id" => inputs.service_id.to_string(),
        "random_digit_" => random(b'0', 10),
        "random_letter_" => random(b'a', 26),
        "unixtime" => seconds.to_string(),
        "year" => year.to_string(),
        "month" => format!("{month:02}"),
        "day" => format!("{day:02}"),
        "hour" => format!("{:02}", seconds / 3600 % 24),
        "minute" => format!("{:02}", seconds / 60 % 60),
        _ => format!("{:02}", seconds % 60),
    }
}

/// Whether a text in lower case is one label of a DNS name; else why not.
pub(super) fn check_label(label: &str) -> Result<(), &'static str> {
    if !(1..=63).contains(&label.len()) {
        Err("a name has 1 to 63 characters")
    } else if label.starts_with('-') || label.ends_with('-') {
        Err("a name does not begin or end with a hyphen")
    } else if !label
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        Err("a name has only letters, digits and hyphens")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(rule: &str) -> Result<String, String> {
        let mut last = 0;
        let mut random = move |bound| {
            last += 7;
            last % bound
        };
        let inputs = &mut NameInputs {
            client_id: 3,
            service_id: ServiceId(7),
            unix_seconds: 1_709_212_509,
            has_domain: true,
            random: &mut random,
        };
        expand_name(rule, inputs).map_err(|why| why.to_string())
    }

    #[test]
    fn macros_are_expanded() {
        let cases = [
            ("{client_id}-{service_id}", "3-7"),
            ("VM{random_digit_4}", "vm7418"),
            ("x{random_letter_3}-{random_digit_1}", "xhov-8"),
            ("{unixtime}", "1709212509"),
            ("{year}{month}{day}-{hour}{minute}{second}", "20240229-131509"),
            ("{ Service_ID }", "7"),
        ];
        for (rule, name) in cases {
            assert_eq!(expanded(rule), Ok(name.to_owned()), "{rule}");
            assert_eq!(check_rule(rule), Ok(()), "{rule}");
        }
    }

    #[test]
    fn a_random_number_out_of_its_bound_does_no_harm() {
        let mut random = |_| u32::MAX;
        let inputs = &mut NameInputs {
            client_id: 0,
            service_id: ServiceId(0),
            unix_seconds: 0,
            has_domain: false,
            random: &mut random,
        };
        assert!(format!("{inputs:?}").contains("unix_seconds: 0"));
        assert_eq!(
            expand_name("{random_letter_32}", inputs).map(|name| name.len()).ok(),
            Some(32)
        );
    }

    #[test]
    fn a_rule_that_cannot_work_says_why() {
        let long = "a".repeat(64);
        let longer = "a".repeat(201);
        let cases = [
            ("{service}", "\"{service}\" is no macro, did you mean {service_id}?"),
            ("{}", "\"{}\" is no macro, did you mean {day}?"),
            (
                "{random_digits_4}",
                "\"{random_digits_4}\" is no macro, did you mean {random_digit_4}?",
            ),
            (
                "{random_digit}",
                "{random_digit_N} takes a number from 1 to 32, such as {random_digit_4}",
            ),
            (
                "{random_digit4}",
                "{random_digit_N} takes a number from 1 to 32, such as {random_digit_4}",
            ),
            (
                "{random_letter_0}",
                "{random_letter_N} takes a number from 1 to 32, such as {random_letter_4}",
            ),
            (
                "{random_letter_33}",
                "{random_letter_N} takes a number from 1 to 32, such as {random_letter_4}",
            ),
            ("{year2}", "{year} takes no number"),
            ("{client_id", "there is a { without its }"),
            ("client_id}", "there is a } without its {"),
            (
                "vm_{service_id}",
                "a name has letters, digits and hyphens beside the macros, not '_'",
            ),
            (
                "vm.{service_id}",
                "a name has letters, digits and hyphens beside the macros, not '.'",
            ),
            ("-{service_id}", "a name does not begin or end with a hyphen"),
            ("{service_id}-", "a name does not begin or end with a hyphen"),
            (&long, "a name has at most 63 characters"),
            (&longer, "the rule has more than 200 characters"),
        ];
        for (rule, why) in cases {
            assert_eq!(check_rule(rule), Err(why.to_owned()), "{rule}");
            assert!(expanded(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_reported_with_its_rule() {
        let long = "{random_digit_32}{random_digit_32}";
        let cases = [
            (
                "vm_{service_id}",
                "the name \"vm_7\" from the rule \"vm_{service_id}\": a name has only letters, digits and hyphens",
            ),
            (
                "-{service_id}",
                "the name \"-7\" from the rule \"-{service_id}\": a name does not begin or end with a hyphen",
            ),
            ("", "the name \"\" from the rule \"\": a name has 1 to 63 characters"),
            (
                "{x}",
                "the rule \"{x}\" for VM names: \"{x}\" is no macro, did you mean {day}?",
            ),
        ];
        for (rule, why) in cases {
            assert_eq!(expanded(rule), Err(why.to_owned()), "{rule}");
        }
        assert!(expanded(long).is_err_and(|why| why.ends_with("a name has 1 to 63 characters")));
    }

    #[test]
    fn a_rule_that_names_some_guests_badly_is_refused_for_all_of_them() {
        for (rule, has_domain) in [
            ("{service_id}-{month}-{day}", false),
            ("{client_id}{service_id}-{month}-{day}", true),
            ("{client_id}{random_digit_1}-{month}-{day}", true),
            ("{client_id}-{service_id}-{random_digit_1}", true),
            ("{hour}{minute}{second}", true),
            ("{minute}{service_id}", true),
            ("{day}{client_id}", true),
            ("{service_id}", false),
        ] {
            let why = check_is_text(rule, has_domain).unwrap_err();
            assert!(why.contains("for one"), "{rule}: {why}");
        }
        for (rule, has_domain) in [
            ("{client_id}-{service_id}", false),
            ("{service_id}", true),
            ("{year}{month}{day}{service_id}", true),
            ("vm{service_id}-{month}-{day}", false),
            ("{year}{month}{day}-{hour}{minute}{second}", false),
            ("x{random_letter_3}-{random_digit_1}", false),
        ] {
            assert_eq!(check_is_text(rule, has_domain), Ok(()), "{rule}");
        }
    }
}
