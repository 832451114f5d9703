//! Names the process that holds a port.

use std::net::SocketAddr;

/// Adds the holder to an error message about one of these addresses.
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
