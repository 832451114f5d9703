//! The authorities that this machine believes. They lie in files, which are read once an hour and off the threads that
//! serve requests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use tokio::sync::Mutex;

/// How long the files are taken to be the same: certificates of authorities change by an update of the system.
const FRESH: Duration = Duration::from_secs(3600);

#[derive(Debug, Default)]
pub(crate) struct PublicRoots(Mutex<Option<(Instant, Arc<RootCertStore>)>>);

impl PublicRoots {
    /// The machine's authorities.
    pub(crate) async fn get(&self) -> Arc<RootCertStore> {
        let mut last = self.0.lock().await;
        if let Some((_, roots)) = last.as_ref().filter(|(read, _)| read.elapsed() < FRESH) {
            return Arc::clone(roots);
        }
        let roots =
            Arc::new(tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| RootCertStore::empty()));
        *last = Some((Instant::now(), Arc::clone(&roots)));
        roots
    }
}

fn read() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    store
}
