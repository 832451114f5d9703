//! The mirror of schema files: written in the background, read only where the repository and the copy of it are gone, never trusted.

use std::sync::Arc;

use archives_directory::DirectoryArchives;
use control_plane::ports::archive_store::ArchiveStore;
use control_plane::ports::schema_source::SchemaSource as _;
use control_plane::testing::archive_store::MemoryArchives;
use control_plane::volumes::LocalVolumes;
use model::{Operation, OperationStatus, RepoUrl, Step};

use crate::support::world::{REPO, id};
use crate::support::{Running, World, eventually, ines};

fn repo() -> RepoUrl {
    REPO.parse().unwrap()
}

/// Runs a project until its file is in the mirror; then the repository and every copy on this machine are gone.
async fn lost(world: &mut World, mirror: Arc<dyn ArchiveStore>) {
    world.mirror = Some(Arc::clone(&mirror));
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    eventually("its file is in the mirror", async || {
        let written =
            world.database.text("select count(*)::text from schema_digests where mirrored_at is not null");
        (written.await == "1").then_some(())
    })
    .await;
    assert_eq!(mirror.list().await.unwrap().len(), 1);
    plane.stop().await;
    world.schemas.take_away(&repo());
    world.schemas.forget(&repo()).await.unwrap();
    world.volumes = Arc::new(LocalVolumes::new(world.volumes_dir().join(".another-machine")));
}

async fn restart(plane: &Running) -> Operation {
    plane.projects().restart(&ines(), &id("shop")).await.unwrap()
}

fn note(operation: &Operation) -> String {
    let step = operation.steps.iter().find(|record| record.step == Step::MaterializeSchema).unwrap();
    step.note.clone().unwrap_or_default()
}

#[tokio::test]
async fn a_file_comes_from_the_mirror_while_git_is_away_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn ArchiveStore>; 2] =
        [Arc::new(MemoryArchives::default()), Arc::new(DirectoryArchives::new(folder.path().into()))];
    for mirror in stores {
        let mut world = World::new().await;
        lost(&mut world, mirror).await;
        let plane = world.start().await;
        let started = plane.succeeds(&restart(&plane).await).await;
        assert!(note(&started).contains("from the mirror"), "{started:#?}");
    }
}

#[tokio::test]
async fn another_content_is_refused_and_a_mirror_that_is_away_stops_nothing() {
    let mut world = World::new().await;
    lost(&mut world, Arc::new(MemoryArchives::default())).await;
    world.database.sql(&format!("update schema_digests set sha256 = '{}'", "0".repeat(64))).await.unwrap();
    let plane = world.start().await;
    let waits = restart(&plane).await;
    let waiting = eventually("it waits for the repository", async || {
        let operation = plane.operations().get(&ines(), waits.id).await.unwrap();
        (operation.status == OperationStatus::Waiting && operation.problem.is_some()).then_some(operation)
    })
    .await;
    assert!(format!("{:?}", waiting.problem).contains(REPO), "{waiting:#?}");
    world.schemas.give_back(&repo());
    plane.succeeds(&waits).await;
}
