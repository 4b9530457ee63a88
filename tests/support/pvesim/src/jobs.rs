//! What workers do: one variant per kind of task, dispatched to the module of its subject.

use crate::clone::CloneJob;
use crate::cluster::Cluster;
use crate::create::CreateJob;
use crate::destroy::DestroyJob;
use crate::disks::{MoveJob, ResizeJob};
use crate::images::DownloadJob;
use crate::restore::RestoreJob;
use crate::snapwork::SnapJob;
use crate::tasks::Want;
use crate::types::Fail;
use crate::update::Update;
use crate::upload::UploadJob;
use crate::vzdump::VzdumpJob;

/// What a stage leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Next {
    /// The next stage after so many seconds.
    Wait(f64),
    /// That stage after so many seconds.
    Stage(u32, f64),
    /// End.
    Done,
}

/// A power action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// `qmstart`
    Start,
    /// `qmstop`
    Stop,
    /// `qmshutdown`
    Shutdown,
    /// `qmreboot`
    Reboot,
    /// `qmreset`
    Reset,
    /// `qmpause`
    Pause,
    /// `qmresume`
    Resume,
}

/// A power task.
#[derive(Debug, Clone, Copy)]
pub struct PowerJob {
    pub(crate) action: Power,
    pub(crate) vmid: u32,
    pub(crate) skiplock: bool,
    pub(crate) timeout: Option<u32>,
    pub(crate) force: bool,
    pub(crate) overrule: bool,
}

/// What HA is asked for.
#[derive(Debug, Clone, Copy)]
pub enum HaWish {
    /// `ha-manager set --state started`
    Start,
    /// `ha-manager crm-command stop`, with the time that the guest has for it (seconds).
    Stop(u32),
}

/// The work of a task.
#[derive(Debug, Clone)]
pub enum Job {
    /// Config change.
    Update(Box<Update>),
    /// Power.
    Power(PowerJob),
    /// Disk resize.
    Resize(Box<ResizeJob>),
    /// Disk move.
    Move(Box<MoveJob>),
    /// Clone.
    Clone(Box<CloneJob>),
    /// Create.
    Create(Box<CreateJob>),
    /// Restore.
    Restore(Box<RestoreJob>),
    /// Download from the net.
    Download(Box<DownloadJob>),
    /// Upload of an ISO.
    Upload(Box<UploadJob>),
    /// Convert to template.
    Template(u32),
    /// Migration: VM, target, with local disks.
    Migrate(u32, String),
    /// Destroy.
    Destroy(Box<DestroyJob>),
    /// Snapshot work.
    Snap(Box<SnapJob>),
    /// Backup.
    Vzdump(Box<VzdumpJob>),
    /// Removal of a volume: node, volid.
    ImgDel(String, String),
    /// Request to the HA manager: VM, start?
    Ha(u32, HaWish),
    /// Somebody looks at a screen: the port that waits for him.
    Console(u16),
}

impl Job {
    /// The file locks it needs, in order.
    pub(crate) fn locks(&self) -> Vec<Want> {
        match self {
            Self::Update(u) => u.locks(),
            Self::Power(p) if p.overrule => vec![Want {
                timeout: 60,
                ..Want::config(p.vmid)
            }],
            Self::Power(p) => vec![Want::config(p.vmid)],
            Self::Resize(r) => vec![Want::config(r.vmid)],
            Self::Move(m) => vec![Want::config(m.vmid)],
            Self::Clone(j) => j.locks(),
            Self::Create(j) => vec![Want {
                timeout: 1,
                ..Want::config(j.vmid)
            }],
            Self::Restore(j) => vec![Want {
                timeout: 1,
                ..Want::config(j.vmid)
            }],
            Self::Template(v) | Self::Migrate(v, _) => vec![Want::config(*v)],
            Self::Destroy(d) => vec![Want::config(d.vmid)],
            Self::Snap(s) => vec![Want::config(s.vmid)],
            Self::Download(_)
            | Self::Upload(_)
            | Self::Vzdump(_)
            | Self::ImgDel(..)
            | Self::Ha(..)
            | Self::Console(_) => vec![],
        }
    }
}

impl Cluster {
    pub(crate) fn run_job(&mut self, t: usize, job: &Job, stage: u32) -> Result<Next, Fail> {
        match job {
            Job::Update(u) => self.job_update(t, u, stage),
            Job::Power(p) => self.job_power(t, p, stage),
            Job::Resize(r) => self.job_resize(t, r, stage),
            Job::Move(m) => self.job_move(t, m, stage),
            Job::Clone(j) => self.job_clone(t, j, stage),
            Job::Create(j) => self.job_create(t, j, stage),
            Job::Restore(j) => self.job_restore(t, j, stage),
            Job::Download(j) => self.job_download(t, j, stage),
            Job::Upload(j) => self.job_upload(t, j, stage),
            Job::Template(v) => self.job_template(*v, stage),
            Job::Migrate(v, target) => self.job_migrate(t, *v, target, stage),
            Job::Destroy(d) => self.job_destroy(t, d, stage),
            Job::Snap(s) => self.job_snap(t, s, stage),
            Job::Vzdump(v) => self.job_vzdump(t, v, stage),
            Job::ImgDel(node, volid) => self.job_imgdel(t, node, volid, stage),
            Job::Ha(vmid, wish) => self.job_ha(t, *vmid, *wish, stage),
            Job::Console(port) => self.job_console(t, *port, stage),
        }
    }

    /// What an interrupted worker leaves behind, and its last words.
    pub(crate) fn interrupt_job(&mut self, t: usize, job: &Job) -> String {
        match job {
            Job::Clone(j) => self.interrupt_clone(j),
            Job::Vzdump(v) => self.interrupt_vzdump(v),
            Job::Snap(s) => self.interrupt_snap(s),
            Job::Restore(j) => self.interrupt_restore(t, j),
            Job::Migrate(v, _) => {
                if let Some(vm) = self.vms.get_mut(v) {
                    vm.conf.remove("lock");
                }
                "migration aborted".into()
            }
            _ => {
                let _ = t;
                "received interrupt".into()
            }
        }
    }
}
