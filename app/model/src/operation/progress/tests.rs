use super::*;

fn progress(unit: ProgressUnit, done: u64, total: Option<u64>) -> Progress {
    Progress { unit, done, total, note: None }
}

#[test]
fn percent_is_rounded_down_and_never_above_a_hundred() {
    assert_eq!(progress(ProgressUnit::Items, 2, Some(3)).percent(), Some(66));
    assert_eq!(progress(ProgressUnit::Items, 9, Some(3)).percent(), Some(100));
    assert_eq!(progress(ProgressUnit::Items, 0, Some(0)).percent(), Some(100));
    assert_eq!(progress(ProgressUnit::Bytes, u64::MAX, Some(u64::MAX)).percent(), Some(100));
    assert_eq!(progress(ProgressUnit::Rows, 7, None).percent(), None);
}

#[test]
fn text_has_units() {
    assert_eq!(progress(ProgressUnit::Items, 3, Some(8)).text(), "3 of 8 (37 %)");
    assert_eq!(progress(ProgressUnit::Rows, 7, None).text(), "7 rows");
    let named = Progress { note: Some("orders".into()), ..progress(ProgressUnit::Items, 1, Some(2)) };
    assert_eq!(named.text(), "1 of 2 (50 %), orders");
}
