//! The port of the tests' instances. Every change passes the fuse before and after it.

use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::driver::{
    Driver, DriverError, DriverInfo, DriverTraits, InstanceSpec, LimitChange, LogQuery, RegistryCredential,
    Release,
};
use futures::stream::BoxStream;
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use tokio::sync::watch;

use super::Instances;

#[async_trait]
impl Driver for Instances {
    fn kind(&self) -> &'static str {
        self.back_end().kind()
    }

    fn traits(&self) -> DriverTraits {
        self.traits
    }

    async fn probe(&self) -> Result<DriverInfo, DriverError> {
        self.books.probe().await
    }

    async fn fetch(
        &self,
        release: &Release,
        credential: Option<&RegistryCredential>,
        progress: &watch::Sender<String>,
    ) -> Result<(), DriverError> {
        self.fuse.pass().await;
        self.back_end().fetch(release, credential, progress).await
    }

    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError> {
        self.books.preview(key, limits).await
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        self.fuse.pass().await;
        self.books.limit(key, limits).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        self.back_end().check(spec).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        self.fuse.pass().await;
        let (own, spec) = (self.clone(), spec.clone());
        let seen = tokio::spawn(async move { own.start(&spec).await }).await.unwrap()?;
        self.fuse.pass().await;
        Ok(seen)
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        self.fuse.pass().await;
        let (own, gone) = (self.clone(), key.clone());
        tokio::spawn(async move { own.finish(&gone, grace).await }).await.unwrap()?;
        self.fuse.pass().await;
        Ok(())
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        self.fuse.pass().await;
        let (own, gone) = (self.clone(), key.clone());
        tokio::spawn(async move { own.finish(&gone, Duration::ZERO).await }).await.unwrap()?;
        self.back_end().remove(key).await?;
        self.fuse.pass().await;
        Ok(())
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        self.books.inspect(key).await
    }

    async fn configuration_drift(&self, key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        let by_hand = self.by_hand.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(by_hand.get(&key.project).cloned().unwrap_or_default())
    }

    async fn figures(&self, key: &InstanceKey, seen: &InstanceSeen) -> InstanceFigures {
        self.books.figures(key, seen).await
    }

    async fn list(&self) -> Result<Vec<(InstanceKey, InstanceSeen)>, DriverError> {
        self.books.list().await
    }

    async fn logs(
        &self,
        key: &InstanceKey,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        self.books.logs(key, query).await
    }

    fn changes(&self) -> BoxStream<'static, InstanceKey> {
        self.books.changes()
    }
}
