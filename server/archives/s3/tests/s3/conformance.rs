//! The store shows every fact of the contract, with two implementations of S3, and takes the rights that the documents name.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use control_plane::ports::archive_store::ArchiveStore;
use control_plane::testing::conformance::archive_store::{ArchiveFixture, archive, complete, run};
use control_plane::testing::conformance::schema_mirror;

use crate::support::{Bench, put};

/// A bench that tells the rights that were needed at its end.
struct Seen {
    bench: Bench,
    rights: Arc<Mutex<BTreeSet<String>>>,
}

impl Drop for Seen {
    fn drop(&mut self) {
        self.rights.lock().unwrap().extend(self.bench.rights());
    }
}

#[async_trait]
impl ArchiveFixture for Seen {
    fn store(&self) -> Arc<dyn ArchiveStore> {
        Arc::new(self.bench.store())
    }

    async fn plant(&self, path: &str) {
        self.bench.plant(path).await;
    }

    async fn files(&self) -> Vec<String> {
        self.bench.files().await
    }
}

/// The rights of the policy in `docs/backups.md`.
fn documented() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/backups.md");
    let text = std::fs::read_to_string(path).unwrap();
    let policy = text.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
    let policy: serde_json::Value = serde_json::from_str(policy).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_conforms_on_moto_with_the_rights_of_the_documents_and_no_others() {
    let rights = Arc::new(Mutex::new(BTreeSet::new()));
    run(async || Seen { bench: Bench::moto().await, rights: Arc::clone(&rights) }).await;
    assert_eq!(*rights.lock().unwrap(), documented());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_conforms_on_s3s() {
    run(Bench::s3s).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schema_files_are_mirrored_in_it() {
    schema_mirror::run(&Bench::s3s().await.store()).await;
}

#[tokio::test]
async fn keys_of_others_hide_no_archive() {
    let bench = Bench::moto().await;
    let store = bench.store();
    complete(&store, &archive("shop", 1)).await.unwrap();
    let bucket = bench.location.bucket();
    for key in ["a//b", "prod/eu/a//b", "prod/eu/folder/", "prod/eu/not-ours/%20"] {
        put(bench.proxy.service(), &format!("/{bucket}/{key}")).await;
    }
    assert_eq!(store.list().await.unwrap(), [archive("shop", 1)]);
}
