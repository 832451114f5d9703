//! A project for tests. Tests change the fields that they are about; a new field of [`Project`] needs its value here alone.

use time::OffsetDateTime;

use crate::{
    DesiredState, EdgePolicy, Labels, Limits, Observation, PoolSize, Project, ProjectClass, ProjectId,
    ProjectStatus, SchemaRef,
};

impl Project {
    /// A project that was asked for and reached its generation, of which nothing was observed. Its hostname is
    /// `<id>.example.test`, its commit 40 times `a`, its times the epoch.
    ///
    /// # Panics
    ///
    /// When the id is none.
    #[expect(clippy::unwrap_used, reason = "for tests, which give it valid texts")]
    pub fn sample(id: &str) -> Self {
        let id: ProjectId = id.parse().unwrap();
        Self {
            display_name: capital(&id),
            labels: Labels::default(),
            class: ProjectClass::default(),
            hostname: Some(format!("{id}.example.test").parse().unwrap()),
            aliases: Vec::new(),
            database_url: format!("memory:/atomo/{id}/database_url"),
            schema_ref: sample_schema(),
            schema_version: None,
            address: None,
            upstream: None,
            env: std::collections::BTreeMap::new(),
            release: None,
            release_before: None,
            limits: Limits::default(),
            edge: EdgePolicy::default(),
            status: ProjectStatus::Running,
            desired_state: DesiredState::Running,
            generation: 1,
            observed_generation: 1,
            driver: "process".into(),
            database_server: "default".into(),
            pool_size: PoolSize::default(),
            delete_protection: false,
            observed: Observation::nothing(OffsetDateTime::UNIX_EPOCH),
            reconciliation: crate::Reconciliation::default(),
            health_since: None,
            origin: None,
            first_admin: None,
            problem: None,
            last_change: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            updated_at: OffsetDateTime::UNIX_EPOCH,
            id,
        }
    }
}

/// The id with a capital first letter.
fn capital(id: &ProjectId) -> String {
    let mut name = id.to_string();
    name[..1].make_ascii_uppercase();
    name
}

#[expect(clippy::unwrap_used, reason = "for tests, which give it valid texts")]
fn sample_schema() -> SchemaRef {
    SchemaRef::Git {
        repo: "https://git.example.test/schemas".parse().unwrap(),
        path: "schema.ts".parse().unwrap(),
        r#ref: "a".repeat(40).parse().unwrap(),
    }
}
