//! The control plane ends, and a new one takes over.

mod moments;

use model::{OperationStatus, ProjectStatus};

use crate::support::world::id;
use crate::support::{World, ines, term};

#[tokio::test]
async fn what_is_stopped_stays_stopped_across_a_restart() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    plane.stop().await;
    let next = world.start().await;
    next.create(world.draft("blog")).await; // the new one has looked at everything by then
    next.becomes("shop", "was looked at", |shop| shop.observed.facts.instance.present().is_some()).await;
    assert_eq!(world.driver.listening().await, [id("blog")]);
    assert_eq!(next.project("shop").await.status, ProjectStatus::Stopped);
    assert_eq!(world.browse("shop.example.test").await, Ok(503));
}

#[tokio::test]
async fn what_runs_is_adopted_by_the_next_control_plane_as_it_is() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let applies = world.gateway.applies();
    plane.stop().await;
    assert_eq!(
        world.browse("shop.example.test").await,
        Ok(200),
        "it is served while no control plane is there"
    );
    let next = world.start().await;
    next.becomes("shop", "was looked at", |shop| shop.observed.facts.ready.present().is_some()).await;
    assert_eq!((world.driver.books.starts(&id("shop")), world.gateway.applies()), (1, applies));
    assert_eq!(next.moves("shop").await.len(), 1);
}

#[tokio::test]
async fn a_fleet_whose_instances_were_stopped_comes_back_at_the_next_start() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let handle = world.plane().await;
    plane.stop().await;
    assert_eq!(handle.stop_instances().await.unwrap(), 0);
    assert_eq!(world.driver.listening().await, []);
    assert_eq!(world.database.text("select desired_state from projects").await, "running");
    let next = world.start().await;
    next.becomes("shop", "answers", |shop| shop.observed.facts.ready.present().is_some()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn an_instance_that_cannot_be_stopped_keeps_no_other_from_it() {
    let world = World::new().await;
    let plane = world.start().await;
    for name in ["blog", "shop", "wiki"] {
        plane.create(world.draft(name)).await;
    }
    let handle = world.plane().await;
    plane.stop().await;
    world.driver.books.resist(&id("blog"));
    assert_eq!(handle.stop_instances().await.unwrap(), 1, "it is counted");
    assert_eq!(world.driver.listening().await, [id("blog")], "every other stop was waited for");
}

#[tokio::test]
async fn reconcile_once_brings_everything_there_and_says_what_it_could_not() {
    let world = World::new().await;
    let plane = world.plane().await;
    let op = ines();
    plane.projects().create(&op, world.draft("shop"), None).await.unwrap();
    let mut term = term(&plane).await;
    assert_eq!(plane.reconcile_once(&mut term).await.unwrap(), 0);
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn an_attempt_on_a_project_that_failed_is_over_when_its_control_plane_is() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.schema_ref = world.schema(&world.bad);
    let create = plane.projects().create(&ines(), draft, None).await.unwrap();
    plane.fails(&create).await;
    plane.stop().await;
    // as the attempt leaves it that is made every few minutes
    let attempt = "insert into operations (id, lane, project_id, kind, status, actor, generation)
                   values ('01900000-0000-7000-8000-000000000000', 'converge', 'shop', 'converge', 'running', 'reconciler', 1)";
    world.database.sql(attempt).await.unwrap();
    let next = world.start().await;
    let over = next.over(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000).into()).await;
    assert_eq!(
        over.status,
        OperationStatus::Cancelled,
        "the project rests, and the next attempt is another operation"
    );
    assert_eq!(next.project("shop").await.status, ProjectStatus::Failed);
}
