//! Facts about the removal of an archive.

use super::{ArchiveFixture, archive, complete, is_invisible, text, write};

pub(super) async fn run<F: ArchiveFixture>(fresh: impl AsyncFn() -> F) {
    a_removal_removes_everything_and_is_idempotent(&fresh().await).await;
    a_removal_removes_what_was_staged(&fresh().await).await;
    a_removal_touches_no_other_archive(&fresh().await).await;
}

async fn a_removal_removes_everything_and_is_idempotent(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    store.remove(&shop).await.unwrap();
    complete(&*store, &shop).await.unwrap();
    for _ in 0..2 {
        store.remove(&shop).await.unwrap();
        assert!(is_invisible(&*store, &shop).await);
        assert_eq!(fixture.files().await, Vec::<String>::new());
    }
    complete(&*store, &shop).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [shop], "the name can be used again");
}

async fn a_removal_removes_what_was_staged(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    let mut writer = store.create(&shop).await.unwrap();
    write(&mut *writer, "database.dump", &[text("first")]).await.unwrap();
    write(&mut *writer, "manifest.json", &[text("{}")]).await.unwrap();
    drop(writer);
    store.remove(&shop).await.unwrap();
    assert_eq!(fixture.files().await, Vec::<String>::new());
    assert!(is_invisible(&*store, &shop).await);
}

async fn a_removal_touches_no_other_archive(fixture: &impl ArchiveFixture) {
    let store = fixture.store();
    let (shop, next, unfinished) = (archive("shop", 1), archive("shop", 2), archive("shop", 3));
    complete(&*store, &shop).await.unwrap();
    complete(&*store, &next).await.unwrap();
    let mut writer = store.create(&unfinished).await.unwrap();
    write(&mut *writer, "database.dump", &[text("first")]).await.unwrap();
    store.remove(&shop).await.unwrap();
    assert_eq!(store.list().await.unwrap(), std::slice::from_ref(&next));
    writer.complete(text("sums")).await.unwrap();
    assert_eq!(store.list().await.unwrap(), [next, unfinished]);
}
