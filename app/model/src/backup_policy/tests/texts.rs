//! Accepted and refused texts of schedules.

use proptest::prelude::*;

use super::super::BackupSchedule;
use crate::Invalid;

fn refused(text: &str) -> Invalid {
    text.parse::<BackupSchedule>().unwrap_err()
}

#[test]
fn accepted_texts_have_one_canonical_form() {
    for (typed, canonical) in [
        ("off", "off"),
        (" OFF ", "off"),
        ("every 6h", "every 6h"),
        ("every 1 hour", "every 1h"),
        ("Every 744 Hours", "every 744h"),
        ("every6h", "every 6h"),
        ("30 2 * * * Europe/Berlin", "30 2 * * * Europe/Berlin"),
        ("  30\t2  * *  mon-fri   europe/berlin ", "30 2 * * MON-FRI Europe/Berlin"),
        ("*/15 0-6,22 1,15 jan-jun 0 utc", "*/15 0-6,22 1,15 JAN-JUN 0 UTC"),
        ("0 4 29 2 * America/New_York", "0 4 29 2 * America/New_York"),
        ("0 4 1 7 * Asia/Kolkata", "0 4 1 7 * Asia/Kolkata"),
        ("0 4 * JUL WED UTC", "0 4 * JUL WED UTC"),
    ] {
        let schedule: BackupSchedule = typed.parse().unwrap();
        assert_eq!(schedule.to_string(), canonical);
        assert_eq!(canonical.parse::<BackupSchedule>().unwrap(), schedule);
        let json = serde_json::to_string(&schedule).unwrap();
        assert_eq!(json, format!("{canonical:?}"));
        assert_eq!(serde_json::from_str::<BackupSchedule>(&json).unwrap(), schedule);
    }
}

fn assert_refused(cases: &[(&str, &str)]) {
    for (typed, message) in cases {
        assert_eq!(refused(typed).message, *message, "{typed}");
    }
}

#[test]
fn a_refused_text_says_what_is_wrong() {
    assert_refused(&[
        ("", "A schedule is needed."),
        ("daily", "\"daily\" is not a schedule."),
        ("@daily", "\"@daily\" is not accepted: such names have no time zone."),
        ("every", "\"\" does not begin with a number of hours."),
        ("every day", "\"day\" does not begin with a number of hours."),
        ("every 6", "The unit is missing."),
        ("every 30m", "The unit \"m\" is not accepted."),
        ("every 2 days", "The unit \"days\" is not accepted."),
        ("every 0h", "An interval of 0 hours is out of bounds."),
        ("every 745h", "An interval of 745 hours is out of bounds."),
        ("every 99999999999h", "This interval is out of bounds."),
        ("30 2 * * *", "The time zone is missing."),
        ("30 2 * * UTC", "4 fields were given instead of five."),
        ("0 30 2 * * *", "Six fields and no time zone were given; seconds are not accepted."),
        ("0 30 2 * * * UTC", "Six fields were given; seconds and years are not accepted."),
        ("0 30 2 * * * * UTC", "7 fields were given instead of five."),
        ("30 2", "2 parts were given instead of five fields and a time zone."),
        ("30 2 * * * Europe/Bonn", "There is no time zone \"Europe/Bonn\"."),
        ("30 2 * * * +02:00", "There is no time zone \"+02:00\"."),
        ("30 2 * * * Etc/Unknown", "There is no time zone \"Etc/Unknown\"."),
        ("30 2 * * * ../passwd", "There is no time zone \"../passwd\"."),
    ]);
    let long = format!("{} 2 * * * UTC", "1,".repeat(100));
    assert_refused(&[(&long, "This expression is longer than 200 bytes.")]);
}

#[test]
fn a_refused_field_is_named() {
    assert_refused(&[
        ("60 2 * * * UTC", "\"60\" is not accepted as minute."),
        ("0 24 * * * UTC", "\"24\" is not accepted as hour."),
        ("0 2 0 * * UTC", "\"0\" is not accepted as day of month."),
        ("0 2 L * * UTC", "\"L\" is not accepted as day of month."),
        ("0 2 15W * * UTC", "\"15W\" is not accepted as day of month."),
        ("0 2 * 13 * UTC", "\"13\" is not accepted as month."),
        ("0 2 * * 8 UTC", "\"8\" is not accepted as day of week."),
        ("0 2 * * 5L UTC", "\"5L\" is not accepted as day of week."),
        ("0 2 * * 5#3 UTC", "\"5#3\" is not accepted as day of week."),
        ("0 2 5-1 * * UTC", "\"5-1\" is not accepted as day of month."),
        ("0 2 ? * * UTC", "\"?\" is not accepted as day of month."),
        ("H 2 * * * UTC", "\"H\" is not accepted as minute."),
        ("0 2 30 2 * UTC", "\"0 2 30 2 *\" never fires: no day within four years matches."),
        ("0 2 31 4,6 * UTC", "\"0 2 31 4,6 *\" never fires: no day within four years matches."),
    ]);
}

#[test]
fn the_accepted_values_are_those_of_the_field() {
    assert!(refused("0 24 * * * UTC").accepted.starts_with("an hour from 0 to 23"));
    assert!(refused("0 2 * * * Mars").accepted.contains("Europe/Berlin"));
    assert_eq!(refused("every 30m").accepted, "every 1h to every 744h, in whole hours");
}

#[test]
fn a_suggestion_is_a_valid_schedule() {
    for (typed, suggestion) in [
        ("@hourly", Some("every 1h")),
        ("@daily", Some("0 0 * * * UTC")),
        ("@MIDNIGHT", Some("0 0 * * * UTC")),
        ("@weekly", Some("0 0 * * 0 UTC")),
        ("@monthly", Some("0 0 1 * * UTC")),
        ("@yearly", Some("0 0 1 1 * UTC")),
        ("@reboot", None),
        ("30 2 * * sun", Some("30 2 * * SUN UTC")),
        ("30 2 * * 9", None),
    ] {
        assert_eq!(BackupSchedule::suggestion(typed).as_deref(), suggestion);
        if let Some(suggestion) = suggestion {
            assert_eq!(suggestion.parse::<BackupSchedule>().unwrap().to_string(), suggestion);
        }
    }
}

proptest! {
    #[test]
    fn every_interval_within_the_bounds_survives(hours in 0_u32..2000) {
        let parsed = format!("every {hours}h").parse::<BackupSchedule>();
        prop_assert_eq!(parsed.is_ok(), (1..=744).contains(&hours));
        if let Ok(schedule) = parsed {
            prop_assert_eq!(schedule.to_string(), format!("every {hours}h"));
        }
    }

    #[test]
    fn no_text_panics(text in "[-@0-9a-zA-Z*/,#? ä]{0,40}") {
        if let Ok(schedule) = text.parse::<BackupSchedule>() {
            prop_assert_eq!(schedule.to_string().parse::<BackupSchedule>().unwrap(), schedule);
        }
    }
}
