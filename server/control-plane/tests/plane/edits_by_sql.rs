//! Somebody edits the registry's rows with `psql`: the fleet follows, and the trail says so.

use model::{Actor, Operation, OperationKind, OperationStatus, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

async fn shop() -> (World, Running) {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    (world, plane)
}

/// The operation that followed the create, when it is over.
async fn followed(plane: &Running) -> Operation {
    eventually("an operation followed", async || {
        let page = plane
            .operations()
            .list(&ines(), &model::OperationFilter::of(Some(&id("shop"))), None)
            .await
            .unwrap();
        page.items.into_iter().find(|it| it.kind == OperationKind::Converge && it.status.is_over())
    })
    .await
}

#[tokio::test]
async fn a_stop_and_a_start() {
    let (world, plane) = shop().await;
    world.database.sql("update projects set desired_state = 'stopped'").await.unwrap();
    plane.becomes("shop", "stops", |shop| shop.status == ProjectStatus::Stopped).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(503));
    let operation = followed(&plane).await;
    assert_eq!((operation.status, operation.actor), (OperationStatus::Succeeded, Actor::Registry));
    world.database.sql("update projects set desired_state = 'running'").await.unwrap();
    plane.becomes("shop", "runs again", |shop| shop.status == ProjectStatus::Running).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(
        plane.moves("shop").await[1..],
        ["running>stopped registry", "stopped>provisioning registry", "provisioning>running registry",]
    );
}

#[tokio::test]
async fn another_environment() {
    let (world, plane) = shop().await;
    world.database.sql(r#"update projects set env = '{"GREETING": "hello"}'"#).await.unwrap();
    assert_eq!(followed(&plane).await.actor, Actor::Registry);
    assert_eq!(world.driver.env(&id("shop")).await["GREETING"], "hello");
}

#[tokio::test]
async fn another_hostname() {
    let (world, plane) = shop().await;
    world.database.sql("update projects set hostname = 'store.example.test'").await.unwrap();
    assert_eq!(followed(&plane).await.actor, Actor::Registry);
    assert_eq!(world.browse("store.example.test").await, Ok(200));
    assert!(world.browse("shop.example.test").await.is_err());
}

#[tokio::test]
async fn another_display_name_leaves_the_world_alone_and_is_recorded() {
    let (world, plane) = shop().await;
    let applies = world.gateway.applies();
    world.database.sql("update projects set display_name = 'The shop'").await.unwrap();
    let event = eventually("it is recorded", async || {
        plane.events("shop").await.into_iter().find(|event| event.action == "reached")
    });
    assert_eq!(event.await.actor, Some(Actor::Registry));
    assert_eq!((world.driver.books.starts(&id("shop")), world.gateway.applies()), (1, applies));
}

#[tokio::test]
async fn a_row_that_is_made_unreadable_is_shown_and_hurts_nobody() {
    let (world, plane) = shop().await;
    plane.create(world.draft("blog")).await;
    world.database.sql(r#"update projects set env = '{"PORT": "1"}' where id = 'shop'"#).await.unwrap();
    let unreadable = eventually("it is shown", async || {
        Some(plane.fleet().get(&ines()).await.unwrap().unreadable).filter(|rows| !rows.is_empty())
    })
    .await;
    assert_eq!(unreadable.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["shop"]);
    let restart = plane.projects().restart(&ines(), &id("blog")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.browse("blog.example.test").await, Ok(200));
    assert_eq!(world.browse("shop.example.test").await, Ok(200), "it keeps the route that it had");
    plane.stop().await;
    let plane = world.start().await;
    let restart = plane.projects().restart(&ines(), &id("blog")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200), "also after a restart of ours");

    world.database.sql("update projects set env = '{}' where id = 'shop'").await.unwrap();
    plane.becomes("shop", "is readable again", |shop| shop.generation == shop.observed_generation).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_name_that_stands_twice_is_served_once_and_settles() {
    let (world, plane) = shop().await;
    let twice = "update projects set aliases = array[hostname, 'store.example.test', 'store.example.test']";
    world.database.sql(twice).await.unwrap();
    assert_eq!(followed(&plane).await.status, OperationStatus::Succeeded);
    assert_eq!(world.browse("store.example.test").await, Ok(200));
    let table = world.gateway.table().unwrap();
    assert_eq!(table.routes[&id("shop")].aliases, ["store.example.test".parse().unwrap()]);
}
