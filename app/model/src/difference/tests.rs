//! What differs is said with its data, and sync and table say the same.

use time::OffsetDateTime;

use super::*;
use crate::state::ReachSeen;
use crate::{
    ByteSize, CommitSha, DesiredState, EdgePolicy, Exit, Limits, Observation, ReleaseSeen, SchemaRef,
};

const ADDRESS: &str = "127.0.0.1:4000";
const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn commit(digit: &str) -> CommitSha {
    digit.repeat(40).parse().unwrap()
}

fn schema() -> SchemaRef {
    SchemaRef::Git {
        repo: "https://example.test/x".parse().unwrap(),
        path: "schema.ts".parse().unwrap(),
        r#ref: commit("a"),
    }
}

fn project() -> Project {
    Project {
        schema_ref: schema(),
        upstream: Some(ADDRESS.into()),
        observed: Observation { facts: as_desired(), ..Observation::nothing(NOW) },
        created_at: NOW,
        updated_at: NOW,
        ..Project::sample("shop")
    }
}

fn as_desired() -> ObservationFacts {
    let host: Hostname = "shop.example.test".parse().unwrap();
    let route = RouteSeen {
        hosts: vec![host.clone()],
        upstream: Some(ADDRESS.into()),
        edge: Some(EdgePolicy::default()),
    };
    ObservationFacts {
        instance: Observed::Present(instance()),
        ready: Observed::Present(ReleaseSeen {
            version: "1".into(),
            commit: None,
            standin: false,
            models_digest: String::new(),
            models: 1,
        }),
        database: Observed::Present(DatabaseSeen::default()),
        schema: Observed::Present(commit("a")),
        route: Observed::Present(route),
        reached: Observed::Present(ReachSeen { address: ADDRESS.into(), hosts: vec![host] }),
        ..ObservationFacts::default()
    }
}

fn instance() -> InstanceSeen {
    InstanceSeen {
        digest: "wanted".into(),
        release: "/atomo-server".into(),
        limits: Some(Limits::default().instance),
        address: ADDRESS.into(),
        pid: None,
        started_at: NOW,
        exit: None,
    }
}

fn found(change: impl FnOnce(&mut Project)) -> (Vec<Difference>, Project) {
    let mut project = project();
    change(&mut project);
    let desired = Desired {
        goal: if project.desired_state == DesiredState::Running { Goal::Run } else { Goal::Stop },
        project: &project,
        due: false,
        digest: Some("wanted"),
        address: Some(ADDRESS),
        database_oid: Some(DatabaseOid::new(7)),
        former_hostnames: &[],
    };
    let differences = differences(&desired, &project.observed.facts);
    project.reconciliation.differences.clone_from(&differences);
    (differences, project)
}

#[test]
fn what_is_as_desired_differs_in_nothing() {
    let (differences, project) = found(|_| {});
    assert_eq!(differences, []);
    assert_eq!(project.sync(), Sync::Synced);
    assert!(compare(&project).iter().all(|level| level.same() == Some(true)));
}

#[test]
fn every_difference_is_on_a_line_of_the_table_and_a_drift() {
    let (differences, project) = found(|project| {
        project.limits.instance.memory = ByteSize::mib(64).try_into().unwrap();
        project.observed.facts.schema = Observed::Present(commit("b"));
        project.observed.facts.ready = Observed::Absent;
        project.observed.facts.route = Observed::Absent;
        project.observed.facts.database = Observed::Absent;
    });
    assert_eq!(differences.len(), 5, "{differences:?}");
    assert_eq!(project.sync().drifts().len(), 5);
    let lines = compare(&project);
    let told: usize = lines.iter().map(|line| line.differences.len()).sum();
    assert_eq!(told, 5, "{lines:?}");
    for line in lines {
        assert_eq!(line.same() == Some(false), !line.differences.is_empty());
    }
}

#[test]
fn a_project_that_was_stopped_before_its_create_finished_is_what_was_asked_for() {
    let (differences, project) = found(|project| {
        (project.desired_state, project.upstream) = (DesiredState::Stopped, None);
        project.observed.facts = ObservationFacts {
            instance: Observed::Absent,
            ready: Observed::Absent,
            database: Observed::Absent,
            schema: Observed::Absent,
            route: Observed::Absent,
            ..ObservationFacts::default()
        };
    });
    assert_eq!(differences, []);
    assert_eq!(project.sync(), Sync::Synced);
}

#[test]
fn what_cannot_be_observed_is_unknown_and_no_difference() {
    let (differences, project) = found(|project| project.observed = Observation::nothing(NOW));
    assert_eq!(differences, []);
    assert_eq!(project.sync(), Sync::Unknown);
}

#[test]
fn a_database_of_another_identity_is_named_and_one_of_unknown_identity_is_not() {
    let seen = |oid: u32| {
        Observed::Present(DatabaseSeen { oid: Some(DatabaseOid::new(oid)), ..DatabaseSeen::default() })
    };
    let (differences, project) = found(|project| project.observed.facts.database = seen(9));
    let reason = "Another database stands under the name proj_shop: OID 9 instead of 7";
    assert_eq!(differences.iter().map(Difference::reason).collect::<Vec<_>>(), [reason]);
    assert_eq!(project.sync().drifts()[0].level, Level::Database);
    assert_eq!(found(|project| project.observed.facts.database = seen(7)).0, []);
    let unknown = Observed::Present(DatabaseSeen::default());
    assert_eq!(found(|project| project.observed.facts.database = unknown).0, []);
}

#[test]
fn a_difference_survives_json() {
    let exit = Exit { code: Some(1), signal: None, out_of_memory: None, at: NOW };
    for difference in [
        Difference::Instance(InstanceDifference::Ended(exit)),
        Difference::Instance(InstanceDifference::Hangs),
        Difference::ConnectionLimit { desired: 7, observed: 9 },
        Difference::SchemaFile { desired: commit("a"), observed: None },
        Difference::Unverified,
    ] {
        let json = serde_json::to_string(&difference).unwrap();
        assert_eq!(serde_json::from_str::<Difference>(&json).unwrap(), difference, "{json}");
        assert!(!difference.reason().ends_with('.'));
    }
}
