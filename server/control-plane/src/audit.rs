//! The audit trail, as operators read it.

use model::{Action, AuditVerdict, Page, ProjectEvent, Target};

use crate::{Inner, OpContext, Result};

/// Reads the audit trail.
pub struct Audit<'a>(&'a Inner);

impl<'a> Audit<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Events of the whole fleet, newest first, older than `before`.
    #[tracing::instrument(skip_all)]
    pub async fn events(&self, op: &OpContext, before: Option<i64>) -> Result<Page<ProjectEvent>> {
        op.may(Action::AuditView, Target::Fleet)?;
        Ok(self.0.registry.events(None, before).await?)
    }

    /// Walks the whole chain of hashes.
    #[tracing::instrument(skip_all)]
    pub async fn verify(&self, op: &OpContext) -> Result<AuditVerdict> {
        op.may(Action::AuditVerify, Target::Fleet)?;
        Ok(self.0.registry.verify_audit().await?)
    }
}
