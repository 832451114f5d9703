//! Postgres for tests: a fresh database each.
//!
//! `ATOMO_FLEET_TEST_DATABASE_URL` names a server that somebody else starts and stops, with a superuser's credential.
//! Where it is unset, the tests of a process share a cluster of their own, made for the moment and stopped with the
//! last [`TestDatabase`] of the process. A process that was killed leaves its own behind; the next one clears it away.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code that lives in a library")]
#![expect(clippy::missing_panics_doc, reason = "a test without its Postgres panics with the reason")]

mod own;

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::Mutex;

use crate::embedded::{Binaries, Search, find_all};
use own::OwnCluster;

/// Names a server for tests.
pub const URL: &str = "ATOMO_FLEET_TEST_DATABASE_URL";

static SHARED: Mutex<Weak<TestCluster>> = Mutex::const_new(Weak::new());
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A server for tests.
pub struct TestCluster(Server);

enum Server {
    Given(PgConnectOptions),
    Own(OwnCluster),
}

/// An empty database. The server is there as long as it is.
pub struct TestDatabase {
    options: PgConnectOptions,
    _server: Arc<TestCluster>,
}

impl TestDatabase {
    /// How a superuser connects to it.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }
}

impl TestCluster {
    /// The server that this process's tests share.
    pub async fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().await;
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let server = match std::env::var(URL) {
            Ok(url) => Self(Server::Given(PgConnectOptions::from_str(&url).unwrap())),
            Err(_) => Self::start(installed().await.swap_remove(0)).await,
        };
        let server = Arc::new(server);
        *shared = Arc::downgrade(&server);
        server
    }

    /// A cluster of these programs for one test alone, which may disturb it.
    pub async fn start(binaries: Binaries) -> Self {
        Self(Server::Own(OwnCluster::start(binaries).await))
    }

    /// A superuser's connection to the database `postgres` (of a given server: to the one that its address names).
    pub fn admin(&self) -> PgConnectOptions {
        match &self.0 {
            Server::Given(options) => options.clone(),
            Server::Own(own) => own.admin(),
        }
    }

    /// An empty database.
    pub async fn database(self: &Arc<Self>) -> TestDatabase {
        let (process, number) = (std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        let name = format!("test_{process}_{number}");
        let mut admin = PgConnection::connect_with(&self.admin()).await.unwrap();
        drop_forgotten(&mut admin).await;
        for statement in [
            format!("drop database if exists {name} with (force)"),
            format!("create database {name} template template0 encoding 'UTF8'"),
        ] {
            sqlx::raw_sql(&statement).execute(&mut admin).await.unwrap();
        }
        TestDatabase { options: self.admin().database(&name), _server: Arc::clone(self) }
    }

    /// Takes the server away, as a crash would; everything that was committed is there after [`TestCluster::resume`].
    pub fn crash(&self) {
        self.own().crash();
    }

    /// Brings it back at the same place.
    pub async fn resume(&self) {
        self.own().resume().await;
    }

    /// Everything that the server has printed.
    pub fn log(&self) -> String {
        self.own().log()
    }

    fn own(&self) -> &OwnCluster {
        match &self.0 {
            Server::Own(own) => own,
            Server::Given(_) => panic!("a server that others use too is not disturbed"),
        }
    }
}

/// Databases of test processes that have ended.
async fn drop_forgotten(admin: &mut PgConnection) {
    let names = sqlx::query_scalar("select datname::text from pg_database where datname like 'test\\_%\\_%'");
    let names: Vec<String> = names.fetch_all(&mut *admin).await.unwrap();
    let of = |name: &str| name.split('_').nth(1)?.parse::<u32>().ok();
    for name in names.iter().filter(|name| of(name).is_some_and(|process| !lives(process))) {
        let statement = format!("drop database if exists {name} with (force)");
        sqlx::raw_sql(&statement).execute(&mut *admin).await.ok(); // another process may be at it as well
    }
}

/// Whether a process is there.
fn lives(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

/// Postgres of every major version on this machine, the one that is used by default first. Panics when there is none.
pub async fn installed() -> Vec<Binaries> {
    let named = std::env::var_os("ATOMO_FLEET_PG_BIN").map(PathBuf::from);
    let extra: Vec<PathBuf> = named.clone().into_iter().collect();
    let search = Search { explicit: None, cluster: Path::new("/nowhere"), extra: &extra };
    let (mut found, rejected) = find_all(&search).await.unwrap();
    for rejected in &rejected {
        eprintln!("not used: {rejected}");
    }
    let named = named.and_then(|folder| folder.canonicalize().ok());
    found.sort_by_key(|binaries| Some(&binaries.folder) != named.as_ref());
    let mut majors = std::collections::BTreeSet::new();
    found.retain(|binaries| majors.insert(binaries.major));
    assert!(!found.is_empty(), "no Postgres on this machine: run scripts/setup");
    found
}
