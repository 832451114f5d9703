//! Connections are given out of a budget: who asks for more than there is is told what there is, and what would fit.

use control_plane::testing::postgres_host::Mood;
use model::{DesiredState, PoolSize, Problem, ProblemKind, ProjectDraft, ProjectPatch};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

/// What is kept on the first server, and so is never a project's.
const KEPT: u32 = 3 + 32 + 4;

fn with_pool(world: &World, id: &str, pool: u32) -> ProjectDraft {
    ProjectDraft { pool_size: Some(pool), ..world.draft(id) }
}

fn pool(size: u32) -> ProjectPatch {
    ProjectPatch { pool_size: Some(size), ..ProjectPatch::default() }
}

async fn refused(plane: &Running, draft: ProjectDraft) -> Problem {
    plane.projects().create(&ines(), draft, None).await.unwrap_err().problem()
}

async fn resized(plane: &Running, name: &str, size: u32) {
    let edit = edit_now(plane, name, pool(size)).await.unwrap();
    plane.succeeds(&edit).await;
}

#[tokio::test]
async fn a_project_has_the_pool_that_was_asked_for_and_its_role_the_limit_that_follows() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(with_pool(&world, "crm", 12)).await;
    assert_eq!(plane.project("shop").await.pool_size, PoolSize::default());
    assert_eq!(plane.project("crm").await.pool_size.get(), 12);
    assert_eq!(world.driver.env(&id("crm")).await["DATABASE_POOL_MAX"], "12");
    assert_eq!((world.postgres.limit(&id("shop")), world.postgres.limit(&id("crm"))), (Some(7), Some(14)));
}

#[tokio::test]
async fn a_create_that_would_break_the_budget_is_refused_with_the_figures_and_what_fits() {
    let world = World::new().await;
    world.postgres.set_max_connections(KEPT + 20);
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let problem = refused(&plane, with_pool(&world, "crm", 12)).await;
    assert_eq!((problem.kind, problem.status), (ProblemKind::Conflict, 409));
    let message = &problem.for_field("pool_size").unwrap().message;
    assert!(message.contains("takes 14 connections") && message.contains("13 left"), "{message}");
    assert!(message.contains("A pool of 11 fits."), "{message}");
    assert!(plane.projects().get(&ines(), &id("crm")).await.is_err(), "nothing was written");
    plane.create(with_pool(&world, "crm", 11)).await;
    let problem = refused(&plane, with_pool(&world, "blog", 1)).await;
    assert!(problem.for_field("pool_size").unwrap().message.contains("No pool fits"), "{problem:?}");
}

#[tokio::test]
async fn creates_at_once_never_share_the_same_connections() {
    let world = World::new().await;
    world.postgres.set_max_connections(KEPT + 3 * 7 + 6);
    let plane = world.start().await;
    let drafts = (0..8).map(|number| world.draft(&format!("shop-{number}")));
    let creates = drafts.map(|draft| {
        let plane = &plane;
        async move { plane.projects().create(&ines(), draft, None).await }
    });
    let outcomes = futures::future::join_all(creates).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:#?}");
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(refused.problem().status, 409, "{refused}");
    }
}

#[tokio::test]
async fn a_larger_pool_needs_room_and_a_smaller_one_gives_it_back() {
    let world = World::new().await;
    world.postgres.set_max_connections(KEPT + 20);
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(world.draft("crm")).await;
    let edit = edit_now(&plane, "shop", pool(12)).await;
    let problem = edit.unwrap_err().problem();
    assert_eq!(problem.status, 409);
    assert!(problem.for_field("pool_size").unwrap().message.contains("A pool of 11 fits."), "{problem:?}");
    assert_eq!(plane.project("shop").await.pool_size.get(), 5, "nothing was changed");

    resized(&plane, "crm", 4).await;
    resized(&plane, "shop", 12).await;
    assert_eq!(world.postgres.limit(&id("shop")), Some(14));
    assert_eq!(world.postgres.limit(&id("crm")), Some(6));
    assert_eq!(world.driver.env(&id("shop")).await["DATABASE_POOL_MAX"], "12", "its instance was replaced");
}

