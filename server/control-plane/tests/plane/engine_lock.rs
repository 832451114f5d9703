//! One control plane reconciles a registry at a time, and says so.

use control_plane::registry::RegistryError;
use control_plane::{Error, Result};
use model::{OperationStatus, ProblemKind};

use crate::support::world::id;
use crate::support::{World, eventually, ines};

/// Ends the connection that holds the engine lock, as a failover or a firewall would.
const CUT: &str = "select pg_terminate_backend(pid) from pg_stat_activity
                   where application_name = 'atomo-fleet engine lock' and datname = current_database()";

#[tokio::test]
async fn a_second_control_plane_is_refused_and_told_by_whom() {
    let world = World::new().await;
    let _first = world.start().await;

    let second = world.plane().await;
    let refused = second.registry().lock_engine().await.unwrap_err();

    assert!(matches!(refused, RegistryError::Led(Some(_))), "{refused:?}");
    let text = refused.to_string();
    assert!(text.contains(&format!("the process {} on ", std::process::id())), "{text}");
    assert!(text.contains("Stop that one first"), "{text}");
}

#[tokio::test]
async fn the_lock_is_free_when_its_holder_ends_and_each_holder_begins_a_term() {
    let world = World::new().await;
    world.start().await.stop().await;
    world.start().await.stop().await;
    assert_eq!(world.database.text("select term from engine").await, "2");
}

#[tokio::test]
async fn a_lost_lock_is_taken_again_and_the_engine_goes_on_in_another_term() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;

    world.database.sql(CUT).await.unwrap();

    eventually("another term", async || {
        (world.database.text("select term from engine").await == "2").then_some(())
    })
    .await;
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    plane.stop().await;
}

#[tokio::test]
async fn an_engine_whose_lock_another_one_took_ends() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut other = world.database.begin().await;
    let taking = tokio::spawn(async move {
        sqlx::query("select pg_advisory_lock(4061, 0)").execute(&mut *other).await.unwrap();
        let begin = "update engine set term = term + 1, host = 'elsewhere', pid = 7, since = now()";
        sqlx::query(begin).execute(&mut *other).await.unwrap();
        other.commit().await.unwrap();
        // the pool keeps the session, and with it the lock
    });
    let waiting = "select count(*) from pg_locks where classid = 4061 and objid = 0 and not granted";
    eventually("the other one waits for the lock", async || {
        (world.database.text(waiting).await == "1").then_some(())
    })
    .await;

    world.database.sql(CUT).await.unwrap();
    taking.await.unwrap();

    let ended = plane.ends().await.unwrap_err();
    assert!(matches!(ended, Error::Registry(RegistryError::Led(_))), "{ended:?}");
    assert!(ended.to_string().contains("the process 7 on elsewhere"), "{ended}");
}

fn kind<T: std::fmt::Debug>(answer: Result<T>) -> ProblemKind {
    answer.unwrap_err().problem().kind
}

#[tokio::test]
async fn an_id_is_made_or_freed_whichever_control_plane_asks() {
    let world = World::new().await;
    let (one, another) = (world.plane().await, world.plane().await);
    let claim = one.registry().claim_removal(&id("shop")).await.unwrap().unwrap();
    assert!(another.registry().claim_removal(&id("shop")).await.unwrap().is_none(), "it is removed already");

    let refused = another.projects().create(&ines(), world.draft("shop"), None).await;
    assert_eq!(kind(refused), ProblemKind::Conflict);
    another.projects().create(&ines(), world.draft("blog"), None).await.unwrap();

    drop(claim);
    eventually("the id is free", async || {
        another.projects().create(&ines(), world.draft("shop"), None).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_report_of_an_earlier_term_changes_nothing() {
    let world = World::new().await;
    let plane = world.start().await;
    let create = plane.create(world.draft("shop")).await;
    let before = plane.project("shop").await.upstream;
    plane.stop().await;
    let plane = world.start().await;
    let registry = world.database.registry().await;

    registry.reports(1).upstream(&id("shop"), "127.0.0.1:1", 1).await.unwrap();
    let ended = registry.reports(1).over(create.id, OperationStatus::Failed, None).await;

    assert_eq!(plane.project("shop").await.upstream, before);
    assert_eq!(plane.operations().get(&ines(), create.id).await.unwrap().status, OperationStatus::Succeeded);
    drop(ended); // whether it is told is the report's own decision
    registry.reports(2).upstream(&id("shop"), "127.0.0.1:1", 1).await.unwrap();
    assert_ne!(plane.project("shop").await.upstream, before, "a report of the present term is written");
}

/// Another term begins as soon as this step does.
async fn next_term_at(world: &World, step: &str) {
    let trigger = format!(
        "create function next_term() returns trigger language plpgsql as
           $$ begin update engine set term = term + 1, host = 'elsewhere'; return null; end $$;
         create trigger next_term after update on operation_steps for each row
           when (new.step = '{step}' and new.status = 'running') execute function next_term()"
    );
    world.database.sql(&trigger).await.unwrap();
}

#[tokio::test]
async fn a_step_of_an_earlier_term_records_no_secret() {
    let world = World::new().await;
    let plane = world.start().await;
    next_term_at(&world, "ensure_secrets").await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    plane.ends().await.unwrap_err();
    let recorded = "select count(*) from project_events where action = 'secrets'";
    assert_eq!(world.database.text(recorded).await, "0");
}

#[tokio::test]
async fn a_step_of_an_earlier_term_removes_no_row() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    next_term_at(&world, "keep_database").await;
    plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.ends().await.unwrap_err();
    assert_eq!(world.database.text("select id from projects").await, "shop");
}
