//! The route table reaches the gateway as seldom as it can.

use std::time::{Duration, Instant};

use control_plane::ports::gateway::HeaderRouting;
use model::fleet::{Part, PartKind, PartState};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

#[tokio::test]
async fn an_equal_table_is_never_applied_again() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let before = world.gateway.applies();
    let start = plane.projects().start(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&start).await;
    world.driver.crash(&id("shop")).await;
    eventually("it is served again", async || {
        (world.browse("shop.example.test").await == Ok(200)).then_some(())
    })
    .await;
    assert_eq!(world.gateway.applies(), before);
}

#[tokio::test]
async fn a_fleet_without_projects_serves_the_dashboard() {
    let world = World::new().await;
    let _plane = world.start().await;
    let table = eventually("a table is applied", async || world.gateway.table()).await;
    assert_eq!(table.dashboard.map(|(name, _)| name.to_string()).as_deref(), Some("fleet.example.test"));
}

#[tokio::test]
async fn another_setting_reaches_a_gateway_that_ran_on() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    plane.stop().await;
    let mut settings = world.settings();
    settings.header = HeaderRouting::Off;
    let _plane = world.start_with(settings).await;
    eventually("the header is not honoured any more", async || {
        world.gateway.table().filter(|table| table.header == HeaderRouting::Off)
    })
    .await;
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_planned_replace_is_one_apply() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    let before = world.gateway.applies();
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!(world.gateway.applies(), before + 1);
}

#[tokio::test]
async fn changes_of_the_same_half_second_share_one_apply() {
    let world = World::new().await;
    let plane = world.start().await;
    let begun = Instant::now();
    let names: Vec<String> = (0..10).map(|n| format!("shop-{n}")).collect();
    futures::future::join_all(names.iter().map(|name| plane.create(world.draft(name)))).await;
    let most = 3 + begun.elapsed().as_millis() / 500;
    let applies = u128::from(world.gateway.applies());
    assert!(applies <= most, "{applies} applies for 10 creates in {:?}", begun.elapsed());
}

#[tokio::test]
async fn while_requests_are_held_no_other_route_is_applied() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.hold = Duration::from_secs(20);
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    let before = world.gateway.applies();
    world.driver.slow_down(&id("shop"));
    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    eventually("requests are held", async || (world.gateway.applies() > before).then_some(())).await;

    let blog = plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    eventually("only the route is missing", async || {
        let operation = plane.operations().get(&ines(), blog.id).await.unwrap();
        operation
            .current()
            .filter(|step| step.step.as_str() == "sync_route" && step.attempts == 1)
            .map(|_| ())
    })
    .await;
    assert_eq!(
        world.gateway.applies(),
        before + 1,
        "an apply would have ended the wait of the shop's visitors"
    );
    world.driver.speed_up(&id("shop"));
    plane.succeeds(&restart).await;
    plane.succeeds(&blog).await;
    assert_eq!(world.browse("blog.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_hold_delays_others_at_most_as_long_as_requests_may_wait() {
    let world = World::new().await;
    let mut settings = world.settings();
    (settings.hold, settings.ready_timeout) = (Duration::from_millis(300), Duration::from_secs(60));
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    let before = world.gateway.applies();
    world.driver.slow_down(&id("shop"));
    plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    eventually("requests are held", async || (world.gateway.applies() > before).then_some(())).await;
    plane.create(world.draft("blog")).await;
    assert_eq!(world.browse("blog.example.test").await, Ok(200));
}

#[tokio::test]
async fn requests_that_wait_for_a_crashed_instance_are_not_cut_by_another_s_apply() {
    let world = World::new().await;
    let mut settings = world.settings();
    settings.hold = Duration::from_secs(20);
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    let before = world.gateway.applies();
    world.driver.slow_down(&id("shop"));
    world.driver.crash(&id("shop")).await;
    eventually("it is started again", async || (world.driver.books.starts(&id("shop")) == 2).then_some(()))
        .await;
    let blog = plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    eventually("only the route is missing", async || {
        let operation = plane.operations().get(&ines(), blog.id).await.unwrap();
        operation.current().filter(|step| step.step.as_str() == "sync_route").map(|_| ())
    })
    .await;
    assert_eq!(world.gateway.applies(), before);
    world.driver.speed_up(&id("shop"));
    plane.succeeds(&blog).await;
}

async fn gateway(plane: &Running) -> Option<Part> {
    let parts = plane.fleet().get(&ines()).await.unwrap().parts;
    parts.into_iter().find(|part| part.kind == PartKind::Gateway)
}

#[tokio::test]
async fn a_gateway_that_refuses_the_whole_table_is_shown_as_away_until_it_takes_one() {
    let world = World::new().await;
    world.gateway.refuse(Some("listen tcp 127.0.0.1:8443: bind: address already in use"));
    let plane = world.start().await;
    let refused = eventually("the refusal is shown", async || {
        let part = gateway(&plane).await.filter(|part| part.name == "the in-memory gateway")?;
        matches!(part.state, PartState::Away { .. }).then_some(part)
    });
    // it has its name from a probe, so one was answered
    let PartState::Away { reason, .. } = refused.await.state else { unreachable!() };
    assert!(reason.contains("address already in use"), "{reason}");

    world.gateway.refuse(None);
    eventually("it clears by itself", async || {
        gateway(&plane).await.filter(|part| part.state == PartState::Up)
    })
    .await;
    assert!(world.gateway.table().is_some());
}

#[tokio::test]
async fn a_route_that_is_refused_is_its_projects_fault_and_not_the_gateways() {
    let world = World::new().await;
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;
    world.gateway.reject(&id("blog"), Some("no"));
    let blog = plane.projects().create(&ines(), world.draft("blog"), None).await.unwrap();
    plane.fails(&blog).await;
    assert_eq!(gateway(&plane).await.unwrap().state, PartState::Up);
}
