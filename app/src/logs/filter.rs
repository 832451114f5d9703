//! Which lines of a log are shown: what stands in the address chooses, on the server as in the browser.

use leptos_router::params::ParamsMap;
use model::LogLine;

use crate::components::level_of;

/// How bad a line has to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Least {
    #[default]
    All,
    Warnings,
    Errors,
}

impl Least {
    /// With the word of the address and the name on the page.
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

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// A part of the line, in whatever case.
    pub(super) text: String,
    pub(super) least: Least,
}

impl Filter {
    pub(super) fn from_query(query: &ParamsMap) -> Self {
        let word = query.get("level").unwrap_or_default();
        let least = Least::ALL.into_iter().find(|(_, known, _)| *known == word).map(|(least, ..)| least);
        Self { text: query.get("q").unwrap_or_default(), least: least.unwrap_or_default() }
    }

    pub(super) fn admits(&self, line: &LogLine) -> bool {
        let found = || line.text.to_lowercase().contains(&self.text.trim().to_lowercase());
        self.least.admits(line) && found()
    }

    /// Whether it lets everything through.
    pub(super) fn is_open(&self) -> bool {
        self.least == Least::All && self.text.trim().is_empty()
    }

    /// Where the same page shows these lines.
    pub(super) fn address(&self, page: &str) -> String {
        let text = leptos_router::location::Url::escape(&self.text);
        match (text.is_empty(), self.least.word()) {
            (true, "") => page.to_owned(),
            (true, level) => format!("{page}?level={level}"),
            (false, "") => format!("{page}?q={text}"),
            (false, level) => format!("{page}?level={level}&q={text}"),
        }
    }
}

#[cfg(test)]
mod tests;
