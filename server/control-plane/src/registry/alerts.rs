//! Alerts.

use model::{Actor, Alert, AlertFilter, AlertId, AlertKind, AlertState, Page, ProjectId, ProjectSet};
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::column;
use super::{Registry, RegistryError, Reports, Result};

/// Alerts of one page.
const PAGE: usize = 50;
/// Days for which an alert that is over is retained.
const RETAINED_DAYS: i32 = 90;

struct Row {
    id: Uuid,
    kind: String,
    severity: String,
    project_id: String,
    subject: String,
    sentence: String,
    opened_at: OffsetDateTime,
    worsened_at: Option<OffsetDateTime>,
    resolved_at: Option<OffsetDateTime>,
    closed_by: Option<String>,
    finding_id: Option<Uuid>,
    operation_id: Option<Uuid>,
}

impl Row {
    fn read(self) -> std::result::Result<Alert, String> {
        Ok(Alert {
            id: self.id.into(),
            kind: column("kind", self.kind.parse())?,
            severity: column("severity", self.severity.parse())?,
            project_id: column("project_id", self.project_id.parse())?,
            subject: self.subject,
            sentence: self.sentence,
            opened_at: self.opened_at,
            worsened_at: self.worsened_at,
            resolved_at: self.resolved_at,
            closed_by: self.closed_by.map(|by| column("closed_by", Actor::try_from(by))).transpose()?,
            finding_id: self.finding_id.map(Into::into),
            operation_id: self.operation_id.map(Into::into),
        })
    }
}

impl TryFrom<Row> for Alert {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id.to_string();
        row.read().map_err(|reason| RegistryError::Row { table: "alerts", id, reason })
    }
}

macro_rules! select {
    ($executor:expr, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, kind, severity, project_id, subject, sentence, opened_at, worsened_at, resolved_at, closed_by, finding_id,
                    operation_id
             from alerts " + $tail
            $(, $argument)*
        )
        .fetch_all($executor)
        .await
        .map_err(RegistryError::sql("reading alerts"))?
        .into_iter()
        .map(Alert::try_from)
        .collect::<Result<Vec<Alert>>>()
    };
}

impl Registry {
    /// Every open alert.
    pub async fn open_alerts(&self) -> Result<Vec<Alert>> {
        select!(&self.pool, "where resolved_at is null order by id")
    }

    /// One page of the alerts of the filter on these projects: open ones first, then those that are over, each newest first. It
    /// begins behind `after`.
    pub async fn alerts(
        &self,
        filter: &AlertFilter,
        of: &ProjectSet,
        after: Option<AlertId>,
    ) -> Result<Page<Alert>> {
        let visible: Option<Vec<String>> = match of {
            ProjectSet::All => None,
            ProjectSet::Only(ids) => Some(ids.iter().map(ToString::to_string).collect()),
        };
        let mut items = select!(
            &self.pool,
            "where ($1::text is null or project_id = $1)
               and ($2::text is null or kind = $2)
               and ($3::bool is null or (resolved_at is null) = $3)
               and ($4::text[] is null or project_id = any($4))
               and ($5::uuid is null or (resolved_at is null, id) < (select l.resolved_at is null, l.id from alerts l where l.id = $5))
             order by (resolved_at is null) desc, id desc limit $6",
            filter.project.as_ref().map(ProjectId::as_str),
            filter.kind.map(AlertKind::as_str),
            filter.state.map(|state| state == AlertState::Open),
            visible.as_deref(),
            after.map(|id| id.as_uuid()),
            i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
        )?;
        let more = items.len() > PAGE;
        items.truncate(PAGE);
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }
}

impl Reports<'_> {
    /// Writes alerts as they are now, in one statement. One that is over already stays as it is; one of a project that is gone is
    /// left out.
    pub async fn write_alerts(&self, alerts: &[Alert]) -> Result<()> {
        let each = |read: fn(&Alert) -> String| alerts.iter().map(read).collect::<Vec<_>>();
        let at = |read: fn(&Alert) -> Option<OffsetDateTime>| alerts.iter().map(read).collect::<Vec<_>>();
        let ids: Vec<Uuid> = alerts.iter().map(|alert| alert.id.as_uuid()).collect();
        let opened: Vec<OffsetDateTime> = alerts.iter().map(|alert| alert.opened_at).collect();
        let by: Vec<Option<String>> =
            alerts.iter().map(|alert| alert.closed_by.as_ref().map(ToString::to_string)).collect();
        let related = |read: fn(&Alert) -> Option<Uuid>| alerts.iter().map(read).collect::<Vec<_>>();
        sqlx::query!(
            "insert into alerts as a (id, kind, severity, project_id, subject, sentence, opened_at, worsened_at, resolved_at,
               closed_by, finding_id, operation_id)
             select s.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
               $8::timestamptz[], $9::timestamptz[], $10::text[], $11::uuid[], $12::uuid[])
               s (id, kind, severity, project_id, subject, sentence, opened_at, worsened_at, resolved_at, closed_by, finding_id,
                  operation_id)
             where exists (select from projects p where p.id = s.project_id) and exists (select from engine where term = $13)
             on conflict (id) do update set
               severity = excluded.severity, sentence = excluded.sentence, worsened_at = excluded.worsened_at,
               resolved_at = excluded.resolved_at, closed_by = excluded.closed_by, finding_id = excluded.finding_id,
               operation_id = excluded.operation_id
               where a.resolved_at is null",
            &ids,
            &each(|it| it.kind.to_string()),
            &each(|it| it.severity.to_string()),
            &each(|it| it.project_id.to_string()),
            &each(|it| it.subject.clone()),
            &each(|it| it.sentence.clone()),
            &opened,
            &at(|it| it.worsened_at) as &[Option<OffsetDateTime>],
            &at(|it| it.resolved_at) as &[Option<OffsetDateTime>],
            &by as &[Option<String>],
            &related(|it| it.finding_id.map(|id| id.as_uuid())) as &[Option<Uuid>],
            &related(|it| it.operation_id.map(|id| id.as_uuid())) as &[Option<Uuid>],
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("writing alerts"))?;
        Ok(())
    }

    /// Removes alerts that are past their retention of 90 days.
    pub async fn prune_alerts(&self) -> Result<()> {
        sqlx::query!(
            "delete from alerts where resolved_at < now() - make_interval(days => $1)
               and exists (select from engine where term = $2)",
            RETAINED_DAYS,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("removing alerts"))?;
        Ok(())
    }
}
