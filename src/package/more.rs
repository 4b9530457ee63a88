//! *More settings*: `key = value` lines for what is rarely set. [`SETTINGS`] is the one list of what there is; a new
//! setting is a field of [`More`] and a row of the list.

use super::nearest;
use crate::words::ids::quoted;
use serde::{Deserialize, Serialize};

/// The rarely set part of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct More {
    /// How long a guest may take to shut down before it is stopped (seconds).
    pub shutdown_timeout_s: u64,
    /// A change of the package is applied to the running guest as far as that is possible.
    pub live_change: bool,
    /// How many clones may run on one storage at the same time.
    pub clone_slots_per_storage: u32,
    /// What the guest's firewall does with incoming traffic that no rule matches; none = as the node has it.
    pub firewall_policy_in: Option<Policy>,
    /// Likewise for outgoing traffic.
    pub firewall_policy_out: Option<Policy>,
    /// The guest starts with its node.
    pub onboot: bool,
    /// The customer may set the reverse names of the addresses.
    pub client_rdns: bool,
    /// A reverse name must lead to the address before it is accepted.
    pub rdns_forward_check: bool,
    /// The customer may start the guest.
    pub client_start: bool,
    /// The customer may switch the guest off.
    pub client_stop: bool,
    /// The customer may restart the guest.
    pub client_reboot: bool,
    /// The customer sees graphs of what the guest uses.
    pub client_graphs: bool,
    /// The mail of a guest that is ready may tell its password.
    pub mail_password: bool,
}

impl Default for More {
    fn default() -> Self {
        More {
            shutdown_timeout_s: 120,
            live_change: false,
            clone_slots_per_storage: 3,
            firewall_policy_in: None,
            firewall_policy_out: None,
            onboot: true,
            client_rdns: true,
            rdns_forward_check: true,
            client_start: true,
            client_stop: true,
            client_reboot: true,
            client_graphs: true,
            mail_password: false,
        }
    }
}

/// What a firewall does with traffic that no rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Policy {
    /// Let through.
    Accept,
    /// Thrown away without an answer.
    Drop,
    /// Refused with an answer.
    Reject,
}

impl Policy {
    /// The word that PVE uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Policy::Accept => "ACCEPT",
            Policy::Drop => "DROP",
            Policy::Reject => "REJECT",
        }
    }
}

/// One row of the list of settings.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The key, as it is written.
    pub key: &'static str,
    /// What it does, for the documentation and the admin.
    pub meaning: &'static str,
    /// What it may be, as the end of a sentence.
    pub allowed: &'static str,
    /// Takes the value over, or none if it is not allowed.
    set: fn(&mut More, &str) -> Option<()>,
}

/// All settings that there are.
pub const SETTINGS: &[Setting] = &[
    Setting {
        key: "shutdown_timeout",
        meaning: "how long a guest may take to shut down before it is stopped",
        allowed: "a number of seconds from 10 to 3600",
        set: |more, value| number(value, 10, 3600).map(|n| more.shutdown_timeout_s = n.into()),
    },
    Setting {
        key: "live_change",
        meaning: "apply a change of the package to the running guest as far as possible",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.live_change = on),
    },
    Setting {
        key: "clone_slots_per_storage",
        meaning: "how many clones may run on one storage at the same time",
        allowed: "a number from 1 to 20",
        set: |more, value| number(value, 1, 20).map(|n| more.clone_slots_per_storage = n),
    },
    Setting {
        key: "firewall_policy_in",
        meaning: "what the guest's firewall does with incoming traffic that no rule matches",
        allowed: "ACCEPT, DROP or REJECT",
        set: |more, value| policy(value).map(|policy| more.firewall_policy_in = Some(policy)),
    },
    Setting {
        key: "firewall_policy_out",
        meaning: "what the guest's firewall does with outgoing traffic that no rule matches",
        allowed: "ACCEPT, DROP or REJECT",
        set: |more, value| policy(value).map(|policy| more.firewall_policy_out = Some(policy)),
    },
    Setting {
        key: "onboot",
        meaning: "start the guest with its node",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.onboot = on),
    },
    Setting {
        key: "client_rdns",
        meaning: "let the customer set the reverse names of the addresses",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.client_rdns = on),
    },
    Setting {
        key: "rdns_forward_check",
        meaning: "a reverse name must lead to the address before it is accepted",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.rdns_forward_check = on),
    },
    Setting {
        key: "client_start",
        meaning: "let the customer start the VM",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.client_start = on),
    },
    Setting {
        key: "client_stop",
        meaning: "let the customer switch the VM off",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.client_stop = on),
    },
    Setting {
        key: "client_reboot",
        meaning: "let the customer restart the VM",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.client_reboot = on),
    },
    Setting {
        key: "client_graphs",
        meaning: "show the customer graphs of what the VM uses",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.client_graphs = on),
    },
    Setting {
        key: "mail_password",
        meaning: "tell the password in the mail of a VM that is ready",
        allowed: "on or off",
        set: |more, value| switch(value).map(|on| more.mail_password = on),
    },
];

