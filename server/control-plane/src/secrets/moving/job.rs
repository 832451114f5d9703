//! A move as a job, which the dashboard, the API and the command line show.

use model::{Action, OperationKind, Progress as Done, ProgressUnit, Step, Target};
use serde_json::json;
use tokio::sync::mpsc::UnboundedSender;

use super::{Count, Move, MoveResult, Progress, word};
use crate::jobs::on_host::{HostJob, Update};
use crate::{OpContext, Result};

impl Move<'_> {
    /// [`Move::run`] as a job. A second run with the same stores goes on with the job that an
    /// interrupted one left.
    pub async fn run_as_job(
        &self,
        op: &OpContext,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<MoveResult> {
        op.may(Action::SecretsMigrate, Target::Fleet)?;
        let steps = vec![Step::ReadSecrets, Step::CopySecrets, Step::VerifySecrets, Step::SwitchReferences];
        let job = self.job(steps, Action::SecretsMigrate);
        job.run(op, |updates| async move {
            let mut reporter = Reporter { updates, all: Count::default() };
            self.run(op, &mut |progress| {
                reporter.report(&progress);
                tell(progress);
            })
            .await
        })
        .await
    }

    /// [`Move::remove_source`] as a job.
    pub async fn remove_source_as_job(
        &self,
        op: &OpContext,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Count> {
        op.may(Action::SecretsRemoveSource, Target::Fleet)?;
        let job = self.job(vec![Step::ReadSecrets, Step::RemoveSecrets], Action::SecretsRemoveSource);
        job.run(op, |updates| async move {
            let mut reporter = Reporter { updates, all: Count::default() };
            self.remove_source(op, &mut |progress| {
                reporter.report(&progress);
                tell(progress);
            })
            .await
        })
        .await
    }

    fn job(&self, steps: Vec<Step>, action: Action) -> HostJob<'_> {
        let removes = steps.contains(&Step::RemoveSecrets);
        let input = json!({"from": word(self.from), "to": word(self.to), "remove_source": removes});
        let kind = OperationKind::SecretsMigrate;
        HostJob { registry: self.registry, term: self.term, kind, input, steps, action }
    }
}

/// Turns what a move tells into what its job reports.
struct Reporter {
    updates: UnboundedSender<Update>,
    all: Count,
}

impl Reporter {
    fn report(&mut self, progress: &Progress) {
        match progress {
            Progress::Read(count) => {
                self.all = *count;
                let note = format!("{} secrets in {} versions", count.secrets, count.versions);
                self.send(Update::Begins(2, Some(note)));
                self.done(0, None);
            }
            Progress::Copied { path, done, .. } => {
                self.done(*done, Some(path.to_string()));
                if *done == self.all.secrets {
                    self.send(Update::Begins(3, None));
                }
            }
            Progress::Verified => self.send(Update::Begins(4, Some("every value is equal".into()))),
            Progress::Waiting(_) => {}
            Progress::Removed { path, done } => self.done(*done, Some(path.to_string())),
        }
    }

    fn done(&self, done: usize, note: Option<String>) {
        let count = |count| u64::try_from(count).unwrap_or(u64::MAX);
        let (done, total) = (count(done), Some(count(self.all.secrets)));
        self.send(Update::Progress(Done { unit: ProgressUnit::Items, done, total, note }));
    }

    /// A job that no longer listens misses it.
    fn send(&self, update: Update) {
        let _ = self.updates.send(update);
    }
}
