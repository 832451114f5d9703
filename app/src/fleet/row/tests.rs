use super::write_row;
use crate::backups::LatestBackups;
use crate::fleet::filter::tests::project;
use crate::html::Html;

fn row(project: &model::Project) -> String {
    let mut html = Html::default();
    write_row(&mut html, project, Some(&LatestBackups::default()));
    html.finish()
}

#[test]
fn a_row_shows_the_display_name_and_the_id_where_it_differs() {
    let named = row(&project("crm"));
    assert!(
        named.contains(">The crm</a>") && named.contains("<span class=\"faint mono\">crm</span>"),
        "{named}"
    );
    assert!(named.contains("crm.example.com"), "{named}");
    let same = row(&model::Project { display_name: "crm".into(), ..project("crm") });
    assert!(!same.contains("faint mono"), "{same}");
}

#[test]
fn what_an_operator_typed_is_text() {
    let html = row(&model::Project { display_name: "<script>alert(1)</script>".into(), ..project("crm") });
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
}

#[test]
fn what_was_not_observed_is_unknown_and_not_zero() {
    let html = row(&project("crm"));
    assert!(html.contains("title=\"last checked 2026-11-23 21:42:08 UTC\">?</span>"), "{html}");
}

#[test]
fn a_database_that_was_not_measured_yet_has_an_unknown_size_and_not_none() {
    let mut crm = project("crm");
    let missing = row(&crm).matches("not measured yet").count();
    crm.observed.facts.database =
        model::Observed::Present(model::state::DatabaseSeen { oid: None, limit: None });
    assert_eq!((missing, row(&crm).matches("title=\"not measured yet\">?</span>").count()), (0, 2));
}

#[test]
fn a_row_shows_a_class_that_is_not_production_and_the_first_labels() {
    let plain = row(&project("crm"));
    assert!(!plain.contains("class=\"tag\""), "{plain}");
    let labels =
        serde_json::from_str(r#"{"a": "1", "b": "2", "c": "3", "team": "shop", "tier": ""}"#).unwrap();
    let html = row(&model::Project { labels, class: model::ProjectClass::Staging, ..project("crm") });
    assert!(html.contains("data-class=\"staging\">staging</span>"), "{html}");
    assert!(html.contains(">c=3</span>") && !html.contains(">team=shop"), "{html}");
    assert!(html.contains("title=\"team=shop, tier=\">+2</span>"), "{html}");
}

#[test]
fn the_time_of_the_last_change_says_what_changed() {
    let change = model::LastChange { kind: model::OperationKind::Release, at: project("crm").updated_at };
    let html = row(&model::Project { last_change: Some(change), ..project("crm") });
    assert!(html.contains("</time><span class=\"faint\">, release</span></td>"), "{html}");
    assert!(html.contains(" UTC, release\""), "{html}");
}

#[test]
fn a_project_without_a_verified_backup_says_none_and_unread_backups_are_unknown() {
    let html = row(&project("crm"));
    assert!(html.contains("data-tone=\"warn\" title=\"no verified backup\">none</span>"), "{html}");
    let mut unread = Html::default();
    write_row(&mut unread, &project("crm"), None);
    assert!(unread.finish().contains("title=\"the backups could not be read\">?</span>"));
}
