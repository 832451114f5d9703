//! One outage is one entry, and explains no more than follows from it.

use time::OffsetDateTime;
use time::macros::datetime;

use crate::attention::{Cause, causes};
use crate::state::RouteSeen;
use crate::{
    BackupFault, BackupFaultKind, DesiredState, Difference, Health, InstanceSeen, Observed, Part, PartKind,
    PartState, Problem, ProblemKind, Project, ProjectStatus, ReleaseSeen,
};

const AT: OffsetDateTime = datetime!(2026-11-30 01:00 UTC);

fn away(kind: PartKind, server: Option<&str>) -> Part {
    Part {
        kind,
        database_server: server.map(|server| server.parse().unwrap()),
        name: "it".into(),
        missing: Vec::new(),
        state: PartState::Away { reason: "no answer".into(), since: AT },
    }
}

/// A project that answers through the gateway.
fn well(id: &str) -> Project {
    let mut project = Project::sample(id);
    let facts = &mut project.observed.facts;
    facts.instance = Observed::Present(InstanceSeen {
        digest: "wanted".into(),
        release: "/atomo-server".into(),
        limits: None,
        address: "127.0.0.1:4000".into(),
        pid: None,
        started_at: AT,
        exit: None,
    });
    facts.ready = Observed::Present(ReleaseSeen {
        version: "1".into(),
        commit: None,
        standin: false,
        models_digest: String::new(),
        models: 1,
    });
    project
}

fn silent(id: &str) -> Project {
    let mut project = well(id);
    project.observed.facts.ready = Observed::Absent;
    project
}

fn failed(id: &str) -> Project {
    let problem = Problem::new(ProblemKind::Refused, "The schema is refused", "Line 3.");
    Project { status: ProjectStatus::Failed, problem: Some(problem), ..silent(id) }
}

/// The backups of every project whose name begins with `unproved` are overdue.
fn faults(projects: &[Project]) -> Vec<BackupFault> {
    let old = projects.iter().filter(|project| project.id.as_str().starts_with("unproved"));
    old.map(|project| BackupFault {
        project_id: project.id.clone(),
        kind: BackupFaultKind::Overdue,
        what: "There is no verified backup".into(),
        since: OffsetDateTime::UNIX_EPOCH,
        verified_at: None,
        operation_id: None,
    })
    .collect()
}

/// Every entry as text: the part with those that are ill because of it and the others, or the project.
fn entries(projects: &[Project], parts: &[Part]) -> Vec<String> {
    let names =
        |of: &[&Project]| of.iter().map(|project| project.id.to_string()).collect::<Vec<_>>().join(" ");
    let text = |cause| match cause {
        Cause::Outage(outage) => {
            format!("{}: {} | {}", outage.part.title(), names(&outage.ill), names(&outage.others))
        }
        Cause::Project(project, _) => project.id.to_string(),
        Cause::Backup(project, _) => format!("backups of {}", project.id),
        Cause::Drift(project, finding) => format!("{} of {}", finding.level, project.id),
        Cause::Rollout(rollout) => format!("rollout {}", rollout.id),
        Cause::Proposal(project, proposal) => format!("{} of {}", proposal.what(), project.id),
    };
    causes(projects, parts, &faults(projects), &[]).into_iter().map(text).collect()
}

#[test]
fn postgres_explains_the_projects_on_its_server_that_do_not_answer() {
    let on_eu = |project: Project| Project { database_server: "eu".into(), ..project };
    let stopped = Project { desired_state: DesiredState::Stopped, ..well("old") };
    let projects =
        [on_eu(failed("crm")), on_eu(silent("shop")), silent("docs"), on_eu(well("wiki")), stopped];
    let parts = [away(PartKind::Postgres, Some("eu"))];
    assert_eq!(entries(&projects[..4], &parts), ["Postgres eu: shop | crm wiki", "crm", "docs"]);
    assert_eq!(entries(&projects, &[away(PartKind::Postgres, None)])[0], "Postgres: shop docs | crm wiki");
}

