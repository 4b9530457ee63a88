//! Where a node answers. Admins paste host names with `https://`, ports and paths: what is meant is clear, so it is
//! used.

use super::Error;
use std::fmt;
use std::net::IpAddr;

/// A node's API: host and port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Host name in lower case, or address (IPv6 without brackets).
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Endpoint {
    /// `https://host:port`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("https://{self}")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A host whose port may still be open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostPort {
    host: String,
    pub(super) port: Option<u16>,
}

impl HostPort {
    /// Reads `host`, `host:port`, `[v6]:port`, a bare IPv6 address, each also as the beginning of an address for
    /// browsers.
    pub(super) fn parse(text: &str) -> Result<HostPort, Error> {
        let bad = || Error::Host(text.to_owned());
        if text.contains('@') {
            return Err(Error::HostLogin);
        }
        let lower = text.trim().to_ascii_lowercase();
        let rest = lower
            .strip_prefix("https://")
            .or_else(|| lower.strip_prefix("http://"))
            .unwrap_or(&lower);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port_text) = if let Some(v6) = authority.strip_prefix('[') {
            let (host, after) = v6.split_once(']').ok_or_else(bad)?;
            let port = if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':').ok_or_else(bad)?)
            };
            host.parse::<std::net::Ipv6Addr>().map_err(|_| bad())?;
            (host, port)
        } else if authority.parse::<IpAddr>().is_ok() {
            (authority, None)
        } else {
            authority
                .split_once(':')
                .map_or((authority, None), |(host, port)| (host, Some(port)))
        };
        if is_token_secret(host) {
            return Err(Error::HostSecret);
        }
        let host = match host.parse::<IpAddr>() {
            Ok(ip) => ip.to_string(),
            Err(_) if is_host_name(host) => host.trim_end_matches('.').to_owned(),
            Err(_) => return Err(bad()),
        };
        Ok(HostPort {
            host,
            port: port_text.map(port).transpose()?,
        })
    }

    /// The endpoint, at `default` unless the host named its port.
    pub(super) fn at(&self, default: u16) -> Endpoint {
        Endpoint {
            host: self.host.clone(),
            port: self.port.unwrap_or(default),
        }
    }
}

/// Reads a TCP port.
pub(super) fn port(text: &str) -> Result<u16, Error> {
    let typed = text.trim();
    typed
        .parse()
        .ok()
        .filter(|p| *p != 0)
        .ok_or_else(|| Error::Port(typed.to_owned()))
}

/// PVE's secrets of tokens are UUIDs (`AccessControl::generate_token` of pve-access-control), which a host could be
/// called; it would be asked of name servers, and told in every error.
fn is_token_secret(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|b| b.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(is_hex)
}

fn is_host_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // a name whose last label is a number is a mistyped IPv4 address
    let ends_as_number = name
        .rsplit('.')
        .next()
        .is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && !ends_as_number && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_admins_paste_is_understood() {
        let cases = [
            ("pve1.example.net", "https://pve1.example.net:8006"),
            (" PVE1.example.net. ", "https://pve1.example.net:8006"),
            ("https://pve1.example.net:8443/#v1:0", "https://pve1.example.net:8443"),
            ("http://pve1/", "https://pve1:8006"),
            ("192.0.2.9", "https://192.0.2.9:8006"),
            ("192.0.2.9:443", "https://192.0.2.9:443"),
            ("2001:DB8::9", "https://[2001:db8::9]:8006"),
            ("[2001:db8::9]", "https://[2001:db8::9]:8006"),
            ("https://[2001:db8::9]:443/x", "https://[2001:db8::9]:443"),
        ];
        for (text, url) in cases {
            assert_eq!(
                HostPort::parse(text).map(|h| h.at(8006).url()),
                Ok(url.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            "https://",
            "a b",
            "a..b",
            "-a",
            "300.1.1.1",
            "[::1",
            "[::1]x",
            "[host]",
            "a\\b",
        ] {
            assert_eq!(HostPort::parse(text), Err(Error::Host(text.to_owned())), "{text}");
        }
        for text in ["user@host", "https://root:hunter2@pve1:8006/", "root:hun/ter2@pve1"] {
            assert_eq!(HostPort::parse(text), Err(Error::HostLogin), "{text}");
        }
        for text in ["pve1:0a1b2c3d-1111-4222-8333-944445555666:8006", "pve1:0a1b2c3d:1"] {
            let error = HostPort::parse(text).unwrap_err();
            assert!(!error.to_string().contains("0a1b2c3d"), "{error}");
        }
        for text in [
            "0a1b2c3d-1111-4222-8333-944445555666",
            "https://0A1B2C3D-1111-4222-8333-944445555666:8006/",
        ] {
            let error = HostPort::parse(text).unwrap_err();
            assert_eq!(error, Error::HostSecret, "{text}");
            assert!(!error.to_string().to_ascii_lowercase().contains("0a1b2c3d"), "{error}");
        }
        for (text, port) in [("a:0", "0"), ("a:x", "x"), ("a:70000", "70000"), ("[::1]:", "")] {
            assert_eq!(HostPort::parse(text), Err(Error::Port(port.to_owned())), "{text}");
        }
    }
}
