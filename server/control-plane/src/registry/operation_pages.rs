//! Pages of operations by filter, newest first.

use model::{
    Operation, OperationFilter, OperationId, OperationKind, OperationStatus, Page, ProjectId, ProjectSet,
};
use uuid::Uuid;

use super::operations::{Row, with_steps};
use super::{Registry, RegistryError, Result};

/// Operations of one page.
const PAGE: usize = 50;

impl Registry {
    /// One page of the operations of the filter on these projects, newest first, older than `before`. Operations of the whole
    /// fleet belong to [`ProjectSet::All`] only.
    pub async fn operations(
        &self,
        filter: &OperationFilter,
        of: &ProjectSet,
        before: Option<OperationId>,
    ) -> Result<Page<Operation>> {
        let doing = RegistryError::sql("reading operations");
        let mut tx = self.filtered().await.map_err(&doing)?;
        let OperationFilter { project, kind, status, actor, period } = filter;
        let visible = ids(of);
        let mut rows = sqlx::query_as!(
            Row,
            "select id, lane, project_id, kind, status, actor, generation, exclusive, progress, cancel_requested_at,
                    requested_at, started_at, finished_at, problem
             from operations
             where id < $1
               and ($2::text is null or project_id = $2)
               and ($3::text is null or kind = $3)
               and ($4::text is null or status = $4)
               and ($5::text is null or position(lower($5) in lower(actor)) > 0)
               and ($6::timestamptz is null or requested_at >= $6)
               and ($7::timestamptz is null or requested_at < $7)
               and ($8::text[] is null or project_id = any($8))
             order by id desc limit $9",
            before.map_or(Uuid::max(), |id| id.as_uuid()),
            project.as_ref().map(ProjectId::as_str),
            kind.map(OperationKind::as_str),
            status.map(OperationStatus::as_str),
            actor.as_ref().map(AsRef::as_ref),
            period.from,
            period.until,
            visible.as_deref(),
            i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(&doing)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let items = with_steps(&mut tx, rows).await?;
        tx.commit().await.map_err(&doing)?;
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }
}

/// The ids of a set; `None` for every project.
fn ids(set: &ProjectSet) -> Option<Vec<String>> {
    match set {
        ProjectSet::All => None,
        ProjectSet::Only(ids) => Some(ids.iter().map(ToString::to_string).collect()),
    }
}
