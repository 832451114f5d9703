//! What a running Caddy can do, asked of its configuration adapter, which loads nothing.

use std::sync::{Mutex, PoisonError};

use http::Method;

use crate::admin::{AdminClient, AdminError, Ask};

/// What differs between the versions and builds that we drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaddyFeatures {
    /// Upgraded connections outlive a change of the configuration (from 2.7).
    pub stream_close_delay: bool,
    /// The address of a client behind trusted proxies is told, from the nearest of them on (from 2.8). What comes before
    /// believes the first address of the header, which the client itself may have written: that is not used.
    pub client_ip: bool,
    /// The build has the handler `rate_limit`, which no release brings along.
    pub rate_limit: bool,
}

/// What a Caddy could do when it was asked last: three questions that an apply does not have to wait for. The look at the
/// parts asks again, and so does an apply that was refused.
#[derive(Debug, Default)]
pub(crate) struct LastFeatures(Mutex<Option<CaddyFeatures>>);

impl LastFeatures {
    pub(crate) fn get(&self) -> Option<CaddyFeatures> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, features: CaddyFeatures) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(features);
    }
}

const STREAM_CLOSE_DELAY: &str = ":80 {\n\treverse_proxy 127.0.0.1:1 {\n\t\tstream_close_delay 1m\n\t}\n}\n";
const CLIENT_IP: &str = "{\n\tservers {\n\t\ttrusted_proxies static 192.0.2.0/24\n\t\ttrusted_proxies_strict\n\t}\n}\n\
                         :80 {\n\t@there client_ip 192.0.2.0/24\n\trespond @there 403\n}\n";
const RATE_LIMIT: &str = ":80 {\n\troute {\n\t\trate_limit {\n\t\t\tzone one {\n\t\t\t\tkey all\n\t\t\t\tevents 1\n\t\t\t\t\
                          window 1m\n\t\t\t}\n\t\t}\n\t}\n}\n";

impl CaddyFeatures {
    /// Asks. A Caddy without the adapter is taken to lack everything.
    pub(crate) async fn of(admin: &AdminClient) -> Result<Self, AdminError> {
        Ok(Self {
            stream_close_delay: adapts(admin, STREAM_CLOSE_DELAY).await?,
            client_ip: adapts(admin, CLIENT_IP).await?,
            rate_limit: adapts(admin, RATE_LIMIT).await?,
        })
    }

    /// What is lacking, as sentences for people.
    pub(crate) fn missing(self) -> Vec<String> {
        let mut missing = Vec::new();
        if !self.stream_close_delay {
            missing.extend([
                "Before Caddy 2.7 every change of a route closes the WebSockets of all projects.".to_owned(),
                "Before Caddy 2.7 a request with a body is not held while an instance starts; it gets the maintenance page at once."
                    .to_owned(),
            ]);
        }
        if !self.client_ip {
            missing.push(
                "Before Caddy 2.8 a client behind a load balancer cannot be told: networks and rate limits judge the load balancer's own address."
                    .to_owned(),
            );
        }
        if !self.rate_limit {
            missing.push(
                "This build has no rate limiter (the module rate_limit): each instance limits by itself."
                    .to_owned(),
            );
        }
        missing
    }
}

async fn adapts(admin: &AdminClient, text: &'static str) -> Result<bool, AdminError> {
    let ask =
        Ask { content_type: Some("text/caddyfile"), body: text.into(), ..Ask::new(Method::POST, "/adapt") };
    Ok(admin.ask(ask).await?.status.is_success())
}
