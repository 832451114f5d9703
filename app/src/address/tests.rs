use super::{Address, Query, with_query};

#[test]
fn a_query_is_decoded_and_its_first_value_counts() {
    let query = Query::parse("q=caf%C3%A9+bar&q=second&form%5Brepo%5D=file%3A%2F%2F%2Fx&empty=");
    assert_eq!(query.get("q").as_deref(), Some("caf\u{e9} bar"));
    assert_eq!(query.get("form[repo]").as_deref(), Some("file:///x"));
    assert_eq!(query.get("empty").as_deref(), Some(""));
    assert_eq!(query.get("absent"), None);
    assert_eq!(query.all("q").collect::<Vec<_>>(), ["caf\u{e9} bar", "second"]);
}

#[test]
fn the_ticket_of_a_flash_is_not_part_of_the_address() {
    let address = Address::of(&"/settings?test=1&flash=abc".parse().unwrap());
    assert_eq!((address.path.as_str(), address.text.as_str()), ("/settings", "/settings?test=1"));
    assert_eq!(address.query.get("flash").as_deref(), Some("abc"));
    assert_eq!(Address::of(&"/?flash=abc".parse().unwrap()).text, "/");
}

#[test]
fn empty_values_are_left_out_of_an_address() {
    assert_eq!(with_query("/", &[("show", ""), ("q", "")]), "/");
    assert_eq!(with_query("/", &[("show", "ill"), ("q", "a&b c")]), "/?show=ill&q=a%26b+c");
    let labels = with_query("/", &[("label", "team=shop"), ("label", "tier=")]);
    assert_eq!(labels, "/?label=team=shop&label=tier=");
    assert_eq!(
        Query::parse(labels.trim_start_matches("/?")).all("label").collect::<Vec<_>>(),
        ["team=shop", "tier="]
    );
}
