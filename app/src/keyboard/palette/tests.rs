use model::{Action, Fleet, Project, ProjectClass};
use time::OffsetDateTime;

use super::{Target, search};

fn find(typed: &str, may: impl Fn(Action) -> bool) -> Vec<Target> {
    let labels = serde_json::from_str(r#"{"team": "sales"}"#).unwrap();
    let class = ProjectClass::Staging;
    let project = Project { display_name: "Customers".into(), labels, class, ..Project::sample("crm") };
    let fleet = Fleet {
        projects: vec![project.into()],
        parts: Vec::new(),
        backup_faults: Vec::new(),
        proposals: Vec::new(),
        drift: Vec::new(),
        rollouts: Vec::new(),
        standin: false,
        unreadable: Vec::new(),
        https_port: 443,
        at: OffsetDateTime::UNIX_EPOCH,
    };
    search(typed, &fleet, |action, _| may(action))
}

fn names(typed: &str) -> Vec<String> {
    find(typed, |_| true).into_iter().map(|target| target.name).collect()
}

#[test]
fn every_typed_word_must_be_found() {
    assert_eq!(names("OPER"), ["Operations"]);
    assert_eq!(names("create page"), ["Create project"]);
    assert!(names("create audit").is_empty());
    assert_eq!(names("customers"), ["crm"]);
    assert_eq!(names("team=sales restart"), ["Restart crm"]);
    assert_eq!(names("class:staging")[0], "crm");
}

#[test]
fn a_command_is_found_by_its_verb_and_its_project_and_is_confirmed() {
    let found = find("restart crm", |_| true);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].href.as_str(), found[0].guarded), ("/projects/crm/restart", true));
    assert!(names("").iter().all(|name| !name.starts_with("Restart")), "not before a word is typed");
}

#[test]
fn a_command_that_would_be_refused_is_not_found() {
    assert!(find("restart crm", |action| action != Action::ProjectRestart).is_empty());
    assert!(find("back up crm", |action| action != Action::BackupCreate).is_empty());
}

#[test]
fn a_backup_is_confirmed_from_the_palette() {
    let found = find("back up crm", |_| true);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].href.as_str(), found[0].guarded), ("/projects/crm/back-up", true));
    assert!(names("backups").contains(&"Backups".to_owned()));
}
