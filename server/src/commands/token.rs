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
    /// Create a token; it is printed once, alone on the last line of the output
    Create {
        /// The operator whose permissions it has
        #[arg(long)]
        operator: Email,
        /// The name in the audit trail
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
