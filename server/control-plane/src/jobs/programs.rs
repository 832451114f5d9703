//! Programs that jobs start, such as `pg_dump`.
//!
//! A program outlives a control plane that is killed, so each is written down before it starts, and one that is left over is
//! ended before its job is taken again. It is found by pid and start time; where the control plane ended before it noted
//! these, by a token in the program's environment. It leads a process group of its own: a signal to the control plane's
//! terminal does not reach it, and it is ended with everything that it started.

use std::fs;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use keeper::process::{ProcessKey, boot_id, pids};
use model::{OperationId, Problem, ProblemKind};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use uuid::Uuid;

use super::JobContext;
use crate::registry::{JobProgram, Registry};
use crate::{Error, Inner, Result};

/// The variable that holds the token.
const TOKEN: &str = "ATOMO_FLEET_PROGRAM";
/// How long a program may take to end after `TERM`. Then it is killed.
const GRACE: Duration = Duration::from_secs(5);
/// How often it is looked whether a program that is no child of ours has ended.
const LOOK: Duration = Duration::from_millis(50);

/// A program of a job that runs. Dropped, it goes on until its job ends or is taken again.
pub struct Program {
    registry: Registry,
    token: Uuid,
    /// The process; its standard streams are as the command set them.
    pub child: Child,
}

impl<I> JobContext<I> {
    /// Starts a program, with the standard streams that the command sets.
    pub async fn start(&self, command: Command) -> Result<Program> {
        start(&self.inner.registry, self.operation().id, command).await
    }

    /// Waits until the program ends. Ends it and fails when the job is to end early.
    pub async fn wait(&self, mut program: Program) -> Result<ExitStatus> {
        let status = tokio::select! {
            status = program.child.wait() => Some(status),
            () = self.interrupted().cancelled() => None,
        };
        if status.is_none() {
            program.end().await?;
            return Err(Error::Interrupted);
        }
        program.registry.forget_program(program.token).await?;
        let status = status.transpose().ok().flatten();
        status.ok_or_else(|| not_started("waiting for it failed").into())
    }
}

impl Program {
    /// Asks the program and all that it started to end, kills them after 5 s, and returns when it is gone.
    pub async fn end(mut self) -> Result<()> {
        if let Some(pid) = self.child.id() {
            signal_group(pid, Signal::SIGTERM);
            if tokio::time::timeout(GRACE, self.child.wait()).await.is_err() {
                signal_group(pid, Signal::SIGKILL);
                let _ = self.child.wait().await;
            }
        }
        Ok(self.registry.forget_program(self.token).await?)
    }
}

async fn start(registry: &Registry, job: OperationId, mut command: Command) -> Result<Program> {
    let token = Uuid::new_v4();
    let path = command.as_std().get_program().to_string_lossy().into_owned();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    registry.record_program(token, job, &name, &boot_id()).await?;
    command.env(TOKEN, token.to_string()).process_group(0);
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            registry.forget_program(token).await?;
            return Err(not_started(&format!("{name}: {error}")).into());
        }
    };
    let program = Program { registry: registry.clone(), token, child };
    if let Some(key) = program.child.id().and_then(ProcessKey::read) {
        registry.record_process(token, key.pid, key.started).await?;
    }
    Ok(program)
}

/// Ends the programs that one job left running, and deletes their rows. A failure is logged.
pub(super) async fn end(inner: &Inner, job: OperationId) {
    if let Err(error) = end_all(&inner.registry, Some(job)).await {
        tracing::warn!(operation.id = %job, error = %crate::chain(&error), "ending the programs of a job");
    }
}

/// Ends the programs that jobs left running, of one job or of all, and deletes their rows.
pub(super) async fn end_all(registry: &Registry, job: Option<OperationId>) -> Result<()> {
    for program in registry.job_programs(job).await? {
        if program.boot == boot_id() {
            end_program(&program).await;
        }
        registry.forget_program(program.token).await?;
    }
    Ok(())
}

async fn end_program(left: &JobProgram) {
    let known = left.process.map(|(pid, started)| ProcessKey { pid, started });
    let Some(key) = known.or_else(|| find(left.token)).filter(|key| key.is_alive()) else { return };
    tracing::info!(operation.id = %left.operation, program = left.program, pid = key.pid, "ending a program of a job");
    signal_group(key.pid, Signal::SIGTERM);
    if !has_ended(key, GRACE).await {
        signal_group(key.pid, Signal::SIGKILL);
        has_ended(key, GRACE).await;
    }
}

async fn has_ended(key: ProcessKey, within: Duration) -> bool {
    let deadline = Instant::now() + within;
    while key.is_alive() {
        if Instant::now() >= deadline {
            return false;
        }
        tokio::time::sleep(LOOK).await;
    }
    true
}

/// The process that has this token in its environment.
fn find(token: Uuid) -> Option<ProcessKey> {
    let wanted = format!("{TOKEN}={token}");
    let holds = |pid: &u32| {
        fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|block| block.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes()))
    };
    pids().into_iter().filter(holds).find_map(ProcessKey::of)
}

/// Its leader is alive or not reaped yet, so the number of the group is its own.
fn signal_group(pid: u32, signal: Signal) {
    let _ = killpg(Pid::from_raw(pid.cast_signed()), signal);
}

fn not_started(reason: &str) -> Problem {
    let detail = format!("A program of the job could not be run: {reason}. Steps that are done stay.");
    Problem::new(ProblemKind::Internal, "A program could not be run", detail)
}
