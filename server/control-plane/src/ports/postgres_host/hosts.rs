//! The database servers by name. Work on a project's database uses the server that its row names, and no other.

use std::sync::Arc;

use model::{DatabaseServerName, Problem, ProblemKind};

use super::PostgresHost;
use crate::ports::database_copies::DatabaseCopies;

/// A configured database server.
#[derive(Clone)]
pub struct DatabaseHost {
    /// Its name.
    pub name: DatabaseServerName,
    /// Its region, from the settings.
    pub region: Option<String>,
    /// Its port.
    pub host: Arc<dyn PostgresHost>,
    /// Snapshots and copies of its databases.
    pub copies: Arc<dyn DatabaseCopies>,
}

/// All database servers, `default` first. Clones share them.
#[derive(Clone)]
pub struct DatabaseHosts(Arc<[DatabaseHost]>);

impl DatabaseHosts {
    /// `default` and the further servers.
    pub fn new(default: DatabaseHost, further: impl IntoIterator<Item = DatabaseHost>) -> Self {
        Self(std::iter::once(default).chain(further).collect())
    }

    /// Only `default`.
    pub fn one(host: Arc<dyn PostgresHost>, copies: Arc<dyn DatabaseCopies>) -> Self {
        Self::new(DatabaseHost { name: DatabaseServerName::default(), region: None, host, copies }, [])
    }

    /// Every server.
    pub fn all(&self) -> &[DatabaseHost] {
        &self.0
    }

    /// Whether there is more than one server, so that names are shown.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// The server with that name.
    pub fn find(&self, name: &str) -> Option<&DatabaseHost> {
        self.0.iter().find(|server| server.name.as_str() == name)
    }

    /// The server of a project's row. The error is shown on the project while the settings do not name the server.
    pub fn of(&self, name: &str) -> Result<&DatabaseHost, Problem> {
        self.find(name).ok_or_else(|| not_configured(name))
    }
}

fn not_configured(name: &str) -> Problem {
    let detail = format!(
        "Its database is on the server {name:?}, which the settings do not name. Nothing is made elsewhere and nothing \
         was removed; what runs goes on, but is not started again. Name the server in ATOMO_FLEET_DATABASE_SERVERS \
         again and start the control plane anew."
    );
    Problem {
        part: Some("postgres".into()),
        ..Problem::new(ProblemKind::Refused, "Its database server is not configured", detail)
    }
}
