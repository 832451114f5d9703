//! The project's role and database.

use model::DatabaseName;

use super::{Provisioner, names};
use crate::Result;
use crate::ports::postgres_host::{DatabaseSpec, EnsureOutcome, Presence};
use crate::ports::secret_store::{SecretError, SecretPath};

impl Provisioner<'_> {
    pub(super) async fn ensure_database(&self) -> Result<Option<String>> {
        let id = &self.record.project.id;
        let path = SecretPath::project(id, names::DATABASE_PASSWORD);
        let version = self.record.secrets.get(names::DATABASE_PASSWORD).copied();
        let password = self.inner.ports.secrets.get(&path, version).await?;
        let gone = || SecretError::Gone { path: self.inner.ports.secrets.reference(&path), version: None };
        let password = password.ok_or_else(gone)?.value;
        let connections = self.record.project.pool_size.connections();
        let server = self.database_server()?;
        let proved = self.record.project.schema_version.is_some() || self.record.database_must_exist;
        let presence = if proved { Presence::MustExist } else { Presence::MayBeMade };
        let (name, oid) = (DatabaseName::main(id.clone()), self.record.database_oid);
        let spec = DatabaseSpec { name, password, connections, presence, oid };
        let permit = self.inner.permits.database(&server.name).acquire(self.priority).await;
        let made = server.host.ensure_database(&spec).await;
        drop(permit);
        let made = made?;
        if self.record.database_oid != Some(made.oid()) {
            self.inner.registry.reports(self.inner.term).database(id, &made).await?;
        }
        self.inner.observations.database_ensured(id, &server.name, made.oid(), connections);
        Ok(Some(note(&spec.name, connections, &made)))
    }
}

fn note(name: &DatabaseName, connections: u32, made: &EnsureOutcome) -> String {
    match made {
        EnsureOutcome::Created { .. } => {
            format!("{name}, at most {connections} connections, no access for other roles")
        }
        EnsureOutcome::Found { repairs, .. } if repairs.is_empty() => {
            format!("{name} was there; at most {connections} connections")
        }
        EnsureOutcome::Found { repairs, .. } => {
            let repairs: Vec<String> = repairs.iter().map(ToString::to_string).collect();
            format!("{name} was there; at most {connections} connections; corrected: {}", repairs.join(", "))
        }
    }
}
