//! Facts about writers: a name is written once, and a writer that does not complete leaves nothing visible.

use super::{
    ArchiveError, ArchiveFixture, archive, complete, is_absent, is_invisible, large, part, read, text, write,
};

pub(super) async fn run<F: ArchiveFixture>(fresh: impl AsyncFn() -> F) {
    a_complete_archive_is_never_written_again(&fresh().await).await;
    an_aborted_writer_leaves_nothing(&fresh().await).await;
    a_dropped_writer_leaves_nothing_visible(&fresh().await).await;
    two_archives_can_be_written_at_once(&fresh().await).await;
}

async fn a_complete_archive_is_never_written_again(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    complete(&*store, &shop).await.unwrap();
    let Err(error) = store.create(&shop).await else { panic!("it is complete") };
    assert!(matches!(error, ArchiveError::Exists { .. }), "{error:?}");
    assert_eq!(read(&*store, &shop, "database.dump", 0).await, "first second", "nothing was overwritten");
}

async fn an_aborted_writer_leaves_nothing(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    let mut writer = store.create(&shop).await.unwrap();
    write(&mut *writer, "media.tar", &[large()]).await.unwrap();
    writer.begin(&part("database.dump")).await.unwrap();
    writer.write(large()).await.unwrap();
    writer.abort().await.unwrap();
    assert!(is_invisible(&*store, &shop).await);
    assert_eq!(fixture.files().await, Vec::<String>::new(), "what was staged is removed");
    complete(&*store, &shop).await.unwrap();
    assert!(is_absent(&*store, &shop, "media.tar").await, "the next archive has its own parts alone");
}

async fn a_dropped_writer_leaves_nothing_visible(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    let mut writer = store.create(&shop).await.unwrap();
    write(&mut *writer, "media.tar", &[text("media")]).await.unwrap();
    writer.begin(&part("database.dump")).await.unwrap();
    writer.write(large()).await.unwrap();
    drop(writer);
    assert!(is_invisible(&*store, &shop).await);
    complete(&*store, &shop).await.unwrap();
    assert_eq!(read(&*store, &shop, "database.dump", 0).await, "first second");
    assert!(is_absent(&*store, &shop, "media.tar").await, "the next archive has its own parts alone");
}

async fn two_archives_can_be_written_at_once(fixture: &impl ArchiveFixture) {
    let (store, one, two) = (fixture.store(), archive("shop", 1), archive("shop", 2));
    let mut first = store.create(&one).await.unwrap();
    let mut second = store.create(&two).await.unwrap();
    write(&mut *second, "database.dump", &[text("second")]).await.unwrap();
    write(&mut *first, "database.dump", &[text("first")]).await.unwrap();
    second.complete(text("sums")).await.unwrap();
    assert!(is_invisible(&*store, &one).await);
    first.complete(text("sums")).await.unwrap();
    assert_eq!(read(&*store, &one, "database.dump", 0).await, "first");
    assert_eq!(read(&*store, &two, "database.dump", 0).await, "second");
}
