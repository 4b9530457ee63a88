//! The applications that a guest may be made anew with: those of the product's list, the order's own, and none.

use crate::package::Package;
use crate::package::applications::NONE;
use crate::problems::{Error, Refusal};
use crate::service::choices::ChosenApplication;
use crate::words::ids::{ServiceId, SnippetName, quoted};
use serde::Serialize;

/// An application as a page offers it.
#[derive(Debug, Serialize)]
pub(super) struct ApplicationOut {
    /// Its name, as a request chooses it.
    name: SnippetName,
    /// What customers read.
    label: String,
    /// Whether it is what the order names.
    ordered: bool,
    /// Whether it is what is installed where nothing else is chosen.
    current: bool,
}

/// The application that a request chooses; none where it is the one that would be installed anyway. `package`: with that one,
/// `ordered`: what WHMCS names.
///
/// # Errors
/// One that is not offered.
pub(super) fn chosen(
    asked: &str,
    service: ServiceId,
    package: &Package,
    ordered: Option<&SnippetName>,
) -> Result<Option<ChosenApplication>, Error> {
    let asked = asked.trim();
    if asked.is_empty() {
        return Ok(None);
    }
    let name = if asked == NONE {
        None
    } else {
        let name = asked.parse::<SnippetName>().ok();
        let mut listed = package.more.applications.iter();
        let is_offered = |name: &SnippetName| ordered == Some(name) || listed.any(|one| one.name == *name);
        let not_offered = || Refusal::NoSuchApplication(quoted(asked), service);
        Some(name.filter(is_offered).ok_or_else(not_offered)?)
    };
    let is_had = name == package.application;
    Ok((!is_had).then(|| ChosenApplication {
        name,
        instead_of: ordered.cloned(),
    }))
}

/// The applications as a page draws them; none where there is nothing to choose. `ordered`: what WHMCS names, `current`: what
/// would be installed.
pub(super) fn applications_out(package: &Package, current: Option<&SnippetName>) -> Vec<ApplicationOut> {
    let ordered = package.application.as_ref();
    let listed = package.more.applications.iter();
    let mut shown: Vec<(SnippetName, String)> = listed.map(|one| (one.name.clone(), one.label.clone())).collect();
    if let Some(name) = ordered.filter(|name| shown.iter().all(|(listed, _)| listed != *name)) {
        shown.insert(0, (name.clone(), name.to_string()));
    }
    let one = |(name, label): (SnippetName, String)| ApplicationOut {
        ordered: Some(&name) == ordered,
        current: Some(&name) == current,
        name,
        label,
    };
    shown.into_iter().map(one).collect()
}
