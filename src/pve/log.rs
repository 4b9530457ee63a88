//! What a failed task's log says beyond its last line.

use super::client::{Client, Request, encode};
use super::error::{Error, cut};
use super::meter::Kind;
use super::wire::Method;
use crate::limits;
use crate::model::Upid;

/// How lines begin that say what is being done, or that nothing is there to say (qemu-server, pve-storage, pve-common): the
/// cause of a failure is none of them.
const STEPS: [&str; 21] = [
    "TASK ",
    "transferred ",
    "create full clone of drive",
    "create linked clone of drive",
    "creating a clone of VM",
    "clone ",
    "Formatting '",
    "allocated target volume",
    "generating cloud-init ISO",
    "trying to acquire",
    "OK",
    "Logical volume ",
    "Wiping ",
    "Rounding up size",
    "update VM ",
    "Resuming suspended VM",
    "Requesting HA ",
    "task started by",
    "drive mirror ",
    "no content",
    "unable to open file",
];

/// The last lines of a log that tell why its task failed with `words`, oldest first: no progress, nothing twice.
fn telling<'a>(lines: impl DoubleEndedIterator<Item = &'a str>, words: &str) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for line in lines.rev().map(str::trim) {
        let is_step = STEPS.iter().any(|step| line.starts_with(step)) || line.ends_with('%') || line.contains("%)");
        let known = words.contains(line) || told.iter().any(|other| other == line);
        if line.is_empty() || is_step || known || line.contains(words) {
            continue;
        }
        told.push(cut(line, limits::LOG_LINE_CHARS));
        if told.len() == limits::LOG_LINES_TOLD {
            break;
        }
    }
    told.reverse();
    told
}

impl Client {
    /// The telling lines of a failed task's log: `GET /nodes/{node}/tasks/{upid}/log`, page by page to its end.
    pub fn task_words(&self, upid: &Upid, words: &str) -> Result<Vec<String>, Error> {
        let path = format!("/nodes/{}/tasks/{}/log", upid.node(), encode(upid.as_str()));
        let mut last = Vec::new();
        for page in 0..limits::TASK_LOG_PAGES {
            let request = Request::new(Method::Get, path.clone(), Kind::Look)
                .with("start", (page * limits::TASK_LOG_LINES).to_string())
                .with("limit", limits::TASK_LOG_LINES.to_string());
            let data = self.request(&request)?;
            let lines = data.as_array().into_iter().flatten();
            let texts: Vec<String> = lines
                .filter_map(|line| line["t"].as_str().map(|text| self.masked(text)))
                .collect();
            let full = texts.len() >= limits::TASK_LOG_LINES as usize;
            last.extend(texts);
            // the cause stands at the end
            let superfluous = last.len().saturating_sub(limits::TASK_LOG_LINES as usize);
            last.drain(..superfluous);
            if !full {
                break;
            }
        }
        let masked = self.masked(&last.join("\n"));
        Ok(telling(masked.lines(), words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(log: &str, words: &str) -> Vec<String> {
        telling(log.lines(), words)
    }

    #[test]
    fn the_cause_is_told_and_neither_steps_nor_progress() {
        let start = "generating cloud-init ISO\n\
                     no physical interface on bridge 'vmbr0'\n\
                     kvm: -netdev type=tap,id=net0: network script /var/lib/qemu-server/pve-bridge failed with status 512\n\
                     TASK ERROR: start failed: QEMU exited with code 1\n";
        let lines = told(start, "start failed: QEMU exited with code 1");
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0], "no physical interface on bridge 'vmbr0'");
        assert!(lines[1].ends_with("failed with status 512"));
        let clone = "create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)\n\
                     Formatting '/var/lib/vz/images/100/vm-100-disk-0.qcow2', fmt=qcow2 size=2147483648\n\
                     transferred 0.0 B of 2.0 GiB (0.00%)\n\
                     qemu-img: error while writing at byte 5242880: No space left on device\n\
                     TASK ERROR: clone failed: copy failed: exit code 1\n";
        assert_eq!(
            told(clone, "clone failed: copy failed: exit code 1"),
            ["qemu-img: error while writing at byte 5242880: No space left on device"]
        );
        for nothing in [
            "",
            "no content",
            "unable to open file - No such file",
            "a%",
            "OK\n OK\n",
        ] {
            assert_eq!(told(nothing, "x"), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn few_lines_of_bounded_length_are_told() {
        let long = "é".repeat(10_000);
        let log = format!("one\ntwo\nthree\n{long}\nfour\nfour\n");
        let lines = told(&log, "x");
        assert_eq!(lines.len(), limits::LOG_LINES_TOLD);
        assert!(
            lines
                .iter()
                .all(|line| line.chars().count() <= limits::LOG_LINE_CHARS + 1)
        );
        assert_eq!(lines.last().map(String::as_str), Some("four"));
    }
}
