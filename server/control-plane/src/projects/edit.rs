//! Editing a project: one operation, whatever part is edited. The engine finds out what has to be done for it.

use model::{
    FieldError, Hostname, Invalid, Limits, Operation, OperationKind, Problem, ProblemKind, Project,
    ProjectEdit, ProjectId, ProjectPatch, Target,
};

use super::Projects;
use super::once::request_key;
use super::place::Home;
use crate::jobs::refuse_while_exclusive;
use crate::registry::{Event, NewOperation, ProjectRecord, RequestKey};
use crate::{OpContext, Result};

impl Projects<'_> {
    /// Changes display name, hostname, aliases, environment, server, limits, pool or edge policy; and the schema while it
    /// has never run.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn edit(&self, op: &OpContext, id: &ProjectId, patch: ProjectPatch) -> Result<Operation> {
        op.may_all(&patch.actions(), Target::Project(id))?;
        let key = request_key(op, OperationKind::Edit, id.as_str(), &patch)?;
        self.0.once(op, key.as_ref(), Box::pin(self.begin_edit(op, id, patch, key.as_ref()))).await
    }

    async fn begin_edit(
        &self,
        op: &OpContext,
        id: &ProjectId,
        patch: ProjectPatch,
        key: Option<&RequestKey>,
    ) -> Result<Operation> {
        let record = self.record(id).await?;
        self.0.refuse_while_deleting(&record).await?;
        let schema = patch.schema_ref.clone().unwrap_or_default();
        let mut edit = match patch.validate() {
            Ok(edit) => edit,
            Err(problem) => return Err(self.0.suggest_commit(&schema, problem).await.into()),
        };
        one_place_for_each_name(&record.project, &mut edit)?;
        if let Some(hostname) = &edit.hostname {
            self.is_reachable(hostname.as_ref())?;
        }
        let (hostname, aliases) = names(&edit);
        self.0.names_are_free(id, hostname, aliases).await?;
        if let Some(env) = &edit.env {
            self.0.secrets_are_set(id, env).await?;
        }
        if let Some(wanted) = &edit.schema_ref {
            may_change_schema(&record)?;
            self.0.schema_exists(wanted).await?;
        }
        if let Some(server) = &mut edit.server {
            *server = server.take().or_else(|| self.0.settings.pinned());
            self.0.server_fits(server.as_ref())?;
        }
        let home = self.larger_home(&record, edit.pool_size).await?;
        self.write(op, &record.project, edit, home.as_ref(), key).await
    }

    async fn write(
        &self,
        op: &OpContext,
        project: &Project,
        edit: ProjectEdit,
        home: Option<&Home<'_>>,
        key: Option<&RequestKey>,
    ) -> Result<Operation> {
        let id = &project.id;
        let mut change = self.0.registry.change_of(op, id).await?;
        if let Some(pool) = edit.pool_size {
            self.has_room(&mut change, id, pool, home).await?;
        }
        let limits = (!edit.limits.is_empty()).then(|| edit.limits.over(project.limits));
        let generation = match change.edit_project(id, &edit, limits).await {
            Ok(generation) => generation,
            Err(error) => {
                let (hostname, aliases) = names(&edit);
                return Err(self.0.explain_names(error, id, hostname, aliases).await);
            }
        };
        let record =
            change.lock_project(id).await?.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        if !changes_the_name_alone(&edit) {
            refuse_while_exclusive(&record)?;
        }
        let steps = self.0.planned(&record);
        let kind = kind(&edit);
        let new = NewOperation { project: id, kind, generation, steps: &steps, idempotency_key: key };
        let operation = change.open_operation(&new).await?;
        let detail = facts(&operation, project, limits, edit);
        change.commit(Event { project: Some(id), action: kind.into(), detail }).await?;
        Ok(operation)
    }
}

/// What of an edit stands in the audit trail: values of the environment do not.
fn facts(
    operation: &Operation,
    before: &Project,
    limits: Option<Limits>,
    edit: ProjectEdit,
) -> serde_json::Value {
    serde_json::json!({
        "operation": operation.id, "display_name": edit.display_name, "hostname": edit.hostname,
        "aliases": edit.aliases, "schema_ref": edit.schema_ref, "limits": limits, "pool_size": edit.pool_size,
        "edge": edit.edge,
        "server": edit.server.as_ref().map(|server| serde_json::json!({"from": before.server, "to": server})),
        "env": edit.env.map(|env| env.into_keys().collect::<Vec<_>>()),
    })
}

/// An alias that becomes the hostname is no alias any more; one that is the hostname cannot be added.
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

/// Whether nothing but the display name changes: no instance, database or route is touched for that.
fn changes_the_name_alone(edit: &ProjectEdit) -> bool {
    let name = ProjectEdit { display_name: edit.display_name.clone(), ..ProjectEdit::default() };
    *edit == name
}

/// What an edit is called: after the weightiest of what it changes.
fn kind(edit: &ProjectEdit) -> OperationKind {
    let alone = edit.display_name.is_none() && edit.env.is_none() && names(edit) == (None, &[]);
    match edit {
        ProjectEdit { schema_ref: Some(_), .. } => OperationKind::Deploy,
        ProjectEdit { server: Some(_), .. } => OperationKind::Server,
        ProjectEdit { limits, .. } if alone && !limits.is_empty() => OperationKind::Limits,
        _ => OperationKind::Edit,
    }
}

/// The names that an edit gives.
fn names(edit: &ProjectEdit) -> (Option<&Hostname>, &[Hostname]) {
    (edit.hostname.as_ref().and_then(Option::as_ref), edit.aliases.as_deref().unwrap_or_default())
}

/// Another schema under a project that has data is a deploy, with its rehearsal and its way back; not an edit.
fn may_change_schema(record: &ProjectRecord) -> Result<()> {
    if record.project.schema_version.is_none() {
        return Ok(());
    }
    let detail = "Nothing was changed. This project has run, so another schema is a migration of its data.";
    Err(Problem::new(ProblemKind::Conflict, "The schema of a project that has run cannot be edited", detail)
        .into())
}
