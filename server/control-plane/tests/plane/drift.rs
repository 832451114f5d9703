//! Drift: found, told once, resolved, decided; and never in sync while it cannot be seen.

use control_plane::settings::DriftIntervals;
use model::{
    AcceptDraft, DatabaseName, DriftDecisionKind, DriftFilter, DriftFinding, DriftFix, DriftLevel,
    DriftSeverity, DriftState, ProblemKind, ProjectDrift, SnoozeDraft,
};
use std::time::Duration;

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

const DECLARED: [&str; 2] = ["column public.things.name: text", "table public.things: {project}|p"];
const BY_HAND: [&str; 3] = [
    DECLARED[0],
    DECLARED[1],
    "index public.by_hand: CREATE INDEX by_hand ON public.things USING btree (name)",
];

fn database() -> DatabaseName {
    DatabaseName::main(id("shop"))
}

/// A plane with the project `shop`, whose baseline is recorded.
async fn with_baseline(world: &World) -> Running {
    world.catalogs.set_catalog(&database(), &DECLARED);
    let intervals =
        DriftIntervals { interval: Duration::from_millis(200), catalog_interval: Duration::from_secs(3600) };
    let plane = world.start_with(control_plane::Settings { drift: intervals, ..world.settings() }).await;
    plane.create(world.draft("shop")).await;
    eventually("the baseline is recorded after the create", async || show(&plane).await.baseline).await;
    plane
}

async fn show(plane: &Running) -> ProjectDrift {
    plane.drift().project(&ines(), &id("shop")).await.unwrap()
}

async fn check(plane: &Running) -> ProjectDrift {
    plane.drift().check(&ines(), &id("shop")).await.unwrap()
}

fn on(drift: &ProjectDrift, level: DriftLevel) -> DriftState {
    drift.levels.iter().find(|seen| seen.level == level).unwrap().state
}

/// The only finding that is not resolved.
fn only(drift: &ProjectDrift) -> DriftFinding {
    let open: Vec<&DriftFinding> = drift.findings.iter().filter(|it| it.resolved_at.is_none()).collect();
    assert_eq!(open.len(), 1, "{open:#?}");
    open[0].clone()
}

async fn events(plane: &Running, action: &str) -> usize {
    plane.events("shop").await.iter().filter(|event| event.action == action).count()
}

fn accept() -> AcceptDraft {
    AcceptDraft { reason: "made by hand".into() }
}

#[tokio::test]
async fn what_was_made_by_hand_is_found_once_and_resolved_when_it_is_undone() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    let clean = check(&plane).await;
    assert_eq!((on(&clean, DriftLevel::Catalog), clean.findings), (DriftState::InSync, Vec::new()));

    world.catalogs.set_catalog(&database(), &BY_HAND);
    let found = only(&check(&plane).await);
    assert_eq!((found.level, found.severity), (DriftLevel::Catalog, DriftSeverity::Attention));
    assert_eq!(found.diff.len(), 1);
    assert!(found.diff[0].starts_with("+ things: index by_hand: CREATE INDEX"), "{:?}", found.diff);
    let again = only(&check(&plane).await);
    assert!(again.last_seen > found.last_seen && again.id == found.id);
    assert_eq!(events(&plane, "drift_found").await, 1, "no repeat");
    let needs = plane.fleet().get(&ines()).await.unwrap();
    assert_eq!(needs.drift.len(), 1, "it needs attention");

    world.catalogs.set_catalog(&database(), &DECLARED);
    let over = check(&plane).await;
    assert!(over.findings[0].resolved_at.is_some() && over.findings.len() == 1);
    assert_eq!(events(&plane, "drift_resolved").await, 1);
    assert!(plane.fleet().get(&ines()).await.unwrap().drift.is_empty());
}

