//! User data: what a customer gives cloud-init beside what is ordered. A script, a `#cloud-config`, or several parts of a mail
//! (MIME). Nothing else is taken, as a guest says nothing of what it did not understand.

use crate::words::problems::{self, Problem};
use saphyr_parser::{Event, Parser};

/// Bytes of it: the column of WHMCS in which an order has it takes no more.
pub const MOST_BYTES: usize = 64 << 10;

/// Why user data is none. No sentence has a part of the text: there may be passwords in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserDataError {
    /// More than there is room for.
    #[error("user data has at most {} KiB: let it fetch what is larger", MOST_BYTES >> 10)]
    Long,
    /// Cloud-init would not know what it is.
    #[error(
        "that is no user data: it begins with the line #cloud-config, with #! and the path of a program, or with Content-Type: multipart/…; boundary=…"
    )]
    Kind,
    /// It is no YAML.
    #[error("line {line} of the user data is no YAML: cloud-init would take nothing of it")]
    Yaml {
        /// The line, from 1.
        line: usize,
    },
    /// It is YAML, and cloud-init wants something else.
    #[error("user data that begins with #cloud-config has keys with values (key: value), and is one document")]
    NoKeys,
    /// The product takes none.
    #[error(
        "the product takes no user data (client_user_data), and the order has some: switch that on, or empty the custom field of the service, and ask again"
    )]
    NotSold,
    /// Nobody can open what the store has.
    #[error(
        "the customer's user data is sealed, and the key that WHMCS has now does not open it: write it into the custom field *User data* of the service and press Create, or press Reinstall, which goes on without"
    )]
    Sealed,
}

impl UserDataError {
    /// Its row.
    pub fn problem(self) -> &'static Problem {
        match self {
            UserDataError::Long => &problems::USER_DATA_LONG,
            UserDataError::Kind => &problems::USER_DATA_KIND,
            UserDataError::Yaml { .. } => &problems::USER_DATA_YAML,
            UserDataError::NoKeys => &problems::USER_DATA_NO_KEYS,
            UserDataError::NotSold => &problems::USER_DATA_NOT_SOLD,
            UserDataError::Sealed => &problems::USER_DATA_SEALED,
        }
    }

    /// The number in its text for a client.
    pub fn number(self) -> Option<u64> {
        match self {
            UserDataError::Long => Some(MOST_BYTES as u64 >> 10),
            UserDataError::Yaml { line } => Some(line as u64),
            _ => None,
        }
    }
}

/// What user data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `#cloud-config`.
    Config,
    /// `#!/bin/sh`.
    Script,
    /// `Content-Type: multipart/mixed; boundary="…"`.
    Parts,
}

/// User data that cloud-init understands.
#[derive(Clone, PartialEq, Eq)]
pub struct UserData {
    /// What it is.
    pub kind: Kind,
    /// The text, with line feeds alone.
    pub text: String,
}

impl std::fmt::Debug for UserData {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // there may be passwords in it
        write!(formatter, "UserData({:?})", self.kind)
    }
}

impl UserData {
    /// Reads what was typed; `None`: nothing was.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(typed: &str) -> Result<Option<UserData>, UserDataError> {
        // browsers send the ends of lines of Windows, with which no script starts
        let text = typed.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > MOST_BYTES {
            return Err(UserDataError::Long);
        }
        let kind = Self::kind(&text).ok_or(UserDataError::Kind)?;
        if kind == Kind::Config {
            has_keys(&text)?;
        }
        Ok(Some(UserData {
            kind,
            text: text + "\n",
        }))
    }

    fn kind(text: &str) -> Option<Kind> {
        if text.contains('\0') {
            return None;
        }
        let first = text.lines().next().unwrap_or_default().trim_end();
        match first {
            "#cloud-config" => Some(Kind::Config),
            script if script.starts_with("#!") => (script[2..].trim_start().starts_with('/')).then_some(Kind::Script),
            _ => is_multipart(text).then_some(Kind::Parts),
        }
    }
}

