//! A driver that assigns addresses and takes content passes the same suite as one that is given addresses and folders.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::driver_conformance;
use control_plane::ports::driver::{
    AddressRequest, Driver, InstanceSpec, MediaVolume, SchemaFiles, ServerArtifact,
};
use control_plane::testing::conformance::driver::DriverFixture;
use control_plane::testing::driver::FakeDriver;
use control_plane::testing::driver::assigned::AssignedDriver;
use model::{InstanceKey, InstanceSeen};

struct Fixture(AssignedDriver);

impl Fixture {
    fn new() -> Self {
        let driver = AssignedDriver::default();
        driver.books.lose_server(&missing());
        Self(driver)
    }
}

fn missing() -> ServerArtifact {
    ServerArtifact::Image("example.test/missing:1".into())
}

#[async_trait]
impl DriverFixture for Fixture {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.0.clone())
    }

    fn restarted(&self) -> Arc<dyn Driver> {
        self.driver()
    }

    fn spec(&self, key: &InstanceKey) -> InstanceSpec {
        InstanceSpec {
            server: ServerArtifact::Image("example.test/atomo-server:1".into()),
            address: AddressRequest::Assigned,
            schema: SchemaFiles::Content(b"model Shop {}".to_vec()),
            media: MediaVolume::Named(key.to_string()),
            ..FakeDriver::spec(key, ([127, 0, 0, 1], 0).into())
        }
    }

    fn missing_server(&self) -> ServerArtifact {
        missing()
    }

    async fn take(&self, _: SocketAddr) -> Box<dyn Any + Send> {
        unreachable!("no address is given to this driver")
    }

    async fn kill(&self, key: &InstanceKey, _: &InstanceSeen) {
        self.0.books.kill(key, 9);
    }

    async fn exit(&self, key: &InstanceKey, _: &InstanceSeen, code: i32) {
        self.0.books.exit(key, code);
    }

    async fn print(&self, key: &InstanceKey, _: &InstanceSeen, text: &str) {
        self.0.books.print(key, text);
    }
}

driver_conformance!(Fixture::new());

#[tokio::test]
async fn content_reaches_the_back_end_and_volumes_outlive_their_instance() {
    let fixture = Fixture::new();
    let key: InstanceKey = "shop".parse().unwrap();
    let seen = fixture.0.ensure_running(&fixture.spec(&key)).await.unwrap();
    assert_eq!(fixture.0.schema(&key).as_deref(), Some(&b"model Shop {}"[..]));
    let socket = fixture.0.socket(&key).unwrap();
    assert_eq!(socket.local_addr().unwrap().to_string(), seen.address);
    fixture.0.remove(&key).await.unwrap();
    assert_eq!((fixture.0.schema(&key), fixture.0.volumes()), (None, vec!["shop".to_owned()]));
}
