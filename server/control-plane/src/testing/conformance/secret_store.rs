//! Facts about every secret store: nothing that was kept is ever overwritten, made up again or lost, also when the
//! store cannot be read, when two ask at once, and when it is opened a second time.

use std::sync::Arc;

use async_trait::async_trait;
use model::ProjectId;
use secrecy::{ExposeSecret as _, SecretString};

use crate::ports::Failure as _;
use crate::ports::secret_store::{Secret, SecretPath, SecretScope, SecretStore};

mod moving;

/// A store under test, empty at first, and the means to disturb it.
#[async_trait]
pub trait SecretFixture: Send + Sync {
    /// The store.
    fn store(&self) -> Arc<dyn SecretStore>;

    /// The same store opened once more, as a second process or the next start would.
    async fn reopened(&self) -> Arc<dyn SecretStore>;

    /// Makes every read of a kept value fail: damaged files, a service that does not answer.
    async fn break_values(&self);

    /// Undoes [`SecretFixture::break_values`].
    async fn mend_values(&self);

    /// The longest value that the store holds, in bytes; `None` where no value is too long.
    fn longest_value(&self) -> Option<usize> {
        None
    }
}

/// Checks every fact, each on a store of its own.
pub async fn run<F: SecretFixture>(fresh: impl AsyncFn() -> F) {
    absent_is_not_an_error(&fresh().await).await;
    ensure_keeps_what_is_there(&fresh().await).await;
    put_counts_versions_and_keeps_them(&fresh().await).await;
    values_come_back_byte_for_byte(&fresh().await).await;
    scopes_are_apart(&fresh().await).await;
    list_names_newest_versions(&fresh().await).await;
    delete_removes_all_versions_and_is_idempotent(&fresh().await).await;
    two_ensures_at_once_agree(&fresh().await).await;
    puts_at_once_get_their_own_versions(&fresh().await).await;
    a_failed_read_regenerates_nothing(&fresh().await).await;
    everything_outlives_a_reopening(&fresh().await).await;
    references_name_the_place_and_never_the_value(&fresh().await).await;
    what_is_too_long_is_refused_with_what_fits(&fresh().await).await;
    moving::run(fresh).await;
}

fn project(id: &str) -> ProjectId {
    id.parse().unwrap()
}

fn path(name: &str) -> SecretPath {
    SecretPath::project(&project("acme-crm"), name)
}

fn value(text: &str) -> SecretString {
    SecretString::from(text)
}

fn shown(secret: Option<Secret>) -> Option<(String, u32)> {
    secret.map(|secret| (secret.value.expose_secret().to_owned(), secret.version))
}

async fn newest(store: &dyn SecretStore, path: &SecretPath) -> Option<(String, u32)> {
    shown(store.get(path, None).await.unwrap())
}

fn is(text: &str, version: u32) -> (String, u32) {
    (text.to_owned(), version)
}

async fn absent_is_not_an_error(fixture: &impl SecretFixture) {
    let store = fixture.store();
    assert_eq!(newest(&*store, &path("jwt_secret")).await, None, "an absent secret is None");
    assert!(store.get(&path("jwt_secret"), Some(1)).await.unwrap().is_none(), "an absent version is None");
    assert!(store.list(&SecretScope::Fleet).await.unwrap().is_empty(), "an empty scope lists nothing");
    store.delete(&path("jwt_secret")).await.unwrap();
    assert!(!store.probe().await.unwrap().is_empty(), "a working store says what it is");
}

async fn ensure_keeps_what_is_there(fixture: &impl SecretFixture) {
    let store = fixture.store();
    let first = store.ensure(&path("jwt_secret"), value("first")).await.unwrap();
    assert_eq!(shown(Some(first)), Some(is("first", 1)), "the first ensure keeps its value as version 1");
    let second = store.ensure(&path("jwt_secret"), value("second")).await.unwrap();
    assert_eq!(shown(Some(second)), Some(is("first", 1)), "ensure never overwrites");
    store.put(&path("jwt_secret"), value("rotated")).await.unwrap();
    let third = store.ensure(&path("jwt_secret"), value("third")).await.unwrap();
    assert_eq!(shown(Some(third)), Some(is("rotated", 2)), "ensure answers with the newest version");
}

