//! `atomo-fleet operator`: create and reset operators without the dashboard.

use std::io::Read as _;

use anyhow::Context as _;
use clap::Subcommand;
use model::{Email, Role};
use secrecy::SecretString;

use super::host::{on_the_host, with_registry};
use super::print;
use crate::config::Config;
use crate::wiring::Upgrade;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create an operator
    Create {
        /// The e-mail address
        email: String,
        /// The role on every project
        #[arg(long, default_value = "owner")]
        role: Role,
        /// Read the password from standard input instead of prompting
        #[arg(long)]
        password_stdin: bool,
    },
    /// Set a new password; ends every session and token of the operator
    Reset {
        /// The e-mail address
        email: Email,
        /// Read the password from standard input instead of prompting
        #[arg(long)]
        password_stdin: bool,
    },
}

pub async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { email, role, password_stdin } => {
            let password = password(password_stdin)?;
            let made = with_registry(config, Upgrade::Refuse, async |plane| {
                Ok(plane.operators().create(&on_the_host(), email, password, role).await?)
            });
            print(&format!("{} was created as an operator with the role {role}.", made.await?.email));
        }
        Command::Reset { email, password_stdin } => {
            let password = password(password_stdin)?;
            let address = email.clone();
            with_registry(config, Upgrade::Refuse, async |plane| {
                Ok(plane.operators().reset(&on_the_host(), &email, password).await?)
            })
            .await?;
            print(&format!("The password of {address} was changed. Its sessions and tokens have ended."));
        }
    }
    Ok(())
}

fn password(from_stdin: bool) -> anyhow::Result<SecretString> {
    if !from_stdin {
        return Ok(rpassword::prompt_password("Password: ").context("asking for the password")?.into());
    }
    let mut text = String::new();
    std::io::stdin()
        .take(10_000)
        .read_to_string(&mut text)
        .context("reading the password from standard input")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned().into())
}
