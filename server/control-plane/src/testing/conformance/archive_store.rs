//! Facts about every archive store: an archive is visible only when it is complete, is whole then, and can be removed.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use model::{BackupId, ByteSize};
use uuid::Uuid;

use crate::ports::archive_store::{
    ArchiveError, ArchiveName, ArchiveStore, ArchiveWriter, PartName, PartStream, SEAL,
};

mod removal;
mod writers;

/// A store under test, empty at first, and the means to look behind it.
#[async_trait]
pub trait ArchiveFixture: Send + Sync {
    /// The store.
    fn store(&self) -> Arc<dyn ArchiveStore>;

    /// Puts a file beside the archives, at this path below the root of the store. Does nothing where that is impossible.
    async fn plant(&self, path: &str);

    /// The paths of all files of the store, complete, staged and planted.
    async fn files(&self) -> Vec<String>;
}

/// Checks every fact, each on a store of its own.
pub async fn run<F: ArchiveFixture>(fresh: impl AsyncFn() -> F) {
    an_archive_is_invisible_until_it_is_complete(&fresh().await).await;
    a_part_is_read_from_an_offset(&fresh().await).await;
    a_part_may_be_empty(&fresh().await).await;
    a_large_part_in_odd_pieces_is_whole(&fresh().await).await;
    what_is_not_there_is_absent(&fresh().await).await;
    a_list_is_sorted_and_has_complete_archives_alone(&fresh().await).await;
    archives_of_two_owners_are_apart(&fresh().await).await;
    a_probe_leaves_nothing(&fresh().await).await;
    writers::run(&fresh).await;
    removal::run(&fresh).await;
}

/// An archive of a project.
pub fn archive(project: &str, backup: u128) -> ArchiveName {
    ArchiveName { project: Some(project.parse().unwrap()), backup: id(backup) }
}

fn fleet(backup: u128) -> ArchiveName {
    ArchiveName { project: None, backup: id(backup) }
}

fn id(backup: u128) -> BackupId {
    BackupId::from(Uuid::from_u128(backup))
}

/// The name of a part.
pub fn part(name: &str) -> PartName {
    name.parse().unwrap()
}

/// Writes one part in these pieces.
pub async fn write(writer: &mut dyn ArchiveWriter, name: &str, pieces: &[Bytes]) -> Result<(), ArchiveError> {
    writer.begin(&part(name)).await?;
    for piece in pieces {
        writer.write(piece.clone()).await?;
    }
    writer.end().await
}

/// Writes an archive of two parts, `database.dump` and `manifest.json`.
pub async fn complete(store: &dyn ArchiveStore, archive: &ArchiveName) -> Result<(), ArchiveError> {
    let mut writer = store.create(archive).await?;
    write(&mut *writer, "database.dump", &[text("first "), text("second")]).await?;
    write(&mut *writer, "manifest.json", &[text("{}")]).await?;
    writer.complete(text("sums")).await
}

