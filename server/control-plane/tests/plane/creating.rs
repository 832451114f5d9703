//! Creating projects: from a form to an address that answers.

use std::collections::BTreeMap;

use model::{
    EnvDraft, Health, Operation, OperationKind, OperationStatus, ProblemKind, ProjectStatus, StepStatus, Sync,
};
use secrecy::ExposeSecret as _;

use crate::support::world::id;
use crate::support::{World, eventually, ines};

fn steps(operation: &Operation) -> Vec<&str> {
    operation.steps.iter().map(|record| record.step.as_str()).collect()
}

#[tokio::test]
async fn a_create_ends_running_step_by_step() {
    let world = World::new().await;
    let plane = world.start().await;
    let asked = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let wanted = [
        "ensure_secrets",
        "ensure_database",
        "materialize_schema",
        "ensure_instance",
        "await_ready",
        "sync_route",
        "verify_route",
    ];
    assert_eq!((asked.kind, asked.status), (OperationKind::Create, OperationStatus::Waiting));
    assert_eq!(steps(&asked), wanted, "all steps are known from the start");

    let done = plane.succeeds(&asked).await;
    assert_eq!(steps(&done), wanted);
    for step in &done.steps {
        assert_eq!((step.status, step.attempts), (StepStatus::Done, 1), "{step:?}");
        assert!(step.started_at <= step.finished_at && step.note.is_some(), "{step:?}");
    }
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    assert_eq!(plane.moves("shop").await, ["provisioning>running operator:ines@example.com"]);
}

#[tokio::test]
async fn a_project_that_runs_is_healthy_and_matches() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let shop = plane.becomes("shop", "is healthy", |shop| shop.health() == Health::Healthy).await;
    assert_eq!(shop.status, ProjectStatus::Running);
    assert_eq!(shop.sync(), Sync::Synced);
    assert_eq!(shop.schema_version.as_ref(), Some(&world.good));
    assert_eq!(shop.generation, shop.observed_generation);
    assert_eq!(shop.database_url, "memory:/atomo/shop/database_url", "a reference, never the URL");
    eventually("the health is written down", async || {
        let health = world.database.text("select last_health ->> 'health' from projects").await;
        (health == "healthy").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_last_change_is_the_last_request_with_its_time() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    assert_eq!(plane.project("shop").await.last_change.unwrap().kind, model::OperationKind::Create);
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    let changed = plane.project("shop").await.last_change.unwrap();
    assert_eq!((changed.kind, changed.at), (model::OperationKind::Restart, restart.requested_at));
}

#[tokio::test]
async fn an_instance_gets_the_platform_s_environment_and_its_own() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.env = BTreeMap::from([
        ("GREETING".into(), EnvDraft::Text("hello".into())),
        ("RATE_LIMIT_RPS".into(), EnvDraft::Text("7".into())),
    ]);
    draft.admin_email = "Admin@Shop.example".into();
    plane.create(draft).await;
    let env = world.driver.env(&id("shop")).await;
    let names: Vec<_> = env.keys().map(String::as_str).collect();
    let wanted = [
        "ADMIN_EMAIL",
        "ADMIN_PASSWORD",
        "ATOMO_ENV",
        "ATOMO_PROJECT_ID",
        "DATABASE_POOL_MAX",
        "DATABASE_URL",
        "GREETING",
        "JWT_SECRET",
        "LOG_FORMAT",
        "RATE_LIMIT_RPS",
    ];
    assert_eq!(names, wanted);
    assert_eq!((env["ATOMO_ENV"].as_str(), env["ATOMO_PROJECT_ID"].as_str()), ("production", "shop"));
    assert_eq!((env["LOG_FORMAT"].as_str(), env["DATABASE_POOL_MAX"].as_str()), ("json", "5"));
    assert_eq!((env["GREETING"].as_str(), env["ADMIN_EMAIL"].as_str()), ("hello", "admin@shop.example"));
    assert_eq!(env["RATE_LIMIT_RPS"], "7", "a default that the project may set itself");
    assert_eq!(env["JWT_SECRET"].len(), 64, "48 bytes in base64");
}

