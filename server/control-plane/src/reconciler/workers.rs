//! One worker a project, made when it is first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::ProjectId;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::activation::{self, Outcome};
use super::attempts::Attempts;
use crate::Inner;

/// What a worker knows of who woke it.
#[derive(Debug, Clone, Copy, Default)]
struct Wake {
    /// The newest generation that was heard of.
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
    permits: Arc<Semaphore>,
    mailboxes: Arc<Mutex<HashMap<ProjectId, watch::Sender<Wake>>>>,
}

impl Workers {
    pub(super) fn new(inner: Arc<Inner>, stop: CancellationToken) -> Self {
        let permits = Arc::new(Semaphore::new(inner.settings.concurrency));
        Self { inner, stop, tasks: TaskTracker::new(), permits, mailboxes: Arc::default() }
    }

    /// Somebody says "look again". A generation above the one that is being worked on ends that work.
    pub(super) fn wake(&self, id: &ProjectId, generation: i64) {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let mailbox = mailboxes.entry(id.clone()).or_insert_with(|| {
            let mailbox = watch::Sender::new(Wake::default());
            self.tasks.spawn(self.clone().work(id.clone(), mailbox.subscribe()));
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

    async fn work(self, id: ProjectId, mut mail: watch::Receiver<Wake>) {
        let mut attempts = Attempts::new(self.inner.settings.pauses);
        let mut worked_on = 0;
        loop {
            let wake = *mail.borrow_and_update();
            if wake.generation > worked_on {
                worked_on = wake.generation;
                attempts.forget();
            }
            let outcome = tokio::select! {
                outcome = self.look(&id, &mut attempts) => outcome,
                () = superseded(mail.clone(), worked_on) => continue,
                () = self.stop.cancelled() => return,
            };
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

    async fn look(&self, id: &ProjectId, attempts: &mut Attempts) -> Outcome {
        match self.permits.acquire().await {
            Ok(_permit) => activation::activate(&self.inner, id, attempts).await,
            Err(_) => Outcome::Settled,
        }
    }

    /// The worker ends, unless somebody woke it in the meantime.
    fn retire(&self, id: &ProjectId, mail: &watch::Receiver<Wake>) -> bool {
        let mut mailboxes = self.mailboxes.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = !mail.has_changed().unwrap_or(false);
        if idle {
            mailboxes.remove(id);
        }
        idle
    }
}

/// Returns when a generation above `known` is heard of.
async fn superseded(mut mail: watch::Receiver<Wake>, known: i64) {
    if mail.wait_for(|wake| wake.generation > known).await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn sleep(pause: Duration) {
    if pause == Duration::MAX {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(pause).await;
}
