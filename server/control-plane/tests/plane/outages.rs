//! A part that the fleet itself runs on goes away: work waits, says for what, and goes on by itself.

use control_plane::testing::{postgres_host, secret_store::Mood};
use model::fleet::{PartKind, PartState};
use model::{Operation, OperationId, OperationStatus, ProblemKind, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

async fn waits(plane: &Running, operation: OperationId) -> Operation {
    eventually("the operation waits", async || {
        let operation = plane.operations().get(&ines(), operation).await.unwrap();
        let waits = operation.status == OperationStatus::Waiting && operation.problem.is_some();
        waits.then_some(operation)
    })
    .await
}

/// A create while a part is away, and that it goes on when the part is back.
async fn create_during(
    world: &World,
    part: &str,
    take_away: impl FnOnce(&World),
    give_back: impl FnOnce(&World),
) {
    let plane = world.start().await;
    // what a database server has to give must be known before anything is given
    eventually("every part was asked", async || {
        (plane.fleet().get(&ines()).await.unwrap().parts.len() == 4).then_some(())
    })
    .await;
    take_away(world);
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let problem = waits(&plane, create.id).await.problem.unwrap();
    assert_eq!((problem.part.as_deref(), problem.kind), (Some(part), ProblemKind::Unavailable));
    let step = plane.operations().get(&ines(), create.id).await.unwrap();
    assert!(step.current().is_some_and(|step| step.attempts >= 1), "{step:#?}");
    give_back(world);
    let done = plane.succeeds(&create).await;
    assert_eq!(done.problem, None);
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(plane.moves("shop").await, ["provisioning>running operator:ines@example.com"]);
}

#[tokio::test]
async fn the_secret_store() {
    let world = World::new().await;
    create_during(
        &world,
        "secrets",
        |it| it.secrets.set_mood(Mood::Away),
        |it| it.secrets.set_mood(Mood::Well),
    )
    .await;
}

#[tokio::test]
async fn the_database_server() {
    let world = World::new().await;
    create_during(
        &world,
        "postgres",
        |it| it.postgres.set_mood(postgres_host::Mood::Away),
        |it| it.postgres.set_mood(postgres_host::Mood::Well),
    )
    .await;
}

#[tokio::test]
async fn the_driver() {
    let world = World::new().await;
    let away = |world: &World, reason| world.driver.books.set_away(reason);
    create_during(&world, "driver", |it| away(it, Some("taken away")), |it| away(it, None)).await;
}

#[tokio::test]
async fn the_gateway() {
    let world = World::new().await;
    let away = |world: &World, reason| world.gateway.set_away(reason);
    create_during(&world, "gateway", |it| away(it, Some("taken away")), |it| away(it, None)).await;
}

#[tokio::test]
async fn a_disk_that_is_full() {
    let world = World::new().await;
    let volumes = world.volumes_dir().join("shop");
    std::fs::write(&volumes, "in the way").unwrap();
    create_during(&world, "driver", |_| (), |_| std::fs::remove_file(&volumes).unwrap()).await;
}

#[tokio::test]
async fn the_fleet_says_which_part_is_away_and_since_when() {
    let world = World::new().await;
    let plane = world.start().await;
    eventually("it was there", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        fleet.parts.iter().find(|part| part.kind == PartKind::Gateway).map(|_| ())
    })
    .await;
    let driver = plane
        .fleet()
        .get(&ines())
        .await
        .unwrap()
        .parts
        .into_iter()
        .find(|part| part.kind == PartKind::Driver);
    assert_eq!(driver.unwrap().missing, ["It runs nothing."]);
    world.gateway.set_away(Some("connection refused"));
    let part = eventually("the gateway is shown as away", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        fleet.parts.into_iter().find(|part| matches!(part.state, PartState::Away { .. }))
    });
    let part = part.await;
    assert_eq!((part.kind.as_str(), part.name.as_str()), ("gateway", "the in-memory gateway"));
    let PartState::Away { reason, .. } = part.state else { unreachable!() };
    assert!(reason.contains("connection refused"), "{reason}");
    world.gateway.set_away(None);
    eventually("all parts are up", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        fleet.parts.iter().all(|part| part.state == PartState::Up).then_some(())
    })
    .await;
}

