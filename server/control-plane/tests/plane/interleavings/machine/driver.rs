//! The port. Every change passes the fuse before and after it.

use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::driver::{
    AddressSource, Artifact, Driver, DriverError, DriverInfo, DriverTraits, FileDelivery, InstanceSpec,
    LimitChange, LogQuery, RegistryCredential, Release,
};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;

use super::Machine;

#[async_trait]
impl Driver for Machine {
    fn kind(&self) -> &'static str {
        "fake"
    }

    fn traits(&self) -> DriverTraits {
        DriverTraits {
            artifact: Artifact::Program,
            address: AddressSource::Given,
            files: FileDelivery::Content,
        }
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        Ok(DriverInfo { name: "fake".into(), missing: Vec::new() })
    }

    async fn fetch(
        &self,
        _: &Release,
        _: Option<&RegistryCredential>,
        _: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        Ok(())
    }

    async fn check(&self, _: &InstanceSpec) -> Result<(), DriverError> {
        Ok(())
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let project = &spec.key.project;
        self.pass(project, "starting the instance").await?;
        self.note(project, true);
        let running = self.latest(&spec.key).filter(|seen| seen.is_running() && seen.digest == spec.digest);
        let seen = match running {
            Some(seen) => seen,
            None => self.start(spec, spec.address.given()?).await,
        };
        self.pass(project, "starting the instance").await?;
        Ok(seen)
    }

    async fn preview(&self, _: &InstanceKey, _: &InstanceLimits) -> Result<LimitChange, DriverError> {
        Ok(LimitChange::InPlace)
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        self.pass(&key.project, "changing the limits").await?;
        self.limit(key, *limits);
        Ok(())
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        self.pass(&key.project, "stopping the instance").await?;
        self.note(&key.project, false);
        self.stop(key, grace).await;
        self.pass(&key.project, "stopping the instance").await
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        self.pass(&key.project, "removing the instance").await?;
        self.stop(key, Duration::ZERO).await;
        self.forget(key);
        self.pass(&key.project, "removing the instance").await
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        Ok(self.latest(key))
    }

    async fn configuration_drift(&self, _key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        Ok(Vec::new())
    }

    async fn figures(&self, _: &InstanceKey, _: &InstanceSeen) -> InstanceFigures {
        InstanceFigures::default()
    }

    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError> {
        Ok(self.all())
    }

    async fn logs(
        &self,
        _: &InstanceKey,
        _: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        Ok(futures::stream::empty().boxed())
    }

    fn changes(&self) -> BoxStream<'static, InstanceKey> {
        BroadcastStream::new(self.hints()).filter_map(async |hint| hint.ok()).boxed()
    }
}
