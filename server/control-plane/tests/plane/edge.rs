//! What is said of the edge reaches the gateway, and the instances.

use control_plane::ports::gateway::HeaderRouting;
use control_plane::testing::gateway::Ask;
use model::edge::{EdgeDraft, FleetEdgeDraft, RateLimitDraft};
use model::{
    CertificateSource, FleetEdge, Observed, PartState, ProblemKind, ProjectFilter, ProjectPatch, RateLimiter,
};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

fn denies(network: &str) -> EdgeDraft {
    EdgeDraft { deny: vec![network.to_owned()], ..EdgeDraft::default() }
}

/// Replaces the fleet's policy as it is now.
async fn set(plane: &Running, policy: EdgeDraft) -> FleetEdge {
    let generation = Some(plane.gateway().get(&ines()).await.unwrap().edge_generation);
    let draft = FleetEdgeDraft { generation, policy, ..FleetEdgeDraft::default() };
    plane.gateway().set_edge(&ines(), draft).await.unwrap().edge
}

async fn edit(plane: &Running, edge: EdgeDraft) -> Vec<String> {
    let patch = ProjectPatch { edge: Some(edge), ..ProjectPatch::default() };
    let operation = edit_now(plane, "shop", patch).await.unwrap();
    let over = plane.succeeds(&operation).await;
    over.steps.iter().map(|step| step.step.to_string()).collect()
}

#[tokio::test]
async fn a_project_s_policy_is_an_operation_that_touches_its_route_alone() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.create(world.draft("blog")).await;
    let steps = edit(&plane, denies("127.0.0.0/8")).await;
    assert_eq!(steps, ["sync_route", "verify_route"]);
    assert_eq!(world.browse("shop.example.test").await, Ok(403), "also for the control plane itself");
    assert_eq!(world.browse("blog.example.test").await, Ok(200));
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
    let shop = plane.project("shop").await;
    assert_eq!(shop.edge.deny.len(), 1);
    assert_eq!(shop.observed.facts.route.present().and_then(|route| route.edge.clone()), Some(shop.edge));

    edit(&plane, EdgeDraft::default()).await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let events = plane.events("shop").await;
    let edited = events.iter().rfind(|event| event.action == "project.edit").unwrap();
    assert_eq!(edited.detail.as_ref().unwrap()["edge"]["to"], serde_json::json!({}));
    assert_eq!(edited.sentence, "Edge policy changed: denied networks");
}

#[tokio::test]
async fn a_policy_of_the_fleet_reaches_every_project_and_is_recorded() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let kept = set(&plane, denies("127.0.0.0/8")).await;
    assert_eq!(
        kept.policy.blocked_paths,
        FleetEdge::default().policy.blocked_paths,
        "nothing was opened by it"
    );
    eventually("visitors are turned away", async || {
        (world.browse("shop.example.test").await == Ok(403)).then_some(())
    })
    .await;
    assert_eq!(plane.gateway().get(&ines()).await.unwrap().edge, kept);
    let page = plane.audit().events(&ines(), &model::EventFilter::default(), None).await.unwrap();
    let event = page.items.iter().find(|event| event.action == "gateway.edge").unwrap();
    assert_eq!(
        (
            event.project_id.as_ref(),
            event.detail.as_ref().unwrap()["edge"]["to"]["policy"]["deny"][0].as_str()
        ),
        (None, Some("127.0.0.0/8"))
    );
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
}

#[tokio::test]
async fn what_is_wrong_changes_nothing() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let draft = FleetEdgeDraft { policy: denies("everywhere"), ..FleetEdgeDraft::default() };
    let problem = plane.gateway().set_edge(&ines(), draft).await.unwrap_err().problem();
    assert_eq!((problem.kind, problem.errors[0].field.as_str()), (ProblemKind::Invalid, "policy.deny.0"));
    let patch = ProjectPatch { edge: Some(denies("10.1.2.3/8")), ..ProjectPatch::default() };
    let problem = edit_now(&plane, "shop", patch).await.unwrap_err().problem();
    assert_eq!((problem.kind, problem.errors[0].field.as_str()), (ProblemKind::Invalid, "edge.deny.0"));
    assert_eq!(plane.gateway().edge(&ines()).await.unwrap(), FleetEdge::default());
    assert!(plane.project("shop").await.edge.is_empty());
}

