//! Reading a log: its newest lines, then what comes.
//!
//! What the platform says and what the containers printed are brought into one order by their times. While a container runs,
//! a follower hears it from the engine line by line; between two runs it looks again every [`PAUSE`]. That works across
//! restarts and replacements alike.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bollard::Docker;
use bollard::container::LogOutput;
use bollard::errors::Error;
use bollard::models::ContainerConfig;
use bollard::query_parameters::{LogsOptions, LogsOptionsBuilder};
use control_plane::ports::driver::{DriverError, Follow, LogQuery};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use model::{InstanceKey, LogLine, LogStream};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::time::sleep;

use crate::fault::found;
use crate::redact::Redaction;
use crate::seen::moment;
use crate::shared::Shared;

const DOING: &str = "reading the log of the instance";
/// Between two looks at an instance that does not run.
const PAUSE: Duration = Duration::from_millis(500);
/// The most that is read of a container's log at once. A follower reads on from there.
const LONGEST: usize = 8 * 1024 * 1024;

/// The log of one instance.
pub(crate) struct Log {
    pub(crate) shared: Arc<Shared>,
    pub(crate) key: InstanceKey,
    /// Secrets that no container has under a name.
    pub(crate) known: Vec<SecretString>,
}

/// What the running container prints from now on.
type Printed = BoxStream<'static, LogLine>;

/// Where a follower is.
struct Follower {
    log: Log,
    lines: VecDeque<LogLine>,
    last: OffsetDateTime,
    printed: Option<Printed>,
}

impl Log {
    /// The lines that were asked for, oldest first.
    pub(crate) async fn read(
        self,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
        let LogQuery { tail, follow } = query;
        let now = OffsetDateTime::now_utc();
        let mut lines = self.lines(Some(tail.max(1)), None).await?;
        let last = lines.last().map_or(now, |line| line.at);
        lines.drain(..lines.len().saturating_sub(tail));
        if follow == Follow::No {
            return Ok(stream::iter(lines.into_iter().map(Ok)).boxed());
        }
        let follower = Follower { log: self, lines: lines.into(), last, printed: None };
        let next = async |follower: Option<Follower>| {
            let mut follower = follower?;
            match follower.next().await {
                Ok(line) => Some((Ok(line), Some(follower))),
                // Told once; then the stream ends.
                Err(fault) => Some((Err(fault), None)),
            }
        };
        Ok(stream::unfold(Some(follower), next).boxed())
    }

    /// Lines in the order of their times: so many of the newest, or those after a moment.
    async fn lines(
        &self,
        tail: Option<usize>,
        after: Option<OffsetDateTime>,
    ) -> Result<Vec<LogLine>, DriverError> {
        if let Some(seen) = self.shared.look(&self.key).await? {
            self.shared.journal.record(&self.key, &seen).await;
        }
        let fleet = &self.shared.fleet;
        let mut lines = self.shared.journal.read(&self.key).await;
        for name in [fleet.before(&self.key), fleet.container(&self.key)] {
            lines.extend(self.printed(&name, tail, after).await?);
        }
        lines.retain(|line| after.is_none_or(|after| line.at > after));
        lines.sort_by_key(|line| line.at);
        let surplus = tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        lines.drain(..surplus);
        Ok(lines)
    }

    /// What a container of ours printed, at most [`LONGEST`] bytes of it.
    async fn printed(
        &self,
        name: &str,
        tail: Option<usize>,
        after: Option<OffsetDateTime>,
    ) -> Result<Vec<LogLine>, DriverError> {
        let Some(config) = self.config(name).await? else { return Ok(Vec::new()) };
        let redaction = Redaction::of(&self.known, Some(&config));
        let options = options(after, tail, Follow::No);
        let question = async |engine: Docker| found(collect(engine.logs(name, Some(options))).await);
        let read = self.shared.fleet.ask(DOING, question).await?.unwrap_or_default();
        Ok(read.into_iter().filter_map(|output| line(output, &redaction)).collect())
    }

