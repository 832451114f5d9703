//! What a change of a schema does to the database of a project, before it is made.

use serde::{Deserialize, Serialize};

use crate::CommitSha;
use crate::state::words;

/// What happens when the server starts with the new schema, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FindingClass {
    /// It is applied, without a wait for readers or writers.
    Applied,
    /// It is applied, and writes to the table wait until every row was read.
    Locks,
    /// The server passes over it without a word: the database stays as it is.
    Ignored,
    /// A table or column is left over with its values; nothing reads or writes them any more.
    LeftOver,
    /// The server starts, and then refuses to write: a column that is left over needs a value.
    BreaksWrites,
    /// A name that the server itself or SQL needs.
    ReservedName,
    /// It is not known whether the server starts: the question was not asked of the database.
    NotKnown,
    /// The server does not start. Nothing of the database is changed, because it migrates in one transaction.
    BootFails,
}

words!(FindingClass {
    Applied = "applied", Locks = "locks", Ignored = "ignored", LeftOver = "left_over", BreaksWrites = "breaks_writes",
    ReservedName = "reserved_name", NotKnown = "not_known", BootFails = "boot_fails",
} accepted "applied, locks, ignored, left_over, breaks_writes, reserved_name, not_known or boot_fails");

impl FindingClass {
    /// Whether a deploy with such a finding needs the typed name of the project: it can cost service.
    pub const fn asks_for_confirmation(self) -> bool {
        matches!(
            self,
            Self::Ignored
                | Self::LeftOver
                | Self::BreaksWrites
                | Self::ReservedName
                | Self::NotKnown
                | Self::BootFails
        )
    }

    /// Whether what it is about can be lost: the declaration of data goes, or rows that are written meanwhile have to be thrown away.
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::LeftOver | Self::BreaksWrites | Self::ReservedName)
    }

    /// In two or three words, for a table.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Applied => "Applied",
            Self::Locks => "Applied with a lock",
            Self::Ignored => "Ignored by the server",
            Self::LeftOver => "Left over",
            Self::BreaksWrites => "Breaks writes",
            Self::ReservedName => "Reserved name",
            Self::NotKnown => "Not known",
            Self::BootFails => "Server will not start",
        }
    }
}

/// What a change of a schema does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preflight {
    /// The commit that runs; absent where its file could not be read.
    pub from: Option<CommitSha>,
    /// The commit that is examined.
    pub to: CommitSha,
    /// What happens, the worst first.
    pub findings: Vec<SchemaFinding>,
    /// What the reader did not understand: nothing is said about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<NotChecked>,
    /// How long the examination took, in milliseconds.
    pub took_ms: u64,
}

/// One consequence of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SchemaFinding {
    /// What happens.
    pub class: FindingClass,
    /// The table; absent: the schema as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The column, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What changes, as a sentence.
    pub change: String,
    /// What the start of the server does about it, as a sentence.
    pub detail: String,
    /// The question whose answer proves it; absent where none is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// A question to the database, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// The question, as SQL that counts rows.
    pub sql: String,
    /// The answer; absent: it was not counted within its time, so the finding is not certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// A place of a schema file that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotChecked {
    /// The line, from 1.
    pub line: u32,
    /// What stands there, and what the server does with it, as a sentence.
    pub what: String,
}

impl Preflight {
    /// The worst class; `None` where nothing changes in the database.
    pub fn worst(&self) -> Option<FindingClass> {
        self.findings.iter().map(|finding| finding.class).max()
    }

    /// Whether the typed name of the project is needed.
    pub fn asks_for_confirmation(&self) -> bool {
        self.findings.iter().any(|finding| finding.class.asks_for_confirmation())
    }

    /// Whether data can be lost.
    pub fn is_destructive(&self) -> bool {
        self.findings.iter().any(|finding| finding.class.is_destructive())
    }

    /// Table and column of every column that would refuse new rows because the new schema does not declare it any more.
    pub fn leftover_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        let breaks = self.findings.iter().filter(|finding| finding.class == FindingClass::BreaksWrites);
        breaks.filter_map(|finding| Some((finding.table.as_deref()?, finding.column.as_deref()?)))
    }

    /// The findings that ask for a confirmation and were not among those that were shown.
    pub fn worse_than(&self, shown: Option<&Self>) -> Vec<&SchemaFinding> {
        let known = |finding: &SchemaFinding| {
            shown.is_some_and(|shown| shown.findings.iter().any(|other| other.is_about_the_same(finding)))
        };
        let is_new = |finding: &&SchemaFinding| finding.class.asks_for_confirmation() && !known(finding);
        self.findings.iter().filter(is_new).collect()
    }
}

impl SchemaFinding {
    fn is_about_the_same(&self, other: &Self) -> bool {
        (self.class, &self.table, &self.column, &self.change)
            == (other.class, &other.table, &other.column, &other.change)
    }
}
