//! The drawing of the states, from the table: the documents show this text.

use super::lookup::finished;
use super::row::{Kind, Needs, Row};
use super::table::{PIPELINE, SIDE, acts};
use std::fmt::Write;

/// The states of a service, as text: the pipeline from top to bottom with the button that forces each step and what it
/// needs of the VM, then what leaves the other statuses under which name, then the acts that move a service.
pub fn drawing() -> String {
    let mut text = String::new();
    for row in PIPELINE {
        let label = row.label.unwrap_or("(no button)");
        let _ = writeln!(text, "{}\n  │  {label:<36}{}\n  ▼", row.from, needs(row));
    }
    let _ = writeln!(text, "{}\n", finished());
    let moving = acts::ALL.iter().copied().filter(|row| row.from != row.to);
    for row in SIDE.iter().chain(moving) {
        let words = match row.kind {
            Kind::Queued(verb) | Kind::Ends(verb) => verb,
            Kind::Builds | Kind::Act => row.label.unwrap_or(row.name),
        };
        let arrow = format!("{} ──▶ {}", row.from, row.to);
        let _ = writeln!(text, "{arrow:<28}{words:<36}{}", needs(row));
    }
    text
}

fn needs(row: &Row) -> &'static str {
    match row.needs {
        Needs::NoGuest => "no VM yet",
        Needs::AnyPower => "VM running or stopped",
        Needs::Stopped => "VM stopped",
        Needs::Anything => "with or without a VM",
        Needs::Unmarked => "VM of nobody",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::status::Status;

    #[test]
    fn each_status_and_each_row_is_drawn() {
        let drawing = drawing();
        for status in Status::ALL {
            let begins = |line: &str| line.split(' ').next() == Some(status.as_str());
            let ends = |line: &str| line.contains(&format!("──▶ {status} "));
            assert!(
                drawing.lines().any(|line| begins(line) || ends(line)),
                "{status}\n{drawing}"
            );
        }
        for row in PIPELINE.iter().chain(SIDE) {
            assert!(
                row.label
                    .is_none_or(|label| drawing.contains(label.trim_start_matches('*')))
            );
        }
        assert!(drawing.contains("clone\n  │  **Set CPU RAM ->                    VM stopped\n  ▼\nset_cpu_ram\n"));
        assert!(
            drawing
                .contains("\nchange_package ──▶ ready    Change Package                      VM running or stopped\n")
        );
        assert!(
            drawing
                .contains("\nready ──▶ set_ip            **VMRemove                          with or without a VM\n")
        );
    }
}
