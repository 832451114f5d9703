//! The version that is deployed.

use super::input::DeployInput;
use crate::jobs::JobContext;
use crate::ports::Failure as _;
use crate::ports::schema_source::SchemaFile;
use crate::{Result, repositories};

/// The file of the new version. It is read without the network: the request has read it before.
pub(super) async fn schema_file(job: &JobContext<DeployInput>) -> Result<SchemaFile> {
    let schema = &job.input().to.schema_ref;
    let access = repositories::access(&job.inner, schema.repo()).await?;
    let read = job.ports().schemas.read(&access, schema.path(), schema.commit()).await;
    Ok(read.map_err(|error| error.problem())?)
}
