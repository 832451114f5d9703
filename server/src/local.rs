//! Supervision of the parts that this server runs itself: the embedded Postgres and the Caddy child.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::wiring::{GatewayParts, Storage};

/// Interval of the checks.
const PAUSE: Duration = Duration::from_millis(500);
/// Delay after a failed start.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Restarts Postgres and Caddy when they have ended, until `stop`. Their state survives: databases are in their folder,
/// routes are applied by the sweep.
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
