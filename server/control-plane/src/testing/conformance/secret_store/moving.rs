//! Facts about moving secrets from one store to another: versions keep their numbers, and nothing is overwritten.

use secrecy::ExposeSecret as _;

use super::{SecretFixture, is, newest, path, shown, value};
use crate::ports::secret_store::{Secret, SecretError, SecretStore};

pub(super) async fn run<F: SecretFixture>(fresh: impl AsyncFn() -> F) {
    history_has_every_version_in_order(&fresh().await).await;
    import_keeps_the_numbers(&fresh().await).await;
    import_begins_where_the_source_begins(&fresh().await).await;
    import_overwrites_nothing(&fresh().await).await;
}

fn secret(text: &str, version: u32) -> Secret {
    Secret { value: value(text), version }
}

async fn history(store: &dyn SecretStore) -> Vec<(String, u32)> {
    let all = store.history(&path("KEY")).await.unwrap();
    all.into_iter().map(|secret| (secret.value.expose_secret().to_owned(), secret.version)).collect()
}

async fn history_has_every_version_in_order(fixture: &impl SecretFixture) {
    let store = fixture.store();
    assert!(history(&*store).await.is_empty(), "an absent secret has no history");
    let mut wished = Vec::new();
    for number in 1..=60 {
        let text = format!("value {number}");
        store.put(&path("KEY"), value(&text)).await.unwrap();
        wished.push((text, number));
    }
    store.put(&path("KEY_2"), value("neighbour")).await.unwrap();
    assert_eq!(history(&*store).await, wished, "every version, the oldest first, and nothing else");
}

async fn import_keeps_the_numbers(fixture: &impl SecretFixture) {
    let store = fixture.store();
    let all = [secret("one", 1), secret("", 2), secret("three", 3)];
    for _ in 0..2 {
        for secret in &all {
            store.import(&path("KEY"), secret).await.unwrap();
        }
        let wished = [is("one", 1), is("", 2), is("three", 3)];
        assert_eq!(history(&*store).await, wished, "a second import changes nothing");
    }
    assert_eq!(store.put(&path("KEY"), value("four")).await.unwrap(), 4, "counting goes on");
    store.import(&path("KEY"), &all[2]).await.unwrap();
    assert_eq!(newest(&*store, &path("KEY")).await, Some(is("four", 4)), "what is newer stays the newest");
}

async fn import_begins_where_the_source_begins(fixture: &impl SecretFixture) {
    let store = fixture.store();
    for secret in [secret("seven", 7), secret("eight", 8)] {
        store.import(&path("KEY"), &secret).await.unwrap();
    }
    assert_eq!(newest(&*store, &path("KEY")).await, Some(is("eight", 8)), "the numbers are the source's");
    let seventh = store.get(&path("KEY"), Some(7)).await.unwrap();
    assert_eq!(shown(seventh), Some(is("seven", 7)));
    let earlier = shown(store.get(&path("KEY"), Some(1)).await.unwrap()).map(|(text, _)| text);
    assert!(earlier.is_none_or(|text| text == "seven"), "before them is nothing that nobody wrote");
}

async fn import_overwrites_nothing(fixture: &impl SecretFixture) {
    let store = fixture.store();
    store.put(&path("KEY"), value("mine")).await.unwrap();
    let refused = store.import(&path("KEY"), &secret("planted-other", 1)).await.unwrap_err();
    assert!(matches!(refused, SecretError::Differs { version: 1, .. }), "{refused}");
    assert!(!format!("{refused:?}").contains("planted-other"), "a refusal holds no value");
    assert_eq!(history(&*store).await, [is("mine", 1)], "what was there stays");
}
