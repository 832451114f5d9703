//! The client's address: the peer of the connection, or what a proxy on this machine (such as our gateway) reports in
//! `X-Forwarded-For`. The header of any other peer is ignored, because the client can forge it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use control_plane::operators::login_failures::ClientNetwork;

/// Stores the [`ClientNetwork`] in the request's extensions.
pub async fn find(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(other_end)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = ClientNetwork::from(asker(other_end.ip(), request.headers()));
        request.extensions_mut().insert(peer);
    }
    next.run(request).await
}

/// The last address in the list is the one that the proxy saw; earlier ones were sent by the client.
fn asker(other_end: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !other_end.to_canonical().is_loopback() {
        return other_end;
    }
    let said = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    said.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).unwrap_or(other_end)
}

#[cfg(test)]
mod tests;
