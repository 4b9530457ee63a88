//! Storage endpoints (golden *read endpoints*, *backup/restore*, *create / disks*, *storage full*, *backend down*).

use serde_json::{Map, Value, json};

use crate::cluster::Cluster;
use crate::jobs::{Job, Next};
use crate::options::StorageSpec;
use crate::routes::Ctx;
use crate::state::Volume;
use crate::text::{parse_size, split_list};
use crate::types::{Answer, Fail, Outcome, die};

fn describe(c: &Cluster, id: &str, node: &str) -> Map<String, Value> {
    let mut m = Map::new();
    let Some(s) = c.storages.get(id) else { return m };
    let (used, is_active) = (c.used(id, node), !s.disabled && !s.offline);
    m.insert("type".into(), json!(s.kind));
    m.insert("content".into(), json!(s.content.join(",")));
    m.insert("shared".into(), json!(i32::from(s.shared)));
    m.insert("enabled".into(), json!(i32::from(!s.disabled)));
    m.insert("active".into(), json!(i32::from(is_active)));
    m.insert("total".into(), json!(if is_active { s.total } else { 0 }));
    m.insert("used".into(), json!(if is_active { used } else { 0 }));
    m.insert(
        "avail".into(),
        json!(if is_active { s.total.saturating_sub(used) } else { 0 }),
    );
    m
}

/// GET /storage
pub fn all(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let who = ctx.who();
    let list = c
        .storages
        .iter()
        .filter(|(id, _)| c.may(&who, &format!("/storage/{id}"), "Datastore.Audit|Datastore.Allocate"));
    let digest = crate::text::sha1_hex(&c.storages.keys().cloned().collect::<Vec<_>>().join(","));
    let list = list.map(|(id, s)| {
        let mut m = json!({"storage": id, "type": s.kind, "content": s.content.join(","), "digest": digest});
        if s.is_dir() {
            m["path"] = json!(s.path);
        }
        if s.shared {
            m["shared"] = json!(1);
        }
        if let Some(retention) = &s.retention {
            m["prune-backups"] = json!(retention);
        }
        if s.disabled {
            m["disable"] = json!(1);
        }
        if !s.nodes.is_empty() {
            m["nodes"] = json!(s.nodes.join(","));
        }
        m
    });
    Ok(Value::Array(list.collect()).into())
}

/// POST /storage
pub fn add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.params.get("storage").unwrap_or_default().to_owned();
    let kind = ctx.params.get("type").unwrap_or("dir").to_owned();
    if c.storages.contains_key(&id) {
        return die(format!("create storage failed: storage ID '{id}' already defined"));
    }
    let mut spec = StorageSpec::dir(&id, ctx.params.get("path").unwrap_or_default());
    spec.kind.clone_from(&kind);
    spec.content = ctx.params.get("content").unwrap_or("images,rootdir").to_owned();
    spec.shared = ctx.params.flag("shared");
    spec.nodes = split_list(ctx.params.get("nodes").unwrap_or_default());
    spec.disabled = ctx.params.flag("disable");
    c.add_storage(&spec);
    Ok(json!({"storage": id, "type": kind}).into())
}

/// PUT /storage/ID
pub fn set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("storage").to_owned();
    let Some(s) = c.storages.get_mut(&id) else {
        return die(format!("update storage failed: storage '{id}' does not exist"));
    };
    if let Some(d) = ctx.params.get("disable") {
        s.disabled = d == "1";
    }
    if let Some(list) = ctx.params.get("content") {
        s.content = split_list(list);
    }
    if let Some(list) = ctx.params.get("nodes") {
        s.nodes = split_list(list);
    }
    Ok(json!({"storage": id, "type": s.kind}).into())
}

/// DELETE /storage/ID
pub fn remove(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let id = ctx.uri("storage");
    match c.storages.remove(id) {
        Some(_) => Ok(Answer::null()),
        None => die(format!("delete storage failed: storage '{id}' does not exist")),
    }
}

