//! The audit trail, as operators read it.

use futures::stream::{self, BoxStream, StreamExt as _};
use model::{Action, AuditVerdict, EventFilter, Page, ProjectEvent, Target};

use crate::{Inner, OpContext, Result};

/// Events of one page of an export.
const EXPORT_PAGE: u16 = 500;

/// Reads the audit trail.
pub struct Audit<'a>(&'a Inner);

impl<'a> Audit<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Events of the filter, newest first, older than `before`.
    #[tracing::instrument(skip_all)]
    pub async fn events(
        &self,
        op: &OpContext,
        filter: &EventFilter,
        before: Option<i64>,
    ) -> Result<Page<ProjectEvent>> {
        op.may(Action::AuditView, Target::Fleet)?;
        Ok(self.0.registry.events(filter, before).await?)
    }

    /// All events of the filter, newest first, in pages of at most 500. The first page is read before this returns, each other one
    /// when it is polled for, so memory does not depend on the number of events. Events that are written meanwhile are not
    /// part of it. An error ends the stream.
    #[tracing::instrument(skip_all)]
    pub async fn export(
        &self,
        op: &OpContext,
        filter: EventFilter,
    ) -> Result<BoxStream<'static, Result<Vec<ProjectEvent>>>> {
        op.may(Action::AuditView, Target::Fleet)?;
        let registry = self.0.registry.clone();
        let actors = registry.actors(&filter).await?;
        let first = registry.events_page(&filter, actors.as_deref(), None, EXPORT_PAGE).await?;
        let start = (registry, filter, actors, end_of(&first));
        let rest = stream::try_unfold(start, |(registry, filter, actors, before)| async move {
            let Some(before) = before else { return Ok(None) };
            let page = registry.events_page(&filter, actors.as_deref(), Some(before), EXPORT_PAGE).await?;
            let end = end_of(&page);
            Ok(Some((page.items, (registry, filter, actors, end))))
        });
        Ok(stream::once(async { Ok(first.items) }).chain(rest).boxed())
    }

    /// Walks the whole chain of hashes.
    #[tracing::instrument(skip_all)]
    pub async fn verify(&self, op: &OpContext) -> Result<AuditVerdict> {
        op.may(Action::AuditVerify, Target::Fleet)?;
        Ok(self.0.registry.verify_audit().await?)
    }
}

/// The event before which the next page begins; `None` behind the last page.
fn end_of(page: &Page<ProjectEvent>) -> Option<i64> {
    page.items.last().filter(|_| page.next_cursor.is_some()).map(|last| last.id)
}
