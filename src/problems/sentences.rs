//! Parts of sentences.

pub(super) fn and_others(number: usize) -> String {
    match number {
        0 => String::new(),
        number => format!(", and {number} more addresses of the line are leased"),
    }
}

pub(super) fn minutes(seconds: f64) -> String {
    format!("{} minutes", (seconds / 60.0).ceil())
}
