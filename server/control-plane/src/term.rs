//! Terms of the engine. The engine works only while this process holds the engine lock of the registry. Each term has its own
//! connections.
//!
//! If the lock is lost, the engine ends and the process continues, because the registry may only have been restarted. The
//! process ends if another control plane has taken the lock meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::Problem;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::registry::{EngineTerm, RegistryError};
use crate::{ControlPlane, Inner, Result, chain, observe, reconciler};

/// The pause between two attempts to take a lock that was lost.
const PAUSE: Duration = Duration::from_millis(500);

/// Whether this process holds the engine lock.
#[derive(Debug, Default)]
pub(crate) struct Leadership(AtomicBool);

impl Leadership {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, leading: bool) {
        self.0.store(leading, Ordering::Relaxed);
    }
}

/// Runs the engine, term after term, until `stop`. Parts are observed all the time, with and without the lock.
pub(crate) async fn run(plane: &ControlPlane, term: &mut EngineTerm, stop: CancellationToken) -> Result<()> {
    let end = stop.child_token();
    let part_tasks = observe::part_tasks::run(&plane.0, &end);
    let terms = async {
        let ended = terms(plane, term, &stop).await;
        end.cancel();
        ended
    };
    tokio::join!(part_tasks, terms).1
}

async fn terms(plane: &ControlPlane, term: &mut EngineTerm, stop: &CancellationToken) -> Result<()> {
    let leadership = &plane.0.leadership;
    loop {
        leadership.set(true);
        let lost = work(plane.engine(term), term, stop).await;
        leadership.set(false);
        let Some(reason) = lost? else { return Ok(()) };
        tracing::error!(
            term = term.number(),
            reason,
            "the engine lock is lost, the engine stands still: {reason}"
        );
        let Some(next) = lock_again(plane, term.number(), stop).await? else { return Ok(()) };
        tracing::info!(term = next.number(), "the engine works again");
        *term = next;
    }
}

/// Runs one term. Returns why the lock was lost; `None` at `stop`.
async fn work(engine: Arc<Inner>, term: &mut EngineTerm, stop: &CancellationToken) -> Result<Option<String>> {
    let end = stop.child_token();
    // dropped with this future, so that nothing of the engine outlives it
    let working = tokio::spawn(reconciler::run(Arc::clone(&engine), end.clone()));
    let mut working = AbortOnDropHandle::new(working);
    let lost = tokio::select! {
        ended = &mut working => {
            let reason = ended.err().map_or_else(|| "it returned".to_owned(), |error| error.to_string());
            if !stop.is_cancelled() {
                return Err(broken(&reason).into());
            }
            None
        }
        reason = term.lost() => {
            end.cancel();
            let _ = working.await;
            Some(reason)
        }
    };
    // in the background, because a silent connection would block; the server ends what is left of it
    tokio::spawn(async move { engine.registry.close_pool().await });
    Ok(lost)
}

/// The next term; `None` at `stop`. Waits for a registry that is unavailable.
async fn lock_again(plane: &ControlPlane, lost: i64, stop: &CancellationToken) -> Result<Option<EngineTerm>> {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.cancelled() => return Ok(None),
        }
        match plane.registry().lock_engine_again(lost).await {
            Ok(term) => return Ok(Some(term)),
            Err(error @ RegistryError::Led(_)) => return Err(error.into()),
            Err(error) => tracing::debug!(error = chain(&error), "taking the engine lock again"),
        }
    }
}

/// Reconciles every project once, in this term.
pub(crate) async fn once(plane: &ControlPlane, term: &mut EngineTerm) -> Result<usize> {
    let engine = plane.engine(term);
    let outcome = tokio::select! {
        left = reconciler::once(&engine) => left,
        reason = term.lost() => Err(broken(&format!("the engine lock is lost: {reason}")).into()),
    };
    engine.registry.close_pool().await;
    outcome
}

fn broken(reason: &str) -> Problem {
    let detail =
        format!("The engine ended: {reason}. Start the control plane again; instances keep running.");
    Problem::new(model::ProblemKind::Internal, "The engine does not run", detail)
}
