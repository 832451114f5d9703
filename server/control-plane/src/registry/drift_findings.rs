//! Findings: levels of projects that differ from what was declared, or differed.

use model::{Actor, DriftDecision, DriftFinding, DriftFindingId, ProjectId};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json, optional};
use super::{Change, Registry, RegistryError, Reports, Result};

/// Resolved findings that are read of a project.
const HISTORY: i64 = 20;
/// Days for which a resolved finding is retained.
const RETAINED_DAYS: i32 = 90;

struct Row {
    id: Uuid,
    project_id: String,
    level: String,
    severity: String,
    key: String,
    diff: Value,
    first_seen: OffsetDateTime,
    changed_at: OffsetDateTime,
    last_seen: OffsetDateTime,
    unknown_since: Option<OffsetDateTime>,
    resolved_at: Option<OffsetDateTime>,
    decision: Option<String>,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<OffsetDateTime>,
    until: Option<OffsetDateTime>,
}

impl Row {
    fn read(self) -> std::result::Result<DriftFinding, String> {
        let by = self.decided_by.map(|by| column("decided_by", Actor::try_from(by))).transpose()?;
        let decision = match (optional("decision", self.decision)?, self.reason, by, self.decided_at) {
            (Some(kind), Some(reason), Some(by), Some(at)) => {
                Some(DriftDecision { kind, reason, by, at, until: self.until })
            }
            _ => None,
        };
        Ok(DriftFinding {
            id: self.id.into(),
            project_id: column("project_id", self.project_id.parse())?,
            level: column("level", self.level.parse())?,
            severity: column("severity", self.severity.parse())?,
            key: self.key,
            diff: json("diff", self.diff)?,
            first_seen: self.first_seen,
            changed_at: self.changed_at,
            last_seen: self.last_seen,
            unknown_since: self.unknown_since,
            resolved_at: self.resolved_at,
            decision,
        })
    }
}

impl TryFrom<Row> for DriftFinding {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id.to_string();
        row.read().map_err(|reason| RegistryError::Row { table: "drift_findings", id, reason })
    }
}

macro_rules! select {
    ($executor:expr, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, project_id, level, severity, key, diff, first_seen, changed_at, last_seen, unknown_since, resolved_at,
                    decision, reason, decided_by, decided_at, until
             from drift_findings " + $tail
            $(, $argument)*
        )
        .fetch_all($executor)
        .await
        .map_err(RegistryError::sql("reading findings"))?
        .into_iter()
        .map(DriftFinding::try_from)
        .collect::<Result<Vec<DriftFinding>>>()
    };
}

impl Registry {
    /// Every finding that is not resolved, by project and level.
    pub async fn unresolved_findings(&self) -> Result<Vec<DriftFinding>> {
        select!(&self.pool, "where resolved_at is null order by project_id, level")
    }

    /// The newest resolved findings of a project, at most 20.
    pub async fn resolved_findings(&self, project: &ProjectId) -> Result<Vec<DriftFinding>> {
        select!(
            &self.pool,
            "where project_id = $1 and resolved_at is not null order by resolved_at desc limit $2",
            project.as_str(),
            HISTORY
        )
    }

    /// One finding.
    pub async fn finding(&self, id: DriftFindingId) -> Result<Option<DriftFinding>> {
        Ok(select!(&self.pool, "where id = $1", id.as_uuid())?.pop())
    }
}

