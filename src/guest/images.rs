//! Cloud images that become templates: the catalogue, and the checksum files that their makers publish.
//!
//! An image is named after its checksum where it is stored, so a newer one never meets an older file of the same name.

use serde::Serialize;

/// An image of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Image {
    /// Its name in requests; the VM is called so too.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// Where the current one is: the maker's own link, which stays the same.
    pub url: &'static str,
    /// Where its maker publishes the checksums.
    pub checksums: &'static str,
    /// The oldest CPU that it runs on, as Proxmox VE names it (`cpu`): Enterprise Linux 9 wants x86-64-v2, 10 wants v3.
    pub cpu: &'static str,
    /// Until when its maker mends it, as `2028-06`; none: for ever, as it has no versions.
    pub until: Option<&'static str>,
}

const V2: &str = "x86-64-v2-AES";
const V3: &str = "x86-64-v3";

/// The catalogue.
#[rustfmt::skip]
pub const IMAGES: [Image; 9] = [
    Image { key: "debian-13", label: "Debian 13", cpu: V2, until: Some("2030-06"),
        url: "https://cloud.debian.org/images/cloud/trixie/latest/debian-13-genericcloud-amd64.qcow2",
        checksums: "https://cloud.debian.org/images/cloud/trixie/latest/SHA512SUMS" },
    Image { key: "debian-12", label: "Debian 12", cpu: V2, until: Some("2028-06"),
        url: "https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2",
        checksums: "https://cloud.debian.org/images/cloud/bookworm/latest/SHA512SUMS" },
    Image { key: "ubuntu-24-04", label: "Ubuntu 24.04 LTS", cpu: V2, until: Some("2029-05"),
        url: "https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img",
        checksums: "https://cloud-images.ubuntu.com/noble/current/SHA256SUMS" },
    Image { key: "ubuntu-22-04", label: "Ubuntu 22.04 LTS", cpu: V2, until: Some("2027-05"),
        url: "https://cloud-images.ubuntu.com/jammy/current/jammy-server-cloudimg-amd64.img",
        checksums: "https://cloud-images.ubuntu.com/jammy/current/SHA256SUMS" },
    Image { key: "almalinux-10", label: "AlmaLinux 10", cpu: V3, until: Some("2035-05"),
        url: "https://repo.almalinux.org/almalinux/10/cloud/x86_64/images/AlmaLinux-10-GenericCloud-latest.x86_64.qcow2",
        checksums: "https://repo.almalinux.org/almalinux/10/cloud/x86_64/images/CHECKSUM" },
    Image { key: "almalinux-9", label: "AlmaLinux 9", cpu: V2, until: Some("2032-05"),
        url: "https://repo.almalinux.org/almalinux/9/cloud/x86_64/images/AlmaLinux-9-GenericCloud-latest.x86_64.qcow2",
        checksums: "https://repo.almalinux.org/almalinux/9/cloud/x86_64/images/CHECKSUM" },
    Image { key: "rocky-10", label: "Rocky Linux 10", cpu: V3, until: Some("2035-05"),
        url: "https://dl.rockylinux.org/pub/rocky/10/images/x86_64/Rocky-10-GenericCloud-Base.latest.x86_64.qcow2",
        checksums: "https://dl.rockylinux.org/pub/rocky/10/images/x86_64/CHECKSUM" },
    Image { key: "rocky-9", label: "Rocky Linux 9", cpu: V2, until: Some("2032-05"),
        url: "https://dl.rockylinux.org/pub/rocky/9/images/x86_64/Rocky-9-GenericCloud-Base.latest.x86_64.qcow2",
        checksums: "https://dl.rockylinux.org/pub/rocky/9/images/x86_64/CHECKSUM" },
    Image { key: "arch", label: "Arch Linux", cpu: V2, until: None,
        url: "https://geo.mirror.pkgbuild.com/images/latest/Arch-Linux-x86_64-cloudimg.qcow2",
        checksums: "https://geo.mirror.pkgbuild.com/images/latest/Arch-Linux-x86_64-cloudimg.qcow2.SHA256" },
];

/// A checksum that Proxmox VE can check: SHA-256 or SHA-512, told by its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum(String);

impl Checksum {
    /// From its hexadecimal digits.
    pub fn parse(text: &str) -> Option<Checksum> {
        let text = text.trim();
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        (is_hex && matches!(text.len(), 64 | 128)).then(|| Checksum(text.to_ascii_lowercase()))
    }

    /// Of a file, in the text that its maker publishes: lines as `sha256sum` writes them (`<digits>  <file>`), or in the
    /// other form (`SHA256 (<file>) = <digits>`). Everything else there is left alone: comments, signatures, other files.
    pub fn published(text: &str, file: &str) -> Option<Checksum> {
        text.lines().find_map(|line| Checksum::of_line(line.trim(), file))
    }

