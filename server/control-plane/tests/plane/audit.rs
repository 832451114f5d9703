//! The audit trail shows whether somebody laid hands on it.

use control_plane::OpContext;
use control_plane::registry::{Event, Registry};
use model::{Actor, EventFilter, SystemEvent};
use serde_json::json;

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