#[tokio::test]
async fn the_first_admin_s_password_is_shown_once() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.admin_email = "admin@shop.example".into();
    plane.create(draft).await;
    let shown = plane.projects().reveal_admin_password(&ines(), &id("shop")).await.unwrap();
    assert_eq!(world.driver.env(&id("shop")).await["ADMIN_PASSWORD"], shown.password.expose_secret());
    assert_eq!(shown.email.as_str(), "admin@shop.example");
    let again = plane.projects().reveal_admin_password(&ines(), &id("shop")).await.unwrap_err().problem();
    assert_eq!(again.kind, ProblemKind::NotFound);
}

#[tokio::test]
async fn twenty_at_once_all_end_running() {
    let world = World::new().await;
    let plane = world.start().await;
    let names: Vec<String> = (0..20).map(|n| format!("shop-{n}")).collect();
    let projects = plane.projects();
    let creates = names.iter().map(|name| plane.create(world.draft(name)));
    futures::future::join_all(creates).await;
    for name in &names {
        assert_eq!(world.browse(&format!("{name}.example.test")).await, Ok(200), "{name}");
        assert_eq!(projects.get(&ines(), &id(name)).await.unwrap().status, ProjectStatus::Running);
    }
    let addresses = world.database.text("select count(distinct port_base) from projects").await;
    assert_eq!((addresses.as_str(), world.databases().await.len()), ("20", 20));
    assert_eq!(world.driver.listening().await.len(), 20);
}

#[tokio::test]
async fn a_kept_database_is_taken_over_only_when_asked() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let first = world.driver.env(&id("shop")).await;
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&delete).await;

    let refused = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.kind), (409, ProblemKind::Conflict));
    let fault = refused.for_field("id").unwrap();
    assert!(fault.message.contains("proj_shop"), "{}", fault.message);

    let mut draft = world.draft("shop");
    draft.reuse_database = true;
    plane.create(draft).await;
    let second = world.driver.env(&id("shop")).await;
    assert_eq!(second["DATABASE_URL"], first["DATABASE_URL"], "the secrets are the kept ones");
    assert_eq!(world.driver.rows(&id("shop")).await, 2, "and so are its rows");
    assert_eq!(plane.retained_databases().list(&ines()).await.unwrap(), vec![]);
    assert_eq!(world.databases().await, BTreeMap::from([(id("shop"), true)]));
}

#[tokio::test]
async fn reuse_of_a_database_that_is_not_kept_is_refused() {
    let world = World::new().await;
    let mut draft = world.draft("shop");
    draft.reuse_database = true;
    let refused = world.plane().await.projects().create(&ines(), draft, None).await.unwrap_err().problem();
    assert_eq!(refused.status, 422);
    assert!(refused.for_field("reuse_database").is_some(), "{refused:?}");
}

#[tokio::test]
async fn the_same_key_answers_the_same_operation() {
    let world = World::new().await;
    let plane = world.plane().await;
    let key = || Some("from-the-pipeline".to_owned());
    let first = plane.projects().create(&ines(), world.draft("shop"), key()).await.unwrap();
    let again = plane.projects().create(&ines(), world.draft("shop"), key()).await.unwrap();
    assert_eq!(again.id, first.id);
    let other = plane.projects().create(&ines(), world.draft("shop"), Some("another".into())).await;
    assert_eq!(other.unwrap_err().problem().status, 409);
}

#[tokio::test]
async fn the_same_key_twice_at_the_same_moment_is_one_operation() {
    let world = World::new().await;
    let (one, other) = (world.plane().await, world.plane().await);
    let (one, other) = (one.projects(), other.projects());
    let key = || Some("from-the-pipeline".to_owned());
    let op = ines();
    let (first, second) = tokio::join!(
        one.create(&op, world.draft("shop"), key()),
        other.create(&op, world.draft("shop"), key())
    );
    assert_eq!(first.unwrap().id, second.unwrap().id);
    assert_eq!(world.database.text("select count(*) from operations").await, "1");
}

