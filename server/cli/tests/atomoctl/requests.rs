//! The request that each command sends.

use model::{FieldDifference, OperationStatus, Page, Problem, ProblemKind};
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::fixtures::{OPERATION, accepted, project};
use crate::run::Person;

const REPOSITORY: &str = "01900000-0000-7000-8000-000000000003";

async fn server() -> Fake {
    let fake = Fake::start().await;
    let taken = Reply::json(202, &accepted(OperationStatus::Waiting));
    for line in ["start", "stop", "restart"].map(|verb| format!("POST /projects/crm/{verb}")) {
        fake.on(&line, [taken.clone()]);
    }
    fake.on("PATCH /projects/crm", [taken.clone()]);
    fake.on(&format!("POST /operations/{OPERATION}/retry"), [taken.clone()]);
    fake.on(&format!("POST /operations/{OPERATION}/cancel"), [taken.clone()]);
    fake.on("GET /projects/crm", [Reply::json(200, &project())]);
    let repository = json!({
        "id": REPOSITORY, "url": "file:///srv/schemas", "username": null, "credential": null, "host_key": null,
        "created_at": "2026-01-02T03:04:05Z",
    });
    fake.on("GET /repositories", [Reply::json(200, &json!({"items": [repository], "next_cursor": null}))]);
    fake.on(&format!("DELETE /repositories/{REPOSITORY}"), [Reply::text(204, "")]);
    let contents = json!({"default_branch": "main", "head": null, "paths": ["crm.ts"]});
    fake.on(&format!("POST /repositories/{REPOSITORY}/test"), [Reply::json(200, &contents)]);
    fake.on("DELETE /orphans/crm", [taken]);
    fake.on("GET /gateway/ca", [Reply::text(200, "-----BEGIN CERTIFICATE-----\n")]);
    fake
}

#[tokio::test]
async fn a_command_is_one_request() {
    let fake = server().await;
    let empty = Reply::json(200, &Page::<u8>::whole(Vec::new()));
    let lines = [
        ("project start crm", "POST /projects/crm/start".to_owned()),
        ("project stop crm", "POST /projects/crm/stop".to_owned()),
        ("project restart crm", "POST /projects/crm/restart".to_owned()),
        ("project env crm", "GET /projects/crm".to_owned()),
        ("project list", "GET /projects".to_owned()),
        ("project events crm --cursor 42", "GET /projects/crm/events?cursor=42".to_owned()),
        ("project logs crm --tail 7", "GET /projects/crm/logs?tail=7".to_owned()),
        ("operation list --project crm", "GET /operations?project=crm".to_owned()),
        (&format!("operation cancel {OPERATION}"), format!("POST /operations/{OPERATION}/cancel")),
        ("secret list crm", "GET /projects/crm/secrets".to_owned()),
        ("audit list", "GET /audit".to_owned()),
        ("alert list --kind drift --state open", "GET /alerts?kind=drift&state=open".to_owned()),
        ("deploy proposals crm", "GET /projects/crm/deploy-proposals".to_owned()),
        ("token list", "GET /tokens".to_owned()),
        ("retained list", "GET /retained-databases".to_owned()),
        ("database-server list", "GET /database-servers".to_owned()),
        ("image-registry list", "GET /image-registries".to_owned()),
        ("orphan list", "GET /orphans".to_owned()),
        ("fleet tasks", "GET /system/tasks".to_owned()),
        ("orphan remove crm", "DELETE /orphans/crm".to_owned()),
        ("gateway ca", "GET /gateway/ca".to_owned()),
        (
            "repository commits file:///a?b&c=d crm.ts",
            "GET /repositories/commits?repo=file%3A%2F%2F%2Fa%3Fb%26c%3Dd&path=crm.ts".to_owned(),
        ),
    ];
    let person = Person::with_token(&fake);
    for (line, request) in lines {
        if !fake.knows(&request) {
            fake.on(&request, [empty.clone()]);
        }
        let before = fake.asked().len();
        let ran = person.runs(line).await;
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        assert_eq!(fake.lines()[before..], [request], "{line}");
    }
}

#[tokio::test]
async fn a_list_of_projects_is_read_to_its_end() {
    let fake = Fake::start().await;
    let page = |id: &str, next: Option<&str>| {
        let mut document = serde_json::to_value(project()).unwrap();
        document["id"] = id.into();
        document["colour"] = "green".into();
        Reply::json(200, &json!({"items": [document], "next_cursor": next}))
    };
    fake.on("GET /projects", [page("blog", Some("blog"))]);
    fake.on("GET /projects?cursor=blog", [page("crm", None)]);
    let person = Person::with_token(&fake);
    let ran = person.runs("project list").await;
    assert!(ran.code == 0 && ran.out.contains("blog") && ran.out.contains("crm"), "{ran:?}");
    let all = person.runs("project list --json").await.json();
    let items = all["items"].as_array().unwrap();
    assert_eq!(items.iter().map(|it| it["id"].as_str().unwrap()).collect::<Vec<_>>(), ["blog", "crm"]);
    assert_eq!((&items[0]["colour"], &all["next_cursor"]), (&json!("green"), &json!(null)));
}

