//! The schema file of the pinned commit, onto the volume.

use model::{ByteSize, Observed};

use super::Provisioner;
use crate::Result;

impl Provisioner<'_> {
    pub(super) async fn materialize_schema(&self) -> Result<Option<String>> {
        let (id, schema) = (&self.record.project.id, &self.record.project.schema_ref);
        let access = self.inner.repo_access(schema.repo()).await?;
        let file = self.inner.ports.schemas.read(&access, schema.path(), schema.commit()).await?;
        self.inner.observations.update(id, |seen| seen.schema = Observed::Unknown);
        self.inner.volumes.write_schema(id, schema, &file).await?;
        self.inner.observations.update(id, |seen| seen.schema = Observed::Present(file.commit.clone()));
        let size = ByteSize::new(file.text.len() as u64);
        Ok(Some(format!("{} at {}, {size}", schema.path(), schema.commit().short())))
    }
}
