//! The clients of a bucket: made at the first use, so that no start waits for it.

use std::sync::Arc;

use aws_config::SdkConfig;
use control_plane::ports::archive_store::ArchiveError;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use tokio::sync::OnceCell;

use crate::credentials::Searched;
use crate::fault::Act;
use crate::http::Http;
use crate::location::S3Location;
use crate::patience::Patience;

/// The clients. Both use the same connections and credentials.
pub struct Clients {
    /// For work.
    pub s3: AmazonS3,
    /// For a probe.
    pub probe: AmazonS3,
}

/// Makes the clients at the first use.
pub struct Lazy {
    pub location: S3Location,
    patience: Patience,
    given: Option<SdkConfig>,
    cell: OnceCell<Clients>,
}

impl Lazy {
    /// Searches nothing yet. Without a configuration, the environment's is used.
    pub fn new(location: S3Location, patience: Patience, given: Option<SdkConfig>) -> Self {
        Self { location, patience, given, cell: OnceCell::new() }
    }

    /// The clients. A failed search is repeated at the next call.
    pub async fn get(&self, doing: &'static str) -> Result<&Clients, ArchiveError> {
        self.cell.get_or_try_init(|| self.make(Act { doing, location: &self.location })).await
    }

    async fn make(&self, act: Act<'_>) -> Result<Clients, ArchiveError> {
        let no_region = || act.denied("no region is known. Set AWS_REGION".into());
        let config = match &self.given {
            Some(config) => config.clone(),
            None => aws_environment::load().await.ok_or_else(no_region)?,
        };
        let region = config.region().ok_or_else(no_region)?;
        let http =
            Http::new(self.patience).map_err(|error| act.denied(format!("no HTTP client: {error}")))?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(self.location.bucket())
            .with_region(region.as_ref())
            .with_credentials(Arc::new(Searched::new(config.credentials_provider())))
            .with_checksum_algorithm(Checksum::SHA256)
            .with_disable_bulk_delete(true) // an archive has few parts, and not every service has that call
            .with_http_connector(http);
        if let Some(endpoint) = self.endpoint(&config) {
            builder = builder.with_endpoint(endpoint);
        }
        let build = |retries| {
            let built = builder.clone().with_retry(retries).build();
            built.map_err(|error| act.denied(error.to_string()))
        };
        Ok(Clients { s3: build(self.patience.retries())?, probe: build(self.patience.short())? })
    }

    /// The endpoint; `None` for that of AWS in the region.
    fn endpoint(&self, config: &SdkConfig) -> Option<String> {
        let of_s3 = || std::env::var("AWS_ENDPOINT_URL_S3").ok().filter(|url| !url.is_empty());
        let special = if self.given.is_none() { of_s3() } else { None };
        special.or_else(|| config.endpoint_url().map(str::to_owned))
    }
}
