//! Edits at the same moment, and from an earlier state: nothing is lost without a word, and what is judged is judged under
//! the lock of the row.

use control_plane::ControlPlane;
use model::{LimitsDraft, Operation, OperationKind, Problem, ProblemKind, ProjectPatch};

use crate::support::world::id;
use crate::support::{World, edit_now, eventually, ines};

/// A fleet whose engine does nothing, with one project.
async fn shop() -> (World, ControlPlane) {
    let world = World::new().await;
    let plane = world.plane().await;
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    (world, plane)
}

async fn generation(plane: &ControlPlane) -> i64 {
    plane.projects().get(&ines(), &id("shop")).await.unwrap().generation
}

async fn edit_from(
    plane: &ControlPlane,
    from: Option<i64>,
    patch: ProjectPatch,
) -> Result<Operation, Problem> {
    let patch = ProjectPatch { generation: from, ..patch };
    plane.projects().edit(&ines(), &id("shop"), patch).await.map_err(|error| error.problem())
}

fn named(name: &str) -> ProjectPatch {
    ProjectPatch { display_name: Some(name.into()), ..ProjectPatch::default() }
}

fn limited(limits: LimitsDraft) -> ProjectPatch {
    ProjectPatch { limits: Some(limits), ..ProjectPatch::default() }
}

/// Runs `act` while a transaction of another session holds what `statement` changed, and commits that transaction once `act`
/// waits for it: at the lock, or by trying again after a transaction that could not lock the row.
async fn overtaken<T>(world: &World, statement: &str, act: impl Future<Output = T>) -> T {
    let mut other = world.database.begin().await;
    sqlx::raw_sql(statement).execute(&mut *other).await.unwrap();
    let commit = async {
        eventually("the command waits for the lock", async || {
            let waiting = "select count(*) from pg_stat_activity where datname = current_database()
                           and (wait_event_type = 'Lock' or query ilike 'rollback%')";
            (world.database.text(waiting).await != "0").then_some(())
        })
        .await;
        other.commit().await.unwrap();
    };
    tokio::join!(act, commit).0
}

#[tokio::test]
async fn of_two_edits_at_once_both_hold_or_one_is_told() {
    let (_world, plane) = shop().await;
    for round in 1..=25 {
        let now = generation(&plane).await;
        let (memory, pids) = (format!("{} MiB", 300 + round), 100 + round);
        let (first, second) = tokio::join!(
            edit_from(
                &plane,
                Some(now),
                limited(LimitsDraft { memory: Some(memory.clone().into()), ..LimitsDraft::default() })
            ),
            edit_from(
                &plane,
                Some(now),
                limited(LimitsDraft { pids: Some(pids.to_string().into()), ..LimitsDraft::default() })
            ),
        );
        let limits = plane.projects().get(&ines(), &id("shop")).await.unwrap().limits.instance;
        if first.is_ok() {
            assert_eq!(limits.memory.to_string(), memory, "round {round}");
        }
        if second.is_ok() {
            assert_eq!(limits.pids.to_string(), pids.to_string(), "round {round}");
        }
        for refused in [first.err(), second.err()].into_iter().flatten() {
            assert_eq!(refused.title, "The project was changed meanwhile");
        }
    }
}

#[tokio::test]
async fn an_edit_of_an_earlier_state_is_shown_what_differs_and_changes_nothing() {
    let (_world, plane) = shop().await;
    let read = generation(&plane).await;
    edit_now(
        &plane,
        "shop",
        ProjectPatch { hostname: Some("new.example.test".into()), ..named("Colleague's") },
    )
    .await
    .unwrap();
    let patch = ProjectPatch { hostname: Some("shop.example.test".into()), ..named("Mine") };
    let refused = edit_from(&plane, Some(read), patch.clone()).await.unwrap_err();
    assert_eq!((refused.status, refused.generation), (409, Some(read + 1)));
    let differ: Vec<_> =
        refused.differences.iter().map(|it| (&*it.field, &*it.current, &*it.yours)).collect();
    let hostname = ("hostname", "new.example.test", "shop.example.test");
    assert_eq!(differ, [("display_name", "Colleague's", "Mine"), hostname]);
    assert_eq!(plane.projects().get(&ines(), &id("shop")).await.unwrap().display_name, "Colleague's");
    // who has seen it may decide
    edit_from(&plane, refused.generation, patch).await.unwrap();
    assert_eq!(plane.projects().get(&ines(), &id("shop")).await.unwrap().display_name, "Mine");
}

#[tokio::test]
async fn an_edit_that_names_no_generation_is_told_the_present_one() {
    let (_world, plane) = shop().await;
    let refused = edit_from(&plane, None, named("Shop 2")).await.unwrap_err();
    assert_eq!((refused.kind, refused.status), (ProblemKind::GenerationRequired, 428));
    assert_eq!(refused.generation, Some(generation(&plane).await));
    let refused = edit_from(&plane, Some(generation(&plane).await + 1), named("Shop 2")).await.unwrap_err();
    assert_eq!(refused.status, 409, "a generation that is still to come");
}

