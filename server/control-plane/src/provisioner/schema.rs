//! The schema file of the pinned commit, onto the volume of the instance.

use model::{ByteSize, Observed};

use super::Provisioner;
use crate::ports::volumes::SchemaKey;
use crate::schemas::ReadFrom;
use crate::{Result, schemas};

impl Provisioner<'_> {
    pub(super) async fn materialize_schema(&self) -> Result<Option<String>> {
        let (id, schema) = (&self.record.project.id, &self.record.project.schema_ref);
        let (file, from) = schemas::read_and_record(self.inner, schema).await?;
        self.inner.observations.update(id, |seen| seen.facts.schema = Observed::Unknown);
        let (key, written, volumes) = (self.key(), self.record.schema_key(), &self.inner.ports.volumes);
        volumes.write_schema(&key, &written, schema, &file).await?;
        // what runs now may have to be started again before its successor is proved
        let running = self.record.project.schema_version.as_ref().map(SchemaKey::from);
        let keep: Vec<SchemaKey> = running.into_iter().chain([written]).collect();
        volumes.prune_schemas(&key, &keep).await?;
        self.inner
            .observations
            .update(id, |seen| seen.facts.schema = Observed::Present(file.commit.sha.clone()));
        let size = ByteSize::new(file.text.len() as u64);
        let from = match from {
            ReadFrom::Source => "",
            ReadFrom::Mirror => ", from the mirror: its repository does not answer",
        };
        Ok(Some(format!("{} at {}, {size}{from}", schema.path(), schema.commit().short())))
    }
}