impl Change {
    /// Writes findings as they are now, in one statement. A decision stays while the key of its finding does. A finding of a
    /// project that is gone is left out.
    pub async fn write_findings(&mut self, findings: &[DriftFinding]) -> Result<()> {
        let each = |read: fn(&DriftFinding) -> String| findings.iter().map(read).collect::<Vec<_>>();
        let at = |read: fn(&DriftFinding) -> OffsetDateTime| findings.iter().map(read).collect::<Vec<_>>();
        let ids: Vec<Uuid> = findings.iter().map(|finding| finding.id.as_uuid()).collect();
        let diffs: Vec<Value> = findings.iter().map(|finding| serde_json::json!(finding.diff)).collect();
        let unknown: Vec<Option<OffsetDateTime>> = findings.iter().map(|it| it.unknown_since).collect();
        let resolved: Vec<Option<OffsetDateTime>> = findings.iter().map(|it| it.resolved_at).collect();
        sqlx::query!(
            "insert into drift_findings as f
               (id, project_id, level, severity, key, diff, first_seen, changed_at, last_seen, unknown_since, resolved_at)
             select s.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[],
               $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
               s (id, project_id, level, severity, key, diff, first_seen, changed_at, last_seen, unknown_since, resolved_at)
             where exists (select from projects p where p.id = s.project_id)
             on conflict (id) do update set
               severity = excluded.severity, key = excluded.key, diff = excluded.diff, changed_at = excluded.changed_at,
               last_seen = excluded.last_seen, unknown_since = excluded.unknown_since, resolved_at = excluded.resolved_at,
               decision = case when f.key = excluded.key then f.decision end,
               reason = case when f.key = excluded.key then f.reason end,
               decided_by = case when f.key = excluded.key then f.decided_by end,
               decided_at = case when f.key = excluded.key then f.decided_at end,
               until = case when f.key = excluded.key then f.until end",
            &ids,
            &each(|it| it.project_id.to_string()),
            &each(|it| it.level.to_string()),
            &each(|it| it.severity.to_string()),
            &each(|it| it.key.clone()),
            &diffs,
            &at(|it| it.first_seen),
            &at(|it| it.changed_at),
            &at(|it| it.last_seen),
            &unknown as &[Option<OffsetDateTime>],
            &resolved as &[Option<OffsetDateTime>]
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("writing findings"))?;
        Ok(())
    }

    /// Writes the decision of this caller. Returns `false` if the finding is resolved or has another key by now. With
    /// `resolved`, the finding is over.
    pub async fn decide_finding(
        &mut self,
        finding: &DriftFinding,
        decision: &DriftDecision,
        resolved: bool,
    ) -> Result<bool> {
        let by = decision.by.to_string();
        let changed = sqlx::query!(
            "update drift_findings set decision = $3, reason = $4, decided_by = $5, decided_at = $6, until = $7,
                    resolved_at = case when $8 then $6 else resolved_at end
             where id = $1 and key = $2 and resolved_at is null",
            finding.id.as_uuid(),
            finding.key,
            decision.kind.as_str(),
            decision.reason,
            by,
            decision.at,
            decision.until,
            resolved
        )
        .execute(self.connection())
        .await
        .map_err(RegistryError::sql("deciding about a finding"))?;
        Ok(changed.rows_affected() == 1)
    }
}

impl Reports<'_> {
    /// These findings were seen again, or became unknown or known again: no event follows from it. One statement.
    pub async fn findings_seen(&self, findings: &[DriftFinding]) -> Result<()> {
        let ids: Vec<Uuid> = findings.iter().map(|finding| finding.id.as_uuid()).collect();
        let seen: Vec<OffsetDateTime> = findings.iter().map(|finding| finding.last_seen).collect();
        let unknown: Vec<Option<OffsetDateTime>> = findings.iter().map(|it| it.unknown_since).collect();
        sqlx::query!(
            "update drift_findings f set last_seen = s.seen, unknown_since = s.unknown
             from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) s (id, seen, unknown)
             where f.id = s.id and f.resolved_at is null and exists (select from engine where term = $4)",
            &ids,
            &seen,
            &unknown as &[Option<OffsetDateTime>],
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("reporting findings"))?;
        Ok(())
    }

    /// Removes resolved findings that are past their retention of 90 days.
    pub async fn prune_findings(&self) -> Result<()> {
        sqlx::query!(
            "delete from drift_findings where resolved_at < now() - make_interval(days => $1)
               and exists (select from engine where term = $2)",
            RETAINED_DAYS,
            self.term()
        )
        .execute(self.pool())
        .await
        .map_err(RegistryError::sql("removing findings"))?;
        Ok(())
    }
}
