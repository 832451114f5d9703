//! One worker a project, made when it is first needed.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use model::ProjectId;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::activation::Activation;
use super::attempts::Attempts;
use super::outcome::Outcome;
use crate::{Inner, tasks};

/// The pause before a worker that panicked is replaced.
const AFTER_PANIC: Duration = Duration::from_secs(2);

/// What a worker knows of its wake-ups.
#[derive(Debug, Clone, Copy, Default)]
struct Wake {
    /// The newest generation that was named.
    generation: i64,
    /// Counts every wake-up.
    count: u64,
}

/// All workers.
#[derive(Clone)]
pub(super) struct Workers {
    inner: Arc<Inner>,
    stop: CancellationToken,
    tasks: TaskTracker,
    mailboxes: Arc<Mutex<HashMap<ProjectId, watch::Sender<Wake>>>>,
}

impl Workers {
    pub(super) fn new(inner: Arc<Inner>, stop: CancellationToken) -> Self {
        Self { inner, stop, tasks: TaskTracker::new(), mailboxes: Arc::default() }
    }

    /// Starts an activation of the project, or another one after the present one. A generation above that of the present
    /// activation cancels it before its next step.
    pub(super) fn wake(&self, id: &ProjectId, generation: i64) {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let mailbox = mailboxes.entry(id.clone()).or_insert_with(|| {
            let mailbox = watch::Sender::new(Wake::default());
            self.tasks.spawn(self.clone().guarded(id.clone(), mailbox.subscribe()));
            mailbox
        });
        mailbox.send_modify(|wake| {
            wake.generation = wake.generation.max(generation);
            wake.count += 1;
        });
    }

    /// Returns when every worker has ended, after `stop`.
    pub(super) async fn ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Works until `stop`, or until the project is gone. A worker that panics is replaced by a new one after a pause; until then
    /// its mailbox is gone, so that a wake-up makes one at once.
    async fn guarded(self, id: ProjectId, mail: watch::Receiver<Wake>) {
        let working = AssertUnwindSafe(self.clone().work(id.clone(), mail)).catch_unwind();
        let Err(panic) = working.await else { return };
        let reason = tasks::text(&*panic);
        tracing::error!(project.id = %id, reason, "the worker of {id} panicked: {reason}");
        self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        tokio::select! {
            () = tokio::time::sleep(AFTER_PANIC) => self.wake(&id, 0),
            () = self.stop.cancelled() => {}
        }
    }

    async fn work(self, id: ProjectId, mut mail: watch::Receiver<Wake>) {
        let mut attempts = Attempts::new(self.inner.settings.pauses);
        let generation = AtomicI64::new(0);
        loop {
            let wake = *mail.borrow_and_update();
            if wake.generation > generation.fetch_max(wake.generation, Ordering::AcqRel) {
                attempts.forget();
            }
            let Some(outcome) = self.activate(&id, &mut attempts, &generation, &mail).await else { return };
            let pause = match outcome {
                Outcome::Again(pause) => pause,
                Outcome::Settled => Duration::MAX,
                Outcome::Gone => {
                    if self.retire(&id, &mail) {
                        return;
                    }
                    Duration::ZERO
                }
            };
            tokio::select! {
                () = sleep(pause) => {}
                changed = mail.changed() => if changed.is_err() { return },
                () = self.stop.cancelled() => return,
            }
        }
    }

    /// One activation. A newer generation cancels it, and its end is awaited: an act that was begun is over before the next
    /// plan is made. `None` after `stop`, which gives acts a moment to end.
    async fn activate(
        &self,
        id: &ProjectId,
        attempts: &mut Attempts,
        generation: &AtomicI64,
        mail: &watch::Receiver<Wake>,
    ) -> Option<Outcome> {
        let cancel = self.stop.child_token();
        let mut activation = Activation { inner: &self.inner, id, attempts, cancel: &cancel, generation };
        let running = activation.run();
        tokio::pin!(running);
        tokio::select! {
            outcome = &mut running => return Some(outcome),
            () = superseded(mail.clone(), generation) => cancel.cancel(),
            () = self.stop.cancelled() => {}
        }
        tokio::select! {
            outcome = &mut running => Some(outcome).filter(|_| !self.stop.is_cancelled()),
            () = self.drained() => None,
        }
    }

    /// Returns when acts have had their time after `stop`.
    async fn drained(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(self.inner.settings.drain).await;
    }

    /// The worker ends, unless it was woken in the meantime.
    fn retire(&self, id: &ProjectId, mail: &watch::Receiver<Wake>) -> bool {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = !mail.has_changed().unwrap_or(false);
        if idle {
            mailboxes.remove(id);
        }
        idle
    }
}

/// Returns when a generation above the one that is worked on is named.
async fn superseded(mut mail: watch::Receiver<Wake>, worked_on: &AtomicI64) {
    let newer = |wake: &Wake| wake.generation > worked_on.load(Ordering::Acquire);
    if mail.wait_for(newer).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn sleep(pause: Duration) {
    if pause == Duration::MAX {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(pause).await;
}
