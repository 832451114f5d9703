//! Region, endpoint and credentials of AWS, found where every program of AWS finds them: variables, the files of a profile, roles of
//! machines and containers. Secrets (SSM) and archives (S3) share it, so one configuration is valid for both.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Time-out of the search; outside of AWS the metadata service does not answer.
pub const SEARCH: Duration = Duration::from_secs(5);

/// The configuration of the environment; `None` if the search did not end within [`SEARCH`]. It may lack a region. Credentials are
/// searched when they are needed.
pub async fn load() -> Option<SdkConfig> {
    let search = aws_config::defaults(BehaviorVersion::latest()).http_client(https()).load();
    tokio::time::timeout(SEARCH, search).await.ok()
}

/// TLS with the crypto provider of the rest of the program.
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
}
