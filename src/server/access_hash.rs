//! The *Access Hash*: `key=value` lines for what WHMCS has no field for.

use super::Error;
use super::endpoint::HostPort;
use crate::package::nearest;
use std::path::PathBuf;

const KEYS: [&str; 4] = ["fingerprint", "ca", "endpoints", "insecure"];
const MAX_ENDPOINTS: usize = 32;

/// What the lines say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct AccessHash {
    /// SHA-256 of the node's certificate.
    pub(super) fingerprint: Option<[u8; 32]>,
    /// PEM file of the authority that signs the nodes' certificates.
    pub(super) ca: Option<PathBuf>,
    /// More nodes of the same cluster.
    pub(super) endpoints: Vec<HostPort>,
    /// Certificates are not checked.
    pub(super) insecure: bool,
}

impl AccessHash {
    pub(super) fn parse(text: &str) -> Result<AccessHash, Error> {
        let mut hash = AccessHash::default();
        let mut seen: Vec<&'static str> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let error = |reason: String| Error::AccessHash {
                line: index + 1,
                reason,
            };
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // the line is not shown: somebody may have put a secret here
            let (name, value) = line
                .split_once('=')
                .ok_or_else(|| error("it is not of the form key=value".to_owned()))?;
            let name = name.trim();
            let key = KEYS.into_iter().find(|k| k.eq_ignore_ascii_case(name)).ok_or_else(|| {
                // what stands before = may be a secret in base64, which ends with it
                error(format!(
                    "its key is not known, did you mean {}=?",
                    nearest(name, KEYS.into_iter())
                ))
            })?;
            if seen.contains(&key) {
                return Err(error(format!("{key}= is there twice")));
            }
            seen.push(key);
            hash.set(key, value.trim()).map_err(error)?;
        }
        Ok(hash)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "fingerprint" => {
                self.fingerprint = Some(fingerprint(value).ok_or(
                    "fingerprint= is the SHA-256 of the certificate: 64 hexadecimal digits, with or without colons",
                )?);
            }
            "ca" => {
                let path = PathBuf::from(value);
                if !path.is_absolute() {
                    return Err("ca= is the whole path of a PEM file, such as /etc/ssl/pve-root-ca.pem".to_owned());
                }
                self.ca = Some(path);
            }
            "endpoints" => {
                let items = value.split(',').map(str::trim).filter(|item| !item.is_empty());
                let endpoints: Result<Vec<_>, _> = items.map(HostPort::parse).collect();
                self.endpoints = endpoints.map_err(|why| format!("endpoints=: {why}"))?;
                if self.endpoints.len() > MAX_ENDPOINTS {
                    return Err(format!("endpoints= names more than {MAX_ENDPOINTS} nodes"));
                }
            }
            _ => {
                self.insecure = match value {
                    "1" => true,
                    "0" | "" => false,
                    _ => return Err("insecure= is 1 or 0".to_owned()),
                };
            }
        }
        Ok(())
    }
}

fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| *c != ':' && !c.is_whitespace())
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    if digits.len() != 64 {
        return None;
    }
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_has_many_spellings() {
        let mut expected = [0xab; 32];
        expected[0] = 0x01;
        for text in [
            format!("01{}", "ab".repeat(31)),
            format!("01{}", ":AB".repeat(31)),
            format!("01{}", " aB".repeat(31)),
        ] {
            assert_eq!(fingerprint(&text), Some(expected), "{text}");
        }
        for text in [
            String::new(),
            "ab".repeat(31),
            "ab".repeat(33),
            "é".repeat(64),
            "g".repeat(64),
        ] {
            assert_eq!(fingerprint(&text), None, "{text}");
        }
    }

    #[test]
    fn lines_are_read() {
        let hash =
            AccessHash::parse("# nodes\n\n Endpoints = pve2, [2001:db8::3]:443 ,\r\nca=/etc/ssl/x.pem\ninsecure = 0\n");
        let hash = hash.unwrap();
        let urls: Vec<String> = hash.endpoints.iter().map(|e| e.at(8006).url()).collect();
        assert_eq!(urls, ["https://pve2:8006", "https://[2001:db8::3]:443"]);
        assert_eq!(
            (hash.ca, hash.insecure, hash.fingerprint),
            (Some(PathBuf::from("/etc/ssl/x.pem")), false, None)
        );
    }

    #[test]
    fn a_bad_line_says_why() {
        let print = "fingerprint= is the SHA-256 of the certificate: 64 hexadecimal digits, with or without colons";
        let many = format!("endpoints={}", "a,".repeat(33));
        let cases = [
            ("\nTopSecretToken", 2, "it is not of the form key=value"),
            ("finger-print=00", 1, "its key is not known, did you mean fingerprint=?"),
            ("endpoint=a", 1, "its key is not known, did you mean endpoints=?"),
            ("ca=/a\nCA=/b", 2, "ca= is there twice"),
            ("fingerprint=12:34", 1, print),
            (
                "ca=x.pem",
                1,
                "ca= is the whole path of a PEM file, such as /etc/ssl/pve-root-ca.pem",
            ),
            (
                "endpoints=a b",
                1,
                "endpoints=: the host is no host name and no IP address: enter one such as pve1.example.net",
            ),
            (
                "endpoints=a:0",
                1,
                "endpoints=: the port is a number from 1 to 65535, usually 8006, not \"0\"",
            ),
            (&many, 1, "endpoints= names more than 32 nodes"),
            ("insecure=yes", 1, "insecure= is 1 or 0"),
        ];
        for (text, line, reason) in cases {
            let expected = Error::AccessHash {
                line,
                reason: reason.to_owned(),
            };
            assert_eq!(AccessHash::parse(text), Err(expected), "{text}");
        }
    }
}
