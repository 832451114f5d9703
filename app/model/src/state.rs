//! Desired state, place in the lifecycle, and last observation of a project.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{ByteSize, DatabaseOid, EdgePolicy, Hostname, InstanceLimits};

/// What the operator asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DesiredState {
    /// An instance that answers.
    Running,
    /// No instance; everything else is kept.
    Stopped,
}

/// The place of a project in its lifecycle. Absent is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProjectStatus {
    /// Work towards `running` is under way.
    Provisioning,
    /// Its instance was reached through the gateway.
    Running,
    /// Its instance was stopped because an operator asked for it.
    Stopped,
    /// The work ended with a problem that waiting does not cure.
    Failed,
}

impl ProjectStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Provisioning, Self::Running, Self::Stopped, Self::Failed];

    /// The transition table of the lifecycle; staying is always allowed.
    pub fn may_become(self, next: Self) -> bool {
        use ProjectStatus::{Failed, Provisioning, Running, Stopped};
        self == next
            || matches!(
                (self, next),
                (Provisioning, Running | Failed | Stopped)
                    | (Running, Provisioning | Stopped | Failed)
                    | (Stopped, Provisioning | Failed)
                    | (Failed, Provisioning | Stopped)
            )
    }
}

macro_rules! words {
    ($type:ident { $($(#[$meta:meta])* $variant:ident = $word:literal),+ $(,)? } accepted $accepted:literal) => {
        impl $type {
            /// The word in the registry and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $($(#[$meta])* Self::$variant => $word),+ }
            }
        }
        impl std::str::FromStr for $type {
            type Err = $crate::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($(#[$meta])* $word => Ok(Self::$variant),)+
                    _ => Err($crate::Invalid::new(format!("\"{text}\" is not accepted."), $accepted)),
                }
            }
        }
        impl TryFrom<String> for $type {
            type Error = $crate::Invalid;
            fn try_from(text: String) -> Result<Self, Self::Error> { text.parse() }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
pub(crate) use words;

words!(DesiredState { Running = "running", Stopped = "stopped" } accepted "running or stopped");
words!(ProjectStatus {
    Provisioning = "provisioning", Running = "running", Stopped = "stopped", Failed = "failed",
} accepted "provisioning, running, stopped or failed");

/// What was last seen of a thing. Written `Unknown` before a side effect and `Present` after it, so a crash in
/// between never leaves an old value dressed as a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "seen", content = "value", rename_all = "snake_case")]
pub enum Observed<T> {
    /// It is not there.
    Absent,
    /// It could not be observed.
    #[default]
    Unknown,
    /// It is there, like this.
    Present(T),
}

impl<T> Observed<T> {
    /// The value, when it is there.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Self::Present(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }

    /// The same with another value.
    pub fn map<U>(self, value: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Present(present) => Observed::Present(value(present)),
            Self::Absent => Observed::Absent,
            Self::Unknown => Observed::Unknown,
        }
    }

    /// Whether the value could not be observed.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

impl std::fmt::Display for Exit {
    /// What the instance did, behind its name: `ended with exit code 1`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self { out_of_memory: Some(_), .. } => f.write_str("ran out of memory"),
            Self { code: Some(code), .. } => write!(f, "ended with exit code {code}"),
            Self { signal: Some(signal), .. } => write!(f, "ended with signal {signal}"),
            Self { .. } => f.write_str("ended"),
        }
    }
}

impl<T> From<Option<T>> for Observed<T> {
    fn from(seen: Option<T>) -> Self {
        seen.map_or(Self::Absent, Self::Present)
    }
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Exit {
    /// Its exit code, when it ended by itself.
    pub code: Option<i32>,
    /// The signal that ended it, by number.
    pub signal: Option<i32>,
    /// The kernel ended it because it had reached its limit of memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_memory: Option<OutOfMemory>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// A limit of memory that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutOfMemory {
    /// The limit.
    pub limit: ByteSize,
    /// The most that it had, as far as it was measured; what it would have used beyond that is unknown.
    pub peak: Option<ByteSize>,
}

/// What the driver saw of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceSeen {
    /// What it was started from; equal to the wanted digest when nothing has to change.
    pub digest: String,
    /// The release that it runs: the image, or the path of the program.
    pub release: String,
    /// What it is held to; `None` where the driver does not know.
    pub limits: Option<InstanceLimits>,
    /// Where it listens: `host:port`.
    pub address: String,
    /// The process, on the host of the driver.
    pub pid: Option<u32>,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// How it ended, if it did.
    pub exit: Option<Exit>,
}

impl Exit {
    /// How it ended, behind `last`: `by signal 9`, `with exit code 1`, `out of memory`.
    pub fn manner(&self) -> String {
        match self {
            Self { out_of_memory: Some(_), .. } => "out of memory".into(),
            Self { code: Some(code), .. } => format!("with exit code {code}"),
            Self { signal: Some(signal), .. } => format!("by signal {signal}"),
            Self { .. } => "for an unknown reason".into(),
        }
    }
}

impl InstanceSeen {
    /// Whether its process runs.
    pub const fn is_running(&self) -> bool {
        self.exit.is_none()
    }
}

/// What the release inside an instance answers about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseSeen {
    /// `/version`: the release.
    pub version: String,
    /// `/version`: the commit it was built from.
    pub commit: Option<String>,
    /// Whether it is the stand-in of the test suite and not a real atomo-server.
    pub standin: bool,
    /// SHA-256 of the canonical models of `/meta/schema`, in hex.
    pub models_digest: String,
    /// How many models it serves.
    pub models: u32,
}

/// What the gateway serves for a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RouteSeen {
    /// The names that it routes.
    pub hosts: Vec<Hostname>,
    /// Where to; absent while the maintenance page stands in the route itself.
    pub upstream: Option<String>,
    /// The project's own policy, as it is served; absent where the gateway holds none that can be read.
    #[serde(default)]
    pub edge: Option<EdgePolicy>,
}

/// What was reached by a request through the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReachSeen {
    /// Where the instance listened: `host:port`.
    pub address: String,
    /// The project's names then, the primary one first.
    pub hosts: Vec<Hostname>,
}

/// A project's database, as its server reported it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseSeen {
    /// Its identity on the server; `None` before it was read.
    pub oid: Option<DatabaseOid>,
    /// `CONNECTION LIMIT` of its role; `None` before it was read.
    pub limit: Option<u32>,
}
