//! What an instance is made of.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use model::{InstanceKey, InstanceLimits};
use secrecy::SecretString;

use super::DriverError;

/// Everything an instance is made of. Implementations destructure it whole, so that a new field is a compile
/// error until each has decided what to do with it.
#[derive(Clone, Debug)]
pub struct InstanceSpec {
    /// Which instance.
    pub key: InstanceKey,
    /// Digest over everything below (secrets by their version). A running instance with an equal digest is
    /// left alone, any other is replaced; it is kept with the instance and survives the control plane.
    pub digest: String,
    /// What it runs.
    pub release: Release,
    /// What it may use. Not part of the digest: where a limit can be changed while it runs, `Driver::limit` does.
    pub limits: InstanceLimits,
    /// Where it listens. The driver turns it into `HOST` and `PORT`.
    pub address: AddressRequest,
    /// Its environment, apart from what the driver sets itself: `HOST`, `PORT`, `ATOMO_SCHEMA_PATH`,
    /// `STORAGE_LOCAL_DIR`. Nothing of the control plane's own environment is added.
    pub env: Vec<(String, SecretString)>,
    /// Its schema, read-only for the instance.
    pub schema: SchemaFiles,
    /// Where its uploads are; survives stop, remove and delete.
    pub media: MediaVolume,
    /// The folder of the socket that the database in `env` is reached by; `None` where that is a TCP address.
    pub database_socket: Option<PathBuf>,
    /// Values that may never reach a stored or shown log line.
    pub redact: Vec<SecretString>,
}

/// Where an instance listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressRequest {
    /// At this address, for drivers with [`AddressSource::Given`](super::AddressSource::Given).
    Given(SocketAddr),
    /// Where the back end decides; `InstanceSeen::address` then says where. For drivers with
    /// [`AddressSource::Assigned`](super::AddressSource::Assigned).
    Assigned,
}

/// The schema of an instance.
#[derive(Clone, PartialEq, Eq)]
pub enum SchemaFiles {
    /// The folder on this machine that holds `schema.ts`, for drivers with
    /// [`FileDelivery::Folders`](super::FileDelivery::Folders).
    Folder(PathBuf),
    /// The bytes of `schema.ts`, for drivers with [`FileDelivery::Content`](super::FileDelivery::Content).
    Content(Vec<u8>),
}

/// Where the uploads of an instance are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaVolume {
    /// A folder on this machine. The driver makes it when it is absent.
    Folder(PathBuf),
    /// A volume that the back end keeps under this name. The driver makes it when it is absent.
    Named(String),
}

/// Without the content: a schema may be megabytes.
impl fmt::Debug for SchemaFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => f.debug_tuple("Folder").field(path).finish(),
            Self::Content(bytes) => write!(f, "Content({} bytes)", bytes.len()),
        }
    }
}

fn unsupported(reason: &str) -> DriverError {
    DriverError::Unsupported { reason: reason.to_owned() }
}

impl AddressRequest {
    /// The given address; [`DriverError::Unsupported`] where none was given.
    pub fn given(self) -> Result<SocketAddr, DriverError> {
        match self {
            Self::Given(address) => Ok(address),
            Self::Assigned => Err(unsupported("this driver assigns no addresses")),
        }
    }
}

impl SchemaFiles {
    /// The folder; [`DriverError::Unsupported`] where the content was given instead.
    pub fn folder(&self) -> Result<&Path, DriverError> {
        match self {
            Self::Folder(path) => Ok(path),
            Self::Content(_) => Err(unsupported("this driver takes the schema as a folder")),
        }
    }
}

impl MediaVolume {
    /// The folder; [`DriverError::Unsupported`] where a volume was named instead.
    pub fn folder(&self) -> Result<&Path, DriverError> {
        match self {
            Self::Folder(path) => Ok(path),
            Self::Named(_) => Err(unsupported("this driver takes media as a folder")),
        }
    }
}

/// Where the release of an instance comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// An executable on the host.
    Program(PathBuf),
    /// An image, by tag or digest.
    Image(String),
}

impl Release {
    /// What identifies the release: the name of the image, or the file name of the program. The folder of a program is not
    /// part of it, so that an installer which puts every version into another folder replaces no instance.
    pub fn release(&self) -> String {
        match self {
            Self::Program(path) => path
                .file_name()
                .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
            Self::Image(name) => name.clone(),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(path) => write!(f, "the program {}", path.display()),
            Self::Image(name) => write!(f, "the image {name}"),
        }
    }
}
