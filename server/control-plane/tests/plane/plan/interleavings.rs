//! Ten thousand random interleavings of what is asked for, what happens, and how far the engine is: whatever the order, every
//! plan leads to what was asked for, or back to what was proved.

use model::{DesiredState, InstanceSeen, OperationStatus, ProjectStatus};
use proptest::prelude::*;

use super::lives::asked::Change;
use super::lives::{How, Life, REFUSED};

#[derive(Debug, Clone, Copy)]
enum Event {
    Tick(How),
    Command(Change),
    Sql(Change),
    JobBegins { maintenance: bool },
    JobEnds,
    InstanceEnds,
    Crash,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0_u8..3).prop_map(Change::Mark),
        3 => (0_u8..3).prop_map(Change::Refused),
        2 => (0_u8..3).prop_map(Change::Rename),
        3 => Just(Change::Restart),
        3 => any::<bool>().prop_map(Change::Runs),
        1 => Just(Change::Delete),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        30 => Just(Event::Tick(How::Whole)),
        4 => Just(Event::Tick(How::Half)),
        2 => Just(Event::Tick(How::Fails)),
        6 => change().prop_map(Event::Command),
        3 => change().prop_map(Event::Sql),
        1 => any::<bool>().prop_map(|maintenance| Event::JobBegins { maintenance }),
        2 => Just(Event::JobEnds),
        2 => Just(Event::InstanceEnds),
        2 => Just(Event::Crash),
    ]
}

fn happen(life: &mut Life, event: Event) {
    match event {
        Event::Tick(how) => life.tick(how),
        Event::Command(change) => life.command(change),
        Event::Sql(change) => life.edit_by_sql(change),
        Event::JobBegins { maintenance } => life.job_begins(maintenance),
        Event::JobEnds => life.job_ends(),
        Event::InstanceEnds => life.strike(),
        Event::Crash => life.crash(),
    }
}

/// What runs, and where visitors are led, is what the row asks for; or what was proved, where that was refused.
fn is_reached(life: &Life) -> Result<(), TestCaseError> {
    let running = life.world.instance.as_ref().filter(|instance| instance.is_running());
    let Some(row) = &life.row else {
        prop_assert!(running.is_none() && life.world.route.is_none());
        return Ok(());
    };
    prop_assert_eq!(row.project.generation, row.project.observed_generation);
    let upstream = life.world.route.as_ref().and_then(|route| route.upstream.clone());
    if row.project.desired_state == DesiredState::Stopped {
        prop_assert_eq!(
            (running.is_none(), upstream, row.project.status),
            (true, None, ProjectStatus::Stopped)
        );
        return Ok(());
    }
    let refused = row.project.env.keys().any(|name| name.as_str() == REFUSED);
    if !refused && row.project.status == ProjectStatus::Failed {
        prop_assert_eq!(life.struck, Some(row.project.generation), "it failed without a reason");
        return Ok(());
    }
    let wanted = if refused { row.running.clone().map(|proved| proved.content) } else { Some(row.content()) };
    prop_assert_eq!(row.project.status, if refused { ProjectStatus::Failed } else { ProjectStatus::Running });
    let made_of = running.and(life.world.content.clone());
    prop_assert_eq!(made_of.map(|it| (it.env, it.restarts)), wanted.map(|it| (it.env, it.restarts)));
    if let Some(InstanceSeen { address, .. }) = running {
        prop_assert_eq!(upstream.as_ref(), Some(address));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_interleaving_ends_at_what_was_asked_for_or_at_what_was_proved(events in prop::collection::vec(event(), 1..60)) {
        let mut life = Life::created();
        for event in &events {
            happen(&mut life, *event);
        }
        life.job_ends();
        for _ in 0..60 {
            if life.is_quiet() {
                break;
            }
            life.tick(How::Whole);
        }
        prop_assert!(life.is_quiet(), "still {:?}", life.planned());
        prop_assert!(life.operations.iter().all(|it| it.status.is_over()), "{:?}", life.operations);
        prop_assert!(life.begun.is_sorted(), "a step of a plan began after its successor: {:?}", life.begun);
        is_reached(&life)?;
    }
}

#[test]
fn a_change_that_fails_returns_to_the_last_revision_that_was_proved() {
    let mut life = Life::created();
    let settle = |life: &mut Life| {
        while !life.is_quiet() {
            life.tick(How::Whole);
        }
    };
    settle(&mut life);
    life.command(Change::Mark(1));
    settle(&mut life);
    let proved = life.row.as_ref().unwrap().running.clone().unwrap();
    assert_eq!(proved.number, 2);
    life.command(Change::Refused(2));
    settle(&mut life);
    let row = life.row.as_ref().unwrap();
    assert_eq!((row.project.status, row.running.clone()), (ProjectStatus::Failed, Some(proved.clone())));
    assert_eq!(life.world.content, Some(proved.content));
    let ends: Vec<OperationStatus> = life.operations.iter().map(|it| it.status).collect();
    let (failed, returned) = (OperationStatus::Failed, OperationStatus::Succeeded);
    assert_eq!(ends[2..], [failed, returned], "the return is an operation of its own");
    life.strike();
    settle(&mut life);
    assert!(life.world.instance.as_ref().is_some_and(InstanceSeen::is_running), "it stays supervised");
}
