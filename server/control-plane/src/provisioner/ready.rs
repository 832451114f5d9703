//! Waiting until a new instance answers; saying well why it does not.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use model::attention::crashes;
use model::limits::MemoryLimit;
use model::{
    InstanceSeen, LogLevel, LogText, Observed, OutOfMemory, Problem, ProblemKind, ReleaseSeen, Step,
};
use time::OffsetDateTime;

use super::pause::Pause;
use super::{Provisioner, Started};
use crate::observe::probe::Readiness;
use crate::ports::driver::{Follow, LogQuery};
use crate::{Error, Result};

/// How long an instance that was ready before may refuse `/ready` until it is restarted.
const HANGS: Duration = Duration::from_secs(30);
/// Attempts to read `/version` and `/meta/schema` of an instance that is ready.
const DESCRIPTIONS: u32 = 3;
/// Lines of the log in the problem of a failure.
const LOG_LINES: usize = 20;

impl Provisioner<'_> {
    /// Waits for the first answer. An instance that is still starting has the whole time-out. One that was ready before and does
    /// not answer, or that is older than the time-out, is restarted once.
    pub(super) async fn await_ready(&mut self) -> Result<Option<String>> {
        if self.database_is_unknown() {
            self.database_answers().await?;
        }
        let release = match self.started {
            Started::JustNow => self.first_answer(self.inner.settings.ready_timeout).await?,
            Started::Before => match self.time_left().await? {
                Some(left) => self.first_answer(left).await?,
                None => match self.answered_within(self.inner.settings.ready_timeout.min(HANGS)).await? {
                    Some(release) => release,
                    None => self.restart().await?,
                },
            },
        };
        let what = if release.standin { "the stand-in server" } else { "atomo-server" };
        let note = format!("{what} {}, {} models", release.version, release.models);
        let id = &self.record.project.id;
        self.inner.observations.update(id, |seen| seen.facts.ready = Observed::Present(release));
        Ok(Some(note))
    }

    fn database_is_unknown(&self) -> bool {
        let seen = self.inner.observations.facts(&self.record.project.id);
        seen.is_some_and(|seen| seen.database.is_unknown())
    }

    /// How long an instance that this plan did not start may still take to become ready; `None` when it was ready before, or
    /// has had all of its time.
    async fn time_left(&self) -> Result<Option<Duration>> {
        let Some(instance) = self.inner.ports.driver.inspect(&self.key()).await? else { return Ok(None) };
        if self.inner.observations.was_ready(&self.record.project.id, &instance) {
            return Ok(None);
        }
        let age =
            Duration::try_from(time::OffsetDateTime::now_utc() - instance.started_at).unwrap_or_default();
        let left = self.inner.settings.ready_timeout.saturating_sub(age);
        Ok(Some(left).filter(|left| !left.is_zero()))
    }

    async fn first_answer(&self, limit: Duration) -> Result<ReleaseSeen> {
        match self.answered_within(limit).await? {
            Some(release) => Ok(release),
            None => Err(self.too_slow(self.inner.settings.ready_timeout).await),
        }
    }

    /// The report of the instance once it is ready; `None` if it runs but is not ready within the limit.
    async fn answered_within(&self, limit: Duration) -> Result<Option<ReleaseSeen>> {
        let (begun, mut pause, mut descriptions) = (Instant::now(), Pause::new(), 0);
        loop {
            let instance = self.running().await?;
            let readiness = self.inner.prober.readiness(&instance.address).await;
            let hangs = self.inner.observations.note_answer(&self.record.project.id, &instance, readiness);
            if readiness == Readiness::Ready {
                match self.describe(&instance).await {
                    // it may have ended in between, which the next look tells
                    Err(_) if descriptions < DESCRIPTIONS => descriptions += 1,
                    described => return described.map(Some),
                }
            }
            if hangs {
                return Err(Error::Replan); // it hangs: that takes another plan
            }
            if begun.elapsed() > limit {
                return Ok(None);
            }
            pause.pass(&self.cancel).await?;
        }
    }

    /// The running instance. The end of one that this plan started is an error that says how it ended; the end of another one
    /// was not caused by this plan, so [`Error::Replan`].
    pub(super) async fn running(&self) -> Result<InstanceSeen> {
        match self.inner.ports.driver.inspect(&self.key()).await? {
            Some(instance) if instance.is_running() => Ok(instance),
            instance if self.started == Started::JustNow => Err(self.ended(instance).await),
            _ => Err(Error::Replan),
        }
    }

    /// Returns once the instance has ended or the plan is cancelled, with the error that says so.
    pub(super) async fn interrupted(&self) -> Error {
        let mut pause = Pause::new();
        loop {
            let looked = async {
                pause.pass(&self.cancel).await?;
                self.running().await
            };
            if let Err(error) = looked.await {
                return error;
            }
        }
    }

    /// Restarts the instance once, if its database is available: without the database a restart would not help.
    async fn restart(&mut self) -> Result<ReleaseSeen> {
        self.database_answers().await?;
        tracing::warn!(project.id = %self.record.project.id, "the instance runs but does not answer; restarting it");
        self.stop_instance().await?;
        self.ensure_instance().await?;
        self.first_answer(self.inner.settings.ready_timeout).await
    }

    async fn database_answers(&self) -> Result<()> {
        self.database_server()?.host.probe().await?;
        Ok(())
    }

    async fn describe(&self, instance: &InstanceSeen) -> Result<ReleaseSeen> {
        let described = self.inner.prober.describe(&instance.address).await;
        Ok(described.map_err(|error| {
            let release = self.release();
            let detail = format!("It is ready, but {error}. Is {release} an atomo-server?");
            Problem::new(ProblemKind::Refused, "The instance does not say what it is", detail)
        })?)
    }

    /// Why it ended. When Postgres is away, that is the reason, and waiting helps.
    async fn ended(&self, instance: Option<InstanceSeen>) -> crate::Error {
        if let Err(error) = self.database_answers().await {
            return error;
        }
        let id = &self.record.project.id;
        let was_ready = instance.as_ref().is_some_and(|it| self.inner.observations.was_ready(id, it));
        let (title, when) = if was_ready {
            ("The instance ended", "after it was ready")
        } else {
            ("The instance refused to start", "before it was ready")
        };
        if let Some(reached) = out_of_memory(instance.as_ref()) {
            return out_of_memory_problem(&reached, when, self.last_lines().await).into();
        }
        let how = how_it_ended(instance.as_ref());
        let log = self.last_lines().await;
        let said = last_error(&log).map(|line| format!("{}. ", line.trim_end_matches('.')));
        let said = said.unwrap_or_default();
        let fresh = self.record.project.can_change_commit();
        let advice = if fresh { "Retry, or change the commit" } else { "Retry when the cause is removed" };
        let detail = format!("It ended with {how} {when}. {said}Nothing else was touched; {advice}.");
        let mut problem = Problem::new(ProblemKind::Refused, title, detail);
        problem.log = log;
        problem.into()
    }

    /// Why it is not ready yet. When Postgres is away, that is the reason, and waiting helps.
    async fn too_slow(&self, limit: Duration) -> crate::Error {
        if let Err(error) = self.database_answers().await {
            return error;
        }
        let seen = self.inner.observations.facts(&self.record.project.id);
        let address = seen.as_ref().and_then(|seen| seen.instance.present()).map(|it| it.address.as_str());
        let address = address.unwrap_or("its address");
        let detail = format!(
            "http://{address}/ready did not answer with success within {} s. Nothing else was touched.",
            limit.as_secs()
        );
        let mut problem = Problem::new(ProblemKind::Refused, "The instance did not become ready", detail);
        problem.log = self.last_lines().await;
        problem.into()
    }

    /// Why the engine gives up although no step fails: what is done does not last.
    pub(crate) async fn does_not_last(&self, steps: &[Step], tally: &Tally) -> Problem {
        let again = steps.iter().map(|step| step.title().to_lowercase()).collect::<Vec<_>>().join(", ");
        let instance = self.inner.ports.driver.inspect(&self.key()).await.ok().flatten();
        let instance = instance.as_ref().filter(|_| tally.restarts);
        if let Some(reached) = out_of_memory(instance) {
            let when = format!("{} times", tally.count);
            return out_of_memory_problem(&reached, &when, self.last_lines().await);
        }
        let exit = if tally.restarts {
            format!(" It last ended with {}.", how_it_ended(instance))
        } else {
            String::new()
        };
        let title = match (tally.first, instance.and_then(|instance| instance.exit.as_ref())) {
            (Some(first), Some(exit)) => crashes(tally.count, first, Some(exit)),
            _ if tally.restarts => "The instance does not stay up".to_owned(),
            _ => "The project does not stay in its desired state".to_owned(),
        };
        let detail = format!(
            "These steps were repeated {} times with less than a minute between them: {again}.{exit} The next attempt \
             follows after a long pause; Retry starts one now.",
            tally.count
        );
        let mut problem = Problem::new(ProblemKind::Refused, title, detail);
        problem.log = self.last_lines().await;
        problem
    }

    pub(crate) async fn last_lines(&self) -> Vec<String> {
        let query = LogQuery { tail: LOG_LINES, follow: Follow::No };
        match self.inner.ports.driver.logs(&self.key(), query).await {
            Ok(lines) => lines.filter_map(|line| async { line.ok().map(|line| line.text) }).collect().await,
            Err(error) => vec![format!("(the log cannot be read: {error})")],
        }
    }
}

