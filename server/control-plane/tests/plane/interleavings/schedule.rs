//! What happens to one project in one episode, drawn from a seed.

use std::time::Duration;

use control_plane::jobs::Exclusive;
use control_plane::testing::job::TestEnd;
use rand::rngs::StdRng;
use rand::{Rng, RngExt as _};

use super::life::Crash;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// Commands. `Create` is refused where there is a project, the others where there is none.
    Create,
    Start,
    Stop,
    Restart,
    Delete,
    Edit(Change),
    /// An edit by SQL.
    Sql(Change),
    /// A job is opened, or the newest one is cancelled.
    Job(Work),
    Cancel,
    /// The instance dies.
    InstanceEnds,
    /// The driver fails so often.
    Fails(u32),
    /// The control plane ends.
    Crash(Crash),
}

/// What is changed.
#[derive(Debug, Clone, Copy)]
pub enum Change {
    /// The environment, to one that works.
    Mark(u32),
    /// The environment, to one that the server refuses.
    Refused(u32),
    Hostname(u32),
    Pool(u32),
    /// By SQL only.
    Runs(bool),
}

/// What a job is like.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    pub exclusive: Exclusive,
    pub steps: i32,
    pub units: u64,
    pub unit_ms: u64,
    pub resumes: bool,
    pub end: TestEnd,
}

/// Events, each after a pause.
pub type Schedule = Vec<(Duration, Event)>;

/// Two to five events.
pub fn schedule(rng: &mut StdRng) -> Schedule {
    (0..rng.random_range(2..=5)).map(|_| (pause(rng), event(rng))).collect()
}

/// Often none, so that what is asked for next meets the work on what was asked for before.
fn pause(rng: &mut StdRng) -> Duration {
    let longest = [0, 0, 5, 40, 300][rng.random_range(0..5_usize)];
    Duration::from_millis(rng.random_range(0..=longest))
}

fn event(rng: &mut StdRng) -> Event {
    match rng.random_range(0..100_u32) {
        0..4 => Event::Create,
        4..11 => Event::Start,
        11..20 => Event::Stop,
        20..31 => Event::Restart,
        31..36 => Event::Delete,
        36..52 => Event::Edit(edit(rng)),
        52..66 => Event::Sql(if rng.random_bool(0.4) { Change::Runs(rng.random()) } else { edit(rng) }),
        66..76 => Event::Job(work(rng)),
        76..80 => Event::Cancel,
        80..87 => Event::InstanceEnds,
        87..91 => Event::Fails(rng.random_range(1..4)),
        _ => Event::Crash(crash(rng)),
    }
}

fn edit(rng: &mut StdRng) -> Change {
    let number = rng.next_u32();
    match number % 10 {
        0..5 => Change::Mark(number),
        5..7 => Change::Refused(number),
        7..9 => Change::Hostname(number % 3),
        _ => Change::Pool(1 + number % 5),
    }
}

fn work(rng: &mut StdRng) -> Work {
    let exclusive = [Exclusive::No, Exclusive::Yes, Exclusive::Maintenance][rng.random_range(0..3_usize)];
    let end = match rng.random_range(0..20_u32) {
        0 => TestEnd::Panic,
        1..4 => TestEnd::Refused,
        _ => TestEnd::Done,
    };
    Work {
        exclusive,
        steps: rng.random_range(1..=3),
        units: rng.random_range(1..=4),
        unit_ms: rng.random_range(0..=40),
        resumes: rng.random_bool(0.7),
        end,
    }
}

fn crash(rng: &mut StdRng) -> Crash {
    match rng.random_range(0..20_u32) {
        0..14 => Crash::At(rng.random_range(0..40)),
        14..17 => Crash::Now,
        17..19 => Crash::Stop,
        _ => Crash::Cut,
    }
}
