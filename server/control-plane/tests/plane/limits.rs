//! What an instance may use, and which release it runs: changed, refused, taken back.

use std::time::Duration;

use control_plane::ports::driver::Release;
use model::{Limits, LimitsDraft, OperationKind, ProblemKind, ProjectPatch, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually};

fn limits(memory: &str) -> LimitsDraft {
    LimitsDraft { memory: Some(memory.to_owned().into()), ..LimitsDraft::default() }
}

async fn change(plane: &Running, patch: ProjectPatch) -> (OperationKind, String) {
    let operation = edit_now(plane, "shop", patch).await.unwrap();
    let done = plane.succeeds(&operation).await;
    let steps: Vec<String> = done.steps.iter().map(|step| step.step.to_string()).collect();
    (done.kind, steps.join(" "))
}

fn memory(text: &str) -> ProjectPatch {
    ProjectPatch { limits: Some(limits(text)), ..ProjectPatch::default() }
}

fn release(text: &str) -> ProjectPatch {
    ProjectPatch { release: Some(text.into()), ..ProjectPatch::default() }
}

/// A folder with two servers to choose from.
async fn with_programs(world: &World) -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["atomo-server-1", "atomo-server-2"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let mut settings = world.settings();
    settings.release = Release::Program(folder.path().join("atomo-server-1"));
    settings.programs = Some(folder.path().to_owned());
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    (folder, plane)
}

#[tokio::test]
async fn a_new_project_has_the_fleets_limits_but_for_those_that_were_typed() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.limits = limits("64 MiB");
    plane.create(draft).await;
    let shop = plane.project("shop").await;
    assert_eq!(shop.limits.instance.memory.to_string(), "64 MiB");
    assert_eq!(shop.limits.instance.pids, Limits::default().instance.pids);
    assert_eq!(shop.observed.facts.instance.present().unwrap().limits, Some(shop.limits.instance));
}

#[tokio::test]
async fn limits_change_without_another_instance_where_that_can_be_done() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let changed = change(&plane, memory("1 GiB")).await;
    assert_eq!(changed, (OperationKind::Limits, "apply_limits".into()));
    let held = plane.project("shop").await.observed.facts.instance.present().unwrap().limits.unwrap();
    assert_eq!((held.memory.to_string(), world.driver.books.starts(&id("shop"))), ("1 GiB".into(), 1));
}

#[tokio::test]
async fn limits_that_take_another_instance_replace_it_while_requests_wait() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.driver.books.fix_limits(&id("shop"));
    let (_, steps) = change(&plane, memory("32 MiB")).await;
    assert!(steps.starts_with("apply_limits") && steps.contains("point_route stop_instance"), "{steps}");
    let shop = plane.project("shop").await;
    assert_eq!(shop.observed.facts.instance.present().unwrap().limits, Some(shop.limits.instance));
    assert_eq!(world.driver.books.starts(&id("shop")), 2);
}

#[tokio::test]
async fn the_same_program_in_another_folder_replaces_no_instance() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.stop().await;
    let mut settings = world.settings();
    settings.release = Release::Program("/opt/fleet-2/atomo-server".into());
    let plane = world.start_with(settings).await;
    plane.becomes("shop", "was looked at", |shop| shop.observed.facts.ready.present().is_some()).await;
    plane.create(world.draft("blog")).await; // long enough for a replacement
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn an_instance_that_runs_out_of_memory_again_and_again_ends_in_failed_with_the_limit() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.pauses = (Duration::from_millis(1), Duration::from_millis(10));
    let plane = world.start_with(settings).await;
    let mut draft = world.draft("shop");
    draft.limits = LimitsDraft { restarts: Some("3".to_owned().into()), ..limits("48 MiB") };
    plane.create(draft).await;
    let failed = eventually("the engine gives up", async || {
        world.driver.run_out_of_memory(&id("shop")).await;
        Some(plane.project("shop").await).filter(|shop| shop.status == ProjectStatus::Failed)
    })
    .await;
    let problem = failed.problem.unwrap();
    assert!(problem.title.starts_with("The instance ran out of memory"), "{}", problem.title);
    assert!(
        problem.detail.contains("48 MiB") && problem.detail.contains("Raise the limit"),
        "{}",
        problem.detail
    );
    let starts = world.driver.books.starts(&id("shop"));
    assert!((2..=5).contains(&starts), "{starts} starts");
    change(&plane, memory("512 MiB")).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_project_is_pinned_to_the_server_of_its_create_and_goes_to_another_and_back() {
    let world = World::new().await;
    let (_folder, plane) = with_programs(&world).await;
    assert_eq!(plane.project("shop").await.release.unwrap().as_str(), "atomo-server-1");
    let (kind, steps) = change(&plane, release("atomo-server-2")).await;
    assert_eq!(kind, OperationKind::Release);
    assert!(steps.contains("point_route stop_instance ensure_instance"), "{steps}");
    let shop = plane.project("shop").await;
    assert!(shop.observed.facts.instance.present().unwrap().release.ends_with("atomo-server-2"));
    let before = shop.release_before.unwrap();
    change(&plane, release(before.as_str())).await;
    let shop = plane.project("shop").await;
    assert_eq!(shop.release.unwrap().as_str(), "atomo-server-1");
    assert_eq!(shop.release_before.unwrap().as_str(), "atomo-server-2");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_refused_before_anything_is_written() {
    let world = World::new().await;
    let (folder, plane) = with_programs(&world).await;
    for wrong in ["atomo-server-3", "../sh", "registry/atomo-server:2", "atomo-server:latest"] {
        let refused = edit_now(&plane, "shop", release(wrong)).await.unwrap_err().problem();
        assert_eq!(
            (refused.kind, refused.errors[0].field.as_str()),
            (ProblemKind::Invalid, "release"),
            "{wrong}"
        );
    }
    assert_eq!(plane.project("shop").await.generation, 1);
    drop(folder);
    let plain = World::new().await;
    let plane = plain.start().await;
    plane.create(plain.draft("shop")).await;
    assert_eq!(plane.project("shop").await.release, None, "nobody named a program");
    let refused = edit_now(&plane, "shop", release("atomo-server")).await.unwrap_err().problem();
    assert!(refused.errors[0].accepted.contains("ATOMO_FLEET_SERVER_BIN"), "{refused:?}");
}
