//! Every operation of the API, asked for by every role: one whose role lacks the operation's action gets 403, and nothing
//! has changed. An operation without an action fails here, and so does one that needs a body and has none below.

use axum::body::Body;
use axum::http::Method;
use axum::http::StatusCode;
use model::action::{Action, Scope};
use model::{Grants, Problem, ProblemKind, ProjectId, ProjectSet, Role, Target};
use serde_json::{Value, json};

use super::support::{Asker, EMAIL, Fleet, PATH, REPO};
use crate::api::openapi;

/// What answers about the caller alone.
const OF_THE_CALLER: [&str; 1] = ["get_me"];

/// An operation, with a request that would be accepted.
pub struct Listed {
    id: String,
    action: Action,
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Listed {
    /// On what it is performed; the project of a create does not exist yet.
    fn target<'a>(&self, shop: &'a ProjectId, third: &'a ProjectId) -> Target<'a> {
        match self.action.scope() {
            Scope::Fleet => Target::Fleet,
            Scope::Project if self.action == Action::ProjectCreate => Target::Project(third),
            Scope::Project if self.path.contains("shop") || self.path.starts_with("/operations/") => {
                Target::Project(shop)
            }
            Scope::Project | Scope::Anywhere => Target::Anywhere,
        }
    }

    async fn status(&self, asker: &Asker) -> StatusCode {
        asker.open(self.request()).await.status()
    }

    fn request(&self) -> axum::http::Request<Body> {
        let body = self.body.as_ref().map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request =
            axum::http::Request::builder().method(&self.method).uri(format!("/api/v1{}", self.path));
        request.header("content-type", "application/json").body(body).unwrap()
    }
}

/// The body of an operation that needs one.
fn body(fleet: &Fleet, id: &str) -> Option<Value> {
    match id {
        "create_project" | "plan_project" => Some(fleet.draft("third")),
        "edit_project" => Some(json!({"display_name": "Another name", "generation": 1})),
        "put_secret" => Some(json!({"value": "planted"})),
        "add_repository" => Some(json!({"url": REPO})),
        "add_image_registry" => Some(json!({"host": "ghcr.io", "username": "u", "password": "planted"})),
        "put_gateway_edge" => Some(json!({"generation": 1})),
        "create_token" => Some(json!({"name": "ci"})),
        "restore_to_time" => Some(json!({"confirm": "shop", "at": "2026-11-30T12:00:00Z"})),
        "restore_tables" => Some(json!({"tables": ["things"]})),
        "restore_backup_new" | "clone_project" => Some(json!({"id": "third"})),
        "set_expiry" => Some(json!({"expires": "2d"})),
        "undo_restore" | "drop_side_database" => {
            Some(json!({"operation": "018f3c5e-0000-7000-8000-000000000000"}))
        }
        "restore_backup" | "request_delete" | "approve_delete_request" => Some(json!({"confirm": "shop"})),
        "withdraw_delete_request" | "upload_backup" | "plan_deploy" | "deploy_project" | "undo_deploy" => {
            Some(json!({}))
        }
        "plan_rollout" | "begin_rollout" => {
            Some(json!({"ref": fleet.commit, "class": "production", "reason": "a new field"}))
        }
        "resume_rollout" => Some(json!({})),
        "refuse_delete_request" => Some(json!({"reason": "not now"})),
        "accept_drift" => Some(json!({"reason": "made by hand"})),
        "snooze_drift" => Some(json!({"days": 7, "reason": "later"})),
        "set_backup_policy" => Some(json!({"schedule": "every 6h"})),
        _ => None,
    }
}

/// Every operation that needs a caller; `operation` is one of `shop`.
fn operations(fleet: &Fleet, operation: &str) -> Vec<Listed> {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut listed = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let id = described["operationId"].as_str().unwrap().to_owned();
            if described["security"] == json!([{}]) || OF_THE_CALLER.contains(&id.as_str()) {
                assert_eq!(described.get("x-action"), None, "{id}");
                continue;
            }
            let action = described["x-action"].as_str().unwrap_or_else(|| panic!("{id} has no x-action"));
            let thing = match path.split('/').nth(1).unwrap() {
                "projects" | "orphans" | "retained-databases" => "shop",
                "operations" => operation,
                _ => "018f3c5e-0000-7000-8000-000000000000",
            };
            let path = path.replace("{id}", thing).replace("{name}", "API_KEY");
            let query = match id.as_str() {
                "list_commits" => format!("?repo={REPO}&path={PATH}"),
                "diff_schema" => format!("?from={0}&to={0}", fleet.commit),
                _ => String::new(),
            };
            listed.push(Listed {
                action: action.parse().unwrap(),
                method: method.to_uppercase().parse().unwrap(),
                path: format!("{path}{query}"),
                body: body(fleet, &id),
                id,
            });
        }
    }
    listed
}