    fn of_line(line: &str, file: &str) -> Option<Checksum> {
        if let Some((before, digits)) = line.split_once(") = ") {
            let (_, named) = before.split_once(" (")?;
            return Checksum::parse(digits).filter(|_| named == file);
        }
        let (digits, named) = line.split_once(char::is_whitespace)?;
        // a star before the name says that it was read as bytes
        let named = named.trim_start().trim_start_matches('*');
        Checksum::parse(digits).filter(|_| named == file)
    }

    /// Proxmox VE's word for the algorithm (`checksum-algorithm`).
    pub fn algorithm(&self) -> &'static str {
        if self.0.len() == 128 { "sha512" } else { "sha256" }
    }

    /// The digits, in lower case.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// What becomes a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name of the VM.
    pub name: String,
    /// Where the image is.
    pub url: String,
    /// What it has to be.
    pub checksum: Checksum,
    /// The CPU that it needs.
    pub cpu: &'static str,
}

impl Source {
    /// What a template's description begins with, as a line of its own.
    const MARKER: &'static str = "proxmoxkvm-template:";

    /// The name of the file in a storage of Proxmox VE, which goes by its ending: the makers' `.img` are qcow2 too.
    pub fn file(&self) -> String {
        let digits = self.checksum.digits();
        format!("{}-{}.qcow2", self.name, digits.get(..12).unwrap_or(digits))
    }

    /// The description of the VM that is made of it.
    pub fn description(&self) -> String {
        format!(
            "Made by the WHMCS module proxmoxkvm from {}. Keep the next line: it tells the module which image this is.\n\n{} {}",
            self.url,
            Self::MARKER,
            self.file()
        )
    }

    /// Whether a VM was made of it.
    pub fn made(&self, description: &str) -> bool {
        let marker = format!("{} {}", Self::MARKER, self.file());
        description.lines().any(|line| line.trim() == marker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    #[test]
    fn an_image_of_the_catalogue_is_asked_for_safely() {
        for image in IMAGES {
            for url in [image.url, image.checksums] {
                assert!(url.starts_with("https://"), "{url}");
            }
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(image.key.chars().all(plain), "{} is no name of a VM", image.key);
        }
        let keys: std::collections::BTreeSet<_> = IMAGES.iter().map(|image| image.key).collect();
        assert_eq!(keys.len(), IMAGES.len());
    }

    #[test]
    fn a_checksum_is_found_in_every_form_that_makers_publish() {
        let other = SHA256.replace('9', "8");
        let sha512 = SHA256.repeat(2);
        for text in [
            format!("{other}  other.qcow2\n{SHA256}  image.qcow2\n"),
            format!("{SHA256} *image.qcow2"),
            format!("{}  image.qcow2\r\n", SHA256.to_uppercase()),
            format!(
                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# image.qcow2: 42 bytes\nSHA256 (image.qcow2) = {SHA256}\n"
            ),
        ] {
            let found = Checksum::published(&text, "image.qcow2").unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.digits(), found.algorithm()), (SHA256, "sha256"));
        }
        let found = Checksum::published(&format!("{sha512}  image.qcow2"), "image.qcow2").unwrap();
        assert_eq!(found.algorithm(), "sha512");
    }

    #[test]
    fn the_checksum_of_another_file_is_none_of_this_one() {
        for text in [
            String::new(),
            "<html>not found</html>".to_owned(),
            format!("{SHA256}  image.qcow2.xz"),
            format!("{SHA256}  old/image.qcow2"),
            format!("SHA256 (my-image.qcow2) = {SHA256}"),
            format!("{}  image.qcow2", &SHA256[1..]),
            "d41d8cd98f00b204e9800998ecf8427e  image.qcow2".to_owned(),
            format!("{}  image.qcow2", SHA256.replace('9', "ü")),
        ] {
            assert_eq!(Checksum::published(&text, "image.qcow2"), None, "{text}");
        }
    }

    #[test]
    fn a_template_knows_its_image_and_no_newer_one() {
        let source = |digits: &str| Source {
            name: "debian-12".to_owned(),
            url: "https://example.net/x.qcow2".to_owned(),
            checksum: Checksum::parse(digits).unwrap(),
            cpu: V2,
        };
        let (old, new) = (source(SHA256), source(&SHA256.replace('9', "8")));
        assert!(old.made(&old.description()) && !new.made(&old.description()));
        assert_ne!(old.file(), new.file());
        assert!(old.file().ends_with(".qcow2"));
    }
}