/// GET /nodes/N/storage
pub fn on_node(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (who, node, p) = (ctx.who(), ctx.node(), &ctx.params);
    let mut list = vec![];
    let target = p.get("target").unwrap_or(&node).to_owned();
    let wanted = split_list(p.get("content").unwrap_or_default());
    for (id, s) in &c.storages {
        let visible = c.may(
            &who,
            &format!("/storage/{id}"),
            "Datastore.Audit|Datastore.AllocateSpace",
        );
        let here = |n: &str| s.nodes.is_empty() || s.nodes.iter().any(|x| x == n);
        let content = wanted.is_empty() || wanted.iter().any(|w| s.content.contains(w));
        let named = p.get("storage").is_none_or(|n| n == id);
        let enabled = !p.flag("enabled") || !s.disabled;
        if visible && here(&node) && here(&target) && content && named && enabled {
            let mut m = describe(c, id, &node);
            let (used, total) = (c.used(id, &node) as f64, s.total as f64);
            m.insert("storage".into(), json!(id));
            m.insert(
                "used_fraction".into(),
                json!(if total > 0.0 { used / total } else { 0.0 }),
            );
            list.push(Value::Object(m));
        }
    }
    Ok(Value::Array(list).into())
}

/// GET …/storage/S/status
pub fn status(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (id, node) = (ctx.uri("storage"), ctx.uri("node"));
    let here = c
        .storages
        .get(id)
        .is_some_and(|s| s.nodes.is_empty() || s.nodes.iter().any(|n| n == node));
    if !here {
        return Err(Fail::param("storage", "No such storage."));
    }
    Ok(Value::Object(describe(c, id, node)).into())
}

fn volume_json(v: &Volume) -> Value {
    let mut m = json!({"volid": v.volid(), "content": v.content, "format": v.format, "size": v.size, "ctime": v.ctime});
    if let Some(id) = v.vmid {
        m["vmid"] = json!(id);
    }
    if v.content == "images" {
        m["used"] = json!(v.used);
        m["parent"] = json!(v.parent);
    }
    if v.content == "backup" {
        m["subtype"] = json!("qemu");
        if let Some(n) = &v.notes {
            // of several lines the list has the first
            m["notes"] = json!(n.lines().next().unwrap_or_default());
        }
        if v.protected {
            m["protected"] = json!(1);
        }
        if let Some(key) = &v.encrypted {
            m["encrypted"] = json!(key);
        }
        if let Some(state) = &v.verified {
            m["verification"] =
                json!({"state": state, "upid": "UPID:pbs:00000001:00000001:00000001:verify:store:root@pam:"});
        }
    }
    m
}

/// GET …/content
pub fn content(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (id, node) = (ctx.uri("storage"), ctx.uri("node"));
    c.activated(id, node)?;
    let vmid = ctx.params.int("vmid");
    let kind = ctx.params.get("content");
    let mut list: Vec<&Volume> = c
        .volumes
        .iter()
        .filter(|v| v.storage == id && v.node.as_deref().is_none_or(|n| n == node))
        .filter(|v| vmid.is_none_or(|w| v.vmid.map(i64::from) == Some(w)))
        .filter(|v| kind.is_none_or(|k| v.content == k))
        .filter(|v| {
            // lists only what the caller may see (`check_volume_access`): of files that are no guest's ISOs, container
            // templates and images to import, and everything else to whoever may allocate the whole storage
            let is_open = matches!(v.content.as_str(), "iso" | "vztmpl" | "import");
            v.vmid.is_none() && is_open || access(c, ctx, &v.volid(), "VM.Backup").is_ok()
        })
        .collect();
    list.sort_by_key(|v| v.volid());
    Ok(Value::Array(list.into_iter().map(volume_json).collect()).into())
}

/// POST …/content
pub fn alloc(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (id, node) = (ctx.uri("storage").to_owned(), ctx.node());
    let p = &ctx.params;
    let vmid: u32 = p.get("vmid").and_then(|v| v.parse().ok()).unwrap_or(0);
    let file = p.get("filename").unwrap_or_default();
    let format = p
        .get("format")
        .or_else(|| file.rsplit_once('.').map(|(_, e)| e))
        .unwrap_or("raw")
        .to_owned();
    let text = p.get("size").unwrap_or("0");
    let size = if text.ends_with(['M', 'G']) {
        parse_size(text)
    } else {
        parse_size(text).map(|n| n << 10)
    };
    let dir = c.image_storage(&id, &node)?.is_dir();
    let name = if dir { format!("{vmid}/{file}") } else { file.to_owned() };
    let volid = format!("{id}:{name}");
    if c.find_volume(&node, &volid).is_some() {
        return die(format!("disk image '{}' already exists", c.volume_path(&volid)));
    }
    let volid = c.add_volume(&node, &id, &name, vmid, size.unwrap_or(0), &format);
    Ok(json!(volid).into())
}

/// A volume may be named with or without its storage.
fn volid(ctx: &Ctx) -> String {
    let (storage, volume) = (ctx.uri("storage"), ctx.uri("volume"));
    if volume.contains(':') {
        volume.to_owned()
    } else {
        format!("{storage}:{volume}")
    }
}

