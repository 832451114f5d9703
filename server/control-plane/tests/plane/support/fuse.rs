//! Crashes of the control plane, to the call: a fuse counts what it does to the world, and what it commits behind a
//! [`wire`](super::wire), and blows at the n-th time. The call at which it blows never returns, so nothing happens after it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::gateway::{
    CertificateState, Gateway, GatewayError, GatewayInfo, Reached, RootCertificate, RouteSeen, RouteTable,
    Served,
};
use control_plane::ports::postgres_host::{
    DatabaseReport, DatabaseSpec, EnsureOutcome, PostgresError, PostgresHost, PostgresInfo,
};
use control_plane::ports::secret_store::{
    Secret, SecretError, SecretMeta, SecretPath, SecretReader, SecretScope, SecretStore,
};
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::MemoryPostgres;
use control_plane::testing::secret_store::MemorySecrets;
use model::{ByteSize, DatabaseName, Hostname, ProjectId};
use secrecy::SecretString;
use tokio::sync::watch;

/// Whole until it is armed. Clones are the same fuse.
#[derive(Clone, Default)]
pub struct Fuse {
    state: Arc<Mutex<State>>,
    panics: Arc<AtomicBool>,
    blown: Arc<watch::Sender<Option<String>>>,
}

#[derive(Default)]
struct State {
    /// The number of passes at which it blows, since it was armed.
    at: Option<u32>,
    passes: u32,
}

impl Fuse {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It blows when it was passed so often.
    pub fn arm(&self, passes: u32) {
        *self.state() = State { at: Some(passes), passes: 0 };
        self.blown.send_replace(None);
    }

    /// The next pass panics, once.
    pub fn explode(&self) {
        self.panics.store(true, Ordering::SeqCst);
    }

    /// It never blows.
    pub fn disarm(&self) {
        self.state().at = None;
    }

    /// How often it was passed since it was armed.
    pub fn passes(&self) -> u32 {
        self.state().passes
    }

    /// Returns when it blew, and where that was.
    pub async fn blown(&self) -> String {
        let mut blown = self.blown.subscribe();
        let place = blown.wait_for(Option::is_some).await.unwrap();
        place.clone().unwrap_or_default()
    }

    /// Stands before and after everything that changes the world.
    pub async fn pass(&self) {
        self.pass_at("at a call of a part").await;
    }

    /// The same at a place that is told when it blows. Nothing passes a fuse that has blown.
    pub async fn pass_at(&self, place: &str) {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "a part that has a hole");
        let blows = {
            let mut state = self.state();
            let blows = state.at.is_some_and(|at| state.passes >= at);
            state.passes += u32::from(!blows);
            blows
        };
        if blows {
            let first = |blown: &mut Option<String>| {
                let first = blown.is_none();
                blown.get_or_insert_with(|| place.to_owned());
                first
            };
            self.blown.send_if_modified(first);
            std::future::pending::<()>().await;
        }
    }
}

/// A part behind a fuse.
#[derive(Clone)]
pub struct Fused<T> {
    pub part: T,
    pub fuse: Fuse,
}

#[async_trait]
impl Gateway for Fused<MemoryGateway> {
    async fn probe(&self) -> Result<GatewayInfo, GatewayError> {
        self.part.probe().await
    }

    async fn apply(&self, table: &RouteTable) -> Result<Served, GatewayError> {
        self.fuse.pass().await;
        let applied = self.part.apply(table).await;
        self.fuse.pass().await;
        applied
    }

    async fn read_back(&self) -> Result<BTreeMap<ProjectId, RouteSeen>, GatewayError> {
        self.part.read_back().await
    }

    async fn reach(
        &self,
        id: &ProjectId,
        host: Option<&Hostname>,
        path: &str,
        within: Duration,
    ) -> Result<Reached, GatewayError> {
        self.fuse.pass().await;
        self.part.reach(id, host, path, within).await
    }

    async fn certificate(&self, host: &Hostname) -> CertificateState {
        self.part.certificate(host).await
    }

    fn root_certificate(&self) -> RootCertificate {
        self.part.root_certificate()
    }
}

#[async_trait]
impl SecretReader for Fused<MemorySecrets> {
    async fn get(&self, path: &SecretPath, version: Option<u32>) -> Result<Option<Secret>, SecretError> {
        self.part.get(path, version).await
    }

    async fn list(&self, scope: &SecretScope) -> Result<Vec<SecretMeta>, SecretError> {
        self.part.list(scope).await
    }

    async fn history(&self, path: &SecretPath) -> Result<Vec<Secret>, SecretError> {
        self.part.history(path).await
    }

    fn reference(&self, path: &SecretPath) -> String {
        self.part.reference(path)
    }
}

#[async_trait]
impl SecretStore for Fused<MemorySecrets> {
    async fn probe(&self) -> Result<String, SecretError> {
        self.part.probe().await
    }

    async fn ensure(&self, path: &SecretPath, value: SecretString) -> Result<Secret, SecretError> {
        self.fuse.pass().await;
        let kept = self.part.ensure(path, value).await;
        self.fuse.pass().await;
        kept
    }

    async fn put(&self, path: &SecretPath, value: SecretString) -> Result<u32, SecretError> {
        self.fuse.pass().await;
        self.part.put(path, value).await
    }

    async fn import(&self, path: &SecretPath, secret: &Secret) -> Result<(), SecretError> {
        self.fuse.pass().await;
        let done = self.part.import(path, secret).await;
        self.fuse.pass().await;
        done
    }

    fn fits(&self, path: &SecretPath, value: &SecretString) -> Result<(), SecretError> {
        self.part.fits(path, value)
    }

    async fn delete(&self, path: &SecretPath) -> Result<(), SecretError> {
        self.fuse.pass().await;
        self.part.delete(path).await
    }
}

#[async_trait]
impl PostgresHost for Fused<MemoryPostgres> {
    async fn probe(&self) -> Result<PostgresInfo, PostgresError> {
        self.part.probe().await
    }

    async fn ensure_database(&self, spec: &DatabaseSpec) -> Result<EnsureOutcome, PostgresError> {
        self.fuse.pass().await;
        let made = self.part.ensure_database(spec).await;
        self.fuse.pass().await;
        made
    }

    async fn retain_database(&self, name: &DatabaseName) -> Result<Option<ByteSize>, PostgresError> {
        self.fuse.pass().await;
        let kept = self.part.retain_database(name).await;
        self.fuse.pass().await;
        kept
    }

    async fn databases(&self) -> Result<BTreeMap<DatabaseName, DatabaseReport>, PostgresError> {
        self.part.databases().await
    }

    fn socket(&self) -> Option<std::path::PathBuf> {
        self.part.socket()
    }

    fn url(&self, name: &DatabaseName, password: &SecretString) -> SecretString {
        self.part.url(name, password)
    }
}
