//! The control plane's own log, to standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// What AWS' own packages may say, whatever is asked for: what they fail at is told by whoever asked them, and with all
/// they say a log would hold requests.
const AWS: &str = "aws_config=off,aws_runtime=off,aws_sdk_ssm=off,aws_sdk_sts=off,aws_sigv4=off,aws_smithy_http_client=off,\
                   aws_smithy_runtime=off,aws_smithy_runtime_api=off";

/// Begins logging. Called once.
pub fn init(config: &Config) {
    let filter = EnvFilter::try_new(format!("{},{AWS}", config.log)).unwrap_or_default();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_target(false).compact().init(),
    }
}
