//! What the control plane says of its own work: background tasks, readiness, and what a panic leaves behind.

use crate::support::world::id;
use crate::support::{World, eventually, ines};

#[tokio::test]
async fn it_is_ready_while_it_reconciles_and_else_says_why_not() {
    let world = World::new().await;
    let idle = world.plane().await;
    assert!(idle.ready().await.unwrap_err().contains("does not hold the engine lock"));

    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    eventually("it is ready", async || plane.ready().await.ok()).await;

    world.database.sql("update projects set env = '[1]'").await.unwrap();
    let reason = eventually("it says that rows cannot be read", async || plane.ready().await.err()).await;
    assert_eq!(reason, "None of the 1 rows of projects can be read.");
    world.database.sql("update projects set env = '{}'").await.unwrap();
    eventually("it is ready again", async || plane.ready().await.ok()).await;

    world.database.make_read_only(true).await;
    eventually("it says that the registry is read-only", async || {
        plane.ready().await.err().filter(|reason| reason.contains("read-only"))
    })
    .await;
    world.database.make_read_only(false).await;
    eventually("it is ready once more", async || plane.ready().await.ok()).await;
}

#[tokio::test]
async fn its_tasks_are_shown_with_their_last_results() {
    let world = World::new().await;
    let plane = world.start().await;
    let tasks = eventually("every task has finished a run", async || {
        let tasks = plane.tasks(&ines()).unwrap();
        (tasks.len() >= 11 && tasks.iter().all(|task| task.duration_ms.is_some())).then_some(tasks)
    })
    .await;
    let names: Vec<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
    let known = [
        "alerts",
        "backup retention",
        "backup schedules",
        "backups",
        "certificates",
        "clones",
        "delete requests",
        "drift",
        "drift catalogs",
        "driver",
        "gateway",
        "healths",
        "identities",
        "orphans",
        "postgres default",
        "projects",
        "retention",
        "rollouts",
        "routes",
        "schema volumes",
        "secrets",
        "sessions",
        "webhooks",
    ];
    assert_eq!(names, known);
    assert!(tasks.iter().all(|task| task.problem.is_none()), "{tasks:#?}");
}

#[tokio::test]
async fn a_worker_that_panics_is_replaced_and_its_operation_goes_on() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.fuse.explode();
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
}
