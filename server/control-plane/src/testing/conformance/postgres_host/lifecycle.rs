//! Making, finding, keeping and listing databases.

use std::sync::Arc;

use model::{ByteSize, DatabaseOid};
use secrecy::{ExposeSecret as _, SecretString};

use super::{PostgresFixture, ensured, listed, logged_in, main, refused, seen_when, spec, url};
use crate::ports::Failure as _;
use crate::ports::postgres_host::{DatabaseSpec, EnsureOutcome, PostgresError, Presence, Repair};

pub async fn a_working_server_says_what_it_is(fixture: &impl PostgresFixture) {
    let info = fixture.host().probe().await.unwrap();
    let major = (info.version / 10_000).to_string();
    assert!(info.name.starts_with(&format!("PostgreSQL {major}.")), "{} is {}", info.name, info.version);
    assert!(info.max_connections > 0, "the budget of connections is known");
}

pub async fn absent_is_not_an_error(fixture: &impl PostgresFixture) {
    assert!(listed(fixture).await.is_empty(), "no project, no database");
    let kept = fixture.host().retain_database(&main("acme-crm")).await.unwrap();
    assert_eq!(kept, None, "there is nothing to keep");
    assert!(listed(fixture).await.is_empty(), "and nothing was made");
}

pub async fn ensure_makes_once_and_finds_after(fixture: &impl PostgresFixture) {
    let wished = spec("acme-crm", "secret");
    let created = ensured(fixture, &wished).await;
    assert!(created.is_created(), "the first ensure makes it: {created:?}");
    let mut session = logged_in(fixture, "acme-crm", "secret").await;
    session.write("first").await.unwrap();
    for _ in 0..2 {
        let found = EnsureOutcome::Found { oid: created.oid(), repairs: Vec::new() };
        assert_eq!(ensured(fixture, &wished).await, found, "the next find it, with nothing to mend");
    }
    session.write("second").await.unwrap();
    assert_eq!(session.read().await.unwrap(), ["first", "second"], "and disturb nobody");
    assert_eq!(listed(fixture).await, ["acme-crm"], "there is one");
}

pub async fn what_must_exist_is_found_or_missed_but_never_made(fixture: &impl PostgresFixture) {
    let mut wished = spec("acme-crm", "secret");
    wished.presence = Presence::MustExist;
    let missed = fixture.host().ensure_database(&wished).await.unwrap_err();
    assert!(matches!(missed, PostgresError::Gone { .. }), "{missed:?}");
    assert!(!missed.is_transient(), "waiting does not bring it back");
    assert!(listed(fixture).await.is_empty(), "nothing was made");
    refused(fixture, &url(fixture, "acme-crm", "secret")).await;

    ensured(fixture, &spec("acme-crm", "secret")).await;
    assert!(!ensured(fixture, &wished).await.is_created(), "one that is there is found");
}

pub async fn retain_keeps_the_data_and_ends_the_use(fixture: &impl PostgresFixture) {
    let wished = spec("acme-crm", "secret");
    ensured(fixture, &wished).await;
    let mut open = logged_in(fixture, "acme-crm", "secret").await;
    open.write("kept").await.unwrap();
    for _ in 0..2 {
        let kept = fixture.host().retain_database(&main("acme-crm")).await.unwrap();
        assert!(kept.is_some_and(|size| size > ByteSize::mib(1)), "the size is told: {kept:?}");
    }
    assert!(open.read().await.is_err(), "the open connection was closed");
    refused(fixture, &url(fixture, "acme-crm", "secret")).await;
    assert_eq!(listed(fixture).await, ["acme-crm"], "a kept database is listed");

    let taken = ensured(fixture, &wished).await;
    assert!(
        matches!(&taken, EnsureOutcome::Found { repairs, .. } if *repairs == [Repair::LogIn]),
        "a kept database is taken over: {taken:?}"
    );
    let mut again = logged_in(fixture, "acme-crm", "secret").await;
    assert_eq!(again.read().await.unwrap(), ["kept"], "with everything in it");
}

pub async fn a_database_keeps_its_identity(fixture: &impl PostgresFixture) {
    let (one, other) = (spec("acme-crm", "secret"), spec("acme", "secret"));
    let (first, second) = (ensured(fixture, &one).await.oid(), ensured(fixture, &other).await.oid());
    assert_ne!(first, second, "each has its own");
    fixture.host().retain_database(&one.name).await.unwrap();
    assert_eq!(ensured(fixture, &one).await.oid(), first, "however often it is taken over");
    let listed = fixture.host().databases().await.unwrap();
    assert_eq!(listed[&one.name].facts.oid, Some(first), "and the list tells it");
    assert_eq!(listed[&other.name].facts.oid, Some(second));
}

pub async fn another_database_under_the_name_is_refused_and_left_alone(fixture: &impl PostgresFixture) {
    let mut wished = spec("acme-crm", "secret");
    wished.oid = Some(DatabaseOid::new(1)); // the first one of every server: template1
    let made = ensured(fixture, &wished).await;
    assert!(made.is_created(), "an identity says nothing where there is no database: {made:?}");

    let mut other = DatabaseSpec { password: "another one".into(), ..wished.clone() };
    for presence in [Presence::MayBeMade, Presence::MustExist] {
        other.presence = presence;
        let refused = fixture.host().ensure_database(&other).await.unwrap_err();
        assert!(
            matches!(refused, PostgresError::Another { found, .. } if found == made.oid()),
            "{refused:?}"
        );
        assert!(!refused.is_transient(), "waiting does not bring the other one back");
    }
    logged_in(fixture, "acme-crm", "secret").await; // nothing of it was changed

    other.oid = Some(made.oid());
    assert_eq!(ensured(fixture, &other).await.oid(), made.oid(), "the right one is found");
}

