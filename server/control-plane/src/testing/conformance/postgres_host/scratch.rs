//! Databases that an operation makes beside a project's own.

use secrecy::ExposeSecret as _;

use super::{PostgresFixture, ensured, logged_in, refused, scratch, spec};
use crate::ports::postgres_host::DatabaseSpec;

/// It is made, listed and retained by its own name, and the main one is as it was.
pub async fn a_scratch_database_lives_beside_the_main_one(fixture: &impl PostgresFixture) {
    let host = fixture.host();
    let wished = spec("acme-crm", "secret");
    ensured(fixture, &wished).await;
    let mut session = logged_in(fixture, "acme-crm", "secret").await;
    session.write("of the project").await.unwrap();

    let tried = DatabaseSpec { name: scratch("acme-crm"), password: "other".into(), ..wished.clone() };
    assert!(ensured(fixture, &tried).await.is_created());
    assert!(!ensured(fixture, &tried).await.is_created());
    let listed: Vec<_> = host.databases().await.unwrap().into_keys().collect();
    assert_eq!(listed, [wished.name.clone(), tried.name.clone()]);

    let url = host.url(&tried.name, &tried.password);
    let mut beside = fixture.log_in(&url).await.map_err(|reason| panic!("{reason}")).unwrap();
    assert!(beside.read().await.unwrap_or_default().is_empty(), "it holds nothing of the project's");
    assert!(host.retain_database(&tried.name).await.unwrap().is_some());
    refused(fixture, &url).await;
    assert_eq!(session.read().await.unwrap(), ["of the project"], "the main one goes on");
}

/// Each has a role of its own: the instance that is tried cannot touch what serves.
pub async fn neither_credential_opens_the_other(fixture: &impl PostgresFixture) {
    let host = fixture.host();
    let (wished, name) = (spec("acme-crm", "same password"), scratch("acme-crm"));
    ensured(fixture, &wished).await;
    ensured(fixture, &DatabaseSpec { name: name.clone(), ..wished.clone() }).await;
    for (of, to) in [(&wished.name, &name), (&name, &wished.name)] {
        let url = host.url(of, &wished.password);
        let (url, own) = (url.expose_secret(), format!("/{of}"));
        let at = url.rfind(&own).unwrap();
        refused(fixture, &format!("{}/{to}{}", &url[..at], &url[at + own.len()..]).into()).await;
    }
}
