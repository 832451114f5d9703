//! The request of a deploy.

use serde::{Deserialize, Serialize};

use crate::{Invalid, Problem, ProjectId};

/// The request of a deploy. With the commit and release of a former deploy it is a roll back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeployDraft {
    /// The commit: 40 hex digits. Empty: the present one, for another release. See [`crate::CommitSha`].
    #[serde(default)]
    pub r#ref: String,
    /// Another repository; empty: the present one.
    #[serde(default)]
    pub repo: String,
    /// Another path in the repository; empty: the present one.
    #[serde(default)]
    pub path: String,
    /// Another release; empty: the present one.
    #[serde(default)]
    pub release: String,
    /// The id of the project. Needed where the preflight has findings that ask for it.
    #[serde(default)]
    pub confirm: String,
    /// Takes a backup first (default). `false` accepts the newest verified one, which may not be older than
    /// `DEPLOY_BACKUP_HOURS` where data can be lost.
    #[serde(default = "yes")]
    pub backup_first: bool,
    /// Stops the project before the backup is taken, so that an undo loses nothing that was written before the deploy. The project
    /// does not answer while the backup is taken.
    #[serde(default)]
    pub pause: bool,
    /// Starts the server on a copy of the data first. Absent: where the project's class is production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rehearse: Option<bool>,
    /// Columns, as `table.column`, whose NOT NULL is dropped before the server is started: those that the new schema does not
    /// declare any more, and that would refuse every new row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free_columns: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl Default for DeployDraft {
    fn default() -> Self {
        Self {
            r#ref: String::new(),
            repo: String::new(),
            path: String::new(),
            release: String::new(),
            confirm: String::new(),
            backup_first: true,
            pause: false,
            rehearse: None,
            free_columns: Vec::new(),
        }
    }
}

/// How a deploy is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeployOptions {
    /// Takes a backup first.
    pub backup_first: bool,
    /// Stops the project before the backup.
    pub pause: bool,
    /// Starts the server on a copy first.
    pub rehearse: bool,
}

impl DeployDraft {
    /// Fails unless the confirmation is the id of the project.
    pub fn confirmed(&self, project: &ProjectId) -> Result<(), Problem> {
        let message = match self.confirm.trim() {
            typed if typed == project.as_str() => return Ok(()),
            "" => "A confirmation is needed: the preflight has findings that can cost data or service.",
            _ => "This is not the project's id. Nothing was changed.",
        };
        Err(Problem::field("confirm", message, "the id of the project that is deployed"))
    }

    /// The columns to be freed, as table and column. At most 100.
    pub fn columns(&self) -> Result<Vec<(String, String)>, Problem> {
        let accepted = "table.column, at most 100 of them";
        if self.free_columns.len() > 100 {
            return Err(Problem::field("free_columns", "These are too many columns.", accepted));
        }
        let split = |(index, typed): (usize, &String)| {
            let parts = typed.trim().split_once('.');
            let (table, column) =
                parts.filter(|(table, column)| !table.is_empty() && !column.is_empty()).ok_or_else(|| {
                    let fault = Invalid::new(format!("\"{typed}\" is no column."), accepted);
                    Problem::field(format!("free_columns.{index}"), fault.message, fault.accepted)
                })?;
            Ok((table.to_owned(), column.to_owned()))
        };
        self.free_columns.iter().enumerate().map(split).collect()
    }
}
