use std::net::SocketAddr;
use std::sync::atomic::{AtomicU16, Ordering};

use async_trait::async_trait;

use super::{Answer, Ask, MemoryGateway};
use crate::ports::gateway::{Gateway, RouteTarget};
use crate::testing::conformance::gateway::{self, GatewayFixture};

struct Memory {
    gateway: MemoryGateway,
    ports: AtomicU16,
}

#[async_trait]
impl GatewayFixture for Memory {
    fn gateway(&self) -> &dyn Gateway {
        &self.gateway
    }

    async fn fresh_address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.ports.fetch_add(1, Ordering::Relaxed)).into()
    }

    async fn listen(&self, address: SocketAddr, name: &str) {
        self.gateway.listen(address, Some(name));
    }

    async fn ask(&self, ask: Ask) -> Result<Answer, String> {
        self.gateway.ask(ask).await
    }

    /// It holds nothing but routes.
    async fn plant_foreign(&self) {}

    async fn foreign_is_intact(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn conformance() {
    gateway::run(async || Memory { gateway: MemoryGateway::before_silence(), ports: AtomicU16::new(41_000) })
        .await;
}

#[tokio::test]
async fn away_changes_nothing_and_routes_keep_working() {
    let gateway = MemoryGateway::new();
    let mut table = gateway::table(&[("acme-crm", "acme.example.test", &[])]);
    table
        .routes
        .values_mut()
        .for_each(|route| route.target = RouteTarget::Upstream(([127, 0, 0, 1], 4000).into()));
    gateway.apply(&table).await.unwrap();
    gateway.set_away(Some("stopped"));
    table.routes.clear();
    assert!(gateway.apply(&table).await.is_err());
    assert_eq!(gateway.ask(Ask::https("acme.example.test", "/")).await.unwrap().status, 200);
    gateway.set_away(None);
    gateway.apply(&table).await.unwrap();
    assert!(gateway.ask(Ask::https("acme.example.test", "/")).await.is_err());
    assert_eq!(gateway.applies(), 2);
}
