//! `atomoctl repository`.

use std::path::PathBuf;

use clap::Subcommand;

/// The commands for repositories.
#[derive(Debug, Subcommand)]
pub enum RepositoryCommand {
    /// List the registered repositories
    List,
    /// Register a repository
    Add {
        /// The URL: https, ssh, git@host:path or file
        url: String,
        /// The user name
        #[arg(long, value_name = "NAME", default_value = "")]
        username: String,
        /// Read the token or private key from standard input
        #[arg(long)]
        credential_stdin: bool,
        /// A file with the `known_hosts` line of an ssh host, or the CA (PEM) of an https host
        #[arg(long, value_name = "FILE")]
        host_key_file: Option<PathBuf>,
    },
    /// Read a repository and list its schema files
    Test {
        /// The URL or id
        repository: String,
    },
    /// Remove a repository and its credential; rejected while a project uses it
    Remove {
        /// The URL or id
        repository: String,
    },
    /// The webhook of a repository, by which its git host reports pushes
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// List the latest commits of a file
    Commits {
        /// The URL of the repository
        url: String,
        /// The path of the file
        path: String,
    },
}

/// The commands for webhooks of repositories.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Create the webhook, or replace its secret; prints address and secret once
    Create {
        /// The URL or id of the repository
        repository: String,
    },
    /// Remove the webhook: deliveries are refused from then on
    Remove {
        /// The URL or id of the repository
        repository: String,
    },
}
