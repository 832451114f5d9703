//! A driver of another kind than the two of this product: its back end assigns every address, files come to it as content,
//! and what it runs are images. It shows that the port and the engine hold nothing that only a driver on this machine can do.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use model::{InstanceFigures, InstanceKey, InstanceLimits, InstanceSeen, LogLine};
use tokio::sync::watch;

use super::FakeDriver;
use crate::ports::driver::{
    AddressRequest, AddressSource, Artifact, Driver, DriverError, DriverInfo, DriverTraits, FileDelivery,
    InstanceSpec, LimitChange, LogQuery, MediaVolume, RegistryCredential, Release, SchemaFiles,
};

/// A driver that assigns addresses. Clones share their instances.
#[derive(Clone, Default)]
pub struct AssignedDriver {
    /// Who runs, by whose means tests play the world.
    pub books: FakeDriver,
    back_end: Arc<Mutex<BackEnd>>,
}

#[derive(Default)]
struct BackEnd {
    /// The socket of each instance that nobody serves yet.
    sockets: BTreeMap<InstanceKey, TcpListener>,
    schemas: BTreeMap<InstanceKey, Vec<u8>>,
    volumes: BTreeSet<String>,
}

const DOING: &str = "starting the instance";

impl AssignedDriver {
    /// Images, at addresses that the back end assigns, with content.
    pub const TRAITS: DriverTraits = DriverTraits {
        artifact: Artifact::Image,
        address: AddressSource::Assigned,
        files: FileDelivery::Content,
    };

    /// The same instances as in these books.
    pub fn over(books: &FakeDriver) -> Self {
        Self { books: books.clone(), ..Self::default() }
    }

    /// The listening socket of the instance that was started last, once.
    pub fn socket(&self, key: &InstanceKey) -> Option<TcpListener> {
        self.back_end().sockets.remove(key)
    }

    /// The schema that the instance was started with.
    pub fn schema(&self, key: &InstanceKey) -> Option<Vec<u8>> {
        self.back_end().schemas.get(key).cloned()
    }

    /// The names of the volumes that were made for uploads. They survive their instances.
    pub fn volumes(&self) -> Vec<String> {
        self.back_end().volumes.iter().cloned().collect()
    }

    fn back_end(&self) -> MutexGuard<'_, BackEnd> {
        self.back_end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, key: &InstanceKey, socket: TcpListener, schema: Vec<u8>, volume: String) {
        let mut back_end = self.back_end();
        back_end.sockets.insert(key.clone(), socket);
        back_end.schemas.insert(key.clone(), schema);
        back_end.volumes.insert(volume);
    }
}

/// The parts of a spec that only this kind of driver takes.
fn parts(spec: &InstanceSpec) -> Result<(Vec<u8>, String), DriverError> {
    let unsupported =
        |what: &str| Err(DriverError::Unsupported { reason: format!("{what} cannot be used here") });
    match (&spec.address, &spec.release, &spec.schema, &spec.media) {
        (AddressRequest::Given(_), ..) => unsupported("a given address"),
        (_, Release::Program(_), ..) => unsupported("a program"),
        (.., SchemaFiles::Folder(_), _) => unsupported("a schema folder"),
        (.., MediaVolume::Folder(_)) => unsupported("a media folder"),
        (.., SchemaFiles::Content(schema), MediaVolume::Named(volume)) => {
            Ok((schema.clone(), volume.clone()))
        }
    }
}

/// The same instance at an address that is known by now.
fn placed(spec: &InstanceSpec, socket: &TcpListener) -> Result<InstanceSpec, DriverError> {
    let failed = |error: std::io::Error| DriverError::Away { doing: DOING, reason: error.to_string() };
    Ok(InstanceSpec {
        address: AddressRequest::Given(socket.local_addr().map_err(failed)?),
        schema: SchemaFiles::Folder(PathBuf::new()),
        media: MediaVolume::Folder(PathBuf::new()),
        ..spec.clone()
    })
}

/// A port that nobody chose.
fn socket() -> Result<TcpListener, DriverError> {
    let failed = |error: std::io::Error| DriverError::Away { doing: DOING, reason: error.to_string() };
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)
}

#[async_trait]
impl Driver for AssignedDriver {
    fn kind(&self) -> &'static str {
        "assigned"
    }

    fn traits(&self) -> DriverTraits {
        Self::TRAITS
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
        self.books.fetch(release, credential, progress).await
    }

    async fn check(&self, spec: &InstanceSpec) -> Result<(), DriverError> {
        parts(spec)?;
        self.books.check(&placed(spec, &socket()?)?).await
    }

    async fn ensure_running(&self, spec: &InstanceSpec) -> Result<InstanceSeen, DriverError> {
        let (schema, volume) = parts(spec)?;
        let socket = socket()?;
        let spec = placed(spec, &socket)?;
        let seen = self.books.ensure_running(&spec).await?;
        if seen.address == spec.address.given()?.to_string() {
            self.keep(&spec.key, socket, schema, volume);
        }
        Ok(seen)
    }

    async fn preview(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<LimitChange, DriverError> {
        self.books.preview(key, limits).await
    }

    async fn limit(&self, key: &InstanceKey, limits: &InstanceLimits) -> Result<(), DriverError> {
        self.books.limit(key, limits).await
    }

    async fn ensure_stopped(&self, key: &InstanceKey, grace: Duration) -> Result<(), DriverError> {
        self.books.ensure_stopped(key, grace).await
    }

    async fn remove(&self, key: &InstanceKey) -> Result<(), DriverError> {
        self.books.remove(key).await?;
        let mut back_end = self.back_end();
        back_end.sockets.remove(key);
        back_end.schemas.remove(key);
        Ok(())
    }

    async fn inspect(&self, key: &InstanceKey) -> Result<Option<InstanceSeen>, DriverError> {
        self.books.inspect(key).await
    }

    async fn configuration_drift(&self, _key: &InstanceKey) -> Result<Vec<String>, DriverError> {
        Ok(Vec::new())
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
