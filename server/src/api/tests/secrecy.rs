//! Secret values are never in an answer.

use axum::http::StatusCode;
use control_plane::ports::secret_store::{SecretPath, SecretStore as _};
use control_plane::provisioner::names;
use model::OperationKind;
use serde_json::{Value, json};

use super::support::{EMAIL, Fleet};
use crate::api::openapi;

const PLANTED: &str = "planted-7f3a";

#[tokio::test]
async fn no_answer_holds_a_secret() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["env"] = json!({"KEY": {"secret": "API_KEY"}});
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    let value = json!({"value": format!("{PLANTED}-secret")});
    operator.put("/projects/shop/secrets/API_KEY", &value).await.ok(StatusCode::ACCEPTED);
    operator.put("/projects/shop/secrets/OTHER", &value).await.ok(StatusCode::OK);
    let repository =
        json!({"url": "https://git.example/private.git", "credential": format!("{PLANTED}-token")});
    operator.post("/repositories", &repository).await.ok(StatusCode::CREATED);

    let mut asked = 0;
    for path in openapi().paths.paths.iter().filter(|(_, item)| item.get.is_some()).map(|(path, _)| path) {
        if path == "/events" {
            continue; // never ends; its hints have ids alone
        }
        let answer = operator.get(&path.replace("{id}", "shop")).await;
        assert!(!answer.text().contains(PLANTED), "{path}: {}", answer.text());
        asked += 1;
    }

    assert!(asked > 12, "{asked}");
    let secrets: Value = operator.get("/projects/shop/secrets").await.json();
    let names: Vec<&str> =
        secrets["items"].as_array().unwrap().iter().map(|secret| secret["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["API_KEY", "OTHER"]);
}

#[tokio::test]
async fn a_secret_in_use_replaces_the_instance() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["env"] = json!({"KEY": {"secret": "API_KEY"}});
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);

    let used =
        operator.put("/projects/shop/secrets/API_KEY", &json!({"value": "a"})).await.ok(StatusCode::ACCEPTED);
    let unused =
        operator.put("/projects/shop/secrets/SPARE", &json!({"value": "a"})).await.ok(StatusCode::OK);

    let operation = used.json::<Value>()["operation"].clone();
    assert_eq!(operation["kind"], OperationKind::Secret.as_str());
    assert_eq!(used.header("location"), format!("/api/v1/operations/{}", operation["id"].as_str().unwrap()));
    assert_eq!(unused.json::<Value>(), json!({"version": 1, "operation": null}));
}

#[tokio::test]
async fn a_refused_secret_is_not_repeated() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let put =
        async |name: &str, body: Value| operator.put(&format!("/projects/shop/secrets/{name}"), &body).await;

    for (name, body, field) in [
        ("KEY", json!({"value": [PLANTED]}), "value"),
        ("KEY", json!({"value": format!("{PLANTED}\0")}), "value"),
        ("KEY", json!({"value": PLANTED, "note": PLANTED}), "note"),
        ("lower", json!({"value": PLANTED}), "name"),
        ("KEY", json!({}), "value"),
    ] {
        let answer = put(name, body).await;
        assert_eq!(answer.fields(422), [field]);
        assert!(!answer.text().contains(PLANTED), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_first_admins_password_is_shown_once() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["admin_email"] = EMAIL.into();
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    fleet.create("plain").await;
    let path = SecretPath::project(&"shop".parse().unwrap(), names::ADMIN_PASSWORD);
    fleet.secrets.put(&path, PLANTED.to_owned().into()).await.unwrap();

    let admin = async || operator.get("/projects/shop").await.json::<Value>()["first_admin"].clone();
    assert_eq!(admin().await, json!({"email": EMAIL, "shown_at": null}));

    let shown: Value =
        operator.post("/projects/shop/admin-password", &json!({})).await.ok(StatusCode::OK).json();

    assert_eq!(shown, json!({"email": EMAIL, "password": PLANTED}));
    assert!(admin().await["shown_at"].is_string(), "and everybody who sees the project knows that it was");
    assert_eq!(operator.get("/projects/plain").await.json::<Value>().get("first_admin"), None);
    operator.post("/projects/shop/admin-password", &json!({})).await.problem(404);
    operator.post("/projects/plain/admin-password", &json!({})).await.problem(404);
    operator.post("/projects/none/admin-password", &json!({})).await.problem(404);
}