#[tokio::test]
async fn an_accepted_catalog_is_declared() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    world.catalogs.set_catalog(&database(), &BY_HAND);
    let found = only(&check(&plane).await);
    world.catalogs.set_catalog(&database(), &[]);
    let stale = plane.drift().accept(&ines(), found.id, &accept()).await.unwrap_err().problem();
    assert_eq!(stale.kind, ProblemKind::Conflict, "it is another difference by now");
    world.catalogs.set_catalog(&database(), &BY_HAND);
    let found = only(&check(&plane).await);
    let accepted = plane.drift().accept(&ines(), found.id, &accept()).await.unwrap();
    let decision = accepted.decision.unwrap();
    assert_eq!((decision.kind, decision.reason.as_str()), (DriftDecisionKind::Accept, "made by hand"));
    assert_eq!(decision.by, *ines().actor());
    assert_eq!(on(&check(&plane).await, DriftLevel::Catalog), DriftState::InSync);
    assert_eq!(events(&plane, "drift.accept").await, 1);

    world.catalogs.set_catalog(&database(), &DECLARED);
    let missing = only(&check(&plane).await);
    assert!(missing.diff[0].starts_with("- things: index by_hand"), "{:?}", missing.diff);
    let outcome = plane.drift().fix(&ines(), missing.id).await.unwrap();
    let DriftFix::ByHand { sql, .. } = outcome.fix else { panic!("by hand") };
    assert_eq!(sql, ["CREATE INDEX by_hand ON public.things USING btree (name);"]);
    assert_eq!(outcome.operation, None, "the control plane changes no tables");
}

#[tokio::test]
async fn a_snooze_ends_with_its_time_or_another_difference() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    world.catalogs.set_catalog(&database(), &BY_HAND);
    let found = only(&check(&plane).await);
    let draft = SnoozeDraft { days: 7, reason: "after the release".into() };
    plane.drift().snooze(&ines(), found.id, &draft).await.unwrap();
    check(&plane).await;
    let open = async || plane.drift().list(&ines(), &DriftFilter::default()).await.unwrap().len();
    let all = DriftFilter { decided: true, ..DriftFilter::default() };
    assert_eq!((open().await, plane.drift().list(&ines(), &all).await.unwrap().len()), (0, 1));
    assert!(plane.fleet().get(&ines()).await.unwrap().drift.is_empty());

    world.database.sql("update drift_findings set until = now() - interval '1 second'").await.unwrap();
    assert_eq!(open().await, 1, "its time is over");
    world.database.sql("update drift_findings set until = now() + interval '1 day'").await.unwrap();
    assert_eq!(open().await, 0);
    let more = [BY_HAND[0], BY_HAND[1], BY_HAND[2], "table public.notes: {project}|p"];
    world.catalogs.set_catalog(&database(), &more);
    let changed = only(&check(&plane).await);
    assert_eq!((changed.id, changed.decision, changed.diff.len()), (found.id, None, 2));
    assert_eq!((open().await, events(&plane, "drift_changed").await), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_read_is_unknown_and_never_in_sync() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    world.catalogs.set_catalog(&database(), &BY_HAND);
    check(&plane).await;
    world.catalogs.set_away(true);
    let away = check(&plane).await;
    assert_eq!(on(&away, DriftLevel::Catalog), DriftState::Unknown);
    let since = only(&away).unknown_since.expect("it is unknown since now");
    let level = |drift: &ProjectDrift| drift.levels[2].clone();
    let later = check(&plane).await;
    assert_eq!(level(&later).unknown_since, level(&away).unknown_since, "since the first time");
    assert_eq!(only(&later).unknown_since, Some(since));
    world.catalogs.set_away(false);
    assert_eq!(only(&check(&plane).await).unknown_since, None);
}

