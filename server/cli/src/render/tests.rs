//! The texts, as a person sees them.

mod events;
mod fixtures;

use fixtures::{NOW, database_server, fleet, operation, project, running};
use insta::assert_snapshot;
use model::fleet::UnreadableRow;
use model::{
    Difference, FieldError, FirstAdmin, InstanceDifference, Invalid, Observed, OperationStatus, Orphan, Page,
    PartState, Problem, ProblemKind, ProjectStatus, Removal, StepStatus,
};
use time::Duration;

use super::*;

#[test]
fn times_are_relative_until_they_are_old() {
    let ago = |seconds| words::ago(NOW - Duration::seconds(seconds), NOW);
    let told: Vec<String> = [-5, 0, 1, 59, 60, 3_599, 3_600, 86_399, 86_400, 5_184_000].map(ago).into();
    let expected =
        ["now", "now", "1 s ago", "59 s ago", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "1 d ago"];
    assert_eq!(told[..9], expected);
    assert_eq!(told[9], "2025-11-03");
}

#[test]
fn durations_have_units_and_no_more_digits_than_matter() {
    let cases = [(0, "0.0 s"), (449, "0.4 s"), (9_999, "9.9 s"), (10_000, "10 s"), (200_000, "3 min 20 s")];
    for (milliseconds, expected) in cases {
        assert_eq!(words::took(Duration::milliseconds(milliseconds)), expected);
    }
    assert_eq!(words::took(Duration::minutes(125)), "2 h 5 min");
    assert_eq!(words::took(Duration::seconds(-1)), "0.0 s", "clocks differ");
}

#[test]
fn nothing_from_outside_moves_the_cursor() {
    assert_eq!(plain("a\u{1b}[2Jb\r\u{7}\u{202e}c\nd\te"), "a\\u{1b}[2Jb\\r\\u{7}\\u{202e}c d\te");
    let mut named = running("crm");
    named.display_name = "CRM\u{1b}]0;x\u{7}".into();
    assert!(!project::page(&named, None, NOW).contains(['\u{1b}', '\u{7}']));
}

#[test]
fn a_project_that_is_well() {
    assert_snapshot!(project::page(&running("crm"), Some(&fleet(Vec::new())), NOW));
}

