//! Instances whose project has no row: told, and removed on an operator's word only.

use std::collections::BTreeSet;
use std::path::PathBuf;

use control_plane::context::Authentication;
use control_plane::ports::driver::{Driver as _, InstanceSpec};
use control_plane::ports::secret_store::{SecretReader as _, SecretScope};
use control_plane::testing::driver::FakeDriver;
use control_plane::{OpContext, Result};
use model::{
    Actor, Grants, Hint, InstanceKey, Lane, OperationKind, OperationStatus, ProblemKind, ProjectSet, Role,
    StepStatus,
};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A fleet with an instance whose project's row somebody has deleted by SQL.
async fn left_behind() -> (World, Running) {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(world.draft("blog")).await;
    world.database.sql("delete from projects where id = 'shop'").await.unwrap();
    (world, plane)
}

async fn orphans(plane: &Running) -> Vec<String> {
    let found = plane.orphans().list(&ines()).await.unwrap();
    found.iter().map(|orphan| format!("{} {}", orphan.id, orphan.state())).collect()
}

fn kind<T: std::fmt::Debug>(answer: Result<T>) -> ProblemKind {
    answer.unwrap_err().problem().kind
}

/// Somebody with nothing but one project.
fn ben() -> OpContext {
    let grants = Grants::one(Role::Owner, ProjectSet::Only(BTreeSet::from([id("blog")])));
    let actor = Actor::Operator("ben@example.com".parse().unwrap());
    let authentication = Authentication::session(time::OffsetDateTime::UNIX_EPOCH);
    OpContext::operator(actor, uuid::Uuid::from_u128(8).into(), grants, authentication)
}

#[tokio::test]
async fn what_is_left_is_told_and_nothing_removes_it_by_itself() {
    let (world, plane) = left_behind().await;
    assert_eq!(orphans(&plane).await, ["shop runs"]);
    let mut hints = plane.live();
    for _ in 0..3 {
        while hints.recv().await.unwrap() != Hint::Figures {}
    }
    assert_eq!(world.driver.listening().await, [id("blog"), id("shop")], "it was swept, and is there");
    world.driver.crash(&id("shop")).await;
    eventually("it is told how it ended", async || {
        (orphans(&plane).await == ["shop exited with code 101"]).then_some(())
    })
    .await;
    assert_eq!(world.driver.books.starts(&id("shop")), 1, "and nobody starts it again");
}

#[tokio::test]
async fn an_operator_removes_the_instance_and_nothing_else() {
    let (world, plane) = left_behind().await;
    let (databases, scope) = (world.databases().await, SecretScope::Project(id("shop")));
    let secrets = world.secrets.list(&scope).await.unwrap();
    let folder = world.volumes_dir().join("shop");
    let files: Vec<PathBuf> =
        ["media/upload", &format!("schema/{}/schema.ts", world.good)].map(|name| folder.join(name)).into();
    std::fs::create_dir_all(folder.join("media")).unwrap();
    std::fs::write(&files[0], "a picture").unwrap();
    assert!(files.iter().all(|file| file.is_file()), "{files:?}");

    let removal = plane.orphans().remove(&ines(), &id("shop")).await.unwrap();
    assert_eq!((removal.lane, removal.kind), (Lane::Job, OperationKind::OrphanRemove));
    let removal = plane.succeeds(&removal).await;
    assert!(removal.steps.iter().all(|step| step.status == StepStatus::Done), "{removal:#?}");

    assert_eq!(world.driver.listening().await, [id("blog")]);
    assert_eq!(world.driver.inspect(&InstanceKey::main(id("shop"))).await.unwrap(), None);
    assert_eq!((orphans(&plane).await, plane.orphans().known(&ines()).unwrap()), (vec![], vec![]));
    assert_eq!(world.databases().await, databases);
    assert_eq!(world.secrets.list(&scope).await.unwrap(), secrets);
    assert!(files.iter().all(|file| file.is_file()), "{files:?}");
    let event = plane.events("shop").await.pop().unwrap();
    assert_eq!((event.action.as_str(), event.actor), ("orphan.remove", Some(ines().actor().clone())));
    assert_eq!(event.detail.unwrap()["state"], "runs");
    assert_eq!(kind(plane.orphans().remove(&ines(), &id("shop")).await), ProblemKind::NotFound);
    plane.create(world.draft("shop")).await; // the id is free again
}

