//! Where a request comes from: the other end of its connection; behind a proxy on this machine (our own gateway is one),
//! what that proxy says. `X-Forwarded-For` of anybody else is a claim of the asker's own and is not looked at.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use control_plane::operators::attempts::Peer;

/// Puts the [`Peer`] into the request's extensions.
pub async fn find(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(other_end)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = Peer::from(asker(other_end.ip(), request.headers()));
        request.extensions_mut().insert(peer);
    }
    next.run(request).await
}

/// The last address in the list is the one that the proxy saw; those before it are what the asker told the proxy.
fn asker(other_end: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !other_end.to_canonical().is_loopback() {
        return other_end;
    }
    let said = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    said.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).unwrap_or(other_end)
}

#[cfg(test)]
mod tests;