#[test]
fn the_driver_explains_what_could_not_be_observed() {
    let projects = [Project::sample("crm"), silent("shop")];
    assert_eq!(entries(&projects, &[away(PartKind::Driver, None)]), ["The driver: crm | ", "shop"]);
    let parts = [Part { state: PartState::Up, ..away(PartKind::Driver, None) }];
    assert_eq!(entries(&projects, &parts), ["crm", "shop"]);
}

#[test]
fn the_gateway_explains_routes_and_requests_that_did_not_come_through() {
    let mut lost = well("lost");
    lost.observed.facts.route = Observed::Absent;
    let unreached = Problem { part: Some("gateway".into()), ..Problem::unavailable("gateway", "502") };
    let unreached = Project { problem: Some(unreached), ..well("unreached") };
    let refused = Problem { part: Some("gateway".into()), ..failed("any").problem.unwrap() };
    let refused = Project { problem: Some(refused), ..well("refused") };
    let mut rerouted = well("rerouted");
    let route = RouteSeen { hosts: Vec::new(), upstream: None, edge: None };
    rerouted.reconciliation.differences = vec![Difference::Route { observed: Some(route) }];
    let projects = [lost, unreached, refused, silent("shop"), rerouted];
    assert_eq!(projects[0].health(), Health::Degraded);
    let entries = entries(&projects, &[away(PartKind::Gateway, None)]);
    assert_eq!(entries, ["The gateway: lost unreached rerouted | refused shop", "refused", "shop"]);
}

#[test]
fn the_secret_store_explains_what_cannot_start() {
    let mut ended = silent("ended");
    ended.observed.facts.instance = Observed::Absent;
    let starting = Project { status: ProjectStatus::Provisioning, ..ended.clone() };
    let starting = Project { id: "starting".parse().unwrap(), ..starting };
    let projects = [ended, silent("shop"), starting, well("wiki")];
    assert_eq!(
        entries(&projects, &[away(PartKind::Secrets, None)]),
        ["The secret store: ended | starting", "shop"]
    );
}

#[test]
fn an_outage_without_projects_is_an_entry_and_two_outages_are_two() {
    assert_eq!(entries(&[], &[away(PartKind::Gateway, None)]), ["The gateway:  | "]);
    let parts = [away(PartKind::Driver, None), away(PartKind::Postgres, None)];
    let projects = [Project::sample("crm")];
    assert_eq!(entries(&projects, &parts), ["The driver: crm | ", "Postgres:  | crm"]);
}

#[test]
fn an_outage_is_summed_up_with_the_first_names() {
    let mut projects: Vec<Project> = ["crm", "docs", "shop", "wiki"].map(well).into();
    projects[2] = silent("shop");
    let parts = [away(PartKind::Postgres, None)];
    let summary = |projects: &[Project]| match &causes(projects, &parts, &[], &[])[0] {
        Cause::Outage(outage) => outage.summary(2),
        Cause::Project(..)
        | Cause::Backup(..)
        | Cause::Drift(..)
        | Cause::Rollout(..)
        | Cause::Proposal(..) => {
            panic!("no outage")
        }
    };
    assert_eq!(
        summary(&projects),
        "4 projects depend on it, 1 of them unhealthy because of it: shop, crm and 2 more"
    );
    assert_eq!(summary(&projects[..1]), "1 project depends on it: crm");
    assert_eq!(summary(&projects[2..3]), "1 project depends on it, unhealthy because of it: shop");
    assert_eq!(summary(&[]), "no project depends on it now");
}

#[test]
fn backups_are_told_unless_their_database_server_is_away() {
    let on_eu = |project: Project| Project { database_server: "eu".into(), ..project };
    let projects = [well("unproved"), on_eu(well("unproved-eu"))];
    let parts = [away(PartKind::Postgres, Some("eu"))];
    assert_eq!(entries(&projects, &parts), ["Postgres eu:  | unproved-eu", "backups of unproved"]);
    let parts = [away(PartKind::Driver, None)];
    assert_eq!(
        entries(&projects, &parts)[1..],
        ["backups of unproved".to_owned(), "backups of unproved-eu".to_owned()]
    );
}
