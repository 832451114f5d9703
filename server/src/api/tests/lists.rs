//! Lists: every row exactly once, page by page.

use axum::http::StatusCode;
use model::{AuditVerdict, Grants, Page, Project, ProjectEvent, ProjectSet, Role};
use serde_json::{Value, json};

use super::support::Fleet;

#[tokio::test]
async fn events_are_read_to_the_end_by_their_cursors() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    for number in 0..55 {
        let edit = json!({"display_name": format!("Shop {number}")});
        operator.edit("shop", &edit).await.ok(StatusCode::ACCEPTED);
    }

    let mut ids: Vec<i64> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Page<ProjectEvent> = operator.get(&format!("/projects/shop/events{cursor}")).await.json();
        ids.extend(page.items.iter().map(|event| event.id));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("?cursor={next}");
    }

    assert_eq!(ids.len(), 56);
    assert!(ids.is_sorted_by(|left, right| left > right), "newest first, none twice: {ids:?}");
    assert_eq!(operator.get("/projects/shop/events?cursor=yesterday").await.fields(422), ["cursor"]);
    let fleet_wide: Page<ProjectEvent> = operator.get("/audit").await.ok(StatusCode::OK).json();
    assert_eq!(fleet_wide.items.first().map(|event| event.id), ids.first().copied());
    let verdict: AuditVerdict = operator.get("/audit/verify").await.ok(StatusCode::OK).json();
    assert_eq!(verdict.broken_at, None);
    assert!(verdict.rows >= 56);
}

#[tokio::test]
async fn operations_are_listed_for_a_project_and_for_all() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    fleet.create("blog").await;

    let all: Value = operator.get("/operations").await.ok(StatusCode::OK).json();
    let of_shop: Value = operator.get("/operations?project=shop").await.ok(StatusCode::OK).json();

    let projects = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|o| o["project_id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(projects(&all), ["blog", "shop"]);
    assert_eq!(projects(&of_shop), ["shop"]);
    let last = all["items"][0]["id"].as_str().unwrap();
    let rest: Value = operator.get(&format!("/operations?cursor={last}")).await.ok(StatusCode::OK).json();
    assert_eq!(projects(&rest), ["shop"]);
    assert_eq!(operator.get("/operations?project=S&cursor=x").await.fields(422), ["cursor", "project"]);
}

#[tokio::test]
async fn projects_are_read_to_the_end_by_their_cursors() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let many = "insert into projects (id, display_name, database_url, schema_ref, status, driver, database_server, port_base)
                select 'p-' || n, 'P', database_url, schema_ref, status, driver, database_server, 20000 + 2 * n
                from projects, generate_series(100, 349) n";
    sqlx::raw_sql(many).execute(fleet.plane.registry().sessions()).await.unwrap();

    let mut ids: Vec<String> = Vec::new();
    let mut sizes = Vec::new();
    let mut cursor = String::new();
    loop {
        let page: Page<Project> = operator.get(&format!("/projects{cursor}")).await.ok(StatusCode::OK).json();
        sizes.push(page.items.len());
        ids.extend(page.items.iter().map(|project| project.id.to_string()));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("?cursor={next}");
    }

    assert_eq!(sizes, [100, 100, 51]);
    assert!(ids.is_sorted_by(|left, right| left < right), "by id, none twice");
    assert_eq!(operator.get("/projects?cursor=No").await.fields(422), ["cursor"]);
}

#[tokio::test]
async fn projects_are_filtered_by_labels_class_and_status() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    for (id, team, class) in
        [("shop", "shop", "production"), ("store", "shop", "staging"), ("blog", "blog", "staging")]
    {
        let mut draft = fleet.draft(id);
        draft["labels"] = json!({"team": team, "in": "eu"});
        draft["class"] = json!(class);
        operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);
    }
    let listed = async |query: &str| -> Vec<String> {
        let page: Page<Project> = operator.get(&format!("/projects?{query}")).await.ok(StatusCode::OK).json();
        page.items.into_iter().map(|project| project.id.to_string()).collect()
    };
    assert_eq!(listed("label=team%3Dshop&label=in%3Deu").await, ["shop", "store"]);
    assert_eq!(listed("label=team=shop&class=staging").await, ["store"]);
    assert_eq!(listed("class=staging&label=in&cursor=blog").await, ["store"]);
    assert_eq!(listed("status=provisioning").await.len(), 3);
    assert!(listed("status=failed").await.is_empty());
    let wrong = operator.get("/projects?label=Team=x&class=test&status=broken&cursor=No").await;
    assert_eq!(wrong.fields(422), ["class", "cursor", "label", "status"]);
    assert_eq!(operator.get("/projects?labels=team").await.fields(422), ["labels"]);
    operator.get("/projects?class=staging&class=production").await.problem(422);
}

#[tokio::test]
async fn nobody_sees_what_they_may_not() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    fleet.create("blog").await;
    let only = ProjectSet::Only(["blog".parse().unwrap()].into());
    let ben = fleet.granted(Grants::one(Role::Owner, only));

    let seen: Page<Project> = ben.get("/projects").await.ok(StatusCode::OK).json();

    assert_eq!(seen.items.iter().map(|project| project.id.as_str()).collect::<Vec<_>>(), ["blog"]);
    for path in [
        "/projects/shop",
        "/projects/shop/events",
        "/projects/shop/logs",
        "/projects/shop/secrets",
        "/audit",
        "/orphans",
        "/image-registries",
    ] {
        ben.get(path).await.problem(403);
    }
    ben.delete("/projects/shop").await.problem(403);
    ben.post("/projects", &fleet.draft("third")).await.problem(403);
}

#[tokio::test]
async fn the_fleet_is_one_answer() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;

    let answer: Value = fleet.operator().get("/fleet").await.ok(StatusCode::OK).json();

    assert_eq!(answer["projects"][0]["id"], "shop");
    assert_eq!(answer["https_port"], 8443);
    let kept: Value = fleet.operator().get("/retained-databases").await.ok(StatusCode::OK).json();
    assert_eq!(kept, json!({"items": [], "next_cursor": null}));
    let orphans: Value = fleet.operator().get("/orphans").await.ok(StatusCode::OK).json();
    assert_eq!(orphans, json!({"items": [], "next_cursor": null}));
    fleet.operator().get("/gateway/ca").await.problem(404);
}
