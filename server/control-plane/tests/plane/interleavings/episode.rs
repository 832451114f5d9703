//! The episodes of one project, one after the other: a schedule, then quiet, then the look at what there is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use control_plane::testing::job::{TestEnd, TestInput, open};
use control_plane::{ControlPlane, Result};
use model::{EnvDraft, Operation, OperationId, Problem, ProblemKind, ProjectId, ProjectPatch};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::watch;

use super::checks;
use super::history::{self, Snapshot};
use super::life::Life;
use super::machine::REFUSED;
use super::outside::Outside;
use super::schedule::{Change, Event, Work, schedule};
use crate::support::ines;

/// How long it may take until nothing is left to be done.
const QUIET: Duration = Duration::from_secs(60);
/// After so long, no further control plane ends until it is quiet.
const CALM: Duration = Duration::from_secs(6);

/// A project and what happened to it.
pub struct Slot {
    pub id: ProjectId,
    pub outside: Arc<Outside>,
    life: Life,
    looks: watch::Receiver<Arc<Snapshot>>,
    /// An instance died by itself. One that was about to start has refused to, as far as the engine can tell.
    struck: bool,
    pub done: Done,
}

/// What was done, for the checks at the end.
#[derive(Default)]
pub struct Done {
    /// Operations that were asked for, each with the time of the answer.
    pub asked: Vec<(OperationId, Instant)>,
    pub jobs: Vec<(OperationId, TestInput)>,
    /// What happened, for people.
    pub trace: Vec<String>,
    pub events: usize,
    /// Episodes in which the control plane ended.
    pub crashed: usize,
}

impl Slot {
    pub fn new(
        id: ProjectId,
        outside: &Arc<Outside>,
        life: &Life,
        looks: &watch::Receiver<Arc<Snapshot>>,
    ) -> Self {
        let (outside, life, looks) = (Arc::clone(outside), life.clone(), looks.clone());
        Self { id, outside, life, looks, struck: false, done: Done::default() }
    }

    /// So many episodes. The error is what was found.
    pub async fn run(mut self, seed: u64, episodes: usize) -> (Self, Result<(), String>) {
        let mut rng = StdRng::seed_from_u64(seed);
        for number in 0..episodes {
            let (ended, schedule) = (self.life.ended(), schedule(&mut rng));
            self.done.trace.push(format!("episode {number}"));
            for (pause, event) in schedule {
                tokio::time::sleep(pause).await;
                if let Err(fault) = self.perform(number, event).await {
                    return (self, Err(fault));
                }
            }
            self.outside.machine.fail(&self.id, 0);
            let quiet = self.quiet().await;
            self.done.crashed += usize::from(self.life.ended() > ended);
            if quiet.is_err() {
                return (self, quiet);
            }
        }
        (self, Ok(()))
    }

    async fn perform(&mut self, number: usize, event: Event) -> Result<(), String> {
        let there = self.looks.borrow().project(self.id.as_str()).is_some();
        let event = if there { event } else { instead(event) };
        let text = format!("{event:?}");
        self.done.events += 1;
        let outcome = match event {
            Event::Crash(crash) => {
                self.life.crash(crash);
                Ok("asked".to_owned())
            }
            Event::Fails(calls) => {
                self.outside.machine.fail(&self.id, calls);
                Ok("so".to_owned())
            }
            Event::InstanceEnds => {
                self.outside.machine.crash(&self.id);
                self.struck = true;
                Ok("so".to_owned())
            }
            Event::Sql(change) => Ok(self.edit_by_sql(change).await),
            Event::Job(work) => self.job(number, work).await,
            Event::Cancel => self.cancel().await,
            command => self.command(command).await,
        };
        let outcome = outcome.map_err(|problem| format!("{text}: {problem:?}"))?;
        self.done.trace.push(format!("  {text}: {outcome}"));
        Ok(())
    }

    async fn command(&mut self, event: Event) -> Result<String, Problem> {
        let id = self.id.clone();
        let retained = self.looks.borrow().retained.iter().any(|kept| *kept == *id.as_str());
        let draft = self.outside.draft(&id, retained);
        let answer = self
            .life
            .ask(async move |plane: ControlPlane| {
                let (projects, op) = (plane.projects(), ines());
                match event {
                    Event::Create => projects.create(&op, draft, None).await,
                    Event::Start => projects.start(&op, &id).await,
                    Event::Stop => projects.stop(&op, &id).await,
                    Event::Restart => projects.restart(&op, &id).await,
                    Event::Delete => projects.delete(&op, &id).await,
                    Event::Edit(change) => {
                        let generation = Some(projects.get(&op, &id).await?.generation);
                        projects.edit(&op, &id, patch(&id, change, generation)).await
                    }
                    other => unreachable!("{other:?} is no command"),
                }
            })
            .await;
        self.answered(answer)
    }

    /// A refusal is an answer as good as any; a fault of the program is not.
    fn answered(&mut self, answer: Option<Result<Operation>>) -> Result<String, Problem> {
        match answer {
            None => Ok("no answer".into()),
            Some(Ok(operation)) => {
                self.done.asked.push((operation.id, Instant::now()));
                Ok(operation.id.to_string())
            }
            Some(Err(error)) => {
                let problem = error.problem();
                let fault = problem.kind == ProblemKind::Internal;
                if fault { Err(problem) } else { Ok(format!("refused: {}", problem.title)) }
            }
        }
    }