/// The text as bytes.
pub fn text(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

/// 40 MiB in which no two blocks of 4 KiB are equal, so that a lost, doubled or exchanged piece shows.
pub fn large() -> Bytes {
    let mut all = BytesMut::with_capacity(40 << 20);
    for block in 0..(40_u32 << 8) {
        all.extend_from_slice(&block.to_be_bytes());
        all.resize(all.len() + 4092, block.to_le_bytes()[0]);
    }
    all.freeze()
}

/// All bytes of a stream.
pub async fn collect(stream: PartStream) -> Result<Bytes, ArchiveError> {
    let append = |mut all: BytesMut, piece: Bytes| async move {
        all.extend_from_slice(&piece);
        Ok(all)
    };
    stream.try_fold(BytesMut::new(), append).await.map(BytesMut::freeze)
}

async fn read(store: &dyn ArchiveStore, archive: &ArchiveName, name: &str, from: u64) -> Bytes {
    collect(store.read(archive, &part(name), from).await.unwrap()).await.unwrap()
}

async fn is_absent(store: &dyn ArchiveStore, archive: &ArchiveName, name: &str) -> bool {
    matches!(store.read(archive, &part(name), 0).await, Err(ArchiveError::Absent { .. }))
}

async fn is_invisible(store: &dyn ArchiveStore, archive: &ArchiveName) -> bool {
    store.parts(archive).await.unwrap().is_none()
        && !store.list().await.unwrap().contains(archive)
        && is_absent(store, archive, "database.dump").await
        && is_absent(store, archive, SEAL).await
}

async fn an_archive_is_invisible_until_it_is_complete(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    let mut writer = store.create(&shop).await.unwrap();
    assert!(is_invisible(&*store, &shop).await, "nothing was written");
    write(&mut *writer, "database.dump", &[text("first "), text("second")]).await.unwrap();
    write(&mut *writer, "manifest.json", &[text("{}")]).await.unwrap();
    assert!(is_invisible(&*store, &shop).await, "all parts are written, and it is not complete");
    writer.complete(text("sums")).await.unwrap();
    let size = |name: &str, bytes| (part(name), ByteSize::new(bytes));
    let parts = [size(SEAL, 4), size("database.dump", 12), size("manifest.json", 2)];
    assert_eq!(
        store.parts(&shop).await.unwrap().as_deref(),
        Some(&parts[..]),
        "parts by name, with the seal"
    );
    assert_eq!(store.list().await.unwrap(), std::slice::from_ref(&shop));
    assert_eq!(read(&*store, &shop, "database.dump", 0).await, "first second");
    assert_eq!(read(&*store, &shop, SEAL, 0).await, "sums");
}

async fn a_part_is_read_from_an_offset(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    complete(&*store, &shop).await.unwrap();
    for (from, rest) in [(0, "first second"), (6, "second"), (11, "d"), (12, ""), (1 << 40, "")] {
        assert_eq!(read(&*store, &shop, "database.dump", from).await, rest, "from {from}");
    }
}

async fn a_part_may_be_empty(fixture: &impl ArchiveFixture) {
    let (store, shop) = (fixture.store(), archive("shop", 1));
    let mut writer = store.create(&shop).await.unwrap();
    write(&mut *writer, "nothing", &[]).await.unwrap();
    write(&mut *writer, "no-bytes", &[Bytes::new(), Bytes::new()]).await.unwrap();
    writer.complete(text("sums")).await.unwrap();
    for name in ["nothing", "no-bytes"] {
        assert_eq!(read(&*store, &shop, name, 0).await, "", "{name}");
        let parts = store.parts(&shop).await.unwrap().unwrap();
        assert!(parts.contains(&(part(name), ByteSize::new(0))), "{parts:?}");
    }
}

async fn a_large_part_in_odd_pieces_is_whole(fixture: &impl ArchiveFixture) {
    let (store, shop, all) = (fixture.store(), archive("shop", 1), large());
    let mut writer = store.create(&shop).await.unwrap();
    writer.begin(&part("database.dump")).await.unwrap();
    let mut rest = all.clone();
    for size in [1, 9_000_001, 3, 65_537, 20_000_003, 4095].into_iter().cycle() {
        if rest.is_empty() {
            break;
        }
        writer.write(rest.split_to(size.min(rest.len()))).await.unwrap();
    }
    writer.end().await.unwrap();
    writer.complete(text("sums")).await.unwrap();
    assert!(read(&*store, &shop, "database.dump", 0).await == all, "40 MiB come back as they were");
    let from = 17 << 20;
    assert!(read(&*store, &shop, "database.dump", from + 1).await == all[(17 << 20) + 1..], "from an offset");
    let parts = store.parts(&shop).await.unwrap().unwrap();
    assert!(parts.contains(&(part("database.dump"), ByteSize::mib(40))), "{parts:?}");
}

async fn what_is_not_there_is_absent(fixture: &impl ArchiveFixture) {
    let (store, shop, other) = (fixture.store(), archive("shop", 1), archive("shop", 2));
    assert!(is_invisible(&*store, &shop).await);
    complete(&*store, &shop).await.unwrap();
    assert!(is_invisible(&*store, &other).await);
    assert!(is_absent(&*store, &shop, "media.tar").await, "no such part");
    assert!(is_absent(&*store, &shop, "database").await, "a name is not a prefix");
    let Err(error) = store.read(&shop, &part("media.tar"), 0).await else { panic!("it is absent") };
    assert!(error.to_string().contains("media.tar") && error.to_string().contains(&store.place()), "{error}");
}

async fn a_list_is_sorted_and_has_complete_archives_alone(fixture: &impl ArchiveFixture) {
    let store = fixture.store();
    let mut all =
        vec![archive("shop", 7), fleet(9), archive("blog", 8), archive("shop", 3), archive("shop-2", 1)];
    for archive in &all {
        complete(&*store, archive).await.unwrap();
    }
    let _unfinished = store.create(&archive("shop", 4)).await.unwrap();
    for path in ["README.txt", "lost+found/README", "shop/SHA256SUMS", "shop/notes/SHA256SUMS"] {
        fixture.plant(path).await;
    }
    let incomplete = format!("{}/database.dump", archive("shop", 5));
    fixture.plant(&incomplete).await;
    fixture.plant(&format!("deeper/{}/{SEAL}", archive("shop", 6))).await;
    all.sort();
    assert_eq!(store.list().await.unwrap(), all);
    assert!(is_invisible(&*store, &archive("shop", 5)).await, "an archive without a seal is not complete");
}

async fn archives_of_two_owners_are_apart(fixture: &impl ArchiveFixture) {
    let store = fixture.store();
    let (shop, blog, ours) = (archive("shop", 1), archive("blog", 1), fleet(1));
    for (archive, content) in [(&shop, "shop's"), (&blog, "blog's"), (&ours, "ours")] {
        let mut writer = store.create(archive).await.unwrap();
        write(&mut *writer, "database.dump", &[text(content)]).await.unwrap();
        writer.complete(text("sums")).await.unwrap();
    }
    store.remove(&blog).await.unwrap();
    assert!(is_invisible(&*store, &blog).await);
    assert_eq!(read(&*store, &shop, "database.dump", 0).await, "shop's", "the same id of another owner");
    assert_eq!(read(&*store, &ours, "database.dump", 0).await, "ours");
}

async fn a_probe_leaves_nothing(fixture: &impl ArchiveFixture) {
    let store = fixture.store();
    let info = store.probe().await.unwrap();
    assert_eq!(info.place, store.place());
    assert_eq!(fixture.files().await, Vec::<String>::new());
    assert_eq!(store.list().await.unwrap(), []);
}
