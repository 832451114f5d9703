//! The parts that run on this machine because nobody named others: looked after while the server runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::wiring::{GatewayParts, Storage};

/// How often they are looked at.
const PAUSE: Duration = Duration::from_millis(500);
/// The pause after a start that failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Starts Postgres and Caddy again when they have ended, until `stop`. What was in them is found again: the databases
/// in their folder, the routes by the sweep.
pub async fn keep(storage: Storage, gateway: GatewayParts, stop: CancellationToken) {
    let mut pause = PAUSE;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        let (postgres, caddy) = tokio::join!(storage.keep(), gateway.keep());
        pause = PAUSE;
        for (part, outcome) in [("Postgres", postgres), ("Caddy", caddy)] {
            if let Err(error) = outcome {
                tracing::error!("starting {part}: {error:#}");
                pause = PAUSE_AFTER_FAILURE;
            }
        }
    }
}
