//! The output of an instance in numbered segments `log.1`, `log.2`, ... in its run folder.
//!
//! A segment only grows and is never renamed: a reader reads it to its end, then continues with the next number. The
//! oldest segment is removed when there are too many, so a folder contains at most [`SEGMENTS`] x [`SEGMENT_BYTES`]. A
//! line is `MICROSECONDS LETTER TEXT`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Maximum size of a segment, apart from its last line.
pub const SEGMENT_BYTES: u64 = 4 << 20;
/// Number of segments that are retained.
pub const SEGMENTS: usize = 4;
const PREFIX: &str = "log.";

/// The origin of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Standard output of the instance.
    Stdout,
    /// Standard error of the instance.
    Stderr,
    /// The keeper, about the instance.
    Platform,
}

impl Source {
    const fn letter(self) -> char {
        match self {
            Self::Stdout => 'o',
            Self::Stderr => 'e',
            Self::Platform => 'p',
        }
    }
}

/// A stored line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// When it was received, in microseconds since the epoch.
    pub at: u64,
    /// Its origin.
    pub source: Source,
    /// Its bytes without the line end.
    pub text: &'a [u8],
}

impl<'a> Line<'a> {
    /// Parses a stored line without its line end; `None` for other text, such as the rest of a torn line.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let mut fields = line.splitn(3, |byte| *byte == b' ');
        let at = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
        let source = match fields.next()? {
            b"o" => Source::Stdout,
            b"e" => Source::Stderr,
            b"p" => Source::Platform,
            _ => return None,
        };
        Some(Self { at, source, text: fields.next()? })
    }
}

/// The numbers of the segments of a run folder, oldest first; empty without a folder.
pub fn segments(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    let mut numbers = Vec::new();
    for entry in entries {
        numbers.extend(
            entry?.file_name().to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse::<u64>().ok()),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The path of a segment.
pub fn segment(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{PREFIX}{number}"))
}

/// The writer. The keeper's lock guarantees that there is only one.
pub struct LogFile {
    folder: PathBuf,
    number: u64,
    open: Option<(File, u64)>,
    lost: u64,
}

impl LogFile {
    /// Continues after the present end.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let number = segments(folder)?.last().copied().unwrap_or(1);
        let mut log = Self { folder: folder.to_owned(), number, open: None, lost: 0 };
        log.ensure_open()?;
        Ok(log)
    }

    /// Stores a line, given without its line end. If that fails the line is lost and counted; the next stored line is
    /// preceded by a line with the number of lost ones.
    pub fn write(&mut self, source: Source, text: &[u8]) {
        if self.lost > 0 {
            let missing = format!("{} lines of the log are lost: they could not be written", self.lost);
            if self.append(Source::Platform, missing.as_bytes()).is_err() {
                self.lost += 1;
                return;
            }
            self.lost = 0;
        }
        if self.append(source, text).is_err() {
            self.lost += 1;
        }
    }

    fn append(&mut self, source: Source, text: &[u8]) -> io::Result<()> {
        let mut line = format!("{} {} ", now().as_micros(), source.letter()).into_bytes();
        line.extend_from_slice(text);
        line.push(b'\n');
        let (file, length) = self.ensure_open()?;
        if let Err(fault) = file.write_all(&line) {
            self.open = None;
            return Err(fault);
        }
        *length += line.len() as u64;
        if *length >= SEGMENT_BYTES {
            self.number += 1;
            self.open = None;
            self.remove_oldest();
        }
        Ok(())
    }

    fn ensure_open(&mut self) -> io::Result<&mut (File, u64)> {
        let file = match self.open.take() {
            Some(open) => open,
            None => open(&segment(&self.folder, self.number))?,
        };
        Ok(self.open.insert(file))
    }

    fn remove_oldest(&self) {
        let keep_from = (self.number + 1).saturating_sub(SEGMENTS as u64);
        let numbers = segments(&self.folder).unwrap_or_default();
        for number in numbers.into_iter().filter(|number| *number < keep_from) {
            let _ = fs::remove_file(segment(&self.folder, number));
        }
    }
}

/// Opens a segment for appending; terminates a torn last line.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let mut length = file.metadata()?.len();
    if length > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            length += 1;
        }
    }
    Ok((file, length))
}

/// Time since the epoch.
pub fn now() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests;
