//! Creating a project whose database a job fills before the instance is started for the first time.
//!
//! The row is written as in every create. It names the job until the data is in place: until then the engine starts nothing, so an
//! instance never sees an empty database. A job that ends before leaves a row that is removed again.

use std::collections::BTreeMap;

use model::draft::EnvDraft;
use model::{
    Action, CommitSha, DatabaseChoice, DatabaseServerName, EnvName, EnvValue, Hostname, Operation,
    ProjectDraft, SchemaRefDraft, Target,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::create::WrittenCreate;
use super::{Projects, lookups};
use crate::jobs::{self, Job, Request};
use crate::registry::{Event, IdempotencyKey, NewOrigin};
use crate::{Inner, OpContext, Result};

/// A create whose data comes from elsewhere.
pub(crate) struct FilledCreate<'a> {
    /// The create as it would be typed.
    pub(crate) draft: ProjectDraft,
    /// From where the data comes.
    pub(crate) origin: NewOrigin<'a>,
    /// The action of the request, for the audit trail.
    pub(crate) action: Action,
    /// The facts of its event.
    pub(crate) detail: Value,
    /// The idempotency key of the request.
    pub(crate) key: Option<&'a IdempotencyKey>,
}

impl Projects<'_> {
    /// Writes the row and opens the job that fills the database. A refusal writes nothing. `input` is called with the database
    /// server of the new project.
    pub(crate) async fn create_filled<J: Job>(
        &self,
        op: &OpContext,
        create: FilledCreate<'_>,
        input: impl FnOnce(&DatabaseServerName) -> J::Input + Send,
    ) -> Result<Operation>
    where
        J::Input: Serialize,
    {
        let FilledCreate { draft, origin, action, detail, key } = create;
        let checked = self.checked(op, draft).await?;
        debug_assert_eq!(checked.new.database, DatabaseChoice::New);
        let input = input(&checked.placement.server.name);
        let WrittenCreate { mut change, record, _allocation, .. } = self.written(op, &checked).await?;
        let id = &record.project.id;
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<J>(&mut change, &request).await?;
        change.set_origin(id, &origin, operation.id).await?;
        let mut detail = detail;
        detail["operation"] = json!(operation.id);
        let mut requested = detail.clone();
        requested["as"] = json!(id);
        detail["source"] = json!(origin.source);
        change
            .record(&Event { project: Some(origin.source), action: action.into(), detail: requested })
            .await?;
        change.commit(Event { project: Some(id), action: action.into(), detail }).await?;
        Ok(operation)
    }
}

/// The environment that is copied, as it would be typed, and the variables that are left out because their values are secrets.
pub(crate) fn copied_env(env: &BTreeMap<EnvName, EnvValue>) -> (BTreeMap<String, EnvDraft>, Vec<EnvName>) {
    let (mut copied, mut left_out) = (BTreeMap::new(), Vec::new());
    for (name, value) in env {
        match value {
            EnvValue::Text(text) => drop(copied.insert(name.to_string(), EnvDraft::Text(text.clone()))),
            EnvValue::Secret(_) => left_out.push(name.clone()),
        }
    }
    (copied, left_out)
}

/// The hostname of a new project for which none was typed: that of the source with the id as its first label, otherwise the one that
/// the create form suggests.
pub(crate) fn derived_hostname(inner: &Inner, typed: &str, source: Option<&Hostname>, id: &str) -> String {
    if !typed.trim().is_empty() {
        return typed.to_owned();
    }
    let parent = source.and_then(|source| source.as_str().split_once('.')).map(|(_, parent)| parent);
    parent.map_or_else(
        || inner.settings.hostname_pattern.fill(id.trim()),
        |parent| format!("{}.{parent}", id.trim()),
    )
}

impl Projects<'_> {
    /// Whether the fleet's driver can run the release.
    pub(crate) fn has_release(&self, release: &model::ReleaseRef) -> bool {
        lookups::check_release(self.0, Some(release)).is_ok()
    }

    /// The commit that a branch, tag or short commit of the repository names; `None` if there is none, or the repository does not
    /// answer in time.
    pub(crate) async fn resolve(&self, draft: &SchemaRefDraft) -> Option<CommitSha> {
        lookups::resolve(self.0, draft).await
    }
}

/// Refuses a caller who may not create a project at all, before anything of the source is read.
pub(crate) fn may_create(op: &OpContext) -> Result<()> {
    op.may(Action::ProjectCreate, Target::Anywhere)
}
