//! What waiting does not cure: the project is `failed`, says why, and offers a way on.

use std::collections::BTreeMap;

use control_plane::Settings;
use control_plane::ports::gateway::HeaderRouting;
use model::{EnvDraft, Operation, OperationKind, ProjectDraft, ProjectPatch, ProjectStatus, StepStatus};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, ines};

#[tokio::test]
async fn a_project_without_a_hostname_is_refused_where_nothing_else_leads_to_it() {
    let world = World::new().await;
    let plane = world.start_with(Settings { header: HeaderRouting::Off, ..world.settings() }).await;
    let nameless = ProjectDraft {
        hostname: String::new(),
        aliases: vec!["www.example.test".into()],
        ..world.draft("shop")
    };

    let refused = plane.projects().create(&ines(), nameless, None).await.unwrap_err().problem();

    assert_eq!((refused.status, refused.errors.len()), (422, 1), "{refused}");
    assert!(refused.for_field("hostname").unwrap().message.contains("ATOMO_FLEET_HEADER_ROUTING"));
    plane.create(world.draft("shop")).await;
    let patch = ProjectPatch { hostname: Some(String::new()), ..ProjectPatch::default() };
    let refused = edit_now(&plane, "shop", patch).await.unwrap_err().problem();
    assert!(refused.for_field("hostname").is_some(), "{refused}");
    let patch = ProjectPatch { display_name: Some("A shop".into()), ..ProjectPatch::default() };
    edit_now(&plane, "shop", patch).await.unwrap();
}

/// A create with a schema that the server refuses.
async fn refused() -> (World, Running, Operation) {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    draft.schema_ref = world.schema(&world.bad);
    let create = plane.projects().create(&ines(), draft, None).await.unwrap();
    let failed = plane.fails(&create).await;
    (world, plane, failed)
}

#[tokio::test]
async fn a_schema_that_the_server_refuses_fails_with_its_last_lines() {
    let (world, plane, failed) = refused().await;
    let problem = failed.problem.unwrap();
    assert!(
        problem.detail.contains("exit code 1") && problem.detail.contains("no such type"),
        "{}",
        problem.detail
    );
    assert!(problem.log.iter().any(|line| line.contains("schema.ts:1: no such type")), "{:#?}", problem.log);
    assert!(problem.log.len() <= 20);
    let statuses: Vec<_> = failed.steps.iter().map(|step| (step.step.as_str(), step.status)).collect();
    assert_eq!(
        statuses[4..],
        [
            ("await_ready", StepStatus::Failed),
            ("sync_route", StepStatus::Skipped),
            ("verify_route", StepStatus::Skipped),
        ]
    );
    let shop = plane.project("shop").await;
    assert_eq!(shop.status, ProjectStatus::Failed);
    assert_eq!(shop.problem.unwrap().operation, Some(failed.id));
    assert!(world.browse("shop.example.test").await.is_err(), "nothing is routed");
    assert_eq!(plane.moves("shop").await, ["provisioning>failed operator:ines@example.com"]);
}

#[tokio::test]
async fn a_failed_project_is_left_alone_until_somebody_asks() {
    let (world, plane, _) = refused().await;
    plane.create(world.draft("blog")).await; // some sweeps later
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Failed);
}

#[tokio::test]
async fn a_retry_is_a_new_operation_and_of_a_failed_one_only() {
    let (world, plane, failed) = refused().await;
    let retry = plane.operations().retry(&ines(), failed.id).await.unwrap();
    assert_eq!((retry.kind, retry.id == failed.id), (OperationKind::Create, false));
    plane.fails(&retry).await;
    assert_eq!(world.driver.books.starts(&id("shop")), 2);
    let done = plane.create(world.draft("blog")).await;
    assert_eq!(plane.operations().retry(&ines(), done.id).await.unwrap_err().problem().status, 409);
}

