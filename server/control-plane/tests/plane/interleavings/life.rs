//! Control planes, one after the other over the same registry and the same parts. Each has a runtime of its own, which ends
//! as a process ends that is killed: nothing of it is asked to end, and every task stops where it waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use control_plane::ControlPlane;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::outside::Outside;
use crate::support::term;

/// The shortest life: with crashes that come faster, no operation would end.
const SHORTEST: Duration = Duration::from_millis(1200);
/// How long an armed fuse may take to blow.
const ARMED: Duration = Duration::from_millis(300);

/// How a control plane ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// Killed when the parts were called so often.
    At(u32),
    /// Killed at once.
    Now,
    /// Asked to stop.
    Stop,
    /// It lives on, and all of its connections to the registry end: the engine lock is lost.
    Cut,
}

/// A control plane that lives.
#[derive(Clone)]
pub struct Alive {
    plane: ControlPlane,
    runtime: Handle,
}

/// The present control plane, if there is one, and a way to end it. Clones are the same.
#[derive(Clone)]
pub struct Life {
    present: watch::Receiver<Option<Alive>>,
    crashes: mpsc::UnboundedSender<Crash>,
    count: watch::Receiver<u32>,
    /// How many wait for the end of their work already long: nothing crashes meanwhile.
    calm: Arc<AtomicUsize>,
}

/// No control plane crashes until this is dropped.
pub struct Calm(Arc<AtomicUsize>);

impl Drop for Calm {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Life {
    /// Control planes from now on, until `end`.
    pub fn begin(outside: Arc<Outside>, end: CancellationToken) -> (Self, tokio::task::JoinHandle<()>) {
        let (sender, present) = watch::channel(None);
        let (crashes, mut asked) = mpsc::unbounded_channel();
        let (counting, count) = watch::channel(0);
        let calm = Arc::<AtomicUsize>::default();
        let is_calm = Arc::clone(&calm);
        let task = tokio::spawn(async move {
            while !end.is_cancelled() {
                while asked.try_recv().is_ok() {} // those for the one before
                let one = One::begin(&outside).await;
                sender.send_replace(Some(one.alive.clone()));
                let crash = tokio::select! {
                    crash = one.is_to_end(&outside, &is_calm, &mut asked) => crash,
                    () = end.cancelled() => Crash::Stop,
                };
                sender.send_replace(None);
                one.end(crash).await;
                outside.machine.fuse().disarm();
                counting.send_modify(|count| *count += 1);
            }
        });
        (Self { present, crashes, count, calm }, task)
    }

    /// Asks for a crash, soon.
    pub fn crash(&self, crash: Crash) {
        let _ = self.crashes.send(crash);
    }

    /// Has no control plane crash for a while.
    pub fn calm(&self) -> Calm {
        self.calm.fetch_add(1, Ordering::SeqCst);
        Calm(Arc::clone(&self.calm))
    }

    /// How many control planes have ended.
    pub fn ended(&self) -> u32 {
        *self.count.borrow()
    }

    /// Asks the present control plane, or the next. `None` where it crashed before it answered: whether it did what was
    /// asked, nobody knows.
    pub async fn ask<T, F>(&self, ask: impl FnOnce(ControlPlane) -> F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let mut present = self.present.clone();
        let alive = present.wait_for(Option::is_some).await.ok()?.clone()?;
        alive.runtime.spawn(ask(alive.plane)).await.ok()
    }
}

/// One control plane.
struct One {
    alive: Alive,
    runtime: Runtime,
    stop: CancellationToken,
    ended: oneshot::Receiver<()>,
}

impl One {
    async fn begin(outside: &Arc<Outside>) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (stop, (sender, ended)) = (CancellationToken::new(), oneshot::channel());
        let (begun, plane) = oneshot::channel();
        let (own, stopping) = (Arc::clone(outside), stop.clone());
        runtime.spawn(async move {
            let registry = own.database.connect().await;
            let plane = ControlPlane::new(registry, own.parts(), own.settings());
            let mut term = term(&plane).await;
            let _ = begun.send(plane.clone());
            plane.run(&mut term, stopping).await.unwrap();
            term.release().await;
            plane.registry().close().await;
            let _ = sender.send(());
        });
        let plane = plane.await.expect("a control plane that begins");
        Self { alive: Alive { plane, runtime: runtime.handle().clone() }, runtime, stop, ended }
    }

    /// Returns how it is to end, when it is.
    async fn is_to_end(
        &self,
        outside: &Outside,
        calm: &AtomicUsize,
        asked: &mut mpsc::UnboundedReceiver<Crash>,
    ) -> Crash {
        tokio::time::sleep(SHORTEST).await;
        loop {
            match asked.recv().await.unwrap_or(Crash::Stop) {
                _ if calm.load(Ordering::SeqCst) > 0 => {}
                Crash::At(calls) => {
                    let fuse = outside.machine.fuse();
                    fuse.arm(calls);
                    let _ = tokio::time::timeout(ARMED, fuse.blown()).await;
                    return Crash::At(calls);
                }
                Crash::Cut => {
                    cut(outside).await;
                    tokio::time::sleep(SHORTEST).await;
                }
                crash => return crash,
            }
        }
    }

    async fn end(self, crash: Crash) {
        let Self { alive, runtime, stop, ended } = self;
        if crash == Crash::Stop {
            stop.cancel();
            ended.await.expect("a control plane that stops");
        }
        let ending = move || runtime.shutdown_timeout(Duration::from_secs(20));
        tokio::task::spawn_blocking(ending).await.unwrap();
        drop(alive);
    }
}

/// Ends all connections of control planes to the registry.
async fn cut(outside: &Outside) {
    let statement = "select pg_terminate_backend(pid) from pg_stat_activity
                     where datname = current_database() and application_name like 'atomo-fleet engine%'";
    sqlx::raw_sql(statement).execute(&outside.psql).await.unwrap();
}
