//! Reading the audit trail: pages of events by filter, newest first.

use model::event::sentence;
use model::{Actor, EventFilter, Page, ProjectEvent, ProjectId};
use serde_json::Value;
use time::OffsetDateTime;

use super::{Change, Registry, RegistryError, Result};

/// Events of one page of a list.
const PAGE: u16 = 50;

/// Newest events of a project among which its restarts are counted.
const LATEST: i64 = 200;

struct EventRow {
    id: i64,
    project_id: Option<String>,
    action: String,
    actor: Option<String>,
    detail: Option<Value>,
    at: OffsetDateTime,
}

impl EventRow {
    fn event(self) -> ProjectEvent {
        let actor = self.actor.and_then(|actor| Actor::try_from(actor).ok());
        ProjectEvent {
            id: self.id,
            project_id: self.project_id.and_then(|id| id.parse().ok()),
            sentence: sentence(&self.action, actor.as_ref(), self.detail.as_ref()),
            action: self.action,
            actor,
            detail: self.detail,
            at: self.at,
        }
    }
}

impl Registry {
    /// One page of the events of the filter, newest first, older than `before`.
    pub async fn events(&self, filter: &EventFilter, before: Option<i64>) -> Result<Page<ProjectEvent>> {
        let actors = self.actors(filter).await?;
        self.events_page(filter, actors.as_deref(), before, PAGE).await
    }

    /// Like [`Self::events`], with at most `size` events. `actors`: those of the filter, from [`Self::actors`].
    pub async fn events_page(
        &self,
        filter: &EventFilter,
        actors: Option<&[String]>,
        before: Option<i64>,
        size: u16,
    ) -> Result<Page<ProjectEvent>> {
        let before = before.unwrap_or(i64::MAX);
        let mut items = self.matching(filter, actors, before, i64::from(size) + 1).await?;
        let more = items.len() > usize::from(size);
        items.truncate(usize::from(size));
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    async fn matching(
        &self,
        filter: &EventFilter,
        actors: Option<&[String]>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ProjectEvent>> {
        let EventFilter { project, actor: _, action, period } = filter;
        let doing = RegistryError::sql("reading the audit trail");
        let mut tx = self.filtered().await.map_err(&doing)?;
        let rows = sqlx::query_as!(
            EventRow,
            "select id, project_id, action, actor, detail, at from project_events
             where id < $1
               and ($2::text is null or project_id = $2)
               and ($3::text[] is null or actor = any($3))
               and ($4::text is null or action = $4)
               and ($5::timestamptz is null or at >= $5)
               and ($6::timestamptz is null or at < $6)
             order by id desc limit $7",
            before,
            project.as_ref().map(ProjectId::as_str),
            actors as _,
            action.as_ref().map(AsRef::as_ref),
            period.from,
            period.until,
            limit
        )
        .fetch_all(&mut *tx)
        .await
        .map_err(&doing)?;
        tx.commit().await.map_err(&doing)?;
        Ok(rows.into_iter().map(EventRow::event).collect())
    }

    /// The actors in the audit trail that contain the part that the filter names; `None` if it names none. They are few: each
    /// costs one probe of the index.
    pub async fn actors(&self, filter: &EventFilter) -> Result<Option<Vec<String>>> {
        let Some(part) = &filter.actor else { return Ok(None) };
        let actors = sqlx::query_scalar!(
            r#"with recursive known (actor) as (
                 (select actor from project_events where actor is not null order by actor limit 1)
                 union all
                 select (select next.actor from project_events next where next.actor > known.actor order by next.actor limit 1)
                 from known where known.actor is not null)
               select actor as "actor!" from known where position(lower($1) in lower(actor)) > 0"#,
            part.as_str()
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading the actors of the audit trail"))?;
        Ok(Some(actors))
    }
}

impl Change {
    /// When the engine restarted the project after the end of its instance since then, newest first. Considers the newest
    /// [`LATEST`] events of the project only.
    pub(crate) async fn restarts_since(
        &mut self,
        project: &ProjectId,
        since: OffsetDateTime,
    ) -> Result<Vec<OffsetDateTime>> {
        sqlx::query_scalar!(
            "select at from (
               select at, detail from project_events where project_id = $1 order by id desc limit $2) latest
             where at >= $3 and jsonb_typeof(detail -> 'exit') = 'object'",
            project.as_str(),
            LATEST,
            since
        )
        .fetch_all(self.connection())
        .await
        .map_err(RegistryError::sql("counting restarts"))
    }
}
