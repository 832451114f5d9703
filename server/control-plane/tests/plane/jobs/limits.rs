//! How many jobs run at once, and in which order.

use control_plane::registry::JobFilter;
use control_plane::testing::job::{TestInput, open};
use model::{Operation, OperationStatus};

use super::{becomes, endless, input, operation, timer};
use crate::support::{Running, World, eventually, ines};

async fn running(plane: &Running, jobs: &[Operation]) -> usize {
    let mut running = 0;
    for job in jobs {
        running += usize::from(operation(plane, job.id).await.status == OperationStatus::Running);
    }
    running
}

#[tokio::test]
async fn a_kind_and_a_database_server_have_so_many_jobs_at_once() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut jobs = Vec::new();
    for index in 0..3 {
        let server = Some("default".parse().unwrap());
        let work = TestInput { database_server: server, ..endless(&world, &format!("server {index}")) };
        jobs.push(open(&plane, &ines(), None, &work).await.unwrap());
    }
    eventually("two use the server", async || (running(&plane, &jobs).await == 2).then_some(())).await;
    for index in 0..2 {
        jobs.push(open(&plane, &ines(), None, &endless(&world, &format!("free {index}"))).await.unwrap());
    }
    eventually("three of the kind run", async || (running(&plane, &jobs).await == 3).then_some(())).await;
    let left: Vec<_> = jobs[2..].iter().map(|job| job.id).collect();
    let third = operation(&plane, left[0]).await;
    assert_eq!(third.status, OperationStatus::Waiting, "the server is full");

    let waiting = operation(&plane, left[2]).await;
    assert_eq!(waiting.status, OperationStatus::Waiting, "the kind is full");
    let cancelled = plane.operations().cancel(&ines(), waiting.id).await.unwrap();
    assert_eq!(cancelled.status, OperationStatus::Cancelled, "nobody works on it: it ends at once");

    plane.operations().cancel(&ines(), jobs[0].id).await.unwrap();
    becomes(&plane, &third, OperationStatus::Running).await;
}

#[tokio::test]
async fn a_job_of_an_operator_is_taken_before_older_ones_of_a_timer_and_by_one_control_plane() {
    let world = World::new().await;
    let (plane, other) = (world.plane().await, world.plane().await);
    let work = input(&world, "job");
    let scheduled = open(&plane, &timer(), None, &work).await.unwrap();
    let first = open(&plane, &ines(), None, &work).await.unwrap();
    let second = open(&plane, &ines(), None, &work).await.unwrap();

    let term = world.database.text("select term from engine").await.parse().unwrap();
    let from = JobFilter { kinds: vec!["test".into()], ..JobFilter::default() };
    let take = async |plane: &control_plane::ControlPlane| {
        let taken = plane.registry().reports(term).take_job(&from).await.unwrap();
        taken.map(|taken| taken.operation.id)
    };
    assert_eq!(take(&plane).await, Some(first.id));
    let (left, right) = tokio::join!(take(&plane), take(&other));
    let mut rest = [left, right];
    rest.sort();
    let mut expected = [Some(scheduled.id), Some(second.id)];
    expected.sort();
    assert_eq!(rest, expected, "each was taken once");
    assert_eq!(take(&other).await, None);
    let former = plane.registry().reports(term - 1).take_job(&from).await.unwrap();
    assert!(former.is_none(), "an earlier term takes nothing");
}

#[tokio::test]
async fn what_an_earlier_term_reports_of_a_job_changes_nothing() {
    let world = World::new().await;
    let plane = world.plane().await;
    let job = open(&plane, &ines(), None, &input(&world, "job")).await.unwrap();
    let term: i64 = world.database.text("select term from engine").await.parse().unwrap();
    let from = JobFilter { kinds: vec!["test".into()], ..JobFilter::default() };
    let earlier = plane.registry().reports(term);
    earlier.take_job(&from).await.unwrap().unwrap();
    world.database.sql("update engine set term = term + 1").await.unwrap();
    let later = plane.registry().reports(term + 1);
    assert_eq!(later.take_job(&from).await.unwrap().unwrap().operation.id, job.id, "taken over at once");
    assert!(earlier.jobs_alive(&[job.id]).await.unwrap().is_empty());
    earlier.release_job(job.id).await.unwrap();
    assert!(later.jobs_alive(&[job.id]).await.unwrap().contains_key(&job.id));
}

#[tokio::test]
async fn a_job_whose_holder_is_silent_for_half_a_minute_is_taken_over() {
    let world = World::new().await;
    let plane = world.plane().await;
    let job = open(&plane, &ines(), None, &input(&world, "job")).await.unwrap();
    let term = world.database.text("select term from engine").await.parse().unwrap();
    let from = JobFilter { kinds: vec!["test".into()], ..JobFilter::default() };
    let reports = plane.registry().reports(term);
    assert!(!reports.take_job(&from).await.unwrap().unwrap().interrupted);
    assert!(reports.take_job(&from).await.unwrap().is_none(), "it is worked on");
    world.database.sql("update operations set heartbeat_at = now() - interval '31 s'").await.unwrap();
    let again = reports.take_job(&from).await.unwrap().unwrap();
    assert_eq!((again.operation.id, again.interrupted), (job.id, true));
}
