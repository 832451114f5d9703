//! `GET /database-servers`, and the pool of a project.

use axum::http::StatusCode;
use model::{DatabaseServer, Page, Project};
use serde_json::json;

use super::support::Fleet;

#[tokio::test]
async fn every_server_is_listed_with_the_shares_of_its_projects() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let mut draft = fleet.draft("shop");
    draft["pool_size"] = json!(9);
    operator.post("/projects", &draft).await.ok(StatusCode::ACCEPTED);

    let page: Page<DatabaseServer> = operator.get("/database-servers").await.ok(StatusCode::OK).json();

    let [server] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((server.name.as_str(), &server.region), ("default", &None));
    let budget = server.seen.as_ref().unwrap().budget;
    assert_eq!((budget.given, budget.backup, budget.reserved), (11, 4, 3));
    let share = &server.projects[0];
    assert_eq!((share.project_id.as_str(), share.pool_size.get(), share.limit), ("shop", 9, 11));
    assert_eq!(share.in_use, None, "nobody has looked yet");
    assert_eq!(operator.get("/database-servers?verbose=1").await.fields(422), ["verbose"]);
}

#[tokio::test]
async fn a_pool_is_a_field_like_any_other() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    for wrong in [json!(0), json!(101), json!(-1), json!("many"), json!(2.5)] {
        let mut draft = fleet.draft("shop");
        draft["pool_size"] = wrong;
        assert_eq!(operator.post("/projects", &draft).await.fields(422), ["pool_size"]);
    }
    let mut draft = fleet.draft("shop");
    draft["database_server"] = json!("Nowhere");
    draft["pool_size"] = json!(1000);
    assert_eq!(operator.post("/projects", &draft).await.fields(422), ["database_server", "pool_size"]);
    draft["database_server"] = json!("elsewhere");
    draft["pool_size"] = json!(3);
    assert_eq!(operator.post("/projects", &draft).await.fields(422), ["database_server"]);

    operator.post("/projects", &fleet.draft("shop")).await.ok(StatusCode::ACCEPTED);
    let project: Project = operator.get("/projects/shop").await.ok(StatusCode::OK).json();
    assert_eq!(project.pool_size.get(), 2, "what the setting says");
    assert_eq!(operator.edit("shop", &json!({"pool_size": 0})).await.fields(422), ["pool_size"]);
    operator.edit("shop", &json!({"pool_size": 7})).await.ok(StatusCode::ACCEPTED);
    let project: Project = operator.get("/projects/shop").await.ok(StatusCode::OK).json();
    assert_eq!(project.pool_size.get(), 7);
}

#[tokio::test]
async fn what_has_no_room_is_a_conflict_with_the_figures() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let many = 100 + 2; // a project that takes the most there is
    let taken = (5_000 - 35) / many;
    operator.post("/projects", &fleet.draft("shop")).await.ok(StatusCode::ACCEPTED);
    let full = format!(
        "insert into projects (id, display_name, database_url, schema_ref, status, driver, database_server, port_base,
                               pool_size)
         select 'p-' || n, 'P', database_url, schema_ref, status, driver, database_server, 20000 + 2 * n, 100
         from projects, generate_series(10, {taken} + 9) n where id = 'shop'"
    );
    sqlx::raw_sql(&full).execute(fleet.plane.registry().sessions()).await.unwrap();
    let mut draft = fleet.draft("blog");
    draft["pool_size"] = json!(100);
    let problem = operator.post("/projects", &draft).await.problem(409);
    assert_eq!(operator.post("/project-plans", &draft).await.problem(409), problem);
    let fault = problem.for_field("pool_size").unwrap();
    assert!(fault.message.contains("100 takes 102 connections of the database server default"), "{fault:?}");
    let problem = operator.edit("shop", &json!({"pool_size": 100})).await.problem(409);
    assert!(problem.detail.starts_with("Nothing was changed."), "{problem:?}");
}
