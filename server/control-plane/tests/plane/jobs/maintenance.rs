//! A job that keeps its project in maintenance, and does nothing before the reconciler has stopped the instance.

use control_plane::Settings;
use control_plane::jobs::Exclusive;
use control_plane::ports::driver::Driver as _;
use control_plane::testing::job::{TestInput, open};
use model::{InstanceKey, OperationStatus, ProblemKind};

use super::{becomes, endless, has_done, operation};
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A job with more work than a test waits for, which waits this long for the instance.
fn maintenance(world: &World, milliseconds: u64) -> TestInput {
    let exclusive = Exclusive::Maintenance;
    TestInput { exclusive, stopped_within_ms: Some(milliseconds), ..endless(world, "job") }
}

/// A project whose instance cannot be stopped.
async fn shop(world: &World, settings: Settings) -> Running {
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    world.driver.books.resist(&id("shop"));
    plane
}

/// Waits until visitors get the maintenance page: the step before the instance is stopped.
async fn is_maintained(world: &World) {
    eventually("the maintenance page stands", async || {
        (world.browse("shop.example.test").await == Ok(503)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn its_work_begins_when_the_instance_is_stopped_and_nothing_is_held_meanwhile() {
    let world = World::new().await;
    let plane = shop(&world, Settings { concurrency: 1, ..world.settings() }).await;
    let work = maintenance(&world, 60_000);
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    becomes(&plane, &job, OperationStatus::Running).await;
    is_maintained(&world).await;

    let now = world.database.text("select clock_timestamp()::text").await;
    plane.create(world.draft("blog")).await; // the only permit for starts is free
    let held = format!(
        "select count(*)::text from pg_stat_activity where datname = current_database() and xact_start < '{now}'"
    );
    assert_eq!(world.database.text(&held).await, "0", "no transaction is open");
    assert!(world.driver.listening().await.contains(&id("shop")));
    assert_eq!(work.done(), Vec::<String>::new());

    world.driver.books.relent(&id("shop"));
    has_done(&work, 1).await;
    let instance = world.driver.inspect(&InstanceKey::main(id("shop"))).await.unwrap().unwrap();
    assert!(!instance.is_running(), "it is stopped before the first effect");
    assert_eq!(world.browse("shop.example.test").await, Ok(503));

    plane.operations().cancel(&ines(), job.id).await.unwrap();
    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
    eventually("it is served again", async || {
        (world.browse("shop.example.test").await == Ok(200)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_cancel_ends_the_wait() {
    let world = World::new().await;
    let plane = shop(&world, world.settings()).await;
    let work = maintenance(&world, 600_000);
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    is_maintained(&world).await;

    plane.operations().cancel(&ines(), job.id).await.unwrap();

    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
    assert_eq!(work.done(), ["not stopped: the job was interrupted"], "it was not dropped while it waited");
}

#[tokio::test]
async fn an_instance_that_still_runs_is_a_problem_and_is_waited_for_again() {
    let world = World::new().await;
    let plane = shop(&world, world.settings()).await;
    let work = maintenance(&world, 100);
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    let waits =
        eventually("the job says what it waits for", async || operation(&plane, job.id).await.problem).await;
    assert_eq!((waits.kind, &*waits.title), (ProblemKind::Unavailable, "The instance still runs"));
    let marked = world.database.text("select maintenance::text from projects").await;
    assert_eq!(marked, "true", "the project stays in maintenance between two attempts");

    world.driver.books.relent(&id("shop"));
    eventually("its work has begun", async || work.done().contains(&"1 0".to_owned()).then_some(())).await;
    let instance = world.driver.inspect(&InstanceKey::main(id("shop"))).await.unwrap().unwrap();
    assert!(!instance.is_running());
}

#[tokio::test]
async fn a_job_beside_a_running_instance_cannot_wait_for_its_end() {
    let world = World::new().await;
    let plane = shop(&world, world.settings()).await;
    let work = TestInput { exclusive: Exclusive::Yes, ..maintenance(&world, 600_000) };
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    let failed = plane.fails(&job).await.problem.unwrap();
    assert_eq!((failed.kind, &*failed.title), (ProblemKind::Internal, "The project is not in maintenance"));
}
