//! The drivers of the tests show every fact that a driver of processes does.

#![cfg(test)]

mod assigned;
mod drain;

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use async_trait::async_trait;
use control_plane::driver_conformance;
use control_plane::ports::driver::{Driver, DriverError, InstanceSpec, ServerArtifact};
use control_plane::testing::conformance::driver::DriverFixture;
use control_plane::testing::driver::FakeDriver;
use model::{InstanceKey, InstanceSeen};

struct Fixture {
    driver: FakeDriver,
    port: AtomicU16,
}

impl Fixture {
    fn new() -> Self {
        let driver = FakeDriver::new();
        driver.lose_server(&ServerArtifact::Program("/missing".into()));
        Self { driver, port: AtomicU16::new(4000) }
    }
}

/// Gives an address free when it is dropped.
struct Taken(FakeDriver, SocketAddr);

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.free(self.1);
    }
}

#[async_trait]
impl DriverFixture for Fixture {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.driver.clone())
    }

    fn restarted(&self) -> Arc<dyn Driver> {
        self.driver()
    }

    fn spec(&self, key: &InstanceKey) -> InstanceSpec {
        FakeDriver::spec(key, ([127, 0, 0, 1], self.port.fetch_add(1, Ordering::Relaxed)).into())
    }

    fn missing_server(&self) -> ServerArtifact {
        ServerArtifact::Program("/missing".into())
    }

    async fn take(&self, address: SocketAddr) -> Box<dyn Any + Send> {
        self.driver.take(address, "nginx (pid 7)");
        Box::new(Taken(self.driver.clone(), address))
    }

    async fn kill(&self, id: &InstanceKey, _: &InstanceSeen) {
        self.driver.kill(id, 9);
    }

    async fn exit(&self, id: &InstanceKey, _: &InstanceSeen, code: i32) {
        self.driver.exit(id, code);
    }

    async fn print(&self, id: &InstanceKey, _: &InstanceSeen, text: &str) {
        self.driver.print(id, text);
    }
}

driver_conformance!(Fixture::new());

#[tokio::test]
async fn can_be_away_and_come_back() {
    let fixture = Fixture::new();
    let id: InstanceKey = "shop".parse().unwrap();
    fixture.driver.set_away(Some("the engine does not answer"));
    let fault = fixture.driver.ensure_running(&fixture.spec(&id)).await.unwrap_err();
    assert!(matches!(fault, DriverError::Away { .. }), "{fault:?}");
    fixture.driver.set_away(None);
    fixture.driver.ensure_running(&fixture.spec(&id)).await.unwrap();
    assert_eq!(fixture.driver.starts(&id), 1);
}
