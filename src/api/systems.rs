//! The operating systems that a service may be made anew with: for the page that offers them, and for whoever asks for one.
//! They are those of WHMCS's option of the order; where there is none, those that the product names.

use super::request;
use crate::guest::decimal;
use crate::package::{Package, systems, template_of};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::service::choices::{ChosenSystem, InWhmcs};
use crate::words::ids::{Vmid, quoted};
use serde_json::{Value, json};

/// An operating system as it is offered.
struct Offer {
    template: Vmid,
    label: String,
    /// It costs more than what the service has, or is not sold for its billing cycle: only an upgrade leads to it.
    dearer: bool,
    /// The option and the choice in WHMCS.
    in_whmcs: Option<(u64, u64)>,
    /// Whether the service has it in WHMCS.
    is_had: bool,
}

/// A price of WHMCS. What has none, and what is not sold for the billing cycle (-1), cannot be had without an upgrade.
fn price(row: &Value, key: &str) -> f64 {
    decimal(&row[key]).unwrap_or(f64::INFINITY)
}

/// What WHMCS sells: `systems` of a request, each with `option`, `choice`, `value`, `label`, `hidden`, `had`, and for the
/// service's billing cycle `price` and `setup`. What is hidden is offered to nobody who has not got it.
fn sold(request: &Value) -> Vec<Offer> {
    let rows = request["systems"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_had = |row: &&Value| row["had"] == true;
    let paid = rows.iter().find(is_had);
    let paid = |key: &str| paid.map_or(0.0, |row| price(row, key));
    let (paid_price, paid_setup) = (paid("price"), paid("setup"));
    let seen = rows.iter().filter(|row| row["hidden"] != true || is_had(row));
    let offer = |row: &Value| {
        let is_had = row["had"] == true;
        let value = row["value"].as_str()?;
        let label = row["label"].as_str().map(str::trim).filter(|label| !label.is_empty());
        Some(Offer {
            template: template_of(value).ok()?,
            label: label.unwrap_or(value).to_owned(),
            dearer: !is_had && (price(row, "price") > paid_price || price(row, "setup") > paid_setup),
            in_whmcs: request::number(row, "option").zip(request::number(row, "choice")),
            is_had,
        })
    };
    seen.filter_map(offer).collect()
}

/// Everything that is offered, in the order of the shop.
fn offers(request: &Value, package: &Package) -> Vec<Offer> {
    let sold = sold(request);
    if !sold.is_empty() {
        return sold;
    }
    let named = package.more.os_choices.iter().map(|system| Offer {
        template: system.template,
        label: system.label.clone(),
        dearer: false,
        in_whmcs: None,
        is_had: false,
    });
    named.collect()
}

/// The operating system that a request chooses (`template`); none where it is the one that the order has anyway. `ordered`:
/// the template that WHMCS names.
///
/// # Errors
/// One that is not offered, or costs more.
pub(super) fn chosen(
    request: &Value,
    service: &Service,
    package: &Package,
    ordered: Vmid,
) -> Result<Option<ChosenSystem>, Error> {
    let text = match &request["template"] {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let not_offered = || Refusal::NotOffered(quoted(&text), service.id);
    let template: Vmid = text.parse().map_err(|_| not_offered())?;
    if template == package.template {
        return Ok(None);
    }
    let offers = offers(request, package);
    let had = offers.iter().find(|offer| offer.is_had);
    let before = had.and_then(|offer| offer.in_whmcs).map_or(0, |(_, choice)| choice);
    let mut meant = offers.iter().filter(|offer| offer.template == template);
    let affordable = meant.clone().find(|offer| !offer.dearer);
    let Some(offer) = affordable.or_else(|| meant.next()) else {
        return Err(not_offered().into());
    };
    if offer.dearer {
        let label = offer.label.clone();
        return Err(Refusal::Dearer {
            label,
            service: service.id,
        }
        .into());
    }
    Ok(Some(ChosenSystem {
        template,
        instead_of: ordered,
        in_whmcs: offer
            .in_whmcs
            .map(|(option, choice)| InWhmcs { option, before, choice }),
    }))
}

/// The operating systems as a page draws them. `current`: the one that the guest was made from. One that is offered twice is
/// shown once, as it can be had.
pub(super) fn systems_out(request: &Value, service: &Service, package: &Package) -> Value {
    let body = &service.body;
    let current = body
        .cloned_from
        .or(body.package.as_ref().map(|package| package.template));
    let mut shown: Vec<Offer> = Vec::new();
    for offer in offers(request, package) {
        match shown.iter_mut().find(|other| other.template == offer.template) {
            Some(other) if other.dearer && !offer.dearer => *other = offer,
            Some(_) => {}
            None => shown.push(offer),
        }
    }
    let one = |offer: &Offer| {
        json!({
            "template": offer.template,
            "label": offer.label,
            "group": systems::group(&offer.label),
            "name": systems::name(&offer.label),
            "family": systems::family(&offer.label),
            "current": Some(offer.template) == current,
            "dearer": offer.dearer,
        })
    };
    shown.iter().map(one).collect()
}
