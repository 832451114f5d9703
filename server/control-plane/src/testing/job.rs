//! A kind of job that does nothing but take its time: for tests of the runner. No program that is shipped knows it.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use model::{
    DatabaseServerName, Operation, OperationKind, Problem, ProblemKind, Progress, ProgressUnit, ProjectId,
    Step,
};
use serde::{Deserialize, Serialize};

use crate::jobs::{self, Exclusive, Job, JobContext, Resume};
use crate::registry::Event;
use crate::{ControlPlane, OpContext, Result};

/// The job.
pub(crate) struct TestJob;

/// How it behaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestInput {
    /// A line is appended for every unit that is done: `STEP UNIT`.
    pub file: PathBuf,
    /// How many steps it has. All of them are the same one.
    pub steps: i32,
    /// How many units a step has.
    pub units: u64,
    /// How long a unit takes, in milliseconds.
    pub unit_ms: u64,
    /// Whether it goes on after its control plane ended.
    pub resumes: bool,
    /// Whether other commands wait for it.
    pub exclusive: Exclusive,
    /// The database server whose connections it claims to use.
    pub database_server: Option<DatabaseServerName>,
    /// How the last unit ends.
    pub end: TestEnd,
    /// A program that runs beside the first unit: its path and one argument.
    pub program: Option<(PathBuf, String)>,
    /// How long it waits, before its first unit, for the instance of its project to be stopped, in milliseconds; `None`: it
    /// does not wait. A wait that fails is a line of the file: `not stopped: REASON`.
    pub stopped_within_ms: Option<u64>,
}

/// How a job of the tests ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestEnd {
    /// Well.
    Done,
    /// With a problem.
    Refused,
    /// By a panic.
    Panic,
    /// It waits for a part that is away.
    Away,
}

impl TestInput {
    /// One step of one unit that takes no time, and ends well.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            steps: 1,
            units: 1,
            unit_ms: 0,
            resumes: true,
            exclusive: Exclusive::No,
            database_server: None,
            end: TestEnd::Done,
            program: None,
            stopped_within_ms: None,
        }
    }

    /// The units that were done, in order: `STEP UNIT`.
    pub fn done(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.file).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Opens a job on a project, or on the fleet.
pub async fn open(
    plane: &ControlPlane,
    op: &OpContext,
    project: Option<&ProjectId>,
    input: &TestInput,
) -> Result<Operation> {
    let mut change = plane.0.registry.change(op).await?;
    let operation = jobs::open::<TestJob>(&mut change, &jobs::Request { project, input, key: None }).await?;
    let detail = serde_json::json!({"operation": operation.id});
    change.commit(Event { project, action: OperationKind::Test.into(), detail }).await?;
    Ok(operation)
}

#[async_trait]
impl Job for TestJob {
    const KIND: OperationKind = OperationKind::Test;
    const AT_ONCE: usize = 3;
    type Input = TestInput;

    fn steps(input: &TestInput) -> Vec<Step> {
        (0..input.steps).map(|_| Step::CopySecrets).collect()
    }

    fn resume(input: &TestInput) -> Resume {
        if input.resumes { Resume::Resume } else { Resume::Fail }
    }

    fn exclusive(input: &TestInput) -> Exclusive {
        input.exclusive
    }

    fn database_server(input: &TestInput) -> Option<DatabaseServerName> {
        input.database_server.clone()
    }

    async fn run(&self, job: &JobContext<TestInput>) -> Result<()> {
        for ordinal in 1..=job.input().steps {
            job.step(ordinal, units(job, ordinal)).await?;
        }
        Ok(())
    }
}

async fn units(job: &JobContext<TestInput>, ordinal: i32) -> Result<Option<String>> {
    let input = job.input();
    if let Some(milliseconds) = input.stopped_within_ms {
        let stopped = job.instance_stopped(Duration::from_millis(milliseconds)).await;
        stopped.inspect_err(|error| append(input, &format!("not stopped: {error}\n")))?;
    }
    let program = match &input.program {
        Some((path, argument)) => {
            let mut command = tokio::process::Command::new(path);
            command.arg(argument);
            Some(job.start(command).await?)
        }
        None => None,
    };
    let step = format!("{ordinal} ");
    let before = input.done().iter().filter(|line| line.starts_with(&step)).count() as u64;
    for unit in before..input.units {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(input.unit_ms)) => {}
            () = job.interrupted().cancelled() => job.check()?,
        }
        append(input, &format!("{ordinal} {unit}\n"));
        let note = Some(format!("unit {unit} of step {ordinal}"));
        let (done, total) = (unit + 1, Some(input.units));
        job.progress(Progress { unit: ProgressUnit::Items, done, total, note });
    }
    if let Some(program) = program {
        job.wait(program).await?;
    }
    end(input.end)?;
    Ok(Some(format!("{} units", input.units)))
}

fn append(input: &TestInput, line: &str) {
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(&input.file);
    if let Err(error) = opened.and_then(|mut file| file.write_all(line.as_bytes())) {
        tracing::error!(%error, "the file of a test");
    }
}

fn end(end: TestEnd) -> Result<()> {
    match end {
        TestEnd::Done => Ok(()),
        TestEnd::Refused => Err(Problem::new(ProblemKind::Refused, "It was refused", "As told.").into()),
        TestEnd::Away => Err(Problem::unavailable("secrets", "As told.").into()),
        TestEnd::Panic => panic!("a job of the tests panics"),
    }
}
