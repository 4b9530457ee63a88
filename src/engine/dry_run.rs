//! A look at what would be done, by the plans that do it. Nothing is changed: not even the lease is taken.

use super::look::{Look, Seen};
use super::reserve::{is_complete, kept, node_could_start};
use super::{Engine, Job};
use crate::actions::{Action, Situation};
use crate::guest::{Current, Drive, Power};
use crate::package::CloneType;
use crate::pipeline::{self, Call, Facts, Foreseen, Needs, Row, View};
use crate::problems::{Error, Refusal};
use crate::pve::GuestPath;
use crate::server::address::Address;
use crate::words::ids::{NodeName, Vmid};
use crate::words::status::Status;
use crate::words::units::GIB;

/// What would be done.
#[derive(Debug, Default)]
pub struct DryRun {
    /// Each call, in its order.
    pub calls: Vec<Call>,
    /// Whether a guest that runs, now or by then, is stopped for it and started again.
    pub restarts: bool,
    /// Whether the guest is off now, and is started by it.
    pub starts: bool,
    /// What it waits for, where nothing more is known: `build`, the build of the guest; or the lock that keeps it.
    pub waits: Option<String>,
    /// The sizes of its disks, the system's first, GiB.
    pub disks_gib: [Option<u64>; 2],
    /// The number that the guest would have, where one would be reserved or is there.
    pub vmid: Option<Vmid>,
    /// The node where it would be, or is.
    pub node: Option<NodeName>,
    /// The addresses that it would have, or has.
    pub addresses: Vec<Address>,
}

/// What a change of package waits for while its guest is being built.
const BUILD: &str = "build";

