//! Everything else that the fleet keeps: secrets, repositories, operations, tokens, the audit trail.

use std::path::PathBuf;

use clap::Subcommand;
use model::{OperationId, ProjectId, SecretName, TokenId};

use super::{FleetEdgeArgs, Follow, Paging, valid};

/// What to do with secrets.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Names and versions; never values
    List {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
    /// Give a secret a new value, from standard input; asked without echo on a terminal
    ///
    /// One line end behind a value of a single line is not part of it; several lines are taken as they are.
    Set {
        /// The project
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
        /// The name, capital letters, digits and underscores
        #[arg(value_parser = valid::<SecretName>)]
        name: SecretName,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
}

/// What to do with repositories.
#[derive(Debug, Subcommand)]
pub enum RepositoryCommand {
    /// All registered repositories
    List,
    /// Register a repository
    Add {
        /// Its address: https, ssh, git@host:path or file
        url: String,
        /// The user name
        #[arg(long, value_name = "NAME", default_value = "")]
        username: String,
        /// Read its token or private key from standard input
        #[arg(long)]
        credential_stdin: bool,
        /// A file with the `known_hosts` line of an ssh host, or the CA of an https one
        #[arg(long, value_name = "FILE")]
        host_key_file: Option<PathBuf>,
    },
    /// Ask a repository, and show what it holds
    Test {
        /// Its address or id
        repository: String,
    },
    /// Forget a repository and its credential; refused while a project takes its schema from it
    Remove {
        /// Its address or id
        repository: String,
    },
    /// The latest commits of a file
    Commits {
        /// The address of the repository
        url: String,
        /// The file in it
        path: String,
    },
}

/// What to do with registries of images.
#[derive(Debug, Subcommand)]
pub enum ImageRegistryCommand {
    /// All of them, without their passwords
    List,
    /// Add a registry, or replace the credential of one that is there; the password comes from standard input, and is asked
    /// without echo on a terminal
    Add {
        /// Its host as image names begin with it: ghcr.io, registry.example.com:5000; docker.io for Docker Hub
        host: String,
        /// As whom images are pulled
        #[arg(long, value_name = "NAME")]
        username: String,
    },
    /// Forget a registry and its credential; instances that run go on
    Remove {
        /// Its host or id
        registry: String,
    },
}

/// What to do with instances that are left of projects.
#[derive(Debug, Subcommand)]
pub enum OrphanCommand {
    /// All of them, as the driver sees them now
    List,
    /// Stop and remove one with its network; media, schema folder, database and secrets stay
    Remove {
        /// The project that it belonged to
        #[arg(value_parser = valid::<ProjectId>)]
        project: ProjectId,
    },
}

/// What to do with operations.
#[derive(Debug, Subcommand)]
pub enum OperationCommand {
    /// Operations, newest first
    List {
        /// Only those on this project
        #[arg(long, value_name = "ID", value_parser = valid::<ProjectId>)]
        project: Option<ProjectId>,
        /// Which part
        #[command(flatten)]
        paging: Paging,
    },
    /// One operation and its steps
    Show {
        /// Its id
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
    },
    /// Try a failed one again
    Retry {
        /// Its id
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
        /// Whether to wait
        #[command(flatten)]
        follow: Follow,
    },
    /// Show the steps as they happen, and end with the operation
    Wait {
        /// Its id
        #[arg(value_parser = valid::<OperationId>)]
        id: OperationId,
        /// Seconds to wait at most; the operation goes on after them
        #[arg(long, value_name = "SECONDS", default_value_t = 300)]
        timeout: u64,
    },
}

/// What to do with the fleet.
#[derive(Debug, Subcommand)]
pub enum FleetCommand {
    /// Projects, worst first, and the parts that the fleet runs on
    Status,
    /// The same, again and again as things change
    Watch,
}

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Events of the whole fleet, newest first
    List(Paging),
    /// Whether no row was changed or removed; exit code 1 when one was
    Verify,
}

/// What to do with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; it alone goes to standard output, this once
    Create {
        /// What it is for
        name: String,
    },
    /// Your tokens, without the tokens
    List,
    /// End a token
    Revoke {
        /// Its id
        #[arg(value_parser = valid::<TokenId>)]
        id: TokenId,
    },
}

/// What to do with the gateway.
#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// What it is and lacks, what is said of its edge, and the certificate of every name
    Show,
    /// Who is let in, and what is added, for every project; what is not named stays
    Edge(FleetEdgeArgs),
    /// Print the root certificate of its internal issuer, as PEM
    Ca,
}

/// What to do with kept databases.
#[derive(Debug, Subcommand)]
pub enum KeptCommand {
    /// All of them; a new project of the same id takes one over with --reuse-database
    List,
}

/// What to do with database servers.
#[derive(Debug, Subcommand)]
pub enum DatabaseServerCommand {
    /// All of them: budget, projects, and what the control plane's role may not do there
    List,
}
