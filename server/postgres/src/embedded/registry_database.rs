//! Role and database of the registry in the embedded cluster.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use super::error::ClusterError;
use super::{Cluster, secret_file};
use crate::password::verifier;
use crate::session::{Session, state};
use crate::sql::{identifier, literal};

const DOING: &str = "making the registry's database";
const LIMIT: Duration = Duration::from_secs(30);

impl Cluster {
    /// Ensures a role and a database of that name, closed to other roles, and returns the connection options. The role
    /// owns the database. Idempotent. The password is kept in a file beside the cluster; if that file was lost, a new
    /// one is set.
    pub async fn ensure_fleet_database(&self, name: &str) -> Result<PgConnectOptions, ClusterError> {
        let _lock = self.folder.lock(LIMIT).await?;
        let password = secret_file::ensure(&self.folder.password(name), &self.folder.account)?;
        let quoted = identifier(name);
        let mut session = Session::open(&self.admin(), DOING).await?;
        session.run_unless(DOING, state::DUPLICATE_ROLE, &format!("create role {quoted}")).await?;
        let secret = literal(&verifier(&password));
        session.run(DOING, &format!("alter role {quoted} login password {secret}")).await?;
        let create = format!("create database {quoted} owner {quoted} template template0 encoding 'UTF8'");
        session.run_unless(DOING, state::DUPLICATE_DATABASE, &create).await?;
        session.run(DOING, &format!("revoke all on database {quoted} from public")).await?;
        Ok(self.options(name, &password).database(name))
    }
}
