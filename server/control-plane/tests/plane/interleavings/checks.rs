//! The promises.

use std::collections::{BTreeMap, BTreeSet};

use control_plane::ports::gateway::RouteTarget;
use model::{Project, ProjectId, ProjectStatus};
use uuid::Uuid;

use super::episode::{Done, does_all};
use super::history::{Content, Move, ProjectRow, Snapshot};
use super::machine::{Act, Alive, REFUSED};
use super::outside::Outside;
use super::steps::Begun;

type Verdict = Result<(), String>;

fn holds(holds: bool, fault: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(fault()) }
}

/// What there is of a project is what its row asks for, and no operation on it is open.
pub async fn at_quiet(id: &ProjectId, outside: &Outside, look: &Snapshot, struck: bool) -> Verdict {
    let open = look.open_on(id.as_str());
    holds(open.is_empty(), || format!("an operation without an end: {open:?}"))?;
    let alive = outside.machine.alive(id);
    let route = outside.gateway.table().and_then(|table| table.routes.get(id).cloned());
    let Some(row) = look.project(id.as_str()) else {
        holds(alive.is_empty(), || format!("an instance without a project: {alive:?}"))?;
        return holds(route.is_none(), || format!("a route without a project: {route:?}"));
    };
    holds(row.delete_requested_at.is_none(), || "it is not deleted yet".into())?;
    holds(row.exclusive_job.is_none(), || format!("the mark of a job that is over: {row:?}"))?;
    holds(row.generation == row.observed_generation, || format!("not reached: {row:?}"))?;
    let target = route.map(|route| route.target);
    if row.desired_state == "stopped" {
        holds(alive.is_empty(), || format!("it is stopped and runs: {alive:?}"))?;
        let served = matches!(target, None | Some(RouteTarget::Maintenance));
        return holds(served && row.status == "stopped", || format!("stopped, but {target:?}, {row:?}"));
    }
    match (row.status.as_str(), &row.running) {
        ("running", _) => {
            holds(row.problem.is_none() && row.former_hostnames.is_empty(), || format!("{row:?}"))?;
            let wanted = Content { env: row.env.clone(), pool_size: row.pool_size };
            runs(row, &wanted, &alive)?;
            answers(row, outside).await
        }
        ("failed", _) => has_failed(row, outside, &alive, struck).await,
        _ => Err(format!("it is at no end: {row:?}")),
    }
}

/// It failed for a reason, and what was proved before runs. `struck`: its instance died by itself, perhaps at its start.
async fn has_failed(row: &ProjectRow, outside: &Outside, alive: &[Alive], struck: bool) -> Verdict {
    let refused = row.env.contains_key(REFUSED);
    let title = row.problem.as_ref().map(|problem| &problem["title"]);
    let is_tired =
        title.is_some_and(|title| title.as_str().is_some_and(|title| title.starts_with("Crashed ")));
    holds(refused || is_tired || struck, || format!("it failed without a reason: {row:?}"))?;
    let Some(proved) = row.running.as_ref().filter(|_| refused) else { return Ok(()) };
    runs(row, proved, alive)?;
    answers(row, outside).await
}

/// One instance runs, made of this, where the route points.
fn runs(row: &ProjectRow, content: &Content, alive: &[Alive]) -> Verdict {
    let [one] = alive else { return Err(format!("{} instances run: {alive:?}, {row:?}", alive.len())) };
    let own: BTreeMap<_, _> = one
        .env
        .iter()
        .filter(|(name, _)| *name == "MARK" || *name == REFUSED)
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    holds(own == content.env, || format!("it runs with {own:?} instead of {:?}: {row:?}", content.env))?;
    let pool = content.pool_size.to_string();
    holds(one.env.get("DATABASE_POOL_MAX") == Some(&pool), || format!("another pool than {pool}: {one:?}"))?;
    holds(!one.is_ending, || "it is about to end".into())?;
    holds(row.upstream.as_ref() == Some(&one.address), || format!("it listens at {}: {row:?}", one.address))
}

