//! Supervision of the parts that this server runs itself: the embedded Postgres and the Caddy child.

use std::time::Duration;

use control_plane::ControlPlane;
use tokio_util::sync::CancellationToken;

use crate::wiring::{GatewayParts, Storage};

/// Interval of the checks.
const PAUSE: Duration = Duration::from_millis(500);
/// Delay after a failed start.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Restarts Postgres and Caddy when they have ended, until `stop`, each in a loop of its own. Their state survives: databases
/// are in their folder, routes are compared at once.
pub async fn keep(storage: Storage, gateway: GatewayParts, plane: ControlPlane, stop: CancellationToken) {
    let postgres = || {
        let storage = storage.clone();
        async move { storage.keep().await }
    };
    let caddy = || {
        let (gateway, plane) = (gateway.clone(), plane.clone());
        async move {
            if gateway.keep().await? {
                plane.compare_routes();
            }
            Ok(())
        }
    };
    tokio::join!(again("Postgres", postgres, &stop), again("Caddy", caddy, &stop));
}

/// Restarts a part whenever it has ended, until `stop`.
async fn again<F>(part: &'static str, keep: impl Fn() -> F, stop: &CancellationToken)
where
    F: Future<Output = anyhow::Result<()>>,
{
    let mut pause = PAUSE;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
        pause = match keep().await {
            Ok(()) => PAUSE,
            Err(error) => {
                tracing::error!("starting {part}: {error:#}");
                PAUSE_AFTER_FAILURE
            }
        };
    }
}
