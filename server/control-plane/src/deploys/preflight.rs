//! What a change of a schema does to the database of a project: the file that runs, the file of the commit, and the database as it
//! is, compared; then the rows are counted on which it depends.

mod assumption;
mod columns;
mod comparison;
mod conditions;
mod declared;
mod indexes;
mod keys;
mod models;
mod names;
mod sql;

use std::time::Instant;

use model::{
    DatabaseName, InstanceKey, NotChecked, Preflight, Problem, ProblemKind, SchemaFinding, SchemaRef,
};

use crate::ports::driver::{FileDelivery, SchemaFiles};
use crate::ports::schema_reader::DeclaredSchema;
use crate::ports::schema_source::SchemaFile;
use crate::projects::lookups;
use crate::registry::ProjectRecord;
use crate::{Inner, Result};
use assumption::Assumption;
pub use comparison::Comparison;
pub(crate) use declared::{DeclaredDifference, differences};

/// The consequences of a change, before the rows are counted on which they depend.
#[derive(Debug)]
pub struct Examination(Vec<Assumption>);

impl Examination {
    /// Compares files and database.
    pub fn of(comparison: &Comparison<'_>) -> Self {
        Self(models::compare(comparison))
    }

    /// The questions to the database, each a statement that returns one number.
    pub fn questions(&self) -> Vec<String> {
        self.0.iter().filter_map(|assumption| assumption.question.clone()).collect()
    }

    /// The findings, the worst first, with the answers in the order of the questions; `None` is one that was not given.
    pub fn answered(self, answers: Vec<Option<u64>>) -> Vec<SchemaFinding> {
        assumption::answered(self.0, answers)
    }
}

/// Examines a file. Fails where the database cannot be read: then nothing can be said.
pub(super) async fn preflight(
    inner: &Inner,
    record: &ProjectRecord,
    (to, file): (&SchemaRef, &SchemaFile),
) -> Result<Preflight> {
    let begun = Instant::now();
    let project = &record.project;
    let old = match present_text(inner, record).await {
        Some(text) => Some(read(inner, text).await?),
        None => None,
    };
    let new = read(inner, file.text.clone()).await?;
    let copies = &inner.ports.postgres.of(&project.database_server)?.copies;
    let database = DatabaseName::main(project.id.clone());
    let live = copies.seen(&database, record.database_oid).await?;
    let examination = Examination::of(&Comparison { old: old.as_ref(), new: &new, live: &live });
    let answers = copies.count(&database, record.database_oid, &examination.questions()).await?;
    Ok(Preflight {
        from: old.is_some().then(|| project.schema_ref.commit().clone()),
        to: to.commit().clone(),
        findings: examination.answered(answers),
        not_checked: not_checked(old.is_none(), new),
        took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// What a file declares. A large one takes some tenths of a second, so it is read on a thread of its own.
pub(crate) async fn read(inner: &Inner, text: String) -> Result<DeclaredSchema> {
    let reader = std::sync::Arc::clone(&inner.ports.reader);
    let reading = tokio::task::spawn_blocking(move || reader.read(&text)).await;
    Ok(reading.map_err(|error| Problem::new(ProblemKind::Internal, "Internal error", error.to_string()))?)
}

/// The file that runs: from the volume, else from the repository's copy; `None` where neither has it.
pub(crate) async fn present_text(inner: &Inner, record: &ProjectRecord) -> Option<String> {
    let (volumes, key) = (&inner.ports.volumes, InstanceKey::main(record.project.id.clone()));
    let files = volumes.schema_files(&key, &record.schema_key(), FileDelivery::Content).await;
    if let Ok(SchemaFiles::Content(bytes)) = files
        && let Ok(text) = String::from_utf8(bytes)
    {
        return Some(text);
    }
    let file = lookups::check_schema(inner, &record.project.schema_ref).await.ok().flatten()?;
    Some(file.text)
}

fn not_checked(old_is_missing: bool, new: DeclaredSchema) -> Vec<NotChecked> {
    let missing = old_is_missing.then(|| NotChecked {
        line: 1,
        what: "The file that runs could not be read, so removed fields and rules are not told from those that never were."
            .to_owned(),
    });
    missing.into_iter().chain(new.not_checked).collect()
}