#[tokio::test]
async fn another_commit_is_the_way_on() {
    let (world, plane, _) = refused().await;
    let patch = ProjectPatch { schema_ref: Some(world.schema(&world.good)), ..ProjectPatch::default() };
    let deploy = edit_now(&plane, "shop", patch).await.unwrap();
    assert_eq!(deploy.kind, OperationKind::Deploy);
    plane.succeeds(&deploy).await;
    let shop = plane.project("shop").await;
    assert_eq!((shop.status, shop.problem), (ProjectStatus::Running, None));
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let who = "operator:ines@example.com";
    let wanted = ["provisioning>failed", "failed>provisioning", "provisioning>running"];
    assert_eq!(plane.moves("shop").await, wanted.map(|step| format!("{step} {who}")));
}

#[tokio::test]
async fn a_failed_project_can_be_stopped_or_deleted() {
    let (_world, plane, _) = refused().await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    assert_eq!(plane.project("shop").await.status, ProjectStatus::Stopped);
    let delete = plane.projects().delete(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&delete).await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_who_has_it_where_no_other_is_free() {
    let world = World::new().await;
    let (first, last) = world.settings().upstream_ports;
    let addresses: Vec<std::net::SocketAddr> =
        (first..=last).map(|port| ([127, 0, 0, 1], port).into()).collect();
    for address in &addresses {
        world.driver.books.take(*address, "nginx (pid 7)");
    }
    let plane = world.start().await;
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let problem = plane.fails(&create).await.problem.unwrap();
    let named = addresses.iter().any(|address| problem.detail.contains(&address.to_string()));
    assert!(problem.detail.contains("nginx (pid 7)") && named, "{problem:?}");
    for address in addresses {
        world.driver.books.free(address);
    }
    let retry = plane.operations().retry(&ines(), create.id).await.unwrap();
    plane.succeeds(&retry).await;
}

#[tokio::test]
async fn an_instance_that_never_gets_ready_is_given_up() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.ready_timeout = std::time::Duration::from_millis(300);
    let plane = world.start_with(settings).await;
    world.driver.slow_down(&id("shop"));
    let create = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let problem = plane.fails(&create).await.problem.unwrap();
    assert_eq!(problem.title, "The instance did not become ready");
}

#[tokio::test]
async fn a_route_that_the_gateway_rejects_is_its_own_project_s_problem_alone() {
    let world = World::new().await;
    let plane = world.start().await;
    world.gateway.reject(&id("shop"), Some("no such thing"));
    let shop = plane.projects().create(&ines(), world.draft("shop"), None).await.unwrap();
    let problem = plane.fails(&shop).await.problem.unwrap();
    assert_eq!(problem.part.as_deref(), Some("gateway"));
    plane.create(world.draft("blog")).await;
    assert_eq!(world.browse("blog.example.test").await, Ok(200));
    world.gateway.reject(&id("shop"), None);
    let retry = plane.operations().retry(&ines(), shop.id).await.unwrap();
    plane.succeeds(&retry).await;
}

#[tokio::test]
async fn a_secret_that_is_not_set_is_named_and_setting_it_goes_on() {
    let world = World::new().await;
    let plane = world.start().await;
    let mut draft = world.draft("shop");
    let secret = EnvDraft::Secret(model::SecretDraft { secret: "API_KEY".into() });
    draft.env = BTreeMap::from([("KEY".to_owned(), secret)]);
    let create = plane.projects().create(&ines(), draft, None).await.unwrap();
    let problem = plane.fails(&create).await.problem.unwrap();
    assert!(problem.detail.contains("atomoctl secret set shop API_KEY"), "{}", problem.detail);
    let name = "API_KEY".parse().unwrap();
    let changed = plane.secrets().put(&ines(), &id("shop"), &name, "s3cret".into()).await.unwrap();
    plane.succeeds(&changed.operation.unwrap()).await;
    assert_eq!(world.driver.env(&id("shop")).await["KEY"], "s3cret");
}