pub async fn ensure_names_what_it_mends(fixture: &impl PostgresFixture) {
    let mut wished = spec("acme-crm", "secret");
    ensured(fixture, &wished).await;
    wished.connections += 1;
    let repairs = |made: EnsureOutcome| match made {
        EnsureOutcome::Found { repairs, .. } => repairs,
        EnsureOutcome::Created { .. } => panic!("it was made anew"),
    };
    assert_eq!(repairs(ensured(fixture, &wished).await), [Repair::RoleLimit]);
    wished.password = SecretString::from("another one");
    assert_eq!(repairs(ensured(fixture, &wished).await), [Repair::Password]);
    assert_eq!(repairs(ensured(fixture, &wished).await), [], "and then nothing");
}

pub async fn the_list_has_sizes_and_connections(fixture: &impl PostgresFixture) {
    ensured(fixture, &spec("acme-crm", "secret")).await;
    ensured(fixture, &spec("acme", "other")).await;
    assert_eq!(listed(fixture).await, ["acme", "acme-crm"], "each by its project");
    let empty = seen_when(fixture, "acme-crm", |seen| seen.figures.connections == Some(0)).await;
    assert!(
        empty.figures.bytes > Some(ByteSize::mib(1)),
        "an empty database has a size: {:?}",
        empty.figures.bytes
    );
    assert!(empty.figures.measured_at.is_some(), "and the size a time");

    let first = logged_in(fixture, "acme-crm", "secret").await;
    let _second = logged_in(fixture, "acme-crm", "secret").await;
    seen_when(fixture, "acme-crm", |seen| seen.figures.connections == Some(2)).await;
    seen_when(fixture, "acme", |seen| seen.figures.connections == Some(0)).await;
    drop(first);
    seen_when(fixture, "acme-crm", |seen| seen.figures.connections == Some(1)).await;
}

pub async fn ensures_at_once_make_one(fixture: &impl PostgresFixture) {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let host = fixture.host();
        tasks.spawn(async move { host.ensure_database(&spec("acme-crm", "secret")).await.unwrap() });
    }
    let made = tasks.join_all().await;
    let created = made.iter().filter(|made| made.is_created()).count();
    assert_eq!(created, 1, "one of those who asked at once made it: {made:?}");
    assert!(made.iter().all(|it| it.oid() == made[0].oid()), "and all were told the same one: {made:?}");
    logged_in(fixture, "acme-crm", "secret").await.write("works").await.unwrap();
}

pub async fn projects_at_once_get_their_own(fixture: &impl PostgresFixture) {
    let ids: Vec<String> = (10..22).map(|number| format!("shop-{number}")).collect();
    let mut tasks = tokio::task::JoinSet::new();
    for id in ids.clone() {
        let host = Arc::clone(&fixture.host());
        tasks.spawn(async move { host.ensure_database(&spec(&id, &format!("of {id}"))).await.unwrap() });
    }
    assert!(tasks.join_all().await.iter().all(EnsureOutcome::is_created), "each was made");
    assert_eq!(listed(fixture).await, ids, "and no other");
    for id in &ids {
        logged_in(fixture, id, &format!("of {id}")).await.write(id).await.unwrap();
    }
    let mut first = logged_in(fixture, "shop-10", "of shop-10").await;
    assert_eq!(first.read().await.unwrap(), ["shop-10"], "what one writes is in its own database only");
}

pub async fn a_server_that_is_away_says_so_and_loses_nothing(fixture: &impl PostgresFixture) {
    const PLANTED: &str = "planted-password";
    let (host, wished) = (fixture.host(), spec("acme-crm", PLANTED));
    ensured(fixture, &wished).await;
    logged_in(fixture, "acme-crm", PLANTED).await.write("kept").await.unwrap();

    fixture.stop().await;
    let outcomes = [
        host.probe().await.map(drop),
        host.ensure_database(&wished).await.map(drop),
        host.retain_database(&wished.name).await.map(drop),
        host.databases().await.map(drop),
    ];
    for outcome in outcomes {
        let Err(error) = outcome else { panic!("nothing can be done without the server") };
        assert!(error.is_transient(), "it is tried again: {error}");
        assert_eq!(error.problem().part.as_deref(), Some("postgres"), "the part is named");
        let told = format!("{error} {error:?} {:?}", error.problem());
        assert!(!told.contains(PLANTED), "an error holds no password: {told}");
    }
    let url = host.url(&wished.name, &wished.password);
    assert!(url.expose_secret().contains(PLANTED), "an address needs no server");

    fixture.start().await;
    assert_eq!(listed(fixture).await, ["acme-crm"], "it is back");
    let mut session = logged_in(fixture, "acme-crm", PLANTED).await;
    assert_eq!(session.read().await.unwrap(), ["kept"], "with everything in it");
}
