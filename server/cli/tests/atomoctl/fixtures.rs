//! Documents of the API.

use model::{
    ApiToken, Fleet, Observation, Operation, OperationKind, OperationStatus, Project, SchemaRef, Step,
    StepRecord, StepStatus,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

pub const AT: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);
pub const OPERATION: &str = "01900000-0000-7000-8000-000000000001";
pub const SHA: &str = "0123456789abcdef0123456789abcdef01234567";

/// A create with two steps, both in the given status.
pub fn operation(status: OperationStatus) -> Operation {
    let step = |step, status| StepRecord {
        ordinal: 1,
        step,
        status,
        reason: None,
        started_at: Some(AT),
        finished_at: (status == StepStatus::Done).then_some(AT),
        note: None,
        attempts: 1,
    };
    let (first, second) = match status {
        OperationStatus::Running => (StepStatus::Done, StepStatus::Running),
        OperationStatus::Succeeded => (StepStatus::Done, StepStatus::Done),
        OperationStatus::Failed => (StepStatus::Done, StepStatus::Failed),
        _ => (StepStatus::Waiting, StepStatus::Waiting),
    };
    Operation {
        id: OPERATION.parse().unwrap(),
        lane: model::Lane::Converge,
        project_id: Some("crm".parse().unwrap()),
        kind: OperationKind::Create,
        status,
        actor: model::Actor::Host,
        generation: 1,
        exclusive: false,
        cancel_requested: false,
        progress: None,
        requested_at: AT,
        started_at: None,
        finished_at: status.is_over().then_some(AT),
        steps: vec![step(Step::EnsureSecrets, first), step(Step::EnsureInstance, second)],
        problem: None,
    }
}

pub fn accepted(status: OperationStatus) -> Value {
    json!({"operation": operation(status)})
}

pub fn project() -> Project {
    let repo = "file:///srv/schemas".parse().unwrap();
    Project {
        display_name: "CRM".into(),
        hostname: Some("crm.localhost".parse().unwrap()),
        address: Some("https://crm.localhost:8443".into()),
        database_url: "secret:x".into(),
        schema_ref: SchemaRef::Git { repo, path: "crm.ts".parse().unwrap(), r#ref: SHA.parse().unwrap() },
        env: [("MODE".parse().unwrap(), model::EnvValue::Text("blue".into()))].into(),
        observed: Observation::nothing(AT),
        created_at: AT,
        updated_at: AT,
        ..Project::sample("crm")
    }
}

pub fn fleet() -> Fleet {
    Fleet {
        projects: vec![project().into()],
        parts: Vec::new(),
        backup_faults: Vec::new(),
        proposals: Vec::new(),
        drift: Vec::new(),
        rollouts: Vec::new(),
        standin: true,
        unreadable: Vec::new(),
        https_port: 8443,
        at: AT,
    }
}

pub fn token() -> ApiToken {
    ApiToken {
        id: "01900000-0000-7000-8000-000000000002".parse().unwrap(),
        name: "ines' laptop".into(),
        operator: "ines@example.com".parse().unwrap(),
        created_at: AT,
        expires_at: datetime!(2100-01-01 00:00 UTC),
        last_used_at: None,
    }
}