#[test]
fn class_and_labels_are_shown_of_a_project_and_in_a_wide_list() {
    let mut labelled = running("crm");
    labelled.class = model::ProjectClass::Staging;
    labelled.labels = serde_json::from_str(r#"{"team": "shop", "on-call": ""}"#).unwrap();
    let page = project::page(&labelled, None, NOW);
    assert!(page.contains("staging\n") && page.contains("on-call=, team=shop\n"), "{page}");
    let list = project::wide_rows(&[labelled, running("blog")], NOW);
    let ends = |line: usize, end: &str| list.lines().nth(line).unwrap().trim_end().ends_with(end);
    assert!(ends(0, "CLASS       LABELS") && ends(1, "production  -"), "{list}");
    assert!(ends(2, "staging     on-call=, team=shop"), "{list}");
    assert!(!project::rows(&[running("blog")], NOW).contains("CLASS"));
}

#[test]
fn a_project_that_is_not() {
    let mut failed = project("shop");
    failed.status = ProjectStatus::Failed;
    failed.observed_generation = failed.generation;
    failed.reconciliation.differences = vec![Difference::Instance(InstanceDifference::Absent)];
    let problem =
        Problem::new(ProblemKind::Refused, "The server refuses the schema", "Choose another commit.");
    failed.problem = Some(Problem { log: vec!["error: no model".into(), "exit".into()], ..problem });
    assert_snapshot!(project::page(&failed, None, NOW));
}

#[test]
fn a_stand_in_is_said_plainly_also_when_nothing_runs() {
    let mut whole = fleet(Vec::new());
    whole.standin = true;
    assert!(project::page(&project("crm"), Some(&whole), NOW).contains(project::STANDIN));
    assert!(fleet::page(&whole, NOW).contains(project::STANDIN));
    let mut standin = running("crm");
    if let Observed::Present(seen) = &mut standin.observed.facts.ready {
        seen.standin = true;
    }
    assert!(project::page(&standin, None, NOW).contains(project::STANDIN));
    assert!(!project::page(&running("crm"), None, NOW).contains("STAND-IN"));
}

#[test]
fn a_fleet_shows_its_worst_first() {
    let mut down = running("zeta");
    down.reconciliation.differences = vec![Difference::NotReady];
    down.observed.facts.instance = Observed::Absent;
    down.observed.facts.ready = Observed::Absent;
    let mut whole = fleet(vec![running("alpha"), project("beta"), down]);
    whole.parts[1].state =
        PartState::Away { reason: "connection refused; start it".into(), since: NOW - Duration::minutes(3) };
    whole.parts[1].missing =
        vec!["Before Caddy 2.7 every change of a route closes the WebSockets of all projects.".into()];
    whole
        .unreadable
        .push(UnreadableRow { id: "gamma".into(), reason: "hostname: \"x\" has one label".into() });
    assert_snapshot!(fleet::page(&whole, NOW));
}

#[test]
fn a_database_server_shows_its_sums_its_projects_and_what_is_missing() {
    let mut unseen = database_server();
    unseen.name = "us".parse().unwrap();
    unseen.seen = None;
    unseen.projects.clear();
    unseen.state = PartState::Away { reason: "connection refused".into(), since: NOW };
    assert_snapshot!(database_server::list(&Page::whole(vec![database_server(), unseen])));
}

#[test]
fn an_empty_list_says_what_to_do() {
    assert!(project::rows::<model::Project>(&[], NOW).contains("atomoctl project create"));
    assert!(lists::repositories(&Page::whole(Vec::new()), NOW).contains("atomoctl repository add"));
}

#[test]
fn a_list_says_where_it_goes_on() {
    let page = Page { items: vec![operation(OperationStatus::Running)], next_cursor: Some("42".into()) };
    assert_snapshot!(operation::list(&page, "operation list --project crm", NOW));
}

#[test]
fn an_operation_that_failed() {
    let mut failed = operation(OperationStatus::Failed);
    failed.steps[1].status = StepStatus::Failed;
    failed.steps[1].note = Some("Postgres refused the role.".into());
    failed.steps[1].attempts = 3;
    failed.problem = Some(Problem::unavailable("postgres", "It refuses connections. Start it."));
    assert_snapshot!(operation::page(&failed, NOW));
}

#[test]
fn only_what_moved_is_a_line() {
    let before = operation(OperationStatus::Running).steps;
    let mut after = before.clone();
    assert_eq!(
        operation::changes(&[], &before),
        ["✓ 1/3 Create secrets: done in 0.4 s", "~ 2/3 Create role and database: running"]
    );
    assert!(operation::changes(&before, &after).is_empty());
    after[1].attempts = 2;
    after[2].note = Some("waits for the gateway.".into());
    assert_eq!(
        operation::changes(&before, &after),
        [
            "~ 2/3 Create role and database: running, try 2",
            "· 3/3 Write the schema file: waiting (waits for the gateway)",
        ]
    );
}

#[test]
fn a_fleet_tells_of_backups_that_need_a_person() {
    let mut whole = fleet(vec![running("alpha")]);
    whole.backup_faults = vec![model::BackupFault {
        project_id: "alpha".parse().unwrap(),
        kind: model::BackupFaultKind::Overdue,
        what: "The newest verified backup is 3 d old".into(),
        since: NOW - Duration::hours(2),
        verified_at: Some(NOW - Duration::days(3)),
        operation_id: None,
    }];
    let page = fleet::page(&whole, NOW);
    let line = page.lines().find(|line| line.contains("The newest verified backup is 3 d old")).unwrap();
    assert!(
        line.starts_with("alpha") && line.contains("2 h") && line.contains("atomoctl backup list alpha"),
        "{line}"
    );
}

#[test]
fn a_change_of_the_fleet_is_a_line() {
    let before = fleet(vec![running("alpha"), running("beta")]);
    let mut stopped = running("beta");
    stopped.observed.facts.ready = Observed::Absent;
    let mut after = fleet(vec![stopped, project("gamma")]);
    after.parts[0].state = PartState::Away { reason: "refused".into(), since: NOW };
    assert_snapshot!(fleet::changes(&before, &after).join("\n"));
    assert!(fleet::changes(&after, &after).is_empty());
}

#[test]
fn every_wrong_field_has_one_line_with_what_is_accepted() {
    let commit = FieldError::new("schema_ref.ref", Invalid::new("\"main\" is a branch.", "a full commit id"));
    let id = FieldError::new("id", Invalid::new("\"api\" is reserved.", "another id"));
    let problem = Problem::invalid(vec![id, commit.suggest("0123456789012345678901234567890123456789")]);
    assert_snapshot!(problem::text(&problem));
}

#[test]
fn who_is_not_logged_in_is_told_how() {
    let problem = Problem::new(ProblemKind::Unauthenticated, "Not logged in", "The token has ended.");
    let problem = Problem { request_id: Some("r-1".into()), ..problem };
    assert_snapshot!(problem::text(&problem));
}

#[test]
fn a_project_that_is_down_says_since_when_and_whether_the_admins_password_was_shown() {
    let mut down = running("crm");
    down.observed.facts.instance = Observed::Absent;
    down.observed.facts.ready = Observed::Absent;
    down.health_since = Some(NOW - Duration::minutes(5));
    down.first_admin = Some(FirstAdmin { email: "ines@crm.example".parse().unwrap(), shown_at: None });
    let page = project::page(&down, None, NOW);
    assert!(page.contains("down, since 5 min ago"), "{page}");
    assert!(
        page.contains("ines@crm.example, password not shown yet: atomoctl project admin-password crm"),
        "{page}"
    );
    assert!(project::rows(&[down.clone()], NOW).contains("down, since 5 min ago"));

    down.first_admin.as_mut().unwrap().shown_at = Some(NOW - Duration::days(3));
    let page = project::page(&down, None, NOW);
    assert!(page.contains("ines@crm.example, password shown 3 d ago"), "{page}");
    assert!(!project::page(&running("crm"), None, NOW).contains("First admin"));
}

#[test]
fn an_orphan_that_is_being_removed_says_how_far_that_is() {
    let mut job = operation(OperationStatus::Waiting);
    job.problem = Some(Problem::unavailable("driver", "It does not answer."));
    let left = |removal| Orphan { id: "left".parse().unwrap(), instance: None, hosts: Vec::new(), removal };
    let list = lists::orphans(&Page::whole(vec![left(Some(Removal::from(&job))), left(None)]), NOW);
    let how_far = "1 of 3 steps done, next: Create role and database. Waiting: The driver of the instances does not answer";
    let removal = format!("{how_far} (atomoctl operation wait {})", job.id);
    assert!(list.lines().nth(1).unwrap().ends_with(&removal), "{list}");
    assert!(list.lines().nth(2).unwrap().trim_end().ends_with(" -"), "{list}");
}

#[test]
fn a_fleet_lists_causes_and_what_is_tried_next() {
    let mut silent = running("shop");
    silent.observed.facts.ready = Observed::Absent;
    let mut failed = running("zeta");
    failed.status = ProjectStatus::Failed;
    failed.health_since = Some(NOW - Duration::minutes(9));
    let operation = operation(OperationStatus::Failed).id;
    let problem =
        Problem::new(ProblemKind::Refused, "Crashed 10 times in 4 min, last by signal 9", "It ended.");
    failed.problem = Some(Problem { operation: Some(operation), ..problem });
    failed.reconciliation.next_attempt_at = Some(NOW + Duration::minutes(5));
    let mut whole = fleet(vec![failed, silent, running("alpha")]);
    whole.parts[0].state =
        PartState::Away { reason: "connection refused".into(), since: NOW - Duration::minutes(3) };
    let page = fleet::page(&whole, NOW);
    let lines: Vec<Vec<&str>> = page
        .lines()
        .skip_while(|line| !line.starts_with("NEEDS ATTENTION"))
        .take(3)
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    let outage =
        "Does not answer; 3 projects depend on it, 1 of them unhealthy because of it: shop, zeta, alpha";
    assert_eq!(
        lines[1],
        ["Postgres", outage, "3 min ago", "checked every few seconds", "atomoctl database-server list"]
    );
    let show = format!("atomoctl operation show {operation}");
    let crashed = "Crashed 10 times in 4 min, last by signal 9";
    assert_eq!(lines[2], ["zeta", crashed, "9 min ago", "in 5 min", &show]);
    assert!(!fleet::page(&fleet(vec![running("alpha")]), NOW).contains("NEEDS ATTENTION"));
}

#[test]
fn the_log_of_a_problem_is_parsed_and_a_single_error_is_said_once() {
    let problem = Problem::new(ProblemKind::Refused, "The instance refused to start", "It ended.");
    let line =
        r#"{"timestamp":"2026-01-02T03:04:05Z","level":"ERROR","fields":{"message":"no table","id":7}}"#;
    let problem = Problem { log: vec![line.into(), "Error: 1".into()], ..problem };
    assert!(
        problem::text(&problem).ends_with("\n  | 03:04:05 ERROR no table id=7\n  | Error: 1"),
        "{problem}"
    );
    let single = Problem::field("id", "The project crm exists already.", "an id that no project has");
    assert_eq!(
        problem::text(&single),
        "Error: The project crm exists already.\nNothing was changed. Accepted for id: an id that no project has."
    );
}
