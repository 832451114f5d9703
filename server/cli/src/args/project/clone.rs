//! `atomoctl project clone` and `project expiry`: their options.

use clap::Args;
use model::{CloneDraft, ProjectId};

use super::LimitArgs;
use crate::args::{Follow, valid};

/// Arguments of `project clone`.
#[derive(Debug, Args)]
pub struct CloneArgs {
    /// The project that is copied
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// The id of the clone
    pub new_id: String,
    /// A branch, tag or commit of the schema's repository (default: the commit of the project)
    #[arg(long = "ref", value_name = "REF", default_value = "")]
    pub reference: String,
    /// How long the clone exists: 12h or 7d, at most 90d (default: 7d)
    #[arg(long, value_name = "PERIOD", default_value = "")]
    pub expires: String,
    /// The hostname (default: that of the project with the new id as its first label)
    #[arg(long, value_name = "HOST", default_value = "")]
    pub hostname: String,
    /// The display name (default: the new id)
    #[arg(long, value_name = "NAME", default_value = "")]
    pub display_name: String,
    /// The limits; omitted ones are small: 256 MiB, half a processor, 128 threads, 3 restarts
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Whether to wait
    #[command(flatten)]
    pub follow: Follow,
}

impl CloneArgs {
    /// The draft. The server validates it.
    pub fn draft(self) -> CloneDraft {
        CloneDraft {
            id: self.new_id,
            display_name: self.display_name,
            hostname: self.hostname,
            r#ref: self.reference,
            expires: self.expires,
            limits: self.limits.draft(),
        }
    }
}

/// Arguments of `project expiry`.
#[derive(Debug, Args)]
pub struct ExpiryArgs {
    /// The clone
    #[arg(value_parser = valid::<ProjectId>)]
    pub id: ProjectId,
    /// How long it exists from now on: 12h or 7d, at most 90d (default: 7d)
    #[arg(long, value_name = "PERIOD", default_value = "")]
    pub expires: String,
}
