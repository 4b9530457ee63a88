//! The options of a package, as PHP gets them.

use super::{PackageIn, Text, package_of, parse};
use crate::api::output::reply;
use crate::package::{ConfigOption, Field, Kind, Place, Row, Step, config_options, form, misnamed, options};
use crate::problems::Error;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All options that there are: names, places, kinds, defaults.
pub fn options_out() -> Value {
    options().map(row_out).collect()
}

fn row_out(row: &Row) -> Value {
    let (kind, least, most) = match row.kind {
        Kind::Switch => ("switch", None, None),
        Kind::Number(least, most) => ("number", Some(least), Some(most)),
        Kind::Choice(_) => ("choice", None, None),
        Kind::Text => ("text", None, None),
        Kind::Lines => ("lines", None, None),
        Kind::Settings => ("settings", None, None),
        Kind::Node => ("node", None, None),
        Kind::Template => ("template", None, None),
        Kind::Storage(_) => ("storage", None, None),
        Kind::Bridge => ("bridge", None, None),
    };
    let field = match row.place {
        Place::Field(number) => Some(number),
        Place::More | Place::Order => None,
    };
    let without = match row.kind {
        Kind::Storage(without) => Some(without),
        _ => None,
    };
    let ordered = row
        .ordered
        .map(|of| json!({"name": of.name, "short": of.short, "most": of.most}));
    json!({
        "key": row.key,
        "name": row.name,
        "field": field,
        "more": row.place == Place::More,
        "kind": kind,
        "choices": row.choices(),
        "least": least,
        "most": most,
        "without": without,
        "unit": row.unit,
        "default": row.default(),
        "group": row.group.as_str(),
        "simple": row.simple,
        "reserved": row.reserved,
        "resource": row.resource,
        "ordered": ordered,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FormIn {
    package: PackageIn,
    values: BTreeMap<String, Text>,
}

/// The options of a product as fields of a form, with what was typed: `{"package": {"options": […]}, "values": {…}}` →
/// `fields`, `lines`, `right`, and the `options` to store.
pub fn form_out(request: &Value) -> Result<Value, Error> {
    let FormIn { package, values } = parse(request)?;
    if let Some(key) = values.keys().find(|key| !options().any(|row| row.key == **key)) {
        return Err(Error::Request(format!("there is no option {key:?}")));
    }
    let values = values.into_iter().map(|(key, text)| (key, text.0)).collect();
    let form = form(&package.texts(), &values);
    let right = form.is_right();
    let field = |field: Field| {
        json!({
            "key": field.key,
            "value": field.value,
            "meant": field.meant,
            "changed": field.changed,
            "wrong": field.wrong,
        })
    };
    let fields: Vec<Value> = form.fields.into_iter().map(field).collect();
    Ok(reply(
        json!({"fields": fields, "lines": form.lines, "right": right, "options": form.options}),
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NamesIn {
    names: Vec<Text>,
}

/// The configurable options for a new option group, each with what the package of the request has without it; of the
/// `names` of a group those that other modules use or that are mistyped, with the name that is `meant` where it is known.
pub fn config_options_out(request: &Value) -> Result<Value, Error> {
    let package = package_of(request)?;
    let NamesIn { names } = parse(request)?;
    let step = |step: &Step| json!({"value": step.value, "number": step.number, "unit": step.unit});
    let row = |option: ConfigOption| {
        json!({
            "key": option.key, "name": option.name, "short": option.short, "included": option.included,
            "most": option.most, "steps": option.steps.iter().map(step).collect::<Vec<_>>(),
        })
    };
    let rows: Vec<Value> = config_options(&package).map(row).collect();
    let misnamed = misnamed(names.iter().map(|name| name.0.as_str())).into_iter();
    let misnamed: Vec<Value> = misnamed
        .map(|(name, meant)| json!({"name": name, "meant": meant}))
        .collect();
    Ok(json!({"config_options": rows, "misnamed": misnamed}))
}
