//! The options of a product as fields of a form.

use crate::api::core::Core;
use crate::api::request::{PackageIn, Text};
use crate::package::{Form, form, options};
use crate::problems::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A product, and what was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct FormIn {
    /// The product.
    package: PackageIn,
    /// What was typed, by the key of its option; empty: the default.
    values: BTreeMap<String, Text>,
}

/// The form.
#[derive(Debug, Serialize)]
pub(in crate::api) struct FormOut {
    /// Its fields.
    #[serde(flatten)]
    form: Form,
    /// Whether each value is one that the option may have, and goes together with the others.
    right: bool,
}

/// The options of a product as fields of a form, with what was typed. Changes nothing: it answers what to store.
pub(in crate::api) fn product_form(_: &Core, request: FormIn) -> Result<FormOut, Error> {
    let FormIn { package, values } = request;
    if let Some(key) = values.keys().find(|key| !options().any(|row| row.key == **key)) {
        return Err(Error::Request(format!("there is no option {key:?}")));
    }
    let values = values.into_iter().map(|(key, text)| (key, text.0)).collect();
    let form = form(&package.texts(), &values);
    let right = form.is_right();
    Ok(FormOut { form, right })
}
