//! A control plane to ask, and whoever asks.

mod answer;
mod grants;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use control_plane::context::Authentication;
use control_plane::operators::stream_grant::{Credential, StreamGrant};
use control_plane::ports::driver::{
    AddressRequest, Driver as _, InstanceSpec, MediaVolume, Release, SchemaFiles,
};
use control_plane::ports::gateway::HeaderRouting;
use control_plane::ports::postgres_host::DatabaseHosts;
use control_plane::ports::wal_archive::WalArchives;
use control_plane::registry::Registry;
use control_plane::testing::archive_store::MemoryArchives;
use control_plane::testing::database_copies::NoCopies;
use control_plane::testing::driver::FakeDriver;
use control_plane::testing::gateway::MemoryGateway;
use control_plane::testing::postgres_host::MemoryPostgres;
use control_plane::testing::schema_source::{Entry, MemorySource};
use control_plane::testing::secret_store::MemorySecrets;
use control_plane::volumes::LocalVolumes;
use control_plane::{ControlPlane, OpContext, Ports, Settings};
use http_body_util::BodyExt as _;
use model::{Actor, CommitSha, Email, Grants, OperatorId, Role};
use postgres_host::testing::{TestCluster, TestDatabase};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::api::routes;
use crate::state::{AppState, FrontEnd};
pub use answer::Answer;

/// The repository that has a schema.
pub const REPO: &str = "https://git.example/schemas.git";
/// The schema in it.
pub const PATH: &str = "shop/schema.ts";
/// The operator.
pub const EMAIL: &str = "ines@example.com";
/// Their password.
pub const PASSWORD: &str = "a horse that nobody stapled";
/// Longer than anything here may take.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// A control plane whose engine does not run unless a test lets it.
pub struct Fleet {
    pub plane: ControlPlane,
    pub driver: FakeDriver,
    pub secrets: MemorySecrets,
    pub commit: CommitSha,
    /// Ends streams, as a server that stops does.
    pub stop: CancellationToken,
    router: Router,
    _folder: tempfile::TempDir,
    database: TestDatabase,
}

/// Whoever the test says.
struct Vouched(OpContext);

#[async_trait::async_trait]
impl Credential for Vouched {
    async fn caller(&self) -> control_plane::Result<Option<OpContext>> {
        Ok(Some(self.0.clone()))
    }
}

/// Somebody, or nobody, who sends requests.
#[derive(Clone)]
pub struct Asker {
    router: Router,
    op: Option<OpContext>,
    stop: CancellationToken,
}

impl Fleet {
    pub async fn new() -> Self {
        let database = TestCluster::shared().await.database().await;
        let registry = Registry::connect(database.options()).await.unwrap();
        registry.migrate().await.unwrap();
        let (schemas, folder) = (MemorySource::new(), tempfile::tempdir().unwrap());
        let commit =
            schemas.commit(&REPO.parse().unwrap(), "A shop", &[(PATH, Entry::text("model Shop {}"))]);
        let (driver, secrets) = (FakeDriver::new(), MemorySecrets::new());
        let ports = Ports {
            driver: Arc::new(driver.clone()),
            secrets: Arc::new(secrets.clone()),
            schemas: Arc::new(schemas),
            reader: Arc::new(schema_typescript::TypeScriptReader),
            gateway: Arc::new(MemoryGateway::new()),
            postgres: DatabaseHosts::one(Arc::new(MemoryPostgres::new()), Arc::new(NoCopies::default())),
            volumes: Arc::new(LocalVolumes::new(folder.path().join("volumes"))),
            registry_database: Arc::new(control_plane::testing::registry_database::NoDump),
            archives: Arc::new(MemoryArchives::default()),
            wal_archives: WalArchives::default(),
            mirror: None,
        };
        // what `main` does; an error says that another test of this process was faster
        let _ = rustls::crypto::ring::default_provider().install_default();
        let plane = ControlPlane::new(registry, ports, settings());
        let state = AppState { plane: plane.clone(), front_end: FrontEnd::default() };
        let router = Router::new()
            .nest("/api/v1", routes())
            .layer(axum::middleware::from_fn(crate::api::error::name_request))
            .with_state(state);
        let stop = CancellationToken::new();
        Self { plane, driver, secrets, commit, stop, router, _folder: folder, database }
    }

    /// Connection options of the registry.
    pub fn registry(&self) -> sqlx::postgres::PgConnectOptions {
        self.database.options()
    }

    /// An anonymous caller.
    pub fn anon(&self) -> Asker {
        Asker { router: self.router.clone(), op: None, stop: self.stop.clone() }
    }

    /// The owner.
    pub fn operator(&self) -> Asker {
        self.caller(owner())
    }

