//! How the engine works in the tests.

use std::time::Duration;

use control_plane::Settings;
use control_plane::ports::driver::Release;
use control_plane::ports::gateway::HeaderRouting;

use super::world::World;

impl World {
    /// How the engine works here: quickly.
    pub fn settings(&self) -> Settings {
        Settings {
            release: Release::Program("/atomo-server".into()),
            programs: None,
            limits: model::Limits::default(),
            upstream_ports: self.ports.range,
            pool_size: model::PoolSize::default(),
            hold: Duration::from_secs(1),
            ready_timeout: Duration::from_secs(5),
            grace: Duration::from_secs(1),
            pauses: control_plane::settings::PAUSES,
            verify_timeout: Duration::from_secs(1),
            failed_retry: Duration::from_secs(300),
            drain: Duration::ZERO,
            sweep: Duration::from_millis(200),
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
            spool: self.archives_dir().join(".spool"),
            fleet_backups: control_plane::settings::FleetBackupSettings::default(),
            hostname_pattern: model::HostnamePattern::default(),
            volumes: self.volume_folders(),
        }
    }
}