#[tokio::test]
async fn a_command_between_is_in_no_edits_way_but_an_edit_by_sql_is() {
    let (world, plane) = shop().await;
    let read = generation(&plane).await;
    plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    edit_from(&plane, Some(read), named("Shop 2")).await.unwrap();

    let read = generation(&plane).await;
    world.database.sql("update projects set env = '{\"A\": \"1\"}'").await.unwrap();
    let refused = edit_from(&plane, Some(read), named("Shop 3")).await.unwrap_err();
    assert_eq!((refused.status, refused.generation), (409, Some(read + 1)));
}

#[tokio::test]
async fn an_edit_without_a_field_opens_no_operation() {
    let (world, plane) = shop().await;
    let now = generation(&plane).await;
    let refused = edit_from(&plane, Some(now), ProjectPatch::default()).await.unwrap_err();
    assert_eq!((refused.status, generation(&plane).await), (422, now));
    assert_eq!(world.database.text("select count(*) from operations").await, "1", "the create alone");
}

#[tokio::test]
async fn a_project_that_ran_meanwhile_keeps_its_schema() {
    let (world, plane) = shop().await;
    let patch = ProjectPatch { schema_ref: Some(world.schema(&world.bad)), ..ProjectPatch::default() };
    let edit = edit_from(&plane, Some(generation(&plane).await), patch);
    let ran = format!("update projects set schema_version = '{}'", world.good);
    let refused = overtaken(&world, &ran, edit).await.unwrap_err();
    assert_eq!(refused.title, "The schema of a project that has run cannot be edited");
    let commit = world.database.text("select schema_ref ->> 'ref' from projects").await;
    assert_eq!(commit, world.good.to_string());
}

#[tokio::test]
async fn a_start_never_takes_the_place_of_a_delete() {
    let (world, plane) = shop().await;
    let deleted = "update projects set delete_requested_at = now(), desired_state = 'stopped', generation = generation + 1";
    let (op, shop) = (ines(), id("shop"));
    let refused =
        overtaken(&world, deleted, Box::pin(plane.projects().start(&op, &shop))).await.unwrap_err().problem();
    assert_eq!(refused.title, "The project is being deleted");
    let edit = edit_from(&plane, Some(1), named("Shop 2")).await.unwrap_err();
    assert_eq!(edit.title, refused.title);
}

#[tokio::test]
async fn of_a_delete_and_a_start_at_once_the_delete_is_never_the_one_that_ends() {
    let world = World::new().await;
    let plane = world.plane().await;
    for round in 0..25 {
        let project = id(&format!("shop-{round}"));
        plane.projects().create(&ines(), world.draft(project.as_str()), None).await.unwrap();
        let (op, projects) = (ines(), plane.projects());
        let (deleted, _) = tokio::join!(projects.delete(&op, &project), projects.start(&op, &project));
        assert_eq!(deleted.unwrap().kind, OperationKind::Delete);
        let open = plane.registry().open_operation(&project).await.unwrap().unwrap();
        assert_eq!(open.kind, OperationKind::Delete, "round {round}");
    }
}

#[tokio::test]
async fn an_edit_that_postgres_undid_for_a_deadlock_is_begun_once_more() {
    let (world, plane) = shop().await;
    plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    let mut other = world.database.begin().await;
    sqlx::raw_sql("update projects set aliases = '{www.example.test}' where id = 'blog'")
        .execute(&mut *other)
        .await
        .unwrap();
    let aliases = Some(vec!["www.example.test".to_owned()]);
    let edit = edit_now(&plane, "shop", ProjectPatch { aliases, ..ProjectPatch::default() });
    let deadlock = async {
        eventually("the edit waits for the name", async || {
            let waiting = "select count(*) from pg_stat_activity where datname = current_database()
                           and wait_event_type = 'Lock'";
            (world.database.text(waiting).await == "1").then_some(())
        })
        .await;
        // the other session waits for the row that the edit holds: the edit began to wait first, so it is undone
        sqlx::raw_sql("update projects set display_name = 'x' where id = 'shop'")
            .execute(&mut *other)
            .await
            .unwrap();
        other.rollback().await.unwrap();
    };
    let (edited, ()) = tokio::join!(edit, deadlock);
    edited.unwrap();
    assert_eq!(
        world.database.text("select aliases[1] from projects where id = 'shop'").await,
        "www.example.test"
    );
}

#[tokio::test]
async fn many_creates_of_one_id_at_once_are_told_who_was_faster() {
    let world = World::new().await;
    let plane = world.plane().await;
    let create = || async { plane.projects().create(&ines(), world.draft("shop"), None).await };
    let all = futures::future::join_all((0..24).map(|_| create())).await;
    let refused: Vec<u16> =
        all.into_iter().filter_map(Result::err).map(|error| error.problem().status).collect();
    assert_eq!(refused, [409; 23], "none is told that the registry does not answer");
}
