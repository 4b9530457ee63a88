//! What YAML makes of a name. PVE writes a guest's name as it is into cloud-init's user data (`hostname: …`, in
//! qemu-server's `QemuServer/Cloudinit.pm`), and what YAML reads as a number or a truth value there is no host name.

/// Words of YAML 1.1 that are no texts.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Whether YAML reads a name in lower case as a text. With a domain, PVE writes the whole name beside it, and
/// cloud-init makes a text of a plain number again: that one does no harm.
pub(super) fn is_text(name: &str, has_domain: bool) -> bool {
    if WORDS.contains(&name) || is_based(name) || is_exponent(name) || is_date(name) {
        return false;
    }
    let is_number = digits(name);
    let is_octal = name.len() > 1 && name.starts_with('0');
    !is_number || (has_domain && !is_octal)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `0x1f`, `0o17`, `0b101`.
fn is_based(name: &str) -> bool {
    [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().any(|(begin, base)| {
        let rest = name.strip_prefix(begin);
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(base)))
    })
}

/// `1e3`, `1e-3`.
fn is_exponent(name: &str) -> bool {
    let parts = name.split_once('e');
    parts.is_some_and(|(number, power)| digits(number) && digits(power.strip_prefix('-').unwrap_or(power)))
}

/// `2026-11-29`, also one that the calendar does not have.
fn is_date(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    matches!(parts.as_slice(), [year, month, day] if year.len() == 4
        && (1..=2).contains(&month.len())
        && (1..=2).contains(&day.len())
        && parts.iter().all(|part| digits(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_reads_as_something_else_is_no_text() {
        for name in [
            "yes",
            "no",
            "on",
            "off",
            "true",
            "false",
            "null",
            "y",
            "n",
            "0x1f",
            "0o17",
            "0b101",
            "1e3",
            "12e-4",
            "2026-11-29",
            "2026-1-2",
            "1234-56-78",
            "007",
            "017",
        ] {
            assert!(!is_text(name, false) && !is_text(name, true), "{name}");
        }
        for name in ["0", "7", "1709212509"] {
            assert!(!is_text(name, false), "{name}");
            assert!(is_text(name, true), "{name}");
        }
        for name in [
            "vm7",
            "3-7",
            "20261129-1",
            "1-2-3",
            "12345-1-2",
            "1e",
            "e3",
            "1e3e",
            "0xyz",
            "0b12",
            "yes1",
            "a-0x1f",
        ] {
            assert!(is_text(name, false), "{name}");
        }
    }
}
