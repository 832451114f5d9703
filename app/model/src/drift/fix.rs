//! What closes a finding. Pure.

use serde::{Deserialize, Serialize};

use super::DriftLevel;
use crate::Operation;

/// What would close a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "fix", rename_all = "snake_case")]
pub enum DriftFix {
    /// An operation of the control plane.
    Operation {
        /// What it does, as a phrase: `Restart the instance`.
        what: String,
    },
    /// The operator, by hand.
    ByHand {
        /// What has to be done, as sentences.
        what: String,
        /// Statements that bring the database back to what is declared. Those that destroy data are commented out.
        sql: Vec<String>,
    },
}

/// What came of a fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FixOutcome {
    /// What would close the finding.
    pub fix: DriftFix,
    /// The operation that was opened; absent: the operator has to act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
}

/// What closes a finding of this level.
pub(super) fn of(level: DriftLevel, diff: &[String]) -> DriftFix {
    let operation = |what: &str| DriftFix::Operation { what: what.to_owned() };
    match level {
        DriftLevel::Commit => operation("Deploy the pinned commit again"),
        DriftLevel::SchemaFile | DriftLevel::Configuration | DriftLevel::Route => {
            operation("Replace the instance and publish its route again")
        }
        DriftLevel::Models | DriftLevel::Version => operation("Restart the instance from its spec"),
        DriftLevel::Columns => DriftFix::ByHand {
            what: "The server never changes or removes a column. Change the schema and deploy it, or change the database by hand."
                .to_owned(),
            sql: Vec::new(),
        },
        DriftLevel::Catalog => DriftFix::ByHand {
            what: "The control plane never changes tables of a project. Take a backup, run the statements as the project's role, and \
                   check again. Statements that destroy data are commented out."
                .to_owned(),
            sql: diff.iter().map(|line| statement(line)).collect(),
        },
    }
}

/// The statement that undoes one line of the difference of a catalog; a comment where there is no single one.
fn statement(line: &str) -> String {
    undo(line).unwrap_or_else(|| format!("-- by hand: {line}"))
}

fn undo(line: &str) -> Option<String> {
    let (sign, rest) = line.split_once(' ')?;
    let (table, thing) = match rest.split_once(": ") {
        Some((table, thing)) if !table.contains(' ') => (Some(table), thing),
        _ => (None, rest),
    };
    let (thing, definition) = thing.split_once(": ").unwrap_or((thing, ""));
    let (kind, name) = thing.split_once(' ')?;
    let table = table.map(quoted);
    let name = quoted(name);
    Some(match (sign, kind, table) {
        ("+", "table", None) => format!("-- destroys data: DROP TABLE {name};"),
        ("+", "column", Some(table)) => format!("-- destroys data: ALTER TABLE {table} DROP COLUMN {name};"),
        ("+", "index", _) => format!("DROP INDEX {name};"),
        ("+", "constraint", Some(table)) => format!("ALTER TABLE {table} DROP CONSTRAINT {name};"),
        ("+", "trigger" | "policy" | "rule", Some(table)) => {
            format!("DROP {} {name} ON {table};", kind.to_uppercase())
        }
        ("-", "index", _) => format!("{definition};"),
        ("-", "constraint", Some(table)) => {
            format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition};")
        }
        _ => return None,
    })
}

/// A name as an identifier of SQL.
fn quoted(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let part = |part: &str| {
        let is_plain = part.chars().all(plain) && !part.starts_with(|letter: char| letter.is_ascii_digit());
        if is_plain { part.to_owned() } else { format!("\"{}\"", part.replace('"', "\"\"")) }
    };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}