#[tokio::test]
async fn names_that_are_taken_name_their_owner_and_nothing_is_written() {
    let world = World::new().await;
    let plane = world.plane().await;
    let mut shop = world.draft("shop");
    shop.aliases = vec!["www.example.test".into()];
    plane.projects().create(&ines(), shop, None).await.unwrap();
    let before = world.database.dump().await;
    for (field, hostname, alias) in [
        ("hostname", "shop.example.test", "free.example.test"),
        ("hostname", "WWW.example.test", "free.example.test"),
        ("aliases.0", "free.example.test", "shop.example.test"),
        ("aliases.0", "free.example.test", "www.example.test."),
    ] {
        let mut draft = world.draft("blog");
        (draft.hostname, draft.aliases) = (hostname.into(), vec![alias.into()]);
        let refused = plane.projects().create(&ines(), draft, None).await.unwrap_err().problem();
        assert_eq!(refused.status, 409, "{hostname} {alias}");
        assert!(refused.for_field(field).unwrap().message.contains("project shop"), "{refused:?}");
    }
    let mut dashboards = world.draft("blog");
    dashboards.hostname = "fleet.example.test".into();
    assert_eq!(plane.projects().create(&ines(), dashboards, None).await.unwrap_err().problem().status, 409);
    let taken = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap_err().problem();
    assert!(taken.for_field("id").is_some(), "{taken:?}");
    assert_eq!(world.database.dump().await, before);
}

#[tokio::test]
async fn a_branch_is_refused_with_the_commit_that_it_names() {
    let world = World::new().await;
    let plane = world.plane().await;
    for name in ["main", &world.good.as_str()[..10]] {
        let mut draft = world.draft("shop");
        draft.schema_ref.r#ref = name.into();
        draft.hostname = "not a name".into();
        let refused = plane.projects().create(&ines(), draft, None).await.unwrap_err().problem();
        assert_eq!(
            refused.for_field("schema_ref.ref").unwrap().suggestion.as_deref(),
            Some(world.good.as_str())
        );
        assert!(refused.for_field("hostname").is_some(), "all wrong fields at once: {refused:?}");
    }
}

#[tokio::test]
async fn a_schema_that_is_not_there_is_a_wrong_field_and_nothing_is_written() {
    let world = World::new().await;
    let plane = world.plane().await;
    let commit = "c".repeat(40);
    for (field, repo, path, commit) in [
        ("schema_ref.repo", "file:///srv/nowhere", "shop/schema.ts", world.good.as_str()),
        ("schema_ref.path", "file:///srv/schemas", "shop/other.ts", world.good.as_str()),
        ("schema_ref.path", "file:///srv/schemas", "../schema.ts", world.good.as_str()),
        ("schema_ref.ref", "file:///srv/schemas", "shop/schema.ts", &commit),
    ] {
        let mut draft = world.draft("shop");
        (draft.schema_ref.repo, draft.schema_ref.path) = (repo.into(), path.into());
        draft.schema_ref.r#ref = commit.into();
        let refused = plane.projects().create(&ines(), draft, None).await.unwrap_err().problem();
        assert_eq!(refused.status, 422);
        assert!(refused.for_field(field).is_some(), "{field}: {refused:?}");
    }
    assert_eq!(world.database.text("select count(*) from projects").await, "0");
    assert_eq!(world.database.text("select count(*) from project_events").await, "0");
}

#[tokio::test]
async fn variables_of_the_platform_are_refused_by_name() {
    let world = World::new().await;
    let plane = world.plane().await;
    for name in ["DATABASE_URL", "JWT_SECRET", "PATH", "LD_PRELOAD", "PORT", "lower"] {
        let mut draft = world.draft("shop");
        draft.env.insert(name.into(), EnvDraft::Text("x".into()));
        let refused = plane.projects().create(&ines(), draft, None).await.unwrap_err().problem();
        assert!(refused.for_field(&format!("env.{name}")).is_some(), "{name}: {refused:?}");
    }
}

#[tokio::test]
async fn more_projects_than_ports_is_a_refusal_that_says_so() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.upstream_ports.1 = settings.upstream_ports.0 + 3;
    let plane = world.start_with(settings).await;
    plane.create(world.draft("one")).await;
    plane.create(world.draft("two")).await;
    let refused = plane.projects().create(&ines(), world.draft("three"), None).await.unwrap_err().problem();
    assert_eq!(refused.kind, ProblemKind::Refused);
    assert!(refused.detail.contains("UPSTREAM_PORTS"), "{}", refused.detail);
    let delete = plane.projects().delete(&ines(), &id("one")).await.unwrap();
    plane.succeeds(&delete).await;
    plane.create(world.draft("three")).await;
}
