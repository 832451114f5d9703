//! `atomo-fleet health`: checks the server of these settings, for the health check of a container engine.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::print;
use crate::config::Config;

/// Time-out of the check.
const PATIENCE: Duration = Duration::from_secs(5);

/// Fails if the server does not answer or answers that it is not ready.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let address = reached_at(config.listen);
    let asking = || format!("asking the server at {address}");
    // no proxy: the address is local
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().with_context(asking)?;
    let answer = client.get(format!("http://{address}/readyz")).send().await.with_context(asking)?;
    let status = answer.status();
    let text = answer.text().await.with_context(asking)?;
    if !status.is_success() {
        bail!("the server at {address} says: {text}");
    }
    print(&text);
    Ok(())
}

/// The address to connect to: loopback if the server listens on every address.
fn reached_at(listen: SocketAddr) -> SocketAddr {
    match listen {
        SocketAddr::V4(address) if address.ip().is_unspecified() => {
            (Ipv4Addr::LOCALHOST, listen.port()).into()
        }
        SocketAddr::V6(address) if address.ip().is_unspecified() => {
            (Ipv6Addr::LOCALHOST, listen.port()).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests;