#[tokio::test]
async fn a_project_that_exists_has_no_orphan_even_where_its_row_cannot_be_read() {
    let (world, plane) = left_behind().await;
    assert_eq!(kind(plane.orphans().remove(&ines(), &id("blog")).await), ProblemKind::Conflict);
    world.database.sql("update projects set env = '[1]' where id = 'blog'").await.unwrap();
    assert_eq!(orphans(&plane).await, ["shop runs"]);
    assert_eq!(kind(plane.orphans().remove(&ines(), &id("blog")).await), ProblemKind::Conflict);
    assert!(world.driver.listening().await.contains(&id("blog")));
}

#[tokio::test]
async fn what_an_operation_is_at_work_on_is_no_orphan() {
    let world = World::new().await;
    let plane = world.plane().await; // does nothing, so that the operation stays open
    let operation = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    world.database.sql("delete from projects").await.unwrap();
    world.driver.books.ensure_running(&spec(&world)).await.unwrap();

    assert_eq!(plane.orphans().list(&ines()).await.unwrap(), []);
    let problem = plane.orphans().remove(&ines(), &id("shop")).await.unwrap_err().problem();

    assert_eq!((problem.kind, problem.operation), (ProblemKind::Conflict, Some(operation.id)));
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

fn spec(world: &World) -> InstanceSpec {
    let address = ([127, 0, 0, 1], world.settings().upstream_ports.0);
    FakeDriver::spec(&InstanceKey::main(id("shop")), address.into())
}

#[tokio::test]
async fn what_cannot_be_stopped_is_still_told() {
    let (world, plane) = left_behind().await;
    world.driver.books.resist(&id("shop"));
    let removal = plane.orphans().remove(&ines(), &id("shop")).await.unwrap();
    let waits = eventually("the removal waits", async || {
        let now = plane.operations().get(&ines(), removal.id).await.unwrap();
        Some(now).filter(|now| now.problem.is_some())
    })
    .await;
    assert_eq!(
        (waits.status, waits.problem.unwrap().kind),
        (OperationStatus::Waiting, ProblemKind::Unavailable)
    );
    assert_eq!(orphans(&plane).await, ["shop runs"]);
    let again = plane.orphans().remove(&ines(), &id("shop")).await.unwrap_err().problem();
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap_err().problem();
    assert_eq!((again.kind, again.operation), (ProblemKind::Conflict, Some(removal.id)));
    assert_eq!((create.kind, create.operation), (ProblemKind::Conflict, Some(removal.id)));
    plane.operations().cancel(&ines(), removal.id).await.unwrap();
    assert_eq!(plane.over(removal.id).await.status, OperationStatus::Cancelled);
}

#[tokio::test]
async fn pages_know_of_them_without_asking_the_driver_and_only_for_the_whole_fleet() {
    let (world, plane) = left_behind().await;
    orphans(&plane).await;
    world.driver.books.set_away(Some("no engine"));
    assert_eq!(kind(plane.orphans().list(&ines()).await), ProblemKind::Unavailable);
    assert_eq!(plane.orphans().known(&ines()).unwrap().len(), 1);
    assert_eq!(plane.orphans().known(&ben()).unwrap(), []);
    assert_eq!(kind(plane.orphans().list(&ben()).await), ProblemKind::Forbidden);
    assert_eq!(kind(plane.orphans().remove(&ben(), &id("shop")).await), ProblemKind::Forbidden);
}

#[tokio::test]
async fn the_sweep_looks_for_them_by_itself() {
    let world = World::new().await;
    world.driver.books.ensure_running(&spec(&world)).await.unwrap();
    let plane = world.start().await;
    eventually("it is found", async || (plane.orphans().known(&ines()).unwrap().len() == 1).then_some(()))
        .await;
}

#[tokio::test]
async fn a_registry_from_a_backup_takes_no_route_away_until_an_operator_says_so() {
    let (world, plane) = left_behind().await;
    let hosts = |orphan: &model::Orphan| orphan.hosts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let known = eventually("the route is told", async || {
        let orphans = plane.orphans().list(&ines()).await.unwrap();
        orphans.into_iter().find(|orphan| !orphan.hosts.is_empty())
    })
    .await;
    assert_eq!((known.id.clone(), hosts(&known)), (id("shop"), vec!["shop.example.test".to_owned()]));
    plane.stop().await;

    let plane = world.start().await; // and a restart changes nothing
    let restart = plane.projects().restart(&ines(), &id("blog")).await.unwrap();
    plane.succeeds(&restart).await; // nor does another table
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    let removal = plane.orphans().remove(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&removal).await;
    assert_ne!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(orphans(&plane).await, Vec::<String>::new());
}
