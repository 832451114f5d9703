//! What preflight says, read as a deploy reads it.

use control_plane::deploys::preflight::{Comparison, Examination};
use control_plane::ports::database_catalog::DatabaseCatalog as _;
use control_plane::ports::schema_reader::{DeclaredSchema, SchemaReader as _};
use model::SchemaFinding;
use schema_typescript::TypeScriptReader;

use crate::case::Case;
use crate::database::{Database, Workshop};

/// The prediction.
pub struct Prediction {
    /// The findings with their counts.
    pub findings: Vec<SchemaFinding>,
    /// The file after, as it was read.
    pub declared: DeclaredSchema,
}

impl Prediction {
    /// Reads both files, compares them with the database, and counts.
    pub async fn of(workshop: &Workshop, database: &Database, case: &Case) -> Self {
        let reader = TypeScriptReader;
        let old = case.before.as_deref().map(|text| reader.read(text));
        let declared = reader.read(&case.after);
        let (name, oid) = (&database.name, Some(database.oid));
        let live = workshop.copies.seen(name, oid).await.unwrap();
        let examination = Examination::of(&Comparison { old: old.as_ref(), new: &declared, live: &live });
        let answers = workshop.copies.count(name, oid, &examination.questions()).await.unwrap();
        Self { findings: examination.answered(answers), declared }
    }
}
