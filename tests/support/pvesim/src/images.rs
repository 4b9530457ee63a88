//! Images of the net: `download-url` into a storage, and disks that are made from them (pve-storage
//! `API2/Storage/Status.pm`, PVE::Tools `download_file_from_url`; qemu-server `API2/Qemu.pm`, `import-from`).

use serde_json::json;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::props::{self, Prop};
use crate::routes::Ctx;
use crate::types::{Answer, Fail, Outcome, die};

/// A file that a node finds in the net.
#[derive(Debug, Clone)]
pub struct WebImage {
    /// Size as a disk, bytes.
    pub size: u64,
    /// Its checksum, whatever the algorithm.
    pub checksum: String,
}

/// A download.
#[derive(Debug, Clone)]
pub struct DownloadJob {
    node: String,
    storage: String,
    url: String,
    file: String,
    checksum: Option<String>,
}

/// POST …/storage/S/download-url
pub fn download(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node, storage) = (ctx.who(), ctx.node(), ctx.uri("storage").to_owned());
    c.demand(&who, &format!("/storage/{storage}"), "Datastore.AllocateTemplate")?;
    let by_root = c.may(&who, "/", "Sys.Audit") && c.may(&who, "/", "Sys.Modify");
    if !by_root && !c.may(&who, &format!("/nodes/{node}"), "Sys.AccessNetwork") {
        return Err(Fail::Forbidden(format!("/nodes/{node}, Sys.AccessNetwork")));
    }
    let p = &ctx.params;
    let content = p.get("content").unwrap_or_default().to_owned();
    let s = c.storage_on(&storage, &node)?;
    if !s.is_dir() {
        return die(format!(
            "can't upload to storage type '{}', not a file based storage!",
            s.kind
        ));
    }
    if !s.content.contains(&content) {
        return die(format!(
            "storage '{storage}' is not configured for content-type '{content}'"
        ));
    }
    // `normalize_content_filename`
    let named = p.get("filename").unwrap_or_default();
    let named = named.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let file: String = named.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    let ends = |ends: &[&str]| ends.iter().any(|end| file.len() > end.len() && file.ends_with(end));
    match content.as_str() {
        "import" if !ends(&[".ova", ".qcow2", ".raw", ".vmdk"]) => {
            return Err(Fail::param("filename", "invalid filename or wrong extension"));
        }
        "iso" if !ends(&[".iso", ".img"]) => return Err(Fail::param("filename", "wrong file extension")),
        _ => {}
    }
    let job = DownloadJob {
        node: node.clone(),
        storage,
        url: p.get("url").unwrap_or_default().to_owned(),
        file: format!("{content}/{file}"),
        checksum: p.get("checksum").map(str::to_ascii_lowercase),
    };
    let upid = c.fork(&who, &node, "download", &file, Job::Download(Box::new(job)));
    Ok(Answer::from(json!(upid)))
}

/// The source of a drive that is made from an image.
fn source(drive: &Prop) -> Option<&str> {
    drive.get("import-from")
}

/// `$check_drive_param` and `$check_storage_access` for a drive that is made from an image.
pub(crate) fn check_source(c: &Cluster, node: &str, who: &Who, key: &str, drive: &Prop) -> Result<(), Fail> {
    let Some(from) = source(drive) else { return Ok(()) };
    if crate::drives::new_disk(&drive.main) != Some(0.0) {
        return Err(Fail::param(
            key,
            "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
        ));
    }
    if from.starts_with('/') {
        if who.is_root() {
            return Ok(());
        }
        return die("Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.");
    }
    let (storage, _) = from.split_once(':').unwrap_or((from, ""));
    c.storage_on(storage, node)?;
    let path = format!("/storage/{storage}");
    if !c.may(who, &path, "Datastore.Allocate") {
        c.demand(who, &path, "Datastore.AllocateSpace|Datastore.Audit")?;
    }
    Ok(())
}

impl Cluster {
    /// Puts a file into the net that the nodes see.
    pub fn publish(&mut self, url: &str, size: u64, checksum: &str) {
        let checksum = checksum.to_ascii_lowercase();
        self.web.insert(url.to_owned(), WebImage { size, checksum });
    }

    pub(crate) fn job_download(&mut self, t: usize, j: &DownloadJob, stage: u32) -> Result<Next, Fail> {
        let volid = format!("{}:{}", j.storage, j.file);
        let path = self.volume_path(&volid);
        if stage == 0 {
            self.say(t, format!("downloading {} to {path}", j.url));
            let Some(there) = self.find_volume(&j.node, &volid) else {
                return Ok(Next::Wait(self.opts.clone_seconds));
            };
            let has = self.volumes[there].checksum.clone().unwrap_or_default();
            return match &j.checksum {
                None => die(format!("refusing to override existing file '{path}'")),
                Some(wanted) if *wanted == has => {
                    self.say(
                        t,
                        "calculating checksum of existing file...OK, got correct file already, no need to download",
                    );
                    Ok(Next::Done)
                }
                Some(wanted) => die(format!("checksum mismatch: got '{has}' != expect '{wanted}', aborting")),
            };
        }
        let Some(found) = self.web.get(&j.url).cloned() else {
            return die(format!(
                "download failed: command '/usr/bin/wget --progress=dot:giga -O {path}.tmp.7 {}' failed: exit code 8",
                j.url
            ));
        };
        if let Some(wanted) = &j.checksum
            && *wanted != found.checksum
        {
            return die(format!(
                "checksum mismatch: got '{}' != expect '{wanted}'",
                found.checksum
            ));
        }
        if self.avail(&j.storage, &j.node) < found.size {
            return die("download failed: No space left on device");
        }
        let format = j.file.rsplit('.').next().unwrap_or("raw").to_owned();
        self.add_volume(&j.node, &j.storage, &j.file, 0, found.size, &format);
        if let Some(volume) = self.volumes.last_mut() {
            volume.vmid = None;
            volume.content = j.file.split('/').next().unwrap_or_default().to_owned();
            volume.checksum = Some(found.checksum);
        }
        self.say(t, "download finished");
        Ok(Next::Done)
    }

    /// The disk of a guest from an image: its size is the image's.
    pub(crate) fn import_disk(&mut self, node: &str, vmid: u32, d: &mut Prop) -> Result<bool, Fail> {
        let Some(from) = d.opts.remove("import-from") else {
            return Ok(false);
        };
        let Some(image) = self.find_volume(node, &from) else {
            return die(format!("cannot import from '{from}' - volume '{from}' does not exist"));
        };
        let size = self.volumes[image].size;
        let format = d.opts.remove("format");
        let storage = d.main.split(':').next().unwrap_or_default().to_owned();
        d.main = self.allocate(node, &storage, vmid, size, format.as_deref())?;
        d.opts.insert("size".into(), crate::text::format_size(size));
        Ok(true)
    }

    /// How long a create copies the images of its drives.
    pub(crate) fn import_seconds(&self, set: &crate::state::Conf) -> f64 {
        let imports = set.iter().filter(|(k, _)| props::is_drive(k));
        let count = imports
            .filter(|(_, v)| source(&props::parse_drive(v)).is_some())
            .count();
        if count > 0 { self.opts.clone_seconds } else { 0.2 }
    }
}
