//! One output stream of the instance: bytes from a pipe are redacted, split into lines and stored.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::log_file::{LogFile, Source};
use crate::redact::Redactor;

/// Maximum length of a stored line; a longer one is split. The split comes after redaction, so it cannot hide a secret.
const LONGEST_LINE: usize = 16 << 10;

/// Reads one pipe.
pub(crate) struct Capture {
    pipe: File,
    source: Source,
    redactor: Redactor,
    line: Vec<u8>,
}

/// Whether more data may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pulled {
    /// Data was read.
    More,
    /// The pipe has ended, and all its data is stored.
    End,
}

impl Capture {
    pub(crate) fn new(pipe: OwnedFd, source: Source, redactor: Redactor) -> Self {
        Self { pipe: pipe.into(), source, redactor, line: Vec::new() }
    }

    /// Reads what the pipe contains. Does not block after `poll` has reported data.
    pub(crate) fn pull(&mut self, log: &mut LogFile) -> Pulled {
        let mut bytes = [0; 8 << 10];
        let mut clean = Vec::new();
        match self.pipe.read(&mut bytes) {
            Ok(count) if count > 0 => {
                self.redactor.push(&bytes[..count], &mut clean);
                self.store(&clean, log);
                Pulled::More
            }
            Err(fault) if matches!(fault.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                Pulled::More
            }
            Ok(_) | Err(_) => {
                self.finish(log);
                Pulled::End
            }
        }
    }

    /// Stores what the redactor held back. Call it once, at the end.
    pub(crate) fn finish(&mut self, log: &mut LogFile) {
        let mut clean = Vec::new();
        self.redactor.finish(&mut clean);
        self.store(&clean, log);
        if !self.line.is_empty() {
            self.end_line(log);
        }
    }

    fn store(&mut self, clean: &[u8], log: &mut LogFile) {
        for &byte in clean {
            match byte {
                b'\n' => self.end_line(log),
                _ if self.line.len() >= LONGEST_LINE => {
                    self.end_line(log);
                    self.line.push(byte);
                }
                _ => self.line.push(byte),
            }
        }
    }

    fn end_line(&mut self, log: &mut LogFile) {
        log.write(self.source, self.line.strip_suffix(b"\r").unwrap_or(&self.line));
        self.line.clear();
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

#[cfg(test)]
mod tests;
