//! `atomoctl token`.

use clap::Subcommand;
use model::TokenId;

use super::valid;

/// The commands for tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Create a token and print it once; standard output contains nothing else
    Create {
        /// The name of the token
        name: String,
    },
    /// List your tokens, without their values
    List,
    /// Revoke a token
    Revoke {
        /// The token
        #[arg(value_parser = valid::<TokenId>)]
        id: TokenId,
    },
}
