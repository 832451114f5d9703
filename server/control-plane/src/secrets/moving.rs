//! Moving all secrets from one store to another.
//!
//! The order makes it safe to be interrupted anywhere and run again: everything is read, and every objection is found
//! before the first write; what is copied keeps its version numbers, so no instance has to be replaced; it is read back;
//! then all references are switched in one change. The source stays until [`Move::remove_source`], which removes only
//! what the other store is seen to hold. Nobody else may write to the source meanwhile: callers see to that.

mod compare;
mod job;
mod patience;
mod source;

use model::{Action, Problem, ProblemKind, Target};
use serde_json::json;

use crate::ports::secret_store::{Secret, SecretPath, SecretStore};
use crate::registry::{Change, Event, Registry};
use crate::{OpContext, Result};
use compare::Comparison;
use source::Source;

pub use patience::Pauses;

/// Two stores and the registry that names secrets in one of them.
pub struct Move<'a> {
    /// Holds the references.
    pub registry: &'a Registry,
    /// Where secrets are.
    pub from: &'a dyn SecretStore,
    /// Where they shall be.
    pub to: &'a dyn SecretStore,
    /// The term of the engine lock that the caller holds. Once another control plane holds the lock, nothing is written to the
    /// registry.
    pub term: i64,
    /// How long a store that does not answer is waited for.
    pub pauses: Pauses,
}

/// What happens, for whoever watches. Never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Everything in the source was read.
    Read(Count),
    /// The versions of a secret are in the target now; so many of the secrets are done.
    Copied {
        /// Which.
        path: SecretPath,
        /// Versions that had to be written.
        written: usize,
        /// Secrets that are done.
        done: usize,
    },
    /// Everything was read back and is equal.
    Verified,
    /// A store does not answer; it is asked again.
    Waiting(Box<Problem>),
    /// A secret was removed from the source.
    Removed {
        /// Which.
        path: SecretPath,
        /// Secrets that are done.
        done: usize,
    },
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Secrets.
    pub secrets: usize,
    /// Their versions, all together.
    pub versions: usize,
}

/// What a move came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveResult {
    /// What was in the source and is in the target now.
    pub count: Count,
    /// References that were switched; none when all of them named the target before.
    pub references: u64,
}

/// A secret with all its versions, the oldest first.
struct Whole {
    path: SecretPath,
    versions: Vec<Secret>,
}

impl Move<'_> {
    /// Copies, verifies and switches.
    #[tracing::instrument(skip_all)]
    pub async fn run(&self, op: &OpContext, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<MoveResult> {
        op.may(Action::SecretsMigrate, Target::Fleet)?;
        let source = self.source(tell).await?;
        tell(Progress::Read(source.count()));
        self.fits(&source)?;
        let compared = self.compare(&source, tell).await?;
        compared.refuse_other_values()?;
        self.copy(&source, &compared, tell).await?;
        self.verify(&source, tell).await?;
        tell(Progress::Verified);
        let references = self.switch(op, &source).await?;
        Ok(MoveResult { count: source.count(), references })
    }

    /// Removes from the source what the target holds. Refused while a reference names the source, and when the target
    /// holds anything less or else: nothing is removed then.
    #[tracing::instrument(skip_all)]
    pub async fn remove_source(
        &self,
        op: &OpContext,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Count> {
        op.may(Action::SecretsRemoveSource, Target::Fleet)?;
        self.refuse_references().await?;
        let source = self.everything(tell).await?;
        tell(Progress::Read(source.count()));
        if source.secrets.is_empty() {
            return Ok(source.count());
        }
        self.compare(&source, tell).await?.refuse_anything_missing()?;
        let detail = json!({
            "from": word(self.from), "to": word(self.to), "secrets": source.secrets.len(),
            "versions": source.count().versions,
        });
        let mut change = self.registry.change(op).await?;
        change.in_term(self.term).await?;
        change.commit(Event { project: None, action: Action::SecretsRemoveSource.into(), detail }).await?;
        for (index, whole) in source.secrets.iter().enumerate() {
            self.patiently(tell, async || self.from.delete(&whole.path).await).await?;
            tell(Progress::Removed { path: whole.path.clone(), done: index + 1 });
        }
        Ok(source.count())
    }

    async fn copy(
        &self,
        source: &Source,
        compared: &Comparison,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<()> {
        for (index, whole) in source.secrets.iter().enumerate() {
            let missing = compared.missing(&whole.path);
            for secret in whole.versions.iter().filter(|secret| missing.contains(&secret.version)) {
                self.patiently(tell, async || self.to.import(&whole.path, secret).await).await?;
            }
            let (path, written) = (whole.path.clone(), missing.len());
            tell(Progress::Copied { path, written, done: index + 1 });
        }
        Ok(())
    }

    async fn verify(&self, source: &Source, tell: &mut (dyn FnMut(Progress) + Send)) -> Result<()> {
        let compared = self.compare(source, tell).await?;
        compared.refuse_other_values()?;
        compared.refuse_anything_missing()
    }

    /// All references at once, with the event that says so. One that came up meanwhile undoes it.
    async fn switch(&self, op: &OpContext, source: &Source) -> Result<u64> {
        if source.references.is_empty() {
            return Ok(0);
        }
        let mut change = self.registry.change(op).await?;
        change.in_term(self.term).await?;
        let references = change.switch_references(&source.references, self.from, self.to).await?;
        if self.are_in_use(&mut change).await? {
            let detail = "Nothing was switched: somebody changed the registry meanwhile. Stop every server, then run this again.";
            return Err(
                Problem::new(ProblemKind::Conflict, "The registry was changed meanwhile", detail).into()
            );
        }
        let Count { secrets, versions } = source.count();
        let detail = json!({
            "from": word(self.from), "to": word(self.to), "secrets": secrets, "versions": versions,
            "references": references,
        });
        change.commit(Event { project: None, action: Action::SecretsMigrate.into(), detail }).await?;
        Ok(references)
    }

    /// Whether a reference names the source after they were switched: it came up meanwhile, and its secret was not copied.
    async fn are_in_use(&self, change: &mut Change) -> Result<bool> {
        let references = change.secret_references().await?;
        Ok(references.iter().any(|known| known.reference == self.from.reference(&known.path)))
    }
}

/// The word in front of a store's references.
fn word(store: &dyn SecretStore) -> String {
    let reference = store.reference(&SecretPath::fleet("any"));
    reference.split(':').next().unwrap_or_default().to_owned()
}
