use super::LabelSelector;
use crate::Labels;

#[test]
fn a_selector_is_read_back_as_it_was_written_and_admits_what_it_says() {
    let labels: Labels = serde_json::from_str(r#"{"team": "shop", "on-call": ""}"#).unwrap();
    let cases = [
        ("team=shop", true),
        ("team", true),
        ("team=blog", false),
        ("team=", false),
        ("on-call=", true),
        ("tier", false),
    ];
    for (text, admits) in cases {
        let selector: LabelSelector = text.parse().unwrap();
        assert_eq!(selector.to_string(), text);
        assert_eq!(selector.admits(&labels), admits, "{text}");
    }
}

#[test]
fn a_text_that_is_no_selector_is_refused() {
    for text in ["", "=shop", "Team=shop", "team=a b", "team=shop=2", "team!=shop"] {
        let fault = text.parse::<LabelSelector>().unwrap_err();
        assert_eq!(fault.accepted, LabelSelector::ACCEPTED, "{text}");
    }
}