/// The attempts since the last time without work.
pub(crate) struct Tally {
    /// How many attempts there were.
    pub(crate) count: u32,
    /// When the first one began.
    pub(crate) first: Option<OffsetDateTime>,
    /// Whether any of them started an instance.
    pub(crate) restarts: bool,
}

/// The message of the last line that is an error.
fn last_error(log: &[String]) -> Option<String> {
    let is_error =
        |line: &(&String, LogText)| line.1.level == Some(LogLevel::Error) || line.0.contains("Error");
    log.iter().rev().map(|line| (line, LogText::parse(line))).find(is_error).map(|(_, text)| text.message)
}

fn out_of_memory(instance: Option<&InstanceSeen>) -> Option<OutOfMemory> {
    instance?.exit.as_ref()?.out_of_memory
}

fn out_of_memory_problem(reached: &OutOfMemory, when: &str, log: Vec<String>) -> Problem {
    let OutOfMemory { limit, peak } = reached;
    let limit = MemoryLimit::try_from(*limit).map_or_else(|_| limit.to_string(), |limit| limit.to_string());
    let peak = peak.map(|peak| format!(", with {peak} in use at most")).unwrap_or_default();
    let detail = format!(
        "The kernel ended it at its limit of {limit} of memory {when}{peak}. Nothing else was touched. Raise the limit; \
         Retry alone tries the same again."
    );
    let mut problem = Problem::new(ProblemKind::Refused, "The instance ran out of memory", detail);
    problem.log = log;
    problem
}

fn how_it_ended(instance: Option<&InstanceSeen>) -> String {
    match instance.and_then(|instance| instance.exit.as_ref()).map(|exit| (exit.code, exit.signal)) {
        Some((Some(code), _)) => format!("exit code {code}"),
        Some((None, Some(signal))) => format!("signal {signal}"),
        Some((None, None)) => "no exit code".to_owned(),
        None => "no trace".to_owned(),
    }
}
