//! The client of AWS: made when it is first needed, so that nothing waits for it at a start; patient, within limits.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::interceptors::InterceptorContext;
use aws_sdk_ssm::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_ssm::config::timeout::TimeoutConfig;
use aws_sdk_ssm::config::{Builder, SharedHttpClient};
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use control_plane::ports::secret_store::SecretError;
use tokio::sync::OnceCell;

/// How long region and configuration may be looked for; on a machine that is none of AWS' nobody answers.
const LOOKING: Duration = Duration::from_secs(5);

/// How long a call may take, and how often it is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until one try is answered.
    pub attempt: Duration,
    /// Until the call is over, pauses and all.
    pub whole: Duration,
    /// Tries, with pauses between them that double from 0.2 s to 3 s and are drawn by lot.
    pub attempts: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            attempt: Duration::from_secs(5),
            whole: Duration::from_secs(20),
            attempts: 6,
        }
    }
}

impl Patience {
    /// For a question that comes again by itself.
    pub(crate) fn short(self) -> Builder {
        let limits = TimeoutConfig::builder().operation_timeout(self.attempt.min(self.whole)).build();
        aws_sdk_ssm::Config::builder().timeout_config(limits).retry_config(RetryConfig::disabled())
    }

    /// For a write that is not repeated before somebody has looked whether it was done.
    pub(crate) fn once() -> Builder {
        aws_sdk_ssm::Config::builder().retry_config(RetryConfig::disabled())
    }

    fn limits(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.whole)
            .build()
    }

    fn retries(self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.attempts)
            .with_initial_backoff(Duration::from_millis(200))
            .with_max_backoff(Duration::from_secs(3))
    }
}

/// A client with the words for where it asks.
pub(crate) struct Aws {
    pub(crate) client: Client,
    /// `SSM in eu-central-1`, with the endpoint where one was named.
    pub(crate) place: String,
}

/// The client, once it is there.
pub(crate) struct Lazy {
    patience: Patience,
    given: Option<SdkConfig>,
    cell: OnceCell<Aws>,
}

impl Lazy {
    /// Nothing is looked for yet. Without a configuration the environment's is used.
    pub(crate) fn new(patience: Patience, given: Option<SdkConfig>) -> Self {
        Self { patience, given, cell: OnceCell::new() }
    }

    /// The client. What could not be found is looked for again the next time.
    pub(crate) async fn get(&self, doing: &'static str) -> Result<&Aws, SecretError> {
        self.cell.get_or_try_init(|| self.make(doing)).await
    }

    async fn make(&self, doing: &'static str) -> Result<Aws, SecretError> {
        let config = match &self.given {
            Some(config) => config.clone(),
            None => look(doing).await?,
        };
        let Some(region) = config.region().cloned() else {
            let reason = "no region is known. Set AWS_REGION.".into();
            return Err(SecretError::Credentials { doing, reason });
        };
        let settings = aws_sdk_ssm::config::Builder::from(&config)
            .http_client(https())
            .retry_config(self.patience.retries())
            .timeout_config(self.patience.limits())
            .retry_classifier(Busy)
            .build();
        let place = match std::env::var("AWS_ENDPOINT_URL_SSM").or_else(|_| std::env::var("AWS_ENDPOINT_URL"))
        {
            Ok(endpoint) if self.given.is_none() && !endpoint.contains('@') => {
                format!("SSM in {region} at {endpoint}")
            }
            _ => format!("SSM in {region}"),
        };
        Ok(Aws { client: Client::from_conf(settings), place })
    }
}

/// Region, endpoint and where credentials come from, as every program of AWS finds them.
async fn look(doing: &'static str) -> Result<SdkConfig, SecretError> {
    let looking = aws_config::defaults(BehaviorVersion::latest()).http_client(https()).load();
    tokio::time::timeout(LOOKING, looking).await.map_err(|_| SecretError::Credentials {
        doing,
        reason: format!("no region was found within {} s. Set AWS_REGION.", LOOKING.as_secs()),
    })
}

/// TLS as the rest of the program has it.
fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).build_https()
}

/// Two writers at one parameter are told to come again, in a word that the SDK does not know as one of patience.
#[derive(Debug)]
struct Busy;

impl ClassifyRetry for Busy {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let error =
            context.output_or_error().and_then(Result::err).and_then(|error| error.as_operation_error());
        match error.and_then(|error| error.downcast_ref::<PutParameterError>()) {
            Some(PutParameterError::TooManyUpdates(_)) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "two writers at one parameter"
    }
}
