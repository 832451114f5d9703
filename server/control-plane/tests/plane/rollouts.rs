//! Rollouts: one canary first, paused by a failure, resumed, cancelled, continued after a kill.

mod refused;

use control_plane::ports::database_catalog::{CatalogSeen, ColumnSeen, TableSeen};
use control_plane::settings::{DeployPolicy, RehearsalPolicy};
use control_plane::testing::schema_source::Entry;
use control_plane::{OpContext, Settings};
use model::{
    CommitSha, PlannedOutcome, RepoUrl, ResumeDraft, Rollout, RolloutDraft, RolloutId, RolloutMemberState,
    RolloutState,
};

use crate::support::instances::REFUSED;
use crate::support::world::{PATH, REPO, id};
use crate::support::{Running, World, eventually, ines};

const PROJECTS: [&str; 3] = ["blog", "crm", "shop"];

/// A fleet with three projects that run the same commit, and a later commit that works.
async fn three() -> (World, Running, CommitSha) {
    let mut world = World::new().await;
    let at = "timestamp with time zone";
    let columns =
        [("id", "text"), ("created_at", at), ("updated_at", at), ("deleted_at", at), ("tenant_id", "text")];
    let columns = columns.map(column).into();
    let things =
        TableSeen { name: "things".into(), is_table: true, is_owned: true, columns, constraints: Vec::new() };
    world.catalogs.set_seen(CatalogSeen { tables: vec![things], ..CatalogSeen::default() });
    world.good = commit(&world, "works");
    let plane = begin(&world).await;
    for project in PROJECTS {
        plane.create(world.draft(project)).await;
    }
    let next = commit(&world, "works too");
    (world, plane, next)
}

fn column((name, sql_type): (&str, &str)) -> ColumnSeen {
    ColumnSeen { name: name.into(), sql_type: sql_type.into(), not_null: true, fills_itself: true }
}

/// Commits the same model with another comment, so that no preflight finds anything.
fn commit(world: &World, comment: &str) -> CommitSha {
    let repo: RepoUrl = REPO.parse().unwrap();
    let text = format!(
        "import {{ model, text }} from '@atomo/schema'\nexport const Thing = model('things', {{ fields: {{ id: text().id() }} }})\n// {comment}\n"
    );
    world.schemas.commit(&repo, comment, &[(PATH, Entry::text(&text))])
}

/// No rehearsals: databases in memory have no copies.
async fn begin(world: &World) -> Running {
    let deploys = DeployPolicy { rehearsal: RehearsalPolicy::Never, ..DeployPolicy::default() };
    world.start_with(Settings { deploys, ..world.settings() }).await
}

/// The command line on the server's host: the operators of these tests have no grants in the registry.
fn host() -> OpContext {
    OpContext::platform(model::Actor::Host)
}

fn draft(commit: &CommitSha) -> RolloutDraft {
    RolloutDraft {
        r#ref: commit.to_string(),
        projects: PROJECTS.map(str::to_owned).into(),
        reason: "a new field".into(),
        bake_s: 0,
        backup_first: false,
        ..RolloutDraft::default()
    }
}

async fn run(plane: &Running, draft: &RolloutDraft) -> Rollout {
    plane.rollouts().begin(&host(), draft).await.unwrap()
}

async fn show(plane: &Running, id: RolloutId) -> Rollout {
    plane.rollouts().get(&ines(), id).await.unwrap()
}

/// The members as words: `succeeded failed waiting`.
fn members(rollout: &Rollout) -> String {
    let states = rollout.members.iter().map(|member| member.state.as_str());
    states.collect::<Vec<_>>().join(" ")
}

/// Waits until the rollout is in this state and no member is under way.
async fn becomes(plane: &Running, rollout: &Rollout, state: RolloutState) -> Rollout {
    eventually(&format!("the rollout is {state}"), async || {
        let rollout = show(plane, rollout.id).await;
        let expected = rollout.state != RolloutState::Paused || state == RolloutState::Paused;
        assert!(expected, "{:#?}", rollout.members);
        (rollout.state == state && rollout.counts.running == 0).then_some(rollout)
    })
    .await
}

async fn stop(plane: &Running, project: &str) {
    let operation = plane.projects().stop(&ines(), &id(project)).await.unwrap();
    plane.succeeds(&operation).await;
}

async fn start(plane: &Running, project: &str) {
    let operation = plane.projects().start(&ines(), &id(project)).await.unwrap();
    plane.succeeds(&operation).await;
}

/// How many deploys the project had, and whether it runs the commit.
async fn deploys(plane: &Running, project: &str, commit: &CommitSha) -> (usize, bool) {
    let deploys = plane.deploys().list(&ines(), &id(project), None).await.unwrap().items.len();
    (deploys, plane.project(project).await.schema_ref.commit() == commit)
}

async fn resume(plane: &Running, rollout: &Rollout, skip: bool) -> Rollout {
    plane.rollouts().resume(&host(), rollout.id, &ResumeDraft { skip }).await.unwrap()
}

