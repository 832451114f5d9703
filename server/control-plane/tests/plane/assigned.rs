//! A driver of another kind than the fleet's own: its back end assigns the addresses, it runs images, and files come to it as
//! content. The engine knows nothing of it but its traits.

use std::net::SocketAddr;
use std::sync::Arc;

use control_plane::ports::driver::Release;
use control_plane::testing::driver::assigned::AssignedDriver;
use control_plane::testing::volumes::MemoryVolumes;
use model::{InstanceKey, LimitsDraft, Project, ProjectPatch, ProjectStatus};

use crate::support::world::id;
use crate::support::{Running, World, edit_now, eventually, ines};

async fn fleet() -> (World, Running) {
    let mut world = World::new().await;
    world.driver.traits = AssignedDriver::TRAITS;
    world.volumes = Arc::new(MemoryVolumes::new());
    let mut settings = world.settings();
    settings.release = Release::Image("registry.example.test/atomo-server:1".into());
    let plane = world.start_with(settings).await;
    (world, plane)
}

/// Where its instance listens and its route leads.
fn address(shop: &Project) -> SocketAddr {
    let address = &shop.observed.facts.instance.present().expect("it runs").address;
    assert_eq!(shop.upstream.as_ref(), Some(address), "the route leads to where the instance was seen");
    address.parse().expect("it is an address")
}

#[tokio::test]
async fn a_project_is_created_restarted_edited_and_deleted_on_it() {
    let (world, plane) = fleet().await;
    plane.create(world.draft("shop")).await;
    let first = address(&plane.project("shop").await);
    let (from, to) = world.settings().upstream_ports;
    assert!(!(from..=to).contains(&first.port()), "{first} is none that the engine allocated");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let schema = world.driver.assigned.schema(&InstanceKey::main(id("shop"))).expect("it came as content");
    assert_eq!(schema, b"model Shop {}");

    let restart = plane.projects().restart(&ines(), &id("shop")).await.expect("it is accepted");
    plane.succeeds(&restart).await;
    assert_ne!(address(&plane.project("shop").await), first, "nobody promised it the same address");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    let memory = LimitsDraft { memory: Some("1 GiB".to_owned().into()), ..LimitsDraft::default() };
    let patch = ProjectPatch { limits: Some(memory), ..ProjectPatch::default() };
    let edit = edit_now(&plane, "shop", patch).await.expect("it is accepted");
    plane.succeeds(&edit).await;
    let shop = plane.project("shop").await;
    let held = shop.observed.facts.instance.present().and_then(|instance| instance.limits);
    assert_eq!((held, world.driver.books.starts(&id("shop"))), (Some(shop.limits.instance), 2));

    let delete = plane.projects().delete(&ines(), &id("shop")).await.expect("it is accepted");
    plane.succeeds(&delete).await;
    assert!(world.driver.listening().await.is_empty());
    assert_eq!(world.driver.assigned.volumes(), ["shop"], "uploads stay");
}

#[tokio::test]
async fn what_crashes_there_comes_back_at_another_address() {
    let (world, plane) = fleet().await;
    plane.create(world.draft("shop")).await;
    let first = address(&plane.project("shop").await);
    world.driver.crash(&id("shop")).await;
    eventually("it is started again", async || (world.driver.books.starts(&id("shop")) == 2).then_some(()))
        .await;
    eventually("it is reached again", async || {
        (world.browse("shop.example.test").await == Ok(200)).then_some(())
    })
    .await;
    let is_settled = |shop: &Project| {
        let seen = shop.observed.facts.instance.present().map(|instance| &instance.address);
        shop.status == ProjectStatus::Running && seen.is_some() && shop.upstream.as_ref() == seen
    };
    assert_ne!(address(&plane.becomes("shop", "is settled", is_settled).await), first);
}

#[tokio::test]
async fn limits_that_need_another_instance_get_one_there() {
    let (world, plane) = fleet().await;
    plane.create(world.draft("shop")).await;
    world.driver.books.fix_limits(&id("shop"));
    let memory = LimitsDraft { memory: Some("1 GiB".to_owned().into()), ..LimitsDraft::default() };
    let patch = ProjectPatch { limits: Some(memory), ..ProjectPatch::default() };
    let edit = edit_now(&plane, "shop", patch).await.expect("it is accepted");
    plane.succeeds(&edit).await;
    let shop = plane.project("shop").await;
    assert_eq!(shop.observed.facts.instance.present().and_then(|it| it.limits), Some(shop.limits.instance));
    assert_eq!(
        (world.driver.books.starts(&id("shop")), world.browse("shop.example.test").await),
        (2, Ok(200))
    );
}
