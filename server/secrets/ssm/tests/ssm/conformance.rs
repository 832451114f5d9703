//! The store shows every fact of the contract, over HTTP, and needs the rights that the documents give it and no others.
#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use control_plane::ports::secret_store::SecretStore;
use control_plane::testing::conformance::secret_store::{SecretFixture, run};
use secrets_ssm::value::MOST;

use crate::support::{Bench, code, policy_actions};

struct Ssm {
    bench: Bench,
    seen: Arc<Mutex<BTreeSet<String>>>,
}

impl Drop for Ssm {
    fn drop(&mut self) {
        self.seen.lock().unwrap().extend(self.bench.proxy.actions());
    }
}

#[async_trait]
impl SecretFixture for Ssm {
    fn store(&self) -> Arc<dyn SecretStore> {
        self.bench.store()
    }

    async fn reopened(&self) -> Arc<dyn SecretStore> {
        self.bench.store()
    }

    async fn break_values(&self) {
        let denied = code("AccessDeniedException", "not authorized");
        self.bench.proxy.fail("GetParameter", 100, &denied);
    }

    async fn mend_values(&self) {
        self.bench.proxy.heal();
    }

    fn longest_value(&self) -> Option<usize> {
        Some(MOST)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ssm_store_conforms_with_the_rights_of_the_policy_and_no_others() {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    run(async || Ssm { bench: Bench::new(), seen: Arc::clone(&seen) }).await;
    assert_eq!(*seen.lock().unwrap(), policy_actions());
}
