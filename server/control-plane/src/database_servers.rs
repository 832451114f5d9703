//! The servers of the projects' databases: what each has to give, to whom it is given, and what our role may not do.

use std::collections::BTreeMap;

use model::fleet::{PartKind, PartState};
use model::{
    Action, Budget, DatabaseServer, DatabaseServerSeen, DatabaseUse, Finding, Problem, Project, ProjectId,
    ServerName, Target, Weight,
};

use crate::budget::{self, Asked};
use crate::observe::ServerLook;
use crate::ports::postgres_host::{DatabaseHost, PostgresInfo};
use crate::projects::Home;
use crate::registry::{Change, Given};
use crate::{Inner, OpContext, Result};

/// The servers of the projects' databases.
pub struct DatabaseServers<'a>(&'a Inner);

impl<'a> DatabaseServers<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Every server as it was last seen, `default` first, each with the projects on it that the asker may see. What our
    /// role may not do is for those who may act on the whole fleet.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext) -> Result<Vec<DatabaseServer>> {
        op.may(Action::DatabaseServerView, Target::Anywhere)?;
        let given = self.0.registry.given_connections().await?;
        let (records, _unreadable) = self.0.registry.projects().await?;
        let mut uses: BTreeMap<String, Vec<DatabaseUse>> = BTreeMap::new();
        for record in records
            .into_iter()
            .filter(|record| op.can(Action::ProjectView, Target::Project(&record.project.id)))
        {
            let project = self.0.present(record);
            uses.entry(project.database_server.clone()).or_default().push(share(&project));
        }
        let hosts = self.0.ports.postgres.all().iter();
        Ok(hosts
            .map(|host| DatabaseServer {
                name: host.name.clone(),
                region: host.region.clone(),
                state: self.state(&host.name),
                seen: self.0.observations.server(&host.name).map(|look| seen(op, &host.name, look, &given)),
                projects: uses.remove(host.name.as_str()).unwrap_or_default(),
            })
            .collect())
    }

    fn state(&self, name: &ServerName) -> PartState {
        let several = self.0.ports.postgres.are_several();
        let wanted = several.then_some(name);
        let parts = self.0.observations.parts();
        let part = parts.into_iter().find(|it| it.kind == PartKind::Postgres && it.server.as_ref() == wanted);
        part.map_or(PartState::Unknown, |part| part.state)
    }
}

fn share(project: &Project) -> DatabaseUse {
    let database = project.observed.database.present();
    DatabaseUse {
        project_id: project.id.clone(),
        display_name: project.display_name.clone(),
        pool_size: project.pool_size,
        limit: project.pool_size.connections(),
        in_use: database.and_then(|database| database.connections),
        bytes: database.and_then(|database| database.bytes),
    }
}

fn seen(op: &OpContext, name: &ServerName, look: ServerLook, given: &Given) -> DatabaseServerSeen {
    let budget = budget::of(name, &look.info, given);
    let PostgresInfo { name: product, role, superuser, in_use, findings, .. } = look.info;
    let findings = if op.can(Action::DatabaseServerView, Target::Fleet) { findings } else { Vec::new() };
    DatabaseServerSeen { product, role, superuser, budget, in_use, findings, at: look.at }
}

impl Inner {
    /// What a server last said of itself; one that has not answered since the start is asked now.
    pub(crate) async fn server_info(&self, host: &DatabaseHost) -> Result<PostgresInfo> {
        if let Some(look) = self.observations.server(&host.name) {
            return Ok(look.info);
        }
        let info = host.host.probe().await?;
        self.note_info(host, &info);
        Ok(info)
    }

    /// Keeps what a server said of itself. What our role may not do there is written to the log when it is another than
    /// before.
    pub(crate) fn note_info(&self, host: &DatabaseHost, info: &PostgresInfo) {
        if !self.observations.set_server(&host.name, info.clone()) {
            return;
        }
        for Finding { weight, text, sql } in &info.findings {
            let sql = sql.as_deref().unwrap_or_default();
            if *weight == Weight::Missing {
                tracing::warn!(server = %host.name, sql, "the database server {}: {text}", host.name);
            } else {
                tracing::info!(server = %host.name, sql, "the database server {}: {text}", host.name);
            }
        }
    }

    /// Refuses a pool that has no room beside what all other projects have, until the change is over. Of a new project the
    /// refusal says which other server has room; one that is there cannot move.
    pub(crate) async fn has_room(&self, change: &mut Change, id: &ProjectId, home: &Home<'_>) -> Result<()> {
        let Home { server, pool, info, bound } = home;
        change.lock_connections().await?;
        let given = change.given_to_others(id).await?;
        let others = if *bound { Vec::new() } else { self.budgets(&given) };
        let asked =
            Asked { server: &server.name, pool: *pool, budget: budget::of(&server.name, info, &given) };
        Ok(asked.admit(&others)?)
    }

    /// The sums of every server that has answered since the start.
    fn budgets(&self, given: &Given) -> Vec<(ServerName, Budget)> {
        let hosts = self.ports.postgres.all().iter();
        let known = hosts.filter_map(|host| {
            let look = self.observations.server(&host.name)?;
            Some((host.name.clone(), budget::of(&host.name, &look.info, given)))
        });
        known.collect()
    }

    /// The server that a create names: that of the kept database where one is taken over.
    pub(crate) fn chosen_server(
        &self,
        named: Option<&ServerName>,
        keeper: Option<&str>,
    ) -> Result<&DatabaseHost, Problem> {
        const FIELD: &str = "database_server";
        if let Some((named, keeper)) = named.zip(keeper).filter(|(named, keeper)| named.as_str() != *keeper) {
            let message = format!("The kept database is on the server {keeper}, not on {named}.");
            return Err(Problem::field(FIELD, message, "the server of the kept database, or nothing"));
        }
        let wanted = named.map(ServerName::as_str).or(keeper).unwrap_or(ServerName::DEFAULT);
        self.ports.postgres.find(wanted).ok_or_else(|| {
            let known: Vec<&str> = self.ports.postgres.all().iter().map(|host| host.name.as_str()).collect();
            let message = format!("There is no database server {wanted:?}. There is: {}.", known.join(", "));
            Problem::field(FIELD, message, "a name of ATOMO_FLEET_DATABASE_SERVERS, or default")
        })
    }
}
