//! Compares the target with what it has to contain.

use std::collections::{BTreeMap, BTreeSet};

use model::{Problem, ProblemKind};
use secrecy::ExposeSecret as _;

use super::source::Source;
use super::{Move, Progress};
use crate::Result;
use crate::ports::secret_store::{Secret, SecretPath};

/// The result.
#[derive(Default)]
pub(super) struct Comparison {
    missing: BTreeMap<SecretPath, BTreeSet<u32>>,
    /// References into the target with another value, and the version.
    differs: Vec<String>,
    newer: Vec<String>,
}

/// The result for one secret.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    missing: BTreeSet<u32>,
    differs: BTreeSet<u32>,
    /// Versions after our newest one.
    newer: BTreeSet<u32>,
}

impl Comparison {
    /// Versions that the target lacks.
    pub(super) fn missing(&self, path: &SecretPath) -> BTreeSet<u32> {
        self.missing.get(path).cloned().unwrap_or_default()
    }

    /// Fails if a needed place, or a later one, has another value: it is not ours to remove.
    pub(super) fn refuse_other_values(&self) -> Result<()> {
        refuse(self.differs.iter().chain(&self.newer))
    }

    /// Fails unless everything exists and is equal. Later versions are accepted.
    pub(super) fn refuse_anything_missing(&self) -> Result<()> {
        refuse(self.differs.iter())?;
        let absent: Vec<String> = self.missing.keys().map(ToString::to_string).collect();
        if absent.is_empty() {
            return Ok(());
        }
        let detail = format!(
            "These secrets are not in the target as they are in the source: {}. No reference was switched and nothing was removed.",
            absent.join(", ")
        );
        Err(Problem::new(ProblemKind::Refused, "The target is incomplete", detail).into())
    }
}

fn refuse<'a>(places: impl Iterator<Item = &'a String>) -> Result<()> {
    let places: Vec<&str> = places.map(String::as_str).collect();
    if places.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "No reference was switched and nothing was overwritten or removed. The target has other values in these places: {}. See \
         whose they are; delete them there if nobody needs them, or have the target keep its secrets elsewhere \
         (ATOMO_FLEET_SSM_PREFIX). Then run this again.",
        places.join(", ")
    );
    Err(Problem::new(ProblemKind::Conflict, "The target holds other secrets", detail).into())
}

impl Move<'_> {
    /// Reads every version of every secret in the target.
    pub(super) async fn compare(
        &self,
        source: &Source,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Comparison> {
        let mut compared = Comparison::default();
        for whole in &source.secrets {
            let theirs = self.patiently(tell, async || self.to.history(&whole.path).await).await?;
            let Difference { missing, differs, newer } = difference(&whole.versions, &theirs);
            if !missing.is_empty() {
                compared.missing.insert(whole.path.clone(), missing);
            }
            let place = self.to.reference(&whole.path);
            compared.differs.extend(differs.iter().map(|version| format!("{place} version {version}")));
            compared.newer.extend(newer.iter().map(|version| format!("{place} version {version}")));
        }
        Ok(compared)
    }
}

/// A version of ours that is older than all that the target has was dropped there: a store may retain a limited number.
fn difference(ours: &[Secret], theirs: &[Secret]) -> Difference {
    let oldest = theirs.first().map(|secret| secret.version);
    let newest = ours.last().map_or(0, |secret| secret.version);
    let by_version: BTreeMap<u32, &Secret> = theirs.iter().map(|secret| (secret.version, secret)).collect();
    let mut difference = Difference::default();
    for secret in ours {
        match by_version.get(&secret.version) {
            Some(kept) if kept.value.expose_secret() == secret.value.expose_secret() => {}
            Some(_) => drop(difference.differs.insert(secret.version)),
            None if oldest.is_some_and(|oldest| secret.version < oldest) => {}
            None => drop(difference.missing.insert(secret.version)),
        }
    }
    difference.newer = by_version.into_keys().filter(|version| *version > newest).collect();
    difference
}

#[cfg(test)]
mod tests;
