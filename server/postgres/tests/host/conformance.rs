//! The suite of the port.

use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::postgres_host::PostgresHost;
use control_plane::testing::conformance::postgres_host::{PostgresFixture, Session, run};
use postgres_host::testing::{TestCluster, installed};
use secrecy::SecretString;
use sqlx::{Executor as _, PgConnection};

use crate::support::{Admin, World, connect};

#[async_trait]
impl PostgresFixture for World {
    fn host(&self) -> Arc<dyn PostgresHost> {
        Arc::clone(&self.host) as Arc<dyn PostgresHost>
    }

    async fn log_in(&self, url: &SecretString) -> Result<Box<dyn Session>, String> {
        let connection = connect(url).await.map_err(|error| error.to_string())?;
        Ok(Box::new(Role(connection)))
    }

    async fn stop(&self) {
        self.server.crash();
    }

    async fn start(&self) {
        self.server.resume().await;
    }
}

/// A project's role. The table is its own: it may make one in its schema.
struct Role(PgConnection);

#[async_trait]
impl Session for Role {
    async fn write(&mut self, line: &str) -> Result<(), String> {
        let write = async {
            self.0
                .execute("create table if not exists lines (number bigserial primary key, line text)")
                .await?;
            sqlx::query("insert into lines (line) values ($1)").bind(line).execute(&mut self.0).await
        };
        write.await.map(drop).map_err(|error: sqlx::Error| error.to_string())
    }

    async fn read(&mut self) -> Result<Vec<String>, String> {
        let read = async {
            if !sqlx::query_scalar("select to_regclass('lines') is not null").fetch_one(&mut self.0).await? {
                return Ok(Vec::new());
            }
            sqlx::query_scalar("select line from lines order by number").fetch_all(&mut self.0).await
        };
        read.await.map_err(|error: sqlx::Error| error.to_string())
    }
}

async fn conforms(admin: Admin) {
    for binaries in installed().await {
        eprintln!("Postgres {} of {}, {admin:?}", binaries.version, binaries.folder.display());
        let server = Arc::new(TestCluster::start(binaries).await);
        run(async || World::on(Arc::clone(&server), admin).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superuser_conforms() {
    conforms(Admin::Superuser).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_with_createdb_and_createrole_conforms() {
    conforms(Admin::Delegate).await;
}
