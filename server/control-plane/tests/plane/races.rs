//! Two who want the same at the same moment: the loser is told what the winner has.

use control_plane::OpContext;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::{Operation, Problem, ProjectPatch};

use crate::support::world::id;
use crate::support::{World, edit_now, eventually, ines};

/// The problem of whoever asks while somebody writes `names` for `blog`, and is not seen until they wait for it.
async fn loses(
    world: &World,
    names: &str,
    ask: BoxFuture<'static, control_plane::Result<Operation>>,
) -> Problem {
    let mut winner = world.database.begin().await;
    sqlx::raw_sql(&format!("update projects set {names} where id = 'blog'"))
        .execute(&mut *winner)
        .await
        .unwrap();
    let asking = tokio::spawn(ask);
    eventually("somebody waits for the name", async || {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database()
                       and wait_event_type = 'Lock'";
        (world.database.text(waiting).await == "1").then_some(())
    })
    .await;
    winner.commit().await.unwrap();
    asking.await.unwrap().unwrap_err().problem()
}

#[tokio::test]
async fn an_edit_that_loses_the_race_for_an_alias_names_the_winner_and_the_field() {
    let world = World::new().await;
    let plane = world.plane().await;
    for name in ["shop", "blog"] {
        plane.projects().create(&ines(), world.draft(name), None).await.unwrap();
    }
    let aliases = Some(vec!["free.example.test".to_owned(), "www.example.test".to_owned()]);
    let patch = ProjectPatch { aliases, ..ProjectPatch::default() };
    let edit = {
        let plane = plane.clone();
        async move { edit_now(&plane, "shop", patch).await }.boxed()
    };

    let problem = loses(&world, "aliases = '{www.example.test}'", edit).await;

    assert_eq!((problem.status, problem.errors.len()), (409, 1));
    let fault = problem.for_field("aliases.1").expect("the field that lost");
    assert_eq!(fault.message, "www.example.test belongs to the project blog.");
}

#[tokio::test]
async fn a_create_that_loses_the_race_for_its_name_names_the_winner() {
    let world = World::new().await;
    let plane = world.plane().await;
    plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    let (create, draft) = (plane.clone(), world.draft("shop"));
    let create = async move { create.projects().create(&ines(), draft, None).await }.boxed();

    let problem = loses(&world, "hostname = 'shop.example.test'", create).await;

    let fault = problem.for_field("hostname").expect("the field that lost");
    assert_eq!(fault.message, "shop.example.test belongs to the project blog.");
    assert_eq!(world.database.text("select count(*) from projects").await, "1", "nothing is written");
}

#[tokio::test]
async fn the_same_request_twice_at_the_same_moment_is_acted_upon_once() {
    let world = World::new().await;
    let plane = world.plane().await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let op = ines().under(Some("deploy-7".into()));
    let restart = |op: OpContext| {
        let plane = plane.clone();
        async move { plane.projects().restart(&op, &id("shop")).await }
    };

    let both = futures::future::join_all((0..8).map(|_| restart(op.clone()))).await;

    let mut operations: Vec<_> = both.into_iter().map(|operation| operation.unwrap().id).collect();
    operations.dedup();
    assert_eq!(operations.len(), 1);
    assert_eq!(world.database.text("select restarts from projects").await, "1");
}
