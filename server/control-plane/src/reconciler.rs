//! Reconciliation: compares desired with observed state and executes the steps between them.
//!
//! An activation takes no input: a wake-up only says that a project has to be observed again. Wake-ups come from commands and
//! edits by SQL (NOTIFY), from the driver (an instance ended), and from a sweep that observes everything, so that a missed
//! notification does no harm. At most one activation of a project runs at a time. Permits limit concurrent acts; a wait holds
//! none. A new generation cancels the work on an older one, and its end is awaited.

mod activation;
mod acts;
mod attempts;
mod healths;
mod identities;
mod listen;
mod opening;
mod outcome;
pub mod plan;
mod status;
pub(crate) mod sweep;
mod work;
mod workers;

pub(crate) use acts::Acts;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use crate::gateway::publisher;
use crate::goal::is_due;
use crate::{Inner, Result, job_kinds, jobs, observe, wal_archives};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

/// Activations of one project before `once` gives up on it.
const ROUNDS: usize = 20;

/// Runs the engine until `stop`. Work in progress is dropped then: every step can be repeated.
pub(crate) async fn run(inner: Arc<Inner>, stop: CancellationToken) {
    let workers = workers::Workers::new(Arc::clone(&inner), stop.clone());
    tokio::join!(
        publisher::run(&inner, &stop),
        listen::run(&inner, &workers, &stop),
        watch_instances(&inner, &workers, &stop),
        sweep::run(&inner, &workers, &stop),
        jobs::run(&inner, job_kinds::all(), &stop),
        wal_archives::run(&inner, &stop),
    );
    workers.ended().await;
}

/// The driver's hints: an instance ended, or something about it changed.
async fn watch_instances(inner: &Inner, workers: &workers::Workers, stop: &CancellationToken) {
    let mut changes = inner.ports.driver.changes();
    loop {
        tokio::select! {
            hint = changes.next() => match hint {
                Some(key) => {
                    workers.wake(&key.project, 0);
                    inner.drift.wake(&key.project);
                }
                None => return, // the sweep continues to observe
            },
            () = stop.cancelled() => return,
        }
    }
}

/// Reconciles every project, one after the other. Returns the number of those that did not reach their desired state.
pub(crate) async fn once(inner: &Arc<Inner>) -> Result<usize> {
    let stop = CancellationToken::new();
    let guard = stop.clone().drop_guard();
    let publisher = tokio::spawn({
        let inner = Arc::clone(inner);
        async move { publisher::run(&inner, &stop).await }
    });
    observe::part_tasks::once(inner).await;
    let mut left = 0;
    for id in sweep::all_ids(inner).await? {
        let mut attempts = attempts::Attempts::new(inner.settings.pauses);
        let (mut settled, generation) = (false, AtomicI64::new(0));
        let cancel = CancellationToken::new();
        for _ in 0..ROUNDS {
            let attempts = &mut attempts;
            let mut one =
                activation::Activation { inner, id: &id, attempts, cancel: &cancel, generation: &generation };
            match one.run().await {
                outcome::Outcome::Settled | outcome::Outcome::Gone => {
                    settled = true;
                    break;
                }
                outcome::Outcome::Again(pause) => tokio::time::sleep(pause).await,
            }
        }
        let reached = inner.registry.project(&id).await?.is_none_or(|record| !is_due(&record));
        left += usize::from(!(settled && reached));
    }
    drop(guard);
    let _ = publisher.await;
    Ok(left)
}
