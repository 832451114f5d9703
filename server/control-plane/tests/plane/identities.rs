//! The identity of a database: recorded when it is first seen, kept by deletes and takeovers, and another database under the
//! same name is named and not used.

use model::{OperationStatus, ProjectDraft, RetainedPresence};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// The OID that a row has; empty: none.
async fn recorded(world: &World, table: &str) -> String {
    world.database.text(&format!("select database_oid from {table}")).await
}

async fn is_recorded(world: &World, table: &str) -> String {
    eventually("it is recorded", async || Some(recorded(world, table).await).filter(|oid| !oid.is_empty()))
        .await
}

async fn delete(plane: &Running) {
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&delete).await;
}

fn reuse(world: &World) -> ProjectDraft {
    ProjectDraft { reuse_database: true, ..world.draft("shop") }
}

#[tokio::test]
async fn it_is_recorded_at_the_create_and_kept_by_a_delete_and_a_takeover() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let first = recorded(&world, "projects").await;
    assert_ne!(first, "");
    delete(&plane).await;
    assert_eq!(recorded(&world, "retained_databases").await, first);
    plane.create(reuse(&world)).await;
    assert_eq!(recorded(&world, "projects").await, first);
}

#[tokio::test]
async fn that_of_a_database_from_before_is_recorded_when_it_is_seen() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let first = recorded(&world, "projects").await;
    let generation = plane.project("shop").await.generation;
    world.database.sql("update projects set database_oid = null").await.unwrap();
    assert_eq!(is_recorded(&world, "projects").await, first);
    assert_eq!(plane.project("shop").await.generation, generation, "that is no edit");

    delete(&plane).await;
    world.database.sql("update retained_databases set database_oid = null").await.unwrap();
    assert_eq!(is_recorded(&world, "retained_databases").await, first);
}

#[tokio::test]
async fn another_database_under_the_name_is_a_difference_and_no_instance_is_started_on_it() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let first = recorded(&world, "projects").await;
    world.postgres.replace(&id("shop"));
    let seen = plane
        .becomes("shop", "says so", |shop| {
            shop.sync().drifts().iter().any(|drift| drift.reason.starts_with("Another database stands under"))
        })
        .await;
    assert!(seen.sync().drifts()[0].reason.ends_with(&format!("instead of {first}")), "{:?}", seen.sync());

    let starts = world.driver.books.starts(&id("shop"));
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    let failed = plane.fails(&restart).await.problem.unwrap();
    assert_eq!(failed.title, "Another database stands under this name");
    assert!(failed.detail.starts_with("Nothing was changed.") && failed.detail.contains(&first), "{failed}");
    assert_eq!(world.driver.books.starts(&id("shop")), starts);
    assert_eq!(recorded(&world, "projects").await, first, "the record stays that of its own database");

    world.database.sql("update projects set database_oid = null").await.unwrap(); // as docs/postgres.md says
    assert_ne!(is_recorded(&world, "projects").await, first);
    let again = plane.operations().retry(&ines(), restart.id).await.unwrap();
    assert_eq!(plane.over(again.id).await.status, OperationStatus::Succeeded);
    assert!(world.driver.books.starts(&id("shop")) > starts);
}

#[tokio::test]
async fn a_retained_database_that_another_one_replaced_is_not_taken_over() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    delete(&plane).await;
    world.postgres.replace(&id("shop"));
    eventually("the list says so", async || {
        let listed = plane.retained_databases().list(&ines()).await.unwrap();
        (listed[0].presence == RetainedPresence::Replaced).then_some(())
    })
    .await;
    let refused = plane.projects().create(&ines(), reuse(&world), None).await.unwrap_err().problem();
    let fault = refused.for_field("reuse_database").expect("the field");
    assert!(fault.message.starts_with("Another database stands under the name proj_shop"), "{fault:?}");
    assert_eq!(world.database.text("select count(*) from projects").await, "0");
    plane.retained_databases().remove(&ines(), &id("shop")).await.unwrap();
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap(), vec![]);
    assert!(world.databases().await.contains_key(&id("shop")), "the other one was not touched");
}

#[tokio::test]
async fn one_that_is_replaced_right_after_it_was_taken_over_is_not_used() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    delete(&plane).await;
    plane.stop().await;
    let idle = world.plane().await;
    let create = idle.projects().create(&ines(), reuse(&world), None).await.unwrap();
    world.postgres.replace(&id("shop"));
    let plane = world.start().await;
    let failed = plane.fails(&create).await;
    assert_eq!(failed.problem.unwrap().title, "Another database stands under this name");
    assert!(world.driver.listening().await.is_empty());
}
