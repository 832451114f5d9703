//! From whatever is seen, the plan leads to what is wanted, and stops there.

use control_plane::testing::driver::FakeDriver;
use control_plane::testing::driver::assigned::AssignedDriver;
use model::state::{DatabaseSeen, RouteSeen};
use model::{DesiredState, InstanceSeen, ObservationFacts, Observed, Step};
use proptest::prelude::*;
use time::OffsetDateTime;

use super::simulator::{Simulated, WANTED, exit, instance, release};

const ADDRESSES: [&str; 2] = ["127.0.0.1:4000", "127.0.0.1:4001"];

fn observed<T: Clone + std::fmt::Debug + 'static>(
    present: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Observed<T>> {
    prop_oneof![Just(Observed::Absent), Just(Observed::Unknown), present.prop_map(Observed::Present)]
}

fn an_instance() -> impl Strategy<Value = InstanceSeen> {
    let digest = prop_oneof![Just(WANTED), Just("another")];
    (digest, prop::sample::select(&ADDRESSES[..]), any::<bool>()).prop_map(|(digest, address, ended)| {
        let mut instance = instance(digest, address);
        instance.exit = ended.then(exit);
        instance
    })
}

fn a_route() -> impl Strategy<Value = RouteSeen> {
    let hosts =
        prop::sample::subsequence(vec!["shop.example.test", "old.example.test", "alien.example.test"], 0..=3);
    let upstream = prop::option::of(prop::sample::select(&ADDRESSES[..]).prop_map(str::to_owned));
    let edge = prop::option::of(Just(model::EdgePolicy::default()));
    (hosts, upstream, edge).prop_map(|(hosts, upstream, edge)| RouteSeen {
        hosts: hosts.into_iter().map(|host| host.parse().unwrap()).collect(),
        upstream,
        edge,
    })
}

fn an_observation() -> impl Strategy<Value = ObservationFacts> {
    let commit = prop_oneof![Just("a"), Just("b")].prop_map(|digit| digit.repeat(40).parse().unwrap());
    let database = Just(DatabaseSeen::default());
    (
        observed(an_instance()),
        observed(Just(release())),
        observed(database),
        observed(commit),
        observed(a_route()),
    )
        .prop_map(|(instance, ready, database, schema, route)| ObservationFacts {
            instance,
            ready,
            database,
            schema,
            route,
            reached: Observed::Unknown,
            hangs: false,
            file: None,
            replace_for_limits: None,
        })
}

fn anything() -> impl Strategy<Value = Simulated> {
    let wanted = (any::<bool>(), prop::bool::weighted(0.1), any::<bool>(), any::<bool>());
    let driver = prop::sample::select(vec![FakeDriver::TRAITS, AssignedDriver::TRAITS]);
    let observed = (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    let place =
        (0_u8..=1, prop::option::of(prop::sample::select(&ADDRESSES[..])), any::<bool>(), any::<bool>());
    (an_observation(), wanted, place, driver, observed).prop_map(
        |(
            seen,
            (runs, goes, due, knows),
            (slot, upstream, proved, renamed),
            driver,
            (unreached, hangs, job),
        )| {
            let mut any = Simulated { seen, digest: knows.then_some(WANTED), driver, ..Simulated::running() };
            if unreached {
                any.seen.reached = Observed::Absent;
            }
            any.seen.hangs = hangs && any.seen.ready == Observed::Absent;
            let record = &mut any.record;
            record.exclusive_job = job.then(|| uuid::Uuid::from_u128(1).into());
            record.maintenance = job && runs;
            record.project.desired_state = if runs { DesiredState::Running } else { DesiredState::Stopped };
            record.delete_requested_at = goes.then_some(OffsetDateTime::UNIX_EPOCH);
            record.project.generation += i64::from(due);
            record.slot = slot;
            record.project.upstream = upstream.map(str::to_owned);
            record.project.schema_version = record.project.schema_version.take().filter(|_| proved);
            record.former_hostnames =
                renamed.then(|| "old.example.test".parse().unwrap()).into_iter().collect();
            any
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn three_rounds_lead_there_and_then_nothing_is_left(mut any in anything()) {
        let begun = any.clone();
        for _ in 0..3 {
            if any.gone || any.round().is_empty() {
                break;
            }
        }
        prop_assert!(any.gone || any.round().is_empty(), "still {:?} from {begun:#?}", any.plan());
        prop_assert!(any.gone || any.plan().is_empty(), "what was reached does not stay");
    }

    #[test]
    fn what_was_asked_for_is_there_in_the_end(any in anything()) {
        let mut any = any.asked(|_| {});
        for _ in 0..9 {
            if any.gone || any.round().is_empty() {
                break;
            }
        }
        prop_assume!(any.record.exclusive_job.is_none());
        let runs = any.seen.instance.present().is_some_and(InstanceSeen::is_running);
        prop_assert_eq!(runs, !any.gone && any.record.project.desired_state == DesiredState::Running);
        if runs {
            prop_assert_eq!(any.record.project.upstream.as_deref(), any.seen.instance.present().map(|it| it.address.as_str()));
            prop_assert_eq!(any.seen.route, super::simulator::route(&any.record));
        }
    }

    #[test]
    fn a_replaced_instance_stops_before_its_successor_starts(any in anything()) {
        let steps = any.plan();
        let place = |step| steps.iter().position(|other| *other == step);
        if let (Some(stop), Some(start)) = (place(Step::StopInstance), place(Step::EnsureInstance)) {
            prop_assert!(stop < start, "{steps:?}");
        }
    }

    #[test]
    fn there_is_something_to_do_exactly_when_something_differs(mut any in anything()) {
        for _ in 0..4 {
            prop_assert_eq!(any.plan().is_empty(), any.differences().is_empty(), "{:?}", any.differences());
            if any.gone || any.round().is_empty() {
                break;
            }
        }
    }

    #[test]
    fn a_job_that_holds_a_project_is_left_alone(mut any in anything()) {
        any.record.exclusive_job = Some(uuid::Uuid::from_u128(1).into());
        any.record.maintenance = false;
        prop_assert!(any.plan().is_empty());
        any.record.maintenance = true;
        let allowed = [Step::SyncRoute, Step::StopInstance];
        prop_assert!(any.plan().iter().all(|step| allowed.contains(step)), "{:?}", any.plan());
    }

    #[test]
    fn no_step_stands_twice_in_a_plan(any in anything()) {
        let steps = any.plan();
        let once: std::collections::HashSet<_> = steps.iter().collect();
        prop_assert_eq!(once.len(), steps.len());
    }
}
