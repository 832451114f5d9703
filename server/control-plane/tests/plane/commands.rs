//! What an operator does to a project that runs.

use std::collections::BTreeMap;
use std::time::Duration;

use control_plane::testing::gateway::Ask;
use model::{EnvDraft, Health, Hint, OperationStatus, Page, ProblemKind, ProjectPatch, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

/// A fleet with one project that runs.
async fn shop() -> (World, Running) {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    (world, plane)
}

async fn edit(plane: &Running, patch: ProjectPatch) -> Vec<String> {
    let operation = edit_now(plane, "shop", patch).await.unwrap();
    let done = plane.succeeds(&operation).await;
    done.steps.iter().map(|step| step.step.to_string()).collect()
}

#[tokio::test]
async fn an_alias_is_served_without_a_new_instance() {
    let (world, plane) = shop().await;
    let aliases = Some(vec!["www.example.test".to_owned()]);
    let steps = edit(&plane, ProjectPatch { aliases, ..ProjectPatch::default() }).await;
    assert_eq!(steps, ["sync_route", "verify_route"]);
    assert_eq!(world.browse("www.example.test").await, Ok(200));
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
    assert_eq!(plane.moves("shop").await.len(), 1, "an edit of the route is no move of the lifecycle");
}

#[tokio::test]
async fn an_alias_that_is_taken_away_is_no_longer_served() {
    let (world, plane) = shop().await;
    let aliases = |names: &[&str]| ProjectPatch {
        aliases: Some(names.iter().map(ToString::to_string).collect()),
        ..ProjectPatch::default()
    };
    edit(&plane, aliases(&["www.example.test"])).await;
    edit(&plane, aliases(&[])).await;
    assert!(world.browse("www.example.test").await.is_err());
}

#[tokio::test]
async fn a_new_hostname_takes_over_from_the_old_one() {
    let (world, plane) = shop().await;
    let patch = ProjectPatch { hostname: Some("store.example.test".into()), ..ProjectPatch::default() };
    assert_eq!(edit(&plane, patch).await, ["sync_route", "verify_route", "retire_route"]);
    assert_eq!(world.browse("store.example.test").await, Ok(200));
    assert!(world.browse("shop.example.test").await.is_err(), "the old name is retired");
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn the_old_hostname_is_served_until_the_new_one_is_reached() {
    let world = World::new().await;
    let settings = control_plane::Settings { verify_timeout: Duration::from_secs(60), ..world.settings() };
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    // nobody answers behind the route, so the new name cannot be reached
    let upstream = plane.project("shop").await.upstream.unwrap().parse().unwrap();
    world.gateway.listen(upstream, None);
    let patch = ProjectPatch { hostname: Some("store.example.test".into()), ..ProjectPatch::default() };
    let operation = edit_now(&plane, "shop", patch).await.unwrap();
    eventually("the new name is routed", async || world.browse("store.example.test").await.ok()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(503), "still the project's, and held");
    world.gateway.listen(upstream, Some("shop"));
    plane.succeeds(&operation).await;
    assert!(world.browse("shop.example.test").await.is_err());
}

#[tokio::test]
async fn a_new_environment_replaces_the_instance_while_requests_wait() {
    let (world, plane) = shop().await;
    let before = plane.project("shop").await.upstream;
    let env = BTreeMap::from([("GREETING".to_owned(), EnvDraft::Text("hello".into()))]);
    let mut editing =
        std::pin::pin!(edit(&plane, ProjectPatch { env: Some(env), ..ProjectPatch::default() }));
    let mut answers = Vec::new();
    let steps = loop {
        tokio::select! {
            steps = &mut editing => break steps,
            () = tokio::time::sleep(Duration::from_millis(2)) => {
                answers.push(world.browse("shop.example.test").await);
            }
        }
    };
    let wanted =
        "ensure_secrets ensure_database point_route stop_instance ensure_instance await_ready verify_route";
    assert_eq!(steps.join(" "), wanted);
    assert!(answers.iter().all(|answer| *answer == Ok(200)), "{answers:?}");
    assert_eq!(world.driver.env(&id("shop")).await["GREETING"], "hello");
    assert_ne!(plane.project("shop").await.upstream, before, "the other of its two addresses");
    assert_eq!(
        plane.moves("shop").await[1..],
        ["running>provisioning operator:ines@example.com", "provisioning>running operator:ines@example.com"]
    );
}

#[tokio::test]
async fn an_edit_that_changes_nothing_of_the_world_succeeds_at_once() {
    let (world, plane) = shop().await;
    let applies = world.gateway.applies();
    let patch = ProjectPatch { display_name: Some("The shop".into()), ..ProjectPatch::default() };
    assert_eq!(edit(&plane, patch).await, Vec::<String>::new());
    assert_eq!(plane.project("shop").await.display_name, "The shop");
    assert_eq!((world.driver.books.starts(&id("shop")), world.gateway.applies()), (1, applies));
}

#[tokio::test]
async fn the_schema_of_a_project_that_has_run_is_not_edited() {
    let (world, plane) = shop().await;
    let patch = ProjectPatch { schema_ref: Some(world.schema(&world.bad)), ..ProjectPatch::default() };
    let refused = edit_now(&plane, "shop", patch).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
    assert_eq!(plane.project("shop").await.schema_ref.commit(), &world.good);
}

#[tokio::test]
async fn a_stop_shows_the_maintenance_page_and_a_start_ends_it() {
    let (world, plane) = shop().await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let answer = world.gateway.ask(Ask::https("shop.example.test", "/")).await.unwrap();
    assert_eq!((answer.status, answer.headers.contains_key("retry-after")), (503, true));
    assert_eq!(world.driver.listening().await, []);
    let rests = plane.becomes("shop", "rests", |shop| shop.health() == Health::Suspended).await;
    assert_eq!(rests.status, ProjectStatus::Stopped);

    let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&start).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let who = "operator:ines@example.com";
    let wanted = ["running>stopped", "stopped>provisioning", "provisioning>running"];
    assert_eq!(plane.moves("shop").await[1..], wanted.map(|step| format!("{step} {who}")));
}

#[tokio::test]
async fn a_start_of_what_runs_changes_nothing() {
    let (world, plane) = shop().await;
    let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
    assert_eq!(plane.succeeds(&start).await.steps, []);
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn a_restart_is_another_process_of_the_same_make() {
    let (world, plane) = shop().await;
    let before = world.driver.env(&id("shop")).await;
    for starts in 2..=3 {
        let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
        plane.succeeds(&restart).await;
        assert_eq!(world.driver.books.starts(&id("shop")), starts);
        assert_eq!(world.driver.env(&id("shop")).await, before);
        assert_eq!(world.browse("shop.example.test").await, Ok(200));
    }
}

#[tokio::test]
async fn a_restart_of_what_is_stopped_starts_it() {
    let (world, plane) = shop().await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_delete_keeps_database_secrets_and_story() {
    let (world, plane) = shop().await;
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    let done = plane.succeeds(&delete).await;
    let steps: Vec<_> = done.steps.iter().map(|step| step.step.as_str()).collect();
    assert_eq!(steps, ["retire_route", "stop_instance", "remove_instance", "keep_database"]);
    assert_eq!(plane.projects().get(&ines(), &id("shop")).await.unwrap_err().problem().status, 404);
    assert!(world.browse("shop.example.test").await.is_err());
    assert_eq!(world.driver.listening().await, []);
    assert_eq!(
        world.databases().await,
        BTreeMap::from([(id("shop"), false)]),
        "kept, and closed to its role"
    );
    let kept = plane.retained_databases().list(&ines()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].project_id.as_str(), kept[0].database.as_str()), ("shop", "proj_shop"));
    let last = plane.events("shop").await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.actor.unwrap().to_string()),
        ("retained", "operator:ines@example.com".into())
    );
}

