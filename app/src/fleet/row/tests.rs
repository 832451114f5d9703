use super::write_row;
use crate::fleet::filter::tests::project;
use crate::html::Html;

fn row(project: &model::Project) -> String {
    let mut html = Html::default();
    write_row(&mut html, project);
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
