use std::fs;
use std::time::Duration;

use futures::stream::{BoxStream, StreamExt};
use keeper::process::ProcessKey;
use keeper::record::Record;
use model::InstanceKey;
use tokio::time::timeout;

use super::{changes, polled};

fn id(text: &str) -> InstanceKey {
    text.to_owned().try_into().unwrap()
}

fn record() -> Record {
    let nobody = ProcessKey { pid: 1, started: 0 };
    let [boot, digest, release, address] = ["b", "d", "s", "a"].map(str::to_owned);
    Record { boot, keeper: nobody, instance: nobody, digest, release, address, started_at: 0, end: None }
}

async fn next(hints: &mut BoxStream<'static, InstanceKey>) -> InstanceKey {
    timeout(Duration::from_secs(10), hints.next()).await.unwrap().unwrap()
}

async fn tells_of_records_and_removals(root: &std::path::Path, mut hints: BoxStream<'static, InstanceKey>) {
    fs::create_dir(root.join("shop")).unwrap();
    assert_eq!(next(&mut hints).await, id("shop"));
    record().write(&root.join("shop")).unwrap();
    assert_eq!(next(&mut hints).await, id("shop"));
    fs::remove_dir_all(root.join("shop")).unwrap();
    assert_eq!(next(&mut hints).await, id("shop"));
}

#[tokio::test]
async fn watching_tells_of_records_and_removals() {
    let root = tempfile::tempdir().unwrap();
    tells_of_records_and_removals(root.path(), changes(root.path())).await;
}

#[tokio::test]
async fn polling_tells_of_records_and_removals() {
    let root = tempfile::tempdir().unwrap();
    tells_of_records_and_removals(root.path(), polled(root.path().to_owned()).boxed()).await;
}

#[tokio::test]
async fn the_closing_of_a_lock_is_a_hint_and_other_files_are_none() {
    let root = tempfile::tempdir().unwrap();
    for name in ["blog", "shop"] {
        fs::create_dir(root.path().join(name)).unwrap();
    }
    let mut hints = changes(root.path());
    fs::write(root.path().join("blog/log.1"), "a line").unwrap();
    fs::write(root.path().join("not a project"), "").unwrap();
    let lock = fs::File::create(root.path().join("shop/lock")).unwrap();
    drop(lock);
    assert_eq!(next(&mut hints).await, id("shop"));
}
