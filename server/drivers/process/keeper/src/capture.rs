//! One output of the instance: bytes from a pipe, redacted, cut into lines, stored.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use crate::log_file::{LogFile, Source};
use crate::redact::Redactor;

/// A longer line is stored as several. It is cut after redaction, so no cut can hide a secret from it.
const LONGEST_LINE: usize = 16 << 10;

/// Reads one pipe.
pub(crate) struct Capture {
    pipe: File,
    source: Source,
    redactor: Redactor,
    line: Vec<u8>,
}

/// Whether more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pulled {
    /// Something came.
    More,
    /// The pipe has ended, and everything of it is stored.
    End,
}

impl Capture {
    pub(crate) fn new(pipe: OwnedFd, source: Source, redactor: Redactor) -> Self {
        Self { pipe: pipe.into(), source, redactor, line: Vec::new() }
    }

    /// Takes what the pipe holds; waits only when it holds nothing, which `poll` has ruled out.
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

    /// Stores what is held back. Nothing comes after it.
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
