//! The rehearsal: the server of the deploy is started on a copy of the project's data, made from a backup, while the project runs.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    BackupId, DatabaseName, FindingClass, Problem, Rehearsal, SchemaFinding, Verification, VerificationState,
    WriteOutcome,
};
use tokio_util::sync::CancellationToken;

use super::input::DeployInput;
use super::{preflight, problems};
use crate::backups::boot::{self, Booted, Schema};
use crate::backups::copy::{Comparison, Source};
use crate::backups::proof::equal;
use crate::backups::verify::complete;
use crate::jobs::JobContext;
use crate::ports::database_copies::{CopyActivity, CopySpec, DatabaseContents, DatabaseCopies, TableWrites};
use crate::ports::schema_reader::DeclaredModel;
use crate::ports::schema_source::SchemaFile;
use crate::registry::ProjectRecord;
use crate::{Error, Result};

/// Lines of the catalog's difference that are recorded.
const LINES: usize = 500;

/// A rehearsal in this job.
pub(super) struct Rehearsing<'a> {
    pub(super) job: &'a JobContext<DeployInput>,
    pub(super) record: &'a ProjectRecord,
    pub(super) file: &'a SchemaFile,
    /// The place of its first step.
    pub(super) at: i32,
    /// The backup that the copy is made of.
    pub(super) backup: BackupId,
}

impl Rehearsing<'_> {
    /// Restores the backup into a copy, compares it, starts the server on it, and removes it. The copy is removed also where that
    /// fails; after a crash by the search for left-over copies.
    pub(super) async fn run(&self) -> Result<()> {
        let job = self.job;
        let copies = &job.ports().postgres.of(job.input().database_server.as_str())?.copies;
        let backup = complete(job, self.backup).await?;
        let source = Source::of_backup(job, &backup).await?;
        let owner = DatabaseName::main(self.record.project.id.clone());
        let copy = source.copy(job, Some(owner))?;
        let done = Box::pin(self.steps(&**copies, &source, &copy)).await;
        if let Err(error) = &done
            && !error.is_transient()
        {
            self.remove(&**copies, &copy).await;
        }
        done
    }

    async fn steps(&self, copies: &dyn DatabaseCopies, source: &Source, copy: &CopySpec) -> Result<()> {
        let (job, at) = (self.job, self.at);
        job.step(at, async {
            source.restore(job, copies, copy).await?;
            Ok(None)
        })
        .await?;
        job.step(at + 1, async {
            let comparison = source.compare(job, copies, copy).await?;
            equal(&comparison)?;
            self.record_proof(&comparison).await?;
            Ok(Some(comparison.compared.join(", ")))
        })
        .await?;
        job.step(at + 2, Box::pin(self.boot(copies, source, copy))).await?;
        job.step(at + 3, async {
            copies.remove_copy(&copy.name).await?;
            Ok(None)
        })
        .await
    }

    /// The backup that this job itself has taken is proved by the rehearsal.
    async fn record_proof(&self, comparison: &Comparison) -> Result<()> {
        if self.job.input().backup != Some(self.backup) {
            return Ok(());
        }
        let (state, compared) = (VerificationState::Verified, comparison.compared.clone());
        let verification = Verification { state, compared, ..Verification::default() };
        let reports = self.job.inner.registry.reports(self.job.inner.term);
        Ok(reports.backup_verified(self.backup, &verification).await?)
    }

    async fn boot(
        &self,
        copies: &dyn DatabaseCopies,
        source: &Source,
        copy: &CopySpec,
    ) -> Result<Option<String>> {
        let (job, to) = (self.job, &self.job.input().to);
        let before = source.contents(job).await?;
        let server = &job.input().database_server;
        let on = boot::Copy { database_server: server, copies, source, spec: copy };
        let schema = Schema::Deploy { of: &to.schema_ref, file: self.file, release: to.release.as_ref() };
        let over = CancellationToken::new();
        let booting = async {
            let _over = over.clone().drop_guard();
            boot::on_copy(job, &on, schema).await
        };
        let (booted, activity) = tokio::join!(Box::pin(booting), copies.watch(copy, &over));
        let booted = booted.map_err(failed)?;
        let Some(booted) = booted else { return Ok(None) };
        copies.finish_copy(copy).await?; // what the server made belongs to the project's role, as it will
        let after = copies.contents(copy, false, &|_, _, _| ()).await?;
        let writes = copies.try_writes(copy, &self.filled().await?).await?;
        let rehearsal = Rehearsal { writes, ..report(self.backup, &booted, (&before, &after), activity?) };
        job.inner.registry.reports(job.inner.term).rehearsed(job.input().deploy, &rehearsal).await?;
        self.refused(&rehearsal).await?;
        Ok(Some(booted.note()))
    }

    /// The columns that the server of the deploy fills.
    async fn filled(&self) -> Result<Vec<TableWrites>> {
        let declared = preflight::read(&self.job.inner, self.file.text.clone()).await?;
        let offered = declared.models.into_iter().filter(|model| model.is_offered);
        let columns = |model: DeclaredModel| TableWrites {
            table: model.table,
            columns: model.columns.into_iter().map(|column| column.name).collect(),
        };
        Ok(offered.map(columns).collect())
    }

    /// Fails if new rows are refused that the operator was not told of.
    async fn refused(&self, rehearsal: &Rehearsal) -> Result<()> {
        let (job, input) = (self.job, self.job.input());
        let deploy = job.inner.registry.deploy(input.deploy).await?;
        let told = deploy.map(|deploy| deploy.preflight.findings).unwrap_or_default();
        let told = |table: &str| {
            let of = |finding: &&SchemaFinding| finding.class == FindingClass::BreaksWrites;
            told.iter().filter(of).any(|finding| finding.table.as_deref() == Some(table))
        };
        let unknown = rehearsal.writes.iter().find_map(|tried| match &tried.outcome {
            WriteOutcome::Refused { message, .. } if !told(&tried.table) => Some((&tried.table, message)),
            _ => None,
        });
        match unknown {
            Some((table, message)) => Err(problems::writes_refused(table, message).into()),
            None => Ok(()),
        }
    }

    async fn remove(&self, copies: &dyn DatabaseCopies, copy: &CopySpec) {
        if let Err(error) = copies.remove_copy(&copy.name).await {
            let operation = self.job.operation().id;
            tracing::warn!(operation.id = %operation, error = %crate::chain(&error), "removing the copy of a rehearsal");
        }
    }
}

