//! Reading a log: its newest lines, then what comes.
//!
//! What the platform says and what the containers printed are brought into one order by their times. A follower looks again
//! every [`PAUSE`]: that works across restarts and replacements alike, and costs next to nothing for the few logs that
//! somebody looks at.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bollard::container::LogOutput;
use bollard::query_parameters::LogsOptionsBuilder;
use control_plane::ports::driver::{DriverError, Follow, LogQuery};
use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use model::{LogLine, LogStream, ProjectId};
use secrecy::SecretString;
use time::OffsetDateTime;
use tokio::time::sleep;

use crate::driver::Shared;
use crate::fault::{away, found};
use crate::redact::Redaction;
use crate::seen::moment;

const DOING: &str = "reading the log of the instance";
const PAUSE: Duration = Duration::from_millis(250);

/// The log of one project.
pub(crate) struct Log {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: ProjectId,
    /// Secrets that no container has under a name.
    pub(crate) known: Vec<SecretString>,
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
        Ok(match follow {
            Follow::No => stream::iter(lines.into_iter().map(Ok)).boxed(),
            Follow::Yes => self.going_on(lines.into(), last),
        })
    }

    fn going_on(
        self,
        lines: VecDeque<LogLine>,
        last: OffsetDateTime,
    ) -> BoxStream<'static, Result<LogLine, DriverError>> {
        let next = async |(mut lines, log, mut last): (VecDeque<LogLine>, Option<Self>, OffsetDateTime)| loop {
            if let Some(line) = lines.pop_front() {
                return Some((Ok(line), (lines, log, last)));
            }
            let Some(reader) = &log else { return None };
            match reader.lines(None, Some(last)).await {
                Ok(more) if more.is_empty() => sleep(PAUSE).await,
                Ok(more) => {
                    last = more.last().map_or(last, |line| line.at);
                    lines.extend(more);
                }
                // Told once; then the stream ends.
                Err(fault) => return Some((Err(fault), (lines, None, last))),
            }
        };
        stream::unfold((lines, Some(self), last), next).boxed()
    }

    /// Lines in the order of their times: so many of the newest, or those after a moment.
    async fn lines(
        &self,
        tail: Option<usize>,
        after: Option<OffsetDateTime>,
    ) -> Result<Vec<LogLine>, DriverError> {
        self.shared.look(&self.id).await?;
        let fleet = &self.shared.fleet;
        let mut lines = self.shared.journal.read(&self.id).await?;
        for name in [fleet.before(&self.id), fleet.container(&self.id)] {
            lines.extend(self.printed(&name, tail, after).await?);
        }
        lines.retain(|line| after.is_none_or(|after| line.at > after));
        lines.sort_by_key(|line| line.at);
        let surplus = tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        lines.drain(..surplus);
        Ok(lines)
    }

    /// What a container of ours printed.
    async fn printed(
        &self,
        name: &str,
        tail: Option<usize>,
        after: Option<OffsetDateTime>,
    ) -> Result<Vec<LogLine>, DriverError> {
        let engine = self.shared.fleet.engine(DOING)?;
        let container = found(engine.inspect_container(name, None).await).map_err(away(DOING))?;
        let Some(config) = container.and_then(|container| container.config) else { return Ok(Vec::new()) };
        if !self.shared.fleet.owns(config.labels.as_ref()) {
            return Ok(Vec::new());
        }
        let redaction = Redaction::of(&self.known, Some(&config));
        let since = after.and_then(|after| i32::try_from(after.unix_timestamp()).ok()).unwrap_or_default();
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .timestamps(true)
            .since(since)
            .tail(&tail.map_or_else(|| "all".to_owned(), |tail| tail.to_string()))
            .build();
        let read = engine.logs(name, Some(options)).try_collect::<Vec<_>>().await;
        let read = found(read).map_err(away(DOING))?.unwrap_or_default();
        Ok(read.into_iter().filter_map(|output| line(output, &redaction)).collect())
    }
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
