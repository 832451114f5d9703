//! Terms of the engine. It works only while this process holds the engine lock of the registry, each term with connections of
//! its own.
//!
//! A lock that is lost ends the engine, not the process: the registry may only have been restarted, and pages go on telling
//! that. The process ends when another control plane took the lock meanwhile.

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
pub(crate) struct Leading(AtomicBool);

impl Leading {
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, leading: bool) {
        self.0.store(leading, Ordering::Relaxed);
    }
}

/// Runs the engine, term after term, until `stop`. Parts are looked at all the time, with the lock and without it.
pub(crate) async fn run(plane: &ControlPlane, term: &mut EngineTerm, stop: CancellationToken) -> Result<()> {
    let end = stop.child_token();
    let looks = observe::part_tasks::run(&plane.0, &end);
    let terms = async {
        let ended = terms(plane, term, &stop).await;
        end.cancel();
        ended
    };
    tokio::join!(looks, terms).1
}

async fn terms(plane: &ControlPlane, term: &mut EngineTerm, stop: &CancellationToken) -> Result<()> {
    let leading = &plane.0.leading;
    loop {
        leading.set(true);
        let lost = work(plane.engine(term), term, stop).await;
        leading.set(false);
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

/// One term. Why the lock was lost; `None` at `stop`.
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
    // a silent connection would keep this waiting; what is left of it ends at the server
    tokio::spawn(async move { engine.registry.close_pool().await });
    Ok(lost)
}

/// The next term; `None` at `stop`. A registry that is away is waited for.
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

/// Looks at every project once, in this term.
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
