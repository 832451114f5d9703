//! A project's row without a registry, for what is pure.

use std::collections::BTreeMap;
use std::time::Duration;

use control_plane::Settings;
use control_plane::ports::driver::Release;
use control_plane::ports::gateway::HeaderRouting;
use control_plane::registry::ProjectRecord;
use model::{Limits, Observation, Project, SchemaRef};
use time::OffsetDateTime;

use super::world::{PATH, REPO};

/// A project that runs and was reached: what was asked for is there.
pub fn running() -> ProjectRecord {
    ProjectRecord {
        project: project(),
        port_base: 4000,
        slot: 0,
        secrets: BTreeMap::new(),
        former_hostnames: vec![],
        fleet_edge: model::FleetEdge::default(),
        restarts: 0,
        admin_email: None,
        delete_requested_at: None,
        exclusive_job: None,
        maintenance: false,
        wanted_revision: None,
        running: None,
        edited_generation: 1,
        database_must_exist: false,
        database_oid: None,
        fill_job: None,
        last_health: None,
    }
}

/// Its public part.
fn project() -> Project {
    let now = OffsetDateTime::UNIX_EPOCH;
    let commit: model::CommitSha = "a".repeat(40).parse().unwrap();
    let schema_ref =
        SchemaRef::Git { repo: REPO.parse().unwrap(), path: PATH.parse().unwrap(), r#ref: commit.clone() };
    Project {
        schema_ref,
        schema_version: Some(commit),
        upstream: Some("127.0.0.1:4000".into()),
        driver: "fake".into(),
        observed: Observation::nothing(now),
        ..Project::sample("shop")
    }
}

/// Settings for what is pure: no folder, no port is touched.
pub fn settings() -> Settings {
    Settings {
        release: Release::Program("/atomo-server".into()),
        programs: None,
        limits: Limits::default(),
        upstream_ports: (4000, 4063),
        pool_size: model::PoolSize::default(),
        hold: Duration::from_secs(5),
        ready_timeout: Duration::from_secs(60),
        grace: Duration::from_secs(10),
        pauses: control_plane::settings::PAUSES,
        verify_timeout: Duration::from_secs(15),
        failed_retry: Duration::from_secs(300),
        drain: Duration::ZERO,
        sweep: Duration::from_secs(30),
        concurrency: 8,
        header: HeaderRouting::Private,
        dashboard: Some(("fleet.example.test".parse().unwrap(), ([127, 0, 0, 1], 3000).into())),
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
        drift: control_plane::settings::DriftIntervals::default(),
        spool: std::env::temp_dir(),
        fleet_backups: control_plane::settings::FleetBackupSettings::default(),
        hostname_pattern: model::HostnamePattern::default(),
        volumes: control_plane::VolumeFolders::default(),
    }
}
