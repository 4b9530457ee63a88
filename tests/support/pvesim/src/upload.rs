//! `POST …/storage/S/upload`: an ISO from whoever asks (pve-http-server `PVE/APIServer/AnyEvent.pm`, `file_upload_multipart`;
//! pve-storage `API2/Storage/Status.pm`, `upload`).

use serde_json::json;

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::routes::Ctx;
use crate::types::{Answer, Fail, Outcome, Params, Reply, Request, die};

/// An upload whose task runs.
#[derive(Debug, Clone)]
pub struct UploadJob {
    node: String,
    storage: String,
    file: String,
    bytes: Vec<u8>,
}

/// Fields, and the bytes of the file.
type Parts = (Params, Vec<u8>);

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn refused(text: &str) -> Box<Reply> {
    Box::new(Reply::plain(500, text, text))
}

/// The fields of a body of several parts and the bytes of its file, which has to come last; none: it is no such body. Nothing
/// but `content`, checksums and the file is read.
pub(crate) fn parts(request: &Request) -> Option<Result<Parts, Box<Reply>>> {
    let kind = request.get_header("content-type")?;
    let path = request.path.split('?').next().unwrap_or_default();
    if !kind.starts_with("multipart/form-data") || !path.ends_with("/upload") || request.method != "POST" {
        return None;
    }
    let boundary = kind
        .split_once("boundary=")
        .map(|(_, boundary)| boundary.trim_matches('"'))?;
    let delimiter = format!("--{boundary}\r\n").into_bytes();
    let close = format!("\r\n--{boundary}--").into_bytes();
    let mut params = Params::default();
    let mut rest = &request.body[find(&request.body, &delimiter)?..];
    loop {
        rest = &rest[delimiter.len()..];
        let Some(end) = find(rest, b"\r\n\r\n") else {
            return Some(Err(refused("upload failed")));
        };
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 4..];
        let field = |name: &str| {
            let (_, after) = head.split_once(&format!("; {name}=\""))?;
            after.split_once('"').map(|(value, _)| value.to_owned())
        };
        if !head.starts_with("Content-Disposition: form-data;") {
            return Some(Err(refused(
                "wrong Content-Disposition in multipart, expected 'form-data'",
            )));
        }
        let name = field("name").unwrap_or_default();
        if let Some(file) = field("filename") {
            if name != "filename" {
                let text = format!("wrong field name '{name}' for file upload, expected 'filename'");
                return Some(Err(refused(&text)));
            }
            params.push("filename", file);
            params.push("tmpfilename", "/var/tmp/pveupload-0".into());
            return Some(match find(rest, &close) {
                Some(end) => Ok((params, rest[..end].to_vec())),
                None => Err(refused("upload failed")),
            });
        }
        let Some(end) = find(rest, &delimiter) else {
            return Some(Err(refused("upload failed")));
        };
        if ["content", "checksum", "checksum-algorithm"].contains(&name.as_str()) {
            params.push(&name, String::from_utf8_lossy(&rest[..end]).trim().to_owned());
        }
        rest = &rest[end..];
    }
}

/// POST …/storage/S/upload
pub fn upload(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node, storage) = (ctx.who(), ctx.node(), ctx.uri("storage").to_owned());
    let p = &ctx.params;
    let Some(bytes) = c.uploading.take().filter(|_| p.get("tmpfilename").is_some()) else {
        return die("missing temporary file name");
    };
    let content = p.get("content").unwrap_or_default().to_owned();
    let s = c.storage_on(&storage, &node)?;
    if !s.is_dir() {
        return die(format!("can't upload to storage type '{}'", s.kind));
    }
    // `normalize_content_filename`
    let named = p.get("filename").unwrap_or_default();
    let named = named.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let file: String = named.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    let lower = file.to_ascii_lowercase();
    if content != "iso" {
        return Err(Fail::Params(
            [("content".into(), format!("upload content type '{content}' not allowed"))].into(),
        ));
    }
    if !lower.ends_with(".iso") && !lower.ends_with(".img") {
        return Err(Fail::param("filename", "wrong file extension"));
    }
    if !s.content.contains(&content) {
        return die(format!("storage '{storage}' does not support '{content}' content"));
    }
    let job = UploadJob {
        node: node.clone(),
        storage,
        file: format!("iso/{file}"),
        bytes,
    };
    Ok(Answer::from(json!(c.fork(
        &who,
        &node,
        "imgcopy",
        "",
        Job::Upload(Box::new(job))
    ))))
}

impl Cluster {
    pub(crate) fn job_upload(&mut self, t: usize, j: &UploadJob, stage: u32) -> Result<Next, Fail> {
        if stage == 0 {
            self.say(t, "starting file import from: /var/tmp/pveupload-0");
            return Ok(Next::Wait(0.2));
        }
        let size = j.bytes.len() as u64;
        if self.avail(&j.storage, &j.node) < size {
            return die("import failed: cp: error writing: No space left on device");
        }
        // what is there is overwritten
        self.free(&j.node, &format!("{}:{}", j.storage, j.file));
        let volid = self.add_volume(&j.node, &j.storage, &j.file, 0, size, "iso");
        if let Some(volume) = self.volumes.last_mut() {
            (volume.vmid, volume.content) = (None, "iso".into());
        }
        self.uploaded.insert(volid, j.bytes.clone());
        self.say(t, "finished file import successfully");
        Ok(Next::Done)
    }
}
