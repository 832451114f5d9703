//! What a credential opens, and what it does not.

use secrecy::{ExposeSecret as _, SecretString};

use super::{PostgresFixture, ensured, logged_in, refused, spec, url};

pub async fn a_credential_opens_its_own_database_only(fixture: &impl PostgresFixture) {
    ensured(fixture, &spec("acme", "first password")).await;
    ensured(fixture, &spec("acme-crm", "second password")).await;
    logged_in(fixture, "acme", "first password").await.write("private").await.unwrap();

    let own = url(fixture, "acme-crm", "second password").expose_secret().to_owned();
    for other in ["proj_acme", "postgres", "template1", "template0"] {
        let (before, after) = own.rsplit_once("/proj_acme-crm").unwrap(); // the role's name comes first
        let elsewhere = format!("{before}/{other}{after}");
        assert_ne!(elsewhere, own, "the address names the database");
        refused(fixture, &SecretString::from(elsewhere)).await;
    }
    refused(fixture, &url(fixture, "acme", "second password")).await;
    refused(fixture, &url(fixture, "nobody", "second password")).await;
    let mut session = logged_in(fixture, "acme-crm", "second password").await;
    assert!(session.read().await.unwrap().is_empty(), "it sees nothing of the other");
}

pub async fn a_changed_password_replaces_the_old_one(fixture: &impl PostgresFixture) {
    ensured(fixture, &spec("acme-crm", "old")).await;
    let mut open = logged_in(fixture, "acme-crm", "old").await;
    ensured(fixture, &spec("acme-crm", "new")).await;
    refused(fixture, &url(fixture, "acme-crm", "old")).await;
    logged_in(fixture, "acme-crm", "new").await;
    open.write("still here").await.unwrap();
}

pub async fn the_connection_limit_holds_and_changes(fixture: &impl PostgresFixture) {
    let mut wished = spec("acme-crm", "secret");
    wished.connections = 2;
    ensured(fixture, &wished).await;
    let _first = logged_in(fixture, "acme-crm", "secret").await;
    let _second = logged_in(fixture, "acme-crm", "secret").await;
    refused(fixture, &url(fixture, "acme-crm", "secret")).await;
    wished.connections = 3;
    ensured(fixture, &wished).await;
    let _third = logged_in(fixture, "acme-crm", "secret").await;
    refused(fixture, &url(fixture, "acme-crm", "secret")).await;
}

pub async fn any_password_survives_the_address(fixture: &impl PostgresFixture) {
    let printable: String = (' '..='~').collect();
    for password in [&printable, "'; drop role postgres; --", "%41/:@?#&=+", "größe 🔑"] {
        ensured(fixture, &spec("acme-crm", password)).await;
        logged_in(fixture, "acme-crm", password).await.write("in").await.unwrap();
    }
}
