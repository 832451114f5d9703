//! Times as they are typed.

use time::macros::datetime;

use super::PointInTimeDraft;
use crate::ProjectId;

fn at(text: &str) -> Result<time::OffsetDateTime, Vec<String>> {
    let shop: ProjectId = "shop".parse().unwrap();
    let draft = PointInTimeDraft { at: text.into(), confirm: "shop".into(), backup_first: true };
    draft.validate(&shop).map_err(|problem| problem.errors.into_iter().map(|error| error.field).collect())
}

#[test]
fn a_time_is_rfc_3339_and_utc_where_it_has_no_offset() {
    let noon = datetime!(2026-11-30 12:34:56 UTC);
    for text in
        ["2026-11-30T12:34:56Z", "2026-11-30T13:34:56+01:00", "2026-11-30T12:34:56", " 2026-11-30 12:34:56 "]
    {
        assert_eq!(at(text), Ok(noon), "{text}");
    }
    assert_eq!(at("2026-11-30T12:34"), Ok(datetime!(2026-11-30 12:34:00 UTC)));
    assert_eq!(at("2026-11-30T12:34:56.789"), Ok(datetime!(2026-11-30 12:34:56.789 UTC)));
}

#[test]
fn what_is_no_time_is_refused_by_its_field() {
    for text in ["", "yesterday", "2026-11-31T12:00:00Z", "12:34", "2026-11-30"] {
        assert_eq!(at(text), Err(vec!["at".to_owned()]), "{text}");
    }
}

#[test]
fn the_confirmation_is_that_of_the_project() {
    let other: ProjectId = "shop-2".parse().unwrap();
    let draft =
        PointInTimeDraft { at: "2026-11-30T12:00:00Z".into(), confirm: "shop".into(), backup_first: true };
    assert_eq!(draft.validate(&other).unwrap_err().errors[0].field, "confirm");
}
