//! The level that compares what the schema file declares with what the database has.

use model::DatabaseName;

use super::compare::Outcome;
use super::subject::Subject;
use crate::Inner;
use crate::deploys::preflight::{DeclaredDifference, differences, present_text, read};

const NO_FILE: &str = "The schema file could not be read.";

/// Declared tables, columns, indexes and constraints that the database lacks or has otherwise. A difference that a deploy has announced
/// as ignored is one too, until it is accepted.
pub(super) async fn compare(inner: &Inner, subject: &Subject) -> Outcome {
    let record = &subject.target.record;
    let Some(text) = present_text(inner, record).await else { return Outcome::Unknown(NO_FILE.to_owned()) };
    let declared = match read(inner, text).await {
        Ok(declared) => declared,
        Err(error) => return Outcome::Unknown(format!("It could not be read: {error}.")),
    };
    let server = match inner.ports.postgres.of(&record.project.database_server) {
        Ok(server) => server,
        Err(problem) => return Outcome::Unknown(problem.title),
    };
    let name = DatabaseName::main(record.project.id.clone());
    let oid = subject.key.as_ref().map(|key| key.oid);
    let live = match server.copies.seen(&name, oid).await {
        Ok(live) => live,
        Err(error) => return Outcome::Unknown(format!("It could not be read: {}.", crate::chain(&error))),
    };
    let shown = |difference: DeclaredDifference| {
        let sign = if difference.is_missing { '-' } else { '~' };
        format!("{sign} {}: {}", difference.name, difference.detail)
    };
    Outcome::of(differences(&declared, &live).into_iter().map(shown).collect())
}
