use model::{
    DesiredState, Difference, Hostname, Observation, Observed, Project, ProjectClass, ProjectStatus,
    state::RouteSeen,
};
use time::macros::datetime;

use super::{Filter, Show, Sort};
use crate::address::Query;

/// A project that was just created and not observed yet.
pub(in crate::fleet) fn project(id: &str) -> Project {
    let at = datetime!(2026-11-23 21:42:08 UTC);
    Project {
        display_name: format!("The {id}"),
        hostname: Some(format!("{id}.example.com").parse().unwrap()),
        observed_generation: 0,
        observed: Observation::nothing(at),
        created_at: at,
        updated_at: at,
        ..Project::sample(id)
    }
}

fn query(pairs: &[(&'static str, &str)]) -> Filter {
    let address = crate::address::with_query("", pairs);
    Filter::from_query(&Query::parse(address.trim_start_matches('?')))
}

fn ids(filter: &Filter, projects: &[Project]) -> Vec<String> {
    filter.apply(projects).iter().map(|project| project.id.to_string()).collect()
}

#[test]
fn the_address_says_what_is_shown() {
    assert_eq!(query(&[]), Filter::default());
    assert_eq!(
        query(&[("show", "ill"), ("sort", "project"), ("q", "crm")]),
        Filter { text: "crm".into(), show: Show::Ill, sort: Sort::Project, ..Filter::default() }
    );
    assert_eq!(query(&[("show", "nonsense"), ("sort", "nonsense")]), Filter::default());
}

#[test]
fn whatever_the_address_asks_for_it_says_again() {
    assert_eq!(Filter::default().address(), "/");
    let all = Filter { text: "the crm".into(), show: Show::Ill, sort: Sort::Changed, ..Filter::default() };
    assert_eq!(all.address(), "/?show=ill&sort=changed&q=the+crm");
    for address in ["/?group=team&label=team=shop&label=tier&class=staging&from=200", "/?group=class"] {
        let filter = Filter::from_query(&Query::parse(address.trim_start_matches("/?")));
        assert_eq!(filter.part(if address.contains("from") { 200 } else { 0 }), address);
    }
    assert_eq!(query(&[("group", "No Key"), ("sort", "x"), ("show", "y")]), Filter::default());
    let refused = query(&[("label", "No Key"), ("class", "nonsense")]);
    let fields: Vec<&str> = refused.faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["label", "class"]);
    let sorted = Filter { sort: Sort::Project, ..Filter::default() };
    assert_eq!(sorted.address(), "/?sort=project");
}

#[test]
fn every_word_must_be_found_in_the_name_the_hosts_or_the_commit() {
    let mut shop = project("shop");
    shop.aliases = vec!["kasse.example.org".parse::<Hostname>().unwrap()];
    let projects = [project("crm"), shop];
    assert_eq!(ids(&query(&[("q", "KASSE")]), &projects), ["shop"]);
    assert_eq!(ids(&query(&[("q", "the crm")]), &projects), ["crm"]);
    assert_eq!(ids(&query(&[("q", "aaaaaaa")]), &projects), ["crm", "shop"]);
    assert!(ids(&query(&[("q", "crm kasse")]), &projects).is_empty());
}

/// Of the teams blog, shop and none; the first two in staging.
fn labelled() -> [Project; 3] {
    let of = |id: &str, labels: &str, class| Project {
        labels: serde_json::from_str(labels).unwrap(),
        class,
        ..project(id)
    };
    [
        of("news", r#"{"team": "shop", "tier": "gold"}"#, ProjectClass::Staging),
        of("wiki", r#"{"team": "blog"}"#, ProjectClass::Staging),
        of("till", "{}", ProjectClass::Production),
    ]
}

#[test]
fn labels_and_class_filter_by_the_address_and_by_words_of_the_search() {
    let projects = labelled();
    for pair in
        [("q", "team=shop"), ("label", "team=shop"), ("q", "TIER=gold"), ("q", "gold"), ("label", "tier")]
    {
        assert_eq!(ids(&query(&[pair]), &projects), ["news"], "{pair:?}");
    }
    for pair in [("q", "team="), ("q", "class:staging"), ("class", "staging"), ("label", "team")] {
        assert_eq!(ids(&query(&[pair]), &projects), ["news", "wiki"], "{pair:?}");
    }
    assert!(ids(&query(&[("q", "team=sho")]), &projects).is_empty(), "a value is matched as a whole");
    assert_eq!(ids(&query(&[("class", "staging"), ("q", "team=blog")]), &projects), ["wiki"]);
    assert!(ids(&query(&[("label", "team=shop"), ("label", "team=blog")]), &projects).is_empty());
}

#[test]
fn rows_are_grouped_by_the_value_of_a_label_and_those_without_it_come_last() {
    let projects = labelled();
    assert_eq!(ids(&query(&[("group", "team")]), &projects), ["wiki", "news", "till"]);
    assert_eq!(ids(&query(&[("group", "class"), ("sort", "project")]), &projects), ["till", "news", "wiki"]);
}

#[test]
fn out_of_sync_is_not_the_same_as_not_well() {
    let mut drifted = project("drifted");
    drifted.observed_generation = drifted.generation;
    let route = RouteSeen { hosts: Vec::new(), upstream: None, edge: None };
    drifted.reconciliation.differences = vec![Difference::Route { observed: Some(route) }];
    let mut stopped = project("stopped");
    stopped.desired_state = DesiredState::Stopped;
    stopped.status = ProjectStatus::Stopped;
    stopped.observed.facts.instance = Observed::Absent;
    let projects = [drifted, stopped];
    assert_eq!(ids(&query(&[("show", "ill")]), &projects), ["drifted"]);
    assert_eq!(ids(&query(&[("show", "drift")]), &projects), ["drifted"]);
    assert_eq!(ids(&query(&[]), &projects), ["drifted", "stopped"]);
}

#[test]
fn rows_keep_the_order_of_the_server_unless_another_is_asked_for() {
    let mut late = project("aaa");
    late.updated_at += time::Duration::hours(1);
    let projects = [project("bbb"), late];
    assert_eq!(ids(&query(&[]), &projects), ["bbb", "aaa"]);
    assert_eq!(ids(&query(&[("sort", "project")]), &projects), ["aaa", "bbb"]);
    assert_eq!(ids(&query(&[("sort", "changed")]), &projects), ["aaa", "bbb"]);
}
