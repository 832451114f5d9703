//! The audit trail: sentences, filters, exports.

use axum::http::StatusCode;
use model::{Grants, Page, ProjectEvent, ProjectSet, Role};
use serde_json::{Value, json};

use super::support::{Asker, Fleet};

/// Actions of the listed events, newest first.
async fn actions(asker: &Asker, path: &str) -> Vec<String> {
    let page: Page<ProjectEvent> = asker.get(path).await.ok(StatusCode::OK).json();
    page.items.into_iter().map(|event| event.action).collect()
}

#[tokio::test]
async fn an_event_is_a_sentence_that_names_variables_and_no_values() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let env = json!({"SMTP_HOST": "planted-host", "PEM": "planted-one", "OLD": "planted-old"});
    operator.edit("shop", &json!({"env": env})).await.ok(StatusCode::ACCEPTED);
    let env = json!({"SMTP_HOST": "planted-host", "PEM": "planted-two", "NEW": "planted-new"});
    operator.edit("shop", &json!({"env": env, "limits": {"memory": "1 GiB"}})).await.ok(StatusCode::ACCEPTED);
    operator.put("/projects/shop/secrets/API_KEY", &json!({"value": "planted-secret"})).await;

    let answer = operator.get("/projects/shop/events").await.ok(StatusCode::OK);
    assert!(!answer.text().contains("planted"), "{}", answer.text());
    let page: Page<ProjectEvent> = answer.json();
    let sentences: Vec<&str> = page.items.iter().map(|event| event.sentence.as_str()).collect();
    let created = format!("Created from shop/schema.ts at {}", fleet.commit.short());
    assert_eq!(
        sentences,
        [
            "Secret API_KEY set, version 1",
            "Environment changed: NEW added, PEM changed, OLD removed; limits changed: memory 512 MiB to 1 GiB",
            "Environment changed: OLD added, PEM added, SMTP_HOST added",
            &created,
        ]
    );
    assert_eq!(operator.get("/audit/verify").await.json::<Value>()["broken_at"], Value::Null);
}

#[tokio::test]
async fn events_are_filtered_by_every_part_and_by_all_together() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    fleet.create("blog").await;
    let ben = fleet.granted(Grants::everything());
    ben.post("/projects/shop/stop", &json!({})).await.ok(StatusCode::ACCEPTED);

    assert_eq!(actions(&operator, "/audit?project=shop").await, ["project.stop", "project.create"]);
    assert_eq!(actions(&operator, "/audit?actor=BEN%40example").await, ["project.stop"]);
    assert_eq!(actions(&operator, "/audit?action=project.create").await.len(), 2);
    assert_eq!(actions(&operator, "/audit?from=2000-01-01&to=9999-12-31").await.len(), 3);
    assert!(actions(&operator, "/audit?to=2000-01-01").await.is_empty());
    let all = "/audit?project=shop&actor=ines&action=project.create&from=2000-01-01T00:00:00Z";
    assert_eq!(actions(&operator, all).await, ["project.create"]);
    assert!(actions(&operator, "/audit?project=blog&actor=ben").await.is_empty());
    assert_eq!(actions(&operator, "/audit?project=&actor=").await.len(), 3, "an empty filter is none");
    assert_eq!(actions(&operator, "/projects/shop/events?actor=ben").await, ["project.stop"]);

    let wrong = "/audit?project=S&action=Stop!&from=yesterday&to=7&cursor=x";
    assert_eq!(operator.get(wrong).await.fields(422), ["action", "cursor", "from", "project", "to"]);
    assert_eq!(operator.get("/projects/shop/events?project=blog").await.fields(422), ["project"]);
}

#[tokio::test]
async fn a_filtered_list_is_read_to_its_end_by_its_cursors() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    fleet.create("blog").await;
    for number in 0..60 {
        for id in ["shop", "blog"] {
            let edit = json!({"display_name": format!("Name {number}")});
            operator.edit(id, &edit).await.ok(StatusCode::ACCEPTED);
        }
    }
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/audit?project=shop&action=project.edit&actor=ines{cursor}");
        let page: Page<ProjectEvent> = operator.get(&path).await.ok(StatusCode::OK).json();
        assert!(page.items.iter().all(|event| event.project_id == Some("shop".parse().unwrap())));
        ids.extend(page.items.iter().map(|event| event.id));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids.len(), 60);
    assert!(ids.is_sorted_by(|left, right| left > right), "newest first, none twice: {ids:?}");
}

