//! A small fleet at a fixed time.

use model::state::{DatabaseSeen, RouteSeen};
use model::{
    Actor, Budget, ByteSize, CommitSha, DatabaseFigures, DatabaseServer, DatabaseServerSeen, DatabaseUse,
    EdgePolicy, Fleet, InstanceFigures, InstanceSeen, MissingGrant, Observation, ObservationFacts,
    ObservationFigures, Observed, Operation, OperationId, OperationKind, OperationStatus, Part, PartKind,
    PartState, PoolSize, Project, ProjectStatus, ReleaseSeen, SchemaRef, Step, StepRecord, StepStatus,
    Weight,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);

fn commit() -> CommitSha {
    "0123456789abcdef0123456789abcdef01234567".parse().unwrap()
}

/// A project that was asked for, of which nothing is known.
pub fn project(id: &str) -> Project {
    let repo = "file:///srv/schemas".parse().unwrap();
    Project {
        display_name: id.to_uppercase(),
        hostname: Some(format!("{id}.localhost").parse().unwrap()),
        address: Some(format!("https://{id}.localhost:8443")),
        aliases: vec![format!("{id}.example.com").parse().unwrap()],
        database_url: "secret:x".into(),
        schema_ref: SchemaRef::Git { repo, path: "crm/schema.ts".parse().unwrap(), r#ref: commit() },
        status: ProjectStatus::Provisioning,
        observed_generation: 0,
        observed: Observation::nothing(NOW - Duration::seconds(3)),
        created_at: NOW - Duration::days(2),
        updated_at: NOW - Duration::hours(5),
        ..Project::sample(id)
    }
}

/// A project that is as it was asked for.
pub fn running(id: &str) -> Project {
    let mut project = project(id);
    project.status = ProjectStatus::Running;
    project.observed_generation = project.generation;
    project.schema_version = Some(commit());
    let hosts = project.hosts().cloned().collect();
    project.observed.facts = ObservationFacts {
        file: None,
        instance: Observed::Present(instance()),
        ready: Observed::Present(release()),
        database: Observed::Present(DatabaseSeen::default()),
        schema: Observed::Present(commit()),
        route: Observed::Present(RouteSeen {
            hosts,
            upstream: Some("127.0.0.1:40001".into()),
            edge: Some(EdgePolicy::default()),
        }),
        reached: Observed::Unknown,
        hangs: false,
        replace_for_limits: None,
    };
    project.observed.figures = ObservationFigures {
        instance: InstanceFigures { memory: Some(ByteSize::new(31_000_000)), peak_memory: None },
        database: DatabaseFigures {
            bytes: Some(ByteSize::new(8_123_456)),
            connections: Some(2),
            ..DatabaseFigures::default()
        },
    };
    project
}

fn instance() -> InstanceSeen {
    InstanceSeen {
        digest: "d".into(),
        release: "/opt/atomo-server".into(),
        limits: None,
        address: "127.0.0.1:40001".into(),
        pid: Some(4242),
        started_at: NOW - Duration::minutes(12),
        exit: None,
    }
}

fn release() -> ReleaseSeen {
    ReleaseSeen {
        version: "0.4.2".into(),
        commit: None,
        standin: false,
        models_digest: "m".into(),
        models: 7,
    }
}

/// The fleet of these projects, all parts up.
pub fn fleet(projects: Vec<Project>) -> Fleet {
    let part = |kind, name: &str| Part {
        kind,
        database_server: None,
        name: name.into(),
        missing: Vec::new(),
        state: PartState::Up,
    };
    Fleet {
        projects: projects.into_iter().map(Into::into).collect(),
        parts: vec![
            part(PartKind::Postgres, "PostgreSQL 15.6"),
            part(PartKind::Gateway, "Caddy 2.6.2"),
            part(PartKind::Driver, "processes of this machine"),
        ],
        backup_faults: Vec::new(),
        proposals: Vec::new(),
        drift: Vec::new(),
        rollouts: Vec::new(),
        standin: false,
        unreadable: Vec::new(),
        https_port: 8443,
        at: NOW,
    }
}

/// A create whose first step is done, whose second is being worked on.
pub fn operation(status: OperationStatus) -> Operation {
    Operation {
        id: OperationId::from(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        lane: model::Lane::Converge,
        project_id: Some("crm".parse().unwrap()),
        kind: OperationKind::Create,
        status,
        actor: Actor::Operator("ines@example.com".parse().unwrap()),
        generation: 1,
        exclusive: false,
        cancel_requested: false,
        progress: None,
        requested_at: NOW - Duration::seconds(90),
        started_at: Some(NOW - Duration::seconds(89)),
        finished_at: status.is_over().then_some(NOW - Duration::seconds(10)),
        steps: vec![
            step(Step::EnsureSecrets, StepStatus::Done),
            step(Step::EnsureDatabase, StepStatus::Running),
            step(Step::MaterializeSchema, StepStatus::Waiting),
        ],
        problem: None,
    }
}

fn step(step: Step, status: StepStatus) -> StepRecord {
    let begun = status != StepStatus::Waiting;
    StepRecord {
        ordinal: 1,
        step,
        status,
        reason: None,
        started_at: begun.then_some(NOW - Duration::seconds(89)),
        finished_at: (status == StepStatus::Done).then_some(NOW - Duration::milliseconds(88_600)),
        note: None,
        attempts: i32::from(begun),
    }
}

/// A server with one project, whose role lacks something.
pub fn database_server() -> DatabaseServer {
    let budget = Budget { max: 100, reserved: 3, own: 18, backup: 4, given: 7 };
    let grant = |weight, text: &str, sql: Option<&str>| MissingGrant {
        weight,
        text: text.into(),
        sql: sql.map(str::to_owned),
    };
    DatabaseServer {
        name: "eu".parse().unwrap(),
        region: Some("eu-central-1".into()),
        state: PartState::Up,
        seen: Some(DatabaseServerSeen {
            product: "PostgreSQL 16.4".into(),
            role: "fleet".into(),
            superuser: false,
            budget,
            in_use: 9,
            missing_grants: vec![
                grant(
                    Weight::Missing,
                    "The role fleet has no CREATEDB.",
                    Some("alter role \"fleet\" createdb;"),
                ),
                grant(Weight::Lost, "It is no superuser.", None),
            ],
            at: NOW,
        }),
        wal_archive: None,
        projects: vec![DatabaseUse {
            project_id: "crm".parse().unwrap(),
            display_name: "CRM".into(),
            pool_size: PoolSize::default(),
            limit: 7,
            in_use: Some(2),
            bytes: None,
        }],
    }
}