#[tokio::test]
async fn a_list_of_projects_sends_its_conditions() {
    let fake = Fake::start().await;
    let request = "GET /projects?label=team%3Dshop&label=tier&class=staging&status=failed";
    fake.on(request, [Reply::json(200, &Page::<u8>::whole(Vec::new()))]);
    let line = "project list -l team=shop -l tier --class staging --status failed";
    let ran = Person::with_token(&fake).runs(line).await;
    assert!(ran.code == 0 && ran.out.contains("No project fulfils these conditions."), "{ran:?}");
    assert_eq!(fake.lines(), [request]);
}

#[tokio::test]
async fn a_repository_is_named_by_its_address_or_its_id() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let ran = person.runs("repository test file:///srv/schemas").await;
    assert!(ran.code == 0 && ran.out.contains("crm.ts"), "{ran:?}");
    assert_eq!(person.runs(&format!("repository remove {REPOSITORY}")).await.code, 0);
    assert_eq!(fake.count(&format!("DELETE /repositories/{REPOSITORY}")), 1);
    let ran = person.runs("repository remove file:///other").await;
    assert_eq!(ran.code, 4, "{ran:?}");
    assert_eq!(fake.lines().iter().filter(|line| line.starts_with("DELETE")).count(), 1);
}

#[tokio::test]
async fn an_image_registry_is_added_with_a_password_from_standard_input_and_removed_by_its_host() {
    let fake = server().await;
    let (added, replaced) = ("2026-01-02T03:04:05Z", "2026-02-02T03:04:05Z");
    let registry = |changed: &str| {
        json!({
            "id": REPOSITORY, "host": "ghcr.io", "username": "robot",
            "credential": format!("sealed:/atomo/_fleet/image-registry-{REPOSITORY}"),
            "created_at": added, "changed_at": changed,
        })
    };
    let answers = [Reply::json(201, &registry(added)), Reply::json(200, &registry(replaced))];
    fake.on("POST /image-registries", answers);
    let listed = json!({"items": [registry(added)], "next_cursor": null});
    fake.on("GET /image-registries", [Reply::json(200, &listed)]);
    fake.on(&format!("DELETE /image-registries/{REPOSITORY}"), [Reply::text(204, "")]);
    let person = Person::with_token(&fake);
    let add = "image-registry add ghcr.io --username robot";
    let ran = person.types(add, "planted-pull\n").await;
    assert!(ran.code == 0 && ran.out.contains("was added") && !ran.out.contains("planted"), "{ran:?}");
    let sent = json!({"host": "ghcr.io", "username": "robot", "password": "planted-pull"});
    assert_eq!(fake.sent("POST /image-registries"), sent);
    let ran = person.types(add, "planted-pull\n").await;
    assert!(ran.code == 0 && ran.out.contains("its credential was replaced"), "{ran:?}");
    assert_eq!(person.runs("image-registry remove GHCR.io").await.code, 0);
    assert_eq!(person.runs("image-registry remove docker.io").await.code, 4);
    assert_eq!(fake.count(&format!("DELETE /image-registries/{REPOSITORY}")), 1);
}

#[tokio::test]
async fn an_edit_sends_what_changes_and_keeps_the_variables_that_were_not_named() {
    let fake = server().await;
    let person = Person::with_token(&fake);
    let line = "project edit crm --display-name Sales --no-hostname --env LEVEL=2 --env-secret KEY=API_KEY --ref abc \
                --pool-size 8";
    let ran = person.runs(line).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = json!({
        "generation": 1, "display_name": "Sales", "hostname": "", "pool_size": 8,
        "env": {"MODE": "blue", "LEVEL": "2", "KEY": {"secret": "API_KEY"}},
        "schema_ref": {"type": "git", "repo": "file:///srv/schemas", "path": "crm.ts", "ref": "abc"},
    });
    assert_eq!(fake.sent("PATCH /projects/crm"), expected);
    let ran = person.runs("project edit crm --unset NOT_THERE").await;
    assert_eq!((ran.code, fake.count("PATCH /projects/crm")), (2, 1), "{ran:?}");
}

