//! The in-memory store shows every fact of its contract.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{MemorySecrets, Mood};
use crate::ports::Failure as _;
use crate::ports::secret_store::{SecretPath, SecretReader as _, SecretStore};
use crate::testing::conformance::secret_store::{SecretFixture, run};

struct Memory(MemorySecrets);

#[async_trait]
impl SecretFixture for Memory {
    fn store(&self) -> Arc<dyn SecretStore> {
        Arc::new(self.0.clone())
    }

    async fn reopened(&self) -> Arc<dyn SecretStore> {
        self.store()
    }

    async fn break_values(&self) {
        self.0.set_mood(Mood::Damaged);
    }

    async fn mend_values(&self) {
        self.0.set_mood(Mood::Well);
    }
}

#[tokio::test]
async fn the_in_memory_store_conforms() {
    run(async || Memory(MemorySecrets::new())).await;
}

#[tokio::test]
async fn a_store_that_is_away_says_so_and_forgets_nothing() {
    let store = MemorySecrets::new();
    let path = SecretPath::fleet("token");
    store.put(&path, SecretString::from("kept")).await.unwrap();

    store.set_mood(Mood::Away);
    let refused = store.ensure(&path, SecretString::from("other")).await.unwrap_err();
    assert!(refused.is_transient(), "{refused}");

    store.set_mood(Mood::Well);
    assert_eq!(store.get(&path, None).await.unwrap().map(|secret| secret.version), Some(1));
}
