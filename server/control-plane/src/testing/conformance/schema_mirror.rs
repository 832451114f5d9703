//! The mirror of schema files, over any archive store.

use model::CommitInfo;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use crate::ports::archive_store::ArchiveStore;
use crate::ports::schema_source::SchemaFile;
use crate::schemas::mirror::{content, name, put};

fn file(text: &str) -> SchemaFile {
    let commit = CommitInfo {
        sha: "a".repeat(40).parse().unwrap(),
        summary: String::new(),
        author: String::new(),
        at: OffsetDateTime::UNIX_EPOCH,
    };
    SchemaFile { commit, text: text.into(), sha256: hex::encode(Sha256::digest(text)) }
}

/// Contents are kept under their digests, once, and a second write of one changes nothing.
pub async fn run(mirror: &dyn ArchiveStore) {
    let (one, two) = (file("one"), file("two"));
    assert!(content(mirror, &one.sha256).await.is_err(), "nothing was written");
    put(mirror, &one).await.unwrap();
    put(mirror, &two).await.unwrap();
    assert_eq!(content(mirror, &one.sha256).await.unwrap(), b"one");
    assert_eq!(content(mirror, &two.sha256).await.unwrap(), b"two");
    put(mirror, &one).await.unwrap();
    assert_eq!(content(mirror, &one.sha256).await.unwrap(), b"one", "a second write is the first");
    assert_eq!(mirror.list().await.unwrap().len(), 2);
    assert_ne!(name(&one.sha256), name(&two.sha256));
}
