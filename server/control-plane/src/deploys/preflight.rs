//! tmp
use crate::registry::ProjectRecord;
use crate::{Inner, Result};
use model::{Preflight, SchemaRef};
pub(crate) async fn preflight(_inner: &Inner, record: &ProjectRecord, to: &SchemaRef) -> Result<Preflight> {
    Ok(Preflight {
        from: Some(record.project.schema_ref.commit().clone()),
        to: to.commit().clone(),
        findings: Vec::new(),
    })
}
