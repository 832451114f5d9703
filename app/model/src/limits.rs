//! What one instance may use of its machine.

mod amount;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ByteSize, FieldError, Invalid};
pub use amount::Amount;

/// The most memory that an instance may hold. One that asks for more is killed by the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64))]
#[serde(try_from = "ByteSize", into = "ByteSize")]
pub struct MemoryLimit(ByteSize);

/// Processor time, in thousandths of one processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = f64))]
#[serde(try_from = "f64", into = "f64")]
pub struct CpuLimit(u32);

/// The most threads and processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32))]
#[serde(try_from = "u32", into = "u32")]
pub struct PidsLimit(u32);

/// How often it is restarted, without a minute of running in between, before the project is `failed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32))]
#[serde(try_from = "u32", into = "u32")]
pub struct RestartLimit(u32);

/// What a driver holds an instance to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceLimits {
    /// Bytes of memory.
    pub memory: MemoryLimit,
    /// Processors, in thousandths: 0.5 is half of one.
    pub cpu: CpuLimit,
    /// Maximum number of processes and threads (PIDs).
    pub pids: PidsLimit,
}

/// `512 MiB, 1 processor, 256 threads`.
impl fmt::Display for InstanceLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory, cpu, pids } = self;
        let processors = if cpu.millis() == 1000 { "processor" } else { "processors" };
        write!(f, "{memory}, {cpu} {processors}, {pids} threads")
    }
}

/// All limits of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Those that the driver holds its instance to.
    #[serde(flatten)]
    pub instance: InstanceLimits,
    /// How often it is restarted before the project is `failed`.
    pub restarts: RestartLimit,
}

impl Default for Limits {
    /// 512 MiB, one processor, 256 threads and processes, 10 starts.
    fn default() -> Self {
        Self {
            instance: InstanceLimits {
                memory: MemoryLimit(ByteSize::mib(512)),
                cpu: CpuLimit(1000),
                pids: PidsLimit(256),
            },
            restarts: RestartLimit(10),
        }
    }
}

/// Limits as they were typed; what is absent stays as it is, or becomes the fleet's default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitsDraft {
    /// Bytes, or a text such as `512 MiB` or `1.5 GB`.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub memory: Option<Amount>,
    /// Processors: `0.5`.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Amount>,
    /// Maximum number of processes and threads (PIDs).
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub pids: Option<Amount>,
    /// Restart attempts before the project is `failed`.
    #[serde(default, deserialize_with = "crate::patch::given", skip_serializing_if = "Option::is_none")]
    pub restarts: Option<Amount>,
}

/// A valid change of limits: what is absent stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LimitsEdit {
    /// Memory.
    pub memory: Option<MemoryLimit>,
    /// Processor time.
    pub cpu: Option<CpuLimit>,
    /// Maximum number of processes and threads (PIDs).
    pub pids: Option<PidsLimit>,
    /// Restart attempts before the project is `failed`.
    pub restarts: Option<RestartLimit>,
}

impl LimitsDraft {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The valid change; wrong fields are added as `limits.memory` and so on.
    pub fn validate(self, errors: &mut Vec<FieldError>) -> LimitsEdit {
        fn part<T: TryFrom<String, Error = Invalid>>(
            errors: &mut Vec<FieldError>,
            field: &str,
            typed: Option<Amount>,
        ) -> Option<T> {
            let text = typed.map(String::from).filter(|text| !text.trim().is_empty())?;
            FieldError::collect(errors, field, T::try_from(text))
        }
        LimitsEdit {
            memory: part(errors, "limits.memory", self.memory),
            cpu: part(errors, "limits.cpu", self.cpu),
            pids: part(errors, "limits.pids", self.pids),
            restarts: part(errors, "limits.restarts", self.restarts),
        }
    }
}

