//! The two streams: results on standard output, everything else on standard error.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::client::Answer;
use crate::failure::Failure;
use crate::render;

/// For whom results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Person,
    Program,
}

/// The terminal, or whatever stands in its place.
#[derive(Debug, Clone, Copy)]
pub struct Console {
    reader: Reader,
}

impl Console {
    /// A console that writes tables, or with `json` documents.
    pub const fn new(json: bool) -> Self {
        Self { reader: if json { Reader::Program } else { Reader::Person } }
    }

    /// Whether a program reads the result.
    pub fn is_json(self) -> bool {
        self.reader == Reader::Program
    }

    /// Writes an answer: as it came for a program, rendered for a person.
    pub fn answer<T>(self, answer: &Answer<T>, render: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        match self.reader {
            Reader::Program => self.line(&answer.body),
            Reader::Person => self.line(&render(&answer.value)),
        }
    }

    /// Writes one document for a program, or the text for a person.
    pub fn document(self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.reader {
            Reader::Program => self.line(&serde_json::to_string(document).map_err(io::Error::from)?),
            Reader::Person => self.line(&text()),
        }
    }

    /// Writes text and one line end to standard output.
    #[expect(clippy::unused_self, reason = "whoever writes was given a console, so nothing writes past it")]
    pub fn line(self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", text.trim_end_matches('\n'))?;
        Ok(out.flush()?)
    }

    /// Says something beside the result. What cannot be said is not in the way of the work.
    #[expect(clippy::unused_self, reason = "whoever writes was given a console, so nothing writes past it")]
    pub fn note(self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why the command ended.
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

    /// Whether the stream that steps are written to is a terminal. Steps are the result of waiting for a person,
    /// and stand on standard error for a program.
    pub fn steps_on_terminal(self) -> bool {
        match self.reader {
            Reader::Program => io::stderr().is_terminal(),
            Reader::Person => io::stdout().is_terminal(),
        }
    }

    /// Writes one line about a step, to the stream of steps.
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
