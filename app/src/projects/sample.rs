//! Sample projects for tests.

use model::{InstanceSeen, Observation, Observed, Project, SchemaRef};
use time::OffsetDateTime;
use time::macros::datetime;

/// The time of every observation.
pub(super) const LOOKED: OffsetDateTime = datetime!(2026-11-23 21:42:08 UTC);

/// `crm`, not observed yet.
pub(super) fn project() -> Project {
    let schema_ref = SchemaRef::Git {
        repo: "https://git.example/schemas".parse().unwrap(),
        path: "crm/schema.ts".parse().unwrap(),
        r#ref: "4f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912".parse().unwrap(),
    };
    Project {
        display_name: "CRM".into(),
        hostname: Some("crm.example.com".parse().unwrap()),
        aliases: vec!["kunden.example.com".parse().unwrap()],
        database_url: "sealed:/atomo/crm/database_url".into(),
        schema_ref,
        observed: Observation::nothing(LOOKED),
        created_at: LOOKED,
        updated_at: LOOKED,
        ..Project::sample("crm")
    }
}

/// `crm` with a running instance.
pub(super) fn running() -> Project {
    let mut project = project();
    project.observed.facts.instance = Observed::Present(InstanceSeen {
        digest: "d".into(),
        release: "/opt/atomo-server".into(),
        limits: None,
        address: "127.0.0.1:25000".into(),
        pid: Some(1),
        started_at: LOOKED,
        exit: None,
    });
    project
}
