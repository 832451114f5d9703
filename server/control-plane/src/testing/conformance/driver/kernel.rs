//! Facts about limits that the kernel enforces, as an instance feels them. For drivers that run the instance of
//! [`crate::testing::instance`] as a process of this machine's kernel, where it lets them limit one:
//! [`driver_kernel_conformance!`](crate::driver_kernel_conformance).

use model::ByteSize;
use model::limits::PidsLimit;

use super::{DriverFixture, ended, id, run};
use crate::ports::driver::{DriverError, LimitChange};
use crate::testing::instance::{tell, try_tell};

const SMALL: ByteSize = ByteSize::mib(32);

/// One `#[tokio::test]` for every such fact. The expression makes a [`DriverFixture`].
#[macro_export]
macro_rules! driver_kernel_conformance {
    ($fixture:expr) => {
        $crate::driver_conformance! { @tests $fixture;
            kernel: one_that_wants_more_memory_is_ended_and_the_reason_is_told, a_killed_one_was_not_out_of_memory,
                more_threads_than_allowed_are_refused, less_memory_than_is_in_use_takes_another_instance;
        }
    };
}

/// The end names the limit, and the next start begins anew.
pub async fn one_that_wants_more_memory_is_ended_and_the_reason_is_told(fixture: &dyn DriverFixture) {
    let (driver, shop) = (fixture.driver(), id("shop"));
    let mut spec = fixture.spec(&shop);
    spec.limits.memory = SMALL.try_into().unwrap();
    let seen = driver.ensure_running(&spec).await.unwrap();
    assert_eq!(tell(&seen, "eat 8000000"), "eaten 1");
    try_tell(&seen, "eat 64000000");
    let exit = ended(&*driver, &shop).await.exit.unwrap();
    assert_eq!(exit.signal, Some(9));
    assert_eq!(exit.out_of_memory.unwrap().limit, SMALL);
    let again = driver.ensure_running(&spec).await.unwrap();
    assert!(again.is_running() && again.exit.is_none());
}

/// The same signal from somebody else is told apart.
pub async fn a_killed_one_was_not_out_of_memory(fixture: &dyn DriverFixture) {
    let shop = id("shop");
    let (_, seen) = run(fixture, &shop).await;
    fixture.kill(&shop, &seen).await;
    assert_eq!(ended(&*fixture.driver(), &shop).await.exit.unwrap().out_of_memory, None);
}

/// Fewer threads start than were asked for, and it runs on.
pub async fn more_threads_than_allowed_are_refused(fixture: &dyn DriverFixture) {
    let mut spec = fixture.spec(&id("shop"));
    spec.limits.pids = PidsLimit::try_from(16).unwrap();
    let seen = fixture.driver().ensure_running(&spec).await.unwrap();
    let started: usize = tell(&seen, "threads 40").parse().unwrap();
    assert!(started < 16, "{started} threads");
}

/// What the kernel refuses is said, and it runs on as it was.
pub async fn less_memory_than_is_in_use_takes_another_instance(fixture: &dyn DriverFixture) {
    let (driver, shop) = (fixture.driver(), id("shop"));
    let (spec, seen) = run(fixture, &shop).await;
    tell(&seen, "eat 100000000");
    let mut less = spec.limits;
    less.memory = SMALL.try_into().unwrap();
    let replaces =
        async || matches!(driver.preview(&shop, &less).await.unwrap(), LimitChange::Replace { .. });
    assert!(replaces().await, "known before it is tried");
    let refusal = driver.limit(&shop, &less).await.unwrap_err();
    assert!(matches!(refusal, DriverError::NotLive { .. }), "{refusal}");
    let now = driver.inspect(&shop).await.unwrap().unwrap();
    assert_eq!((now.pid, now.limits), (seen.pid, Some(spec.limits)));
    assert!(replaces().await, "and remembered afterwards");
}
