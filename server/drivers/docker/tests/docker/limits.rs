//! Limits that the kernel enforces, as an instance feels them.

use control_plane::ports::driver::{Driver as _, DriverError};
use control_plane::testing::conformance::driver::DriverFixture as _;
use control_plane::testing::instance::{ended, tell, try_tell};
use model::ByteSize;
use model::limits::PidsLimit;

use crate::support::{Fixture, id};

const SMALL: ByteSize = ByteSize::mib(32);

#[tokio::test(flavor = "multi_thread")]
async fn one_that_wants_more_memory_is_ended_and_the_reason_is_told() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    spec.limits.memory = SMALL.try_into().unwrap();
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    assert_eq!(tell(&seen, "eat 8000000"), "eaten 1");
    try_tell(&seen, "eat 64000000");
    let exit = ended(&*fixture.driver, &shop).await;
    assert_eq!(exit.signal, Some(9));
    assert_eq!(exit.out_of_memory.unwrap().limit, SMALL);
    let again = fixture.driver.ensure_running(&spec).await.unwrap();
    assert!(again.is_running() && again.exit.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_one_was_not_out_of_memory() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    fixture.kill(&shop, &seen).await;
    assert_eq!(ended(&*fixture.driver, &shop).await.out_of_memory, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_threads_than_allowed_are_refused() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    spec.limits.pids = PidsLimit::try_from(16).unwrap();
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    let started: usize = tell(&seen, "threads 40").parse().unwrap();
    assert!(started < 16, "{started} threads");
}

#[tokio::test(flavor = "multi_thread")]
async fn less_memory_than_is_in_use_takes_another_instance() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    tell(&seen, "eat 100000000");
    let mut less = spec.limits;
    less.memory = SMALL.try_into().unwrap();
    let refusal = fixture.driver.limit(&shop, &less).await.unwrap_err();
    assert!(matches!(refusal, DriverError::NotLive { .. }), "{refusal}");
    let now = fixture.driver.inspect(&shop).await.unwrap().unwrap();
    assert_eq!((now.pid, now.limits), (seen.pid, Some(spec.limits)), "it runs on as it was");
}
