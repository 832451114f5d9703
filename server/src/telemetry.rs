//! The control plane's own log, to standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Begins logging. Called once.
pub fn init(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_default();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_target(false).compact().init(),
    }
}
