//! Proves an archive: it is restored into a scratch database, which is compared with what was backed up.

use std::time::Instant;

use model::{DatabaseName, DatabaseServerName, Problem, Verification, VerificationState};

use super::copy::{Comparison, Source, scratch};
use super::{boot, problems};
use crate::jobs::JobContext;
use crate::ports::archive_store::ArchiveName;
use crate::ports::database_copies::{CopySpec, DatabaseCopies};
use crate::{Error, Result};

/// What earlier attempts of the job have found, and remembered as members of its input with these names.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// What was compared and found equal. The server may have changed the copy since.
    pub(super) equal: Option<Vec<String>>,
    /// How long the restore took, in milliseconds.
    pub(super) restore_ms: Option<u64>,
}

/// The steps of a proof, the first at this place of the job: four, and one more where the server is started.
pub(super) struct Proof<'a, I> {
    pub(super) job: &'a JobContext<I>,
    pub(super) copies: &'a dyn DatabaseCopies,
    /// The archive and the SHA-256 of its seal.
    pub(super) archive: ArchiveName,
    pub(super) seal: Option<&'a str>,
    /// The role that owns what is restored; `None`: the copy's own role does.
    pub(super) owner: Option<DatabaseName>,
    pub(super) first: i32,
    pub(super) known: Known,
    /// The server of the copy, if the project's server is started on it.
    pub(super) boot_on: Option<&'a DatabaseServerName>,
}

/// What came of a proof.
pub(super) struct Proved {
    /// The result to report; `None` if the proof is tried again: then the copy stays for the next attempt, and once the job is over,
    /// the search for left-over copies removes it.
    pub(super) verification: Option<Verification>,
    compared: Result<Comparison>,
}

impl Proved {
    /// Fails where the archive is not proved.
    pub(super) fn outcome(self) -> Result<()> {
        self.compared.and_then(|comparison| equal(&comparison))
    }
}

impl<I: Send + Sync> Proof<'_, I> {
    /// Checks the archive, restores it into a copy and compares that.
    pub(super) async fn run(&self) -> Proved {
        let begun = Instant::now();
        let mut restore_ms = self.known.restore_ms;
        let compared = self.compared(&mut restore_ms).await;
        let verification = match &compared {
            Ok(comparison) => Some(Verification {
                state: state_of(comparison),
                restore_ms,
                duration_ms: Some(millis(begun)),
                compared: comparison.compared.clone(),
                differences: comparison.differences.clone(),
                at: None,
            }),
            Err(error) if error.is_transient() => None,
            Err(error) => Some(failed(&error.problem())),
        };
        Proved { verification, compared }
    }

    /// Removes the copy, as the last step.
    pub(super) async fn remove_copy(&self) -> Result<()> {
        let name = scratch(self.job, self.owner.as_ref(), self.archive.project.as_ref())?;
        let removed = async {
            self.copies.remove_copy(&name).await?;
            Ok(None)
        };
        let place = self.first + if self.boot_on.is_some() { 4 } else { 3 };
        self.job.step(place, removed).await
    }

    async fn compared(&self, restore_ms: &mut Option<u64>) -> Result<Comparison> {
        let (job, first) = (self.job, self.first);
        let source = Source::open(job, self.archive.clone(), self.seal).await?;
        job.step(first, async {
            source.check_other_parts(job).await?;
            Ok(Some(format!("{} parts", source.manifest.parts.len())))
        })
        .await?;
        let copy: CopySpec = source.copy(job, self.owner.clone())?;
        let begun = Instant::now();
        job.step(first + 1, async {
            source.restore(job, self.copies, &copy).await?;
            *restore_ms = Some(millis(begun));
            job.remember(&serde_json::json!({ "restore_ms": restore_ms })).await?;
            Ok(Some(format!("in {:.1} s", begun.elapsed().as_secs_f32())))
        })
        .await?;
        let mut comparison = self.comparison(&source, &copy).await?;
        if let Some(database_server) = self.boot_on.filter(|_| comparison.differences.is_empty()) {
            let on = boot::Copy { database_server, copies: self.copies, source: &source, spec: &copy };
            let booting = async {
                let note = boot::on_copy(job, &on, boot::Schema::OfBackup).await?.map(|booted| booted.note());
                comparison.compared.extend(note.clone());
                Ok(note)
            };
            job.step(first + 3, Box::pin(booting)).await?;
        }
        Ok(comparison)
    }

    /// How the copy differs, as this or an earlier attempt has found it.
    async fn comparison(&self, source: &Source, copy: &CopySpec) -> Result<Comparison> {
        let job = self.job;
        let mut comparison = None;
        let comparing = async {
            let found = source.compare(job, self.copies, copy).await?;
            if found.differences.is_empty() {
                job.remember(&serde_json::json!({ "equal": found.compared })).await?;
            }
            let note = found.compared.join(", ");
            comparison = Some(found);
            Ok(Some(note))
        };
        job.step(self.first + 2, comparing).await?;
        match (comparison, self.known.equal.clone()) {
            (Some(comparison), _) => Ok(comparison),
            // done by an attempt that was interrupted afterwards
            (None, Some(compared)) => Ok(Comparison { compared, differences: Vec::new() }),
            (None, None) => source.compare(job, self.copies, copy).await,
        }
    }
}

fn state_of(comparison: &Comparison) -> VerificationState {
    if comparison.differences.is_empty() { VerificationState::Verified } else { VerificationState::Failed }
}

/// Fails where the copy differs.
pub(crate) fn equal(comparison: &Comparison) -> Result<()> {
    if comparison.differences.is_empty() {
        return Ok(());
    }
    Err(Error::from(problems::copy_differs(&comparison.differences)))
}

fn failed(problem: &Problem) -> Verification {
    Verification {
        state: VerificationState::Failed,
        differences: vec![format!("{}: {}", problem.title, problem.detail)],
        ..Verification::default()
    }
}

fn millis(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
