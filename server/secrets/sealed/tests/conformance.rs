//! The sealed store shows every fact of the contract; its values are broken by flipping a bit in every file.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::secret_store::SecretStore;
use control_plane::testing::conformance::secret_store::{SecretFixture, run};
use secrets_sealed::{SealedSettings, SealedStore};
use tempfile::TempDir;

struct Sealed {
    dir: TempDir,
    store: SealedStore,
}

impl Sealed {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir).await;
        Self { dir, store }
    }

    fn flip(&self) {
        let mut files: Vec<PathBuf> = Vec::new();
        for folder in fs::read_dir(self.dir.path().join("secrets")).unwrap() {
            let folder = folder.unwrap();
            if folder.file_type().unwrap().is_dir() {
                files.extend(fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        assert!(!files.is_empty(), "there is something to break");
        for file in files {
            let mut bytes = fs::read(&file).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&file, bytes).unwrap();
        }
    }
}

async fn open(dir: &TempDir) -> SealedStore {
    let settings = SealedSettings { dir: dir.path().join("secrets"), key_file: dir.path().join("key") };
    SealedStore::open(settings).await.unwrap()
}

#[async_trait]
impl SecretFixture for Sealed {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::new(self.store.clone())
    }

    async fn reopened(&self) -> Arc<dyn SecretStore> {
        Arc::new(open(&self.dir).await)
    }

    async fn break_values(&self) {
        self.flip();
    }

    async fn mend_values(&self) {
        self.flip();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sealed_store_conforms() {
    run(Sealed::new).await;
}
