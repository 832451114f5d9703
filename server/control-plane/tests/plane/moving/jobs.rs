//! A move as a job of the fleet, as an operator sees it in the list of operations.

use control_plane::ports::secret_store::SecretStore;
use control_plane::secrets::moving::MoveResult;
use control_plane::testing::secret_store::MemorySecrets;
use model::{Operation, OperationKind, OperationStatus, StepStatus};

use super::{REFERENCES, fleet, moving};
use crate::support::fuse::{Fuse, Fused};
use crate::support::{Running, World, eventually, ines};

/// The same as a job, as the command on the host runs it.
async fn run_as_job(
    world: &World,
    from: &dyn SecretStore,
    to: &dyn SecretStore,
) -> Result<MoveResult, control_plane::Error> {
    let registry = world.database.registry().await;
    let term = world.database.text("select term from engine").await.parse().unwrap();
    let moved = moving(&registry, from, to).run_as_job(&ines(), term, &mut |_| {}).await;
    registry.close().await;
    moved
}

async fn job(plane: &Running) -> Operation {
    let mut page = plane.operations().list(&ines(), None, None).await.unwrap();
    page.items.retain(|operation| operation.kind == OperationKind::SecretsMigrate);
    assert_eq!(page.items.len(), 1, "{page:?}");
    page.items.remove(0)
}

#[tokio::test]
async fn a_move_that_is_interrupted_is_a_job_that_waits_and_goes_on_with_the_next_run() {
    let world = World::new().await;
    fleet(&world).await;
    let (part, fuse) = (MemorySecrets::named("vault"), Fuse::default());
    let (source, target) = (world.secrets.clone(), Fused { part, fuse: fuse.clone() });
    fuse.arm(7);
    tokio::select! {
        moved = run_as_job(&world, &source, &target) => panic!("{moved:?}"),
        () = fuse.blown() => {}
    }
    fuse.disarm();

    let plane = world.start().await;
    let waits = eventually("it waits", async || {
        Some(job(&plane).await).filter(|job| job.status == OperationStatus::Waiting)
    })
    .await;
    assert!(waits.problem.unwrap().detail.contains("run it again"));
    plane.stop().await;

    assert_eq!(run_as_job(&world, &source, &target).await.unwrap().references, REFERENCES);
    let plane = world.start().await;
    let done = job(&plane).await;
    assert_eq!((done.id, done.status), (waits.id, OperationStatus::Succeeded));
    assert_eq!(done.project_id.as_ref(), None);
    assert!(done.steps.iter().all(|step| step.status == StepStatus::Done), "{done:#?}");
    assert_eq!(done.steps[0].note.as_deref(), Some("9 secrets in 10 versions"));
    assert_eq!(done.progress.unwrap().percent(), Some(100));
}

#[tokio::test]
async fn a_move_that_is_refused_is_a_job_that_failed() {
    let world = World::new().await;
    fleet(&world).await;
    let (source, target) = (world.secrets.clone(), MemorySecrets::named("vault"));
    target.hold_at_most(10);
    run_as_job(&world, &source, &target).await.unwrap_err();
    let failed = job(&world.start().await).await;
    assert_eq!(failed.status, OperationStatus::Failed);
    assert_eq!(failed.steps[1].status, StepStatus::Failed, "all was read, nothing was copied");
}
