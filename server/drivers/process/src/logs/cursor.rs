//! A position in the segments of a log.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use keeper::log_file::{Line, Source, segment, segments};
use model::{LogLine, LogStream};
use time::OffsetDateTime;

/// A reader's position. Only complete lines are returned.
pub(crate) struct Cursor {
    folder: PathBuf,
    open: Option<Segment>,
}

struct Segment {
    number: u64,
    file: File,
    /// The start of an incomplete line.
    begun: Vec<u8>,
}

impl Cursor {
    /// The newest lines, oldest first, and the position after them. An absent folder has none.
    pub(crate) fn at_end(folder: &Path, count: usize) -> io::Result<(Vec<LogLine>, Self)> {
        let mut newest = None;
        let mut lines: Vec<LogLine> = Vec::new();
        for number in segments(folder)?.into_iter().rev() {
            // removed meanwhile: it was the oldest
            let Some(mut segment) = Segment::open(folder, number)? else { break };
            let mut older = segment.more()?;
            older.append(&mut lines);
            lines = older;
            newest.get_or_insert(segment);
            if lines.len() >= count {
                break;
            }
        }
        lines.drain(..lines.len().saturating_sub(count));
        Ok((lines, Self { folder: folder.to_owned(), open: newest }))
    }

    /// The complete lines since the last call.
    pub(crate) fn more(&mut self) -> io::Result<Vec<LogLine>> {
        let mut lines = Vec::new();
        loop {
            // list first: a segment with a successor in the list does not grow any more
            let next = self.next(&segments(&self.folder)?);
            if let Some(open) = &mut self.open {
                lines.append(&mut open.more()?);
            }
            let Some(next) = next else { return Ok(lines) };
            self.open = Segment::open(&self.folder, next)?;
            if self.open.is_none() {
                return Ok(lines);
            }
        }
    }

    /// The segment after the present one; the first one of a new log, if the present log was removed.
    fn next(&self, numbers: &[u64]) -> Option<u64> {
        match &self.open {
            Some(open) if open.is_still_there(&self.folder) => {
                numbers.iter().copied().find(|number| *number > open.number)
            }
            Some(open) => {
                let later = numbers.iter().copied().find(|number| *number > open.number);
                later.or_else(|| numbers.first().copied())
            }
            None => numbers.first().copied(),
        }
    }
}

impl Segment {
    fn open(folder: &Path, number: u64) -> io::Result<Option<Self>> {
        match File::open(segment(folder, number)) {
            Ok(mut file) => {
                file.seek(SeekFrom::Start(0))?;
                Ok(Some(Self { number, file, begun: Vec::new() }))
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The complete lines from here to the end.
    fn more(&mut self) -> io::Result<Vec<LogLine>> {
        let mut bytes = std::mem::take(&mut self.begun);
        self.file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        self.begun = bytes.split_off(whole);
        Ok(bytes.split(|byte| *byte == b'\n').filter_map(Line::parse).map(shown).collect())
    }

    /// Whether the file with this number is the open one.
    fn is_still_there(&self, folder: &Path) -> bool {
        let named = std::fs::metadata(segment(folder, self.number));
        let open = self.file.metadata();
        matches!((named, open), (Ok(named), Ok(open)) if named.ino() == open.ino())
    }
}

fn shown(line: Line<'_>) -> LogLine {
    LogLine {
        at: OffsetDateTime::from_unix_timestamp_nanos(i128::from(line.at) * 1000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        stream: match line.source {
            Source::Stdout => LogStream::Stdout,
            Source::Stderr => LogStream::Stderr,
            Source::Platform => LogStream::Platform,
        },
        text: String::from_utf8_lossy(line.text).into_owned(),
    }
}

#[cfg(test)]
mod tests;
