//! Facts about what an instance may use.

use model::{InstanceLimits, LimitsDraft};

use super::{DriverFixture, GRACE, id, run};
use crate::ports::driver::LimitChange;

/// Half of everything in the spec.
fn other(limits: InstanceLimits) -> InstanceLimits {
    let text = |text: &str| Some(text.to_owned().into());
    let draft = LimitsDraft { memory: text("256 MiB"), cpu: text("0.5"), pids: text("128"), restarts: None };
    let edit = draft.validate(&mut Vec::new());
    edit.over(model::Limits { instance: limits, ..model::Limits::default() }).instance
}

/// What was asked for is what is seen, and what release it runs.
pub async fn an_instance_is_held_to_the_limits_of_its_spec(fixture: &dyn DriverFixture) {
    let mut spec = fixture.spec(&id("shop"));
    spec.limits = other(spec.limits);
    let seen = fixture.driver().ensure_running(&spec).await.unwrap();
    assert_eq!(seen.limits, Some(spec.limits));
    assert!(spec.release.to_string().ends_with(&seen.release), "{}", seen.release);
}

/// Other limits are no reason for another process, until they are asked for by name; then they hold at once.
pub async fn limits_change_while_it_runs(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (mut spec, first) = run(fixture, &id).await;
    let before = spec.limits;
    spec.limits = other(before);
    let same = driver.ensure_running(&spec).await.unwrap();
    assert_eq!((same.pid, same.limits), (first.pid, Some(before)), "an equal digest is left alone");
    driver.limit(&id, &spec.limits).await.unwrap();
    let seen = driver.inspect(&id).await.unwrap().unwrap();
    assert_eq!((seen.pid, seen.limits), (first.pid, Some(spec.limits)));
}

/// Another driver over the same instances knows what they are held to.
pub async fn limits_are_adopted(fixture: &dyn DriverFixture) {
    let id = id("shop");
    let (spec, _) = run(fixture, &id).await;
    let driver = fixture.restarted();
    assert_eq!(driver.list().await.unwrap()[0].1.limits, Some(spec.limits));
    driver.limit(&id, &other(spec.limits)).await.unwrap();
    let seen = fixture.driver().inspect(&id).await.unwrap().unwrap();
    assert_eq!(seen.limits, Some(other(spec.limits)));
}

/// Nothing to hold is no error.
pub async fn what_does_not_run_is_held_to_nothing(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let limits = fixture.spec(&id).limits;
    driver.limit(&id, &limits).await.unwrap();
    run(fixture, &id).await;
    driver.ensure_stopped(&id, GRACE).await.unwrap();
    driver.limit(&id, &other(limits)).await.unwrap();
}

/// Whether a change of limits is one, and whether it can be made while the instance runs. A preview changes nothing.
pub async fn a_preview_tells_what_a_change_takes(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, seen) = run(fixture, &id).await;
    let wanted = other(spec.limits);
    assert_eq!(driver.preview(&id, &spec.limits).await.unwrap(), LimitChange::None);
    assert_eq!(driver.preview(&id, &wanted).await.unwrap(), LimitChange::InPlace);
    let now = driver.inspect(&id).await.unwrap().unwrap();
    assert_eq!((now.pid, now.limits), (seen.pid, Some(spec.limits)));
    driver.limit(&id, &wanted).await.unwrap();
    assert_eq!(driver.preview(&id, &wanted).await.unwrap(), LimitChange::None);
    driver.ensure_stopped(&id, GRACE).await.unwrap();
    assert_eq!(driver.preview(&id, &spec.limits).await.unwrap(), LimitChange::None, "nothing runs");
}
