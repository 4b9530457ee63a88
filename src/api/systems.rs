//! The operating systems that a service may be made anew with: for the page that offers them, and for whoever asks for one.
//! They are those of WHMCS's option of the order; where there is none, those that the product names.

use super::request::{Flag, Number, Text};
use crate::guest::decimal;
use crate::package::{Package, systems, template_of};
use crate::problems::{Error, Refusal};
use crate::service::Service;
use crate::service::choices::{ChosenSystem, InWhmcs};
use crate::words::ids::{Vmid, quoted};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a page sends for the operating system of the order, which may be on no list.
const ORDERED: &str = "ordered";

/// An operating system as it is offered.
struct Offer {
    template: Vmid,
    label: String,
    /// It costs more than what the service has, or is not sold for its billing cycle: only an upgrade leads to it.
    dearer: bool,
    /// It costs less than what the service has, which is given up for it.
    cheaper: bool,
    /// The option and the choice in WHMCS.
    in_whmcs: Option<(u64, u64)>,
    /// Whether the service has it in WHMCS.
    is_had: bool,
}

/// An operating system that WHMCS sells with a service.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SystemIn {
    /// The configurable option.
    option: Number,
    /// The choice of it.
    choice: Number,
    /// What an order says where it is chosen: the template.
    value: Text,
    /// What customers read; empty: the value.
    label: Text,
    /// Whether it is offered to nobody who has not got it.
    hidden: Flag,
    /// Whether the service has it.
    had: Flag,
    /// Its price for the service's billing cycle; -1 or missing: it is not sold for that.
    price: Value,
    /// What it costs once.
    setup: Value,
}

/// An operating system as a page draws it.
#[derive(Debug, Serialize)]
pub(super) struct SystemOut {
    /// Its template.
    template: Vmid,
    /// What customers read.
    label: String,
    /// Under which heading it stands.
    group: String,
    /// Its name below that.
    name: String,
    /// Which picture it has.
    family: &'static str,
    /// Whether the guest was made from it.
    current: bool,
    /// Whether it is what the order names: it is built where no other is chosen.
    ordered: bool,
    /// Whether it costs more than what the service has, or is not sold for its billing cycle.
    dearer: bool,
    /// Whether it costs less than what the service has: where it is chosen, WHMCS has that from then on, and the way back is an
    /// upgrade.
    cheaper: bool,
}

/// A price of WHMCS. What has none, and what is not sold for the billing cycle (-1), cannot be had without an upgrade.
fn price(price: &Value) -> f64 {
    decimal(price).unwrap_or(f64::INFINITY)
}

/// What WHMCS sells. What is hidden is offered to nobody who has not got it.
fn sold(rows: &[SystemIn]) -> Vec<Offer> {
    let paid = rows.iter().find(|row| row.had.0);
    // who pays nobody knows what is not given more for it
    let known = |price: fn(&SystemIn) -> &Value| paid.and_then(|row| decimal(price(row))).unwrap_or(0.0);
    let (paid_price, paid_setup) = (known(|row| &row.price), known(|row| &row.setup));
    let seen = rows.iter().filter(|row| !row.hidden.0 || row.had.0);
    let offer = |row: &SystemIn| {
        let is_had = row.had.0;
        let label = Some(row.label.trim()).filter(|label| !label.is_empty());
        Some(Offer {
            template: template_of(&row.value.0).ok()?,
            label: label.unwrap_or(&row.value.0).to_owned(),
            dearer: !is_had && (price(&row.price) > paid_price || price(&row.setup) > paid_setup),
            cheaper: !is_had && (0.0..paid_price).contains(&price(&row.price)),
            in_whmcs: row.option.0.zip(row.choice.0),
            is_had,
        })
    };
    seen.filter_map(offer).collect()
}

/// Everything that is offered, in the order of the shop.
fn offers(rows: &[SystemIn], package: &Package) -> Vec<Offer> {
    let sold = sold(rows);
    if !sold.is_empty() {
        return sold;
    }
    let named = package.more.os_choices.iter().map(|system| Offer {
        template: system.template,
        label: system.label.clone(),
        dearer: false,
        cheaper: false,
        in_whmcs: None,
        is_had: false,
    });
    named.collect()
}

/// The operating system that a request chooses; none where it is the one that the order has anyway. `ordered`:
/// the template that WHMCS names.
///
/// # Errors
/// One that is not offered, or costs more.
pub(super) fn chosen(
    asked: &Value,
    sold: &[SystemIn],
    service: &Service,
    package: &Package,
    ordered: Vmid,
) -> Result<Option<ChosenSystem>, Error> {
    let text = match asked {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let not_offered = || Refusal::NotOffered(quoted(&text), service.id);
    let template = match text.as_str() {
        ORDERED => ordered,
        number => number.parse().map_err(|_| not_offered())?,
    };
    if template == package.template {
        return Ok(None);
    }
    let offers = offers(sold, package);
    let had = offers.iter().find(|offer| offer.is_had);
    let before = had.and_then(|offer| offer.in_whmcs).map_or(0, |(_, choice)| choice);
    let mut meant = offers.iter().filter(|offer| offer.template == template);
    let affordable = meant.clone().find(|offer| !offer.dearer);
    let Some(offer) = affordable.or_else(|| meant.next()) else {
        if template == ordered {
            // it is paid for, whatever else the product offers; as it is on no list, the choice is forgotten once it is built
            return Ok(Some(ChosenSystem {
                template,
                instead_of: ordered,
                in_whmcs: None,
            }));
        }
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
pub(super) fn systems_out(sold: &[SystemIn], service: &Service, package: &Package) -> Vec<SystemOut> {
    let body = &service.body;
    let current = body
        .cloned_from
        .or(body.package.as_ref().map(|package| package.template));
    let mut shown: Vec<Offer> = Vec::new();
    for offer in offers(sold, package) {
        match shown.iter_mut().find(|other| other.template == offer.template) {
            Some(other) if other.dearer && !offer.dearer => *other = offer,
            Some(_) => {}
            None => shown.push(offer),
        }
    }
    let one = |offer: Offer| SystemOut {
        template: offer.template,
        group: systems::group(&offer.label).into(),
        name: systems::name(&offer.label).into(),
        family: systems::family(&offer.label),
        current: Some(offer.template) == current,
        ordered: offer.template == package.template,
        dearer: offer.dearer,
        cheaper: offer.cheaper && !offer.dearer,
        label: offer.label,
    };
    shown.into_iter().map(one).collect()
}
