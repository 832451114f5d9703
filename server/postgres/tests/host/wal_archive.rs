//! An archive of write-ahead log says what a server lacks, and begins anew where the log has a gap.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use control_plane::ports::wal_archive::WalArchive as _;
use model::WalArchive;
use postgres_host::{FolderWalArchive, WalArchiveSettings};
use sqlx::Executor as _;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Admin, World, worlds};

const SLOT: &str = "fleet_pitr_test";

/// An archive in a folder of its own.
struct Place {
    archive: Arc<FolderWalArchive>,
    above: TempDir,
}

impl Place {
    fn of(world: &World) -> Self {
        let above = tempfile::Builder::new().prefix("wal-").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(above.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let settings = WalArchiveSettings {
            server: model::DatabaseServerName::default(),
            folder: above.path().join("default"),
            days: 7,
            every: Duration::from_secs(3600),
            slot: SLOT.into(),
            programs: None,
            extra: Vec::new(),
        };
        Self { archive: Arc::new(FolderWalArchive::new(world.admin.clone(), settings)), above }
    }

    fn receive(&self) -> (CancellationToken, JoinHandle<()>) {
        let (stop, archive) = (CancellationToken::new(), Arc::clone(&self.archive));
        let receiving = tokio::spawn({
            let stop = stop.clone();
            async move { archive.receive(&stop).await }
        });
        (stop, receiving)
    }

    /// Waits until the report is so.
    async fn becomes(&self, what: &str, is_so: impl Fn(&WalArchive) -> bool) -> WalArchive {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let report = self.archive.observe().await;
            if is_so(&report) {
                return report;
            }
            assert!(Instant::now() < deadline, "{what}: {report:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The number of chains.
    fn chains(&self) -> usize {
        let folders = |path: &std::path::Path| -> Vec<_> {
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
        };
        folders(&self.above.path().join("default")).iter().map(|system| folders(system).len()).sum()
    }
}

#[tokio::test]
async fn a_role_that_may_not_replicate_is_told_the_sql_that_ends_it() {
    for world in worlds(Admin::Delegate).await {
        let place = Place::of(&world);
        let (stop, receiving) = place.receive();
        let sql = |report: &WalArchive| {
            report.problems.iter().find_map(|it| it.sql.clone().filter(|sql| sql.ends_with("replication;")))
        };
        let report = place.becomes("it lacks REPLICATION", |report| sql(report).is_some()).await;
        assert!(!report.receiving, "{report:#?}");
        world.superuser("postgres").await.execute(&*sql(&report).unwrap()).await.unwrap();
        let report = place.becomes("it receives", |report| report.receiving && sql(report).is_none()).await;
        assert_eq!(report.problems, [], "an embedded server has a limit for what it retains");
        stop.cancel();
        receiving.await.unwrap();
    }
}

#[tokio::test]
async fn an_archive_goes_on_with_its_slot_and_begins_a_new_chain_without() {
    for world in worlds(Admin::Superuser).await {
        let place = Place::of(&world);
        for (slot_is_dropped, chains) in [(false, 1), (true, 1), (false, 2)] {
            let (stop, receiving) = place.receive();
            let mut superuser = world.superuser("postgres").await;
            superuser
                .execute("create table if not exists t (i int); insert into t values (1)")
                .await
                .unwrap();
            let all = |report: &WalArchive| report.receiving && report.lag_seconds == Some(0);
            place.becomes("it receives all", all).await;
            assert_eq!(place.chains(), chains);
            stop.cancel();
            receiving.await.unwrap();
            let report = place.becomes("the server has noticed", |report| !report.receiving).await;
            assert_eq!(report.windows, [], "there is no base backup");
            if slot_is_dropped {
                place.archive.release().await.unwrap();
                let slots = "select count(*) from pg_replication_slots";
                let slots: i64 = sqlx::query_scalar(slots).fetch_one(&mut superuser).await.unwrap();
                assert_eq!(slots, 0);
            }
        }
    }
}
