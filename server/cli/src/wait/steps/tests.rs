//! Drawing on a terminal that remembers what it shows.

use indicatif::InMemoryTerm;
use model::Step;
use time::macros::datetime;

use super::*;

fn step(step: Step, status: StepStatus) -> StepRecord {
    StepRecord {
        ordinal: 1,
        step,
        status,
        reason: None,
        started_at: Some(datetime!(2026-01-02 03:04:05 UTC)),
        finished_at: (status == StepStatus::Done).then_some(datetime!(2026-01-02 03:04:05.4 UTC)),
        note: None,
        attempts: 1,
    }
}

/// Drawing is spread over time: waits until the terminal shows it.
fn drawn(terminal: &InMemoryTerm, shows: impl Fn(&str) -> bool) {
    let begun = std::time::Instant::now();
    while !shows(&terminal.contents()) {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{}", terminal.contents());
        std::thread::yield_now();
    }
}

#[test]
fn every_step_has_one_line_that_is_drawn_in_place() {
    let terminal = InMemoryTerm::new(12, 80);
    let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
    let mut bars = Bars { all: MultiProgress::with_draw_target(target), steps: Vec::new(), progress: None };
    bars.show(&[
        step(Step::EnsureSecrets, StepStatus::Running),
        step(Step::EnsureDatabase, StepStatus::Waiting),
    ]);
    drawn(&terminal, |text| {
        text.contains("Create secrets: running") && text.ends_with("\u{b7} Create role and database: waiting")
    });
    bars.say("The server answers again.").unwrap();
    bars.show(&[step(Step::EnsureSecrets, StepStatus::Done), step(Step::EnsureDatabase, StepStatus::Failed)]);
    bars.end();
    let expected = "The server answers again.\n\
        \u{2713} Create secrets: done in 0.4 s\n\
        x Create role and database: failed";
    assert_eq!(terminal.contents(), expected);
}

#[test]
fn the_progress_of_a_job_is_a_line_that_moves_below_its_steps() {
    let terminal = InMemoryTerm::new(12, 80);
    let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
    let mut bars = Bars { all: MultiProgress::with_draw_target(target), steps: Vec::new(), progress: None };
    bars.show(&[step(Step::CopySecrets, StepStatus::Done)]);
    for text in ["Progress: 1 of 8 (12 %)", "Progress: 8 of 8 (100 %)"] {
        bars.show_progress(text.into());
        drawn(&terminal, |shown| shown.ends_with(text));
    }
    bars.end();
    assert_eq!(terminal.contents(), "\u{2713} Copy the secrets: done in 0.4 s\nProgress: 8 of 8 (100 %)");
}
