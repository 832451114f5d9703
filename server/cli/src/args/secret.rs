//! `atomoctl secret`.

use clap::Subcommand;
use model::{ProjectId, SecretName};

use super::{Follow, valid};

/// The commands for secrets.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// List names and versions, without values
    List {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Set a new value, read from standard input or prompted without echo
    ///
    /// The line end after a single line is removed; a value of several lines is kept as it is.
    Set {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The name: capital letters, digits and underscores
        #[arg(value_parser = valid::<SecretName>)]
        name: SecretName,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
}
