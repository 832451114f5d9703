//! Credentials of the environment for the client.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use tokio::sync::Mutex;

/// Time-out of the search for a credential.
const SEARCH: Duration = Duration::from_secs(10);
/// A credential is searched again after this time, or this long before it expires: a signed request is retried for up to two
/// minutes.
const VALIDITY: Duration = Duration::from_secs(15 * 60);
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// No credential was found.
#[derive(Debug, thiserror::Error)]
#[error(
    "no credential was found: {0}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"
)]
pub struct NoCredential(String);

/// Searches credentials, and retains one while it is valid.
#[derive(Debug)]
pub struct Searched {
    provider: Option<SharedCredentialsProvider>,
    found: Mutex<Option<(Arc<AwsCredential>, Instant)>>,
}

impl Searched {
    pub fn new(provider: Option<SharedCredentialsProvider>) -> Self {
        Self { provider, found: Mutex::default() }
    }

    async fn search(&self) -> Result<Credentials, NoCredential> {
        let provider = self.provider.as_ref().ok_or_else(|| NoCredential("no source is known".into()))?;
        match tokio::time::timeout(SEARCH, provider.provide_credentials()).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(NoCredential(error.to_string().trim_end_matches('.').to_owned())),
            Err(_) => Err(NoCredential(format!("no answer within {} s", SEARCH.as_secs()))),
        }
    }
}

#[async_trait]
impl CredentialProvider for Searched {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut found = self.found.lock().await;
        if let Some((credential, until)) = &*found
            && Instant::now() < *until
        {
            return Ok(Arc::clone(credential));
        }
        let searched = self.search().await;
        let new =
            searched.map_err(|error| object_store::Error::Generic { store: "S3", source: error.into() })?;
        let credential = Arc::new(AwsCredential {
            key_id: new.access_key_id().to_owned(),
            secret_key: new.secret_access_key().to_owned(),
            token: new.session_token().map(str::to_owned),
        });
        *found = Some((Arc::clone(&credential), Instant::now() + validity(new.expiry())));
        Ok(credential)
    }
}

fn validity(expiry: Option<SystemTime>) -> Duration {
    let left = expiry.map(|expiry| expiry.duration_since(SystemTime::now()).unwrap_or_default());
    left.map_or(VALIDITY, |left| left.saturating_sub(MARGIN).min(VALIDITY))
}