#[tokio::test]
async fn while_a_project_is_deleted_it_takes_no_other_command() {
    let (world, plane) = shop().await;
    world.gateway.set_away(Some("taken away by a test"));
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    let shop = id("shop");
    let (op, projects) = (ines(), plane.projects());
    let edit = projects.edit(&op, &shop, ProjectPatch::default()).await;
    for refused in [projects.start(&op, &shop).await, projects.delete(&op, &shop).await, edit] {
        let problem = refused.unwrap_err().problem();
        assert_eq!((problem.status, problem.operation), (409, Some(delete.id)));
    }
    world.gateway.set_away(None);
    plane.succeeds(&delete).await;
}

#[tokio::test]
async fn a_later_command_takes_the_place_of_one_that_is_under_way() {
    let world = World::new().await;
    let plane = world.start().await;
    world.driver.slow_down(&id("shop"));
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    eventually("its instance was started", async || {
        (!world.driver.listening().await.is_empty()).then_some(())
    })
    .await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    assert_eq!(plane.over(create.id).await.status, OperationStatus::Superseded);
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Stopped);
    assert_eq!(world.driver.listening().await, []);
}

#[tokio::test]
async fn an_open_page_is_told_what_moves() {
    let (_world, plane) = shop().await;
    let mut hints = plane.live();
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    let told = async {
        loop {
            // the last hint of the create may come after it has ended
            match hints.recv().await.unwrap() {
                Hint::Operation { operation_id, .. } if operation_id == stop.id => return,
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("a hint");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let plane = world.plane().await;
    let (op, shop) = (ines(), id("shop"));
    let projects = plane.projects();
    let answers = [
        projects.start(&op, &shop).await.unwrap_err(),
        projects.delete(&op, &shop).await.unwrap_err(),
        projects.edit(&op, &shop, ProjectPatch::default()).await.unwrap_err(),
        projects.get(&op, &shop).await.unwrap_err(),
    ];
    for error in answers {
        assert_eq!(error.problem().status, 404);
    }
}

#[tokio::test]
async fn a_list_of_operations_is_newest_first() {
    let world = World::new().await;
    let plane = world.start().await;
    let create = plane.create(world.draft("shop")).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let Page { items, next_cursor } =
        plane.operations().list(&ines(), &model::OperationFilter::of(Some(&id("shop"))), None).await.unwrap();
    let ids: Vec<_> = items.iter().map(|operation| operation.id).collect();
    assert_eq!((ids, next_cursor), (vec![stop.id, create.id], None));
}
