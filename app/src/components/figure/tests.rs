use super::split;

#[test]
fn the_unit_is_what_follows_the_figure() {
    assert_eq!(split("1.9 GB"), ("1.9", Some("GB")));
    assert_eq!(split("1 min 46 s"), ("1", Some("min 46 s")));
    assert_eq!(split("18"), ("18", None));
    assert_eq!(split("now"), ("now", None));
    assert_eq!(split("not known"), ("not known", None));
}
