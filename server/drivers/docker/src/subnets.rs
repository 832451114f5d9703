//! The networks of projects: a /28 each, from one range.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::str::FromStr;

/// Prefix of a project's network: 16 addresses, 13 of them for containers.
const SIZE: u32 = 28;

/// The range of the projects' networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subnets {
    first: u32,
    prefix: u32,
}

/// An invalid range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSubnets(String);

impl std::fmt::Display for InvalidSubnets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidSubnets {}

impl FromStr for Subnets {
    type Err = InvalidSubnets;

    /// Parses an IPv4 range in CIDR notation without host bits, large enough for a /28.
    fn from_str(text: &str) -> Result<Self, InvalidSubnets> {
        let invalid = |why: &str| InvalidSubnets(format!("{text:?} {why}"));
        let (first, prefix) = text.split_once('/').ok_or_else(|| invalid("has no prefix length"))?;
        let first: Ipv4Addr = first.parse().map_err(|_| invalid("does not begin with an IPv4 address"))?;
        let prefix: u32 = prefix.parse().map_err(|_| invalid("has no prefix length"))?;
        if !(8..=SIZE).contains(&prefix) {
            return Err(invalid("has to have a prefix length from 8 to 28"));
        }
        let first = first.to_bits();
        if first & (u32::MAX >> prefix) != 0 {
            return Err(invalid("does not begin at the start of the range"));
        }
        Ok(Self { first, prefix })
    }
}

impl std::fmt::Display for Subnets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from_bits(self.first), self.prefix)
    }
}

impl Default for Subnets {
    /// `10.213.0.0/16`.
    fn default() -> Self {
        Self { first: u32::from_be_bytes([10, 213, 0, 0]), prefix: 16 }
    }
}

impl Subnets {
    /// The number of projects that can have a network.
    pub const fn count(self) -> u32 {
        1 << (SIZE - self.prefix)
    }

    /// The first /28 that overlaps none of `taken`; `None` if all are taken. Entries that are not IPv4 ranges are
    /// ignored.
    pub(crate) fn free(self, taken: &[String]) -> Option<String> {
        let taken: BTreeSet<(u32, u32)> = taken.iter().filter_map(|range| bounds(range)).collect();
        let step = 1 << (32 - SIZE);
        (0..self.count())
            .map(|index| self.first + index * step)
            .find(|first| taken.iter().all(|(low, high)| first + step - 1 < *low || *first > *high))
            .map(|first| format!("{}/{SIZE}", Ipv4Addr::from_bits(first)))
    }
}

/// First and last address of a range.
fn bounds(range: &str) -> Option<(u32, u32)> {
    let (first, prefix) = range.split_once('/')?;
    let (first, prefix) = (first.parse::<Ipv4Addr>().ok()?.to_bits(), prefix.parse::<u32>().ok()?);
    let inside = u32::MAX.checked_shr(prefix).unwrap_or_default();
    Some((first & !inside, first | inside))
}

#[cfg(test)]
mod tests;