#[tokio::test]
async fn an_edit_of_labels_keeps_those_that_were_not_named() {
    let fake = server().await;
    let mut labelled = project();
    labelled.labels = serde_json::from_str(r#"{"old": "x", "tier": "gold", "team": "blog"}"#).unwrap();
    fake.on("GET /projects/crm", [Reply::json(200, &labelled)]);
    let person = Person::with_token(&fake);
    let ran = person.runs("project edit crm --label team=shop --label old- --class staging").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let labels = json!({"team": "shop", "tier": "gold"});
    let expected = json!({"generation": 1, "labels": labels, "class": "staging"});
    assert_eq!(fake.sent("PATCH /projects/crm"), expected);
    let ran = person.runs("project edit crm --label not-there-").await;
    assert_eq!((ran.code, fake.count("PATCH /projects/crm")), (2, 1), "{ran:?}");
}

#[tokio::test]
async fn an_edit_is_made_from_the_project_as_it_is_now() {
    let fake = server().await;
    let ran = Person::with_token(&fake).runs("project edit crm --no-aliases").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(fake.lines(), ["GET /projects/crm", "PATCH /projects/crm"]);
    assert_eq!(fake.sent("PATCH /projects/crm"), json!({"generation": 1, "aliases": []}));
}

#[tokio::test]
async fn an_edit_that_was_overtaken_is_made_again_with_what_the_other_one_wrote() {
    let fake = server().await;
    let mut changed = project();
    changed.generation = 2;
    changed.env.insert("THEIRS".parse().unwrap(), model::EnvValue::Text("kept".into()));
    let stale = Problem {
        generation: Some(2),
        ..Problem::new(ProblemKind::Conflict, "The project was changed meanwhile", "Nothing was changed.")
    };
    fake.on("GET /projects/crm", [Reply::json(200, &project()), Reply::json(200, &changed)]);
    let taken = Reply::json(202, &accepted(OperationStatus::Waiting));
    fake.on("PATCH /projects/crm", [Reply::problem(&stale), taken]);
    let ran = Person::with_token(&fake).runs("project edit crm --env MINE=1").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    let last: serde_json::Value = serde_json::from_str(&fake.asked().last().unwrap().body).unwrap();
    let env = json!({"MODE": "blue", "THEIRS": "kept", "MINE": "1"});
    assert_eq!(last, json!({"generation": 2, "env": env}));
}

#[tokio::test]
async fn an_edit_that_is_overtaken_again_and_again_ends_as_a_conflict_with_what_differs() {
    let fake = server().await;
    let difference =
        FieldDifference { field: "hostname".into(), current: "a.example".into(), yours: "b.example".into() };
    let stale = Problem {
        generation: Some(2),
        differences: vec![difference],
        ..Problem::new(ProblemKind::Conflict, "The project was changed meanwhile", "Nothing was changed.")
    };
    fake.on("PATCH /projects/crm", [Reply::problem(&stale)]);
    let ran = Person::with_token(&fake).runs("project edit crm --hostname b.example").await;
    assert_eq!((ran.code, fake.count("PATCH /projects/crm")), (5, 5), "{ran:?}");
    assert!(ran.err.contains("hostname: a.example now, b.example in this edit"), "{ran:?}");
}

#[tokio::test]
async fn a_retry_names_its_operation() {
    let fake = server().await;
    let ran = Person::with_token(&fake).runs(&format!("operation retry {OPERATION} --json")).await;
    assert_eq!((ran.code, ran.json()), (0, accepted(OperationStatus::Waiting)));
}

#[tokio::test]
async fn completions_need_no_server() {
    let person = Person::without_token("http://127.0.0.1:9");
    for shell in ["bash", "zsh", "fish"] {
        let ran = person.runs(&format!("completions {shell}")).await;
        assert!(ran.code == 0 && ran.out.contains("atomoctl"), "{shell}: {ran:?}");
    }
}

#[tokio::test]
async fn a_list_of_events_or_operations_sends_its_conditions_and_says_where_it_goes_on() {
    let fake = Fake::start().await;
    let lines = [
        (
            "audit list --project crm --action project.stop --actor ines --to 2026-11-30",
            "GET /audit?project=crm&action=project.stop&actor=ines&to=2026-11-30",
        ),
        ("project events crm --from 2026-11-30", "GET /projects/crm/events?from=2026-11-30"),
        ("operation list --kind edit --status failed", "GET /operations?kind=edit&status=failed"),
    ];
    let person = Person::with_token(&fake);
    for (line, request) in lines {
        fake.on(request, [Reply::json(200, &json!({"items": [], "next_cursor": "7"}))]);
        let ran = person.runs(line).await;
        assert!(ran.code == 0 && ran.out.contains(&format!("More: atomoctl {line} --cursor 7")), "{ran:?}");
    }
}
