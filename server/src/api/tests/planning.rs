//! `POST /project-plans`: what a create would make, or what it would be refused with. Nothing is written.

use axum::http::StatusCode;
use control_plane::ports::secret_store::{SecretPath, SecretStore as _};
use model::{CreatePlan, Project, Step};
use serde_json::{Value, json};

use super::support::{EMAIL, Fleet, PATH};

async fn plan(fleet: &Fleet, draft: &Value) -> CreatePlan {
    fleet.operator().post("/project-plans", draft).await.ok(StatusCode::OK).json()
}

#[tokio::test]
async fn a_plan_is_what_a_create_makes_and_writes_nothing() {
    let fleet = Fleet::new().await;
    fleet.create("blog").await;
    let mut draft = fleet.draft("shop");
    draft["hostname"] = "Shop.Example.com".into();
    draft["admin_email"] = EMAIL.into();
    draft["limits"] = json!({"memory": "1 GiB"});
    draft["labels"] = json!({"team": "shop"});
    let before = fleet.dump().await;

    let plan = plan(&fleet, &draft).await;

    assert_eq!(fleet.dump().await, before, "something was written");
    let project = plan.project;
    assert_eq!(project.address.as_deref(), Some("https://shop.example.com:8443"));
    assert!(!plan.database_reused);
    assert_eq!((project.database_server.as_str(), project.pool_size.get()), ("default", 2));
    let secrets: Vec<&str> = plan.generated_secrets.iter().map(AsRef::as_ref).collect();
    assert_eq!(secrets, ["DATABASE_PASSWORD", "JWT_SECRET", "DATABASE_URL", "ADMIN_PASSWORD"]);
    assert_eq!(plan.steps.first(), Some(&Step::EnsureSecrets));
    let commit = plan.commit.unwrap();
    assert_eq!(
        (&commit.sha, commit.summary.as_str(), commit.author.as_str()),
        (&fleet.commit, "A shop", "A Tester")
    );

    fleet.operator().post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    let made: Project = fleet.operator().get("/projects/shop").await.json();
    let wanted = |of: &Project| {
        let project = of.clone();
        let names = (project.id, project.display_name, project.hostname, project.address, project.aliases);
        let about = (project.labels, project.class, project.schema_ref, project.release, project.limits);
        (names, about, project.env, project.first_admin, project.database_server, project.pool_size)
    };
    assert_eq!(wanted(&project), wanted(&made));
    assert_eq!(project.first_admin.map(|admin| admin.email.to_string()).as_deref(), Some(EMAIL));
}

#[tokio::test]
async fn the_connections_of_a_plan_are_free_until_the_create() {
    let fleet = Fleet::new().await;
    let first = plan(&fleet, &fleet.draft("shop")).await.connections_free;
    assert_eq!(plan(&fleet, &fleet.draft("shop")).await.connections_free, first, "nothing is reserved");
    fleet.create("shop").await;
    let next = plan(&fleet, &fleet.draft("blog")).await.connections_free;
    assert_eq!(first - next, 4, "a pool of 2 and two more");
}

#[tokio::test]
async fn a_plan_is_refused_exactly_as_a_create_is() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut shop = fleet.draft("shop");
    shop["hostname"] = "shop.example.com".into();
    operator.post("/projects", &shop).await.ok(StatusCode::ACCEPTED);

    for (field, value) in [
        ("id", json!("Shop")),
        ("id", json!("shop")),
        ("hostname", json!("shop.example.com")),
        ("aliases", json!(["b.example.com", "shop.example.com"])),
        ("schema_ref", json!({"repo": "https://git.example/none.git", "path": PATH, "ref": fleet.commit})),
        ("env", json!({"DATABASE_URL": "mine"})),
        ("pool_size", json!(101)),
        ("database_server", json!("elsewhere")),
        ("release", json!("1.2.3")),
        ("reuse_database", json!(true)),
    ] {
        let mut draft = fleet.draft("blog");
        draft[field] = value;
        let refused = operator.post("/projects", &draft).await;
        let planned = operator.post("/project-plans", &draft).await;
        assert!(refused.status.is_client_error(), "{draft}");
        assert_eq!((planned.status, planned.text()), (refused.status, refused.text()), "{draft}");
    }
    let projects: Value = operator.get("/projects").await.json();
    assert_eq!(projects["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_plan_names_the_secrets_that_have_no_value() {
    let fleet = Fleet::new().await;
    let mut draft = fleet.draft("shop");
    draft["env"] = json!({"A": {"secret": "KEPT"}, "B": {"secret": "API_KEY"}, "C": "text"});
    let kept = SecretPath::project(&"shop".parse().unwrap(), "KEPT");
    fleet.secrets.put(&kept, "planted".to_owned().into()).await.unwrap();

    let plan = plan(&fleet, &draft).await;

    assert_eq!(plan.unset_secrets.unwrap().iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["API_KEY"]);
}
