//! Labels and class in arguments: changes of `project edit`, conditions of `project list`.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use model::{LabelSelector, ProjectClass, ProjectStatus};

use super::{pair, valid};

/// A change of one label. The server validates key and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelChange {
    /// `KEY=VALUE`
    Set(String, String),
    /// `KEY-`
    Remove(String),
}

impl FromStr for LabelChange {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('-').filter(|key| !key.is_empty() && !key.contains('=')) {
            Some(key) => Ok(Self::Remove(key.to_owned())),
            None => pair(text)
                .map(|(key, value)| Self::Set(key, value))
                .map_err(|fault| fault.replace("NAME=VALUE", "KEY=VALUE to set a label, KEY- to remove it")),
        }
    }
}

/// Arguments of `project list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only projects with this label, with any value if there is no =; may be repeated
    #[arg(short = 'l', long = "label", value_name = "KEY[=VALUE]", value_parser = valid::<LabelSelector>)]
    pub labels: Vec<LabelSelector>,
    /// Only projects of this class: production, staging or development
    #[arg(long, value_parser = valid::<ProjectClass>)]
    pub class: Option<ProjectClass>,
    /// Only projects of this status: provisioning, running, stopped or failed
    #[arg(long, value_parser = valid::<ProjectStatus>)]
    pub status: Option<ProjectStatus>,
    /// Add the columns CLASS and LABELS
    #[arg(short, long, value_enum)]
    pub output: Option<ListFormat>,
}

impl ListArgs {
    /// Whether there is a condition.
    pub fn filters(&self) -> bool {
        !self.labels.is_empty() || self.class.is_some() || self.status.is_some()
    }
}

/// A format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// All columns.
    Wide,
}