#[tokio::test]
async fn projects_that_run_are_left_alone_while_everything_is_away() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let before = plane.events("shop").await.len();
    world.gateway.set_away(Some("away"));
    world.postgres.set_mood(postgres_host::Mood::Away);
    world.secrets.set_mood(Mood::Away);
    world.driver.books.set_away(Some("away"));
    plane.becomes("shop", "is unknown", |shop| shop.observed.facts.instance.is_unknown()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    world.driver.books.set_away(None);
    world.secrets.set_mood(Mood::Well);
    world.postgres.set_mood(postgres_host::Mood::Well);
    world.gateway.set_away(None);
    plane.becomes("shop", "is seen", |shop| shop.observed.facts.ready.present().is_some()).await;
    assert_eq!(plane.events("shop").await.len(), before, "nothing was done, so nothing is recorded");
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn an_instance_that_died_is_started_again_by_the_reconciler() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let applies = world.gateway.applies();
    let upstream = plane.project("shop").await.upstream;
    world.driver.crash(&id("shop")).await;
    eventually("it is served again", async || {
        (world.browse("shop.example.test").await == Ok(200)).then_some(())
    })
    .await;
    let repair = eventually("the repair is over", async || {
        let page = plane
            .operations()
            .list(&ines(), &model::OperationFilter::of(Some(&id("shop"))), None)
            .await
            .unwrap();
        page.items
            .into_iter()
            .next()
            .filter(|newest| newest.kind.as_str() == "converge" && newest.status.is_over())
    });
    let repair = repair.await;
    assert_eq!(
        (repair.status, repair.actor.to_string().as_str()),
        (OperationStatus::Succeeded, "reconciler")
    );
    assert_eq!(plane.project("shop").await.upstream, upstream, "on the same address");
    assert_eq!(world.gateway.applies(), applies, "and without an apply");
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Running);
}

#[tokio::test]
async fn a_gateway_that_forgot_everything_gets_its_routes_again() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.gateway.forget();
    eventually("it is served again", async || world.browse("shop.example.test").await.ok()).await;
}

#[tokio::test]
async fn a_registry_that_does_not_answer_is_a_503_that_names_it() {
    let world = World::new().await;
    let plane = world.plane().await;
    plane.registry().close().await;
    let problem = plane.fleet().get(&ines()).await.unwrap_err().problem();
    assert_eq!((problem.status, problem.part.as_deref()), (503, Some("postgres")));
}

#[tokio::test]
async fn a_registry_without_room_or_without_connections_says_which() {
    let world = World::new().await;
    let plane = world.plane().await;
    for (sqlstate, title, way_out) in [
        ("53100", "The registry's disk is full", "Make room there"),
        ("53300", "The registry's database has no connection left", "raise max_connections"),
    ] {
        let fault = format!(
            "create or replace function fault() returns trigger language plpgsql as
             $$ begin raise exception 'planted' using errcode = '{sqlstate}'; end $$;
             create or replace trigger fault before insert on projects execute function fault()"
        );
        world.database.sql(&fault).await.unwrap();
        let created = plane.projects().create(&ines(), world.draft("shop"), None).await;
        let problem = created.unwrap_err().problem();
        assert_eq!((problem.status, problem.part.as_deref()), (503, Some("postgres")));
        assert_eq!(problem.title, title);
        assert!(problem.detail.contains(way_out) && !problem.detail.contains("not answer"), "{problem:?}");
    }
}

#[tokio::test]
async fn a_database_server_that_is_full() {
    let world = World::new().await;
    let mood = |world: &World, mood| world.postgres.set_mood(mood);
    let (full, well) = (postgres_host::Mood::Full, postgres_host::Mood::Well);
    create_during(&world, "postgres", |it| mood(it, full), |it| mood(it, well)).await;
}
