//! Changes of a server entry's address lines, as texts: what is not meant stays as it is, to the byte.
//!
//! The lines are the hoster's own text, in WHMCS. A change gives a new text; whether it may be stored is decided by whoever
//! knows what is leased.

use super::{Pool, line, reserved};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// An address line more, at the end.
    Add(String),
    /// Another address line in the place of this one.
    Replace(usize, String),
    /// Without this line.
    Remove(usize),
    /// An address, or a range, is kept back, with a note.
    Reserve(String, String),
    /// Without the reservation of this line: its addresses may be leased again.
    Release(usize),
    /// Staff are warned when fewer are free; `None`: when less than a tenth is.
    Warn(Option<u64>),
}

/// The text with a change, and the number of the line that is new; an error is one sentence.
pub fn edited(text: &str, edit: &Edit) -> Result<(String, Option<usize>), String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let pool = Pool::parse(text);
    let number = match edit {
        Edit::Add(line) => Some(added(&mut lines, address_line(line)?)),
        Edit::Replace(number, line) => {
            *place(&pool, &mut lines, *number)? = address_line(line)?;
            Some(*number)
        }
        Edit::Remove(number) => {
            place(&pool, &mut lines, *number)?;
            lines.remove(number - 1);
            None
        }
        Edit::Reserve(range, note) => {
            let note: String = note.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = format!("reserve {} {note}", range.replace(' ', ""));
            parsed(&line)?;
            Some(added(&mut lines, line.trim_end().to_owned()))
        }
        Edit::Release(number) => {
            release(&pool, &mut lines, *number)?;
            None
        }
        Edit::Warn(level) => {
            warn(&mut lines, *level);
            None
        }
    };
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Ok((lines.join(end), number))
}

fn added(lines: &mut Vec<String>, line: String) -> usize {
    while lines.last().is_some_and(|last| last.trim().is_empty()) {
        lines.pop();
    }
    lines.push(line);
    lines.len()
}

/// Reads an address line as the text would be read.
fn address_line(text: &str) -> Result<String, String> {
    if text.contains(['\r', '\n']) {
        return Err("a line ends where it ends: leave out the line break".to_owned());
    }
    line::parse(1, text.trim())?;
    Ok(text.trim().to_owned())
}

fn parsed(text: &str) -> Result<(), String> {
    match reserved::word(1, text) {
        Some(Err(why)) => Err(why),
        _ => Ok(()),
    }
}

/// An address line, or one that was meant to be: comments and the other lines are changed by their own edits.
fn place<'a>(pool: &Pool, lines: &'a mut [String], number: usize) -> Result<&'a mut String, String> {
    let is_line = pool
        .lines
        .iter()
        .map(|line| line.line)
        .chain(pool.bad.iter().map(|bad| bad.line));
    let found = is_line.into_iter().any(|line| line == number);
    let line = number.checked_sub(1).and_then(|index| lines.get_mut(index));
    line.filter(|_| found)
        .ok_or_else(|| format!("line {number} is no address line any more: load the page again"))
}

/// Takes the line away; what other lines keep back of its addresses stays so.
fn release(pool: &Pool, lines: &mut Vec<String>, number: usize) -> Result<(), String> {
    if !pool.reserved.iter().any(|kept| kept.line == number) {
        return Err(format!("line {number} reserves nothing any more: load the page again"));
    }
    lines.remove(number - 1);
    Ok(())
}

fn warn(lines: &mut Vec<String>, level: Option<u64>) {
    let is_warn = |line: &String| line.split_whitespace().next() == Some("warn");
    lines.retain(|line| !is_warn(line));
    if let Some(level) = level {
        added(lines, format!("warn {level}"));
    }
}
