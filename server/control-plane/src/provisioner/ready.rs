//! Waiting until a new instance answers; saying well why it does not.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use model::{InstanceSeen, Observed, Problem, ProblemKind, ServerSeen};

use super::Provisioner;
use crate::Result;
use crate::ports::driver::{Follow, LogQuery};

/// The shortest and the longest pause between two looks.
const PAUSES: (Duration, Duration) = (Duration::from_millis(15), Duration::from_millis(250));
/// Lines of the log that go with a failure.
const LOG_LINES: usize = 20;

impl Provisioner<'_> {
    pub(super) async fn await_ready(&self) -> Result<Option<String>> {
        let id = &self.record.project.id;
        let begun = Instant::now();
        let mut pause = PAUSES.0;
        let server = loop {
            let instance = self.inner.ports.driver.inspect(id).await?;
            match instance {
                Some(instance) if instance.is_running() => {
                    if self.inner.prober.is_ready(&instance.address).await {
                        break self.describe(&instance).await?;
                    }
                }
                instance => return Err(self.ended(instance).await),
            }
            if begun.elapsed() > self.inner.settings.ready_timeout {
                return Err(self.too_slow().await.into());
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(PAUSES.1);
        };
        let what = if server.standin { "the stand-in server" } else { "atomo-server" };
        let note = format!("{what} {}, {} models", server.version, server.models);
        self.inner.observations.update(id, |seen| seen.ready = Observed::Present(server));
        Ok(Some(note))
    }

    async fn describe(&self, instance: &InstanceSeen) -> Result<ServerSeen> {
        let described = self.inner.prober.describe(&instance.address).await;
        Ok(described.map_err(|error| {
            let detail = format!("It is ready, but {error}. Is ATOMO_FLEET_SERVER_BIN an atomo-server?");
            Problem::new(ProblemKind::Refused, "The instance does not say what it is", detail)
        })?)
    }

    /// Why it ended. When Postgres is away, that is the reason, and waiting helps.
    async fn ended(&self, instance: Option<InstanceSeen>) -> crate::Error {
        if let Err(error) = self.inner.ports.postgres.probe().await {
            return error.into();
        }
        let how = match instance.and_then(|instance| instance.exit) {
            Some(exit) => match (exit.code, exit.signal) {
                (Some(code), _) => format!("exit code {code}"),
                (None, Some(signal)) => format!("signal {signal}"),
                (None, None) => "no exit code".to_owned(),
            },
            None => "no trace".to_owned(),
        };
        let log = self.last_lines().await;
        let said = log.iter().rev().find(|line| line.contains("Error"));
        let said = said.map(|line| format!("{}. ", line.trim_end_matches('.'))).unwrap_or_default();
        let detail = format!(
            "It ended with {how} before it was ready. {said}Nothing else was touched; Retry, or change the commit."
        );
        let mut problem = Problem::new(ProblemKind::Refused, "The server refused to start", detail);
        problem.log = log;
        problem.into()
    }

    async fn too_slow(&self) -> Problem {
        let seconds = self.inner.settings.ready_timeout.as_secs();
        let address = self.record.address();
        let detail = format!(
            "http://{address}/ready did not answer with success within {seconds} s. Nothing else was touched."
        );
        let mut problem = Problem::new(ProblemKind::Refused, "The instance did not become ready", detail);
        problem.log = self.last_lines().await;
        problem
    }

    pub(crate) async fn last_lines(&self) -> Vec<String> {
        let query = LogQuery { tail: LOG_LINES, follow: Follow::No };
        match self.inner.ports.driver.logs(&self.record.project.id, query).await {
            Ok(lines) => lines.filter_map(|line| async { line.ok().map(|line| line.text) }).collect().await,
            Err(error) => vec![format!("(the log cannot be read: {error})")],
        }
    }
}
