//! The database servers by name: one host each. Everything that touches a project's database goes to the server that
//! its row names, and to no other.

use std::sync::Arc;

use model::{Problem, ProblemKind, ServerName};

use super::PostgresHost;

/// A server that the settings name.
#[derive(Clone)]
pub struct DatabaseHost {
    /// What it is called.
    pub name: ServerName,
    /// Where it is, as the settings say.
    pub region: Option<String>,
    /// The way to it.
    pub host: Arc<dyn PostgresHost>,
}

/// All of them, `default` first. Clones share the hosts.
#[derive(Clone)]
pub struct DatabaseHosts(Arc<[DatabaseHost]>);

impl DatabaseHosts {
    /// `default`, and the further ones.
    pub fn new(default: DatabaseHost, further: impl IntoIterator<Item = DatabaseHost>) -> Self {
        Self(std::iter::once(default).chain(further).collect())
    }

    /// One server, `default`.
    pub fn one(host: Arc<dyn PostgresHost>) -> Self {
        Self::new(DatabaseHost { name: ServerName::default(), region: None, host }, [])
    }

    /// Every server.
    pub fn all(&self) -> &[DatabaseHost] {
        &self.0
    }

    /// Whether there is more than one, so that one has to be named.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// The server of that name.
    pub fn find(&self, name: &str) -> Option<&DatabaseHost> {
        self.0.iter().find(|server| server.name.as_str() == name)
    }

    /// The server that a project's row names; the error is what stands on the project until the settings name it again.
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