#[tokio::test]
async fn a_rate_limit_is_the_instances_own_and_replaces_them() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let limit = |requests| EdgeDraft {
        rate_limit: Some(RateLimitDraft { requests, window_s: 10 }),
        ..EdgeDraft::default()
    };
    let variable = async |name: &str| world.driver.env(&id("shop")).await.remove(name);
    assert_eq!(variable("RATE_LIMIT_RPS").await.as_deref(), Some("6000"), "nothing was said");
    let steps = edit(&plane, limit(20)).await;
    assert!(
        steps.contains(&"point_route".to_owned()) && steps.contains(&"ensure_instance".to_owned()),
        "{steps:?}"
    );
    assert_eq!(variable("RATE_LIMIT_RPS").await.as_deref(), Some("20"));
    assert_eq!(variable("RATE_LIMIT_WINDOW_SECS").await.as_deref(), Some("10"));

    edit(&plane, EdgeDraft::default()).await;
    set(&plane, limit(30)).await;
    eventually("the fleet's limit has reached the instance", async || {
        (variable("RATE_LIMIT_RPS").await.as_deref() == Some("30")).then_some(())
    })
    .await;
    let view = plane.gateway().get(&ines()).await.unwrap();
    assert_eq!(view.rate_limiter, Some(RateLimiter::Instances));
}

#[tokio::test]
async fn a_policy_that_nobody_understands_leaves_what_is_served() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    edit(&plane, denies("203.0.113.0/24")).await;
    world.database.sql("update fleet set edge = '{\"policy\": {\"deny\": [\"nowhere\"]}}'").await.unwrap();
    let reason = eventually("it is shown", async || {
        match plane
            .fleet()
            .get(&ines())
            .await
            .unwrap()
            .parts
            .into_iter()
            .find(|part| part.kind.as_str() == "gateway")?
            .state
        {
            PartState::Away { reason, .. } => Some(reason),
            _ => None,
        }
    })
    .await;
    assert!(reason.contains("nowhere") && reason.contains("Save the policy again"), "{reason}");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let ask = Ask::https("shop.example.test", "/metrics");
    assert_eq!(world.gateway.ask(ask).await.unwrap().status, 404, "what was blocked stays blocked");
    let blind = plane.gateway().set_edge(&ines(), FleetEdgeDraft::default()).await.unwrap_err().problem();
    let draft = FleetEdgeDraft { generation: blind.generation, ..FleetEdgeDraft::default() };
    plane.gateway().set_edge(&ines(), draft).await.unwrap();
    eventually("it clears", async || {
        let parts = plane.fleet().get(&ines()).await.unwrap().parts;
        parts.iter().all(|part| part.state == PartState::Up).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_row_that_cannot_be_read_keeps_its_policy_over_a_restart() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    edit(&plane, denies("127.0.0.0/8")).await;
    plane.stop().await;
    world.database.sql("update projects set edge = '{\"deny\": 7}'").await.unwrap();
    let mut settings = world.settings();
    settings.header = HeaderRouting::Off;
    let plane = world.start_with(settings).await;
    eventually("another table is applied", async || {
        world.gateway.table().filter(|table| table.header == HeaderRouting::Off)
    })
    .await;
    assert_eq!(world.browse("shop.example.test").await, Ok(403));
    assert_eq!(plane.fleet().get(&ines()).await.unwrap().unreadable.len(), 1);
}

#[tokio::test]
async fn an_edit_by_sql_is_acted_upon() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.database.sql("update projects set edge = '{\"deny\": [\"127.0.0.0/8\"]}'").await.unwrap();
    eventually("it is served", async || (world.browse("shop.example.test").await == Ok(403)).then_some(()))
        .await;
    plane.becomes("shop", "is reached", |shop| shop.observed_generation == shop.generation).await;
}

