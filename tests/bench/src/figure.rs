//! One measured figure: median, spread, and what it is compared with.

use serde_json::{Value, json};

/// A figure of the table.
pub struct Figure {
    /// Its key in `target/bench.json`.
    pub key: &'static str,
    what: String,
    values: Vec<f64>,
    unit: &'static str,
    target: String,
    beside: Vec<(String, Vec<f64>)>,
    notes: Vec<String>,
    detail: Value,
}

pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

fn shown(value: f64) -> String {
    match value.abs() {
        v if v.is_nan() => "not measured".to_owned(),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn range(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if values.len() < 2 || shown(low) == shown(high) {
        shown(median(values))
    } else {
        format!("{} ({} to {})", shown(median(values)), shown(low), shown(high))
    }
}

impl Figure {
    pub fn new(key: &'static str, what: impl Into<String>, unit: &'static str, values: Vec<f64>) -> Self {
        Figure {
            key,
            what: what.into(),
            values,
            unit,
            target: String::new(),
            beside: Vec::new(),
            notes: Vec::new(),
            detail: Value::Null,
        }
    }

    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    pub fn beside(mut self, name: impl Into<String>, values: Vec<f64>) -> Self {
        self.beside.push((name.into(), values));
        self
    }

    /// What belongs into the table in words; its numbers are part of the detail.
    pub fn note(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }

    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// A line of the table; `mariadb`: the same on the other store, where the store matters.
    pub fn row(&self, mariadb: Option<&Figure>) -> String {
        let beside = self
            .beside
            .iter()
            .map(|(name, values)| format!("{name}: {}", range(values)));
        let other_notes = mariadb.into_iter().flat_map(|other| &other.notes);
        let beside: Vec<String> = beside
            .chain(self.notes.iter().cloned())
            .chain(other_notes.map(|note| format!("MariaDB: {note}")))
            .collect();
        format!(
            "| {} | {} | {} | {} | {} |",
            self.what,
            self.value(),
            mariadb.map_or("–".to_owned(), Figure::value),
            self.target,
            beside.join("; ")
        )
    }

    fn value(&self) -> String {
        let space = if self.unit.is_empty() { "" } else { " " };
        format!("{}{space}{}", range(&self.values), self.unit)
    }

    pub fn to_json(&self) -> Value {
        let spread = |values: &[f64]| {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            json!([low, high])
        };
        let beside = self.beside.iter().map(|(name, values)| {
            (
                name.clone(),
                json!({"median": median(values), "spread": spread(values)}),
            )
        });
        json!({
            "what": self.what,
            "unit": self.unit,
            "median": median(&self.values),
            "spread": spread(&self.values),
            "target": self.target,
            "beside": beside.collect::<serde_json::Map<_, _>>(),
            "detail": self.detail,
        })
    }
}

pub fn head() -> &'static str {
    "| What | SQLite: median (spread) | MariaDB | Target | Beside it, in the same run |\n| --- | --- | --- | --- | --- |"
}
