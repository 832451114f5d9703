//! Reads a log: the newest lines, then new ones.
//!
//! A follower polls every [`PAUSE`]. That works across rotation, restarts and removal, and is cheap for the few logs
//! that are followed.

use std::collections::VecDeque;
use std::time::Duration;

use control_plane::ports::driver::{DriverError, Follow, LogQuery};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use model::LogLine;
use tokio::time::sleep;

use crate::blocking::blocking;
use crate::fault::away;
use crate::folder::RunFolder;

mod cursor;

use cursor::Cursor;

const PAUSE: Duration = Duration::from_millis(150);
const DOING: &str = "reading the log of the instance";

/// The requested lines, oldest first.
pub(crate) async fn read(
    folder: RunFolder,
    query: LogQuery,
) -> Result<BoxStream<'static, Result<LogLine, DriverError>>, DriverError> {
    let LogQuery { tail, follow } = query;
    let (lines, cursor) =
        blocking(DOING, move || Cursor::at_end(folder.path(), tail).map_err(away(DOING))).await?;
    Ok(match follow {
        Follow::No => stream::iter(lines.into_iter().map(Ok)).boxed(),
        Follow::Yes => going_on(lines.into(), cursor),
    })
}

fn going_on(lines: VecDeque<LogLine>, cursor: Cursor) -> BoxStream<'static, Result<LogLine, DriverError>> {
    let next = async |(mut lines, mut cursor): (VecDeque<LogLine>, Option<Cursor>)| loop {
        if let Some(line) = lines.pop_front() {
            return Some((Ok(line), (lines, cursor)));
        }
        let mut reader = cursor.take()?;
        let more = blocking(DOING, move || {
            let lines = reader.more().map_err(away(DOING))?;
            Ok((lines, reader))
        });
        match more.await {
            Ok((more, reader)) => {
                if more.is_empty() {
                    sleep(PAUSE).await;
                }
                lines.extend(more);
                cursor = Some(reader);
            }
            // report the error once, then end the stream
            Err(fault) => return Some((Err(fault), (lines, None))),
        }
    };
    stream::unfold((lines, Some(cursor)), next).boxed()
}
