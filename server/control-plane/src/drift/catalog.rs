//! The levels that ask database and instance: the catalog and the models, against the baseline.

use model::drift::{catalog_difference, is_noise, line_difference};
use model::{DatabaseName, DriftLevel};

use super::compare::Outcome;
use super::declared;
use super::findings::{Checked, digest};
use super::subject::Subject;
use crate::registry::{BaselineRow, DigestedLines, NewBaseline};
use crate::{Inner, Result};

const NO_BASELINE: &str =
    "Nothing is recorded yet: a baseline is recorded when the project runs and was verified.";
const NO_DATABASE: &str = "The database was not seen yet.";

/// Reads catalog and models, records a baseline where there is none, and compares with it.
pub(super) async fn check(inner: &Inner, subject: &Subject) -> Vec<Checked> {
    let all = |outcome: &Outcome| {
        let levels = [DriftLevel::Catalog, DriftLevel::Models, DriftLevel::Columns];
        levels.map(|level| subject.checked(inner, level, outcome.clone())).to_vec()
    };
    if let Some(reason) = subject.resting {
        return all(&Outcome::NotCompared(reason));
    }
    if subject.key.is_none() {
        return all(&Outcome::NotCompared(NO_DATABASE));
    }
    let (catalog, models) = tokio::join!(catalog(inner, subject), models(inner, subject));
    match compared(inner, subject, catalog, models).await {
        Ok(checked) => checked,
        Err(error) => all(&Outcome::Unknown(format!("The registry did not answer: {error}."))),
    }
}

/// The catalog now, without noise, and its digest; why it could not be read.
pub(super) async fn catalog(inner: &Inner, subject: &Subject) -> Result<DigestedLines, String> {
    let project = &subject.target.record.project;
    let server = inner.ports.postgres.of(&project.database_server).map_err(|problem| problem.title)?;
    let name = DatabaseName::main(project.id.clone());
    let oid = subject.key.as_ref().map(|key| key.oid);
    let mut lines = server.copies.catalog(&name, oid).await.map_err(|error| crate::chain(&error))?;
    lines.retain(|line| !is_noise(line));
    let digest = digest(&lines);
    Ok(DigestedLines { lines, digest })
}

/// The models that the instance serves now; why they could not be read.
pub(super) async fn models(inner: &Inner, subject: &Subject) -> Result<DigestedLines, String> {
    let instance = subject.instance().ok_or("no instance runs")?;
    inner.prober.models(&instance.address).await.map_err(|error| error.to_string())
}

async fn compared(
    inner: &Inner,
    subject: &Subject,
    catalog: Result<DigestedLines, String>,
    models: Result<DigestedLines, String>,
) -> Result<Vec<Checked>> {
    let (catalog_is, models_are) = match &subject.baseline {
        Some(row) => against(inner, row, &catalog, &models).await?,
        None if subject.is_verified() => record(inner, subject, &catalog, &models).await?,
        None => (Outcome::NotCompared(NO_BASELINE), Outcome::NotCompared(NO_BASELINE)),
    };
    Ok(vec![
        subject.checked(inner, DriftLevel::Catalog, catalog_is),
        subject.checked(inner, DriftLevel::Models, models_are),
        subject.checked(inner, DriftLevel::Columns, declared::compare(inner, subject).await),
    ])
}

/// The lines of the baseline are read only if a digest differs.
async fn against(
    inner: &Inner,
    row: &BaselineRow,
    catalog: &Result<DigestedLines, String>,
    models: &Result<DigestedLines, String>,
) -> Result<(Outcome, Outcome)> {
    let differs = |read: &Result<DigestedLines, String>, digest: &str| {
        read.as_ref().is_ok_and(|now| now.digest != digest)
    };
    let needed = differs(catalog, &row.baseline.catalog_digest) || differs(models, &row.models_digest);
    let declared = if needed { inner.registry.baseline_lines(&row.key).await? } else { None };
    let (old_catalog, old_models) = declared.unwrap_or_default();
    let outcome =
        |read: &Result<DigestedLines, String>, digest: &str, diff: &dyn Fn(&[String]) -> Vec<String>| {
            match read {
                Err(reason) => Outcome::Unknown(format!("It could not be read: {reason}.")),
                Ok(now) if now.digest == digest => Outcome::InSync,
                Ok(now) => Outcome::of(diff(&now.lines)),
            }
        };
    let catalog_is =
        outcome(catalog, &row.baseline.catalog_digest, &|now| catalog_difference(&old_catalog, now));
    let models_are = outcome(models, &row.models_digest, &|now| line_difference(&old_models, now));
    Ok((catalog_is, models_are))
}

/// Records the baseline, if both were read.
async fn record(
    inner: &Inner,
    subject: &Subject,
    catalog: &Result<DigestedLines, String>,
    models: &Result<DigestedLines, String>,
) -> Result<(Outcome, Outcome)> {
    let unknown = |reason: &String| Outcome::Unknown(format!("It could not be read: {reason}."));
    let both = (catalog, models, &subject.key, subject.seen.ready.present());
    let (Ok(catalog), Ok(models), Some(key), Some(reported)) = both else {
        let waits = || Outcome::NotCompared(NO_BASELINE);
        let of = |read: &Result<DigestedLines, String>| read.as_ref().err().map_or_else(waits, unknown);
        return Ok((of(catalog), of(models)));
    };
    let reported_commit = reported.commit.as_deref();
    let new = NewBaseline { key, version: &reported.version, reported_commit, catalog, models };
    inner.registry.reports(inner.term).baseline(&new).await?;
    Ok((Outcome::InSync, Outcome::InSync))
}
