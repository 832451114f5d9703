//! The version that is deployed.

use super::input::DeployInput;
use crate::jobs::JobContext;
use crate::ports::schema_source::SchemaFile;
use crate::{Result, schemas};

/// The file of the new version. It is read without the network: the request has read it before.
pub(super) async fn schema_file(job: &JobContext<DeployInput>) -> Result<SchemaFile> {
    let schema = &job.input().to.schema_ref;
    schemas::read(&job.inner, schema).await.map_err(|error| error.problem().into())
}
