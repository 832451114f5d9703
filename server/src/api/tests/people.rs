//! Log-ins and tokens.

use axum::http::StatusCode;
use model::ProblemKind;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::support::{EMAIL, Fleet, PASSWORD};

#[tokio::test]
async fn a_log_in_makes_a_token_that_is_the_operator() {
    let fleet = Fleet::new().await;
    fleet.registered().await;

    let login = json!({"email": EMAIL, "password": PASSWORD});
    let answer: Value = fleet.anon().post("/login", &login).await.ok(StatusCode::OK).json();

    assert_eq!((&answer["info"]["name"], &answer["info"]["operator"]), (&json!("cli"), &json!(EMAIL)));
    let token = SecretString::from(answer["token"].as_str().unwrap().to_owned());
    let op = fleet.plane.operators().identify_token(&token).await.unwrap().expect("a token that works");
    let me: Value = fleet.caller(op).get("/me").await.ok(StatusCode::OK).json();
    assert_eq!(
        (&me["email"], &me["grants"]),
        (&json!(EMAIL), &json!([{"role": "owner", "projects": "all"}]))
    );
}

#[tokio::test]
async fn after_wrong_log_ins_the_next_has_to_wait_and_is_told_how_long() {
    let fleet = Fleet::new().await;
    fleet.registered().await;
    let login = async |password: &str| {
        fleet.anon().post("/login", &json!({"email": EMAIL, "password": password})).await
    };

    for _ in 0..5 {
        let answer = login("wrong").await;
        assert_eq!(answer.problem(401).kind, ProblemKind::Unauthenticated);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let locked = login(PASSWORD).await;

    assert_eq!(locked.problem(429).kind, ProblemKind::TooMany);
    let seconds: u32 = locked.header("retry-after").parse().unwrap();
    assert!((20..=30).contains(&seconds), "{seconds}");
    assert_eq!(locked.problem(429).retry_after_s, Some(seconds));
    assert_eq!(fleet.anon().post("/login", &json!({"email": EMAIL})).await.fields(422), ["password"]);
    let typed = json!({"email": EMAIL, "password": 123_456_789, "otp": "1"});
    let answer = fleet.anon().post("/login", &typed).await;
    assert_eq!(answer.fields(422), ["otp", "password"]);
    assert!(!answer.text().contains("123456789"), "{}", answer.text());
}

#[tokio::test]
async fn a_token_is_shown_once_and_revoked() {
    let fleet = Fleet::new().await;
    let operator = fleet.registered().await;

    let made: Value = operator.post("/tokens", &json!({"name": "ci"})).await.ok(StatusCode::CREATED).json();

    let list = operator.get("/tokens").await.ok(StatusCode::OK);
    assert_eq!(list.json::<Value>()["items"][0]["id"], made["info"]["id"]);
    assert!(!list.text().contains(made["token"].as_str().unwrap()));
    let path = format!("/tokens/{}", made["info"]["id"].as_str().unwrap());
    operator.delete(&path).await.ok(StatusCode::NO_CONTENT);
    operator.delete(&path).await.problem(404);
    let token = SecretString::from(made["token"].as_str().unwrap().to_owned());
    assert!(fleet.plane.operators().identify_token(&token).await.unwrap().is_none());
    assert_eq!(operator.post("/tokens", &json!({})).await.fields(422), ["name"]);
}
