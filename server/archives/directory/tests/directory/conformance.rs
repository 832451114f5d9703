//! The store shows every fact of the contract.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::archive_store::ArchiveStore;
use control_plane::testing::conformance::archive_store::{ArchiveFixture, archive, complete, run};

use crate::support::Bench;

#[async_trait]
impl ArchiveFixture for Bench {
    fn store(&self) -> Arc<dyn ArchiveStore> {
        Arc::new(self.store.clone())
    }

    async fn plant(&self, path: &str) {
        Self::plant(self, path);
    }

    async fn files(&self) -> Vec<String> {
        Self::files(self)
    }
}

#[tokio::test]
async fn the_store_in_a_folder_conforms() {
    run(async || Bench::new()).await;
}

#[tokio::test]
async fn other_users_of_the_machine_can_read_nothing() {
    let bench = Bench::new();
    complete(&bench.store, &archive("shop", 1)).await.unwrap();
    let mut paths = vec![bench.root.clone(), bench.root.join("shop"), bench.root.join(".staged")];
    paths.push(bench.root.join(archive("shop", 1).to_string()));
    paths.extend(bench.files().iter().map(|file| bench.root.join(file)));
    for path in paths {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has the mode {mode:o}", path.display());
    }
}

#[tokio::test]
async fn a_probe_says_how_much_space_is_free() {
    let info = Bench::new().store.probe().await.unwrap();
    assert!(
        info.place.starts_with("the folder /") && info.free.is_some_and(|free| free.bytes() > 0),
        "{info:?}"
    );
}
