//! `atomoctl image-registry`.

use clap::Subcommand;

/// The commands for image registries.
#[derive(Debug, Subcommand)]
pub enum ImageRegistryCommand {
    /// List the image registries, without passwords
    List,
    /// Add an image registry, or replace its credential
    ///
    /// The password is read from standard input, or prompted without echo on a terminal.
    Add {
        /// The host, as image names begin: ghcr.io, registry.example.com:5000; docker.io for Docker Hub
        host: String,
        /// The account that pulls images
        #[arg(long, value_name = "NAME")]
        username: String,
    },
    /// Remove an image registry and its credential; running instances continue
    Remove {
        /// The host or id
        registry: String,
    },
}
