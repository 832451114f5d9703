use super::*;

#[test]
fn a_detail_is_shown_as_it_is_recorded_and_names_its_operation() {
    let detail = json!({"operation": "018f3c5e-0000-7000-8000-000000000000", "name": "<b>"});
    let event = ProjectEvent {
        id: 7,
        project_id: None,
        action: "token.create".into(),
        sentence: "Token <b> created".into(),
        actor: Some(Actor::Host),
        detail: Some(detail.clone()),
        at: time::OffsetDateTime::UNIX_EPOCH,
    };
    let shown: Value = serde_json::from_str(&recorded(&event)).unwrap();
    assert_eq!(shown, json!({"action": "token.create", "actor": "host", "detail": detail}));
    assert!(operation(Some(&detail)).is_some());
    for none in [json!({}), json!({"operation": 7}), json!({"operation": "x"}), json!("x")] {
        assert_eq!(operation(Some(&none)), None);
    }
    let html = view! { <EventRows events=vec![event] with_project=true/> }.into_any().to_html();
    assert!(html.contains("Token &lt;b&gt; created") && !html.contains("<b>"), "{html}");
    assert!(html.contains("/operations/018f3c5e-0000-7000-8000-000000000000"), "{html}");
}

#[test]
fn parts_of_the_platform_are_capitalised() {
    assert_eq!(named(&Actor::Reconciler), "The reconciler");
    assert_eq!(named(&Actor::Operator("ines@example.com".parse().unwrap())), "ines@example.com");
}
