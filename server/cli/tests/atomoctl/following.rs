//! Waiting for an operation while connections fail.

use std::time::Instant;

use model::{Hint, OperationStatus, Problem};
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::fixtures::{OPERATION, fleet, operation};
use crate::run::Person;

fn looks() -> String {
    format!("GET /operations/{OPERATION}")
}

fn wait() -> String {
    format!("operation wait {OPERATION} --timeout 20")
}

fn states(states: &[OperationStatus]) -> Vec<Reply> {
    states.iter().map(|status| Reply::json(200, &operation(*status))).collect()
}

#[tokio::test]
async fn without_events_it_looks_every_second_and_not_more_often() {
    use OperationStatus::{Running, Succeeded};
    let fake = Fake::start().await;
    fake.on(&looks(), states(&[Running, Running, Running, Succeeded]));
    let begun = Instant::now();
    let ran = Person::with_token(&fake).runs(&wait()).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(begun.elapsed().as_millis() >= 2_900, "three waits of a second: {:?}", begun.elapsed());
    assert_eq!(fake.count(&looks()), 4);
    assert!(fake.count("GET /events") <= 3, "attempts are spaced: {:?}", fake.lines());
}

#[tokio::test]
async fn many_hints_wake_once_and_a_cut_connection_is_opened_again() {
    use OperationStatus::{Running, Succeeded};
    let fake = Fake::start().await;
    let hint = serde_json::to_string(&Hint::Operation {
        project_id: Some("crm".parse().unwrap()),
        operation_id: OPERATION.parse().unwrap(),
    });
    let burst = format!("data: {}\n\n", hint.unwrap()).repeat(500);
    fake.on("GET /events", [Reply::text(200, &burst), Reply::open(&burst)]);
    fake.on(&looks(), states(&[Running, Running, Running, Running, Succeeded]));
    let ran = Person::with_token(&fake).runs(&wait()).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fake.count(&looks()), 5);
    assert_eq!(fake.count("GET /events"), 2);
}

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_waited_out_and_said_once() {
    let fake = Fake::start().await;
    let away = Reply::problem(&Problem::unavailable("postgres", "It refuses connections."));
    let over = Reply::json(200, &operation(OperationStatus::Succeeded));
    fake.on(&looks(), [away.clone(), away, over]);
    let ran = Person::with_token(&fake).runs(&wait()).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.matches("Postgres does not answer; still waiting.").count(), 1, "{ran:?}");
    assert!(ran.out.contains("The server answers again."), "{ran:?}");
}

#[tokio::test]
async fn a_refusal_ends_the_wait() {
    let fake = Fake::start().await;
    let ran = Person::with_token(&fake).runs(&wait()).await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(fake.count(&looks()), 1);
}

#[tokio::test]
async fn what_an_operation_waits_for_is_told() {
    let fake = Fake::start().await;
    let mut waiting = operation(OperationStatus::Waiting);
    waiting.problem = Some(Problem::unavailable("gateway", "Start Caddy."));
    let waiting = Reply::json(200, &waiting);
    fake.on(&looks(), [waiting.clone(), waiting, Reply::json(200, &operation(OperationStatus::Succeeded))]);
    let ran = Person::with_token(&fake).runs(&wait()).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.matches("Waiting: The gateway does not answer. Start Caddy.").count(), 1, "{ran:?}");
}

#[tokio::test]
async fn a_log_goes_on_after_a_cut_without_saying_a_line_twice() {
    let line = |second, text: &str| {
        json!({"at": format!("2026-01-02T03:04:0{second}Z"), "stream": "stdout", "text": text}).to_string()
            + "\n"
    };
    let fake = Fake::start().await;
    let before = line(1, "one") + &line(2, "two");
    let after = before.clone() + &line(2, "three");
    fake.on("GET /projects/crm/logs?tail=5&follow=true", [Reply::text(200, &before)]);
    fake.on("GET /projects/crm/logs?tail=1000&follow=true", [Reply::open(&after)]);
    let person = Person::with_token(&fake);
    let read = person.reads("project logs crm -f --tail 5", 3).await;
    assert_eq!(read, ["03:04:01.000   one", "03:04:02.000   two", "03:04:02.000   three"]);
}

#[tokio::test]
async fn a_watch_tells_changes_only() {
    let fake = Fake::start().await;
    let mut grown = fleet();
    let mut new = model::Project::clone(&grown.projects[0]);
    new.id = "shop".parse().unwrap();
    grown.projects.push(new.into());
    fake.on("GET /fleet", [Reply::json(200, &fleet()), Reply::json(200, &fleet()), Reply::json(200, &grown)]);
    fake.on("GET /events", [Reply::text(200, "data: {\"topic\":\"fleet\"}\n\n")]);
    let lines = Person::with_token(&fake).reads("fleet watch --json", 2).await;
    let projects = |line: &str| serde_json::from_str::<model::Fleet>(line).unwrap().projects.len();
    assert_eq!((projects(&lines[0]), projects(&lines[1])), (1, 2));
}
