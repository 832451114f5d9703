//! Output: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::client::Answer;
use crate::failure::Failure;
use crate::render;

/// The format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Person,
    Program,
}

/// The two streams.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    reader: Reader,
}

impl Console {
    /// A console that prints tables, or JSON with `json`.
    pub const fn new(json: bool) -> Self {
        Self { reader: if json { Reader::Program } else { Reader::Person } }
    }

    /// Whether results are JSON.
    pub fn is_json(self) -> bool {
        self.reader == Reader::Program
    }

    /// Prints an answer: its original JSON, or the rendered text.
    pub fn answer<T>(self, answer: &Answer<T>, render: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self.reader {
            Reader::Program => self.line(&answer.body),
            Reader::Person => self.line(&render(&answer.value)),
        }
    }

    /// Prints a document as JSON, or the text.
    pub fn document(self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.reader {
            Reader::Program => self.line(&serde_json::to_string(document).map_err(io::Error::from)?),
            Reader::Person => self.line(&text()),
        }
    }

    /// Prints text and a line end to standard output.
    #[expect(clippy::unused_self, reason = "only a holder of the console may write")]
    pub fn line(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.trim_end_matches('\n'))?;
        Ok(out.flush()?)
    }

    /// Writes bytes to standard output as they are.
    #[expect(clippy::unused_self, reason = "only a holder of the console may write")]
    pub fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Prints a note to standard error. A failed write is ignored.
    #[expect(clippy::unused_self, reason = "only a holder of the console may write")]
    pub fn note(self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Prints why the command failed.
    pub fn failure(self, failure: &Failure) {
        if matches!(failure, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return;
        }
        let problem = failure.problem();
        match self.reader {
            Reader::Program => self.note(&serde_json::to_string(&problem).unwrap_or_default()),
            Reader::Person => self.note(&render::problem::text(&problem)),
        }
    }

    /// Whether steps are written to a terminal. Steps go to standard output, with `--json` to standard error.
    pub fn steps_on_terminal(self) -> bool {
        match self.reader {
            Reader::Program => io::stderr().is_terminal(),
            Reader::Person => io::stdout().is_terminal(),
        }
    }

    /// Prints a line about a step.
    pub fn step(self, text: &str) -> Result<(), Failure> {
        match self.reader {
            Reader::Program => {
                self.note(text);
                Ok(())
            }
            Reader::Person => self.line(text),
        }
    }
}