fn number(text: &str, least: u32, most: u32) -> Option<u32> {
    text.parse().ok().filter(|n| (least..=most).contains(n))
}

fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "yes" | "true" | "1" => Some(true),
        "off" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn policy(text: &str) -> Option<Policy> {
    [Policy::Accept, Policy::Drop, Policy::Reject]
        .into_iter()
        .find(|p| p.as_str().eq_ignore_ascii_case(text))
}

impl More {
    /// Reads the lines; empty ones and those that begin with `#` are skipped. The error is one sentence.
    pub(super) fn parse(text: &str) -> Result<More, String> {
        let mut more = More::default();
        let mut seen = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = more
                .set_line(line)
                .map_err(|why| format!("line {}: {why}", index + 1))?;
            if seen.contains(&key) {
                return Err(format!("line {}: {key} is there twice", index + 1));
            }
            seen.push(key);
        }
        Ok(more)
    }

    fn set_line(&mut self, line: &str) -> Result<&'static str, String> {
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| format!("{} is not of the form key = value", quoted(line)))?;
        let (key, value) = (key.trim(), value.trim());
        let setting = SETTINGS
            .iter()
            .find(|setting| setting.key.eq_ignore_ascii_case(key))
            .ok_or_else(|| {
                let near = nearest(key, SETTINGS.iter().map(|setting| setting.key));
                format!("{} is not known, did you mean {near}?", quoted(key))
            })?;
        (setting.set)(self, value)
            .ok_or_else(|| format!("{} is {}, not {}", setting.key, setting.allowed, quoted(value)))?;
        Ok(setting.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_taken_over() {
        assert_eq!(More::parse(" \n# nothing\n"), Ok(More::default()));
        let text = "shutdown_timeout = 30\r\nLive_Change=on\nclone_slots_per_storage=1\nfirewall_policy_in = drop\n\
                    firewall_policy_out=ACCEPT\nonboot=off\nclient_rdns = No\nrdns_forward_check=off\n\
                    client_start=off\nclient_stop=off\nclient_reboot=off\nclient_graphs=off\nmail_password=on\n";
        let expected = More {
            shutdown_timeout_s: 30,
            live_change: true,
            clone_slots_per_storage: 1,
            firewall_policy_in: Some(Policy::Drop),
            firewall_policy_out: Some(Policy::Accept),
            onboot: false,
            client_rdns: false,
            rdns_forward_check: false,
            client_start: false,
            client_stop: false,
            client_reboot: false,
            client_graphs: false,
            mail_password: true,
        };
        assert_eq!(More::parse(text), Ok(expected.clone()));
        let stored = serde_json::to_value(&expected).unwrap();
        assert_eq!(stored["firewall_policy_in"], "DROP");
        assert_eq!(serde_json::from_value::<More>(stored).unwrap(), expected);
        assert_eq!(serde_json::from_str::<More>("{}").unwrap(), More::default());
    }

    #[test]
    fn a_bad_line_says_why() {
        let cases = [
            ("onboot", "line 1: \"onboot\" is not of the form key = value"),
            (
                "\nshutdown = 3",
                "line 2: \"shutdown\" is not known, did you mean shutdown_timeout?",
            ),
            (
                "policy_in=DROP",
                "line 1: \"policy_in\" is not known, did you mean firewall_policy_in?",
            ),
            ("rdns=on", "line 1: \"rdns\" is not known, did you mean client_rdns?"),
            ("onboot=on\nONBOOT=on", "line 2: onboot is there twice"),
            ("onboot=maybe", "line 1: onboot is on or off, not \"maybe\""),
            ("live_change=", "line 1: live_change is on or off, not \"\""),
            ("client_rdns=2", "line 1: client_rdns is on or off, not \"2\""),
            (
                "shutdown_timeout=9",
                "line 1: shutdown_timeout is a number of seconds from 10 to 3600, not \"9\"",
            ),
            (
                "shutdown_timeout=3601",
                "line 1: shutdown_timeout is a number of seconds from 10 to 3600, not \"3601\"",
            ),
            (
                "clone_slots_per_storage=0",
                "line 1: clone_slots_per_storage is a number from 1 to 20, not \"0\"",
            ),
            (
                "clone_slots_per_storage=21",
                "line 1: clone_slots_per_storage is a number from 1 to 20, not \"21\"",
            ),
            (
                "firewall_policy_in=ALLOW",
                "line 1: firewall_policy_in is ACCEPT, DROP or REJECT, not \"ALLOW\"",
            ),
            (
                "firewall_policy_out=-",
                "line 1: firewall_policy_out is ACCEPT, DROP or REJECT, not \"-\"",
            ),
        ];
        for (text, why) in cases {
            assert_eq!(More::parse(text), Err(why.to_owned()), "{text}");
        }
    }
}
