//! `atomo-fleet token`: tokens for automation.

use clap::Subcommand;
use model::Email;
use secrecy::ExposeSecret as _;

use super::host::{on_the_host, with_registry};
use super::print;
use crate::config::Config;
use crate::wiring::Upgrade;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token. It stands alone on the last line of the output, and nowhere else.
    Create {
        /// Whose it is: it may what they may.
        #[arg(long)]
        operator: Email,
        /// What it is called in the audit trail.
        #[arg(long, default_value = "host")]
        name: String,
    },
}

pub async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let Command::Create { operator, name } = command;
    let (info, token) = with_registry(config, Upgrade::Refuse, async |plane| {
        Ok(plane.operators().create_token_for(&on_the_host(), &operator, name).await?)
    })
    .await?;
    print(&format!("Token {:?} of {}, valid until {}:", info.name, info.operator, info.expires_at.date()));
    print(token.expose_secret());
    Ok(())
}
