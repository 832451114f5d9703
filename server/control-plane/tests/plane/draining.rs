//! Instances that take their time to end, as real ones do. `ATOMO_FLEET_TEST_DRAIN_MS` gives every instance of every suite such
//! a time.

use std::time::Duration;

use model::ProjectStatus;

use crate::support::world::id;
use crate::support::{World, ines};

const DRAIN: Duration = Duration::from_millis(400);

#[tokio::test]
async fn one_that_drains_is_replaced_stopped_and_removed_to_the_end() {
    let world = World::new().await;
    world.driver.books.set_drain(DRAIN);
    let plane = world.start().await;
    plane.create(world.draft("shop")).await;

    let restart = plane.projects().restart(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&restart).await;
    assert_eq!((world.driver.books.starts(&id("shop")), world.driver.rows(&id("shop")).await), (2, 2));
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    assert!(world.driver.listening().await.is_empty(), "a stop ends when its instance has");
    let stopped = plane.project("shop").await;
    assert_eq!(stopped.status, ProjectStatus::Stopped);
    let exit = stopped.observed.facts.instance.present().and_then(|instance| instance.exit.clone()).unwrap();
    assert_eq!(exit.signal, Some(15), "it ended within its grace");
}

#[tokio::test]
async fn one_that_drains_longer_than_its_grace_is_killed() {
    let world = World::new().await;
    world.driver.books.set_drain(Duration::from_secs(60));
    let mut settings = world.settings();
    settings.grace = Duration::from_millis(100);
    let plane = world.start_with(settings).await;
    plane.create(world.draft("shop")).await;
    let stop = plane.projects().stop(&ines(), &id("shop")).await.unwrap();
    plane.succeeds(&stop).await;
    let stopped = plane.project("shop").await;
    let exit = stopped.observed.facts.instance.present().and_then(|instance| instance.exit.clone()).unwrap();
    assert_eq!(exit.signal, Some(9));
}
