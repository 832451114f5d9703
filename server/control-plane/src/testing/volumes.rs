//! The in-memory volumes: schemas as content, uploads as names. They have no folders to give.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use model::{CommitSha, InstanceKey, Observed, SchemaRef};

use crate::ports::driver::{FileDelivery, MediaVolume, SchemaFiles};
use crate::ports::schema_source::SchemaFile;
use crate::ports::volumes::{KEPT_SCHEMAS, SchemaKey, VolumeError, Volumes};

#[cfg(test)]
mod tests;

/// Volumes that live as long as their last clone.
#[derive(Debug, Clone, Default)]
pub struct MemoryVolumes(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    schemas: BTreeMap<(InstanceKey, SchemaKey), Written>,
    media: BTreeSet<InstanceKey>,
    writes: u64,
}

#[derive(Debug)]
struct Written {
    from: SchemaRef,
    text: String,
    number: u64,
}

impl MemoryVolumes {
    /// Nothing was written.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing(instance: &InstanceKey, schema: &SchemaKey, kind: io::ErrorKind) -> VolumeError {
    VolumeError { act: "read", place: format!("the schema {schema} of {instance}"), source: kind.into() }
}

#[async_trait]
impl Volumes for MemoryVolumes {
    async fn write_schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        from: &SchemaRef,
        file: &SchemaFile,
    ) -> Result<(), VolumeError> {
        let mut state = self.state();
        state.writes += 1;
        let written = Written { from: from.clone(), text: file.text.clone(), number: state.writes };
        state.schemas.insert((instance.clone(), schema.clone()), written);
        state.media.insert(instance.clone());
        Ok(())
    }

    async fn schema(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        wanted: &SchemaRef,
    ) -> Observed<CommitSha> {
        let state = self.state();
        let written = state.schemas.get(&(instance.clone(), schema.clone()));
        written.filter(|it| it.from.is_same_file(wanted)).map(|it| it.from.commit().clone()).into()
    }

    async fn schema_files(
        &self,
        instance: &InstanceKey,
        schema: &SchemaKey,
        delivery: FileDelivery,
    ) -> Result<SchemaFiles, VolumeError> {
        if delivery == FileDelivery::Folders {
            return Err(missing(instance, schema, io::ErrorKind::Unsupported));
        }
        let state = self.state();
        let written = state.schemas.get(&(instance.clone(), schema.clone()));
        let written = written.ok_or_else(|| missing(instance, schema, io::ErrorKind::NotFound))?;
        Ok(SchemaFiles::Content(written.text.clone().into_bytes()))
    }

    fn media(&self, instance: &InstanceKey, _: FileDelivery) -> MediaVolume {
        MediaVolume::Named(instance.to_string())
    }

    async fn prune_schemas(&self, instance: &InstanceKey, keep: &[SchemaKey]) -> Result<(), VolumeError> {
        let mut state = self.state();
        let own = state.schemas.iter().filter(|((of, _), _)| of == instance);
        let mut numbers: Vec<u64> = own.map(|(_, written)| written.number).collect();
        numbers.sort_unstable();
        let oldest = numbers.iter().rev().nth(KEPT_SCHEMAS - 1).copied().unwrap_or_default();
        state.schemas.retain(|(of, schema), written| {
            of != instance || written.number >= oldest || keep.contains(schema)
        });
        Ok(())
    }

    async fn remove_schemas(&self, instance: &InstanceKey) -> Result<(), VolumeError> {
        self.state().schemas.retain(|(of, _), _| of != instance);
        Ok(())
    }

    async fn remove_rehearsal(&self, instance: &InstanceKey) -> Result<(), VolumeError> {
        if instance.is_main() {
            let place = format!("the files of {instance}");
            return Err(VolumeError { act: "removed", place, source: io::ErrorKind::InvalidInput.into() });
        }
        self.state().media.remove(instance);
        self.remove_schemas(instance).await
    }
}