impl Engine<'_> {
    /// What a change of package would do. What refuses it refuses this.
    ///
    /// # Errors
    /// What the change would be refused with.
    pub fn dry_change(&self, job: &mut Job) -> Result<DryRun, Error> {
        let status = job.lease.service.status;
        self.must_fit(job)?;
        let waits = |on: String| DryRun {
            waits: Some(on),
            ..DryRun::default()
        };
        if !pipeline::is_finished(status) {
            // it is built by the new package
            return Ok(waits(BUILD.to_owned()));
        }
        let mut dry = match self.dry_run(job, pipeline::change_row().from) {
            Err(Error::Refused(Refusal::Locked { lock, .. })) => waits(lock),
            dry => dry?,
        };
        let config = job.look.config();
        let gib = |disk: Option<Drive>| Some(disk?.size()?.div_ceil(GIB));
        dry.disks_gib = [gib(config.system_disk()), gib(config.additional_disk())];
        Ok(dry)
    }

    /// What an action that queues a status would do. What refuses the action refuses this.
    ///
    /// # Errors
    /// What the action would be refused with.
    pub fn dry_queue(&self, job: &mut Job, action: &Action, status: Status) -> Result<DryRun, Error> {
        if let Some(task) = &job.lease.service.body.task {
            return Err(Refusal::TaskRunning(task.what.clone()).into());
        }
        let situation: Situation = self.seen(job)?;
        action.allowed(&situation)?;
        self.must_be_possible(job, status)?;
        self.must_be_buildable(job)?;
        self.dry_run(job, status)
    }

    /// What would be done from a status on.
    ///
    /// # Errors
    /// What keeps it from being done.
    pub fn dry_run(&self, job: &mut Job, status: Status) -> Result<DryRun, Error> {
        job.lease.service.status = status;
        let facts = pipeline::facts_of_dry_run(status);
        if let Some(row) = pipeline::row_from(status) {
            self.look_ahead(job, row, facts)?;
            if facts.contains(Facts::BESIDE) {
                self.look_beside(job)?;
            }
        }
        let mut dry = DryRun {
            vmid: job.lease.service.vmid,
            node: job.lease.service.body.node.clone(),
            addresses: kept(&job.lease.addresses, &job.order.package),
            ..DryRun::default()
        };
        let foreseen = self.foresee(job, &mut dry)?;
        let held = job.lease.addresses.clone();
        let by_then = Current {
            power: Power::Running,
            ..Current::FRESH_CLONE
        };
        let (calls, if_it_ran) = self.with_view(job, Facts::ALL, |view| {
            let running = View {
                current: Some(&by_then),
                ..*view
            };
            let plan = |view| pipeline::dry_run(status, view, &held, &foreseen);
            Ok((plan(view)?, plan(&running)?))
        })?;
        dry.calls = calls;
        self.must_be_awake(job, &dry.calls)?;
        let stops = |calls: &[Call]| {
            let stops = calls.iter().any(|call| matches!(call, Call::Shutdown(_)));
            stops && calls.contains(&Call::Start)
        };
        dry.restarts = stops(&dry.calls) || stops(&if_it_ran);
        dry.starts = job.look.exists() && !job.look.runs() && dry.calls.contains(&Call::Start);
        let starts_again = pipeline::row_from(status).is_some_and(|row| row.starts_again);
        if starts_again && dry.restarts && job.look.runs() {
            // a guest that would not start again is not stopped
            let path = Self::guest_path(job)?;
            let whose = format!("VM {}", path.vmid);
            node_could_start(&job.client, &whose, &path.node, job.look.config(), false)?;
        }
        Ok(dry)
    }

    fn look_ahead(&self, job: &mut Job, row: &Row, facts: Facts) -> Result<(), Error> {
        let id = job.lease.service.id;
        if facts.is_empty() || (row.facts.is_empty() && !job.lease.service.has_guest()) {
            return Ok(());
        }
        let vmid = job.lease.service.vmid.unwrap_or(Vmid::MIN);
        match self.look_for(job, row, facts)? {
            Seen::Guest => Ok(()),
            Seen::Absent if row.needs == Needs::Anything => {
                job.look = Look::absent(job.look.take_backups());
                Ok(())
            }
            Seen::Locked { lock, .. } => Err(Refusal::Locked { vmid, lock }.into()),
            Seen::Absent | Seen::Stranger => Err(Refusal::NoGuest(id).into()),
        }
    }

    /// What nobody can see before it is there: what would be reserved, and the clone of today's template.
    fn foresee(&self, job: &mut Job, dry: &mut DryRun) -> Result<Foreseen, Error> {
        let status = job.lease.service.status;
        let is_anew = status == pipeline::anew_row().from;
        let clones = is_anew || (pipeline::is_building(status) && !job.lease.service.has_guest());
        let reserves = is_anew || !is_complete(&job.lease, &job.order.package);
        let mut template_node = None;
        if reserves && (clones || pipeline::is_finished(status)) {
            let known = job.lease.service.body.guest.clone();
            if is_anew {
                // the place of the next guest is chosen as if this one were gone
                job.service().body.guest = Default::default();
            }
            let would = self.would_reserve(job);
            job.service().body.guest = known;
            let would = would?;
            dry.vmid = Some(would.vmid);
            dry.addresses = would.addresses;
            template_node = would.template_node;
            dry.node = Some(would.node);
        }
        let package = &job.order.package;
        let mut foreseen = Foreseen {
            kept: kept(&dry.addresses, package),
            held: std::mem::take(&mut dry.addresses),
            ..Foreseen::default()
        };
        dry.addresses.clone_from(&foreseen.kept);
        if clones {
            self.foresee_clone(job, dry, template_node, &mut foreseen)?;
        }
        Ok(foreseen)
    }

    fn foresee_clone(
        &self,
        job: &Job,
        dry: &DryRun,
        template_node: Option<NodeName>,
        foreseen: &mut Foreseen,
    ) -> Result<(), Error> {
        let service = &job.lease.service;
        let package = &job.order.package;
        let Some(node) = dry.node.clone() else { return Ok(()) };
        let template = GuestPath {
            node: template_node.unwrap_or_else(|| service.template_home(&node)),
            vmid: package.template,
        };
        let config = job.client.config(&template)?;
        let full = package.clone_type == CloneType::Full;
        let storage = package.system_storage.as_ref().filter(|_| full);
        let description = service.description(self.store.installation());
        foreseen.clone = config.cloned(&description, storage.map(|storage| storage.as_str()));
        foreseen.firewall.rules = job.client.firewall_rules(&template)?;
        foreseen.additional_in_file = Self::in_file(job, &foreseen.clone, &node)?;
        Ok(())
    }

    /// A guest that sleeps takes no change before it is awake.
    fn must_be_awake(&self, job: &Job, calls: &[Call]) -> Result<(), Error> {
        let asleep = calls
            .iter()
            .take_while(|call| !matches!(call, Call::Start | Call::Destroy { .. }));
        if job.look.config().is_hibernated() && !asleep.clone().all(Call::wakes) {
            return Err(Refusal::Hibernated(job.lease.service.vmid.unwrap_or(Vmid::MIN)).into());
        }
        Ok(())
    }
}