#[tokio::test]
async fn a_canary_that_fails_pauses_before_anything_else_begins() {
    let (_world, plane, next) = three().await;
    stop(&plane, "blog").await;
    let plan = plane.rollouts().plan(&ines(), &draft(&next)).await.unwrap();
    assert_eq!(plan.members[1].problem, None);
    let outcomes: Vec<_> = plan.members.iter().map(|member| member.outcome).collect();
    assert_eq!(outcomes, [PlannedOutcome::Block, PlannedOutcome::Deploy, PlannedOutcome::Deploy]);

    let rollout = run(&plane, &draft(&next)).await;
    let paused = becomes(&plane, &rollout, RolloutState::Paused).await;
    assert_eq!(members(&paused), "failed waiting waiting");
    let problem = paused.problem.clone().unwrap();
    assert_eq!(problem.title, "The project is stopped");
    assert!(problem.detail.contains("atomoctl deploy run blog --ref"), "{problem:?}");
    assert_eq!(deploys(&plane, "crm", &next).await, (0, false));
    let needs = eventually("it needs attention", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        (!fleet.rollouts.is_empty()).then_some(fleet.rollouts)
    })
    .await;
    assert_eq!(needs[0].id, rollout.id);

    resume(&plane, &paused, false).await;
    becomes(&plane, &rollout, RolloutState::Paused).await;
    start(&plane, "blog").await;
    resume(&plane, &paused, false).await;
    let done = becomes(&plane, &rollout, RolloutState::Succeeded).await;
    assert_eq!(members(&done), "succeeded succeeded succeeded");
    for project in PROJECTS {
        assert_eq!(deploys(&plane, project, &next).await, (1, true), "{project}");
    }
}

#[tokio::test]
async fn a_member_that_failed_is_passed_over_and_one_that_has_the_version_too() {
    let (_world, plane, next) = three().await;
    stop(&plane, "crm").await;
    let rollout = run(&plane, &draft(&next)).await;
    let paused = becomes(&plane, &rollout, RolloutState::Paused).await;
    assert_eq!(members(&paused), "succeeded failed waiting", "{:#?}", paused.problem);
    let by_hand =
        model::DeployDraft { r#ref: next.to_string(), backup_first: false, ..model::DeployDraft::default() };
    let deploy = plane.deploys().deploy(&ines(), &id("shop"), &by_hand).await.unwrap();
    plane.succeeds(&deploy).await;

    resume(&plane, &paused, true).await;
    let done = becomes(&plane, &rollout, RolloutState::Succeeded).await;
    assert_eq!(members(&done), "succeeded skipped skipped");
    assert_eq!(done.members[2].note.as_deref(), Some("It has this version"));
    assert_eq!(deploys(&plane, "crm", &next).await, (0, false));
    let again = plane.rollouts().resume(&ines(), rollout.id, &ResumeDraft::default()).await;
    assert_eq!(again.unwrap_err().problem().title, "The rollout is succeeded");
}

#[tokio::test]
async fn a_version_that_does_not_start_fails_the_member_and_is_taken_back() {
    let (world, plane, _) = three().await;
    let rollout = run(&plane, &draft(&commit(&world, REFUSED))).await;
    let paused = becomes(&plane, &rollout, RolloutState::Paused).await;
    assert_eq!(members(&paused), "failed waiting waiting");
    assert!(paused.members[0].operation_id.is_some());
    assert_eq!(deploys(&plane, "blog", &world.good).await, (1, true), "it has its former version again");

    let cancelled = plane.rollouts().cancel(&ines(), rollout.id).await.unwrap();
    assert_eq!(
        (cancelled.state, members(&cancelled).as_str()),
        (RolloutState::Cancelled, "failed skipped skipped")
    );
}

#[tokio::test]
async fn nothing_begins_after_a_cancel_and_the_canary_finishes() {
    let (_world, plane, next) = three().await;
    let rollout = run(&plane, &RolloutDraft { bake_s: 3600, ..draft(&next) }).await;
    eventually("the canary has to stay healthy", async || {
        show(&plane, rollout.id).await.members[0].baking_since
    })
    .await;
    let baking = show(&plane, rollout.id).await;
    assert_eq!(members(&baking), "running waiting waiting");
    plane.rollouts().cancel(&ines(), rollout.id).await.unwrap();
    let over = becomes(&plane, &rollout, RolloutState::Cancelled).await;
    assert_eq!(members(&over), "succeeded skipped skipped");
    assert_eq!(deploys(&plane, "crm", &next).await, (0, false));
}

#[tokio::test]
async fn the_rest_follows_a_canary_that_stays_healthy_and_none_that_crashes() {
    let (world, plane, next) = three().await;
    let rollout = run(&plane, &RolloutDraft { bake_s: 1, at_once: 2, ..draft(&next) }).await;
    let done = becomes(&plane, &rollout, RolloutState::Succeeded).await;
    let [first, second, third] = &done.members[..] else { panic!("three members") };
    let ended = first.ended_at.unwrap();
    assert!(second.began_at.unwrap() >= ended && third.began_at.unwrap() >= ended, "{done:#?}");

    let back = run(&plane, &RolloutDraft { bake_s: 3600, ..draft(&world.good) }).await;
    eventually("the canary has to stay healthy", async || {
        show(&plane, back.id).await.members[0].baking_since
    })
    .await;
    world.driver.hang(&id("blog")).await;
    let paused = becomes(&plane, &back, RolloutState::Paused).await;
    assert_eq!(paused.problem.unwrap().title, "blog did not stay healthy");
}

#[tokio::test]
async fn a_kill_at_any_time_leaves_one_deploy_for_each_member() {
    let (world, mut plane, next) = three().await;
    let rollout = run(&plane, &draft(&next)).await;
    for killed in 0..6_usize {
        tokio::time::sleep(std::time::Duration::from_millis(60 * killed as u64)).await;
        plane.kill().await;
        plane = begin(&world).await;
    }
    let done = becomes(&plane, &rollout, RolloutState::Succeeded).await;
    assert!(done.members.iter().all(|member| member.state == RolloutMemberState::Succeeded), "{done:#?}");
    for project in PROJECTS {
        assert_eq!(deploys(&plane, project, &next).await, (1, true), "{project}");
    }
    let again = run(&plane, &draft(&next)).await;
    assert_eq!(members(&becomes(&plane, &again, RolloutState::Succeeded).await), "skipped skipped skipped");
}
