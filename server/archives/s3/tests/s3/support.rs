//! A bucket of its own, behind a proxy of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's own tools fail by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use archives_s3::{Patience, S3Archives, S3Location};
use async_trait::async_trait;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use control_plane::ports::archive_store::ArchiveStore;
use control_plane::testing::conformance::archive_store::ArchiveFixture;
use fault_proxy::Proxy;
use futures::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use tempfile::TempDir;

pub use upstream::{Upstream, error, put, slow_down};

mod s3s_fs;
mod upstream;

/// The longest wait of a test for something that has to come.
const PATIENCE: Duration = Duration::from_secs(60);

const REGION: &str = "eu-central-1";
const KEY: &str = "AKIATEST";
const SECRET: &str = "planted-secret-access-key";

/// A bucket behind a proxy.
pub struct Bench {
    pub proxy: Proxy<Upstream>,
    pub location: S3Location,
    /// Another client, past the proxy.
    behind: AmazonS3,
    /// The folder of s3s.
    home: Option<TempDir>,
}

impl Bench {
    /// A bucket of the moto of the tests.
    pub async fn moto() -> Self {
        let bench = Self::new(&moto(), None);
        upstream::create_bucket(bench.proxy.service(), bench.location.bucket()).await;
        bench
    }

    /// A bucket of s3s, which serves a folder in this process and checks signatures and checksums.
    pub async fn s3s() -> Self {
        let home = tempfile::tempdir().unwrap();
        let address = s3s_fs::serve(home.path(), KEY, SECRET).await;
        let bench = Self::new(&address, Some(home));
        let home = bench.home.as_ref().map(TempDir::path).unwrap();
        std::fs::create_dir(home.join(bench.location.bucket())).unwrap();
        bench
    }

    fn new(address: &str, home: Option<TempDir>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let bucket = format!("backups-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let behind = AmazonS3Builder::new()
            .with_bucket_name(&bucket)
            .with_region(REGION)
            .with_access_key_id(KEY)
            .with_secret_access_key(SECRET)
            .with_endpoint(format!("http://{address}"))
            .with_allow_http(true)
            .build()
            .unwrap();
        let proxy = Proxy::start(Upstream(address.to_owned()));
        Self { proxy, location: format!("s3://{bucket}/prod/eu").parse().unwrap(), behind, home }
    }

    pub fn store(&self) -> S3Archives {
        self.patient_store(Patience { whole: Duration::from_secs(30), ..Patience::default() })
    }

    /// A store with limits short enough for a test that waits for their end.
    pub fn impatient_store(&self) -> S3Archives {
        let (stall, whole) = (Duration::from_secs(2), Duration::from_secs(10));
        self.patient_store(Patience { stall, whole, retries: 2, ..Patience::default() })
    }

    pub fn patient_store(&self, patience: Patience) -> S3Archives {
        S3Archives::over(self.location.clone(), patience, config(self.proxy.url()))
    }

    /// Removes an object past the proxy.
    pub async fn delete(&self, path: &str) {
        self.behind.delete(&Path::from(format!("prod/eu/{path}"))).await.unwrap();
    }

    /// The multipart uploads that were neither completed nor aborted, as XML.
    pub async fn uploads(&self) -> String {
        upstream::uploads(self.proxy.service(), self.location.bucket()).await
    }

    /// Waits until no multipart upload is left.
    pub async fn until_no_upload_is_left(&self) {
        let begun = Instant::now();
        while self.uploads().await.contains("<UploadId>") {
            assert!(begun.elapsed() < PATIENCE, "an upload was not aborted: {}", self.uploads().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The rights that all calls so far take.
    pub fn rights(&self) -> BTreeSet<String> {
        self.proxy.actions().iter().map(|action| format!("s3:{}", upstream::right(action))).collect()
    }
}

#[async_trait]
impl ArchiveFixture for Bench {
    fn store(&self) -> Arc<dyn ArchiveStore> {
        Arc::new(Self::store(self))
    }

    async fn plant(&self, path: &str) {
        self.behind.put(&Path::from(format!("prod/eu/{path}")), "planted".into()).await.unwrap();
    }

    async fn files(&self) -> Vec<String> {
        let objects: Vec<_> = self.behind.list(None).try_collect().await.unwrap();
        objects.into_iter().map(|object| object.location.to_string()).collect()
    }
}

fn moto() -> String {
    let moto = std::env::var("ATOMO_FLEET_TEST_AWS");
    let moto = moto.expect("these tests need a stand-in of AWS: scripts/with-moto cargo nextest run ...");
    moto.trim_start_matches("http://").trim_end_matches('/').to_owned()
}

pub fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new(KEY, SECRET, None, None, "test");
    without_credentials(endpoint)
        .into_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

pub fn without_credentials(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .build()
}
