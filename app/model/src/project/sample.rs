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
        let mut display_name = id.to_string();
        display_name[..1].make_ascii_uppercase();
        Self {
            display_name,
            labels: Labels::default(),
            class: ProjectClass::default(),
            hostname: Some(format!("{id}.example.test").parse().unwrap()),
            aliases: Vec::new(),
            database_url: format!("memory:/atomo/{id}/database_url"),
            schema_ref: SchemaRef::Git {
                repo: "https://git.example.test/schemas".parse().unwrap(),
                path: "schema.ts".parse().unwrap(),
                r#ref: "a".repeat(40).parse().unwrap(),
            },
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
            observed: Observation::nothing(OffsetDateTime::UNIX_EPOCH),
            reconciliation: crate::Reconciliation::default(),
            health_since: None,
            first_admin: None,
            problem: None,
            last_change: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            updated_at: OffsetDateTime::UNIX_EPOCH,
            id,
        }
    }
}
