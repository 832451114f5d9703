use super::check;

#[test]
fn only_the_id_itself_deletes() {
    let id = "crm".parse().unwrap();
    assert_eq!(check(&id, " crm "), Ok(()));
    for typed in ["", "CRM", "crm2", "yes"] {
        assert!(check(&id, typed).is_err_and(|problem| problem.for_field("confirm").is_some()), "{typed:?}");
    }
}
