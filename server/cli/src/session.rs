//! What every command that talks to the server has in hand.

use crate::args::Global;
use crate::client::{Client, Server};
use crate::console::Console;
use crate::credentials::{self, Store};
use crate::failure::Failure;

/// One run of `atomoctl`: who is asked, and who is answered.
pub struct Session {
    /// The server, with the caller's token.
    pub client: Client,
    /// Where results go.
    pub console: Console,
}

impl Session {
    /// The session of the arguments: the token is `ATOMO_FLEET_TOKEN`, else that of the last `atomoctl login`
    /// at this server. Nothing is sent.
    pub fn open(global: &Global, console: Console) -> Result<Self, Failure> {
        let server: Server = global.server.parse().map_err(Failure::Usage)?;
        let token = match credentials::from_environment() {
            Some(token) => Some(token),
            None => Store::at_home()?.read()?.token(&server),
        };
        let token = token.ok_or_else(|| Failure::NotLoggedIn(server.to_string()))?;
        Ok(Self { client: Client::new(server, Some(token))?, console })
    }
}