    /// How a container of ours is configured.
    async fn config(&self, name: &str) -> Result<Option<ContainerConfig>, DriverError> {
        let question = async |engine: Docker| found(engine.inspect_container(name, None).await);
        let container = self.shared.fleet.ask(DOING, question).await?;
        let config = container.and_then(|container| container.config);
        Ok(config.filter(|config| self.shared.fleet.owns(config.labels.as_ref())))
    }

    /// What the container prints after this moment until it ends; `None` where it does not run.
    async fn follow(&self, after: OffsetDateTime) -> Result<Option<Printed>, DriverError> {
        let running = self.shared.look(&self.key).await?.is_some_and(|seen| seen.is_running());
        let name = self.shared.fleet.container(&self.key);
        let Some(config) = self.config(&name).await?.filter(|_| running) else { return Ok(None) };
        let redaction = Redaction::of(&self.known, Some(&config));
        let engine = self.shared.fleet.engine(DOING)?;
        let outputs = engine.logs(&name, Some(options(Some(after), None, Follow::Yes)));
        let lines =
            outputs.take_while(|output| std::future::ready(output.is_ok())).filter_map(move |output| {
                std::future::ready(output.ok().and_then(|output| line(output, &redaction)))
            });
        Ok(Some(lines.boxed()))
    }
}

impl Follower {
    async fn next(&mut self) -> Result<LogLine, DriverError> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Ok(line);
            }
            if let Some(printed) = &mut self.printed {
                match printed.next().await {
                    Some(line) if line.at > self.last => {
                        self.last = line.at;
                        return Ok(line);
                    }
                    Some(_told_already) => {}
                    None => {
                        self.printed = None;
                        sleep(PAUSE).await;
                    }
                }
                continue;
            }
            self.catch_up().await?;
        }
    }

    /// Reads what came since, from every container and the journal; then hears the one that runs.
    async fn catch_up(&mut self) -> Result<(), DriverError> {
        let more = self.log.lines(None, Some(self.last)).await?;
        if let Some(newest) = more.last() {
            self.last = newest.at;
            self.lines.extend(more);
            return Ok(());
        }
        self.printed = self.log.follow(self.last).await?;
        if self.printed.is_none() {
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// Everything up to [`LONGEST`].
async fn collect(
    outputs: impl stream::Stream<Item = Result<LogOutput, Error>>,
) -> Result<Vec<LogOutput>, Error> {
    let mut outputs = std::pin::pin!(outputs);
    let (mut read, mut size) = (Vec::new(), 0);
    while let Some(output) = outputs.next().await.transpose()? {
        size += output.as_ref().len();
        read.push(output);
        if size > LONGEST {
            break;
        }
    }
    Ok(read)
}

/// The engine knows whole seconds only; lines of the same second that were read before are left out by their time.
fn options(after: Option<OffsetDateTime>, tail: Option<usize>, follow: Follow) -> LogsOptions {
    let since = after.and_then(|after| i32::try_from(after.unix_timestamp()).ok()).unwrap_or_default();
    LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .follow(follow == Follow::Yes)
        .since(since)
        .tail(&tail.map_or_else(|| "all".to_owned(), |tail| tail.to_string()))
        .build()
}

/// `2026-11-25T10:00:00.123456789Z text`, as the engine writes a line.
fn line(output: LogOutput, redaction: &Redaction) -> Option<LogLine> {
    let stream = match &output {
        LogOutput::StdErr { .. } => LogStream::Stderr,
        _ => LogStream::Stdout,
    };
    let bytes = output.into_bytes();
    let text = String::from_utf8_lossy(&bytes);
    let (at, text) = text.split_once(' ')?;
    let text = text.trim_end_matches(['\n', '\r']).to_owned();
    Some(LogLine { at: moment(Some(at))?, stream, text: redaction.apply(text) })
}
