//! What the engine does when a change fails, when an instance ends or hangs meanwhile, and when a part is away: each test is
//! one way in which a project was once lost.

use std::time::Duration;

use control_plane::testing::postgres_host::Mood;
use model::{Difference, Health, OperationStatus, ProjectDraft, ProjectPatch, ProjectStatus, Step};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

async fn shop(world: &World) -> Running {
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane
}

fn renamed(host: &str) -> ProjectPatch {
    ProjectPatch { hostname: Some(host.into()), ..ProjectPatch::default() }
}

#[tokio::test]
async fn a_create_whose_gateway_never_answers_is_no_success_and_heals_when_it_does() {
    let world = World::new().await;
    world.gateway.cut(&id("shop"), true);
    let settings = control_plane::Settings { failed_retry: Duration::from_millis(300), ..world.settings() };
    let plane = world.start_with(settings).await;
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let failed = plane.fails(&create).await;
    let problem = failed.problem.unwrap();
    assert_eq!(problem.title, "The project does not answer through the gateway");
    let verify = failed.steps.iter().find(|record| record.step == Step::VerifyRoute).unwrap();
    assert_eq!(verify.status, model::StepStatus::Failed);
    let shop = plane.becomes("shop", "is degraded", |shop| shop.health() == Health::Degraded).await;
    assert!(shop.problem.is_some() && shop.reconciliation.differences.contains(&Difference::Unverified));

    world.gateway.cut(&id("shop"), false);
    let shop = plane.becomes("shop", "is well", |shop| shop.health() == Health::Healthy).await;
    assert_eq!((shop.status, shop.problem), (ProjectStatus::Running, None));
}

#[tokio::test]
async fn what_was_reached_is_verified_again_after_a_restart_of_the_control_plane() {
    let world = World::new().await;
    shop(&world).await.stop().await;
    world.gateway.cut(&id("shop"), true);
    let plane = world.start().await;
    plane.becomes("shop", "is degraded", |shop| shop.health() == Health::Degraded).await;
    assert_eq!(world.driver.books.starts(&id("shop")), 1, "the instance is not at fault");
}

#[tokio::test]
async fn an_instance_that_is_still_starting_is_left_alone_by_an_edit() {
    let world = World::new().await;
    world.driver.slow_down(&id("shop"));
    let settings = control_plane::Settings { ready_timeout: Duration::from_secs(60), ..world.settings() };
    let plane = world.start_with(settings).await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    eventually("it listens", async || (!world.driver.listening().await.is_empty()).then_some(())).await;
    let patch = ProjectPatch { display_name: Some("Shop".into()), ..ProjectPatch::default() };
    let edit = edit_now(&plane, "shop", patch).await.unwrap();
    eventually("the edit waits for it", async || {
        let edit = plane.operations().get(&ines(), edit.id).await.unwrap();
        let waits = edit.steps.iter().any(|it| it.step == Step::AwaitReady && it.attempts > 0);
        waits.then_some(())
    })
    .await;
    world.driver.speed_up(&id("shop"));
    plane.succeeds(&edit).await;
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn a_failure_and_the_end_of_its_operation_are_one_write() {
    let world = World::new().await;
    let plane = world.start().await;
    world
        .database
        .sql(
            "create sequence refusals; -- a sequence counts on when a transaction is undone
             create function disk_full() returns trigger language plpgsql as
               $$ begin perform nextval('refusals'); raise exception 'full' using errcode = '53100'; end $$;
             create trigger disk_full before update on operations for each row when (new.status = 'failed')
               execute function disk_full()",
        )
        .await
        .unwrap();
    let mut draft = world.draft("shop");
    draft.schema_ref = world.schema(&world.bad);
    let create = plane.projects().create(&ines(), draft, None).await.unwrap();
    let refused = "select is_called from refusals";
    eventually("its end was refused", async || (world.database.text(refused).await == "true").then_some(()))
        .await;
    assert_ne!(plane.project("shop").await.status, ProjectStatus::Failed, "its operation could not be ended");
    world.database.sql("drop trigger disk_full on operations").await.unwrap();
    plane.fails(&create).await;
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Failed);
}

#[tokio::test]
async fn a_stop_and_a_start_at_once_end_running() {
    let world = World::new().await;
    world.driver.books.set_drain(Duration::from_millis(300));
    let plane = shop(&world).await;
    for _ in 0..3 {
        let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
        eventually("the instance is being stopped", async || {
            let stop = plane.operations().get(&ines(), stop.id).await.unwrap();
            let begun = |it: &model::StepRecord| it.step == Step::StopInstance && it.attempts > 0;
            stop.steps.iter().any(begun).then_some(())
        })
        .await;
        let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
        plane.succeeds(&start).await;
        assert_eq!(plane.project("shop").await.status, ProjectStatus::Running);
        assert_eq!(world.browse("shop.example.test").await, Ok(200));
    }
}

#[tokio::test]
async fn an_edit_while_the_instance_crashes_ends_running() {
    let world = World::new().await;
    let plane = shop(&world).await;
    for round in 0..5 {
        let host = format!("shop{round}.example.test");
        let edit = edit_now(&plane, "shop", renamed(&host)).await.unwrap();
        world.driver.crash(&id("shop")).await;
        plane.succeeds(&edit).await;
        assert_eq!(world.browse(&host).await, Ok(200));
    }
}

