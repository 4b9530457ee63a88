//! The options of a package: what there is, and a form for those of a product.

use crate::api::core::Core;
use crate::api::request;
use crate::problems::Error;
use serde_json::Value;

/// The options of a product as fields of a form, with what was typed. Changes nothing: it answers what to store.
pub fn product_form(_: &Core, request: &Value) -> Result<Value, Error> {
    request::form_out(request)
}
