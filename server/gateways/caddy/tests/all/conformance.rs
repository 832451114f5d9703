use control_plane::testing::conformance::gateway;

use crate::support::{Fixture, every_caddy};

#[tokio::test]
async fn every_caddy_is_a_gateway() {
    for binary in every_caddy().await {
        Box::pin(gateway::run(async || Fixture::new(&binary).await)).await;
    }
}
