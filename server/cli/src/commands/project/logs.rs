//! `atomoctl project logs`.

use model::{LogLine, ProjectId};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;
use crate::wait::Patience;

/// Number of lines requested again after a reconnect, to close the gap.
const OVERLAP: u32 = 1_000;

#[derive(Deserialize)]
struct Last {
    items: Vec<LogLine>,
}

/// Prints the last lines.
pub async fn last(session: &Session, id: &ProjectId, tail: u32) -> Result<(), Failure> {
    let path = Path::of(&["projects", id.as_str(), "logs"]).with("tail", Some(tail));
    let answer = session.client.get::<Last>(&path).await?;
    session.console.answer(&answer, |last| {
        let lines: Vec<String> = last.items.iter().map(render::lists::log_line).collect();
        if lines.is_empty() { "No log lines.".into() } else { lines.join("\n") }
    })
}

/// Prints the last lines and follows the log until it is interrupted. Reconnects when the connection is cut.
pub async fn follow(session: &Session, id: &ProjectId, tail: u32) -> Result<(), Failure> {
    let mut shown = Shown::default();
    let mut patience = Patience::new();
    let mut tail = tail;
    loop {
        let before = shown.last;
        match read(session, id, tail, &mut shown).await {
            Ok(()) => {}
            Err(failure) if failure.is_transient() && shown.is_connected => {}
            Err(failure) => return Err(failure),
        }
        if shown.last != before {
            patience = Patience::new();
        }
        if shown.last.is_some() {
            tail = OVERLAP.max(tail);
        }
        tokio::time::sleep(patience.longer()).await;
    }
}

async fn read(session: &Session, id: &ProjectId, tail: u32, shown: &mut Shown) -> Result<(), Failure> {
    let path =
        Path::of(&["projects", id.as_str(), "logs"]).with("tail", Some(tail)).with("follow", Some(true));
    let mut lines = session.client.lines(&path, None).await?;
    shown.reconnect();
    while let Some(text) = lines.next().await? {
        let Ok(line) = serde_json::from_str::<LogLine>(&text) else { continue };
        if !shown.is_new(&line) {
            continue;
        }
        let text = if session.console.is_json() { text } else { render::lists::log_line(&line) };
        session.console.line(&text)?;
    }
    Ok(())
}

/// The printed lines, to skip duplicates after a reconnect. Lines arrive in time order; those of the last instant are
/// counted, because several can be equal.
#[derive(Default)]
struct Shown {
    is_connected: bool,
    last: Option<OffsetDateTime>,
    at_last: usize,
    repeats: usize,
}

impl Shown {
    fn reconnect(&mut self) {
        self.is_connected = true;
        self.repeats = self.at_last;
    }

    fn is_new(&mut self, line: &LogLine) -> bool {
        match self.last {
            Some(last) if line.at < last => false,
            Some(last) if line.at == last && self.repeats > 0 => {
                self.repeats -= 1;
                false
            }
            Some(last) if line.at == last => {
                self.at_last += 1;
                true
            }
            _ => {
                self.last = Some(line.at);
                self.at_last = 1;
                self.repeats = 0;
                true
            }
        }
    }
}

#[cfg(test)]
mod tests;
