//! The control plane ends while a job runs.

use std::path::Path;
use std::time::Duration;

use control_plane::testing::job::{TestInput, open};
use model::{EnvDraft, Operation, OperationStatus, ProblemKind, ProjectPatch, StepStatus};

use super::{becomes, has_done, input, once};
use crate::support::world::id;
use crate::support::{PATIENCE, Running, World, edit_now, eventually, ines};

/// How long the long job takes: `ATOMO_FLEET_TEST_JOB_SECONDS`, or a few seconds.
fn length() -> Duration {
    let given = std::env::var("ATOMO_FLEET_TEST_JOB_SECONDS").ok();
    given.map_or(Duration::from_secs(4), |text| {
        Duration::from_secs(text.parse().expect("a number of seconds"))
    })
}

/// Waits until this part of the job's units is done.
async fn reaches(work: &TestInput, percent: usize) {
    let goal = once(work).len() * percent / 100;
    let waiting = async {
        while work.done().len() < goal {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(length() * 3 + PATIENCE, waiting).await.expect("the job gets there");
}

async fn set_mode(plane: &Running, mode: &str) -> Operation {
    let env = Some([("MODE".to_owned(), EnvDraft::Text(mode.into()))].into());
    edit_now(plane, "shop", ProjectPatch { env, ..ProjectPatch::default() }).await.unwrap()
}

#[tokio::test]
async fn a_job_whose_control_plane_is_killed_twice_ends_once() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let units = u64::try_from(length().as_millis()).unwrap() / 3 / 20;
    let work = TestInput { steps: 3, units, unit_ms: 20, ..input(&world, "job") };
    let job = open(&plane, &ines(), Some(&id("shop")), &work).await.unwrap();
    reaches(&work, 8).await;
    plane.kill().await;

    let plane = world.start().await;
    reaches(&work, 25).await;
    plane.succeeds(&set_mode(&plane, "blue").await).await;
    assert_eq!(world.driver.env(&id("shop")).await["MODE"], "blue");
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&start).await;
    world.driver.crash(&id("shop")).await;
    plane.becomes("shop", "is ready again", |shop| shop.observed.facts.ready.present().is_some()).await;
    reaches(&work, 50).await;
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.kill().await;

    let plane = world.start().await;
    plane.succeeds(&restart).await;
    reaches(&work, 100).await;
    let job = plane.succeeds(&job).await;
    assert_eq!(work.done(), once(&work), "every unit was done once");
    assert!(job.steps.iter().all(|step| step.status == StepStatus::Done), "{job:#?}");
    assert_eq!(job.steps[0].attempts, 2, "it went on at the step that was not done");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_job_that_cannot_go_on_ends_as_failed_and_says_why() {
    let world = World::new().await;
    let plane = world.start().await;
    let work = TestInput { units: 100_000, unit_ms: 20, resumes: false, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    has_done(&work, 2).await;
    plane.kill().await;
    let plane = world.start().await;
    let job = plane.fails(&job).await;
    let problem = job.problem.unwrap();
    assert_eq!(
        (problem.kind, problem.title.as_str()),
        (ProblemKind::Refused, "The control plane ended meanwhile")
    );
}

#[tokio::test]
async fn a_control_plane_that_stops_leaves_its_jobs_to_the_next_at_once() {
    let world = World::new().await;
    let plane = world.start().await;
    let work = TestInput { units: 200, unit_ms: 10, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    has_done(&work, 3).await;
    plane.stop().await;
    let left = "select status || ' ' || coalesce(holder::text, 'nobody') from operations";
    assert_eq!(world.database.text(left).await, "running nobody");
    let plane = world.start().await;
    plane.succeeds(&job).await;
    assert_eq!(work.done(), once(&work));
}

/// The processes of `sleep` with this argument.
fn sleepers(argument: &str) -> usize {
    let is_sleeper = |folder: &Path| {
        let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words.len() > 1 && words[0].ends_with(b"sleep") && words[1] == argument.as_bytes()
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.filter(|process| is_sleeper(&process.path())).count()
}

#[tokio::test]
async fn a_program_of_a_job_is_ended_before_the_job_is_begun_again() {
    let world = World::new().await;
    let argument = format!("31{}", std::process::id());
    let plane = world.start().await;
    let program = Some(("sleep".into(), argument.clone()));
    let work = TestInput { program, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    eventually("it runs", async || (sleepers(&argument) == 1).then_some(())).await;
    let known = "select string_agg(program || ' ' || (pid is not null), ', ') from job_programs";
    eventually("it is known", async || (world.database.text(known).await == "sleep true").then_some(()))
        .await;
    plane.kill().await;
    assert_eq!(sleepers(&argument), 1, "it outlives a control plane that is killed");

    let plane = world.start().await;
    eventually("one runs, of the second attempt", async || {
        let again = plane.operations().get(&ines(), job.id).await.unwrap().steps[0].attempts == 2;
        (again && sleepers(&argument) == 1).then_some(())
    })
    .await;
    becomes(&plane, &job, OperationStatus::Running).await;
    plane.operations().cancel(&ines(), job.id).await.unwrap();
    assert_eq!(plane.over(job.id).await.status, OperationStatus::Cancelled);
    assert_eq!(sleepers(&argument), 0);
    assert_eq!(world.database.text("select count(*) from job_programs").await, "0");
}

#[tokio::test]
async fn a_program_that_was_not_noted_yet_is_found_by_its_environment() {
    let world = World::new().await;
    let argument = format!("32{}", std::process::id());
    let plane = world.start().await;
    let program = Some(("sleep".into(), argument.clone()));
    let work = TestInput { program, resumes: false, ..input(&world, "job") };
    let job = open(&plane, &ines(), None, &work).await.unwrap();
    let known = "select count(pid) from job_programs";
    eventually("it is known", async || (world.database.text(known).await == "1").then_some(())).await;
    plane.kill().await;
    world.database.sql("update job_programs set pid = null, started = null").await.unwrap();
    let plane = world.start().await;
    plane.fails(&job).await;
    assert_eq!(sleepers(&argument), 0);
}
