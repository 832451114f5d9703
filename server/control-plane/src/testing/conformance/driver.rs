//! Facts about every driver.
//!
//! [`driver_conformance!`](crate::driver_conformance) makes one test of each, given an expression for a fresh fixture.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use model::{InstanceKey, InstanceSeen, LogLine, OperationId};
use tokio::time::{Instant, sleep, timeout};

use crate::ports::driver::{Driver, Follow, InstanceSpec, LogQuery, Release};

pub mod instances;
pub mod kernel;
pub mod limits;
pub mod logs;
pub mod refusals;
pub mod roles;

/// How long a fact may take to come true on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// What an instance is given to end.
const GRACE: Duration = Duration::from_secs(5);

/// Makes the driver under test, and plays the world around it.
#[async_trait]
pub trait DriverFixture: Send + Sync {
    /// The driver; always the same.
    fn driver(&self) -> Arc<dyn Driver>;

    /// Another driver over the same instances, as after a restart of the control plane.
    fn restarted(&self) -> Arc<dyn Driver>;

    /// A spec that can be started, with an address of its own; its digest is `first`, its folders exist.
    fn spec(&self, id: &InstanceKey) -> InstanceSpec;

    /// A program or image that does not exist.
    fn missing_release(&self) -> Release;

    /// Listens on this address until what it returns is dropped.
    async fn take(&self, address: SocketAddr) -> Box<dyn Any + Send>;

    /// Kills the instance with `SIGKILL`, behind the driver's back.
    async fn kill(&self, id: &InstanceKey, seen: &InstanceSeen);

    /// Makes the instance end by itself with this code.
    async fn exit(&self, id: &InstanceKey, seen: &InstanceSeen, code: i32);

    /// Makes the instance print this text and a line end on its standard output.
    async fn print(&self, id: &InstanceKey, seen: &InstanceSeen, text: &str);
}

/// One `#[tokio::test]` for every fact about a driver. The expression makes a [`DriverFixture`].
#[macro_export]
macro_rules! driver_conformance {
    ($fixture:expr) => {
        $crate::driver_conformance! { @tests $fixture;
            instances: absent_is_ok, runs_what_was_asked_for, leaves_an_equal_digest_alone, replaces_another_digest,
                starts_one_of_two_at_once, stops_and_says_how, starts_again_after_an_exit, notices_a_kill,
                removes_every_trace, adopts_after_a_restart;
            roles: a_rehearsal_runs_beside_the_main_instance, what_happens_to_one_is_nothing_to_the_other,
                a_rehearsal_is_adopted;
            limits: an_instance_is_held_to_the_limits_of_its_spec, limits_change_while_it_runs, limits_are_adopted,
                what_does_not_run_is_held_to_nothing, a_preview_tells_what_a_change_takes;
            refusals: names_a_taken_address, names_a_missing_release, a_missing_release_cannot_be_fetched,
                a_refused_replacement_keeps_the_old_one, a_spec_of_another_kind_is_refused;
            logs: tells_start_and_end, hides_secrets, gives_the_newest_lines, follows_across_restarts,
                survives_the_control_plane;
        }
    };
    (@tests $fixture:expr; $($module:ident: $($fact:ident),+;)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fact() {
                let fixture = $fixture;
                $crate::testing::conformance::driver::$module::$fact(&fixture).await;
            }
        )+)+
    };
}

/// The main instance of a project.
fn id(text: &str) -> InstanceKey {
    InstanceKey::main(text.parse().unwrap())
}

/// A rehearsal of the same project.
fn rehearsal(main: &InstanceKey) -> InstanceKey {
    InstanceKey::rehearsal(main.project.clone(), OperationId::from(uuid::Uuid::now_v7()))
}

/// Runs an instance of the fixture's spec.
async fn run(fixture: &dyn DriverFixture, id: &InstanceKey) -> (InstanceSpec, InstanceSeen) {
    let spec = fixture.spec(id);
    let seen = fixture.driver().ensure_running(&spec).await.unwrap();
    (spec, seen)
}

/// Asks again until there is an answer.
async fn eventually<T>(fact: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came true: {fact}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the instance is seen to have ended.
async fn ended(driver: &dyn Driver, id: &InstanceKey) -> InstanceSeen {
    eventually("the end of the instance is seen", async || {
        driver.inspect(id).await.unwrap().filter(|seen| !seen.is_running())
    })
    .await
}

/// Waits until the log of a project fulfils something; what it then holds.
async fn log(
    driver: &dyn Driver,
    id: &InstanceKey,
    fact: &str,
    holds: impl Fn(&[LogLine]) -> bool,
) -> Vec<LogLine> {
    eventually(fact, async || Some(tail(driver, id, 1000).await).filter(|lines| holds(lines))).await
}

/// The newest lines of a log.
async fn tail(driver: &dyn Driver, id: &InstanceKey, tail: usize) -> Vec<LogLine> {
    let stream = driver.logs(id, LogQuery { tail, follow: Follow::No }).await.unwrap();
    let lines: Vec<_> = timeout(PATIENCE, stream.collect()).await.unwrap();
    lines.into_iter().collect::<Result<_, _>>().unwrap()
}