async fn put_counts_versions_and_keeps_them(fixture: &impl SecretFixture) {
    let store = fixture.store();
    for (text, version) in [("one", 1), ("two", 2), ("three", 3)] {
        assert_eq!(
            store.put(&path("API_KEY"), value(text)).await.unwrap(),
            version,
            "versions count up from 1"
        );
    }
    assert_eq!(newest(&*store, &path("API_KEY")).await, Some(is("three", 3)), "no version means the newest");
    assert_eq!(
        shown(store.get(&path("API_KEY"), Some(1)).await.unwrap()),
        Some(is("one", 1)),
        "old versions stay"
    );
    for absent in [0, 4, u32::MAX] {
        assert!(
            store.get(&path("API_KEY"), Some(absent)).await.unwrap().is_none(),
            "there is no version {absent}"
        );
    }
}

async fn values_come_back_byte_for_byte(fixture: &impl SecretFixture) {
    let store = fixture.store();
    let long = "x".repeat(fixture.longest_value().unwrap_or(100_000).min(100_000));
    for text in [
        "",
        " spaces ",
        "line\nbreaks\r\n",
        "nul\0byte",
        "\u{1f511} key",
        "'; drop table--$(id)`",
        "{{ssm:/atomo/other/jwt_secret}}",
        "https://example.com/",
        &long,
    ] {
        store.put(&path("VALUE"), value(text)).await.unwrap();
        let back = newest(&*store, &path("VALUE")).await.map(|(text, _)| text);
        assert_eq!(back.as_deref(), Some(text), "a value comes back as it was given");
    }
}

async fn scopes_are_apart(fixture: &impl SecretFixture) {
    let store = fixture.store();
    let other = SecretPath::project(&project("acme"), "jwt_secret");
    let fleet = SecretPath::fleet("jwt_secret");
    store.put(&path("jwt_secret"), value("acme-crm's")).await.unwrap();
    store.put(&fleet, value("the fleet's")).await.unwrap();
    assert_eq!(newest(&*store, &other).await, None, "a project whose id begins alike has nothing");
    assert_eq!(newest(&*store, &fleet).await, Some(is("the fleet's", 1)), "the fleet's own are apart");
    store.put(&path("JWT_SECRET"), value("the operator's")).await.unwrap();
    assert_eq!(newest(&*store, &path("jwt_secret")).await, Some(is("acme-crm's", 1)), "names differ by case");
}

async fn list_names_newest_versions(fixture: &impl SecretFixture) {
    let store = fixture.store();
    for name in ["jwt_secret", "API_KEY", "API_KEY", "API_KEY_2", "api-key"] {
        store.put(&path(name), value(name)).await.unwrap();
    }
    let all = store.list(&path("x").scope).await.unwrap();
    let seen: Vec<_> = all.iter().map(|meta| (meta.name.as_str(), meta.version)).collect();
    let wished = [("API_KEY", 2), ("API_KEY_2", 1), ("api-key", 1), ("jwt_secret", 1)];
    assert_eq!(seen, wished, "each name once, with its newest version, sorted");
    assert!(store.list(&SecretScope::Fleet).await.unwrap().is_empty(), "other scopes are not listed");
}

async fn delete_removes_all_versions_and_is_idempotent(fixture: &impl SecretFixture) {
    let store = fixture.store();
    for text in ["one", "two"] {
        store.put(&path("KEY"), value(text)).await.unwrap();
    }
    store.put(&path("KEY_2"), value("neighbour")).await.unwrap();
    for _ in 0..2 {
        store.delete(&path("KEY")).await.unwrap();
        assert_eq!(newest(&*store, &path("KEY")).await, None, "deleted");
    }
    assert!(store.get(&path("KEY"), Some(1)).await.unwrap().is_none(), "with all its versions");
    assert_eq!(newest(&*store, &path("KEY_2")).await, Some(is("neighbour", 1)), "and nothing else");
    let again = store.ensure(&path("KEY"), value("new")).await.unwrap();
    assert_eq!(shown(Some(again)), Some(is("new", 1)), "a deleted secret starts again at version 1");
}

async fn two_ensures_at_once_agree(fixture: &impl SecretFixture) {
    let stores = [fixture.store(), fixture.reopened().await];
    for round in 0..10 {
        let name = path(&format!("round_{round}"));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let (store, name) = (Arc::clone(&stores[number % 2]), name.clone());
            tasks.spawn(
                async move { store.ensure(&name, value(&format!("value of {number}"))).await.unwrap() },
            );
        }
        let kept = tasks.join_all().await;
        let winner = newest(&*stores[0], &name).await;
        assert_eq!(winner.as_ref().map(|(_, version)| *version), Some(1), "only one value was kept");
        for secret in kept {
            assert_eq!(shown(Some(secret)), winner, "all who ask at once get the same secret");
        }
    }
}

