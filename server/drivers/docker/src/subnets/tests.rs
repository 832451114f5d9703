use super::Subnets;

fn subnets(text: &str) -> Subnets {
    text.parse().unwrap()
}

#[test]
fn a_range_is_cut_into_networks_of_sixteen_addresses() {
    let range = subnets("10.213.0.0/16");
    assert_eq!((range.count(), range.to_string().as_str()), (4096, "10.213.0.0/16"));
    assert_eq!(range.free(&[]).as_deref(), Some("10.213.0.0/28"));
    let taken = ["10.213.0.0/28".to_owned(), "10.213.0.32/28".to_owned(), "fd00::/64".to_owned()];
    assert_eq!(range.free(&taken).as_deref(), Some("10.213.0.16/28"));
}

#[test]
fn what_overlaps_is_passed_over_and_a_full_range_has_none() {
    let range = subnets("10.213.0.0/27");
    assert_eq!(range.free(&["10.213.0.8/30".to_owned()]).as_deref(), Some("10.213.0.16/28"));
    assert_eq!(range.free(&["10.0.0.0/8".to_owned()]), None);
    assert_eq!(range.free(&["10.213.0.0/28".to_owned(), "10.213.0.16/28".to_owned()]), None);
}

#[test]
fn what_is_no_range_is_refused_with_its_text() {
    for text in
        ["10.213.0.0", "10.213.0.1/16", "10.213.0.0/29", "10.0.0.0/7", "fd00::/64", "10.213.0.0/x", ""]
    {
        let error = text.parse::<Subnets>().unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
    }
}
