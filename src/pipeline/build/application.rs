//! What cloud-init installs at a guest's first start, and that it is told so no longer than until then.
//!
//! The snippet is *vendor data*: cloud-init merges it with what Proxmox VE itself writes for user, keys and network
//! (qemu-server, `get_custom_cloudinit_files`). Proxmox VE reads the file at each start, and starts no guest whose file is
//! gone; so it is named from before the first start until the guest has read it. That makes no new instance of the guest:
//! its id is made of user data and network alone (`nocloud_gen_metadata`).

use crate::guest::{Config, ConfigChange, PropertyString};
use crate::package::Package;
use crate::pipeline::view::View;
use crate::words::limits;

/// The key that names snippets.
const KEY: &str = "cicustom";
/// What of it is read beside user, keys and network.
const PART: &str = "vendor";

/// A guest that is being built, and is about to be started, is told its application.
pub(super) fn application(view: &View<'_>, change: &mut ConfigChange) {
    let Some(snippet) = view.package.application_snippet().filter(|_| !view.suspended) else {
        return;
    };
    let mut named = PropertyString::parse(view.config.get(KEY).unwrap_or_default());
    if named.get(PART) != Some(&snippet) {
        named.set(PART, Some(&snippet));
        change.set(KEY, named.to_string());
    }
}

/// Whether cloud-init is given an application of the product. A snippet of the template's own is none.
pub fn has_application(package: &Package, config: &Config) -> bool {
    let named = PropertyString::parse(config.get(KEY).unwrap_or_default());
    let snippet = named.get(PART);
    snippet.is_some_and(|snippet| {
        package
            .known_applications()
            .any(|name| package.snippet(name) == snippet)
    })
}

/// It is not told any more once the guest has read it; one that is not started is not told at all.
pub(super) fn application_is_read(view: &View<'_>, change: &mut ConfigChange) {
    let is_read = match view.current {
        _ if view.suspended => true,
        Some(current) if super::runs(view) => current.uptime.is_none_or(|uptime| uptime >= limits::SNIPPET_READ),
        _ => false,
    };
    if !is_read || !has_application(view.package, view.config) {
        return;
    }
    let mut named = PropertyString::parse(view.config.get(KEY).unwrap_or_default());
    named.set(PART, None);
    let rest = named.to_string();
    if rest.is_empty() {
        change.delete.push(KEY.to_owned());
    } else {
        change.set(KEY, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::{Current, FirewallSeen, Power};
    use serde_json::json;

    fn told(package: &Package, named: &str) -> (ConfigChange, ConfigChange) {
        let config = Config::from_json(&json!({ "cicustom": named }));
        let firewall = FirewallSeen::default();
        let current = Current {
            power: Power::Running,
            uptime: Some(limits::SNIPPET_READ),
            ..Current::FRESH_CLONE
        };
        let view = View {
            current: Some(&current),
            ..View::of_config(package, &config, &firewall)
        };
        let (mut before, mut after) = (ConfigChange::default(), ConfigChange::default());
        application(&view, &mut before);
        application_is_read(&view, &mut after);
        (before, after)
    }

    #[test]
    fn what_the_template_names_besides_stays() {
        let mut package = Package::with_defaults("100".parse().unwrap());
        let (before, after) = told(&package, "vendor=local:snippets/own.yaml");
        assert!(before.is_empty() && after.is_empty(), "nothing is sold");
        package.application = "docker".parse().ok();
        let (before, after) = told(&package, "user=local:snippets/own.yaml");
        let both = "user=local:snippets/own.yaml,vendor=local:snippets/docker.yaml";
        assert_eq!(before.set[KEY], both);
        assert!(after.is_empty());
        let (before, after) = told(&package, both);
        assert!(before.is_empty());
        assert_eq!(after.set[KEY], "user=local:snippets/own.yaml");
        let (_, after) = told(&package, "vendor=local:snippets/docker.yaml");
        assert_eq!(after.delete, [KEY]);
    }
}
