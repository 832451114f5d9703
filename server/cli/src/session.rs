//! The client and console of a run.

use crate::args::Global;
use crate::client::{Client, ServerUrl};
use crate::console::Console;
use crate::credentials::{self, Store};
use crate::failure::Failure;

/// A run of `atomoctl`.
pub struct Session {
    /// The server, with the caller's token.
    pub client: Client,
    /// The output.
    pub console: Console,
}

impl Session {
    /// Opens the session with the token of `ATOMO_FLEET_TOKEN`, else that of the last log-in at this server. Nothing is
    /// sent.
    pub fn open(global: &Global, console: Console) -> Result<Self, Failure> {
        let server: ServerUrl = global.server.parse().map_err(Failure::Usage)?;
        let token = match credentials::from_environment() {
            Some(token) => Some(token),
            None => Store::at_home()?.read()?.token(&server),
        };
        let token = token.ok_or_else(|| Failure::NotLoggedIn(server.to_string()))?;
        Ok(Self { client: Client::new(server, Some(token))?, console })
    }
}
