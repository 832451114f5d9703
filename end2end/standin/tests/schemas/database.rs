//! Databases of projects on the test's Postgres.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use control_plane::ports::postgres_host::{DatabaseSpec, PostgresHost as _, Presence};
use model::{DatabaseName, DatabaseOid};
use postgres_host::testing::TestCluster;
use postgres_host::{ClientPrograms, Copies, Host, Tenancy};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{Connection as _, Executor as _, PgConnection};

/// The server, and the product's parts over it.
pub struct Workshop {
    cluster: Arc<TestCluster>,
    host: Host,
    number: AtomicU32,
    /// Reads catalogs and counts rows, as preflight does.
    pub copies: Copies,
}

/// The database of a case. It is dropped with its role by [`Database::close`].
pub struct Database {
    /// Its name.
    pub name: DatabaseName,
    /// Its OID.
    pub oid: DatabaseOid,
    /// The address that the server gets.
    pub url: String,
}

impl Workshop {
    /// Connects to the server.
    pub async fn open() -> Self {
        let cluster = TestCluster::shared().await;
        let admin = cluster.admin();
        let host = Host::new(admin.clone(), Tenancy::Exclusive);
        let copies = Copies::new(admin, ClientPrograms::new(None, []));
        Self { cluster, host, number: AtomicU32::new(0), copies }
    }

    /// An empty database, made as the control plane makes it.
    pub async fn database(&self) -> Database {
        let id = format!("case-{}-{}", process::id(), self.number.fetch_add(1, Ordering::Relaxed));
        let spec = DatabaseSpec {
            password: SecretString::from("planted"),
            name: DatabaseName::main(id.parse().unwrap()),
            connections: 10,
            presence: Presence::MayBeMade,
            oid: None,
        };
        let oid = self.host.ensure_database(&spec).await.unwrap().oid();
        let url = self.host.url(&spec.name, &spec.password).expose_secret().to_owned();
        Database { name: spec.name, oid, url }
    }

    /// Runs SQL as a superuser.
    pub async fn superuser(&self, database: &Database, sql: &str) {
        let options = self.cluster.admin().database(&database.name.to_string());
        let mut connection = PgConnection::connect_with(&options).await.unwrap();
        connection.execute(sqlx::raw_sql(sql)).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Drops the database and its role.
    pub async fn close(&self, database: &Database) {
        let mut admin = PgConnection::connect_with(&self.cluster.admin()).await.unwrap();
        let name = &database.name;
        admin.execute(&*format!("drop database \"{name}\" with (force)")).await.unwrap();
        admin.execute(&*format!("drop role \"{name}\"")).await.unwrap();
    }
}

impl Database {
    /// Runs SQL as the project's role.
    pub async fn execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect(&self.url).await?;
        connection.execute(sqlx::raw_sql(sql)).await?;
        connection.close().await
    }
}
