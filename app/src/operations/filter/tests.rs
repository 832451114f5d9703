use super::*;

fn query(text: &str) -> OperationQuery {
    OperationQuery::of(&Query::parse(text))
}

#[test]
fn the_filters_of_an_address_are_kept_by_its_links() {
    let filters = query("status=failed&project=shop&kind=&actor=ines&to=2026-11-30&before=0198");
    assert!(filters.is_set());
    let pairs = filters.pairs();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(pairs, [("project", "shop"), ("status", "failed"), ("actor", "ines"), ("to", "2026-11-30")]);
    assert!(!query("before=7").is_set());
}

#[test]
fn the_project_of_a_page_is_no_filter_that_its_address_can_change() {
    let of_page = OperationQuery::of_project(&Query::parse("project=other&kind=restart"));
    let filter = of_page.validate(Some("shop".parse().unwrap())).unwrap();
    assert_eq!((filter.project, filter.kind), (Some("shop".parse().unwrap()), Some(OperationKind::Restart)));
    assert_eq!(of_page.pairs().len(), 1);
    let faults = query("project=S&kind=dance").validate(None).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["project", "kind"]);
}