async fn puts_at_once_get_their_own_versions(fixture: &impl SecretFixture) {
    let stores = [fixture.store(), fixture.reopened().await];
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let store = Arc::clone(&stores[number % 2]);
        tasks.spawn(async move {
            let text = format!("value of {number}");
            let version = store.put(&path("BUSY"), value(&text)).await.unwrap();
            (version, text)
        });
    }
    let mut written = tasks.join_all().await;
    written.sort();
    let versions: Vec<_> = written.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (1..=16).collect::<Vec<_>>(), "each write has a version of its own");
    for (version, text) in written {
        let kept = shown(stores[0].get(&path("BUSY"), Some(version)).await.unwrap());
        assert_eq!(kept, Some((text, version)), "and none was lost");
    }
}

async fn a_failed_read_regenerates_nothing(fixture: &impl SecretFixture) {
    const PLANTED: &str = "planted-original-value";
    let store = fixture.store();
    store.put(&path("jwt_secret"), value(PLANTED)).await.unwrap();

    fixture.break_values().await;
    for store in [&store, &fixture.reopened().await] {
        let read = store.get(&path("jwt_secret"), None).await;
        let ensured = store.ensure(&path("jwt_secret"), value("regenerated")).await;
        for (what, outcome) in [("a read", read), ("an ensure", ensured.map(Some))] {
            let Err(error) = outcome else { panic!("{what} of a value that cannot be read is an error") };
            let told = format!("{error} {error:?} {:?}", error.problem());
            assert!(
                !told.contains(PLANTED) && !told.contains("regenerated"),
                "an error holds no value: {told}"
            );
        }
    }

    fixture.mend_values().await;
    assert_eq!(newest(&*store, &path("jwt_secret")).await, Some(is(PLANTED, 1)), "the value is untouched");
}

async fn everything_outlives_a_reopening(fixture: &impl SecretFixture) {
    let store = fixture.store();
    store.put(&path("KEY"), value("one")).await.unwrap();
    store.put(&path("KEY"), value("two")).await.unwrap();
    let again = fixture.reopened().await;
    assert_eq!(newest(&*again, &path("KEY")).await, Some(is("two", 2)), "the newest version is there");
    assert_eq!(
        shown(again.get(&path("KEY"), Some(1)).await.unwrap()),
        Some(is("one", 1)),
        "and the earlier one"
    );
    assert_eq!(again.put(&path("KEY"), value("three")).await.unwrap(), 3, "counting goes on");
    assert_eq!(again.reference(&path("KEY")), store.reference(&path("KEY")), "references stay the same");
}

async fn references_name_the_place_and_never_the_value(fixture: &impl SecretFixture) {
    let store = fixture.store();
    store.put(&path("KEY"), value("planted-value")).await.unwrap();
    let reference = store.reference(&path("KEY"));
    let (scheme, place) = reference.split_once(':').unwrap();
    assert!(
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_lowercase()),
        "{reference} begins with a scheme"
    );
    assert_eq!(place, "/atomo/acme-crm/KEY", "and goes on with the place");
    let shown = format!(
        "{reference} {:?} {:?}",
        store.list(&path("KEY").scope).await,
        store.get(&path("KEY"), None).await
    );
    assert!(!shown.contains("planted-value"), "no value in a reference, a list or a debug output: {shown}");
}

async fn what_is_too_long_is_refused_with_what_fits(fixture: &impl SecretFixture) {
    let Some(most) = fixture.longest_value() else { return };
    let (store, long) = (fixture.store(), value(&"planted".repeat(most / 7 + 1)));
    store.put(&path("KEY"), value("before")).await.unwrap();
    let refusals = [
        store.fits(&path("KEY"), &long),
        store.put(&path("KEY"), long.clone()).await.map(|_| ()),
        store.ensure(&path("NEW"), long.clone()).await.map(|_| ()),
    ];
    for refused in refusals {
        let problem = refused.unwrap_err().problem();
        assert!(problem.detail.contains(&most.to_string()), "it says what fits: {problem:?}");
        assert!(!format!("{problem:?}").contains("planted"), "and not the value: {problem:?}");
    }
    assert_eq!(newest(&*store, &path("KEY")).await, Some(is("before", 1)), "what was there stays");
    assert_eq!(newest(&*store, &path("NEW")).await, None, "nothing was begun");
}
