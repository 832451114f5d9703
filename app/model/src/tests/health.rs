//! Health of whatever is desired and observed: nothing unknown is ever called well.

use proptest::prelude::*;
use time::OffsetDateTime;

use crate::state::{DatabaseSeen, RouteSeen};
use crate::*;

fn observed<T: Clone + std::fmt::Debug + 'static>(
    present: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Observed<T>> {
    prop_oneof![Just(Observed::Absent), Just(Observed::Unknown), present.prop_map(Observed::Present)]
}

fn an_instance() -> impl Strategy<Value = InstanceSeen> {
    let now = OffsetDateTime::UNIX_EPOCH;
    let exit = prop::option::of(any::<i32>()).prop_map(move |code| {
        code.map(|code| Exit { code: Some(code), signal: None, out_of_memory: None, at: now })
    });
    exit.prop_map(move |exit| InstanceSeen {
        digest: "wanted".into(),
        release: "/atomo-server".into(),
        limits: None,
        address: "127.0.0.1:4000".into(),
        pid: None,
        started_at: now,
        exit,
    })
}

fn an_observation() -> impl Strategy<Value = ObservationFacts> {
    let release = ReleaseSeen {
        version: "1".into(),
        commit: None,
        standin: false,
        models_digest: String::new(),
        models: 1,
    };
    let hosts = prop::sample::subsequence(vec!["a.example.test", "b.example.test"], 0..=2);
    let route = hosts.prop_map(|hosts| RouteSeen {
        hosts: hosts.into_iter().map(|host| host.parse().unwrap()).collect(),
        upstream: None,
        edge: Some(EdgePolicy::default()),
    });
    let commit = prop_oneof![Just("a"), Just("b")].prop_map(|digit| digit.repeat(40).parse().unwrap());
    (
        observed(an_instance()),
        observed(Just(release)),
        observed(Just(DatabaseSeen::default())),
        observed(commit),
        observed(route),
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

prop_compose! {
    fn a_project()(
        facts in an_observation(),
        status in prop::sample::select(&ProjectStatus::ALL[..]),
        runs in any::<bool>(),
        troubled in any::<bool>(),
        twice in any::<bool>(),
        proved in any::<bool>(),
    ) -> Project {
        let commit: CommitSha = "a".repeat(40).parse().unwrap();
        let name: Hostname = "a.example.test".parse().unwrap();
        Project {
            hostname: Some(name.clone()),
            aliases: if twice { vec![name.clone(), name] } else { Vec::new() },
            schema_version: proved.then_some(commit),
            status,
            desired_state: if runs { DesiredState::Running } else { DesiredState::Stopped },
            observed: Observation { facts, ..Observation::nothing(OffsetDateTime::UNIX_EPOCH) },
            reconciliation: Reconciliation::default(),
            problem: troubled.then(|| Problem::not_found("it")),
            ..Project::sample("shop")
        }
    }
}

proptest! {
    #[test]
    fn healthy_is_only_what_was_seen_to_answer_without_trouble(project in a_project()) {
        let seen = &project.observed.facts;
        if project.health() == Health::Healthy {
            prop_assert_eq!(project.desired_state, DesiredState::Running);
            prop_assert_eq!(project.status, ProjectStatus::Running);
            prop_assert!(seen.instance.present().is_some() && seen.ready.present().is_some());
            prop_assert!(project.problem.is_none() && seen.route != Observed::Absent);
        }
    }

    #[test]
    fn what_failed_is_down_unless_it_still_answers(mut project in a_project()) {
        (project.desired_state, project.status) = (DesiredState::Running, ProjectStatus::Failed);
        let answers = project.observed.facts.ready.present().is_some();
        prop_assert_eq!(project.health(), if answers { Health::Degraded } else { Health::Down });
    }

    #[test]
    fn suspended_is_only_what_nobody_wants_to_run(project in a_project()) {
        if project.health() == Health::Suspended {
            prop_assert_eq!(project.desired_state, DesiredState::Stopped);
            prop_assert!(!project.observed.facts.instance.present().is_some_and(InstanceSeen::is_running));
            prop_assert!(!project.observed.facts.instance.is_unknown());
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_one_name(project in a_project()) {
        let names: Vec<&Hostname> = project.hosts().collect();
        let once: std::collections::BTreeSet<_> = names.iter().collect();
        prop_assert_eq!(names.len(), once.len());
        prop_assert_eq!(names.first().copied(), project.hostname.as_ref());
    }
}
