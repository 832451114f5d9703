//! Orphans: instances of this fleet whose project has no row. Nothing here or in the reconciler removes one by itself; a
//! registry that was restored from a backup of yesterday must not cost a project of today its instance.
//!
//! The driver is asked before the registry. A row is there before its instance and goes after it, so an instance that was
//! seen and whose row is not there afterwards has none; the other way round a project that was just made would be one.

mod claims;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::{Action, Hint, InstanceKey, InstanceSeen, Orphan, Problem, ProblemKind, ProjectId, Target};

use crate::registry::Event;
use crate::{Inner, OpContext, Result};

pub(crate) use claims::Claims;

/// How often they are looked for when nobody asks.
const EVERY: Duration = Duration::from_secs(60);

/// What was found last, for pages that must not wait for the driver.
#[derive(Default)]
pub(crate) struct Found(Mutex<Option<(Instant, Vec<Orphan>)>>);

impl Found {
    fn get(&self) -> Vec<Orphan> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.as_ref().map(|(_, orphans)| orphans.clone()).unwrap_or_default()
    }

    fn put(&self, orphans: Vec<Orphan>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), orphans));
    }

    fn forget(&self, id: &ProjectId) {
        if let Some((_, orphans)) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            orphans.retain(|orphan| orphan.id != *id);
        }
    }

    fn is_old(&self) -> bool {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        found.as_ref().is_none_or(|(at, _)| at.elapsed() >= EVERY)
    }
}

impl Inner {
    /// Looks for orphans where that was not done for a while.
    pub(crate) async fn keep_orphans_known(&self) {
        if self.orphans.is_old()
            && let Err(error) = self.find_orphans().await
        {
            tracing::warn!(error = %crate::chain(&error), "looking for orphans");
        }
    }

    async fn find_orphans(&self) -> Result<Vec<Orphan>> {
        let instances = self.ports.driver.list().await?;
        let used: BTreeSet<String> = self.registry.project_ids_in_use().await?.into_iter().collect();
        // instances of operations are removed by the operation that made them
        let left =
            instances.into_iter().filter(|(key, _)| key.is_main() && !used.contains(key.project.as_str()));
        let orphans: Vec<Orphan> = left.map(|(key, seen)| orphan(key.project, seen)).collect();
        self.orphans.put(orphans.clone());
        Ok(orphans)
    }
}

fn orphan(id: ProjectId, seen: InstanceSeen) -> Orphan {
    let InstanceSeen { server, address, started_at, exit, .. } = seen;
    Orphan { id, server, address, started_at, exit }
}

/// Orphans.
pub struct Orphans<'a>(&'a Inner);

impl<'a> Orphans<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Those that there are now, by id.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<Orphan>> {
        op.may(Action::OrphanView, Target::Fleet)?;
        self.0.find_orphans().await
    }

    /// The orphans that were found last, at most a minute ago while the driver answers, without asking it; none for a
    /// caller who may not list orphans.
    pub fn known(&self, op: &OpContext) -> Result<Vec<Orphan>> {
        op.may(Action::FleetView, Target::Anywhere)?;
        let is_shown = op.can(Action::OrphanView, Target::Fleet);
        Ok(if is_shown { self.0.orphans.get() } else { Vec::new() })
    }

    /// Asks the instance to end, waits, then removes it with its network. Media, the folder of its schema, its database and
    /// its secrets stay. The event is written first: whatever happens afterwards, it says on whose word.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn remove(&self, op: &OpContext, id: &ProjectId) -> Result<()> {
        op.may(Action::OrphanRemove, Target::Fleet)?;
        let _claim = self.0.claims.remove(id).ok_or_else(|| at_work(id))?;
        self.refuse_what_is_in_use(id).await?;
        let key = InstanceKey::main(id.clone());
        let seen = self.0.ports.driver.inspect(&key).await?;
        let seen =
            seen.ok_or_else(|| Problem::not_found(format_args!("instance of {id} without a project")))?;
        let orphan = orphan(id.clone(), seen);
        let detail = serde_json::json!({
            "server": orphan.server, "address": orphan.address, "state": orphan.state(),
        });
        let change = self.0.registry.change(op).await?;
        change.commit(Event { project: Some(id), action: Action::OrphanRemove.into(), detail }).await?;
        self.0.ports.driver.ensure_stopped(&key, self.0.settings.grace).await?;
        self.0.ports.driver.remove(&key).await?;
        self.0.orphans.forget(id);
        self.0.live.send(Hint::Fleet);
        Ok(())
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
    Problem::new(ProblemKind::Conflict, "Something is at work on it", detail)
}

/// What a create is told whose id is being freed.
pub(crate) fn being_removed(id: &ProjectId) -> Problem {
    let message =
        format!("An instance that was left behind by a project {id} is being removed at this moment.");
    Problem::taken("id", message, "the same again in a few seconds")
}
