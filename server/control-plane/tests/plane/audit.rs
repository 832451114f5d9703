//! The audit trail shows whether somebody laid hands on it.

use control_plane::OpContext;
use control_plane::registry::{Event, Registry};
use futures::StreamExt as _;
use model::{Action, Actor, Email, EventFilter, EventFilterDraft, SystemEvent};
use serde_json::json;

use crate::support::eventually;
use crate::support::postgres::Database;
use crate::support::world::id;

/// A trail of five events, the second half about a project.
async fn trail() -> (Database, Registry) {
    let database = Database::new().await;
    let registry = database.registry().await;
    for n in 1..=5 {
        let change = registry.change(&OpContext::platform(Actor::Host)).await.unwrap();
        let shop = id("shop");
        let detail = json!({"n": n, "text": "ä \"quoted\"", "nested": {"b": 1, "a": [true, null, 1.5]}});
        let event = Event { project: (n > 2).then_some(&shop), action: SystemEvent::Test.into(), detail };
        change.commit(event).await.unwrap();
    }
    (database, registry)
}

#[tokio::test]
async fn an_untouched_trail_is_whole() {
    let (_database, registry) = trail().await;
    let verdict = registry.verify_audit().await.unwrap();
    assert_eq!((verdict.rows, verdict.broken_at), (5, None));
}

#[tokio::test]
async fn an_empty_trail_is_whole() {
    let registry = Database::new().await;
    let verdict = registry.registry().await.verify_audit().await.unwrap();
    assert_eq!((verdict.rows, verdict.broken_at), (0, None));
}

#[tokio::test]
async fn every_edit_of_a_row_shows_where_it_is() {
    for edit in [
        "action = 'other'",
        "actor = 'operator:mallory@example.com'",
        "project_id = 'blog'",
        "project_id = null",
        "detail = jsonb_set(detail, '{n}', '4')",
        "detail = null",
        "at = at + interval '1 microsecond'",
        "hash = sha256('x')",
        "prev_hash = sha256('x')",
    ] {
        let (database, registry) = trail().await;
        database.sql(&format!("update project_events set {edit} where id = 3")).await.unwrap();
        assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(3), "{edit}");
    }
}

#[tokio::test]
async fn a_removed_row_shows_behind_it() {
    let (database, registry) = trail().await;
    database.sql("delete from project_events where id = 3").await.unwrap();
    assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(4));
}

#[tokio::test]
async fn a_removed_beginning_shows() {
    let (database, registry) = trail().await;
    database.sql("delete from project_events where id <= 2").await.unwrap();
    assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(3));
}

#[tokio::test]
async fn a_cut_off_end_shows() {
    let (database, registry) = trail().await;
    database.sql("delete from project_events where id >= 4").await.unwrap();
    assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(4));
    database.sql("delete from project_events").await.unwrap();
    assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(1));
}

#[tokio::test]
async fn two_rows_that_changed_places_show() {
    let (database, registry) = trail().await;
    database
        .sql("update project_events set id = 90 where id = 2; update project_events set id = 2 where id = 3; update project_events set id = 3 where id = 90")
        .await
        .unwrap();
    assert_eq!(registry.verify_audit().await.unwrap().broken_at, Some(2));
}

#[tokio::test]
async fn changes_at_the_same_time_make_one_chain() {
    let (_database, registry) = trail().await;
    let writing = (0..40).map(|n| {
        let registry = registry.clone();
        async move {
            let change = registry.change(&OpContext::platform(Actor::Schedule)).await?;
            change
                .commit(Event { project: None, action: SystemEvent::Test.into(), detail: json!({"n": n}) })
                .await
        }
    });
    futures::future::try_join_all(writing).await.unwrap();
    let verdict = registry.verify_audit().await.unwrap();
    assert_eq!((verdict.rows, verdict.broken_at), (45, None));
}

#[tokio::test]
async fn pages_are_read_newest_first_and_to_the_end() {
    let (_database, registry) = trail().await;
    for n in 0..60 {
        let change = registry.change(&OpContext::platform(Actor::Host)).await.unwrap();
        change
            .commit(Event { project: None, action: SystemEvent::Test.into(), detail: json!({"n": n}) })
            .await
            .unwrap();
    }
    let all = EventFilter::default();
    let first = registry.events(&all, None).await.unwrap();
    assert_eq!(first.items.len(), 50);
    let before: i64 = first.next_cursor.unwrap().parse().unwrap();
    let second = registry.events(&all, Some(before)).await.unwrap();
    assert_eq!((second.items.len(), second.next_cursor), (15, None));
    let ids: Vec<i64> = first.items.iter().chain(&second.items).map(|event| event.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "{ids:?}");
}

