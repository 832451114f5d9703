//! Logging of the control plane, to standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Filter for the packages of AWS: off, because callers report their errors, and their own lines would contain requests.
const AWS: &str = "aws_config=off,aws_runtime=off,aws_sdk_ssm=off,aws_sdk_sts=off,aws_sigv4=off,aws_smithy_http_client=off,\
                   aws_smithy_runtime=off,aws_smithy_runtime_api=off";

/// Initialises logging. Call once.
pub fn init(config: &Config) {
    let filter = EnvFilter::try_new(format!("{},{AWS}", config.log)).unwrap_or_default();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_target(false).compact().init(),
    }
}
