//! The servers that hold the projects' databases.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::text::validated_text;
use crate::{Budget, ByteSize, Invalid, PartState, PoolSize, ProjectId};

validated_text! {
    /// What a database server is called in the settings and by projects: `^[a-z][a-z0-9-]{0,38}[a-z0-9]$`.
    ServerName, check
}

impl ServerName {
    /// The first server, which holds the registry too.
    pub const DEFAULT: &'static str = "default";

    /// Whether it is the first server.
    pub fn is_default(&self) -> bool {
        self.as_str() == Self::DEFAULT
    }
}

impl Default for ServerName {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

fn check(text: &str) -> Result<String, Invalid> {
    const ACCEPTED: &str =
        "2 to 40 of a to z, 0 to 9 and hyphen, starting with a letter and not ending with a hyphen";
    let known = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && !text.ends_with('-') && (2..=40).contains(&text.len()) && text.chars().all(known) {
        Ok(text.to_owned())
    } else {
        Err(Invalid::new(format!("{text:?} is not the name of a database server."), ACCEPTED))
    }
}

/// A database server, what it gives to whom, and what the control plane may not do there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseServer {
    /// Its name.
    pub name: ServerName,
    /// Where it is, as the settings say.
    pub region: Option<String>,
    /// Whether it answers.
    pub state: PartState,
    /// What it last said of itself; absent while it has not answered since the control plane started.
    pub seen: Option<DatabaseServerSeen>,
    /// The projects on it that the asker may see, by id.
    pub projects: Vec<DatabaseUse>,
}

/// What a database server says of itself and of us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseServerSeen {
    /// Product and version.
    pub product: String,
    /// The role that the control plane works as.
    pub role: String,
    /// Whether that role is a superuser.
    pub superuser: bool,
    /// Who may have how many connections.
    pub budget: Budget,
    /// Connections that are open now, whoever has them; those of superusers that belong to no database are left out.
    pub in_use: u32,
    /// What the role may not do, and what is asked of the operator.
    pub findings: Vec<Finding>,
    /// When it said so.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Projects cannot be made, or cannot be worked on, until it is granted.
    Missing,
    /// Everything works; something less is protected or possible.
    Lost,
    /// It concerns others on the server, so it is only done on the operator's word.
    Asked,
}

/// One thing that the control plane's role may not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// How much it matters.
    pub weight: Weight,
    /// What it is and what follows from it, as sentences.
    pub text: String,
    /// What a superuser of that server says to end it.
    pub sql: Option<String>,
}

/// A project's share of its database server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatabaseUse {
    /// Whose.
    pub project_id: ProjectId,
    /// How people call it.
    pub display_name: String,
    /// Connections of its instance's pool.
    pub pool_size: PoolSize,
    /// `CONNECTION LIMIT` of its role, as it is wanted.
    pub limit: u32,
    /// Connections to its database that are open now, where that is known.
    pub in_use: Option<u32>,
    /// The size of its database, where that is known.
    pub bytes: Option<ByteSize>,
}
