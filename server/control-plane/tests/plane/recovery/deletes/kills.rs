//! The control plane is killed at every step of a delete and of a return from the trash. The next one completes it.

use model::{Operation, OperationId, StepStatus};

use super::*;

/// Waits until the step at this place was begun, or the operation is over.
async fn begun(plane: &Running, operation: OperationId, ordinal: usize) {
    eventually("the step is begun", async || {
        let operation = plane.operations().get(&ines(), operation).await.unwrap();
        let step = operation.steps.get(ordinal).map(|step| step.status);
        (operation.status.is_over() || step != Some(StepStatus::Waiting)).then_some(())
    })
    .await;
}

async fn restarted(world: &World, plane: Running) -> Running {
    plane.kill().await;
    world.start_with(Settings { deletes: never(), ..world.settings() }).await
}

/// The job that executes a request, once it is open.
async fn job(plane: &Running, filed: &DeleteRequest) -> OperationId {
    eventually("the delete has begun", async || {
        plane.deletes().get(&ines(), filed.id).await.unwrap().operation_id
    })
    .await
}

#[tokio::test]
async fn a_delete_and_a_return_that_are_killed_at_any_step_are_completed() {
    let (world, mut plane) = shop_with(never()).await;
    judged(&plane, back_up(&plane).await.id).await;
    for place in 0..9 {
        let filed = request(&plane).await.unwrap();
        let operation = job(&plane, &filed).await;
        begun(&plane, operation, place).await;
        plane = restarted(&world, plane).await;
        becomes(&plane, &filed, DeleteRequestState::Executed).await;
        is_gone(&plane).await;
        let undeleted: Operation = plane.projects().undelete(&ines(), &id(SHOP)).await.unwrap();
        if place < 3 {
            begun(&plane, undeleted.id, place).await;
            plane = restarted(&world, plane).await;
        }
        plane.succeeds(&undeleted).await;
        assert_eq!(rows(&world).await, "1000", "step {place}");
        assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "first", "step {place}");
        plane.becomes(SHOP, "runs", |shop| shop.observed.facts.ready.present().is_some()).await;
    }
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    no_copy_is_left(&world).await;
}
