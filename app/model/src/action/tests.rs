//! The table of roles and actions, and what grants cover.

use super::*;
use crate::{Grant, Grants, ProjectSet};

/// The document whose table is the one of the code.
const DOCUMENT: &str = include_str!("../../../../docs/authorisation.md");

fn table() -> String {
    let mut lines = vec![
        "| action | to | on | viewer | backup operator | deployer | admin | owner |".to_owned(),
        "|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for action in Action::ALL {
        let on = match action.scope() {
            Scope::Project => "projects",
            Scope::Fleet => "the fleet",
            Scope::Anywhere => "any grant",
        };
        let cells = Role::ALL.map(|role| if allows(role, *action) { "yes" } else { "-" }).join(" | ");
        lines.push(format!("| `{action}` | {} | {on} | {cells} |", action.doing()));
    }
    lines.join("\n")
}

#[test]
fn the_table_is_the_one_of_the_document() {
    let table = table();
    assert!(DOCUMENT.contains(&table), "docs/authorisation.md has another table than the code:\n\n{table}\n");
}

#[test]
fn an_owner_may_do_everything_and_a_viewer_changes_nothing() {
    for action in Action::ALL {
        assert!(allows(Role::Owner, *action), "{action}");
        let word = action.as_str();
        let reads = word.split_once('.').is_some_and(|(noun, verb)| verb == "view" || noun == "token");
        assert!(reads || !allows(Role::Viewer, *action), "{action}");
    }
}

#[test]
fn every_word_is_one_of_its_own_and_is_read_back() {
    for action in Action::ALL {
        assert_eq!(action.as_str().parse::<Action>().unwrap(), *action);
    }
    assert!("project.explode".parse::<Action>().is_err());
}

#[test]
fn a_grant_covers_its_projects_and_a_grant_on_some_never_the_fleet() {
    let (shop, blog) = ("shop".parse().unwrap(), "blog".parse().unwrap());
    let on_shop = Grants::one(Role::Owner, ProjectSet::Only([ProjectId::clone(&shop)].into()));
    let on_all = Grants::one(Role::Viewer, ProjectSet::All);

    assert!(on_shop.allow(Action::ProjectStop, Target::Project(&shop)));
    assert!(!on_shop.allow(Action::ProjectStop, Target::Project(&blog)));
    assert!(!on_shop.allow(Action::ProjectView, Target::Fleet));
    assert!(!on_shop.allow(Action::GatewayEdge, Target::Fleet));
    assert!(on_shop.allow(Action::FleetView, Target::Anywhere));
    assert!(on_all.allow(Action::GatewayView, Target::Fleet));
    assert!(!on_all.allow(Action::ProjectStop, Target::Project(&shop)));
    assert!(!Grants::default().allow(Action::FleetView, Target::Anywhere));
}

#[test]
fn an_action_of_the_fleet_is_not_granted_through_a_project() {
    let shop = "shop".parse().unwrap();
    for action in Action::ALL.iter().filter(|action| action.scope() == Scope::Fleet) {
        assert!(!Grants::everything().allow(*action, Target::Project(&shop)), "{action}");
        assert!(!Grants::everything().allow(*action, Target::Anywhere), "{action}");
    }
}

#[test]
fn roles_of_several_grants_are_not_added_up_across_projects() {
    let (shop, blog): (ProjectId, ProjectId) = ("shop".parse().unwrap(), "blog".parse().unwrap());
    let grants = Grants::new(vec![
        Grant { role: Role::Deployer, projects: ProjectSet::Only([shop.clone()].into()) },
        Grant { role: Role::Viewer, projects: ProjectSet::All },
    ]);

    assert!(grants.allow(Action::ProjectStop, Target::Project(&shop)));
    assert!(!grants.allow(Action::ProjectStop, Target::Project(&blog)));
    assert!(grants.allow(Action::ProjectView, Target::Project(&blog)));
}

#[test]
fn an_edit_performs_the_action_of_every_part_that_it_changes() {
    let nothing = ProjectPatch::default();
    let limits = ProjectPatch { pool_size: Some(4), ..ProjectPatch::default() };
    let both =
        ProjectPatch { hostname: Some("a.example".into()), release: Some(String::new()), ..limits.clone() };

    assert_eq!(nothing.actions(), [Action::ProjectEdit]);
    assert_eq!(limits.actions(), [Action::ProjectLimits]);
    assert_eq!(both.actions(), [Action::ProjectEdit, Action::ProjectRelease, Action::ProjectLimits]);
}
