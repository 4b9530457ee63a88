//! What a task's log says: of a clone's progress, and of a failure beyond its last line.

use super::client::{Client, Request, encode};
use super::error::{Error, cut};
use super::meter::Kind;
use super::wire::Method;
use crate::words::ids::Upid;
use crate::words::limits;

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

/// What new lines of a clone's log say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogSeen {
    /// So many lines have been read by now.
    pub lines: u32,
    /// So many disks have been begun in the new ones.
    pub disks_begun: u32,
    /// How much of the disk at work is copied, percent, as far as the new lines say.
    pub percent: Option<f64>,
    /// How it has ended, by its last line; that is where Proxmox VE has a task's end from too (`PVE::UPID`).
    pub end: Option<LogEnd>,
}

/// How a task's log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEnd {
    /// `TASK OK`, or with warnings.
    Ok,
    /// `TASK ERROR: …`
    Failed,
}

impl LogSeen {
    /// `from`: the number of lines before these.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>, from: u32) -> LogSeen {
        let mut seen = LogSeen {
            lines: from,
            ..LogSeen::default()
        };
        for line in lines {
            seen.lines = seen.lines.saturating_add(1);
            seen.end = match line {
                "TASK OK" => Some(LogEnd::Ok),
                _ if line.starts_with("TASK WARNINGS: ") => Some(LogEnd::Ok),
                _ if line.starts_with("TASK ERROR: ") => Some(LogEnd::Failed),
                _ => None,
            };
            if line.starts_with("create full clone of drive") {
                seen.disks_begun += 1;
                seen.percent = None;
            }
            seen.percent = percent(line).or(seen.percent);
        }
        seen
    }
}

/// The percentage of `transferred 1.0 GiB of 10.0 GiB (10.00%)` (PVE/QemuServer/QemuImage.pm) and of `drive-scsi0:
/// transferred 1.0 GiB of 10.0 GiB (10.00%) in 5s` (PVE/QemuServer/BlockJob.pm); a snapshot that is deleted from a chain of
/// volumes under a running guest is `commit-drive-scsi0` or `stream-drive-scsi0` there (PVE/QemuServer/VolumeChain.pm). A
/// backup says it of all disks together: `INFO:  10% (1.0 GiB of 10.0 GiB) in 3s, …` (PVE/VZDump/QemuServer.pm); so does
/// what reads one: `progress 10% (read …` (`vma extract` and `pbs-restore` of pve-qemu, the latter once for each disk).
fn percent(line: &str) -> Option<f64> {
    let number = if let Some((before, words)) = line.split_once("transferred ") {
        let jobs = ["drive-", "commit-drive-", "stream-drive-"];
        let is_own = before.is_empty() || jobs.iter().any(|job| before.starts_with(job));
        let (_, number) = words.split_once('%')?.0.rsplit_once('(')?;
        is_own.then_some(number)?
    } else {
        let words = line.strip_prefix("INFO:").or_else(|| line.strip_prefix("progress "))?;
        words.split_once("% (")?.0.trim_start()
    };
    let percent: f64 = number.parse().ok()?;
    (0.0..=100.0).contains(&percent).then_some(percent)
}

/// Whether tasks of its kind print how far they are: copies of disks, snapshots that are merged into their chain, backups and
/// what restores them. All others say nothing of it, and are not asked.
pub fn prints_progress(upid: &Upid) -> bool {
    ["qmclone", "qmdelsnapshot", "vzdump", "qmrestore"].contains(&upid.kind())
}

impl Client {
    /// How much a task has copied, in percent, as far as its log says (`GET /nodes/{node}/tasks/{upid}/log`); a clone begins at
    /// 0 again with each further disk.
    pub fn task_percent(&self, upid: &Upid) -> Result<Option<f64>, Error> {
        let path = format!("/nodes/{}/tasks/{}/log", upid.node(), encode(upid.as_str()));
        let request = Request::new(Method::Get, path, Kind::Look).with("limit", limits::TASK_LOG_LINES.to_string());
        let data = self.request(&request)?;
        let lines = data.as_array().into_iter().flatten();
        Ok(LogSeen::of(lines.filter_map(|line| line["t"].as_str()), 0).percent)
    }

    /// A failed task's words, and what the end of its log says of the cause. The failure is told with or without.
    pub fn with_cause(&self, upid: &Upid, words: String) -> String {
        let client = self.within(limits::PAGE_SECONDS);
        let told = client.task_words(upid, &words).unwrap_or_default();
        if told.is_empty() {
            return words;
        }
        format!("{words}; its log: {}", told.join(" / "))
    }

