//! Labels and class of a project: created, edited, recorded and filtered by, without a touch of the instance.

use std::collections::BTreeMap;

use control_plane::ControlPlane;
use model::{
    OperationKind, ProjectClass, ProjectDraft, ProjectFilter, ProjectPatch, ProjectStatus, Reconciliation,
};
use serde_json::json;

use crate::support::world::id;
use crate::support::{World, edit_now, eventually, ines};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn labelled(world: &World, id: &str, labels: &[(&str, &str)], class: &str) -> ProjectDraft {
    ProjectDraft { labels: map(labels), class: class.into(), ..world.draft(id) }
}

#[tokio::test]
async fn an_edit_of_labels_and_class_alone_touches_nothing_and_is_recorded() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(labelled(&world, "shop", &[("team", "shop"), ("tier", "gold")], "")).await;
    let before = plane.project("shop").await;
    assert_eq!(
        (before.class, before.labels.to_string()),
        (ProjectClass::Production, "team=shop, tier=gold".into())
    );
    let (applies, upstream) = (world.gateway.applies(), before.upstream.clone());

    let labels = Some(map(&[("team", "blog")]));
    let patch = ProjectPatch { labels, class: Some("staging".into()), ..ProjectPatch::default() };
    let operation = edit_now(&plane, "shop", patch).await.unwrap();
    assert_eq!((operation.kind, plane.succeeds(&operation).await.steps), (OperationKind::Edit, Vec::new()));

    let after = plane.project("shop").await;
    assert_eq!((after.class, after.labels.to_string()), (ProjectClass::Staging, "team=blog".into()));
    assert_eq!((after.upstream, after.status), (upstream, ProjectStatus::Running));
    let revisions = |it: &Reconciliation| (it.wanted_revision, it.running_revision);
    assert_eq!(revisions(&after.reconciliation), revisions(&before.reconciliation));
    assert_eq!((world.driver.books.starts(&id("shop")), world.gateway.applies()), (1, applies));
    let events = plane.events("shop").await;
    let detail = |action: &str| {
        let event = events.iter().find(|event| event.action == action).unwrap();
        let detail = event.detail.clone().unwrap();
        (detail["labels"].clone(), detail["class"].clone())
    };
    let (gold, blog) = (json!({"team": "shop", "tier": "gold"}), json!({"team": "blog"}));
    let labels = json!({"from": gold, "to": blog});
    assert_eq!(detail("project.edit"), (labels, json!({"from": "production", "to": "staging"})));
    assert_eq!(detail("project.create"), (gold, json!("production")));
}

#[tokio::test]
async fn an_absent_field_keeps_its_value_and_an_empty_map_removes_every_label() {
    let world = World::new().await;
    let plane = world.plane().await;
    plane
        .projects()
        .create(&ines(), labelled(&world, "shop", &[("team", "shop")], "staging"), None)
        .await
        .unwrap();
    let labels = async |patch: ProjectPatch| {
        edit_now(&plane, "shop", patch).await.unwrap();
        let shop = plane.projects().get(&ines(), &id("shop")).await.unwrap();
        (shop.labels.to_string(), shop.class)
    };
    let renamed = ProjectPatch { display_name: Some("Shop".into()), ..ProjectPatch::default() };
    assert_eq!(labels(renamed).await, ("team=shop".into(), ProjectClass::Staging));
    let bare = ProjectPatch { labels: Some(BTreeMap::new()), ..ProjectPatch::default() };
    assert_eq!(labels(bare).await, (String::new(), ProjectClass::Staging));
}

#[tokio::test]
async fn an_edit_by_sql_is_recorded_and_changes_no_instance() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world
        .database
        .sql(r#"update projects set labels = '{"team": "shop"}', class = 'development'"#)
        .await
        .unwrap();
    let reached = eventually("it is recorded", async || {
        plane.events("shop").await.into_iter().find(|event| event.action == "reached")
    });
    reached.await;
    assert_eq!(plane.project("shop").await.class, ProjectClass::Development);
    assert_eq!(world.driver.books.starts(&id("shop")), 1);
    for refused in ["labels = '[]'", "class = 'test'"] {
        assert!(world.database.sql(&format!("update projects set {refused}")).await.is_err(), "{refused}");
    }
}

#[tokio::test]
async fn a_list_contains_the_projects_that_fulfil_every_condition() {
    let world = World::new().await;
    let plane = world.plane().await;
    for draft in [
        labelled(&world, "blog", &[("team", "blog"), ("tier", "gold")], "staging"),
        labelled(&world, "shop", &[("team", "shop"), ("tier", "gold")], "production"),
        labelled(&world, "store", &[("team", "shop"), ("on-call", "")], "staging"),
    ] {
        plane.projects().create(&ines(), draft, None).await.unwrap();
    }
    let of = |labels: &[&str], class| ProjectFilter {
        labels: labels.iter().map(|text| text.parse().unwrap()).collect(),
        class,
        status: None,
    };
    assert_eq!(listed(&plane, &of(&[], None)).await, ["blog", "shop", "store"]);
    assert_eq!(listed(&plane, &of(&["team=shop"], None)).await, ["shop", "store"]);
    assert_eq!(listed(&plane, &of(&["team=shop", "tier=gold"], None)).await, ["shop"]);
    assert_eq!(listed(&plane, &of(&["tier"], Some(ProjectClass::Staging))).await, ["blog"]);
    assert_eq!(listed(&plane, &of(&["on-call="], None)).await, ["store"]);
    assert!(listed(&plane, &of(&["team=shop", "team=blog"], None)).await.is_empty());
    let status = |status| ProjectFilter { status: Some(status), ..ProjectFilter::default() };
    assert_eq!(listed(&plane, &status(ProjectStatus::Provisioning)).await.len(), 3);
    assert!(listed(&plane, &status(ProjectStatus::Failed)).await.is_empty());
}

async fn listed(plane: &ControlPlane, filter: &ProjectFilter) -> Vec<String> {
    let page = plane.projects().list(&ines(), filter, None).await.unwrap();
    page.items.into_iter().map(|project| project.id.to_string()).collect()
}
