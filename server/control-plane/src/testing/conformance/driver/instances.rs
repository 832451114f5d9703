//! Facts about starting, stopping and watching.

use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use tokio::time::timeout;

use super::{DriverFixture, GRACE, PATIENCE, ended, id, run, tail};
use crate::ports::driver::{AddressRequest, MediaVolume, SchemaFiles};

/// What was never started can be stopped, removed and looked at.
pub async fn absent_is_ok(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("absent");
    driver.probe().await.unwrap();
    assert_eq!(driver.inspect(&id).await.unwrap(), None);
    assert_eq!(driver.list().await.unwrap(), vec![]);
    driver.ensure_stopped(&id, GRACE).await.unwrap();
    driver.remove(&id).await.unwrap();
    assert_eq!(tail(&*driver, &id, 10).await, vec![]);
}

/// It runs under its digest, on its address, and is listed.
pub async fn runs_what_was_asked_for(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, seen) = run(fixture, &id).await;
    assert_eq!(seen.digest, spec.digest);
    match spec.address {
        AddressRequest::Given(address) => assert_eq!(seen.address, address.to_string()),
        AddressRequest::Assigned => drop(seen.address.parse::<SocketAddr>().unwrap()),
    }
    assert!(seen.pid.is_some() && seen.exit.is_none());
    let listed = driver.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].0, listed[0].1.pid), (&id, seen.pid));
    assert!(driver.figures(&id, &seen).await.memory.unwrap().bytes() > 0);
}

/// The same digest changes nothing, however often it is asked for.
pub async fn leaves_an_equal_digest_alone(fixture: &dyn DriverFixture) {
    let (spec, first) = run(fixture, &id("shop")).await;
    for _ in 0..3 {
        let again = fixture.driver().ensure_running(&spec).await.unwrap();
        assert_eq!((again.pid, again.started_at), (first.pid, first.started_at));
    }
}

/// Another digest is another process, and the old one is gone.
pub async fn replaces_another_digest(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (mut spec, first) = run(fixture, &id).await;
    spec.digest = "second".into();
    let second = driver.ensure_running(&spec).await.unwrap();
    assert_ne!(second.pid, first.pid);
    assert_eq!(driver.inspect(&id).await.unwrap().unwrap().digest, "second");
    assert_eq!(driver.list().await.unwrap().len(), 1);
}

/// Two callers get one instance.
pub async fn starts_one_of_two_at_once(fixture: &dyn DriverFixture) {
    let spec = fixture.spec(&id("shop"));
    let (one, other) = (fixture.driver(), fixture.driver());
    let (first, second) = tokio::join!(one.ensure_running(&spec), other.ensure_running(&spec));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!((first.pid, first.started_at), (second.pid, second.started_at));
}

/// A stopped instance is still known, with its end; stopping it again is fine.
pub async fn stops_and_says_how(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (_, seen) = run(fixture, &id).await;
    driver.ensure_stopped(&id, GRACE).await.unwrap();
    driver.ensure_stopped(&id, Duration::ZERO).await.unwrap();
    let stopped = driver.inspect(&id).await.unwrap().unwrap();
    let memory = driver.figures(&id, &stopped).await.memory;
    let exit = stopped.exit.unwrap();
    assert!(exit.code.is_some() || exit.signal.is_some(), "{exit:?}");
    assert!(exit.at >= seen.started_at);
    assert_eq!((stopped.digest, stopped.pid, memory), (seen.digest, None, None));
}

/// An exit is seen with its code, and is no instance: the same digest starts a new one.
pub async fn starts_again_after_an_exit(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, first) = run(fixture, &id).await;
    fixture.exit(&id, &first, 3).await;
    let exit = ended(&*driver, &id).await.exit.unwrap();
    assert_eq!((exit.code, exit.signal), (Some(3), None));
    let second = driver.ensure_running(&spec).await.unwrap();
    assert!(second.is_running() && second.started_at > first.started_at);
    assert!(driver.inspect(&id).await.unwrap().unwrap().is_running());
}

/// A killed instance is hinted at, by itself, and its end names the signal.
pub async fn notices_a_kill(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let mut changes = driver.changes();
    let (_, seen) = run(fixture, &id).await;
    fixture.kill(&id, &seen).await;
    let noticed = async {
        loop {
            assert_eq!(changes.next().await.as_ref(), Some(&id));
            if let Some(exit) = driver.inspect(&id).await.unwrap().and_then(|seen| seen.exit) {
                return exit;
            }
        }
    };
    let exit = timeout(PATIENCE, noticed).await.unwrap();
    assert_eq!((exit.code, exit.signal), (None, Some(9)));
}

/// Nothing is known of a removed instance, but its media folder stays.
pub async fn removes_every_trace(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, _) = run(fixture, &id).await;
    driver.remove(&id).await.unwrap();
    assert_eq!(driver.inspect(&id).await.unwrap(), None);
    assert_eq!(driver.list().await.unwrap(), vec![]);
    assert_eq!(tail(&*driver, &id, 10).await, vec![]);
    if let (SchemaFiles::Folder(schema), MediaVolume::Folder(media)) = (&spec.schema, &spec.media) {
        assert!(schema.is_dir() && media.is_dir());
    }
    driver.remove(&id).await.unwrap();
    let again = driver.ensure_running(&spec).await.unwrap();
    assert!(again.is_running());
}

/// Another driver finds the instance, leaves it alone, hears of its end, and can stop it.
pub async fn adopts_after_a_restart(fixture: &dyn DriverFixture) {
    let id = id("shop");
    let (spec, first) = run(fixture, &id).await;
    let driver = fixture.restarted();
    assert_eq!(driver.list().await.unwrap()[0].1.pid, first.pid);
    let adopted = driver.ensure_running(&spec).await.unwrap();
    assert_eq!((adopted.pid, adopted.started_at), (first.pid, first.started_at));
    let mut changes = driver.changes();
    fixture.kill(&id, &first).await;
    assert_eq!(timeout(PATIENCE, changes.next()).await.unwrap(), Some(id.clone()));
    assert_eq!(ended(&*driver, &id).await.exit.unwrap().signal, Some(9));
    driver.ensure_running(&spec).await.unwrap();
    fixture.restarted().ensure_stopped(&id, GRACE).await.unwrap();
    assert!(!driver.inspect(&id).await.unwrap().unwrap().is_running());
}
