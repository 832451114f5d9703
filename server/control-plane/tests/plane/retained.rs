//! Retained databases that are no longer there: never replaced by an empty one, marked, and removed from the list on request.

use model::{ProjectDraft, RetainedPresence};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A fleet in which `shop` was deleted.
async fn deleted() -> (World, Running) {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&delete).await;
    (world, plane)
}

fn reuse(world: &World) -> ProjectDraft {
    ProjectDraft { reuse_database: true, ..world.draft("shop") }
}

/// Waits until the list says this of the database of `shop`.
async fn is_listed_as(plane: &Running, presence: RetainedPresence) {
    eventually("the list says so", async || {
        let listed = plane.retained_databases().list(&ines()).await.unwrap();
        (listed[0].presence == presence).then_some(())
    })
    .await;
}

#[tokio::test]
async fn one_that_is_gone_is_marked_and_no_empty_one_takes_its_place() {
    let (world, plane) = deleted().await;
    is_listed_as(&plane, RetainedPresence::Present).await;
    world.postgres.lose(&id("shop"));
    is_listed_as(&plane, RetainedPresence::Gone).await;
    let refused = plane.projects().create(&ines(), reuse(&world), None).await.unwrap_err().problem();
    let fault = refused.for_field("reuse_database").expect("the field");
    assert!(fault.message.contains("proj_shop is gone from the database server default"), "{fault:?}");
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap().len(), 1, "its entry stays");
    assert!(world.databases().await.is_empty(), "and no empty one was created");
}

#[tokio::test]
async fn the_entry_of_one_that_is_gone_is_removed_on_request_and_the_id_is_free() {
    let (world, plane) = deleted().await;
    let refused = plane.retained_databases().remove(&ines(), &id("shop")).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.title.as_str()), (409, "The database is still there"));
    world.postgres.lose(&id("shop"));
    plane.retained_databases().remove(&ines(), &id("shop")).await.unwrap();
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap(), vec![]);
    assert_eq!(plane.events("shop").await.last().unwrap().action, "retained_database.remove");
    let again = plane.retained_databases().remove(&ines(), &id("shop")).await.unwrap_err().problem();
    assert_eq!(again.status, 404);
    plane.create(world.draft("shop")).await;
}

#[tokio::test]
async fn one_that_is_lost_right_after_it_was_taken_over_is_missed_and_not_made() {
    let (world, plane) = deleted().await;
    plane.stop().await;
    let idle = world.plane().await;
    let create = idle.projects().create(&ines(), reuse(&world), None).await.unwrap();
    world.postgres.lose(&id("shop"));
    let plane = world.start().await;
    let failed = plane.fails(&create).await;
    assert_eq!(failed.problem.unwrap().title, "The database is gone");
    assert!(world.databases().await.is_empty(), "no empty one was created");
}