/// Whether it begins with the head of a mail that has several parts.
fn is_multipart(text: &str) -> bool {
    let Some((head, _)) = text.split_once("\n\n") else {
        return false;
    };
    // a line that begins with a blank goes on with the one before
    let head = head.to_ascii_lowercase().replace("\n ", " ").replace("\n\t", " ");
    let mut fields = head.lines().map(|line| line.split_once(':'));
    let is_field = |field: &Option<(&str, &str)>| {
        let name = field.map(|(name, _)| name);
        name.is_some_and(|name| !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-'))
    };
    let has_parts = |field: Option<(&str, &str)>| {
        let value = field
            .filter(|(name, _)| *name == "content-type")
            .map(|(_, value)| value.trim());
        value.is_some_and(|value| value.starts_with("multipart/") && value.contains("boundary="))
    };
    fields.clone().all(|field| is_field(&field)) && fields.any(has_parts)
}

/// Whether it is one document of YAML with keys. A document is read as it comes, and never built: one that means millions of
/// entries by its aliases costs nothing.
fn has_keys(text: &str) -> Result<(), UserDataError> {
    let (mut documents, mut first) = (0, None);
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| UserDataError::Yaml {
            line: error.marker().line(),
        })?;
        match event {
            Event::DocumentStart(_) => documents += 1,
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
            event => {
                first.get_or_insert(matches!(event, Event::MappingStart(..)));
            }
        }
    }
    if documents == 1 && first == Some(true) {
        return Ok(());
    }
    Err(UserDataError::NoKeys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Result<Option<Kind>, UserDataError> {
        UserData::parse(text).map(|data| data.map(|data| data.kind))
    }

    #[test]
    fn what_cloud_init_knows_is_taken() {
        for (text, is) in [
            ("", None),
            (" \r\n ", None),
            ("#cloud-config\npackages: [nginx]", Some(Kind::Config)),
            ("#cloud-config \r\nruncmd:\r\n  - [sh, -c, 'x']\r\n", Some(Kind::Config)),
            ("#cloud-config\n---\na: &a {b: c}\nd: *a", Some(Kind::Config)),
            ("#cloud-config\n{\"packages\": []}", Some(Kind::Config)),
            ("#!/bin/sh\necho", Some(Kind::Script)),
            ("#! /usr/bin/env python3\n", Some(Kind::Script)),
            (
                "MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=\"x\"\n\n--x\n\n--x--",
                Some(Kind::Parts),
            ),
            ("content-type: Multipart/mixed; boundary=x\n\n--x--", Some(Kind::Parts)),
        ] {
            assert_eq!(kind(text), Ok(is), "{text}");
        }
        let script = UserData::parse("#!/bin/sh\r\necho\r\n\r\n").unwrap().unwrap();
        assert_eq!(
            script.text, "#!/bin/sh\necho\n",
            "no program is called sh and a carriage return"
        );
        assert_eq!(format!("{script:?}"), "UserData(Script)");
    }

    #[test]
    fn what_it_would_leave_alone_is_refused() {
        let (none, no_keys) = (UserDataError::Kind, UserDataError::NoKeys);
        for (text, why) in [
            ("packages: [nginx]", none),
            ("#cloud-config-archive\n- a", none),
            ("# cloud-config\na: b", none),
            ("#!bin/sh\n", none),
            ("#!\n", none),
            ("#include\nhttps://example.net", none),
            ("#!/bin/sh\0\n", none),
            ("Content-Type: text/plain; boundary=x\n\nx", none),
            ("Content-Type: multipart/mixed\n\nx", none),
            ("Content-Type: multipart/mixed; boundary=x", none),
            ("no head\nContent-Type: multipart/mixed; boundary=x\n\n", none),
            ("#cloud-config", no_keys),
            ("#cloud-config\n# nothing", no_keys),
            ("#cloud-config\n- a\n- b", no_keys),
            ("#cloud-config\ntext", no_keys),
            ("#cloud-config\na: b\n---\nc: d", no_keys),
            ("#cloud-config\na: b\n c: d", UserDataError::Yaml { line: 3 }),
            ("#cloud-config\na: [b", UserDataError::Yaml { line: 3 }),
            ("#cloud-config\na:\n\tb: c", UserDataError::Yaml { line: 3 }),
            ("#cloud-config\na: \"b", UserDataError::Yaml { line: 2 }),
        ] {
            assert_eq!(kind(text), Err(why), "{text}");
        }
        let long = format!("#!/bin/sh\n{}", "x".repeat(MOST_BYTES));
        assert_eq!(kind(&long), Err(UserDataError::Long));
    }

    #[test]
    fn the_worst_of_its_size_is_read_in_no_time() {
        for text in [
            "[",
            "{",
            "- ",
            "? ",
            "a: &a *a\n",
            "!!",
            "\"\\",
            "|\n",
            "&",
            "a: {b: [",
            "'",
        ] {
            let worst = format!("#cloud-config\n{}", text.repeat((MOST_BYTES - 20) / text.len()));
            let _ = kind(&worst);
        }
        let aliases: String = (1..20)
            .map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1))
            .collect();
        assert_eq!(
            kind(&format!("#cloud-config\na0: &a0 [x]\n{aliases}")),
            Ok(Some(Kind::Config))
        );
    }
}