#[tokio::test]
async fn the_certificate_of_every_name_is_looked_at() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let certificates = eventually("both names were looked at", async || {
        let view = plane.gateway().get(&ines()).await.unwrap();
        let seen = view.certificates.iter().filter(|seen| matches!(seen.seen, Observed::Present(_))).count();
        (seen == 2).then_some(view.certificates)
    })
    .await;
    let hosts: Vec<(&str, Option<&str>)> = certificates
        .iter()
        .map(|certificate| {
            (certificate.host.as_str(), certificate.project_id.as_ref().map(model::ProjectId::as_str))
        })
        .collect();
    assert_eq!(hosts, [("fleet.example.test", None), ("shop.example.test", Some("shop"))]);
    assert!(certificates.iter().all(|seen| !seen.alert));
    assert_eq!(certificates[0].source, CertificateSource::Internal);
    let own = plane.gateway().certificates(&ines(), &id("shop")).await.unwrap();
    assert_eq!(own.len(), 1);
}

#[tokio::test]
async fn an_unreadable_policy_of_the_fleet_costs_no_project_its_supervision() {
    let world = World::new().await;
    let mut plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let newer = "update fleet set edge = '{\"policy\": {}, \"from_a_newer_version\": 1}'";
    world.database.sql(newer).await.unwrap();
    assert_eq!(plane.projects().list(&ines(), &ProjectFilter::default(), None).await.unwrap().items.len(), 1);
    for _ in 0..2 {
        let starts = world.driver.books.starts(&id("shop"));
        world.driver.crash(&id("shop")).await;
        eventually("it is started again", async || {
            (world.driver.books.starts(&id("shop")) > starts).then_some(())
        })
        .await;
        // once more by a program that has never read a good value
        plane.stop().await;
        plane = world.start().await;
    }
}

#[tokio::test]
async fn of_two_edits_of_the_fleet_s_policy_the_second_is_shown_what_differs() {
    let world = World::new().await;
    let plane = world.plane().await;
    let gateway = plane.gateway();
    let read = gateway.get(&ines()).await.unwrap().edge_generation;
    let from = |generation, policy| FleetEdgeDraft { generation, policy, ..FleetEdgeDraft::default() };
    let refused = gateway.set_edge(&ines(), from(None, denies("10.0.0.0/8"))).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.generation), (428, Some(read)));
    let first = gateway.set_edge(&ines(), from(Some(read), denies("10.0.0.0/8"))).await.unwrap();

    let second = from(Some(read), denies("192.0.2.0/24"));
    let refused = gateway.set_edge(&ines(), second.clone()).await.unwrap_err().problem();
    assert_eq!((refused.status, refused.generation), (409, Some(first.generation)));
    let differ: Vec<_> =
        refused.differences.iter().map(|it| (&*it.field, &*it.current, &*it.yours)).collect();
    assert_eq!(differ, [("policy.deny", "10.0.0.0/8", "192.0.2.0/24")]);
    assert_eq!(gateway.edge(&ines()).await.unwrap(), first.edge, "nothing was changed");

    world.database.sql("update fleet set edge = jsonb_set(edge, '{policy,max_body}', '1000')").await.unwrap();
    let draft = FleetEdgeDraft { generation: Some(first.generation), ..second.clone() };
    let refused = gateway.set_edge(&ines(), draft).await.unwrap_err().problem();
    assert_eq!(refused.status, 409, "an edit by SQL counts too");
    let draft = FleetEdgeDraft { generation: refused.generation, ..second };
    gateway.set_edge(&ines(), draft).await.unwrap();
}

#[tokio::test]
async fn of_many_edits_of_the_fleet_s_policy_from_one_generation_one_is_accepted() {
    let world = World::new().await;
    let plane = world.plane().await;
    let generation = Some(plane.gateway().get(&ines()).await.unwrap().edge_generation);
    let edits = (1..=8).map(|last| {
        let policy = denies(&format!("192.0.2.{last}"));
        let (plane, draft) =
            (plane.clone(), FleetEdgeDraft { generation, policy, ..FleetEdgeDraft::default() });
        tokio::spawn(async move { plane.gateway().set_edge(&ines(), draft).await.is_ok() })
    });
    let mut accepted = 0;
    for edit in edits.collect::<Vec<_>>() {
        accepted += usize::from(edit.await.unwrap());
    }
    assert_eq!(accepted, 1);
}
