//! Editing a project: one operation, whichever fields are edited. The engine plans the steps.
//!
//! An edit names the generation that it was made from. Checks that contact the repository or the secret store run first; then,
//! under the lock of the row, everything is checked that another command may have changed meanwhile.

mod facts;

use model::{
    FieldError, Hostname, Invalid, Operation, OperationKind, Problem, ProblemKind, Project, ProjectEdit,
    ProjectId, ProjectPatch, Target,
};

use super::admission::{DatabasePlacement, check_room};
use super::locked::{being_deleted, lock, made_from_the_present, may_change_schema, not_being_deleted};
use super::{Projects, idempotency, lookups};
use crate::jobs::refuse_while_exclusive;
use crate::precondition::one_generation;
use crate::registry::{Change, Event, IdempotencyKey, NewOperation, ProjectRecord};
use crate::{OpContext, Result, schema_volumes, target};

/// An edit after the checks that do not need the lock of the row.
struct CheckedEdit<'a> {
    edit: ProjectEdit,
    /// The generation that it was made from.
    made_from: Option<i64>,
    /// The pool that needs room on its server; `None` if the pool does not grow.
    placement: Option<DatabasePlacement<'a>>,
}

impl Projects<'_> {
    /// Applies the edit. The schema can be changed while the project has never run, and in
    /// development from and to a file that is followed. Refused with 428 when the patch names no generation, and with 409 and the differences when a wanted
    /// field was changed after the generation that it names.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn edit(&self, op: &OpContext, id: &ProjectId, patch: ProjectPatch) -> Result<Operation> {
        op.may_all(&patch.actions(), Target::Project(id))?;
        let patch = ProjectPatch { generation: one_generation(op.generation(), patch.generation)?, ..patch };
        // the same edit from a later generation is the same request
        let request = ProjectPatch { generation: None, ..patch.clone() };
        let key = idempotency::key(op, OperationKind::Edit, id.as_str(), &request)?;
        let begin = || Box::pin(self.begin_edit(op, id, patch.clone(), key.as_ref()));
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_edit(
        &self,
        op: &OpContext,
        id: &ProjectId,
        mut patch: ProjectPatch,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let record = self.record(id).await?;
        if record.delete_requested_at.is_some() {
            return Err(being_deleted(self.0, id).await);
        }
        if patch.is_empty() {
            return Err(
                Problem::field("body", "This edit names no field.", "at least one field to change").into()
            );
        }
        if let Some(draft) = &mut patch.schema_ref {
            schema_volumes::complete(self.0, id.as_str(), draft).await?;
        }
        let (made_from, schema) = (patch.generation, patch.schema_ref.clone().unwrap_or_default());
        let mut edit = match patch.validate() {
            Ok(edit) => edit,
            Err(problem) => return Err(lookups::suggest_commit(self.0, &schema, problem).await.into()),
        };
        made_from_the_present(&record, made_from, &edit)?;
        self.check_others(&record, &mut edit).await?;
        let placement = self.larger_placement(&record, edit.pool_size).await?;
        self.write(op, id, CheckedEdit { edit, made_from, placement }, key).await
    }

    /// Checks the edit against everything but its own row: names of others, secrets, the repository, the fleet's programs.
    async fn check_others(&self, record: &ProjectRecord, edit: &mut ProjectEdit) -> Result<()> {
        let id = &record.project.id;
        one_place_for_each_name(&record.project, &mut edit.clone())?;
        if let Some(hostname) = &edit.hostname {
            self.is_reachable(hostname.as_ref())?;
        }
        let (hostname, aliases) = names(edit);
        lookups::check_names(self.0, id, hostname, aliases).await?;
        if let Some(env) = &edit.env {
            lookups::check_secrets(self.0, id, env).await?;
        }
        if let Some(wanted) = &edit.schema_ref {
            may_change_schema(record, wanted)?;
            lookups::check_schema(self.0, wanted).await?;
        }
        if let Some(release) = &mut edit.release {
            *release = release.take().or_else(|| self.0.settings.pinned());
            lookups::check_release(self.0, release.as_ref())?;
        }
        Ok(())
    }

    async fn write(
        &self,
        op: &OpContext,
        id: &ProjectId,
        checked: CheckedEdit<'_>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let allocates = checked.edit.pool_size.is_some();
        let _turn = if allocates { Some(self.0.allocation.turn().await?) } else { None };
        let mut change = self.0.registry.change_of(op, id).await?;
        if allocates {
            change.lock_connections().await?;
        }
        let (change, before) = lock(change, id).await?;
        let mut change = not_being_deleted(self.0, change, &before).await?;
        let edit = self.judge(&mut change, &before, checked).await?;
        if edit.schema_ref.is_some() {
            change.forget_taken_content(id).await?;
        }
        let limits = (!edit.limits.is_empty()).then(|| edit.limits.over(before.project.limits));
        let generation = match change.edit_project(id, &edit, limits).await {
            Ok(generation) => generation,
            Err(error) => {
                drop(change);
                let (hostname, aliases) = names(&edit);
                return Err(lookups::explain_taken_names(self.0, error, id, hostname, aliases).await);
            }
        };
        let (mut change, record) = lock(change, id).await?;
        if !edit.only_describes() {
            refuse_while_exclusive(&record)?;
        }
        let steps = target::planned(self.0, &record);
        let kind = kind(&edit);
        let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: key };
        let operation = change.open_operation(&new).await?;
        let detail = facts::of(&operation, &before.project, &edit);
        change.commit(Event { project: Some(id), action: kind.into(), detail }).await?;
        Ok(operation)
    }

    /// Checks the edit again under the lock of the row, and returns it as it is written.
    async fn judge(
        &self,
        change: &mut Change,
        record: &ProjectRecord,
        checked: CheckedEdit<'_>,
    ) -> Result<ProjectEdit> {
        let CheckedEdit { mut edit, made_from, placement } = checked;
        made_from_the_present(record, made_from, &edit)?;
        one_place_for_each_name(&record.project, &mut edit)?;
        if let Some(wanted) = &edit.schema_ref {
            may_change_schema(record, wanted)?;
        }
        let schema = edit.schema_ref.as_ref().unwrap_or(&record.project.schema_ref);
        schema_volumes::refuse_in_production(edit.class.unwrap_or(record.project.class), schema)?;
        if edit.pool_size.is_some_and(|pool| pool > record.project.pool_size) {
            let placement = placement.ok_or_else(pool_changed)?;
            check_room(self.0, change, &record.project.id, &placement).await?;
        }
        Ok(edit)
    }
}

