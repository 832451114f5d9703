//! The filter of log lines, stored in the address; pages and streams apply it.

use model::LogLine;

use crate::address::{Query, with_query};
use crate::components::level_of;

/// Minimum level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Least {
    #[default]
    All,
    Warnings,
    Errors,
}

impl Least {
    /// Every level: value, word in the address, label.
    pub(super) const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::All, "", "All"), (Self::Warnings, "warn", "Warnings"), (Self::Errors, "error", "Errors")];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Warnings => "warn",
            Self::Errors => "error",
        }
    }

    fn admits(self, line: &LogLine) -> bool {
        match (self, level_of(line)) {
            (Self::All, _) | (_, "ERROR") | (Self::Warnings, "WARN") => true,
            (Self::Warnings | Self::Errors, _) => false,
        }
    }
}

/// The filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// Text that the line contains, ignoring case.
    pub(super) text: String,
    pub(super) least: Least,
}

impl Filter {
    pub(super) fn from_query(query: &Query) -> Self {
        let word = query.get("level").unwrap_or_default();
        let least = Least::ALL.into_iter().find(|(_, known, _)| *known == word).map(|(least, ..)| least);
        Self { text: query.get("q").unwrap_or_default(), least: least.unwrap_or_default() }
    }

    pub(super) fn admits(&self, line: &LogLine) -> bool {
        let found = || line.text.to_lowercase().contains(&self.text.trim().to_lowercase());
        self.least.admits(line) && found()
    }

    /// Whether it lets every line through.
    pub(super) fn is_open(&self) -> bool {
        self.least == Least::All && self.text.trim().is_empty()
    }

    /// The address of the page with this filter and further names and values.
    pub(super) fn address(&self, page: &str, further: &[(&str, &str)]) -> String {
        let own = [("level", self.least.word()), ("q", self.text.trim())];
        with_query(page, &[&own, further].concat())
    }
}

#[cfg(test)]
mod tests;
