use super::{Act, Focus, KeyPress, act};

const PLAIN: KeyPress<'_> =
    KeyPress { key: "", command: false, focus: Focus::Page, led: false, letters: true };

#[test]
fn letters_act_outside_fields_only() {
    assert_eq!(act(KeyPress { key: "j", ..PLAIN }), Some(Act::Next));
    assert_eq!(act(KeyPress { key: "/", ..PLAIN }), Some(Act::Search));
    assert_eq!(act(KeyPress { key: "j", focus: Focus::Field, ..PLAIN }), None);
    assert_eq!(act(KeyPress { key: "Escape", focus: Focus::Field, ..PLAIN }), Some(Act::Leave));
}

#[test]
fn letters_can_be_turned_off_and_the_palette_stays() {
    assert_eq!(act(KeyPress { key: "?", letters: false, ..PLAIN }), None);
    assert_eq!(act(KeyPress { key: "k", command: true, letters: false, ..PLAIN }), Some(Act::Palette));
}

#[test]
fn an_open_dialog_keeps_every_key_but_that_of_the_palette() {
    for key in ["Escape", "?", "j", "g", "/"] {
        assert_eq!(act(KeyPress { key, focus: Focus::Dialog, ..PLAIN }), None, "{key}");
    }
    assert_eq!(act(KeyPress { key: "f", led: true, focus: Focus::Dialog, ..PLAIN }), None);
    assert_eq!(act(KeyPress { key: "k", command: true, focus: Focus::Dialog, ..PLAIN }), Some(Act::Palette));
}

#[test]
fn g_leads_to_pages() {
    assert_eq!(act(KeyPress { key: "g", ..PLAIN }), Some(Act::Lead));
    assert_eq!(act(KeyPress { key: "f", led: true, ..PLAIN }), Some(Act::Go("/")));
    assert_eq!(act(KeyPress { key: "o", led: true, ..PLAIN }), Some(Act::Go("/operations")));
    assert_eq!(act(KeyPress { key: "j", led: true, ..PLAIN }), None);
}

#[test]
fn keys_of_the_browser_stay_its_own() {
    assert_eq!(act(KeyPress { key: "f", command: true, ..PLAIN }), None);
    assert_eq!(act(KeyPress { key: "Enter", ..PLAIN }), None);
}