impl LimitsEdit {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These limits after the change.
    #[must_use]
    pub fn over(&self, limits: Limits) -> Limits {
        let Limits { instance: InstanceLimits { memory, cpu, pids }, restarts } = limits;
        Limits {
            instance: InstanceLimits {
                memory: self.memory.unwrap_or(memory),
                cpu: self.cpu.unwrap_or(cpu),
                pids: self.pids.unwrap_or(pids),
            },
            restarts: self.restarts.unwrap_or(restarts),
        }
    }
}

impl MemoryLimit {
    const ACCEPTED: &str = "16 MiB to 1 TiB, with a unit: MiB, GiB, MB or GB";

    /// The bytes.
    pub const fn bytes(self) -> u64 {
        self.0.bytes()
    }
}

impl TryFrom<ByteSize> for MemoryLimit {
    type Error = Invalid;
    fn try_from(size: ByteSize) -> Result<Self, Invalid> {
        if size < ByteSize::mib(16) || size > ByteSize::mib(1 << 20) {
            return Err(Invalid::new("This much memory is not accepted.", Self::ACCEPTED));
        }
        Ok(Self(size))
    }
}

impl From<MemoryLimit> for ByteSize {
    fn from(limit: MemoryLimit) -> Self {
        limit.0
    }
}

impl TryFrom<String> for MemoryLimit {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new(format!("\"{}\" is not an amount of memory.", text.trim()), Self::ACCEPTED);
        Self::try_from(amount::bytes(&text).ok_or_else(invalid)?)
    }
}

/// In binary units where it is a whole number of them: limits are given like this.
impl fmt::Display for MemoryLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MIB: u64 = 1 << 20;
        match self.bytes() {
            bytes if bytes.is_multiple_of(1024 * MIB) => write!(f, "{} GiB", bytes / (1024 * MIB)),
            bytes if bytes.is_multiple_of(MIB) => write!(f, "{} MiB", bytes / MIB),
            bytes if bytes.is_multiple_of(1_000_000) => write!(f, "{} MB", bytes / 1_000_000),
            _ => self.0.fmt(f),
        }
    }
}

impl CpuLimit {
    const ACCEPTED: &str = "0.05 to 128 processors, in thousandths";

    /// Thousandths of one processor.
    pub const fn millis(self) -> u32 {
        self.0
    }

    /// So many thousandths of one processor.
    pub fn of_millis(millis: u32) -> Result<Self, Invalid> {
        if (50..=128_000).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(Invalid::new("This much processor time is not accepted.", Self::ACCEPTED))
        }
    }
}

impl TryFrom<String> for CpuLimit {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new(format!("\"{}\" is no number of processors.", text.trim()), Self::ACCEPTED);
        Self::of_millis(amount::thousandths(text.trim()).ok_or_else(invalid)?)
    }
}

impl TryFrom<f64> for CpuLimit {
    type Error = Invalid;
    fn try_from(processors: f64) -> Result<Self, Invalid> {
        Self::try_from(processors.to_string())
    }
}

impl From<CpuLimit> for f64 {
    fn from(limit: CpuLimit) -> Self {
        Self::from(limit.0) / 1000.0
    }
}

impl fmt::Display for CpuLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f64::from(*self).fmt(f)
    }
}

/// A limit that is a whole number within bounds.
macro_rules! whole {
    ($type:ident, $least:literal to $most:literal, $accepted:literal) => {
        impl $type {
            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }
        impl TryFrom<u32> for $type {
            type Error = Invalid;
            fn try_from(number: u32) -> Result<Self, Invalid> {
                match number {
                    $least..=$most => Ok(Self(number)),
                    _ => Err(Invalid::new(format!("{number} is not accepted."), $accepted)),
                }
            }
        }
        impl TryFrom<String> for $type {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                let invalid = |_| Invalid::new(format!("\"{}\" is not accepted.", text.trim()), $accepted);
                text.trim().parse::<u32>().map_err(invalid)?.try_into()
            }
        }
        impl From<$type> for u32 {
            fn from(limit: $type) -> Self {
                limit.0
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
whole!(PidsLimit, 16 to 32_768, "a whole number from 16 to 32768");
whole!(RestartLimit, 1 to 100, "a whole number from 1 to 100");

#[cfg(test)]
mod tests;
