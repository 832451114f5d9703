//! Orphans: instances of this fleet whose project has no row. Only an operator removes one: a registry that was restored from
//! a backup may lack the rows of newer projects, and must not cost them their instances.
//!
//! The driver is read before the registry. A row is created before its instance and removed after it, so an instance without
//! a row in the later read is an orphan. In the other order a project that was just created would look like one.

mod removal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{
    Action, Hostname, InstanceKey, InstanceSeen, Operation, OperationKind, Orphan, OrphanInstance, Problem,
    ProblemKind, ProjectId, Removal, Target,
};

use crate::registry::Event;
use crate::{Inner, OpContext, Result, jobs};

pub(crate) use removal::OrphanRemoval;
use removal::RemovalInput;

/// The orphans of the last search, for pages that do not wait for the driver.
#[derive(Default)]
pub(crate) struct KnownOrphans {
    orphans: Mutex<Vec<Orphan>>,
    /// Orphans whose routes end, because an operator has removed them.
    removed: Mutex<BTreeSet<ProjectId>>,
}

impl KnownOrphans {
    fn lock(&self) -> MutexGuard<'_, Vec<Orphan>> {
        self.orphans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn removed(&self) -> MutexGuard<'_, BTreeSet<ProjectId>> {
        self.removed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an operator has removed the orphan of this id, so that its route ends.
    pub(crate) fn is_removed(&self, id: &ProjectId) -> bool {
        self.removed().contains(id)
    }

    fn get(&self) -> Vec<Orphan> {
        self.lock().clone()
    }

    fn put(&self, orphans: Vec<Orphan>) {
        *self.lock() = orphans;
    }

    fn forget(&self, id: &ProjectId) {
        self.lock().retain(|orphan| orphan.id != *id);
    }
}

/// Searches for orphans now and stores the result.
pub(crate) async fn find(inner: &Inner) -> Result<Vec<Orphan>> {
    let instances = inner.ports.driver.list().await?;
    let used: BTreeSet<String> = inner.registry.project_ids_in_use().await?.into_iter().collect();
    let mut routes = inner.observations.routes();
    routes.retain(|id, _| !used.contains(id.as_str()));
    let mut left: BTreeMap<ProjectId, Option<InstanceSeen>> =
        routes.keys().map(|id| (id.clone(), None)).collect();
    // instances of operations are removed by their operation
    let main = instances.into_iter().filter(|(key, _)| key.is_main());
    left.extend(main.map(|(key, seen)| (key.project, Some(seen))));
    left.retain(|id, _| !used.contains(id.as_str()));
    let orphans: Vec<Orphan> = left
        .into_iter()
        .map(|(id, seen)| {
            let hosts = routes.remove(&id).unwrap_or_default();
            orphan(id, seen, hosts)
        })
        .collect();
    inner.orphans.put(orphans.clone());
    Ok(orphans)
}

fn orphan(id: ProjectId, seen: Option<InstanceSeen>, hosts: Vec<Hostname>) -> Orphan {
    let instance = seen.map(|InstanceSeen { release, address, started_at, exit, .. }| OrphanInstance {
        release,
        address,
        started_at,
        exit,
    });
    Orphan { id, instance, hosts, removal: None }
}

/// Orphans.
pub struct Orphans<'a>(&'a Inner);

impl<'a> Orphans<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// The present orphans, by id. Reads the driver.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<Orphan>> {
        op.may(Action::OrphanView, Target::Fleet)?;
        let orphans = find(self.0).await?;
        self.with_removals(orphans).await
    }

    /// The orphans that were found last, at most a minute ago while the driver answers, without asking it; none for a
    /// caller who may not list orphans.
    pub async fn known(&self, op: &OpContext) -> Result<Vec<Orphan>> {
        op.may(Action::FleetView, Target::Anywhere)?;
        if !op.can(Action::OrphanView, Target::Fleet) {
            return Ok(Vec::new());
        }
        self.with_removals(self.0.orphans.get()).await
    }

    /// Adds the removals that are under way.
    async fn with_removals(&self, mut orphans: Vec<Orphan>) -> Result<Vec<Orphan>> {
        if orphans.is_empty() {
            return Ok(orphans);
        }
        let jobs = self.0.registry.open_jobs(OperationKind::OrphanRemove).await?;
        for orphan in &mut orphans {
            orphan.removal = jobs.get(&orphan.id).map(Removal::from);
        }
        Ok(orphans)
    }

    /// Opens the job that ends the orphan's route, stops the instance and removes it with its network. Media, schema folder,
    /// database and secrets stay. No project of this id can be created until the job has ended.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn remove(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::OrphanRemove, Target::Fleet)?;
        let _claim = self.0.registry.claim_removal(id).await?.ok_or_else(|| at_work(id))?;
        self.refuse_what_is_in_use(id).await?;
        let key = InstanceKey::main(id.clone());
        let seen = self.0.ports.driver.inspect(&key).await?;
        let hosts = self.0.observations.routes().remove(id).unwrap_or_default();
        if seen.is_none() && hosts.is_empty() {
            return Err(
                Problem::not_found(format_args!("instance or route of {id} without a project")).into()
            );
        }
        let orphan = orphan(id.clone(), seen, hosts);
        let mut change = self.0.registry.change(op).await?;
        if let Some(removal) = change.open_job_on(id, Some(OperationKind::OrphanRemove)).await? {
            return Err(Problem { operation: Some(removal), ..at_work(id) }.into());
        }
        let request = jobs::Request { project: Some(id), input: &RemovalInput {}, key: None };
        let operation = jobs::open::<OrphanRemoval>(&mut change, &request).await?;
        let detail = serde_json::json!({
            "operation": operation.id, "release": orphan.instance.as_ref().map(|instance| &instance.release),
            "address": orphan.instance.as_ref().map(|instance| &instance.address),
            "state": orphan.state(), "hosts": orphan.hosts,
        });
        change.commit(Event { project: Some(id), action: Action::OrphanRemove.into(), detail }).await?;
        Ok(operation)
    }

    async fn refuse_what_is_in_use(&self, id: &ProjectId) -> Result<()> {
        if self.0.registry.has_project(id).await? {
            return Err(no_orphan(id).into());
        }
        match self.0.registry.open_operation(id).await? {
            Some(operation) => Err(Problem { operation: Some(operation.id), ..at_work(id) }.into()),
            None => Ok(()),
        }
    }
}

fn no_orphan(id: &ProjectId) -> Problem {
    let detail = format!(
        "Nothing was changed. The project {id} exists, so its instance is no orphan. Stop or delete the project instead."
    );
    Problem::new(ProblemKind::Conflict, "The project exists", detail)
}

fn at_work(id: &ProjectId) -> Problem {
    let detail = format!(
        "Nothing was changed. {id} is being created, deleted or removed at this moment. Look again when that is over."
    );
    Problem::new(ProblemKind::Conflict, "Another operation is running for this id", detail)
}

/// The refusal of a create whose id belongs to an orphan that is being removed.
pub(crate) fn being_removed(id: &ProjectId) -> Problem {
    let message =
        format!("An instance that was left behind by a project {id} is being removed at this moment.");
    Problem::taken("id", message, "the same again in a few seconds")
}