/// Every operation as the holder of this grant. The ones that are refused come first: they change nothing.
async fn as_holder_of(grant: Option<(Role, ProjectSet)>) {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let restart = fleet.operator().post("/projects/shop/restart", &json!({})).await;
    let operation = restart.json::<Value>()["operation"]["id"].as_str().unwrap().to_owned();
    let grants = grant.clone().map(|(role, projects)| Grants::one(role, projects)).unwrap_or_default();
    let asker = fleet.holder(grant).await;
    let (shop, third) = ("shop".parse().unwrap(), "third".parse().unwrap());
    let (allowed, refused): (Vec<_>, Vec<_>) = operations(&fleet, &operation)
        .into_iter()
        .partition(|listed| grants.allow(listed.action, listed.target(&shop, &third)));

    let before = fleet.dump().await;
    for listed in refused {
        let answer = asker.ask(listed.request()).await;
        let problem = answer.problem(403);
        assert!(problem.detail.contains(listed.action.as_str()), "{}: {problem}", listed.id);
        assert!(problem.detail.starts_with("Nothing was changed."), "{}: {problem}", listed.id);
        assert_eq!(fleet.dump().await, before, "{} changed something", listed.id);
    }
    for listed in allowed {
        let status = listed.status(&asker).await;
        assert!(
            status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED,
            "{}: {status}",
            listed.id
        );
    }
}

#[tokio::test]
async fn a_viewer_is_refused_what_a_viewer_may_not_do() {
    as_holder_of(Some((Role::Viewer, ProjectSet::All))).await;
}

#[tokio::test]
async fn a_backup_operator_is_refused_what_a_backup_operator_may_not_do() {
    as_holder_of(Some((Role::BackupOperator, ProjectSet::All))).await;
}

#[tokio::test]
async fn a_deployer_is_refused_what_a_deployer_may_not_do() {
    as_holder_of(Some((Role::Deployer, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_admin_is_refused_what_an_admin_may_not_do() {
    as_holder_of(Some((Role::Admin, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_owner_is_refused_nothing() {
    as_holder_of(Some((Role::Owner, ProjectSet::All))).await;
}

#[tokio::test]
async fn an_owner_of_another_project_is_refused_this_one_and_the_fleet() {
    as_holder_of(Some((Role::Owner, ProjectSet::Only(["blog".parse().unwrap()].into())))).await;
}

#[tokio::test]
async fn an_operator_without_a_grant_learns_who_they_are_and_nothing_else() {
    as_holder_of(None).await;

    let fleet = Fleet::new().await;
    let me: Value = fleet.holder(None).await.get("/me").await.ok(StatusCode::OK).json();
    assert_eq!((&me["email"], &me["grants"]), (&json!(EMAIL), &json!([])));
}

#[tokio::test]
async fn an_edit_is_refused_for_each_part_that_the_role_may_not_change() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let deployer = fleet.holder(Some((Role::Deployer, ProjectSet::All))).await;
    let before = fleet.dump().await;

    for (edit, action) in [
        (json!({"display_name": "X", "limits": {"pids": 300}}), "project.limits"),
        (json!({"pool_size": 3}), "project.limits"),
        (json!({"edge": {"deny": ["10.0.0.0/8"]}}), "project.edge"),
    ] {
        let problem = deployer.patch("/projects/shop", &edit).await.problem(403);
        assert!(problem.detail.contains(action), "{problem}");
        assert!(problem.detail.contains("admin, owner"), "{problem}");
    }
    assert_eq!(fleet.dump().await, before);
    deployer.edit("shop", &json!({"display_name": "X"})).await.ok(StatusCode::ACCEPTED);
}

#[tokio::test]
async fn only_owners_can_be_created_yet() {
    let fleet = Fleet::new().await;
    let host = control_plane::OpContext::platform(model::Actor::Host);

    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let password = super::support::PASSWORD.to_owned().into();
        let made = fleet.plane.operators().create(&host, EMAIL.into(), password, role).await;
        let problem = made.unwrap_err().problem();
        assert_eq!((problem.status, problem.errors[0].field.as_str()), (422, "role"), "{role}");
    }
    assert!(fleet.plane.operators().needs_setup().await.unwrap());
}

#[tokio::test]
async fn who_may_not_read_logs_sees_no_line_of_one_in_a_problem() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let down = Problem {
        log: vec!["planted".into()],
        ..Problem::new(ProblemKind::Refused, "It ended", "Exit code 1.")
    };
    for table in ["projects", "operations"] {
        let update = format!("update {table} set problem = $1");
        let pool = fleet.plane.registry().sessions();
        sqlx::query(&update).bind(serde_json::to_value(&down).unwrap()).execute(pool).await.unwrap();
    }

    let everything = async |asker: Asker| {
        let mut text = String::new();
        for path in ["/projects", "/projects/shop", "/fleet", "/operations"] {
            text.push_str(asker.get(path).await.ok(StatusCode::OK).text());
        }
        text
    };
    let all = |role| fleet.granted(Grants::one(role, ProjectSet::All));
    assert_eq!(everything(all(Role::Deployer)).await.matches("planted").count(), 4);
    let viewed = everything(all(Role::Viewer)).await;
    assert_eq!((viewed.matches("planted").count(), viewed.matches("Exit code 1.").count()), (0, 4));
}
