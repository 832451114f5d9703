//! What has to be moved: every secret of the fleet, of projects and of retained databases, with all versions.

use std::collections::BTreeSet;

use model::{Problem, ProblemKind};

use super::{Count, Move, Progress, Whole};
use crate::Result;
use crate::ports::secret_store::{SecretPath, SecretScope};
use crate::registry::SecretReference;

/// The content of the source, and the references to it.
#[derive(Default)]
pub(super) struct Source {
    pub(super) secrets: Vec<Whole>,
    /// The referenced secrets of the source, without duplicates.
    pub(super) references: Vec<SecretPath>,
}

impl Source {
    pub(super) fn count(&self) -> Count {
        let versions = self.secrets.iter().map(|whole| whole.versions.len()).sum();
        Count { secrets: self.secrets.len(), versions }
    }
}

/// The references by store.
struct SortedReferences {
    from: Vec<SecretReference>,
    to: Vec<SecretReference>,
}

impl Move<'_> {
    /// What is still to be moved. Secrets moved before are left alone: the target may be newer.
    pub(super) async fn source(&self, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<Source> {
        let SortedReferences { from, to } = self.sorted().await?;
        if from.is_empty() && !to.is_empty() {
            return Ok(Source::default());
        }
        let mut scopes = BTreeSet::from([SecretScope::Fleet]);
        scopes.extend(from.iter().map(|reference| reference.path.scope.clone()));
        let pinned = self.registry.pinned_secrets().await?;
        let secrets = self.read(&scopes, tell).await?;
        let pinned = pinned.into_iter().map(|pinned| pinned.path).filter(|path| scopes.contains(&path.scope));
        let credentials = from.iter().map(|reference| reference.path.clone());
        let credentials = credentials.filter(|path| path.scope == SecretScope::Fleet);
        let has = |path: &SecretPath| secrets.iter().any(|whole| whole.path == *path);
        let missing: BTreeSet<SecretPath> = pinned.chain(credentials).filter(|path| !has(path)).collect();
        if !missing.is_empty() {
            return Err(self.incomplete(&missing).into());
        }
        let references: BTreeSet<SecretPath> = from.into_iter().map(|reference| reference.path).collect();
        Ok(Source { secrets, references: references.into_iter().collect() })
    }

    /// Every secret of this fleet in the source, referenced or not.
    pub(super) async fn everything(&self, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<Source> {
        let mut scopes = BTreeSet::from([SecretScope::Fleet]);
        scopes.extend(self.registry.secret_references().await?.into_iter().map(|known| known.path.scope));
        Ok(Source { secrets: self.read(&scopes, tell).await?, references: Vec::new() })
    }

    /// Fails while a reference names the source, and if none names the target.
    pub(super) async fn refuse_references(&self) -> Result<()> {
        let SortedReferences { from, .. } = self.sorted().await?;
        let Some(first) = from.first() else { return Ok(()) };
        let detail = format!(
            "Nothing was removed. {} references still name it, for example that of {}. Move them first, without --remove-source.",
            from.len(),
            first.holder
        );
        Err(Problem::new(ProblemKind::Refused, "The source is in use", detail).into())
    }

    async fn sorted(&self) -> Result<SortedReferences> {
        let mut sorted = SortedReferences { from: Vec::new(), to: Vec::new() };
        for reference in self.registry.secret_references().await? {
            if reference.reference == self.from.reference(&reference.path) {
                sorted.from.push(reference);
            } else if reference.reference == self.to.reference(&reference.path) {
                sorted.to.push(reference);
            } else {
                return Err(foreign(&reference).into());
            }
        }
        Ok(sorted)
    }

    async fn read(
        &self,
        scopes: &BTreeSet<SecretScope>,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<Whole>> {
        let mut secrets = Vec::new();
        for scope in scopes {
            for meta in self.patiently(tell, async || self.from.list(scope).await).await? {
                let path = SecretPath { scope: scope.clone(), name: meta.name };
                let versions = self.patiently(tell, async || self.from.history(&path).await).await?;
                secrets.push(Whole { path, versions });
            }
        }
        Ok(secrets)
    }

    /// Fails if the target cannot hold a value, before anything is written.
    pub(super) fn fits(&self, source: &Source) -> Result<()> {
        for whole in &source.secrets {
            for secret in &whole.versions {
                self.to.fits(&whole.path, &secret.value)?;
            }
        }
        Ok(())
    }

    fn incomplete(&self, missing: &BTreeSet<SecretPath>) -> Problem {
        let all = missing.iter().map(|path| self.from.reference(path)).collect::<Vec<_>>().join(", ");
        let detail = format!(
            "Nothing was changed. The registry references secrets that the source lacks: {all}. Restore them there first."
        );
        Problem::new(ProblemKind::Refused, "A secret is missing", detail)
    }
}

fn foreign(reference: &SecretReference) -> Problem {
    let detail = format!(
        "Nothing was changed. The row of {} names {}, which is in neither of the two stores. See --from, --to and \
         ATOMO_FLEET_SSM_PREFIX.",
        reference.holder, reference.reference
    );
    Problem::new(ProblemKind::Refused, "A secret is in another store", detail)
}
