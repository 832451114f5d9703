//! When a stream ends.

use std::future::Future;
use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::http::Request;
use control_plane::ControlPlane;
use secrecy::ExposeSecret as _;

use super::Lease;
use crate::api::tests::support::{DEADLINE, EMAIL, Fleet};

const OFTEN: Duration = Duration::from_millis(5);

async fn lease(plane: &ControlPlane, request: Request<()>) -> Lease {
    Lease::from_request_parts(&mut request.into_parts().0, plane).await.unwrap()
}

async fn ends(future: impl Future<Output = ()>) {
    tokio::time::timeout(DEADLINE, future).await.expect("an end");
}

#[tokio::test]
async fn a_revoked_token_ends_its_streams() {
    let fleet = Fleet::new().await;
    fleet.registered().await;
    let (operators, host) = (fleet.plane.operators(), control_plane::OpContext::platform(model::Actor::Host));
    let (info, token) =
        operators.create_token_for(&host, &EMAIL.parse().unwrap(), "ci".into()).await.unwrap();
    let op = operators.identify_token(&token).await.unwrap().unwrap();
    let bearer = format!("Bearer {}", token.expose_secret());
    let request = Request::get("/").header("authorization", bearer).extension(op.clone()).body(()).unwrap();
    let lease = lease(&fleet.plane, request).await;

    assert_eq!(lease.ask().await.unwrap().as_ref(), Some(&op), "while it is valid nothing has changed");
    assert!(tokio::time::timeout(OFTEN * 20, lease.changed(OFTEN)).await.is_err());
    operators.revoke_token(&op, info.id).await.unwrap();

    ends(lease.changed(OFTEN)).await;
}

#[tokio::test]
async fn a_server_that_stops_ends_every_stream() {
    let fleet = Fleet::new().await;
    let request = Request::get("/").extension(fleet.stop.clone()).body(()).unwrap();
    let lease = lease(&fleet.plane, request).await;

    fleet.stop.cancel();

    ends(lease.over()).await;
}
