//! An instance that takes its time to end, as real ones do.

use std::time::Duration;

use control_plane::ports::driver::Driver as _;
use control_plane::testing::conformance::driver::DriverFixture as _;
use futures::StreamExt as _;
use model::{InstanceKey, InstanceSeen};

use super::Fixture;

const DRAIN: Duration = Duration::from_secs(1);
const GRACE: Duration = Duration::from_secs(10);

async fn runs(fixture: &Fixture, shop: &InstanceKey) -> bool {
    fixture.driver.inspect(shop).await.unwrap().as_ref().is_some_and(InstanceSeen::is_running)
}

#[tokio::test]
async fn an_instance_that_drains_runs_until_it_has_ended() {
    let fixture = Fixture::new();
    let shop: InstanceKey = "shop".parse().unwrap();
    fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    fixture.driver.set_drain(DRAIN);
    {
        let ended = fixture.driver.ensure_stopped(&shop, GRACE);
        let given_up = tokio::time::timeout(DRAIN / 20, ended).await;
        assert!(given_up.is_err() && runs(&fixture, &shop).await, "it is asked to end, and runs");
    }
    let mut changes = fixture.driver.changes();
    while runs(&fixture, &shop).await {
        tokio::time::timeout(GRACE, changes.next()).await.expect("its end is hinted at");
    }
    let exit = fixture.driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap();
    assert_eq!(exit.signal, Some(15), "it ends although the caller has gone away");
}

#[tokio::test]
async fn one_that_drains_longer_than_its_grace_is_killed() {
    let fixture = Fixture::new();
    let shop: InstanceKey = "shop".parse().unwrap();
    fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    fixture.driver.set_drain(DRAIN);
    fixture.driver.ensure_stopped(&shop, DRAIN / 20).await.unwrap();
    assert_eq!(fixture.driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap().signal, Some(9));
}

#[tokio::test]
async fn a_successor_starts_when_its_predecessor_has_drained() {
    let fixture = Fixture::new();
    let shop: InstanceKey = "shop".parse().unwrap();
    let mut spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.driver.set_drain(DRAIN);
    spec.digest = "second".into();
    let begun = std::time::Instant::now();
    fixture.driver.ensure_running(&spec).await.unwrap();
    assert!(begun.elapsed() >= DRAIN);
}
