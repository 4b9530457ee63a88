//! Numbers as PVE writes them.

use serde_json::Value;

/// A number that may come as text, as PVE likes it.
pub fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(n) => n.as_u64().or_else(|| n.as_f64().map(|f| f as u64)),
        Value::String(text) => text.parse().ok(),
        Value::Bool(yes) => Some(u64::from(*yes)),
        _ => None,
    }
}

/// A measured value that may come as text; what is negative or no number at all is none.
pub fn decimal(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite() && *number >= 0.0)
}
