//! What is installed in a VM at its first start: cloud-init snippets of the hoster, by their names (`docker` is
//! `<snippet_storage>:snippets/docker.yaml`), and those that a product lets its customers choose from.

use super::Package;
use super::labelled::{self, Listed};
use crate::words::ids::{SnippetName, StorageId, quoted};
use serde::{Deserialize, Serialize};

/// How the list is written.
const LISTED: Listed = Listed {
    form: "it is a list of names of snippets with what customers read, such as docker:Docker; lamp:LAMP stack",
    one: "",
    many: "applications",
    most: 50,
    bare: true,
};
/// Where snippets are where the product does not say it.
const STORAGE: &str = "local";
/// What chooses none.
pub const NONE: &str = "none";

/// An application, and what customers read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its snippet.
    pub name: SnippetName,
    /// Its name, as customers read it.
    pub label: String,
}

impl Package {
    /// The volume of an application.
    pub fn snippet(&self, name: &SnippetName) -> String {
        let storage = self.more.snippet_storage.as_ref();
        format!("{}:snippets/{name}.yaml", storage.map_or(STORAGE, StorageId::as_str))
    }

    /// The volume of its own, if it has one.
    pub fn application_snippet(&self) -> Option<String> {
        self.application.as_ref().map(|name| self.snippet(name))
    }

    /// Every application that a VM of the product may have been given.
    pub fn known_applications(&self) -> impl Iterator<Item = &SnippetName> {
        let listed = self.more.applications.iter().map(|application| &application.name);
        let own = self.application.iter();
        own.chain(listed.filter(|name| self.application.as_ref() != Some(name)))
    }
}

/// Reads a name; `none` and a label behind `|` as a shop writes them.
pub(super) fn read_one(text: &str) -> Result<Option<SnippetName>, String> {
    let key = text.split('|').next().unwrap_or_default().trim();
    if key.is_empty() || key.eq_ignore_ascii_case(NONE) {
        return Ok(None);
    }
    key.parse().map(Some).map_err(|_| {
        format!(
            "it is none, or the name of a snippet without .yaml, such as docker, not {}",
            quoted(text)
        )
    })
}

/// As [`read_one`] takes it.
pub(super) fn write_one(name: &Option<SnippetName>) -> String {
    name.as_ref().map_or_else(|| NONE.to_owned(), SnippetName::to_string)
}

/// Reads the list. The error is the end of a sentence that begins with the option's name.
pub(super) fn read(text: &str) -> Result<Vec<Application>, String> {
    let all = labelled::read(text, &LISTED, |key| key.parse().ok().filter(|_| key != NONE))?;
    let one = |(name, label)| Application { name, label };
    Ok(all.into_iter().map(one).collect())
}

/// As [`read`] takes it.
pub(super) fn write(applications: &[Application]) -> String {
    labelled::write(
        applications
            .iter()
            .map(|application| (&application.name, application.label.as_str())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_written() {
        let applications = read(" docker : Docker;wireguard; lamp:LAMP: Apache, MariaDB ").unwrap();
        let text = "docker:Docker; wireguard:wireguard; lamp:LAMP: Apache, MariaDB";
        assert_eq!(write(&applications), text);
        assert_eq!(read(text), Ok(applications));
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn a_bad_list_says_why() {
        let long = "x".repeat(64);
        for bad in [
            "../etc",
            "a/b:Label",
            ".hidden:A",
            "none:None",
            "a,b:A",
            "a b",
            "docker:\u{7}",
            &long,
            "docker:",
        ] {
            let why = read(bad).unwrap_err();
            assert!(why.starts_with("it is a list of names"), "{bad}: {why}");
        }
        assert_eq!(read("a:A; a:B"), Err("it names a twice".to_owned()));
        let many: String = (0..51).map(|number| format!("a{number};")).collect();
        assert_eq!(read(&many), Err("it names more than 50 applications".to_owned()));
    }

    #[test]
    fn an_order_names_one_or_none() {
        assert_eq!(read_one("docker|Docker Engine"), Ok("docker".parse().ok()));
        for none in ["none", "None|No application", " ", "|"] {
            assert_eq!(read_one(none), Ok(None), "{none}");
        }
        assert!(read_one("local:snippets/docker.yaml").is_err());
        let mut package = Package::with_defaults("100".parse().unwrap());
        assert_eq!(package.application_snippet(), None);
        package.application = "docker".parse().ok();
        assert_eq!(
            package.application_snippet().as_deref(),
            Some("local:snippets/docker.yaml")
        );
        package.more.snippet_storage = "nfs".parse().ok();
        assert_eq!(
            package.application_snippet().as_deref(),
            Some("nfs:snippets/docker.yaml")
        );
    }
}