fn pool_changed() -> Problem {
    let detail = "Nothing was changed. Its pool was made smaller meanwhile. Read the project and try again.";
    Problem::new(ProblemKind::Conflict, "The pool size was changed meanwhile", detail)
}

/// Removes the alias that becomes the hostname; refuses an alias that equals the hostname.
fn one_place_for_each_name(project: &Project, edit: &mut ProjectEdit) -> Result<()> {
    let hostname = edit.hostname.as_ref().unwrap_or(&project.hostname).as_ref();
    let Some(hostname) = hostname else { return Ok(()) };
    match &edit.aliases {
        None if project.aliases.contains(hostname) => {
            edit.aliases = Some(project.aliases.iter().filter(|alias| *alias != hostname).cloned().collect());
        }
        None => {}
        Some(aliases) => {
            if let Some(index) = aliases.iter().position(|alias| alias == hostname) {
                let fault = Invalid::new(format!("{hostname} is its hostname."), "each name once");
                return Err(Problem::invalid(vec![FieldError::new(format!("aliases.{index}"), fault)]).into());
            }
        }
    }
    Ok(())
}

/// The kind of an edit: that of the most consequential field that it changes.
fn kind(edit: &ProjectEdit) -> OperationKind {
    let alone = !edit.describes() && edit.env.is_none() && names(edit) == (None, &[]);
    match edit {
        ProjectEdit { schema_ref: Some(_), .. } => OperationKind::Deploy,
        ProjectEdit { release: Some(_), .. } => OperationKind::Release,
        ProjectEdit { limits, .. } if alone && !limits.is_empty() => OperationKind::Limits,
        _ => OperationKind::Edit,
    }
}

/// The names that an edit gives.
fn names(edit: &ProjectEdit) -> (Option<&Hostname>, &[Hostname]) {
    (edit.hostname.as_ref().and_then(Option::as_ref), edit.aliases.as_deref().unwrap_or_default())
}
