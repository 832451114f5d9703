use super::*;

fn query(text: &str) -> EventQuery {
    EventQuery::of(&Query::parse(text))
}

#[test]
fn the_filters_of_an_address_are_kept_by_its_links() {
    let filters = query("project=shop&actor=+ines%40example.com&action=&from=2026-11-01&before=7");
    assert!(filters.is_set());
    let pairs = filters.pairs();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(pairs, [("project", "shop"), ("actor", "ines@example.com"), ("from", "2026-11-01")]);
    assert_eq!(
        filters.export("csv"),
        "/api/v1/audit/export?format=csv&project=shop&actor=ines%40example.com&from=2026-11-01"
    );
}

#[test]
fn an_address_without_filters_has_none() {
    for text in ["", "before=7", "project=&actor=+"] {
        assert!(!query(text).is_set(), "{text}");
        assert_eq!(query(text).validate(), Ok(EventFilter::default()), "{text}");
    }
    assert_eq!(query("").export("jsonl"), "/api/v1/audit/export?format=jsonl");
}

#[test]
fn what_is_not_accepted_is_named() {
    let faults = query("project=S&from=yesterday").validate().unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["project", "from"]);
}
