//! A host over a server of its own.

use std::sync::Arc;

use control_plane::ports::postgres_host::{DatabaseSpec, PostgresHost as _, Presence};
use model::DatabaseName;
use postgres_host::testing::{TestCluster, installed};
use postgres_host::{Host, Tenancy};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};

/// As whom the control plane works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admin {
    Superuser,
    /// `CREATEDB CREATEROLE`, on a server that others use too.
    Delegate,
}

/// A host and its server.
pub struct World {
    pub server: Arc<TestCluster>,
    pub admin: PgConnectOptions,
    pub host: Arc<Host>,
}

/// One world for every major version on this machine, each named in the test's output.
pub async fn worlds(admin: Admin) -> Vec<World> {
    let mut worlds = Vec::new();
    for binaries in installed().await {
        eprintln!("Postgres {} of {}, {admin:?}", binaries.version, binaries.folder.display());
        worlds.push(World::on(Arc::new(TestCluster::start(binaries).await), admin).await);
    }
    worlds
}

impl World {
    /// A host on a server, which has no projects afterwards.
    pub async fn on(server: Arc<TestCluster>, admin: Admin) -> Self {
        let superuser = server.admin();
        clear(&superuser).await;
        let (options, tenancy) = match admin {
            Admin::Superuser => (superuser, Tenancy::Exclusive),
            Admin::Delegate => (delegate(&superuser).await, Tenancy::Shared),
        };
        let host = Arc::new(Host::new(options.clone(), tenancy));
        Self { server, admin: options, host }
    }

    /// Makes a project's database; the address of it.
    pub async fn project(&self, id: &str) -> SecretString {
        let spec = spec(id);
        self.host.ensure_database(&spec).await.unwrap();
        self.host.url(&spec.name, &spec.password)
    }

    /// The superuser in a database.
    pub async fn superuser(&self, database: &str) -> PgConnection {
        PgConnection::connect_with(&self.server.admin().database(database)).await.unwrap()
    }
}

/// Removes every project.
async fn clear(superuser: &PgConnectOptions) {
    let mut connection = PgConnection::connect_with(superuser).await.unwrap();
    for (catalog, kind, how) in [("pg_database", "database", "with (force)"), ("pg_roles", "role", "")] {
        let column = if kind == "role" { "rolname" } else { "datname" };
        let names = format!("select {column}::text from {catalog} where {column} like 'proj\\_%'");
        let names: Vec<String> = sqlx::query_scalar(&names).fetch_all(&mut connection).await.unwrap();
        for name in names {
            connection.execute(&*format!("drop {kind} \"{name}\" {how}")).await.unwrap();
        }
    }
}

/// A role that may make roles and databases, on a server whose default databases its owner has closed.
async fn delegate(superuser: &PgConnectOptions) -> PgConnectOptions {
    let mut connection = PgConnection::connect_with(superuser).await.unwrap();
    let made =
        sqlx::query("select from pg_roles where rolname = 'fleet'").fetch_optional(&mut connection).await;
    if made.unwrap().is_none() {
        for statement in [
            "create role fleet login createdb createrole password 'delegated'",
            "create database fleet owner fleet",
            "revoke connect on database postgres, template1, fleet from public",
        ] {
            connection.execute(statement).await.unwrap();
        }
    }
    superuser.clone().username("fleet").password("delegated").database("fleet")
}

pub fn spec(id: &str) -> DatabaseSpec {
    DatabaseSpec {
        password: SecretString::from(format!("of {id}")),
        name: DatabaseName::main(id.parse().unwrap()),
        connections: 5,
        presence: Presence::MayBeMade,
        oid: None,
    }
}

/// Connects with an address, as an instance would.
pub async fn connect(url: &SecretString) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(url.expose_secret()).await
}
