//! A project that carries an exclusive job.

use control_plane::jobs::Exclusive;
use control_plane::testing::job::{TestInput, open};
use model::{EnvDraft, OperationStatus, ProjectPatch, SecretDraft};

use super::{becomes, conflict, endless, patch};
use crate::support::world::id;
use crate::support::{World, ines};

#[tokio::test]
async fn every_command_that_would_touch_the_instance_is_told_which_job_is_in_the_way() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let (op, shop, key) = (ines(), id("shop"), "API_KEY".parse().unwrap());
    plane.secrets().put(&op, &shop, &key, "one".into()).await.unwrap();
    let secret = EnvDraft::Secret(SecretDraft { secret: "API_KEY".into() });
    let uses = ProjectPatch { env: Some([("KEY".to_owned(), secret)].into()), ..ProjectPatch::default() };
    let generation = Some(plane.project("shop").await.generation);
    let edit = plane.projects().edit(&op, &shop, patch(generation, uses)).await.unwrap();
    plane.succeeds(&edit).await;
    let starts = world.driver.books.starts(&shop);

    let work = TestInput { exclusive: Exclusive::Yes, ..endless(&world, "job") };
    let job = open(&plane, &op, Some(&shop), &work).await.unwrap();
    assert!(job.exclusive);
    becomes(&plane, &job, OperationStatus::Running).await;

    let projects = plane.projects();
    let generation = Some(plane.project("shop").await.generation);
    let aliases = Some(vec!["b.example.test".to_owned()]);
    let names = patch(generation, ProjectPatch { aliases, ..ProjectPatch::default() });
    let in_the_way = [
        conflict(projects.stop(&op, &shop).await),
        conflict(projects.start(&op, &shop).await),
        conflict(projects.restart(&op, &shop).await),
        conflict(projects.delete(&op, &shop).await),
        conflict(projects.edit(&op, &shop, names).await),
        conflict(plane.secrets().put(&op, &shop, &key, "two".into()).await),
        conflict(open(&plane, &op, Some(&shop), &work).await),
    ];
    assert_eq!(in_the_way, [Some(job.id); 7]);
    let display_name = Some("The shop".to_owned());
    let class = Some("staging".to_owned());
    let renamed = patch(generation, ProjectPatch { display_name, class, ..ProjectPatch::default() });
    projects.edit(&op, &shop, renamed).await.unwrap();
    plane.secrets().put(&op, &shop, &"UNUSED".parse().unwrap(), "one".into()).await.unwrap();
    assert_eq!(world.driver.books.starts(&shop), starts, "the instance was left alone");

    plane.operations().cancel(&op, job.id).await.unwrap();
    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
    let free = projects.stop(&op, &shop).await.unwrap();
    plane.succeeds(&free).await;
}

#[tokio::test]
async fn a_project_is_marked_before_the_job_begins_and_free_when_it_ended() {
    let world = World::new().await;
    let mark = async || {
        let marked = "select coalesce(exclusive_job::text, 'none') || ' ' || maintenance from projects";
        world.database.text(marked).await
    };
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.stop().await;
    let plane = world.plane().await; // does nothing
    let work = TestInput { exclusive: Exclusive::Maintenance, ..super::input(&world, "job") };
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    assert_eq!(mark().await, format!("{} true", job.id));
    plane.registry().close().await;
    let plane = world.start().await;
    plane.succeeds(&job).await;
    assert_eq!(mark().await, "none false");
}

#[tokio::test]
async fn an_exclusive_job_is_alone() {
    let world = World::new().await;
    let plane = world.plane().await; // does nothing
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let beside = open(&plane, &ines(), Some(&id("shop")), &super::input(&world, "beside")).await.unwrap();
    let work = TestInput { exclusive: Exclusive::Yes, ..super::input(&world, "job") };
    assert_eq!(conflict(open(&plane, &ines(), Some(&id("shop")), &work).await), Some(beside.id));
    plane.operations().cancel(&ines(), beside.id).await.unwrap();
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    let beside = open(&plane, &ines(), Some(&id("shop")), &super::input(&world, "beside")).await;
    assert_eq!(conflict(beside), Some(job.id));
}

#[tokio::test]
async fn a_project_that_is_being_deleted_or_is_not_there_carries_no_job() {
    let world = World::new().await;
    let plane = world.plane().await;
    let work = TestInput { exclusive: Exclusive::Yes, ..super::input(&world, "job") };
    let nowhere = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap_err().problem();
    assert_eq!(nowhere.kind, model::ProblemKind::NotFound);
    plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    assert_eq!(conflict(open(&plane, &ines(), Some(&id("shop")), &work).await), None);
    assert!(work.done().is_empty());
}
