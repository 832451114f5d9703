use super::{put, take};

#[test]
fn a_ticket_is_good_for_one_look() {
    let ticket = put("swordfish".into());
    assert_ne!(ticket, put("another".into()));
    assert_eq!(take(&ticket).as_deref(), Some("swordfish"));
    assert_eq!(take(&ticket), None);
    assert_eq!(take("no-such-ticket"), None);
}
