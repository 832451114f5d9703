//! What one connection to the registry does keeps nothing else from working.

use std::time::Duration;

use control_plane::OpContext;
use control_plane::operators::login_failures::ClientNetwork;
use model::{Actor, Hint, ProblemKind, ProjectFilter, Role};

use crate::support::world::id;
use crate::support::{World, eventually, ines};

const EMAIL: &str = "ines@example.com";
const PASSWORD: &str = "correct horse battery";
/// An edit by SQL that somebody has not committed.
const EDIT: &str = "update projects set env = env where id = 'shop'";

#[tokio::test]
async fn an_open_transaction_on_one_row_stops_neither_a_log_in_nor_another_project() {
    let world = World::new().await;
    let plane = world.start().await;
    let host = OpContext::platform(Actor::Host);
    plane.operators().create(&host, EMAIL.into(), PASSWORD.into(), Role::Owner).await.unwrap();
    plane.create(world.draft("shop")).await;
    plane.create(world.draft("blog")).await;
    let mut open = world.database.begin().await;
    sqlx::query(EDIT).execute(&mut *open).await.unwrap();

    let restarts: Vec<_> = (0..12)
        .map(|_| {
            let plane = plane.clone();
            tokio::spawn(async move { plane.projects().restart(&ines(), &id("shop")).await })
        })
        .collect();
    for _ in 0..5 {
        plane.operators().log_in(EMAIL.into(), PASSWORD.into(), ClientNetwork::default()).await.unwrap();
        assert_eq!(
            plane.projects().list(&ines(), &ProjectFilter::default(), None).await.unwrap().items.len(),
            2
        );
        let restart = plane.projects().restart(&ines(), &id("blog")).await.unwrap();
        plane.succeeds(&restart).await;
    }
    for restart in restarts {
        let problem = restart.await.unwrap().unwrap_err().problem();
        assert_eq!(problem.kind, ProblemKind::Unavailable);
        assert_eq!(problem.title, "A row of the registry is locked");
    }

    open.rollback().await.unwrap();
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
}

#[tokio::test]
async fn creates_that_wait_for_each_other_leave_connections_for_the_rest() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let mut ports = world.database.begin().await;
    sqlx::query("select pg_advisory_xact_lock(4061, 1)").execute(&mut *ports).await.unwrap();

    let creates: Vec<_> = (0..8)
        .map(|number| {
            let (plane, draft) = (plane.clone(), world.draft(&format!("blog-{number}")));
            tokio::spawn(async move { plane.projects().create(&ines(), draft, None).await })
        })
        .collect();
    let waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted
                 and database = (select oid from pg_database where datname = current_database())";
    eventually("a create waits", async || (world.database.text(waits).await == "1").then_some(())).await;
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.database.text(waits).await, "1", "each other one waits without a connection");

    ports.rollback().await.unwrap();
    for create in creates {
        plane.succeeds(&create.await.unwrap().unwrap()).await;
    }
}

#[tokio::test]
async fn an_open_transaction_on_one_row_does_not_stop_the_sweep() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(world.draft("blog")).await;
    let mut open = world.database.begin().await;
    sqlx::query(EDIT).execute(&mut *open).await.unwrap();
    world.driver.crash(&id("shop")).await; // so that its health is to be written

    for _ in 0..3 {
        let seen = plane.project("blog").await.observed.at;
        plane.becomes("blog", "is looked at again", |project| project.observed.at > seen).await;
    }
    open.rollback().await.unwrap();
}

#[tokio::test]
async fn a_token_is_good_in_a_registry_that_accepts_no_change() {
    let world = World::new().await;
    let plane = world.plane().await;
    let host = OpContext::platform(Actor::Host);
    plane.operators().create(&host, EMAIL.into(), PASSWORD.into(), Role::Owner).await.unwrap();
    let (_, token) =
        plane.operators().create_token_for(&host, &EMAIL.parse().unwrap(), "ci".into()).await.unwrap();

    world.database.make_read_only(true).await;

    let caller = plane.operators().identify_token(&token).await.unwrap();
    assert!(caller.is_some(), "reading a token needs no write");
    plane.projects().list(&ines(), &ProjectFilter::default(), None).await.unwrap();
    let refused = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    assert_eq!(refused.problem().title, "The registry is read-only");
    world.database.make_read_only(false).await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
}

#[tokio::test]
async fn a_listener_whose_connection_went_silent_connects_again() {
    let world = World::new().await;
    let (plane, silence) = world.start_behind_silence().await;
    plane.create(world.draft("shop")).await;

    silence.fall();

    let mut edits = 0;
    let mut hints = plane.live();
    eventually("an edit by SQL is heard of at once", async || {
        edits += 1;
        let rename = format!("update projects set display_name = 'edit {edits}' where id = 'shop'");
        world.database.sql(&rename).await.unwrap();
        let heard =
            async { while hints.recv().await.unwrap() != (Hint::Project { project_id: id("shop") }) {} };
        tokio::time::timeout(Duration::from_millis(100), heard).await.ok()
    })
    .await;
}