fn access(c: &Cluster, ctx: &Ctx, volid: &str, backup: &str) -> Result<(), Fail> {
    let (who, storage) = (ctx.who(), ctx.uri("storage"));
    if c.may(&who, &format!("/storage/{storage}"), "Datastore.Allocate") {
        return Ok(());
    }
    // ISOs have no owner, whatever numbers are in their names
    let owner = volid
        .split(['-', '/', ':'])
        .find_map(|p| p.parse::<u32>().ok().filter(|n| *n >= 100))
        .filter(|_| !volid.contains(":iso/"))
        .map(|id| format!("/vms/{id}"));
    let privs = if volid.contains(":backup/") {
        backup
    } else {
        "VM.Config.Disk"
    };
    match owner {
        Some(path) if c.may(&who, &path, privs) => {
            c.demand(&who, &format!("/storage/{storage}"), "Datastore.AllocateSpace")
        }
        _ => Err(Fail::Forbidden(format!("/storage/{storage}, Datastore.Allocate"))),
    }
}

/// GET …/content/VOLUME
pub fn volume(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let volid = volid(ctx);
    access(c, ctx, &volid, "VM.Backup")?;
    let Some(i) = c.find_volume(ctx.uri("node"), &volid) else {
        return die(format!("volume_size_info on '{volid}' failed"));
    };
    let v = &c.volumes[i];
    let format = if v.content == "backup" { "raw" } else { &v.format };
    let mut m = json!({"path": c.volume_path(&volid), "size": v.size, "used": v.used, "format": format});
    if v.content == "backup" {
        m["protected"] = json!(i32::from(v.protected));
        if let Some(n) = &v.notes {
            m["notes"] = json!(n);
        }
    }
    Ok(m.into())
}

/// PUT …/content/VOLUME
pub fn volume_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let volid = volid(ctx);
    access(c, ctx, &volid, "VM.Backup")?;
    let Some(i) = c.find_volume(ctx.uri("node"), &volid) else {
        return die(format!("volume '{volid}' does not exist"));
    };
    if let Some(n) = ctx.params.get("notes") {
        c.volumes[i].notes = Some(n.to_owned());
    }
    if let Some(p) = ctx.params.get("protected") {
        let (storage, vmid) = (c.volumes[i].storage.clone(), c.volumes[i].vmid.unwrap_or_default());
        let limited = !c.may(&ctx.who(), &format!("/storage/{storage}"), "Datastore.Allocate");
        let has = c.protected(&storage, ctx.uri("node"), vmid);
        if p == "1" && !c.volumes[i].protected && limited && has >= crate::vzdump::MAX_PROTECTED {
            return die(crate::vzdump::too_many_protected(&storage));
        }
        c.volumes[i].protected = p == "1";
    }
    Ok(Answer::null())
}

/// DELETE …/content/VOLUME
pub fn volume_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let (volid, node) = (volid(ctx), ctx.node());
    let storage = ctx.uri("storage").to_owned();
    c.storage_on(&storage, &node)?;
    access(c, ctx, &volid, "VM.Backup")?;
    let owner = volid
        .split(['-', '/', ':'])
        .find_map(|p| p.parse::<u32>().ok().filter(|n| *n >= 100));
    let id = if volid.contains(":iso/") {
        storage
    } else {
        owner.map_or(storage.clone(), |o| format!("{o}@{storage}"))
    };
    let upid = c.fork(&ctx.who(), &node, "imgdel", &id, Job::ImgDel(node.clone(), volid));
    Ok(Answer::from(json!(upid)))
}

impl Cluster {
    pub(crate) fn job_imgdel(&mut self, t: usize, node: &str, volid: &str, stage: u32) -> Result<Next, Fail> {
        let found = self.find_volume(node, volid);
        let (storage, name) = volid.split_once(':').unwrap_or(("", volid));
        if stage == 0 {
            self.activated(storage, node)?;
            if found.is_some_and(|i| self.volumes[i].protected) {
                return die(format!("cannot remove protected volume '{name}' on '{storage}'"));
            }
            if self.is_base_in_use(volid) {
                return die(format!("base volume '{name}' is still in use by linked clones"));
            }
            return Ok(Next::Wait(0.2));
        }
        if found.is_none() {
            let path = self.volume_path(volid);
            self.say(t, format!("disk image '{path}' does not exist"));
        }
        self.free(node, volid);
        self.say(t, format!("Removed volume '{volid}'"));
        Ok(Next::Done)
    }
}