#[tokio::test]
async fn other_models_and_another_version_wait_for_a_decision() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    world.database.sql("update baselines set version = '0.8.0'").await.unwrap();
    let found = only(&check(&plane).await);
    assert_eq!((found.level, found.diff), (DriftLevel::Version, vec!["~ version: 0.8.0 → 0.9.0".to_owned()]));
    plane.drift().accept(&ines(), found.id, &accept()).await.unwrap();
    let kept = only(&check(&plane).await);
    assert!(kept.decision.is_some() && kept.resolved_at.is_none(), "it stays accepted while it is the same");

    world
        .database
        .sql("update baselines set version = '0.9.0', models_digest = 'x', models_lines = 'model Old: {}'")
        .await
        .unwrap();
    let found = only(&check(&plane).await);
    assert_eq!(found.level, DriftLevel::Models);
    assert_eq!(found.diff, ["- model Old: {}", "+ model Shop: {\"fields\":[]}"]);
    let outcome = plane.drift().fix(&ines(), found.id).await.unwrap();
    plane.succeeds(&outcome.operation.expect("a restart")).await;
    plane.drift().accept(&ines(), found.id, &accept()).await.unwrap();
    assert_eq!(on(&check(&plane).await, DriftLevel::Models), DriftState::InSync);
}

#[tokio::test]
async fn a_file_edited_by_hand_is_found_and_closed_by_the_engine() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    edit_files(world.volumes_dir());
    let found = eventually("it is recorded as found and closed", async || {
        let drift = show(&plane).await;
        drift.findings.into_iter().find(|it| it.level == DriftLevel::SchemaFile && it.resolved_at.is_some())
    })
    .await;
    assert_eq!(found.severity, DriftSeverity::Notice);
    assert!(found.diff[0].starts_with("~ "), "{:?}", found.diff);
    let refused = plane.drift().accept(&ines(), found.id, &accept()).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict);
}

/// Changes every schema file below a folder, as a person with an editor does.
fn edit_files(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            edit_files(&path);
        } else if path.file_name().is_some_and(|name| name == "schema.ts") {
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, "model Other {}").unwrap();
        }
    }
}

#[tokio::test]
async fn a_commit_that_was_not_deployed_is_deployed_by_the_fix() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    let other = format!("update projects set schema_version = '{}'", world.bad);
    world.database.sql(&other).await.unwrap();
    let found = only(&check(&plane).await);
    let (deployed, pinned) = (world.bad.short(), world.good.short());
    assert_eq!(found.level, DriftLevel::Commit);
    assert_eq!(found.diff, [format!("~ commit: {deployed} is deployed, {pinned} is pinned")]);
    let outcome = plane.drift().fix(&ines(), found.id).await.unwrap();
    plane.succeeds(&outcome.operation.expect("the pinned commit is deployed again")).await;
    assert_eq!(on(&check(&plane).await, DriftLevel::Commit), DriftState::InSync);
    assert_eq!(events(&plane, "drift.fix").await, 1);
}

#[tokio::test]
async fn a_stopped_project_is_not_compared() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let drift = check(&plane).await;
    assert!(drift.levels.iter().all(|level| level.state == DriftState::NotCompared), "{:#?}", drift.levels);
    assert!(drift.findings.is_empty(), "a stop is no drift");
}

#[tokio::test]
async fn an_instance_that_was_started_by_hand_is_replaced_by_the_fix() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    world.driver.change_by_hand(&id("shop"), &["+ environment DEBUG", "~ environment PORT: another value"]);
    let found = only(&check(&plane).await);
    assert_eq!((found.level, found.severity), (DriftLevel::Configuration, DriftSeverity::Attention));
    assert_eq!(found.diff, ["+ environment DEBUG", "~ environment PORT: another value"]);
    let refused = plane.drift().accept(&ines(), found.id, &accept()).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Conflict, "the project is what declares an environment");
    let outcome = plane.drift().fix(&ines(), found.id).await.unwrap();
    world.driver.change_by_hand(&id("shop"), &[]);
    plane.succeeds(&outcome.operation.expect("a restart")).await;
    assert_eq!(on(&check(&plane).await, DriftLevel::Configuration), DriftState::InSync);
}
