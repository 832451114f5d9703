//! Alerts: written when something begins, gets worse and is over; not while nothing changes.

use std::time::Duration;

use control_plane::settings::DriftIntervals;
use model::{
    AcceptDraft, Alert, AlertFilter, AlertKind, AlertSeverity, AlertState, DatabaseName, DriftLevel,
    SnoozeDraft,
};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

const DECLARED: [&str; 2] = ["column public.things.name: text", "table public.things: {project}|p"];
const BY_HAND: [&str; 3] = [
    DECLARED[0],
    DECLARED[1],
    "index public.by_hand: CREATE INDEX by_hand ON public.things USING btree (name)",
];

fn catalog(world: &World, lines: &[&str]) {
    world.catalogs.set_catalog(&DatabaseName::main(id("shop")), lines);
}

/// A plane with the project `shop`, whose baseline is recorded.
async fn with_baseline(world: &World) -> Running {
    catalog(world, &DECLARED);
    let intervals =
        DriftIntervals { interval: Duration::from_millis(200), catalog_interval: Duration::from_secs(3600) };
    let plane = world.start_with(control_plane::Settings { drift: intervals, ..world.settings() }).await;
    plane.create(world.draft("shop")).await;
    eventually("the baseline is recorded", async || {
        plane.drift().project(&ines(), &id("shop")).await.unwrap().baseline
    })
    .await;
    plane
}

/// The alerts about drift, open ones first.
async fn alerts(plane: &Running) -> Vec<Alert> {
    let filter = AlertFilter { kind: Some(AlertKind::Drift), ..AlertFilter::default() };
    plane.alerts().list(&ines(), &filter, None).await.unwrap().items
}

async fn check(plane: &Running) {
    plane.drift().check(&ines(), &id("shop")).await.unwrap();
}

/// The first alert, as soon as it has this state.
async fn first(plane: &Running, state: &str) -> Alert {
    eventually(state, async || alerts(plane).await.into_iter().next().filter(|alert| alert.state() == state))
        .await
}

#[tokio::test]
async fn drift_opens_one_alert_that_is_resolved_with_it() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    check(&plane).await;
    assert_eq!(alerts(&plane).await, []);

    catalog(&world, &BY_HAND);
    check(&plane).await;
    let opened = first(&plane, "open").await;
    assert_eq!((opened.subject.as_str(), opened.severity), ("catalog", AlertSeverity::Warning));
    assert!(opened.sentence.starts_with("Catalog differs"), "{}", opened.sentence);
    check(&plane).await;
    let looked =
        plane.tasks(&ines()).unwrap().into_iter().find(|task| task.name == "alerts").unwrap().started_at;
    eventually("it looks again", async || {
        let tasks = plane.tasks(&ines()).unwrap();
        tasks.into_iter().find(|task| task.name == "alerts" && task.started_at > looked && !task.running)
    })
    .await;
    assert_eq!(alerts(&plane).await, std::slice::from_ref(&opened), "nothing changed");

    catalog(&world, &DECLARED);
    check(&plane).await;
    let resolved = first(&plane, "resolved").await;
    assert_eq!((resolved.id, resolved.closed_by), (opened.id, None));
    let open = AlertFilter { state: Some(AlertState::Open), ..AlertFilter::default() };
    let still = plane.alerts().list(&ines(), &open, None).await.unwrap().items;
    assert!(still.iter().all(|alert| alert.kind != AlertKind::Drift), "{still:?}");
}

#[tokio::test]
async fn who_accepts_or_snoozes_a_finding_ends_its_alert() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    catalog(&world, &BY_HAND);
    check(&plane).await;
    let opened = first(&plane, "open").await;
    let snooze = SnoozeDraft { days: 7, reason: "after the release".into() };
    plane.drift().snooze(&ines(), opened.finding_id.unwrap(), &snooze).await.unwrap();
    let closed = first(&plane, "closed").await;
    assert_eq!((closed.id, closed.closed_by.as_ref()), (opened.id, Some(ines().actor())));

    catalog(&world, &[]);
    check(&plane).await;
    let again = first(&plane, "open").await;
    assert_ne!(again.id, opened.id, "another difference is another alert");
    let accept = AcceptDraft { reason: "made by hand".into() };
    plane.drift().accept(&ines(), again.finding_id.unwrap(), &accept).await.unwrap();
    eventually("it is closed", async || {
        let all = alerts(&plane).await;
        all.into_iter().find(|alert| alert.id == again.id && alert.state() == "closed")
    })
    .await;
    assert_eq!(alerts(&plane).await.len(), 2);
    assert_eq!(opened.subject, DriftLevel::Catalog.as_str());
}

#[tokio::test]
async fn open_alerts_come_first_and_pages_go_on() {
    let world = World::new().await;
    let plane = with_baseline(&world).await;
    let insert = |number: i32, resolved: &str| {
        format!(
            "insert into alerts (id, kind, severity, project_id, subject, sentence, opened_at, resolved_at)
             select lpad(to_hex({number} * 1000 + n), 32, '0')::uuid, 'backup', 'warning', 'shop', 'subject ' || n, 'x',
                    now(), {resolved} from generate_series(1, {number}) n"
        )
    };
    world.database.sql(&insert(60, "now()")).await.unwrap();
    let read = async |after| {
        let page = plane.alerts().list(&ines(), &AlertFilter::default(), after).await.unwrap();
        (page.items, page.next_cursor.map(|cursor| cursor.parse().unwrap()))
    };
    catalog(&world, &BY_HAND);
    check(&plane).await;
    first(&plane, "open").await;
    let (one, next) = read(None).await;
    assert_eq!((one.len(), one[0].is_open(), one[1].is_open()), (50, true, false));
    let (two, end) = read(next).await;
    assert_eq!((two.len(), end), (11, None));
    assert!(two.iter().all(|alert| !one.contains(alert)));
}
