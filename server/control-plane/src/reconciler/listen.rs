//! Receives the notifications of the registry's triggers: which row has changed, and whether its worker has to be woken.

use std::time::Duration;

use model::{Hint, OperationId, ProjectId};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::workers::Workers;
use crate::{Inner, snapshot};

/// The pause after a connection that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Minimum time without a notification after which the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(2);

/// The payload of a notification. A beat, by which the engine checks the connection, names no project.
#[derive(Deserialize)]
struct Notification {
    project_id: Option<ProjectId>,
    operation_id: Option<OperationId>,
    #[serde(default)]
    generation: i64,
    #[serde(default)]
    wake: bool,
    /// Whether the runner of jobs has something to do.
    #[serde(default)]
    job: bool,
}

/// Listens until `stop`. After every gap, open pages read everything again.
pub(super) async fn run(inner: &Inner, workers: &Workers, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = listen(inner, workers) => {}
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Returns when the connection is lost or silent. The engine itself notifies once in every sweep, so three sweeps without a
/// notification mean that none arrives.
async fn listen(inner: &Inner, workers: &Workers) {
    let Ok(mut listener) = inner.registry.listen().await else { return };
    inner.live.send(Hint::Fleet);
    inner.jobs.wake();
    if let Err(error) = super::sweep::wake_due(inner, workers).await {
        tracing::debug!(error = %crate::chain(&error), "waking projects that are due");
    }
    let silence = SILENCE.max(3 * inner.settings.sweep);
    let hear = async {
        while let Ok(Ok(Some(notification))) = tokio::time::timeout(silence, listener.try_recv()).await {
            match serde_json::from_str::<Notification>(notification.payload()) {
                Ok(moved) => pass_on(inner, workers, moved),
                Err(error) => {
                    tracing::warn!(%error, payload = notification.payload(), "a notification of another shape");
                }
            }
        }
    };
    tokio::select! { () = hear => {}, () = beat(inner) => {}, () = snapshot::follow(inner) => {} }
}

/// Notifies all listeners once a sweep, for as long as it is polled.
async fn beat(inner: &Inner) {
    loop {
        if let Ok(Err(error)) = tokio::time::timeout(SILENCE, inner.registry.beat()).await {
            tracing::debug!(error = %crate::chain(&error), "notifying listeners");
        }
        tokio::time::sleep(inner.settings.sweep).await;
    }
}

fn pass_on(inner: &Inner, workers: &Workers, moved: Notification) {
    let Notification { project_id, operation_id, generation, wake, job } = moved;
    if job {
        inner.jobs.wake();
    }
    if operation_id.is_some() {
        inner.rollouts.moved();
    }
    if let Some(project) = project_id.as_ref().filter(|_| operation_id.is_none()) {
        inner.registry.changed_rows().project(project);
    }
    if let Some(project) = project_id.as_ref().filter(|_| wake) {
        workers.wake(project, generation);
    }
    inner.live.send(match (operation_id, project_id) {
        (Some(operation_id), project_id) => Hint::Operation { project_id, operation_id },
        (None, Some(project_id)) => Hint::Project { project_id },
        (None, None) => return,
    });
}
