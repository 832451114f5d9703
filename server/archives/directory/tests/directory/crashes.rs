//! A process that is killed between the acts of a writer or of a removal.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use archives_directory::DirectoryArchives;
use control_plane::ports::archive_store::{ArchiveStore as _, SEAL};
use control_plane::testing::conformance::archive_store::{archive, complete, large, part, text, write};

use crate::support::{Bench, again, given};

const READY: &str = "one part is written and another one begun";

/// Writes an archive except its seal, says so, and waits for the end.
async fn write_until_killed(store: &DirectoryArchives) {
    let mut writer = store.create(&archive("shop", 1)).await.unwrap();
    write(&mut *writer, "database.dump", &[text("content")]).await.unwrap();
    writer.begin(&part("media.tar")).await.unwrap();
    writer.write(large()).await.unwrap();
    let mut out = std::io::stdout();
    std::io::Write::write_all(&mut out, format!("\n{READY}\n").as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_secs(600)).await;
}

#[tokio::test]
async fn a_writer_that_is_killed_leaves_nothing_visible() {
    if let Some(folder) = given() {
        write_until_killed(&DirectoryArchives::new(folder)).await;
        return;
    }
    let (bench, shop) = (Bench::new(), archive("shop", 1));
    let mut child = again("crashes::a_writer_that_is_killed_leaves_nothing_visible", &bench.root, &[])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == READY), "the writer was begun");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(bench.files().len() == 2, "the parts are staged: {:?}", bench.files());
    assert_eq!((bench.store.list().await.unwrap(), bench.store.parts(&shop).await.unwrap()), (vec![], None));
    complete(&bench.store, &shop).await.unwrap();
    assert_eq!(bench.store.list().await.unwrap(), std::slice::from_ref(&shop));
    let parts = bench.store.parts(&shop).await.unwrap().unwrap();
    assert!(
        parts.iter().all(|(name, _)| name.as_str() != "media.tar"),
        "nothing of the killed one: {parts:?}"
    );
}

#[tokio::test]
async fn a_sealed_archive_that_was_not_moved_to_its_place_is_invisible() {
    let (bench, shop) = (Bench::new(), archive("shop", 1));
    for file in ["database.dump", SEAL] {
        bench.plant(&format!(".staged/{shop}/{file}"));
    }
    assert_eq!((bench.store.list().await.unwrap(), bench.store.parts(&shop).await.unwrap()), (vec![], None));
    bench.store.remove(&shop).await.unwrap();
    assert_eq!(bench.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_removal_that_was_interrupted_is_ended_by_the_next() {
    let (bench, shop) = (Bench::new(), archive("shop", 1));
    complete(&bench.store, &shop).await.unwrap();
    let staged = bench.root.join(format!(".staged/{shop}"));
    fs::create_dir_all(staged.parent().unwrap()).unwrap();
    fs::rename(bench.root.join(shop.to_string()), &staged).unwrap();
    assert_eq!(bench.store.list().await.unwrap(), []);
    bench.store.remove(&shop).await.unwrap();
    assert_eq!(bench.files(), Vec::<String>::new());
}
