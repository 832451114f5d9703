//! What the registry went through: every move of an operation, noted by a trigger, and what there is now.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use sqlx::{PgPool, Row as _};
use time::OffsetDateTime;
use tokio::sync::watch;
use uuid::Uuid;

/// The pause between two looks at the registry.
const PAUSE: Duration = Duration::from_millis(60);

const TRIGGER: &str = "
    create table test_moves (
      number bigserial primary key, operation uuid not null, lane text not null, project text, before text, after text);
    create function test_note() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        insert into test_moves (operation, lane, project, after) values (new.id, new.lane, new.project_id, new.status);
      elsif new.status <> old.status then
        insert into test_moves (operation, lane, project, before, after)
        values (new.id, new.lane, new.project_id, old.status, new.status);
      end if;
      return null;
    end $$;
    create trigger test_note after insert or update of status on operations
      for each row execute function test_note()";

const NOW: &str = "
    select jsonb_build_object(
      'projects', (select coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('running',
          (select content from revisions r where r.project_id = p.id and r.number = p.running_revision))), '[]')
        from projects p),
      'open', (select coalesce(jsonb_agg(to_jsonb(o)), '[]') from operations o where status in ('waiting', 'running')),
      'retained', (select coalesce(jsonb_agg(project_id), '[]') from retained_databases))";

/// Notes every move from now on.
pub async fn begin(psql: &PgPool) {
    sqlx::raw_sql(TRIGGER).execute(psql).await.unwrap();
}

/// A row of `projects`.
#[derive(Debug, Clone, Deserialize)]
pub struct ProjectRow {
    pub id: String,
    pub status: String,
    pub desired_state: String,
    pub generation: i64,
    pub observed_generation: i64,
    pub upstream: Option<String>,
    pub env: BTreeMap<String, String>,
    pub hostname: Option<String>,
    pub former_hostnames: Vec<String>,
    pub pool_size: u32,
    pub exclusive_job: Option<Uuid>,
    pub delete_requested_at: Option<String>,
    pub problem: Option<Value>,
    pub running: Option<Content>,
}

/// The content of a revision.
#[derive(Debug, Clone, Deserialize)]
pub struct Content {
    pub env: BTreeMap<String, String>,
    pub pool_size: u32,
}

/// What the registry has.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Snapshot {
    pub projects: Vec<ProjectRow>,
    /// Rows of operations that are not over.
    pub open: Vec<Value>,
    pub retained: Vec<String>,
    /// Counts the looks.
    #[serde(default)]
    pub number: u64,
}

impl Snapshot {
    pub fn project(&self, id: &str) -> Option<&ProjectRow> {
        self.projects.iter().find(|row| row.id == id)
    }

    pub fn open_on(&self, id: &str) -> Vec<&Value> {
        self.open.iter().filter(|operation| operation["project_id"] == id).collect()
    }
}

/// Looks at the registry again and again, for all who want to know.
pub async fn follow(psql: PgPool, looks: watch::Sender<Arc<Snapshot>>) {
    for number in 1.. {
        let row = sqlx::query(NOW).fetch_one(&psql).await.unwrap();
        let mut snapshot: Snapshot = serde_json::from_value(row.get(0)).unwrap();
        snapshot.number = number;
        looks.send_replace(Arc::new(snapshot));
        tokio::time::sleep(PAUSE).await;
    }
}

/// The newest operations of a project with their steps, for people.
pub async fn told(psql: &PgPool, project: &str) -> String {
    let query = "
        select string_agg(format(E'%s %s by %s, generation %s: %s %s\n%s', o.id, o.kind, o.actor, o.generation, o.status,
                                 o.problem ->> 'detail', o.steps), E'\n' order by o.id)
        from (select o.*, (select string_agg(format('    %s %s, %s attempts, %s to %s %s', s.step, s.status, s.attempts,
                                                    s.started_at, s.finished_at, s.note), E'\n' order by s.ordinal)
                           from operation_steps s where s.operation_id = o.id) as steps
              from operations o where project_id = $1 order by o.id desc limit 4) o";
    let row = sqlx::query(query).bind(project).fetch_one(psql).await.unwrap();
    row.get::<Option<String>, _>(0).unwrap_or_default()
}

/// A move of an operation.
#[derive(Debug, Clone)]
pub struct Move {
    pub operation: Uuid,
    pub lane: String,
    pub project: Option<String>,
    pub before: Option<String>,
    pub after: String,
}

/// Every move, in order.
pub async fn moves(psql: &PgPool) -> Vec<Move> {
    let query = "select operation, lane, project, before, after from test_moves order by number";
    let rows = sqlx::query(query).fetch_all(psql).await.unwrap();
    let read = |row: sqlx::postgres::PgRow| Move {
        operation: row.get(0),
        lane: row.get(1),
        project: row.get(2),
        before: row.get(3),
        after: row.get(4),
    };
    rows.into_iter().map(read).collect()
}

/// A step of an exclusive job that was done.
#[derive(Debug, Clone)]
pub struct ExclusiveStep {
    pub project: String,
    pub maintenance: bool,
    pub from: OffsetDateTime,
    pub to: OffsetDateTime,
}

/// Every step of an exclusive job that was done.
pub async fn exclusive_steps(psql: &PgPool) -> Vec<ExclusiveStep> {
    let query = "select o.project_id, o.input ->> 'exclusive' = 'maintenance', s.started_at, s.finished_at
                 from operation_steps s join operations o on o.id = s.operation_id
                 where o.lane = 'job' and o.exclusive and s.status = 'done'";
    let rows = sqlx::query(query).fetch_all(psql).await.unwrap();
    let read = |row: sqlx::postgres::PgRow| ExclusiveStep {
        project: row.get(0),
        maintenance: row.get(1),
        from: row.get(2),
        to: row.get(3),
    };
    rows.into_iter().map(read).collect()
}
