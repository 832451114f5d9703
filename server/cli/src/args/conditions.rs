//! Conditions on lists of events and operations. The server validates their values.

use clap::{Args, ValueEnum};
use model::ProjectId;

use super::follow::Paging;
use super::valid;

/// Who and when.
#[derive(Debug, Clone, Default, Args)]
pub struct ActorAndTime {
    /// Only those of an actor that contains this text: a part of an e-mail address, the name of a token, reconciler
    #[arg(long, value_name = "TEXT")]
    pub actor: Option<String>,
    /// Only those at or after this time: a date (00:00 UTC), or a time such as 2026-11-30T14:00:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only those before this time, or until the end of this date (UTC)
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

/// Which events, and which page of them.
#[derive(Debug, Clone, Args)]
pub struct EventArgs {
    /// Only events with this action, such as project.stop or status
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// Who and when
    #[command(flatten)]
    pub by: ActorAndTime,
    /// The page
    #[command(flatten)]
    pub paging: Paging,
}

/// Which events of the fleet.
#[derive(Debug, Clone, Args)]
pub struct AuditArgs {
    /// Only events of this project
    #[arg(long, value_name = "ID", value_parser = valid::<ProjectId>)]
    pub project: Option<ProjectId>,
    /// The other conditions
    #[command(flatten)]
    pub events: EventArgs,
    /// Print all events of the list instead of one page, in this format
    #[arg(long, value_enum, conflicts_with = "cursor")]
    pub format: Option<ExportFormat>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// JSON Lines: one event in JSON on each line
    Jsonl,
    /// Comma-separated values with a header row
    Csv,
}

impl ExportFormat {
    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

/// Which operations.
#[derive(Debug, Clone, Args)]
pub struct OperationArgs {
    /// Only operations of this project
    #[arg(long, value_name = "ID", value_parser = valid::<ProjectId>)]
    pub project: Option<ProjectId>,
    /// Only operations of this kind, such as edit or restart
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only operations with this status: waiting, running, succeeded, failed, cancelled or superseded
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// Who and when
    #[command(flatten)]
    pub by: ActorAndTime,
    /// The page
    #[command(flatten)]
    pub paging: Paging,
}

/// A condition: its name, as option and as parameter of the API, and its value.
pub type Condition = (&'static str, Option<String>);

impl ActorAndTime {
    fn conditions(&self) -> [Condition; 3] {
        [("actor", self.actor.clone()), ("from", self.from.clone()), ("to", self.to.clone())]
    }
}

impl EventArgs {
    /// The conditions, without the page.
    pub fn conditions(&self) -> Vec<Condition> {
        [("action", self.action.clone())].into_iter().chain(self.by.conditions()).collect()
    }
}

impl AuditArgs {
    /// The conditions, without the page.
    pub fn conditions(&self) -> Vec<Condition> {
        let project = self.project.as_ref().map(ToString::to_string);
        [("project", project)].into_iter().chain(self.events.conditions()).collect()
    }
}

impl OperationArgs {
    /// The conditions, without the page.
    pub fn conditions(&self) -> Vec<Condition> {
        let project = self.project.as_ref().map(ToString::to_string);
        let own = [("project", project), ("kind", self.kind.clone()), ("status", self.status.clone())];
        own.into_iter().chain(self.by.conditions()).collect()
    }
}
