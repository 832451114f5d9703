//! Projects: reading rows into domain types.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use model::fleet::UnreadableRow;
use model::{
    EnvName, EnvValue, FirstAdmin, LabelValue, Observation, OperationId, Project, ProjectClass,
    ProjectFilter, ProjectId, ProjectStatus, Reconciliation, SchemaRef,
};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::columns::{column, database_oid, hosts, json, optional, pool_size};
use super::fleet::EdgeCache;
use super::{Change, ProjectRecord, Registry, RegistryError, Result, Revision, project_origins};

/// A page of projects.
#[derive(Debug)]
pub struct ProjectsPage {
    /// Those whose rows can be read.
    pub records: Vec<ProjectRecord>,
    /// The id after which the next page begins; `None` when this page is the last one.
    pub last: Option<String>,
}

struct Row {
    id: String,
    display_name: String,
    labels: Value,
    class: String,
    hostname: Option<String>,
    aliases: Vec<String>,
    database_url: String,
    schema_ref: Value,
    schema_version: Option<String>,
    upstream: Option<String>,
    env: Value,
    status: String,
    desired_state: String,
    created_at: OffsetDateTime,
    updated_at: OffsetDateTime,
    generation: i64,
    observed_generation: i64,
    driver: String,
    database_server: String,
    pool_size: i32,
    delete_protection: bool,
    port_base: i32,
    slot: i16,
    secrets: Value,
    former_hostnames: Vec<String>,
    edge: Value,
    fleet_edge: Option<Value>,
    restarts: i64,
    admin_email: Option<String>,
    admin_shown_at: Option<OffsetDateTime>,
    delete_requested_at: Option<OffsetDateTime>,
    exclusive_job: Option<Uuid>,
    maintenance: bool,
    wanted_revision: Option<i32>,
    running_revision: Option<i32>,
    running_content: Option<Value>,
    problem: Option<Value>,
    release: Option<String>,
    release_before: Option<String>,
    limits: Value,
    edited_generation: i64,
    database_must_exist: bool,
    database_oid: Option<i64>,
    last_health: Option<Value>,
    last_change: Option<Value>,
    origin: Option<Value>,
}

impl Row {
    /// The public part; takes what it is made of out of the row.
    fn project(&mut self) -> std::result::Result<Project, String> {
        let id: ProjectId = column("id", take(&mut self.id).parse())?;
        Ok(Project {
            display_name: take(&mut self.display_name),
            labels: json("labels", self.labels.take())?,
            class: column("class", take(&mut self.class).parse())?,
            hostname: optional("hostname", take(&mut self.hostname))?,
            aliases: hosts("aliases", take(&mut self.aliases))?,
            database_url: take(&mut self.database_url),
            schema_ref: json::<SchemaRef>("schema_ref", self.schema_ref.take())?,
            schema_version: optional("schema_version", take(&mut self.schema_version))?,
            address: None,
            upstream: take(&mut self.upstream),
            env: json::<BTreeMap<EnvName, EnvValue>>("env", self.env.take())?,
            release: optional("release", take(&mut self.release))?,
            release_before: optional("release_before", take(&mut self.release_before))?,
            limits: json("limits", self.limits.take())?,
            status: column("status", take(&mut self.status).parse())?,
            desired_state: column("desired_state", take(&mut self.desired_state).parse())?,
            generation: self.generation,
            observed_generation: self.observed_generation,
            driver: take(&mut self.driver),
            database_server: take(&mut self.database_server),
            pool_size: column("pool_size", pool_size(self.pool_size))?,
            delete_protection: self.delete_protection,
            edge: json("edge", self.edge.take())?,
            observed: Observation::nothing(self.updated_at),
            reconciliation: Reconciliation::default(),
            health_since: None,
            origin: None,
            first_admin: self.first_admin()?,
            problem: take(&mut self.problem).map(|value| json("problem", value)).transpose()?,
            last_change: take(&mut self.last_change)
                .map(|value| json("operations.kind", value))
                .transpose()?,
            created_at: self.created_at,
            updated_at: self.updated_at,
            id,
        })
    }

    fn first_admin(&self) -> std::result::Result<Option<FirstAdmin>, String> {
        let email = optional("admin_email", self.admin_email.clone())?;
        Ok(email.map(|email| FirstAdmin { email, shown_at: self.admin_shown_at }))
    }

    fn record(mut self, edges: &EdgeCache) -> std::result::Result<ProjectRecord, String> {
        let (origin, fill_job) = project_origins::parse(self.origin.take())?;
        Ok(ProjectRecord {
            project: Project { origin, ..self.project()? },
            fill_job,
            port_base: column("port_base", u16::try_from(self.port_base))?,
            slot: column("slot", u8::try_from(self.slot))?,
            secrets: json("secrets", self.secrets)?,
            former_hostnames: hosts("former_hostnames", self.former_hostnames)?,
            fleet_edge: edges.of(self.fleet_edge),
            restarts: self.restarts,
            admin_email: optional("admin_email", self.admin_email)?,
            delete_requested_at: self.delete_requested_at,
            exclusive_job: self.exclusive_job.map(OperationId::from),
            maintenance: self.maintenance,
            wanted_revision: self.wanted_revision,
            running: running(self.running_revision, self.running_content)?,
            edited_generation: self.edited_generation,
            database_must_exist: self.database_must_exist,
            database_oid: self
                .database_oid
                .map(|oid| column("database_oid", database_oid(oid)))
                .transpose()?,
            last_health: self.last_health.and_then(|value| serde_json::from_value(value).ok()),
        })
    }
}

