//! The `atomoctl` lines for what a page of the dashboard shows, or would do. Pure. `server/cli` parses every one of them in a
//! test.

mod pages;

use std::fmt;

pub use pages::{PageCommands, Values};

/// A line for a POSIX shell: `atomoctl project show crm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine(Vec<String>);

impl CommandLine {
    /// `atomoctl` with these words.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(["atomoctl"].into_iter().chain(words).map(str::to_owned).collect())
    }

    /// With an option and its value.
    #[must_use]
    pub fn with(mut self, option: &str, value: impl Into<String>) -> Self {
        self.0.extend([option.to_owned(), value.into()]);
        self
    }

    /// The words as a program gets them, the name of the program first.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for CommandLine {
    /// Quoted for a shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, word) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&quoted(word))?;
        }
        Ok(())
    }
}

/// The word in single quotes where a shell would read it otherwise.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
