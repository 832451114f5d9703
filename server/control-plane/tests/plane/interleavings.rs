//! The model test: random interleavings of commands, jobs, edits by SQL, crashes of instances and of the control plane, over a
//! real registry and parts in memory. After each of them it becomes quiet, and every promise is checked.
//!
//! `ATOMO_FLEET_TEST_EPISODES` is the number of interleavings, `ATOMO_FLEET_TEST_SEED` the seed of a failure. A seed gives the
//! same events with the same pauses; what happens between them is up to the machine, as it was.

mod checks;
mod episode;
mod history;
mod life;
mod machine;
mod outside;
mod schedule;
mod steps;

use std::sync::Arc;
use std::time::Instant;

use episode::Slot;
use history::Snapshot;
use life::Life;
use outside::Outside;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::support::ines;

/// How many there are where nothing is said.
const EPISODES: usize = 400;
/// Projects of one registry, side by side. Each has two of the 63 ports of a block.
const PROJECTS: usize = 28;
/// Episodes of one project before another registry is taken.
const OF_ONE: usize = 10;

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_interleavings_break_no_promise() {
    steps::listen();
    let given = number("ATOMO_FLEET_TEST_SEED");
    let mut seeds = StdRng::seed_from_u64(rand::random());
    let mut left = number("ATOMO_FLEET_TEST_EPISODES").unwrap_or(EPISODES);
    while left > 0 {
        let episodes = left.min(PROJECTS * OF_ONE);
        let seed = given.unwrap_or_else(|| seeds.next_u64());
        if let Err(faults) = one_registry(seed, episodes).await {
            panic!("with ATOMO_FLEET_TEST_SEED={seed} ATOMO_FLEET_TEST_EPISODES={episodes}:\n{faults}");
        }
        left -= episodes;
    }
}

/// So many episodes over one registry. The error is what was found.
async fn one_registry(seed: u64, episodes: usize) -> Result<(), String> {
    let (begun, mut rng) = (Instant::now(), StdRng::seed_from_u64(seed));
    let outside = Arc::new(Outside::new().await);
    let end = CancellationToken::new();
    let (life, living) = Life::begin(Arc::clone(&outside), end.clone());
    let (sender, looks) = watch::channel(Arc::new(Snapshot::default()));
    let following = tokio::spawn(history::follow(outside.psql.clone(), sender));
    let projects = (0..PROJECTS).map(|project| {
        let slot = Slot::new(format!("shop-{project}").parse().unwrap(), &outside, &life, &looks);
        let own = episodes / PROJECTS + usize::from(project < episodes % PROJECTS);
        tokio::spawn(slot.run(rng.next_u64(), own))
    });
    let projects: Vec<_> = projects.collect();
    let mut slots = Vec::new();
    let mut faults = Vec::new();
    for project in projects {
        let (slot, outcome) = project.await.unwrap();
        faults.extend(outcome.err().map(|fault| format!("{fault}\n{}", slot.done.trace.join("\n"))));
        slots.push(slot);
    }
    let verdict = life.ask(async |plane: control_plane::ControlPlane| plane.audit().verify(&ines()).await);
    let verdict = verdict.await.expect("a control plane that answers").unwrap();
    faults.extend(verdict.broken_at.map(|row| format!("the audit chain is broken at {row}")));
    end.cancel();
    living.await.unwrap();
    following.abort();
    let crashed = life.ended();
    faults.extend(afterwards(&outside, &slots).await);
    tell(&slots, begun, crashed, verdict.rows);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n\n")) }
}

/// What is judged when everything is over.
async fn afterwards(outside: &Outside, slots: &[Slot]) -> Vec<String> {
    let (moves, steps) = (history::moves(&outside.psql).await, steps::take());
    let exclusive = history::exclusive_steps(&outside.psql).await;
    let mut verdicts = vec![checks::ends(&moves), checks::alone(&outside.machine.acts(), &exclusive)];
    for slot in slots {
        verdicts.push(checks::supersedes(&moves, &steps, &slot.done));
        verdicts.push(checks::jobs(&moves, &slot.done));
    }
    let mut faults = outside.machine.violations();
    faults.extend(verdicts.into_iter().filter_map(Result::err));
    faults
}

/// The figures, where whoever runs the test wants to see them.
fn tell(slots: &[Slot], begun: Instant, lives: u32, rows: i64) {
    let sum = |count: fn(&Slot) -> usize| slots.iter().map(count).sum::<usize>();
    eprintln!(
        "{:.1} s: {} events, {} operations asked for, {} jobs, {lives} control planes, one ended in {} of the episodes, \
         {rows} audit events",
        begun.elapsed().as_secs_f32(),
        sum(|slot| slot.done.events),
        sum(|slot| slot.done.asked.len()),
        sum(|slot| slot.done.jobs.len()),
        sum(|slot| slot.done.crashed),
    );
}
