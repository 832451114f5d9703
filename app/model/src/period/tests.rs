use time::macros::datetime;

use super::*;

fn parse(from: &str, to: &str) -> Result<Period, Vec<String>> {
    let mut errors = Vec::new();
    let period = Period::parse(from, to, &mut errors);
    if errors.is_empty() { Ok(period) } else { Err(errors.into_iter().map(|error| error.field).collect()) }
}

#[test]
fn days_are_whole_and_in_utc() {
    let period =
        Period { from: Some(datetime!(2026-11-01 0:00 UTC)), until: Some(datetime!(2026-12-01 0:00 UTC)) };
    assert_eq!(parse(" 2026-11-01", "2026-11-30 "), Ok(period));
    assert_eq!(parse("2026-11-30", "2026-11-30").unwrap().until, period.until, "one day");
}

#[test]
fn times_are_instants_and_the_end_is_not_part_of_the_period() {
    let period =
        Period { from: Some(datetime!(2026-11-01 8:00 UTC)), until: Some(datetime!(2026-11-01 10:30 UTC)) };
    assert_eq!(parse("2026-11-01T09:00:00+01:00", "2026-11-01T10:30:00Z"), Ok(period));
}

#[test]
fn what_is_empty_is_no_bound() {
    assert_eq!(parse("", " "), Ok(Period::default()));
    assert_eq!(parse("2026-11-01", "").unwrap().until, None);
}

#[test]
fn everything_else_is_refused_at_its_field() {
    for wrong in ["yesterday", "2026-13-01", "20261101", "2026-W48", "2026-11-01T09:00"] {
        assert_eq!(parse(wrong, wrong), Err(vec!["from".into(), "to".into()]), "{wrong}");
    }
    assert_eq!(parse("2026-11-02", "2026-11-01"), Err(vec!["to".into()]));
    assert!(parse("9999-12-31", "9999-12-31").is_ok(), "the last day of the calendar");
}