#[tokio::test]
async fn pools_that_grow_at_once_never_share_the_same_connections() {
    let world = World::new().await;
    world.postgres.set_max_connections(KEPT + 3 * 7 + 5);
    let plane = world.start().await;
    for name in ["one-shop", "two-shop", "three-shop"] {
        plane.create(world.draft(name)).await;
    }
    let grow = async |name: &str| edit_now(&plane, name, pool(9)).await.is_ok();
    let grown = futures::join!(grow("one-shop"), grow("two-shop"), grow("three-shop"));
    assert_eq!([grown.0, grown.1, grown.2].into_iter().filter(|grown| *grown).count(), 1, "{grown:?}");
}

#[tokio::test]
async fn a_stopped_project_keeps_its_share_and_a_deleted_one_gives_it_back() {
    let world = World::new().await;
    world.postgres.set_max_connections(KEPT + 7);
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    assert_eq!(refused(&plane, world.draft("crm")).await.status, 409);
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&delete).await;
    plane.create(world.draft("crm")).await;
}

#[tokio::test]
async fn a_stopped_project_that_is_resized_has_the_new_limit_when_it_starts() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    resized(&plane, "shop", 9).await;
    assert_eq!(
        plane.project("shop").await.desired_state,
        DesiredState::Stopped,
        "it is not started for that"
    );
    let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&start).await;
    assert_eq!(world.postgres.limit(&id("shop")), Some(11));
    assert_eq!(world.driver.env(&id("shop")).await["DATABASE_POOL_MAX"], "9");
}

#[tokio::test]
async fn a_limit_that_somebody_changed_is_brought_back() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let starts = world.driver.books.starts(&id("shop"));
    world.postgres.set_limit(&id("shop"), 500);
    eventually("the limit is what the project's share is", async || {
        (world.postgres.limit(&id("shop")) == Some(7)).then_some(())
    })
    .await;
    assert_eq!(world.driver.books.starts(&id("shop")), starts, "and its instance is left alone");
}

#[tokio::test]
async fn what_a_server_has_to_give_is_unknown_until_it_answered() {
    let world = World::new().await;
    world.postgres.set_mood(Mood::Away);
    let plane = world.start().await;
    let problem = refused(&plane, world.draft("shop")).await;
    assert_eq!((problem.status, problem.part.as_deref()), (503, Some("postgres")));
    assert!(plane.projects().get(&ines(), &id("shop")).await.is_err(), "nothing was written");
    let seen = plane.database_servers().list(&ines()).await.unwrap();
    assert_eq!(seen[0].seen, None);
    world.postgres.set_mood(Mood::Well);
    plane.create(world.draft("shop")).await;
}

#[tokio::test]
async fn a_server_that_was_made_smaller_is_shown_as_overdrawn_and_gives_no_more() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.postgres.set_max_connections(KEPT + 3);
    let budget = eventually("the new figure is seen", async || {
        let seen = plane.database_servers().list(&ines()).await.unwrap().remove(0).seen?;
        (seen.budget.max == KEPT + 3).then_some(seen.budget)
    });
    assert_eq!(budget.await.overdrawn(), 4);
    assert_eq!(refused(&plane, with_pool(&world, "crm", 1)).await.status, 409);
    resized(&plane, "shop", 2).await; // smaller is always possible
}

#[tokio::test]
async fn a_pool_that_was_edited_by_sql_is_worked_on() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.database.sql("update projects set pool_size = 8 where id = 'shop'").await.unwrap();
    eventually("the instance has the pool of the row", async || {
        let env = world.driver.env(&id("shop")).await;
        (env.get("DATABASE_POOL_MAX").is_some_and(|size| size == "8")).then_some(())
    })
    .await;
    assert_eq!(world.postgres.limit(&id("shop")), Some(10));
    let wrong = world.database.sql("update projects set pool_size = 0 where id = 'shop'").await;
    assert!(wrong.is_err(), "a pool of nothing is no pool");
    let none = world.database.sql("update projects set pool_size = null where id = 'shop'").await;
    assert!(none.is_err(), "every row says its pool");
}