fn running(number: Option<i32>, content: Option<Value>) -> std::result::Result<Option<Revision>, String> {
    let revision = |(number, content)| Ok(Revision { number, content: json("revisions.content", content)? });
    number.zip(content).map(revision).transpose()
}

macro_rules! select {
    ($executor:expr, $doing:literal, $fetch:ident, $tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            "select id, display_name, labels, class, hostname, aliases, database_url, schema_ref, schema_version,
                    upstream, env, status, desired_state, created_at, updated_at, generation, observed_generation, driver,
                    database_server, pool_size, port_base, slot, secrets, former_hostnames, restarts, admin_email,
                    admin_shown_at, delete_requested_at, exclusive_job, maintenance, wanted_revision,
                    running_revision, problem, release, release_before, limits, edge, edited_generation,
                    database_must_exist, database_oid, last_health, delete_protection,
                    (select content from revisions r where r.project_id = projects.id
                       and r.number = projects.running_revision) as \"running_content?\",
                    (select edge from fleet) as \"fleet_edge?\",
                    (select jsonb_build_object('kind', kind, 'at', requested_at) from operations o
                       where o.project_id = projects.id and o.lane = 'converge' and o.actor <> 'reconciler'
                         and (o.kind <> 'converge' or o.actor = 'registry')
                       order by o.id desc limit 1) as \"last_change?\",
                    (select to_jsonb(o) from project_origins o where o.project_id = projects.id) as \"origin?\"
             from projects " + $tail
            $(, $argument)*
        )
        .$fetch($executor)
        .await
        .map_err(RegistryError::sql($doing))
    };
}

fn one(row: Option<Row>, edges: &EdgeCache) -> Result<Option<ProjectRecord>> {
    row.map(|row| {
        let id = row.id.clone();
        row.record(edges).map_err(|reason| RegistryError::Row { table: "projects", id, reason })
    })
    .transpose()
}

impl Registry {
    /// One project; `None` when there is no row.
    pub async fn project(&self, id: &ProjectId) -> Result<Option<ProjectRecord>> {
        let row = select!(&self.pool, "reading a project", fetch_optional, "where id = $1", id.as_str())?;
        one(row, &self.edges)
    }

    /// One page of the projects that the filter contains, in the byte order of their ids, those after `after`: at most
    /// `limit` rows.
    pub async fn projects_after(
        &self,
        filter: &ProjectFilter,
        after: Option<&str>,
        limit: i64,
    ) -> Result<ProjectsPage> {
        let ProjectFilter { labels, class, status } = filter;
        let keys: Vec<&str> = labels.iter().map(|selector| selector.key.as_str()).collect();
        let values: Vec<Option<&str>> =
            labels.iter().map(|selector| selector.value.as_ref().map(LabelValue::as_str)).collect();
        let rows = select!(
            &self.pool,
            "reading a page of projects",
            fetch_all,
            r#"where ($1::text is null or id collate "C" > $1)
                 and not exists (select from unnest($3::text[], $4::text[]) selector (key, value)
                   where labels ->> key is null or labels ->> key <> value)
                 and ($5::text is null or class = $5) and ($6::text is null or status = $6)
               order by id collate "C" limit $2"#,
            after,
            limit,
            &keys as _,
            &values as _,
            class.map(ProjectClass::as_str),
            status.map(ProjectStatus::as_str)
        )?;
        let full = i64::try_from(rows.len()).is_ok_and(|read| read == limit);
        let last = rows.last().filter(|_| full).map(|row| row.id.clone());
        let records = rows.into_iter().filter_map(|row| row.record(&self.edges).ok()).collect();
        Ok(ProjectsPage { records, last })
    }

    /// Every project, in the byte order of the ids. Rows that cannot be read are returned apart from the records.
    pub async fn projects(&self) -> Result<(Vec<ProjectRecord>, Vec<UnreadableRow>)> {
        let rows = select!(&self.pool, "reading the projects", fetch_all, r#"order by id collate "C""#)?;
        Ok(self.records(rows))
    }

    /// Those of these projects that have a row, as [`Registry::projects`] reads all of them.
    pub async fn projects_of(
        &self,
        ids: &BTreeSet<ProjectId>,
    ) -> Result<(Vec<ProjectRecord>, Vec<UnreadableRow>)> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let rows = select!(&self.pool, "reading projects", fetch_all, "where id = any ($1)", &ids)?;
        Ok(self.records(rows))
    }

    fn records(&self, rows: Vec<Row>) -> (Vec<ProjectRecord>, Vec<UnreadableRow>) {
        let mut records = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for row in rows {
            let id = row.id.clone();
            match row.record(&self.edges) {
                Ok(record) => records.push(record),
                Err(reason) => unreadable.push(UnreadableRow { id, reason }),
            }
        }
        (records, unreadable)
    }
}

impl Change {
    /// Locks a project's row for the rest of the change and reads it.
    pub async fn lock_project(&mut self, id: &ProjectId) -> Result<Option<ProjectRecord>> {
        let row = select!(
            self.connection(),
            "locking a project",
            fetch_optional,
            "where id = $1 for update",
            id.as_str()
        )?;
        one(row, &self.edges)
    }
}