#[tokio::test]
async fn operations_are_filtered_and_a_caller_sees_their_own_projects_only() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    fleet.create("blog").await;
    fleet.granted(Grants::everything()).post("/projects/shop/stop", &json!({})).await;

    let kinds = async |asker: &Asker, path: &str| -> Vec<String> {
        let page: Value = asker.get(path).await.ok(StatusCode::OK).json();
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|it| format!("{} {}", it["kind"].as_str().unwrap(), it["project_id"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(kinds(&operator, "/operations?kind=create").await, ["create blog", "create shop"]);
    assert_eq!(kinds(&operator, "/operations?status=superseded").await, ["create shop"]);
    assert_eq!(kinds(&operator, "/operations?actor=ben&project=shop").await, ["stop shop"]);
    assert_eq!(kinds(&operator, "/operations?actor=ben&kind=create").await, [""; 0]);
    assert_eq!(kinds(&operator, "/operations?from=2000-01-01").await.len(), 3);
    assert!(kinds(&operator, "/operations?to=2000-01-01").await.is_empty());
    let only = ProjectSet::Only(["blog".parse().unwrap()].into());
    let ben = fleet.granted(Grants::one(Role::Viewer, only));
    assert_eq!(kinds(&ben, "/operations").await, ["create blog"]);
    let wrong = "/operations?project=S&kind=dance&status=done&from=x&cursor=y";
    assert_eq!(operator.get(wrong).await.fields(422), ["cursor", "from", "kind", "project", "status"]);
}

#[tokio::test]
async fn an_export_has_all_events_that_match_in_the_chosen_format() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let many = "insert into project_events (project_id, action, actor, detail, prev_hash, hash)
                select 'blog', 'token.create', 'host', jsonb_build_object('name', '=' || n), '', ''
                from generate_series(1, 1200) n";
    sqlx::raw_sql(many).execute(fleet.plane.registry().sessions()).await.unwrap();

    let lines = operator.get("/audit/export?project=blog").await.ok(StatusCode::OK);
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert_eq!(lines.header("content-disposition"), "attachment; filename=\"audit.jsonl\"");
    let events: Vec<ProjectEvent> =
        lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 1200);
    assert!(events.is_sorted_by(|left, right| left.id > right.id), "newest first, none twice");
    assert_eq!(events[0].sentence, "Token =1200 created");

    let table = operator.get("/audit/export?format=csv").await.ok(StatusCode::OK);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    let rows: Vec<&str> = table.text().split_terminator("\r\n").collect();
    assert_eq!((rows.len(), rows[0]), (1202, "id,at,project,actor,action,sentence,detail"));
    assert!(
        rows[1].ends_with(
            "\",\"blog\",\"host\",\"token.create\",\"Token =1200 created\",\"{\"\"name\"\":\"\"=1200\"\"}\""
        ),
        "{}",
        rows[1]
    );
    assert!(
        rows[1201].contains("\",\"shop\",\"operator:ines@example.com\",\"project.create\",\"Created from "),
        "{}",
        rows[1201]
    );

    let none = operator.get("/audit/export?format=csv&actor=nobody").await.ok(StatusCode::OK);
    assert_eq!(none.text(), "id,at,project,actor,action,sentence,detail\r\n");
    assert_eq!(operator.get("/audit/export?format=xml&project=S").await.fields(422), ["format", "project"]);
    fleet.granted(Grants::one(Role::Deployer, ProjectSet::All)).get("/audit/export").await.problem(403);
}

#[tokio::test]
async fn an_export_whose_caller_lost_their_access_is_cut() {
    use http_body_util::BodyExt as _;
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    fleet.stop.cancel();
    let request = axum::http::Request::get("/api/v1/audit/export").body(axum::body::Body::empty()).unwrap();
    let answer = fleet.operator().open(request).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.into_body().collect().await.is_err(), "a part is no whole");
}
