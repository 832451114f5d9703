//! Edits over HTTP: the generation that one is made from, and what `null` means.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use super::support::{Answer, Asker, Fleet};

impl Asker {
    /// Edits a project from its present generation, as a client does that has just read it.
    pub async fn edit(&self, project: &str, body: &Value) -> Answer {
        let (path, mut body) = (format!("/projects/{project}"), body.clone());
        body["generation"] = self.get(&path).await.json::<Value>()["generation"].clone();
        self.patch(&path, &body).await
    }
}

/// A request with the header `If-Match`.
async fn ask(fleet: &Fleet, method: Method, path: &str, if_match: &str, body: &Value) -> Answer {
    let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
    let request = request.header("content-type", "application/json").header("if-match", if_match);
    fleet.operator().ask(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn an_edit_is_accepted_from_the_etag_that_was_read_and_from_no_earlier_one() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let read = fleet.operator().get("/projects/shop").await.ok(StatusCode::OK).header("etag").to_owned();
    assert_eq!(read, "\"1\"");
    let patch = async |name: &str| {
        ask(&fleet, Method::PATCH, "/projects/shop", &read, &json!({"display_name": name})).await
    };
    patch("First").await.ok(StatusCode::ACCEPTED);
    let problem = patch("Second").await.problem(409);
    assert_eq!(problem.generation, Some(2));
    let difference = &problem.differences[0];
    let found = [&*difference.field, &*difference.current, &*difference.yours];
    assert_eq!(found, ["display_name", "First", "Second"]);
    let delete = ask(&fleet, Method::DELETE, "/projects/shop", &read, &json!({})).await;
    assert_eq!(delete.problem(409).title, "The project was changed meanwhile", "a command may name one too");
}

#[tokio::test]
async fn an_edit_without_a_generation_is_told_the_present_one() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let edit = json!({"display_name": "Shop 2"});
    let problem = fleet.operator().patch("/projects/shop", &edit).await.problem(428);
    assert_eq!(problem.generation, Some(1));
    let edit = json!({"display_name": "Shop 2", "generation": 1});
    fleet.operator().patch("/projects/shop", &edit).await.ok(StatusCode::ACCEPTED);
    let twice = ask(&fleet, Method::PATCH, "/projects/shop", "\"2\"", &edit).await;
    assert_eq!(twice.fields(422), ["generation"], "header and body differ");
}

#[tokio::test]
async fn a_precondition_is_a_generation_in_quotes_and_never_ignored() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let edit = json!({"display_name": "Shop 2"});
    for wrong in ["*", "1", "W/\"1\"", "\"one\""] {
        let answer = ask(&fleet, Method::PATCH, "/projects/shop", wrong, &edit).await;
        assert_eq!(answer.fields(422), ["If-Match"], "{wrong}");
    }
    let create = ask(&fleet, Method::POST, "/projects", "\"1\"", &fleet.draft("blog")).await;
    assert_eq!(create.fields(422), ["If-Match"], "a create is made from no generation");
}

#[tokio::test]
async fn null_clears_a_name_and_is_refused_where_nothing_can_be_absent() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["hostname"] = json!("shop.example");
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    let before: Value = operator.get("/projects/shop").await.json();
    for field in
        ["display_name", "labels", "class", "aliases", "env", "edge", "limits", "pool_size", "schema_ref"]
    {
        assert_eq!(operator.edit("shop", &json!({field: null})).await.fields(422), [field]);
    }
    assert_eq!(operator.edit("shop", &json!({})).await.fields(422), ["body"]);
    let after: Value = operator.get("/projects/shop").await.json();
    assert_eq!(after["generation"], before["generation"], "nothing was edited");
    operator.edit("shop", &json!({"hostname": null})).await.ok(StatusCode::ACCEPTED);
    let after: Value = operator.get("/projects/shop").await.json();
    assert_eq!(after["hostname"], Value::Null);
}

#[tokio::test]
async fn labels_and_class_are_replaced_as_a_whole_or_kept() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["labels"] = json!({"team": "shop", "tier": "gold"});
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    let now = async || {
        let project: Value = operator.get("/projects/shop").await.json();
        (project["labels"].clone(), project["class"].clone())
    };
    assert_eq!(now().await, (json!({"team": "shop", "tier": "gold"}), json!("production")));
    operator.edit("shop", &json!({"class": "staging"})).await.ok(StatusCode::ACCEPTED);
    assert_eq!(now().await, (json!({"team": "shop", "tier": "gold"}), json!("staging")));
    operator.edit("shop", &json!({"labels": {"team": "blog"}})).await.ok(StatusCode::ACCEPTED);
    assert_eq!(now().await, (json!({"team": "blog"}), json!("staging")));
    let wrong = json!({"labels": {"Team": "shop", "tier": "very gold"}, "class": "test"});
    assert_eq!(operator.edit("shop", &wrong).await.fields(422), ["class", "labels.Team", "labels.tier"]);
}
