use super::OneTimeTexts;

#[test]
fn a_ticket_is_good_for_one_look() {
    let once = OneTimeTexts::new(10);
    let ticket = once.put("swordfish".into());
    assert_ne!(ticket, once.put("another".into()));
    assert_eq!(once.take(&ticket).as_deref(), Some("swordfish"));
    assert_eq!(once.take(&ticket), None);
    assert_eq!(once.take("no-such-ticket"), None);
}

#[test]
fn the_oldest_makes_room() {
    let once = OneTimeTexts::new(3);
    let tickets = ["a", "b", "c", "d", "e"].map(|text| once.put(text.into()));
    let left = tickets.map(|ticket| once.take(&ticket));
    assert_eq!(left, [None, None, Some("c".into()), Some("d".into()), Some("e".into())]);
}
