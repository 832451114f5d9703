//! `atomoctl project logs`.

use model::{LogLine, ProjectId};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::client::Path;
use crate::failure::Failure;
use crate::render;
use crate::session::Session;
use crate::wait::Patience;

/// How many lines are asked for again after a connection was cut, to close the gap.
const OVERLAP: u32 = 1_000;

#[derive(Deserialize)]
struct Last {
    items: Vec<LogLine>,
}

/// Shows the last lines.
pub async fn last(session: &Session, id: &ProjectId, tail: u32) -> Result<(), Failure> {
    let path = Path::of(&["projects", id.as_str(), "logs"]).with("tail", Some(tail));
    let answer = session.client.get::<Last>(&path).await?;
    session.console.answer(&answer, |last| {
        let lines: Vec<String> = last.items.iter().map(render::lists::log_line).collect();
        if lines.is_empty() { "It printed nothing.".into() } else { lines.join("\n") }
    })
}

/// Shows the last lines and goes on until it is interrupted. A connection that was cut is opened again.
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

/// What was shown, so that lines which come again after a cut are not. Lines come in the order of their time;
/// those of the last instant are counted, since several may be alike.
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
