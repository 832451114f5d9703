//! Facts about what cannot be started.

use super::{DriverFixture, id, run};
use crate::ports::Failure;
use crate::ports::driver::{
    AddressRequest, DriverError, FileDelivery, InstanceSpec, MediaVolume, SchemaFiles,
};

/// A given address that something else listens on is refused by name, and works once it is free.
pub async fn names_a_taken_address(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let spec = fixture.spec(&id);
    let AddressRequest::Given(taken) = spec.address else { return };
    let listener = fixture.take(taken).await;
    let checked = driver.check(&spec).await.unwrap_err();
    let fault = driver.ensure_running(&spec).await.unwrap_err();
    assert_eq!(checked.to_string(), fault.to_string(), "the check says what the start would");
    let DriverError::AddressTaken { address, by: Some(by) } = &fault else { panic!("{fault:?}") };
    assert_eq!(*address, taken);
    assert!(by.contains("(pid "), "{by}");
    assert!(!fault.is_transient());
    assert_eq!(driver.inspect(&id).await.unwrap(), None);
    drop(listener);
    driver.check(&spec).await.unwrap();
    assert!(driver.ensure_running(&spec).await.unwrap().is_running());
}

/// A program or image that is not there is refused by name, for good.
pub async fn names_a_missing_release(fixture: &dyn DriverFixture) {
    let mut spec = fixture.spec(&id("shop"));
    spec.release = fixture.missing_release();
    let driver = fixture.driver();
    driver.check(&spec).await.unwrap_err();
    let fault = driver.ensure_running(&spec).await.unwrap_err();
    let DriverError::Release { release, .. } = &fault else { panic!("{fault:?}") };
    assert_eq!(*release, spec.release);
    assert!(!fault.is_transient());
}

/// What cannot be started does not end what runs.
pub async fn a_refused_replacement_keeps_the_old_one(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let (spec, first) = run(fixture, &id).await;

    let mut equal = spec.clone();
    equal.digest = "in its place".into();
    driver.check(&equal).await.unwrap(); // its own address becomes free by stopping it

    let mut missing = spec.clone();
    missing.digest = "missing".into();
    missing.release = fixture.missing_release();
    driver.ensure_running(&missing).await.unwrap_err();

    let mut elsewhere = fixture.spec(&id);
    elsewhere.digest = "elsewhere".into();
    if let AddressRequest::Given(address) = elsewhere.address {
        let _listener = fixture.take(address).await;
        driver.ensure_running(&elsewhere).await.unwrap_err();
    }

    let seen = driver.inspect(&id).await.unwrap().unwrap();
    assert!(seen.is_running());
    assert_eq!((seen.pid, seen.digest), (first.pid, first.digest));
}

/// A missing release is refused under its name, before an instance is started.
pub async fn a_missing_release_cannot_be_fetched(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let (progress, _told) = tokio::sync::watch::channel(String::new());
    driver.fetch(&fixture.spec(&id("shop")).release, None, &progress).await.unwrap();
    let missing = fixture.missing_release();
    let refusal = driver.fetch(&missing, None, &progress).await.unwrap_err();
    assert!(!refusal.is_transient(), "{refusal}");
    assert!(matches!(refusal, DriverError::Release { release, .. } if release == missing));
}

/// A spec that does not fit the driver's traits is a fault of ours: it is refused for good, and nothing is started.
pub async fn a_spec_of_another_kind_is_refused(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let id = id("shop");
    let fits = fixture.spec(&id);
    let address = match fits.address {
        AddressRequest::Given(_) => AddressRequest::Assigned,
        AddressRequest::Assigned => AddressRequest::Given(([127, 0, 0, 1], 4000).into()),
    };
    let (schema, media) = match driver.traits().files {
        FileDelivery::Folders => (SchemaFiles::Content(vec![]), MediaVolume::Named("shop".into())),
        FileDelivery::Content => (SchemaFiles::Folder("/".into()), MediaVolume::Folder("/".into())),
    };
    for spec in [
        InstanceSpec { address, ..fits.clone() },
        InstanceSpec { schema, ..fits.clone() },
        InstanceSpec { media, ..fits.clone() },
    ] {
        let checked = driver.check(&spec).await.unwrap_err();
        let started = driver.ensure_running(&spec).await.unwrap_err();
        for fault in [checked, started] {
            assert!(matches!(fault, DriverError::Unsupported { .. }), "{fault:?}");
            assert!(!fault.is_transient());
        }
    }
    assert_eq!(driver.inspect(&id).await.unwrap(), None);
}
