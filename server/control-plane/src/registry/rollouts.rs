//! Reading rollouts.

use std::collections::BTreeMap;

use model::{
    Actor, OperationStatus, OperatorId, Problem, ProjectId, Rollout, RolloutCounts, RolloutId, RolloutMember,
};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, json};
use super::{Registry, RegistryError, Result};

/// A rollout with what only the engine and the authorisation need.
#[derive(Debug, Clone)]
pub struct RolloutRow {
    /// The rollout, without members.
    pub rollout: Rollout,
    /// The operator on whose account its members are deployed; `None`: the host.
    pub operator: Option<OperatorId>,
    /// The projects of all members.
    pub projects: Vec<ProjectId>,
}

/// A member with how far its job is.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// The member.
    pub member: RolloutMember,
    /// Status, end and problem of its job; `None` where it has none, or it was pruned.
    pub job: Option<MemberJob>,
}

/// How far the job of a member is.
#[derive(Debug, Clone)]
pub struct MemberJob {
    /// The status.
    pub status: OperationStatus,
    /// Why it failed.
    pub problem: Option<Problem>,
}

struct Row {
    id: Uuid,
    target: Value,
    options: Value,
    reason: String,
    actor: String,
    operator_id: Option<Uuid>,
    begun_at: OffsetDateTime,
    state: String,
    problem: Option<Value>,
    changed_at: OffsetDateTime,
    ended_at: Option<OffsetDateTime>,
    states: Vec<String>,
    projects: Vec<String>,
}

impl Row {
    fn read(self) -> std::result::Result<RolloutRow, String> {
        let rollout = Rollout {
            id: self.id.into(),
            target: json("target", self.target)?,
            options: json("options", self.options)?,
            reason: self.reason,
            actor: column("actor", Actor::try_from(self.actor))?,
            begun_at: self.begun_at,
            state: column("state", self.state.parse())?,
            problem: self.problem.map(|problem| json("problem", problem)).transpose()?,
            changed_at: self.changed_at,
            ended_at: self.ended_at,
            counts: counts(&self.states),
            members: Vec::new(),
        };
        let projects = self.projects.into_iter().map(|id| column("project_id", id.parse()));
        Ok(RolloutRow {
            rollout,
            operator: self.operator_id.map(Into::into),
            projects: projects.collect::<std::result::Result<_, _>>()?,
        })
    }
}

fn counts(states: &[String]) -> RolloutCounts {
    let mut counts = RolloutCounts::default();
    for state in states {
        *match state.as_str() {
            "waiting" => &mut counts.waiting,
            "running" => &mut counts.running,
            "succeeded" => &mut counts.succeeded,
            "failed" => &mut counts.failed,
            _ => &mut counts.skipped,
        } += 1;
    }
    counts
}

impl TryFrom<Row> for RolloutRow {
    type Error = RegistryError;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id.to_string();
        row.read().map_err(|reason| RegistryError::Row { table: "rollouts", id, reason })
    }
}

struct RowOfMember {
    rollout_id: Uuid,
    position: i32,
    project_id: String,
    state: String,
    operation_id: Option<Uuid>,
    problem: Option<Value>,
    note: Option<String>,
    began_at: Option<OffsetDateTime>,
    baking_since: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
    job_status: Option<String>,
    job_problem: Option<Value>,
}

impl RowOfMember {
    fn read(self) -> std::result::Result<MemberRow, String> {
        let problem = |value: Option<Value>| value.and_then(|value| serde_json::from_value(value).ok());
        let job = match self.job_status {
            Some(status) => Some(MemberJob {
                status: column("status", status.parse())?,
                problem: problem(self.job_problem),
            }),
            None => None,
        };
        let member = RolloutMember {
            position: column("position", u32::try_from(self.position))?,
            project_id: column("project_id", self.project_id.parse())?,
            state: column("state", self.state.parse())?,
            operation_id: self.operation_id.map(Into::into),
            problem: problem(self.problem),
            note: self.note,
            began_at: self.began_at,
            baking_since: self.baking_since,
            ended_at: self.ended_at,
        };
        Ok(MemberRow { member, job })
    }
}

macro_rules! select {
    ($executor:expr, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select id, target, options, reason, actor, operator_id, begun_at, r.state, problem, changed_at, ended_at,
                    m.states as "states!", m.projects as "projects!"
             from rollouts r
             cross join lateral (
               select coalesce(array_agg(state order by position), '{}') as states,
                      coalesce(array_agg(project_id order by position), '{}') as projects
               from rollout_members where rollout_id = r.id) m "# + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql("reading rollouts"))
    };
}

impl Registry {
    /// One rollout.
    pub async fn rollout(&self, id: RolloutId) -> Result<Option<RolloutRow>> {
        select!(&self.pool, fetch_optional, "where id = $1", id.as_uuid())?.map(TryFrom::try_from).transpose()
    }

    /// Rollouts, the newest first, those before `before`, at most `limit`.
    pub async fn rollouts(&self, before: Option<RolloutId>, limit: i64) -> Result<Vec<RolloutRow>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where ($1::uuid is null or id < $1) order by id desc limit $2",
            before.map(|id| id.as_uuid()),
            limit
        )?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    /// The rollouts that are not over, and those with members under way, the oldest first.
    pub async fn open_rollouts(&self) -> Result<Vec<RolloutRow>> {
        let rows = select!(
            &self.pool,
            fetch_all,
            "where r.state in ('running', 'paused')
                or id in (select rollout_id from rollout_members where state = 'running') order by id"
        )?;
        rows.into_iter().map(TryFrom::try_from).collect()
    }

    /// The members of these rollouts in their order, with how far their jobs are: one query.
    pub async fn rollout_members(&self, ids: &[RolloutId]) -> Result<BTreeMap<RolloutId, Vec<MemberRow>>> {
        let ids: Vec<Uuid> = ids.iter().map(RolloutId::as_uuid).collect();
        let rows = sqlx::query_as!(
            RowOfMember,
            r#"select rollout_id, position, m.project_id, state, operation_id, m.problem, note, began_at, baking_since, ended_at,
                    o.status as "job_status?", o.problem as job_problem
             from rollout_members m left join operations o on o.id = m.operation_id
             where rollout_id = any($1) order by rollout_id, position"#,
            &ids
        )
        .fetch_all(&self.pool)
        .await
        .map_err(RegistryError::sql("reading members of rollouts"))?;
        let mut members: BTreeMap<RolloutId, Vec<MemberRow>> = BTreeMap::new();
        for row in rows {
            let (rollout, id) = (row.rollout_id, row.rollout_id.to_string());
            let row =
                row.read().map_err(|reason| RegistryError::Row { table: "rollout_members", id, reason })?;
            members.entry(rollout.into()).or_default().push(row);
        }
        Ok(members)
    }
}
