//! Asking the engine, and how long its answers may take.

use std::time::Duration;

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, Docker};
use control_plane::ports::driver::DriverError;
use tokio::time::timeout;

use crate::fault::away;
use crate::labels::Fleet;

/// A question, answered with its body: an engine that takes longer hangs.
pub(crate) const LOOK: Duration = Duration::from_secs(10);
/// A request that makes or changes something, until its answer begins.
const ACT: Duration = Duration::from_secs(120);
/// What an engine takes, beside the grace, to end a container.
const STOP: Duration = Duration::from_secs(30);

impl Fleet {
    /// The engine, as long as its socket is there, for a request that changes something. A client holds no connection between
    /// two calls.
    pub(crate) fn engine(&self, doing: &'static str) -> Result<Docker, DriverError> {
        self.within(ACT, doing)
    }

    /// The engine for a stop with this grace.
    pub(crate) fn stopping(&self, grace: Duration, doing: &'static str) -> Result<Docker, DriverError> {
        self.within(grace.saturating_add(STOP), doing)
    }

    /// Asks the engine something; an answer that is not there after [`LOOK`] does not come.
    pub(crate) async fn ask<T>(
        &self,
        doing: &'static str,
        question: impl AsyncFnOnce(Docker) -> Result<T, Error>,
    ) -> Result<T, DriverError> {
        let engine = self.within(LOOK, doing)?;
        let silent = |_| DriverError::Away {
            doing,
            reason: format!("the engine did not answer within {} s", LOOK.as_secs()),
        };
        timeout(LOOK, question(engine)).await.map_err(silent)?.map_err(away(doing))
    }

    fn within(&self, limit: Duration, doing: &'static str) -> Result<Docker, DriverError> {
        let socket = self.socket.display().to_string();
        Docker::connect_with_unix(&socket, limit.as_secs(), API_DEFAULT_VERSION).map_err(away(doing))
    }
}
