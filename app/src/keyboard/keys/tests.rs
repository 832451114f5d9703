use super::{Act, Focus, Press, act};

const PLAIN: Press<'_> = Press { key: "", command: false, focus: Focus::Page, led: false, letters: true };

#[test]
fn letters_act_outside_fields_only() {
    assert_eq!(act(Press { key: "j", ..PLAIN }), Some(Act::Next));
    assert_eq!(act(Press { key: "/", ..PLAIN }), Some(Act::Search));
    assert_eq!(act(Press { key: "j", focus: Focus::Field, ..PLAIN }), None);
    assert_eq!(act(Press { key: "Escape", focus: Focus::Field, ..PLAIN }), Some(Act::Leave));
}

#[test]
fn letters_can_be_turned_off_and_the_palette_stays() {
    assert_eq!(act(Press { key: "?", letters: false, ..PLAIN }), None);
    assert_eq!(act(Press { key: "k", command: true, letters: false, ..PLAIN }), Some(Act::Palette));
}

#[test]
fn an_open_dialog_keeps_every_key_but_that_of_the_palette() {
    for key in ["Escape", "?", "j", "g", "/"] {
        assert_eq!(act(Press { key, focus: Focus::Dialog, ..PLAIN }), None, "{key}");
    }
    assert_eq!(act(Press { key: "f", led: true, focus: Focus::Dialog, ..PLAIN }), None);
    assert_eq!(act(Press { key: "k", command: true, focus: Focus::Dialog, ..PLAIN }), Some(Act::Palette));
}

#[test]
fn g_leads_to_pages() {
    assert_eq!(act(Press { key: "g", ..PLAIN }), Some(Act::Lead));
    assert_eq!(act(Press { key: "f", led: true, ..PLAIN }), Some(Act::Go("/")));
    assert_eq!(act(Press { key: "o", led: true, ..PLAIN }), Some(Act::Go("/operations")));
    assert_eq!(act(Press { key: "j", led: true, ..PLAIN }), None);
}

#[test]
fn keys_of_the_browser_stay_its_own() {
    assert_eq!(act(Press { key: "f", command: true, ..PLAIN }), None);
    assert_eq!(act(Press { key: "Enter", ..PLAIN }), None);
}