    /// The owner, who has a password and may have tokens.
    pub async fn registered(&self) -> Asker {
        let (host, operators) = (OpContext::platform(Actor::Host), self.plane.operators());
        let me =
            operators.create(&host, EMAIL.into(), PASSWORD.to_owned().into(), Role::Owner).await.unwrap();
        self.caller(logged_in(me.email, me.id, Grants::everything()))
    }

    /// Another operator, with these grants.
    pub fn granted(&self, grants: Grants) -> Asker {
        let email = "ben@example.com".parse().unwrap();
        self.caller(logged_in(email, uuid::Uuid::from_u128(8).into(), grants))
    }

    /// Somebody of a test's own making.
    pub fn caller(&self, op: OpContext) -> Asker {
        Asker { op: Some(op), ..self.anon() }
    }

    /// A create that is accepted.
    pub fn draft(&self, id: &str) -> Value {
        json!({"id": id, "schema_ref": {"type": "git", "repo": REPO, "path": PATH, "ref": self.commit}})
    }

    /// Creates the project `shop`, with an instance that has printed 250 lines.
    pub async fn printing(&self) {
        self.create("shop").await;
        self.driver.ensure_running(&shop()).await.unwrap();
        for number in 0..250 {
            self.driver.print(&shop().key, &format!("line {number}"));
        }
    }

    /// Creates a project.
    pub async fn create(&self, id: &str) {
        self.operator().post("/projects", &self.draft(id)).await.ok(StatusCode::ACCEPTED);
    }
}

/// An instance of the project `shop`, for a driver that only plays.
pub fn shop() -> InstanceSpec {
    InstanceSpec {
        key: "shop".parse().unwrap(),
        digest: "one".into(),
        release: Release::Program("/bin/atomo-server".into()),
        limits: model::Limits::default().instance,
        address: AddressRequest::Given(([127, 0, 0, 1], 42_000).into()),
        env: Vec::new(),
        schema: SchemaFiles::Folder("/nowhere".into()),
        media: MediaVolume::Folder("/nowhere".into()),
        database_socket: None,
        redact: Vec::new(),
    }
}

/// An owner whom no table knows: what a password or a token is needed for registers one.
fn owner() -> OpContext {
    logged_in(EMAIL.parse().unwrap(), uuid::Uuid::from_u128(7).into(), Grants::everything())
}

fn logged_in(email: Email, id: OperatorId, grants: Grants) -> OpContext {
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(Actor::Operator(email), id, grants, authentication)
}

fn settings() -> Settings {
    Settings {
        release: Release::Program("/bin/atomo-server".into()),
        programs: None,
        limits: model::Limits::default(),
        upstream_ports: (42_000, 42_099),
        pool_size: 2.try_into().unwrap(),
        hold: Duration::from_secs(1),
        ready_timeout: Duration::from_secs(1),
        grace: Duration::from_secs(1),
        pauses: control_plane::settings::PAUSES,
        verify_timeout: Duration::from_secs(1),
        failed_retry: Duration::from_secs(300),
        drain: Duration::ZERO,
        drift: control_plane::settings::DriftIntervals::default(),
        sweep: Duration::from_secs(30),
        concurrency: 2,
        header: HeaderRouting::default(),
        dashboard: None,
        https_port: 8443,
        certificate_alert_days: 14,
        backup_keys: control_plane::backup_keys::BackupKeys::default(),
        backup_policy: model::BackupPolicy {
            schedule: model::BackupSchedule::Off,
            ..model::BackupPolicy::default()
        },
        keep_former: Duration::from_secs(7 * 24 * 3600),
        deletes: control_plane::settings::DeletePolicy::default(),
        deploys: control_plane::settings::DeployPolicy::default(),
        spool: std::env::temp_dir(),
        fleet_backups: control_plane::settings::FleetBackupSettings::default(),
        hostname_pattern: model::HostnamePattern::default(),
        volumes: control_plane::VolumeFolders::default(),
    }
}

impl Asker {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, body.to_string()).await
    }

    /// Sends JSON.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        self.ask(request.header("content-type", "application/json").body(body.into()).unwrap()).await
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.open(request).await.into_parts();
        let body = tokio::time::timeout(DEADLINE, body.collect()).await.expect("an answer that ends");
        Answer { status: parts.status, headers: parts.headers, body: body.unwrap().to_bytes() }
    }

    /// Sends a request; the answer may go on.
    pub async fn open(&self, mut request: Request<Body>) -> axum::response::Response {
        if let Some(op) = &self.op {
            let credential = Arc::new(Vouched(op.clone()));
            request.extensions_mut().insert(StreamGrant::new(op.clone(), credential, self.stop.clone()));
            request.extensions_mut().insert(op.clone());
        }
        let answer = tokio::time::timeout(DEADLINE, self.router.clone().oneshot(request)).await;
        answer.expect("an answer").unwrap()
    }
}
