//! Typed values are kept, and invalid ones are reported beside their field.

use super::*;

fn typed() -> EdgeForm {
    EdgeForm {
        allow: "10.0.0.0/8\n 2001:db8::/32 \n\n".into(),
        max_body: "1000".into(),
        requests: "600".into(),
        window_s: "60".into(),
        blocked_paths: "/metrics\n/private*".into(),
        response_headers: "x-frame-options: DENY\nreport-to: a:b".into(),
        ..EdgeForm::default()
    }
}

#[test]
fn a_stored_policy_fills_the_fields_again() {
    let edit = typed().patch().unwrap().validate().unwrap();
    let again = EdgeForm::of(&edit.edge.unwrap());
    assert_eq!(again.allow, "10.0.0.0/8\n2001:db8::/32");
    assert_eq!(again.response_headers, "report-to: a:b\nx-frame-options: DENY");
    assert_eq!((again.requests.as_str(), again.window_s.as_str()), ("600", "60"));
    assert_eq!(
        again.patch().unwrap(),
        EdgeForm::of(&again.patch().unwrap().validate().unwrap().edge.unwrap()).patch().unwrap()
    );
}

#[test]
fn an_empty_form_sets_nothing_and_blocks_nothing() {
    let edit = EdgeForm::default().patch().unwrap().validate().unwrap();
    assert!(edit.edge.unwrap().is_empty());
    let fleet = FleetForm::default().draft().unwrap().validate().unwrap();
    assert!(fleet.policy.blocked_paths.is_empty(), "an emptied field replaces the default");
}

#[test]
fn texts_that_cannot_be_parsed_are_errors_of_their_field() {
    let fields = |form: EdgeForm| -> Vec<String> {
        form.patch()
            .and_then(ProjectPatch::validate)
            .unwrap_err()
            .errors
            .into_iter()
            .map(|error| error.field)
            .collect()
    };
    assert_eq!(fields(EdgeForm { max_body: "1 MB".into(), ..typed() }), ["edge.max_body"]);
    assert_eq!(fields(EdgeForm { window_s: String::new(), ..typed() }), ["edge.rate_limit"]);
    assert_eq!(fields(EdgeForm { requests: "many".into(), ..typed() }), ["edge.rate_limit"]);
    assert_eq!(
        fields(EdgeForm { response_headers: "DENY".into(), ..typed() }),
        ["edge.response_headers.DENY"]
    );
    assert_eq!(fields(EdgeForm { deny: "10.0.0.0/8\nhere".into(), ..typed() }), ["edge.deny.1"]);
    let fleet = FleetForm { trusted_proxies: "proxy".into(), ..FleetForm::default() };
    assert_eq!(
        fleet.draft().and_then(FleetEdgeDraft::validate).unwrap_err().errors[0].field,
        "trusted_proxies.0"
    );
}
