//! Facts about the files of instances.

use model::{CommitInfo, InstanceKey, Observed, OperationId, SchemaRef};
use sha2::{Digest as _, Sha256};

use crate::ports::driver::{FileDelivery, SchemaFiles};
use crate::ports::schema_source::SchemaFile;
use crate::ports::volumes::{KEPT_SCHEMAS, SchemaKey, Volumes};

/// Checks every fact, each on volumes of its own. What `fresh` returns beside them lives as long as they do.
pub async fn run<V: Volumes, T>(fresh: impl Fn() -> (V, T)) {
    what_was_written_is_there_and_nothing_else(&fresh().0).await;
    schemas_are_kept_beside_each_other(&fresh().0).await;
    the_last_ones_are_kept_and_those_that_are_named(&fresh().0).await;
    a_removal_takes_every_schema_of_its_instance_alone(&fresh().0).await;
    a_rehearsal_is_removed_whole_and_a_main_instance_is_not(&fresh().0).await;
}

/// A schema file with this text, and where it comes from.
pub fn schema(text: &str) -> (SchemaRef, SchemaFile) {
    let sha256 = hex::encode(Sha256::digest(text));
    let from = SchemaRef::Git {
        repo: "file:///srv/x".parse().unwrap(),
        path: "schema.ts".parse().unwrap(),
        r#ref: sha256[..40].parse().unwrap(),
    };
    let commit = CommitInfo {
        sha: from.commit().clone(),
        summary: "A change".into(),
        author: "A Tester".into(),
        at: time::OffsetDateTime::UNIX_EPOCH,
    };
    (from, SchemaFile { commit, text: text.into(), sha256 })
}

fn shop() -> InstanceKey {
    "shop".parse().unwrap()
}

async fn write(volumes: &impl Volumes, instance: &InstanceKey, key: u64, text: &str) {
    let (from, file) = schema(text);
    volumes.write_schema(instance, &SchemaKey::from(key), &from, &file).await.unwrap();
}

async fn content(volumes: &impl Volumes, instance: &InstanceKey, key: u64) -> Option<String> {
    let files = volumes.schema_files(instance, &SchemaKey::from(key), FileDelivery::Content).await.ok()?;
    let SchemaFiles::Content(bytes) = files else { panic!("content was asked for: {files:?}") };
    Some(String::from_utf8(bytes).unwrap())
}

async fn what_was_written_is_there_and_nothing_else(volumes: &impl Volumes) {
    let ((from, file), first) = (schema("one"), SchemaKey::from(1));
    assert_eq!(volumes.schema(&shop(), &first, &from).await, Observed::Absent, "nothing was written");
    assert_eq!(content(volumes, &shop(), 1).await, None);
    write(volumes, &shop(), 1, "one").await;
    assert_eq!(volumes.schema(&shop(), &first, &from).await, Observed::Present(file.commit.sha));
    assert_eq!(content(volumes, &shop(), 1).await.as_deref(), Some("one"));
    let SchemaRef::Git { repo, r#ref, .. } = from else { panic!("schema() is of a repository") };
    let elsewhere = SchemaRef::Git { repo, r#ref, path: "other.ts".parse().unwrap() };
    assert_eq!(
        volumes.schema(&shop(), &first, &elsewhere).await,
        Observed::Absent,
        "the file of another path"
    );
    write(volumes, &shop(), 1, "two").await;
    assert_eq!(content(volumes, &shop(), 1).await.as_deref(), Some("two"), "in place of the first");
}

async fn schemas_are_kept_beside_each_other(volumes: &impl Volumes) {
    let rehearsal = InstanceKey::rehearsal(shop().project, OperationId::from(uuid::Uuid::now_v7()));
    write(volumes, &shop(), 1, "one").await;
    write(volumes, &shop(), 2, "two").await;
    write(volumes, &rehearsal, 1, "tried").await;
    assert_eq!(content(volumes, &shop(), 1).await.as_deref(), Some("one"), "a further one touches none");
    assert_eq!(content(volumes, &shop(), 2).await.as_deref(), Some("two"));
    assert_eq!(
        content(volumes, &rehearsal, 1).await.as_deref(),
        Some("tried"),
        "nor does another instance's"
    );
    let media = |instance| volumes.media(instance, FileDelivery::Content);
    assert_ne!(media(&shop()), media(&rehearsal), "uploads of a rehearsal are its own");
}

async fn the_last_ones_are_kept_and_those_that_are_named(volumes: &impl Volumes) {
    for key in 1..=6 {
        write(volumes, &shop(), key, &format!("text {key}")).await;
    }
    write(volumes, &shop(), 3, "text 3").await; // it is the newest now
    volumes.prune_schemas(&shop(), &[SchemaKey::from(1)]).await.unwrap();
    let mut kept = Vec::new();
    for key in 1..=6 {
        kept.extend(content(volumes, &shop(), key).await.map(|_| key));
    }
    assert_eq!((kept.as_slice(), KEPT_SCHEMAS), (&[1, 3, 5, 6][..], 3));
    volumes.prune_schemas(&shop(), &[]).await.unwrap();
    assert_eq!(content(volumes, &shop(), 1).await, None, "no longer named");
}

async fn a_removal_takes_every_schema_of_its_instance_alone(volumes: &impl Volumes) {
    let blog: InstanceKey = "blog".parse().unwrap();
    for (instance, key) in [(&shop(), 1), (&shop(), 2), (&blog, 1)] {
        write(volumes, instance, key, "text").await;
    }
    for _ in 0..2 {
        volumes.remove_schemas(&shop()).await.unwrap();
    }
    assert_eq!((content(volumes, &shop(), 1).await, content(volumes, &shop(), 2).await), (None, None));
    assert_eq!(content(volumes, &blog, 1).await.as_deref(), Some("text"));
    volumes.prune_schemas(&shop(), &[]).await.unwrap();
}

async fn a_rehearsal_is_removed_whole_and_a_main_instance_is_not(volumes: &impl Volumes) {
    let rehearsal = InstanceKey::rehearsal(shop().project, OperationId::from(uuid::Uuid::now_v7()));
    write(volumes, &shop(), 1, "one").await;
    write(volumes, &rehearsal, 1, "tried").await;
    for _ in 0..2 {
        volumes.remove_rehearsal(&rehearsal).await.unwrap();
    }
    assert_eq!(content(volumes, &rehearsal, 1).await, None);
    volumes.remove_rehearsal(&shop()).await.unwrap_err();
    assert_eq!(content(volumes, &shop(), 1).await.as_deref(), Some("one"));
}
