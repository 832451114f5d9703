//! What a running Caddy can do, asked of its configuration adapter, which loads nothing.

use http::Method;

use crate::admin::{AdminClient, AdminError, Ask};

/// What differs between the versions that we drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaddyFeatures {
    /// Upgraded connections outlive a change of the configuration (from 2.7).
    pub stream_close_delay: bool,
}

const STREAM_CLOSE_DELAY: &str = ":80 {\n\treverse_proxy 127.0.0.1:1 {\n\t\tstream_close_delay 1m\n\t}\n}\n";

impl CaddyFeatures {
    /// Asks. A Caddy without the adapter is taken to lack everything.
    pub(crate) async fn of(admin: &AdminClient) -> Result<Self, AdminError> {
        let ask = Ask {
            content_type: Some("text/caddyfile"),
            body: STREAM_CLOSE_DELAY.into(),
            ..Ask::new(Method::POST, "/adapt")
        };
        Ok(Self { stream_close_delay: admin.ask(ask).await?.status.is_success() })
    }

    /// What is lacking, as sentences for people.
    pub(crate) fn missing(self) -> Vec<String> {
        if self.stream_close_delay {
            return Vec::new();
        }
        vec![
            "Before Caddy 2.7 every change of a route closes the WebSockets of all projects.".into(),
            "Before Caddy 2.7 a request with a body is not held while an instance starts; it gets the maintenance page at once."
                .into(),
        ]
    }
}