    /// What a clone's log says from a line on: `GET /nodes/{node}/tasks/{upid}/log?start=…&limit=…`. `None`: its status has
    /// to be asked for, or the node's list, as many wait on that node.
    pub fn clone_log(&self, upid: &Upid, from: u32) -> Result<Option<LogSeen>, Error> {
        if !self.watch().is_foreseen(upid, self.now()) {
            return Ok(None);
        }
        let path = format!("/nodes/{}/tasks/{}/log", upid.node(), encode(upid.as_str()));
        let request = Request::new(Method::Get, path, Kind::Poll)
            .with("start", from.to_string())
            .with("limit", limits::PROGRESS_LINES.to_string());
        let data = self.request(&request)?;
        let lines = data.as_array().into_iter().flatten();
        let mut texts = lines.filter_map(|line| line["t"].as_str()).peekable();
        // a log that is empty, or not there, reads as one line
        let is_none = |line: &&str| line.starts_with("unable to open file") || *line == "no content";
        if texts.peek().is_some_and(is_none) {
            return Ok(Some(LogSeen::of([].into_iter(), from)));
        }
        let seen = LogSeen::of(texts, from);
        if seen.end == Some(LogEnd::Ok) {
            self.watch().ended(upid);
        }
        Ok(Some(seen))
    }

    /// The telling lines of a failed task's log.
    fn task_words(&self, upid: &Upid, words: &str) -> Result<Vec<String>, Error> {
        let log = self.task_log(upid)?;
        Ok(telling(log.lines(), words))
    }

    /// The last lines of a task's log, and those of them that tell most.
    pub fn task_told(&self, upid: &Upid, lines: usize) -> Result<(Vec<String>, Vec<String>), Error> {
        let log = self.task_log(upid)?;
        let all: Vec<&str> = log.lines().collect();
        let end = all.get(all.len().saturating_sub(lines)..).unwrap_or_default();
        let end = end.iter().map(|line| cut(line, limits::WORDS_CHARS)).collect();
        // there is no sentence that they add to
        Ok((telling(log.lines(), "\n"), end))
    }

    /// The end of a task's log, without secrets: `GET /nodes/{node}/tasks/{upid}/log`, page by page.
    fn task_log(&self, upid: &Upid) -> Result<String, Error> {
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
        Ok(self.masked(&last.join("\n")))
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
    fn progress_is_read_as_pve_prints_it() {
        let percents = [
            ("transferred 0.0 B of 2.0 GiB (0.00%)", Some(0.0)),
            ("transferred 1.0 GiB of 10.0 GiB (10.02%)", Some(10.02)),
            ("transferred 2.0 GiB of 2.0 GiB (100.00%)", Some(100.0)),
            (
                "drive-scsi0: transferred 9.3 GiB of 10.0 GiB (92.86%) in 1m 5s, ready",
                Some(92.86),
            ),
            (
                "commit-drive-scsi0: transferred 1.0 GiB of 2.0 GiB (50.00%) in 7s",
                Some(50.0),
            ),
            (
                "stream-drive-scsi0: transferred 0.0 B of 2.0 GiB (0.00%) in 0s",
                Some(0.0),
            ),
            (
                "INFO:   5% (13.0 MiB of 256.0 MiB) in 3s, read: 4.3 MiB/s, write: 4.0 MiB/s",
                Some(5.0),
            ),
            (
                "INFO: 100% (1.0 GiB of 1.0 GiB) in 1s, read: 1.0 GiB/s, write: 168.9 MiB/s",
                Some(100.0),
            ),
            ("INFO: backup is sparse: 87.13 MiB (34%) total zero data", None),
            ("INFO: Starting Backup of VM 100 (qemu)", None),
            ("progress 12% (read 32243712 bytes, duration 0 sec)", Some(12.0)),
            (
                "progress 1% (read 20971520 bytes, zeroes = 20% (4194304 bytes), duration 0 sec)",
                Some(1.0),
            ),
            ("total bytes read 268435456, sparse bytes 91365376 (34%)", None),
            ("space reduction due to 4K zero blocks 0.116%", None),
            ("transferred 1.0 GiB VM-state, 2.0 GiB/s", None),
            ("transferred of (NaN%)", None),
            ("transferred of (inf%)", None),
            ("transferred of (-1%)", None),
            ("transferred of (101%)", None),
            ("transferred (((%", None),
            ("rbd: transferred 1.0 GiB of 2.0 GiB (50.00%)", None),
            ("Image copy: 50% complete...", None),
            ("Logical volume \"vm-100-disk-0\" created (50.00%)", None),
            ("", None),
        ];
        for (line, wanted) in percents {
            assert_eq!(percent(line), wanted, "{line}");
        }
        let log = "create full clone of drive scsi0 (local:9000/base-9000-disk-0.qcow2)\n\
                   transferred 2.0 GiB of 2.0 GiB (100.00%)\n\
                   create full clone of drive scsi1 (local:9000/base-9000-disk-1.qcow2)\n\
                   allocated target volume 'local:100/vm-100-disk-1.qcow2'";
        let seen = LogSeen::of(log.lines(), 7);
        let wanted = LogSeen {
            lines: 11,
            disks_begun: 2,
            percent: None,
            end: None,
        };
        assert_eq!(seen, wanted);
        let ends = [
            ("TASK OK", Some(LogEnd::Ok)),
            ("TASK WARNINGS: 1", Some(LogEnd::Ok)),
            ("TASK ERROR: clone failed: interrupted by signal", Some(LogEnd::Failed)),
            ("TASK OK\nTASK what", None),
        ];
        for (end, wanted) in ends {
            assert_eq!(LogSeen::of(end.lines(), 0).end, wanted, "{end}");
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
