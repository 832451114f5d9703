//! What goes well and does not last, what hangs, and what cannot be replaced.

use std::time::Duration;

use model::{DesiredState, Health, Operation, OperationStatus, ProjectPatch, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

async fn shop(world: &World) -> Running {
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane
}

async fn newest_operation(plane: &Running) -> Operation {
    plane
        .operations()
        .list(&ines(), &model::OperationFilter::of(Some(&id("shop"))), None)
        .await
        .unwrap()
        .items
        .remove(0)
}

#[tokio::test]
async fn an_instance_that_starts_well_and_dies_again_and_again_ends_in_failed() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.pauses = (Duration::from_millis(1), Duration::from_millis(10));
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    let failed = eventually("the engine gives up", async || {
        let newest = newest_operation(&plane).await;
        let shop = plane.project("shop").await;
        if shop.health() == Health::Healthy && newest.status == OperationStatus::Succeeded {
            world.driver.crash(&id("shop")).await;
            eventually("the crash is seen", async || {
                (newest_operation(&plane).await.id != newest.id).then_some(())
            })
            .await;
        }
        Some(shop).filter(|shop| shop.status == ProjectStatus::Failed)
    })
    .await;
    assert_eq!(
        failed.last_change.map(|change| change.kind),
        Some(model::OperationKind::Create),
        "restarts are of the reconciler"
    );
    let problem = failed.problem.unwrap();
    let title = problem.title;
    assert!(title.starts_with("Crashed ") && title.ends_with("with exit code 101"), "{title}");
    assert!(problem.detail.contains("exit code 101"), "{}", problem.detail);
    assert!(!problem.log.is_empty(), "with the end of its log");
    let starts = world.driver.books.starts(&id("shop"));
    assert!((8..=12).contains(&starts), "{starts} starts");
    let operation = plane.operations().get(&ines(), problem.operation.unwrap()).await.unwrap();
    assert_eq!(operation.status, OperationStatus::Failed);

    let retry = plane.operations().retry(&ines(), operation.id).await.unwrap();
    plane.succeeds(&retry).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn an_instance_that_hangs_is_started_anew() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.ready_timeout = Duration::from_millis(500);
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    world.driver.slow_down(&id("shop"));
    eventually("it is started anew", async || (world.driver.books.starts(&id("shop")) >= 2).then_some(()))
        .await;
    world.driver.speed_up(&id("shop"));
    plane.becomes("shop", "is well", |shop| shop.health() == Health::Healthy).await;
}

#[tokio::test]
async fn an_instance_whose_other_address_is_taken_is_replaced_on_its_own() {
    let world = World::new().await;
    let plane = shop(&world).await;
    let upstream = plane.project("shop").await.upstream.unwrap();
    let (host, port) = upstream.rsplit_once(':').unwrap();
    let other = format!("{host}:{}", port.parse::<u16>().unwrap() + 1);
    world.driver.books.take(other.parse().unwrap(), "nginx (pid 12)");
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    let over = plane.succeeds(&restart).await;
    let notes: String = over.steps.iter().filter_map(|step| step.note.clone()).collect();
    assert!(notes.contains("nginx (pid 12)"), "{notes}");
    assert_eq!(plane.project("shop").await.upstream.as_deref(), Some(upstream.as_str()));
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(world.driver.books.starts(&id("shop")), 2);
}

#[tokio::test]
async fn what_could_not_be_started_afterwards_is_not_stopped() {
    let world = World::new().await;
    let plane = shop(&world).await;
    world.driver.books.lose_release(&world.settings().release);
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    let failed = plane.fails(&restart).await;
    assert_eq!(failed.problem.unwrap().title, "The release cannot be started");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(plane.project("shop").await.health(), Health::Degraded);
}

#[tokio::test]
async fn a_database_that_is_gone_is_missed_and_never_made_anew() {
    let world = World::new().await;
    let plane = shop(&world).await;
    world.postgres.lose(&id("shop"));
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    let problem = plane.fails(&restart).await.problem.unwrap();
    assert_eq!((problem.title.as_str(), problem.part.as_deref()), ("The database is gone", Some("postgres")));
    assert!(world.databases().await.is_empty(), "an empty one would hide the loss");
}

#[tokio::test]
async fn an_instance_stops_while_the_gateway_is_away() {
    let world = World::new().await;
    let plane = shop(&world).await;
    world.gateway.set_away(Some("taken away"));
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    eventually("nothing runs", async || world.driver.listening().await.is_empty().then_some(())).await;
    assert_eq!(plane.project("shop").await.desired_state, DesiredState::Stopped);
    world.gateway.set_away(None);
    plane.succeeds(&stop).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(503));
}

#[tokio::test]
async fn an_alias_becomes_the_hostname() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.aliases = vec!["store.example.test".into(), "kiosk.example.test".into()];
    plane.create(draft).await;
    let patch = ProjectPatch { hostname: Some("store.example.test".into()), ..ProjectPatch::default() };
    let edit = edit_now(&plane, "shop", patch).await.unwrap();
    plane.succeeds(&edit).await;
    let shop = plane.project("shop").await;
    let names: Vec<String> = shop.hosts().map(ToString::to_string).collect();
    assert_eq!(names, ["store.example.test", "kiosk.example.test"]);
    assert!(world.browse("shop.example.test").await.is_err(), "the former one is retired");

    let patch = ProjectPatch { aliases: Some(vec!["store.example.test".into()]), ..ProjectPatch::default() };
    let problem = edit_now(&plane, "shop", patch).await.unwrap_err().problem();
    assert_eq!(problem.errors[0].field, "aliases.0");
}

#[tokio::test]
async fn an_environment_with_a_secret_that_is_not_set_is_refused() {
    let world = World::new().await;
    let plane = shop(&world).await;
    let env = serde_json::from_str(r#"{"env": {"MAIL_PASSWORD": {"secret": "SMTP"}}}"#).unwrap();
    let problem = edit_now(&plane, "shop", env).await.unwrap_err().problem();
    assert_eq!(problem.errors[0].field, "env.MAIL_PASSWORD");
    assert!(problem.errors[0].message.contains("atomoctl secret set shop SMTP"), "{problem:?}");
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Running);
}
