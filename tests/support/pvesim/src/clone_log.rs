//! What a clone says of a disk before its copy begins (golden *clone*; `clone_disk` of `PVE::QemuServer`).

use crate::clone::CloneJob;
use crate::cluster::Cluster;
use crate::props::Prop;

impl Cluster {
    pub(crate) fn say_formatting(&mut self, t: usize, volid: &str, size: u64, format: &str, backing: Option<&str>) {
        let line = self.formatting(volid, size, format, backing);
        self.say(t, line);
    }

    fn formatting(&self, volid: &str, size: u64, format: &str, backing: Option<&str>) -> String {
        let path = self.volume_path(volid);
        if path.starts_with("/dev/") {
            let name = path.rsplit('/').next().unwrap_or("");
            return format!("  Logical volume \"{name}\" created.");
        }
        let text = match (format, backing) {
            ("qcow2", Some(b)) => format!(
                "cluster_size=131072 extended_l2=on preallocation=metadata compression_type=zlib size={size} \
                 backing_file={b} backing_fmt=qcow2 lazy_refcounts=off refcount_bits=16"
            ),
            ("qcow2", None) => format!(
                "cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size={size} \
                 lazy_refcounts=off refcount_bits=16"
            ),
            _ => format!("size={size} preallocation=off"),
        };
        format!("Formatting '{path}', fmt={format} {text}")
    }

    /// What a full copy says before it begins.
    pub(crate) fn full_copy(&self, j: &CloneJob, key: &str, d: &Prop) -> Vec<String> {
        let mut out = vec![format!("create full clone of drive {key} ({})", d.main)];
        if let Some(source) = self.find_volume(&j.node, &d.main).map(|i| &self.volumes[i]) {
            let (storage, format) = self.clone_target(j, &source.storage, &source.format);
            let name = self.new_name(&storage, j.newid, &format, false);
            let volid = format!("{storage}:{name}");
            out.push(self.formatting(&volid, source.size, &format, None));
            out.push(format!("allocated target volume '{volid}'"));
        }
        out
    }

    pub(crate) fn say_linked(&mut self, t: usize, j: &CloneJob, key: &str, d: &Prop) {
        self.say(t, format!("create linked clone of drive {key} ({})", d.main));
        let Some(source) = self.find_volume(&j.node, &d.main).map(|i| self.volumes[i].clone()) else {
            return;
        };
        let (storage, format) = self.clone_target(j, &source.storage, &source.format);
        let name = self.new_name(&storage, j.newid, &format, false);
        let short = name.rsplit('/').next().unwrap_or(&name).to_owned();
        let base = format!("../{}", source.name);
        self.say(
            t,
            format!(
                "clone {}: images, {short}, {} to {short} (base={base})",
                source.name, j.newid
            ),
        );
        self.say_formatting(t, &format!("{storage}:{name}"), source.size, &format, Some(&base));
    }
}