    async fn edit_by_sql(&self, change: Change) -> String {
        let set = match change {
            Change::Mark(mark) => format!(r#"env = '{{"MARK": "{mark}"}}'"#),
            Change::Refused(mark) => format!(r#"env = '{{"MARK": "{mark}", "{REFUSED}": "yes"}}'"#),
            Change::Hostname(number) => format!("hostname = '{}'", hostname(&self.id, number)),
            Change::Pool(size) => format!("pool_size = {size}"),
            Change::Runs(true) => "desired_state = 'running'".to_owned(),
            Change::Runs(false) => "desired_state = 'stopped'".to_owned(),
        };
        let statement = format!("update projects set {set} where id = '{}'", self.id);
        let done = sqlx::raw_sql(&statement).execute(&self.outside.psql).await;
        done.map_or_else(|error| error.to_string(), |done| format!("{} rows", done.rows_affected()))
    }

    async fn job(&mut self, number: usize, work: Work) -> Result<String, Problem> {
        let file = format!("{}-{number}-{}", self.id, self.done.jobs.len());
        let Work { exclusive, steps, units, unit_ms, resumes, end } = work;
        let input = TestInput {
            steps,
            units,
            unit_ms,
            resumes,
            exclusive,
            end,
            ..TestInput::new(self.outside.folder().join(file))
        };
        let (id, given) = (self.id.clone(), input.clone());
        let answer =
            self.life.ask(async move |plane: ControlPlane| open(&plane, &ines(), Some(&id), &given).await);
        let answer = answer.await;
        if let Some(Ok(job)) = &answer {
            self.done.jobs.push((job.id, input));
        }
        self.answered(answer)
    }

    async fn cancel(&mut self) -> Result<String, Problem> {
        let Some((job, _)) = self.done.jobs.last().cloned() else { return Ok("no job".into()) };
        let answer =
            self.life.ask(async move |plane: ControlPlane| plane.operations().cancel(&ines(), job).await);
        let answer = answer.await;
        match answer {
            Some(Ok(_)) => Ok("asked".into()),
            other => self.answered(other),
        }
    }

    /// Waits until nothing is left to be done, and what there is is what was asked for.
    async fn quiet(&mut self) -> Result<(), String> {
        let (now, begun) = (Instant::now(), self.looks.borrow().number);
        let (end, calm, mut calmed) = (now + QUIET, now + CALM, None);
        loop {
            if Instant::now() > calm {
                calmed.get_or_insert_with(|| self.life.calm());
            }
            let look = self.looks.borrow_and_update().clone();
            let fault =
                if look.number > begun + 1 { self.look(&look).await } else { Err("no look yet".into()) };
            let Err(fault) = fault else {
                self.struck &= look.project(self.id.as_str()).is_some_and(|row| row.status == "failed");
                return Ok(());
            };
            if Instant::now() > end {
                let told = history::told(&self.outside.psql, self.id.as_str()).await;
                let alive = self.outside.machine.alive(&self.id);
                let now = time::OffsetDateTime::now_utc();
                return Err(format!(
                    "{}: not within {QUIET:?}, at {now}: {fault}\n{told}\n{alive:?}",
                    self.id
                ));
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), self.looks.changed()).await;
        }
    }

    async fn look(&self, look: &Snapshot) -> Result<(), String> {
        checks::at_quiet(&self.id, &self.outside, look, self.struck).await?;
        let id = self.id.clone();
        let project =
            self.life.ask(async move |plane: ControlPlane| plane.projects().get(&ines(), &id).await);
        match project.await {
            Some(Ok(project)) => checks::in_sync(&project),
            Some(Err(error)) if error.problem().kind == ProblemKind::NotFound => Ok(()),
            other => Err(format!("{other:?}")),
        }
    }
}

/// What happens where there is no project: mostly it is created.
fn instead(event: Event) -> Event {
    match event {
        Event::Crash(_) | Event::Sql(_) | Event::Cancel => event,
        _ => Event::Create,
    }
}

fn hostname(id: &ProjectId, number: u32) -> String {
    if number == 0 { format!("{id}.example.test") } else { format!("{id}-{number}.example.test") }
}

fn patch(id: &ProjectId, change: Change, generation: Option<i64>) -> ProjectPatch {
    let text = |name: &str, text: String| (name.to_owned(), EnvDraft::Text(text));
    let patch = ProjectPatch { generation, ..ProjectPatch::default() };
    match change {
        Change::Mark(mark) => ProjectPatch { env: Some([text("MARK", mark.to_string())].into()), ..patch },
        Change::Refused(mark) => {
            let env = [text("MARK", mark.to_string()), text(REFUSED, "yes".into())];
            ProjectPatch { env: Some(env.into()), ..patch }
        }
        Change::Hostname(number) => ProjectPatch { hostname: Some(hostname(id, number)), ..patch },
        Change::Pool(size) => ProjectPatch { pool_size: Some(size), ..patch },
        Change::Runs(_) => unreachable!("a command of its own"),
    }
}

/// Whether a job of this kind does every unit, however often its control plane ends.
pub fn does_all(input: &TestInput) -> bool {
    input.resumes && input.end == TestEnd::Done
}
