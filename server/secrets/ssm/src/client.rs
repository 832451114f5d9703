//! The AWS client: created at the first use, so that no start waits for it; with retries and time-outs.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_environment::{SEARCH, https};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::Builder;
use aws_sdk_ssm::config::interceptors::InterceptorContext;
use aws_sdk_ssm::config::retry::{ClassifyRetry, RetryAction, RetryConfig};
use aws_sdk_ssm::config::timeout::TimeoutConfig;
use aws_sdk_ssm::operation::put_parameter::PutParameterError;
use control_plane::ports::secret_store::SecretError;
use tokio::sync::OnceCell;

use crate::bounded::Bounded;

/// Time-outs and retries of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Time-out of a connection.
    pub connect: Duration,
    /// Time-out of one attempt.
    pub attempt: Duration,
    /// Time-out of the whole call, delays included.
    pub whole: Duration,
    /// Number of attempts. The delays double from 0.2 s to 3 s, with jitter.
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
    /// For a query that is repeated anyway.
    pub(crate) fn short(self) -> Builder {
        let limits = TimeoutConfig::builder().operation_timeout(self.attempt.min(self.whole)).build();
        aws_sdk_ssm::Config::builder().timeout_config(limits).retry_config(RetryConfig::disabled())
    }

    /// For a write that must not be repeated before its outcome was checked.
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

/// A client and the name of its place for messages.
pub(crate) struct Aws {
    pub(crate) client: Client,
    /// `SSM in eu-central-1`, with the endpoint if one is configured.
    pub(crate) place: String,
}

/// Creates the client on first use.
pub(crate) struct Lazy {
    patience: Patience,
    given: Option<SdkConfig>,
    cell: OnceCell<Aws>,
}

impl Lazy {
    /// Searches nothing yet. Without a configuration, the environment's is used.
    pub(crate) fn new(patience: Patience, given: Option<SdkConfig>) -> Self {
        Self { patience, given, cell: OnceCell::new() }
    }

    /// The client. A failed search is repeated at the next call.
    pub(crate) async fn get(&self, doing: &'static str) -> Result<&Aws, SecretError> {
        self.cell.get_or_try_init(|| self.make(doing)).await
    }

    async fn make(&self, doing: &'static str) -> Result<Aws, SecretError> {
        let config = match &self.given {
            Some(config) => config.clone(),
            None => aws_environment::load().await.ok_or_else(|| not_found(doing))?,
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
            .interceptor(Bounded)
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

fn not_found(doing: &'static str) -> SecretError {
    let reason = format!("no region was found within {} s. Set AWS_REGION.", SEARCH.as_secs());
    SecretError::Credentials { doing, reason }
}

/// Retries when two writers collide on one parameter. The SDK does not count that error code as retryable.
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
