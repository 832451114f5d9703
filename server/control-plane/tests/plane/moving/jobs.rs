//! A move as a job of the fleet, as an operator sees it in the list of operations.

use control_plane::ports::secret_store::SecretStore;
use control_plane::secrets::moving::MoveResult;
use control_plane::testing::secret_store::MemorySecrets;
use model::{Operation, OperationKind, OperationStatus, StepStatus};

use super::{REFERENCES, contents, fleet, moving, references, run};
use crate::support::fuse::{Fuse, Fused};
use crate::support::moments::Since;
use crate::support::{Running, World, eventually, ines};

/// The same as a job, as the command on the host runs it.
async fn run_as_job(
    world: &World,
    from: &dyn SecretStore,
    to: &dyn SecretStore,
) -> Result<MoveResult, control_plane::Error> {
    let registry = world.database.registry().await;
    let moved = moving(world, &registry, from, to).await.run_as_job(&ines(), &mut |_| {}).await;
    registry.close().await;
    moved
}

async fn job(plane: &Running) -> Operation {
    let mut page = plane.operations().list(&ines(), &model::OperationFilter::default(), None).await.unwrap();
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
        _ = fuse.blown() => {}
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

/// Moves everything as a job and back without one. The command is killed at this moment of the way there, where it gets so far,
/// and run again. Returns how many moments there were, where it was killed, and what the registry says.
async fn there_and_back(world: &mut World, moment: u32) -> (u32, Option<String>, String) {
    world.replace_fuse();
    let (part, fuse) = (MemorySecrets::named("vault"), world.fuse.clone());
    let (source, target) = (world.secrets.clone(), Fused { part, fuse: fuse.clone() });
    let (before, since) = (contents(&source).await, Since::now(world).await);
    let (registry, relay) = world.registry_behind_fuse().await;
    fuse.arm(moment);
    let (there, op, mut tell) = (moving(world, &registry, &source, &target).await, ines(), |_| {});
    let killed = tokio::select! {
        moved = there.run_as_job(&op, &mut tell) => {
            assert_eq!(moved.unwrap().references, REFERENCES);
            None
        }
        killed = fuse.blown() => Some(killed),
    };
    let moments = fuse.passes();
    relay.cut().await;
    registry.close().await;
    fuse.disarm();
    let open = "select count(*) from operations where status in ('waiting', 'running')";
    let written = since.first_operation(world).await.is_some();
    if !written || world.database.text(open).await != "0" {
        run_as_job(world, &source, &target).await.unwrap();
    }
    assert_eq!((contents(&target).await, references(world).await), (before, "vault 4".into()));
    let plane = world.plane().await;
    let record = since.record(world, &plane).await;
    plane.registry().close().await;
    assert_eq!(run(world, &target, &source).await.unwrap().references, REFERENCES, "and back");
    (moments, killed, record)
}

#[tokio::test]
async fn a_move_that_is_killed_at_any_copy_or_commit_is_ended_by_the_next_run() {
    let mut world = World::new().await;
    fleet(&world).await;
    Since::now(&world).await.note_ends(&world).await;
    let (moments, killed, record) = there_and_back(&mut world, u32::MAX).await;
    assert!(killed.is_none() && moments >= 40, "{moments} moments");
    for moment in 0..moments {
        let (_, killed, after) = there_and_back(&mut world, moment).await;
        assert_eq!(record, after, "left: it was not killed. right: it was, {killed:?}");
    }
}
