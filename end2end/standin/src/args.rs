//! The command line, the same two options as the original's; a bad one ends with exit code 2.

use std::path::PathBuf;

use clap::Parser;

/// Stands in for atomo-server in tests and demonstrations.
#[derive(Debug, Parser)]
#[command(name = "atomo-standin", version)]
pub struct Args {
    /// Folder that holds `.env` and `schema.ts`; its schema wins over `ATOMO_SCHEMA_PATH`
    #[arg(long, value_name = "DIR")]
    pub config_dir: Option<PathBuf>,
    /// Port to listen on; wins over `PORT`
    #[arg(short, long)]
    pub port: Option<u16>,
}
