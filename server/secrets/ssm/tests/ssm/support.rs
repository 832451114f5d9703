//! A store of its own on the moto of the tests, behind a proxy of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test's own tools fail by panicking")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use control_plane::ports::Failure as _;
use control_plane::ports::secret_store::{Secret, SecretError, SecretPath};
use model::Problem;
use secrecy::{ExposeSecret as _, SecretString};
use secrets_ssm::{Patience, SsmSettings, SsmStore};

pub use fault_proxy::Fault;
pub use proxy::{Proxy, code, throttle};

mod proxy;

/// The value that may be seen nowhere but in a parameter.
pub const PLANTED: &str = "planted-4e8a-value";

/// The rights of the policy that the documents show, without those of KMS.
pub fn policy_actions() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/iam-policy.json");
    let policy: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    actions
        .map(|action| action.as_str().unwrap().to_owned())
        .filter(|action| action.starts_with("ssm:"))
        .collect()
}

/// A proxy before an account of its own, and stores behind it.
pub struct Bench {
    pub proxy: Proxy,
    pub settings: SsmSettings,
}

impl Bench {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let moto = std::env::var("ATOMO_FLEET_TEST_AWS");
        let moto = moto.expect("these tests need a parameter store: scripts/with-moto cargo nextest run ...");
        // an account is twelve digits
        let number = u64::from(std::process::id()) * 1000 + NEXT.fetch_add(1, Ordering::Relaxed);
        let proxy = Proxy::start(&moto, format!("{number:012}"));
        Self { proxy, settings: SsmSettings::default() }
    }

    pub fn store(&self) -> Arc<SsmStore> {
        Arc::new(SsmStore::over(self.settings.clone(), config(self.proxy.url())))
    }

    /// A store with time-outs short enough for a test that waits for their end.
    pub fn impatient_store(&self) -> Arc<SsmStore> {
        let (attempt, whole) = (Duration::from_millis(1500), Duration::from_secs(6));
        let patience = Patience { attempt, whole, ..Patience::default() };
        Arc::new(SsmStore::over(SsmSettings { patience, ..self.settings.clone() }, config(self.proxy.url())))
    }
}

impl Drop for Bench {
    /// Whatever a test does takes no right that the policy does not give.
    fn drop(&mut self) {
        let beyond: Vec<_> = self.proxy.actions().difference(&policy_actions()).cloned().collect();
        assert!(beyond.is_empty() || std::thread::panicking(), "docs/iam-policy.json lacks {beyond:?}");
    }
}

pub fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIATEST", "planted-secret-access-key", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

pub fn path(name: &str) -> SecretPath {
    SecretPath::project(&"acme".parse().unwrap(), name)
}

pub fn value(text: &str) -> SecretString {
    SecretString::from(text)
}

pub fn shown(secret: Option<Secret>) -> Option<(String, u32)> {
    secret.map(|secret| (secret.value.expose_secret().to_owned(), secret.version))
}

/// What the outside is told of an error that has to be one, which holds no value however it is printed.
pub fn told<T>(outcome: Result<T, SecretError>) -> (SecretError, Problem) {
    let Err(error) = outcome else { panic!("it has to fail") };
    let problem = error.problem();
    let all = format!("{error} {error:?} {problem:?}");
    assert!(!all.contains("planted"), "no value is told: {all}");
    assert_eq!(problem.part.as_deref(), Some("secrets"), "the part is named: {problem:?}");
    (error, problem)
}
