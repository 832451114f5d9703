//! The store in memory keeps the contract of the others.

use std::sync::Arc;

use async_trait::async_trait;

use super::MemoryArchives;
use crate::ports::archive_store::ArchiveStore;
use crate::testing::conformance::archive_store::{ArchiveFixture, run};

#[async_trait]
impl ArchiveFixture for MemoryArchives {
    fn store(&self) -> Arc<dyn ArchiveStore> {
        Arc::new(self.clone())
    }

    async fn plant(&self, _: &str) {}

    async fn files(&self) -> Vec<String> {
        Self::files(self)
    }
}

#[tokio::test]
async fn the_store_in_memory_conforms() {
    run(async || MemoryArchives::default()).await;
}
