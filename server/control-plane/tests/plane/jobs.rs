//! Jobs: long work beside reconciliation. Neither disturbs the other, and what was begun ends once.

mod crashes;
mod exclusive;
mod limits;
mod maintenance;

use control_plane::testing::job::{TestEnd, TestInput, open};
use control_plane::{OpContext, Result};
use model::{
    Actor, EnvDraft, Operation, OperationId, OperationStatus, ProblemKind, ProjectPatch, StepStatus,
};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// A job whose units are noted in a file of this name.
fn input(world: &World, name: &str) -> TestInput {
    let folder = world.volumes_dir().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    TestInput::new(folder.join(name))
}

/// Far more work than a test waits for.
fn endless(world: &World, name: &str) -> TestInput {
    TestInput { units: 100_000, unit_ms: 20, ..input(world, name) }
}

/// What was done when every unit was done once.
fn once(input: &TestInput) -> Vec<String> {
    let units = |step: i32| (0..input.units).map(move |unit| format!("{step} {unit}"));
    (1..=input.steps).flat_map(units).collect()
}

async fn operation(plane: &Running, id: OperationId) -> Operation {
    plane.operations().get(&ines(), id).await.unwrap()
}

/// Waits until the job has done so many units.
async fn has_done(input: &TestInput, units: usize) {
    eventually("units are done", async || (input.done().len() >= units).then_some(())).await;
}

async fn becomes(plane: &Running, job: &Operation, status: OperationStatus) -> Operation {
    eventually(&format!("the job is {status}"), async || {
        Some(operation(plane, job.id).await).filter(|now| now.status == status)
    })
    .await
}

fn conflict<T: std::fmt::Debug>(answer: Result<T>) -> Option<OperationId> {
    let problem = answer.unwrap_err().problem();
    assert_eq!(problem.kind, ProblemKind::Conflict, "{problem}");
    problem.operation
}

#[tokio::test]
async fn a_job_and_an_edit_do_not_disturb_each_other() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let work = TestInput { steps: 2, units: 40, unit_ms: 25, ..input(&world, "job") };
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    has_done(&work, 1).await;

    let env = [("MODE".to_owned(), EnvDraft::Text("blue".into()))].into();
    let generation = Some(plane.project("shop").await.generation);
    let patch = patch(generation, ProjectPatch { env: Some(env), ..ProjectPatch::default() });
    let edit = plane.projects().edit(&ines(), &id("shop"), patch).await.unwrap();
    plane.succeeds(&edit).await;

    assert_eq!(world.driver.env(&id("shop")).await["MODE"], "blue");
    let job = plane.succeeds(&job).await;
    assert_eq!(work.done(), once(&work));
    assert_eq!((job.steps.len(), job.generation), (2, 0), "the same step at two places");
    assert!(job.steps.iter().all(|step| step.status == StepStatus::Done && step.attempts == 1), "{job:#?}");
}

/// An edit that was made from this generation.
fn patch(generation: Option<i64>, patch: ProjectPatch) -> ProjectPatch {
    ProjectPatch { generation, ..patch }
}

#[tokio::test]
async fn neither_a_sweep_nor_a_command_ends_a_job() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let work = endless(&world, "job");
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    let (done, sweeps) = (work.done().len(), 5 * world.settings().sweep);
    has_done(&work, done + usize::try_from(sweeps.as_millis()).unwrap() / 20).await;
    assert_eq!(operation(&plane, job.id).await.status, OperationStatus::Running);
    assert_eq!(plane.project("shop").await.problem, None);
}

#[tokio::test]
async fn progress_is_written_and_read() {
    let world = World::new().await;
    let plane = world.start().await;
    let work = TestInput { units: 5, unit_ms: 5, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    let job = plane.succeeds(&job).await;
    assert_eq!(job.progress.unwrap().text(), "5 of 5 (100 %), unit 4 of step 1", "the last one is not lost");
    assert_eq!((job.project_id, job.steps[0].note.as_deref()), (None, Some("5 units")));
    let listed = plane.operations().list(&ines(), &model::OperationFilter::default(), None).await.unwrap();
    assert_eq!(listed.items.len(), 1);
}

#[tokio::test]
async fn a_cancelled_job_ends_soon_and_what_is_done_stays() {
    let world = World::new().await;
    let plane = world.start().await;
    let work = TestInput { units: 3, unit_ms: 600_000, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    becomes(&plane, &job, OperationStatus::Running).await;
    let asked = plane.operations().cancel(&ines(), job.id).await.unwrap();
    assert!(asked.cancel_requested);
    let over = plane.over(job.id).await;
    assert_eq!((over.status, over.problem), (OperationStatus::Cancelled, None));
    assert_eq!(over.steps[0].status, StepStatus::Skipped);
    assert_eq!(conflict(plane.operations().cancel(&ines(), job.id).await), Some(job.id), "it is over");
}

#[tokio::test]
async fn an_operation_that_reconciles_is_not_cancelled() {
    let world = World::new().await;
    let plane = world.plane().await; // does nothing, so that the operation stays open
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let problem = plane.operations().cancel(&ines(), create.id).await.unwrap_err().problem();
    assert_eq!((problem.kind, problem.operation), (ProblemKind::Conflict, Some(create.id)));
    assert!(problem.detail.contains("stop or delete"), "{problem}");
}

#[tokio::test]
async fn a_job_that_fails_says_at_which_step_and_one_that_panics_too() {
    let world = World::new().await;
    let plane = world.start().await;
    for (end, title) in [(TestEnd::Refused, "It was refused"), (TestEnd::Panic, "Internal error")] {
        let work = TestInput { steps: 2, end, ..input(&world, title) };
        let job = open(&plane, &ines(), None, &work).await.unwrap();
        let job = plane.fails(&job).await;
        let problem = job.problem.unwrap();
        assert_eq!((problem.title.as_str(), problem.operation), (title, Some(job.id)));
        let steps: Vec<StepStatus> = job.steps.iter().map(|step| step.status).collect();
        assert_eq!(steps, [StepStatus::Failed, StepStatus::Skipped]);
    }
}

#[tokio::test]
async fn a_job_waits_for_a_part_that_is_away_and_is_tried_again() {
    let world = World::new().await;
    let plane = world.start().await;
    let work = TestInput { end: TestEnd::Away, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    let again = eventually("it is tried again", async || {
        Some(operation(&plane, job.id).await).filter(|now| now.steps[0].attempts > 1)
    })
    .await;
    assert_eq!(again.problem.unwrap().part.as_deref(), Some("secrets"));
    plane.operations().cancel(&ines(), job.id).await.unwrap();
    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
}

#[tokio::test]
async fn a_delete_keeps_the_database_when_the_job_on_it_is_over() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let job = open(&plane, &ines(), Some(&id("shop")), &endless(&world, "job")).await.unwrap();
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    let waits = eventually("the delete waits", async || {
        Some(operation(&plane, delete.id).await).filter(|delete| delete.problem.is_some())
    })
    .await;
    assert_eq!(waits.problem.unwrap().operation, Some(job.id));
    let late = open(&plane, &ines(), Some(&id("shop")), &input(&world, "late")).await;
    assert_eq!(late.unwrap_err().problem().title, "The project is being deleted");
    plane.operations().cancel(&ines(), job.id).await.unwrap();
    plane.succeeds(&delete).await;
    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
}

/// The context of a scheduled job.
fn timer() -> OpContext {
    OpContext::platform(Actor::Schedule)
}
