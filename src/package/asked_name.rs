//! The host name that a customer asks for at the order, where the product gives it to the guest.

use super::macros::check_label;
use super::yaml;

/// Names that others would take for the hoster's own.
const RESERVED: &[&str] = &[
    "autoconfig",
    "autodiscover",
    "ftp",
    "imap",
    "localhost",
    "mail",
    "mx",
    "ns",
    "ns1",
    "ns2",
    "ns3",
    "ns4",
    "pop",
    "pop3",
    "smtp",
    "webmail",
    "wpad",
    "www",
];

/// The guest's name: one label, or that with the main domain behind it. Under another domain a customer could take the
/// name of somebody else. The error is why it cannot be had.
pub fn asked_name(asked: &str, main_domain: Option<&str>) -> Result<String, &'static str> {
    let lower = asked.trim().to_ascii_lowercase();
    let name = lower.strip_suffix('.').unwrap_or(&lower);
    let label = main_domain
        .and_then(|domain| name.strip_suffix(domain)?.strip_suffix('.'))
        .unwrap_or(name);
    if label.contains('.') {
        return Err("it is one word without dots, before the domain of the hoster");
    }
    check_label(label)?;
    if RESERVED.contains(&label) {
        return Err("it is a name of the hoster's own");
    }
    if !yaml::is_text(label, main_domain.is_some()) {
        return Err("cloud-init's YAML reads it as a number, a date or a truth value");
    }
    Ok(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_label_under_the_main_domain_is_a_name() {
        let domain = Some("vps.example.net");
        for (asked, name) in [
            ("web1", "web1"),
            (" Web1 ", "web1"),
            ("web1.vps.example.net", "web1"),
            ("WEB1.VPS.example.net.", "web1"),
        ] {
            assert_eq!(asked_name(asked, domain), Ok(name.to_owned()), "{asked}");
        }
        assert_eq!(asked_name("web1", None), Ok("web1".to_owned()));
    }

    #[test]
    fn what_could_be_somebody_elses_is_none() {
        let domain = Some("vps.example.net");
        for asked in [
            "",
            "-a",
            "a b",
            "bücher",
            "www",
            "NS1.vps.example.net",
            "a.b.vps.example.net",
            "vps.example.net",
            "web1.example.com",
            "web1.evil-vps.example.net",
            "{service_id}",
        ] {
            assert!(asked_name(asked, domain).is_err(), "{asked}");
        }
        assert!(asked_name("123", None).is_err(), "YAML would read a number");
        assert_eq!(asked_name("123", domain), Ok("123".to_owned()));
    }
}
