//! Sizes in bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number of bytes. Written for people in decimal units (`1.9 GB`), in JSON as a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u64))]
#[serde(transparent)]
pub struct ByteSize(u64);

const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];

impl ByteSize {
    /// So many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many bytes of 1024 x 1024.
    pub const fn mib(mib: u32) -> Self {
        Self(mib as u64 * 1024 * 1024)
    }

    /// The number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl TryFrom<i64> for ByteSize {
    type Error = crate::Invalid;
    fn try_from(bytes: i64) -> Result<Self, Self::Error> {
        u64::try_from(bytes)
            .map(Self)
            .map_err(|_| crate::Invalid::new("A size is not negative.", "0 or more bytes"))
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut whole = self.0;
        let mut unit = 0;
        let mut tenths = 0;
        while whole >= 1000 && unit < UNITS.len() - 1 {
            tenths = whole % 1000 / 100;
            whole /= 1000;
            unit += 1;
        }
        if unit > 0 && whole < 100 {
            write!(f, "{whole}.{tenths} {}", UNITS[unit])
        } else {
            write!(f, "{whole} {}", UNITS[unit])
        }
    }
}