/// Events 6 to 9 with different actors, actions and times.
async fn mixed() -> (Database, Registry) {
    let (database, registry) = trail().await;
    let ines: Email = "ines@example.com".parse().unwrap();
    let token = Actor::Token { name: "CI".into(), operator: ines.clone() };
    let events = [
        (Actor::Operator(ines), Action::ProjectStop.into()),
        (token, Action::ProjectStart.into()),
        (Actor::Reconciler, SystemEvent::Converge.into()),
        (Actor::Host, SystemEvent::SetupLink.into()),
    ];
    for (actor, action) in events {
        let change = registry.change(&OpContext::platform(actor)).await.unwrap();
        change.commit(Event { project: Some(&id("shop")), action, detail: json!({}) }).await.unwrap();
    }
    (database, registry)
}

#[tokio::test]
async fn every_part_of_a_filter_is_applied() {
    let (database, registry) = mixed().await;
    // rows are hashed with their time; this registry is not verified
    database
        .sql("update project_events set at = timestamptz '2026-11-01' + id * interval '1 day'")
        .await
        .unwrap();
    let ids = async |draft: EventFilterDraft| -> Vec<i64> {
        let page = registry.events(&draft.validate().unwrap(), None).await.unwrap();
        page.items.iter().map(|event| event.id).collect()
    };
    let all = EventFilterDraft::default;
    assert_eq!(ids(EventFilterDraft { project: "shop".into(), ..all() }).await, [9, 8, 7, 6, 5, 4, 3]);
    assert!(ids(EventFilterDraft { project: "gone".into(), ..all() }).await.is_empty());
    assert_eq!(ids(EventFilterDraft { actor: "INES@".into(), ..all() }).await, [7, 6]);
    assert_eq!(ids(EventFilterDraft { actor: "token:ci".into(), ..all() }).await, [7]);
    assert_eq!(ids(EventFilterDraft { actor: "reconciler".into(), ..all() }).await, [8]);
    assert!(ids(EventFilterDraft { actor: "%".into(), ..all() }).await.is_empty(), "no pattern");
    assert_eq!(ids(EventFilterDraft { action: "project.stop".into(), ..all() }).await, [6]);
    assert_eq!(ids(EventFilterDraft { from: "2026-11-09".into(), ..all() }).await, [9, 8]);
    assert_eq!(ids(EventFilterDraft { to: "2026-11-03".into(), ..all() }).await, [2, 1]);
    let hour =
        EventFilterDraft { from: "2026-11-05T00:00:00Z".into(), to: "2026-11-06T00:00:00Z".into(), ..all() };
    assert_eq!(ids(hour).await, [4]);
    let together = EventFilterDraft {
        project: "shop".into(),
        actor: "host".into(),
        action: "setup_link".into(),
        ..all()
    };
    assert_eq!(ids(together).await, [9]);
}

#[tokio::test]
async fn a_filtered_page_goes_on_where_it_ended() {
    let (_database, registry) = trail().await;
    let filter = EventFilter { project: Some(id("shop")), ..EventFilter::default() };
    let (mut before, mut ids) = (None, Vec::new());
    loop {
        let page = registry.events_page(&filter, None, before, 2).await.unwrap();
        ids.push(page.items.iter().map(|event| event.id).collect::<Vec<_>>());
        let Some(next) = page.next_cursor else { break };
        before = Some(next.parse().unwrap());
    }
    assert_eq!(ids, [vec![5, 4], vec![3]]);
}

#[tokio::test]
async fn an_export_is_read_in_pages_and_leaves_out_what_is_written_meanwhile() {
    let world = crate::support::World::new().await;
    let plane = world.plane().await;
    let many = "insert into project_events (action, actor, detail, prev_hash, hash)
                select 'log_in', 'host', '{}', '', '' from generate_series(1, 1100)";
    world.database.sql(many).await.unwrap();
    let mut pages = plane.audit().export(&crate::support::ines(), EventFilter::default()).await.unwrap();
    world.database.sql(many).await.unwrap();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().len());
    }
    assert_eq!(sizes, [500, 500, 100]);
}

#[tokio::test]
async fn a_restart_after_a_crash_says_how_it_ended_and_how_often() {
    let world = crate::support::World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    for number in 1..=2 {
        world.driver.crash(&id("shop")).await;
        let starts = number + 1;
        eventually("it was started again", async || {
            (world.driver.books.starts(&id("shop")) == starts).then_some(())
        })
        .await;
        let open = "select count(*) from operations where status in ('waiting', 'running')";
        eventually("the operation is over", async || (world.database.text(open).await == "0").then_some(()))
            .await;
    }
    let events = plane.events("shop").await;
    let restarts: Vec<&str> = events
        .iter()
        .filter(|event| event.action == "converge")
        .map(|event| event.sentence.as_str())
        .collect();
    assert_eq!(restarts[0], "Restarted after exit code 101");
    assert!(restarts[1].starts_with("Restarted after exit code 101, 2nd time in "), "{restarts:?}");
    assert_eq!(plane.audit().verify(&crate::support::ines()).await.unwrap().broken_at, None);
}