/// An unreachable part is no result of the rehearsal.
fn failed(error: Error) -> Error {
    if error.is_transient() || matches!(error, Error::Interrupted) {
        return error;
    }
    let problem: Problem = error.problem();
    problems::rehearsal_failed(&problem).into()
}

/// What the start of the server did to the copy.
fn report(
    backup_id: BackupId,
    booted: &Booted,
    (before, after): (&DatabaseContents, &DatabaseContents),
    activity: CopyActivity,
) -> Rehearsal {
    let lines = |contents: &DatabaseContents| contents.catalog.iter().cloned().collect::<BTreeSet<String>>();
    let (was, is) = (lines(before), lines(after));
    let gone = was.difference(&is).map(|line| format!("- {line}"));
    let came = is.difference(&was).map(|line| format!("+ {line}"));
    let mut catalog: Vec<String> = gone.chain(came).collect();
    let left_out = catalog.len().saturating_sub(LINES);
    catalog.truncate(LINES);
    Rehearsal {
        backup_id,
        boot_ms: u64::try_from(booted.took.as_millis()).unwrap_or(u64::MAX),
        version: booted.seen.version.clone(),
        models: booted.seen.models,
        models_digest: booted.seen.models_digest.clone(),
        catalog,
        catalog_left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
        rows: rows(before, after),
        locks: activity.locks,
        rewritten: activity.rewritten,
        writes: Vec::new(),
    }
}

/// Tables whose number of rows changed. The server writes into tables of its own when it starts; those did not exist before, or grow.
fn rows(before: &DatabaseContents, after: &DatabaseContents) -> Vec<String> {
    let now: BTreeMap<&str, u64> =
        after.tables.iter().map(|table| (table.name.as_str(), table.rows)).collect();
    let lost = |table: &crate::ports::database_copies::TableContents| match now.get(table.name.as_str()) {
        Some(rows) if *rows >= table.rows => None,
        Some(rows) => Some(format!("{}: {} rows before, {rows} after", table.name, table.rows)),
        None => Some(format!("{}: {} rows before, the table is gone", table.name, table.rows)),
    };
    before.tables.iter().filter_map(lost).collect()
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::ports::database_copies::{DatabaseContents, TableContents};

    fn contents(tables: &[(&str, u64)]) -> DatabaseContents {
        let table = |(name, rows): &(&str, u64)| TableContents {
            name: (*name).to_owned(),
            rows: *rows,
            digest: None,
        };
        DatabaseContents {
            tables: tables.iter().map(table).collect(),
            sequences: Vec::new(),
            catalog: Vec::new(),
        }
    }

    #[test]
    fn rows_that_are_lost_are_named_and_new_ones_are_not() {
        let before = contents(&[("public.a", 3), ("public.b", 4), ("public.c", 1)]);
        let after = contents(&[("public.a", 3), ("public.b", 0), ("public.d", 9)]);
        let found = rows(&before, &after);
        assert_eq!(found, ["public.b: 4 rows before, 0 after", "public.c: 1 rows before, the table is gone"]);
        assert!(rows(&before, &contents(&[("public.a", 5), ("public.b", 4), ("public.c", 1)])).is_empty());
    }
}
