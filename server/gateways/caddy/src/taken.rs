//! Who has the port that Caddy could not have.

use std::net::SocketAddr;

/// Adds the holder to a reason that says one of these addresses is taken.
pub(crate) fn name_holder(reason: String, addresses: &[SocketAddr]) -> String {
    let taken = reason.contains("address already in use");
    let address = addresses.iter().find(|address| taken && reason.contains(&format!(":{}:", address.port())));
    match address.and_then(|address| listeners::holder(*address)) {
        Some(holder) => format!("{reason}; it is held by {holder}"),
        None => reason,
    }
}

#[cfg(test)]
mod tests;