/// A visitor gets through, under the name of now.
async fn answers(row: &ProjectRow, outside: &Outside) -> Verdict {
    let host = row.hostname.clone().unwrap_or_default();
    let ask = control_plane::testing::gateway::Ask::https(&host, "/ready");
    let answer = outside.gateway.ask(ask).await.map(|answer| (answer.status, answer.body));
    let served = matches!(&answer, Ok((200, body)) if body.lines().next() == Some(&row.id));
    holds(served, || format!("{host} is not served: {answer:?}"))
}

/// The engine sees no difference where the project runs or is stopped.
pub fn in_sync(project: &Project) -> Verdict {
    let differences = &project.reconciliation.differences;
    let matters = project.status != ProjectStatus::Failed;
    holds(!matters || differences.is_empty(), || format!("{differences:?} is left: {project:?}"))
}

/// Every operation ended, once, and is left as it is then.
pub fn ends(moves: &[Move]) -> Verdict {
    let is_over = |status: &str| !matches!(status, "waiting" | "running");
    let mut last: BTreeMap<Uuid, &Move> = BTreeMap::new();
    for one in moves {
        let again = one.before.as_deref().is_some_and(is_over);
        holds(!again, || format!("it ended twice: {one:?}"))?;
        last.insert(one.operation, one);
    }
    last.values()
        .try_for_each(|one| holds(is_over(&one.after), || format!("an operation without an end: {one:?}")))
}

/// No step of a plan begins after its successor began.
pub fn supersedes(moves: &[Move], steps: &[Begun], done: &Done) -> Verdict {
    let project: BTreeMap<Uuid, &str> = moves
        .iter()
        .filter(|one| one.before.is_none() && one.lane == "converge")
        .filter_map(|one| Some((one.operation, one.project.as_deref()?)))
        .collect();
    let mut newest: BTreeMap<&str, &Begun> = BTreeMap::new();
    for step in steps {
        let Some(project) = project.get(&step.operation) else { continue };
        let former = newest.entry(project).or_insert(step);
        holds(former.operation <= step.operation, || {
            format!("{project}: {step} began after {former}, whose operation took its place")
        })?;
        *former = step;
    }
    done.asked.iter().try_for_each(|(successor, at)| {
        let of = project.get(&successor.as_uuid());
        let earlier = |step: &&Begun| {
            project.get(&step.operation) == of && step.operation < successor.as_uuid() && step.at > *at
        };
        // one may have been on its way: its plan was read before the successor was committed
        let late: Vec<String> = steps.iter().filter(earlier).map(ToString::to_string).collect();
        holds(of.is_none() || late.len() <= 1, || {
            format!("steps of a superseded plan began after {successor} was there: {late:?}")
        })
    })
}

/// A job that goes on after a crash does every unit once.
pub fn jobs(moves: &[Move], done: &Done) -> Verdict {
    for (id, input) in &done.jobs {
        let units = input.done();
        let once: BTreeSet<&String> = units.iter().collect();
        holds(once.len() == units.len(), || format!("the job {id} did a unit twice: {units:?}"))?;
        let succeeded = moves.iter().any(|one| one.operation == id.as_uuid() && one.after == "succeeded");
        let all = usize::try_from(input.steps).unwrap() * usize::try_from(input.units).unwrap();
        holds(!succeeded || !does_all(input) || units.len() == all, || {
            format!("the job {id} succeeded after {} of {all} units", units.len())
        })?;
    }
    Ok(())
}

/// While an exclusive job was at a step, nothing started or stopped an instance of its project; in maintenance it may be
/// stopped. `steps`: project, maintenance, begin and end.
pub fn alone(acts: &[Act], steps: &[super::history::ExclusiveStep]) -> Verdict {
    for step in steps {
        let within = |act: &&Act| {
            act.project.as_str() == step.project
                && act.at > step.from
                && act.at < step.to
                && (act.starts || !step.maintenance)
        };
        let disturbs = acts.iter().find(within);
        holds(disturbs.is_none(), || format!("{disturbs:?} while a job was alone: {step:?}"))?;
    }
    Ok(())
}