#[tokio::test]
async fn a_refused_change_returns_to_what_ran_and_stays_supervised() {
    let world = World::new().await;
    let plane = shop(&world).await;
    world.driver.refuse_env("BROKEN");
    let env = serde_json::from_str(r#"{"env": {"BROKEN": "yes"}}"#).unwrap();
    let edit = edit_now(&plane, "shop", env).await.unwrap();
    let problem = plane.fails(&edit).await.problem.unwrap();
    assert_eq!(problem.title, "The server refused to start");

    let shop = plane.becomes("shop", "runs as before", |it| it.observed.ready.present().is_some()).await;
    assert_eq!(shop.status, ProjectStatus::Failed, "the change failed, and says so");
    assert_eq!(shop.problem.unwrap().title, problem.title);
    assert!(!world.driver.env(&id("shop")).await.contains_key("BROKEN"));
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let events = plane.events("shop").await;
    assert!(events.iter().any(|event| event.action == "return"), "an event of its own");
    let (running, wanted) = (shop.reconciliation.running_revision, shop.reconciliation.wanted_revision);
    assert_eq!(running, Some(1), "{wanted:?}");

    world.driver.crash(&id("shop")).await;
    eventually("it is started again", async || {
        (world.browse("shop.example.test").await == Ok(200)).then_some(())
    })
    .await;
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Failed);

    let env = serde_json::from_str(r#"{"env": {}}"#).unwrap();
    let edit = edit_now(&plane, "shop", env).await.unwrap();
    plane.succeeds(&edit).await;
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Running);
}

#[tokio::test]
async fn a_project_that_failed_is_tried_again_at_a_slow_pace() {
    let world = World::new().await;
    let settings = control_plane::Settings { failed_retry: Duration::from_millis(300), ..world.settings() };
    world.driver.books.lose_server(&settings.server);
    let plane = world.start_with(settings.clone()).await;
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    plane.fails(&create).await;
    let scheduled = |shop: &model::Project| shop.reconciliation.next_attempt_at.is_some();
    plane.becomes("shop", "has a next attempt", scheduled).await;
    world.driver.books.find_server(&settings.server);
    let shop = plane.becomes("shop", "runs", |shop| shop.status == ProjectStatus::Running).await;
    assert_eq!(shop.reconciliation.next_attempt_at, None);
}

#[tokio::test]
async fn a_port_that_a_foreign_program_holds_costs_nothing() {
    let world = World::new().await;
    let (first, _) = world.settings().upstream_ports;
    for port in [first, first + 1] {
        world.driver.books.take(([127, 0, 0, 1], port).into(), "nginx (pid 12)");
    }
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let upstream = plane.project("shop").await.upstream.unwrap();
    assert!(!upstream.ends_with(&format!(":{first}")), "{upstream}");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn an_instance_that_hangs_is_replaced() {
    let world = World::new().await;
    let plane = shop(&world).await;
    let before = plane.project("shop").await.upstream;
    world.driver.hang(&id("shop")).await;
    eventually("another one runs", async || (world.driver.books.starts(&id("shop")) >= 2).then_some(()))
        .await;
    plane.becomes("shop", "is well", |shop| shop.health() == Health::Healthy).await;
    assert_ne!(plane.project("shop").await.upstream, before, "requests wait at the other address meanwhile");
}

#[tokio::test]
async fn projects_on_a_dead_database_server_keep_nobody_else_waiting() {
    let mut world = World::new().await;
    let away = world.add_server("us");
    let settings = control_plane::Settings { concurrency: 2, ..world.settings() };
    let plane = world.start_with(settings).await;
    for number in 0..9 {
        let draft = ProjectDraft { database_server: "us".into(), ..world.draft(&format!("far{number}")) };
        plane.create(draft).await;
    }
    away.set_mood(Mood::Away);
    for number in 0..9 {
        world.driver.crash(&id(&format!("far{number}"))).await;
    }
    plane.create(world.draft("home")).await;
    let still_down = plane.fleet().get(&ines()).await.unwrap().projects;
    let down =
        still_down.iter().filter(|it| it.id.as_str().starts_with("far") && it.health() != Health::Healthy);
    assert_eq!(down.count(), 9, "they wait for their server");
    away.set_mood(Mood::Well);
    for number in 0..9 {
        plane.becomes(&format!("far{number}"), "is back", |it| it.health() == Health::Healthy).await;
    }
}

#[tokio::test]
async fn a_route_that_the_gateway_does_not_take_leaves_the_former_address_in_the_row() {
    let world = World::new().await;
    let plane = shop(&world).await;
    let before = plane.project("shop").await.upstream;
    world.gateway.set_away(Some("taken away"));
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    eventually("it waits for the gateway", async || {
        let restart = plane.operations().get(&ines(), restart.id).await.unwrap();
        (restart.status == OperationStatus::Waiting && restart.problem.is_some()).then_some(())
    })
    .await;
    assert_eq!(plane.project("shop").await.upstream, before, "the present instance serves there");
    world.gateway.set_away(None);
    plane.succeeds(&restart).await;
}

#[tokio::test]
async fn the_reason_of_a_wait_stays_while_the_next_attempt_runs() {
    let world = World::new().await;
    let settings = control_plane::Settings {
        pauses: (Duration::from_millis(20), Duration::from_millis(40)),
        ..world.settings()
    };
    let plane = world.start_with(settings).await;
    world.gateway.set_away(Some("taken away"));
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let mut told = false;
    eventually("it was tried several times", async || {
        let create = plane.operations().get(&ines(), create.id).await.unwrap();
        assert!(!told || create.problem.is_some(), "the reason vanished: {create:#?}");
        told |= create.problem.is_some();
        create.steps.iter().any(|it| it.step == Step::SyncRoute && it.attempts > 4).then_some(())
    })
    .await;
    world.gateway.set_away(None);
    assert_eq!(plane.succeeds(&create).await.problem, None);
}
