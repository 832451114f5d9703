//! The description of the API: locked by a snapshot, and true for every operation in it.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::support::{Asker, Fleet};
use crate::api::openapi;

/// Operations that need no log-in.
const PUBLIC: [&str; 2] = ["get_openapi", "log_in"];

struct Listed {
    id: String,
    method: Method,
    path: String,
    public: bool,
}

/// Every operation of the document, with valid ids in its path.
fn operations() -> Vec<Listed> {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let of_project =
            ["/projects/", "/orphans/", "/retained-databases/"].iter().any(|base| path.starts_with(base));
        let id = if of_project { "shop" } else { "018f3c5e-0000-7000-8000-000000000000" };
        for (method, operation) in item.as_object().unwrap() {
            operations.push(Listed {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.replace("{id}", id).replace("{name}", "API_KEY"),
                public: operation["security"] == serde_json::json!([{}]),
            });
        }
    }
    operations
}

async fn ask(asker: &Asker, listed: &Listed, query: &str) -> super::support::Answer {
    asker.send(listed.method.clone(), &format!("{}{query}", listed.path), Body::empty()).await
}

#[test]
fn the_description_is_as_it_was() {
    insta::with_settings!({prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("openapi", openapi().to_pretty_json().unwrap());
    });
}

#[tokio::test]
async fn the_description_is_served_to_anybody() {
    let fleet = Fleet::new().await;

    let answer = fleet.anon().get("/openapi.json").await.ok(StatusCode::OK);

    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json::<Value>(), serde_json::to_value(openapi()).unwrap());
}

#[tokio::test]
async fn every_operation_refuses_whoever_is_not_known() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let listed = operations();

    let public: Vec<&str> = listed.iter().filter(|one| one.public).map(|one| one.id.as_str()).collect();
    assert_eq!(public.len(), PUBLIC.len(), "{public:?}");
    assert!(PUBLIC.iter().all(|id| public.contains(id)), "{public:?}");
    for one in listed.iter().filter(|one| !one.public) {
        let answer = ask(&fleet.anon(), one, "?nonsense=1").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", one.method, one.path);
        answer.problem(401);
    }
}

#[tokio::test]
async fn every_operation_refuses_parameters_that_it_does_not_know() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;

    for one in operations() {
        let answer = ask(&fleet.operator(), &one, "?nonsense=1").await;
        assert_eq!(answer.fields(422), ["nonsense"], "{} {}", one.method, one.path);
    }
}

#[test]
fn every_operation_says_how_it_fails_and_what_it_answers() {
    let document = serde_json::to_value(openapi()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("default"), "{method} {path}");
            for (status, response) in responses {
                let description = response["description"].as_str().unwrap_or_default();
                assert!(!description.is_empty(), "{method} {path} {status}");
            }
        }
    }
}
