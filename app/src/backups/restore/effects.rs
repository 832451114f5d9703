//! What a restore does, in sentences. Pure.

use model::Backup;
use time::{Duration, OffsetDateTime};

use crate::backups::proof::{Mark, contents, taken};
use crate::text::{ago, minute, span, took, took_ms};

/// Age, content and proof of the backup, as one sentence.
pub(super) fn facts(backup: &Backup, now: OffsetDateTime) -> String {
    let at = taken(backup);
    let proof = match (Mark::of(backup), backup.verification.at) {
        (Mark::Verified, Some(proved)) => format!("verified {} by a restore", ago(proved, now)),
        (Mark::Verified, None) => "verified by a restore".to_owned(),
        (Mark::NotProved, _) => "whose verification failed".to_owned(),
        _ => "not verified yet".to_owned(),
    };
    format!(
        "The project goes back {} to the backup of {} UTC: {}, {proof}.",
        span(now - at),
        minute(at),
        contents(backup)
    )
}

/// What happens, in order. `last`: how long the last restore took; `undo`: how long it can be undone.
pub(super) fn effects(backup: &Backup, last: Option<Duration>, undo: Option<Duration>) -> Vec<String> {
    let took = match (last, backup.verification.restore_ms) {
        (Some(last), _) => format!("The last restore took {} in all.", took(last)),
        (None, Some(millis)) => format!("At its verification this took {}.", took_ms(millis)),
        (None, None) => "How long this takes was not measured yet.".to_owned(),
    };
    let kept = undo.map(|undo| format!(" for {}", span(undo))).unwrap_or_default();
    let until = undo.map(|undo| format!(", until {} after the restore", span(undo))).unwrap_or_default();
    vec![
        format!("The backup is loaded into a copy and compared while the project keeps running. {took}"),
        "Then the instance is stopped, usually for a few seconds, and the copy takes the place of the database. Visitors get the maintenance page meanwhile."
            .to_owned(),
        format!(
            "What was written since {} UTC is no longer in use. The present database and uploads are set aside{kept}.",
            minute(taken(backup))
        ),
        format!("Undo: the button Undo the restore on the page of the backups{until}."),
        "If a step fails before the copy is in place, nothing of the project is changed. Secrets, settings and other projects are never changed."
            .to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{effects, facts};
    use crate::backups::proof::tests::{BEGUN, backup, unverified};

    #[test]
    fn the_facts_are_age_content_and_proof() {
        assert_eq!(
            facts(&backup(1), BEGUN + Duration::hours(2)),
            "The project goes back 1 h 59 min to the backup of 2026-11-30 14:08 UTC: 11 tables with 20,000 rows, \
             verified 1 h ago by a restore."
        );
        assert!(facts(&unverified(1), BEGUN).ends_with("not verified yet."));
    }

    #[test]
    fn the_measured_time_is_that_of_the_last_restore_else_of_the_verification() {
        let said = |last, number: fn(u8) -> model::Backup| effects(&number(1), last, None).remove(0);
        assert!(said(Some(Duration::seconds(63)), backup).ends_with("took 1 min 3 s in all."));
        assert!(said(None, backup).ends_with("At its verification this took 3.1 s."));
        assert!(said(None, unverified).ends_with("was not measured yet."));
        let lines = effects(&backup(1), None, Some(Duration::days(1)));
        assert!(lines[2].ends_with("set aside for 1 d."), "{lines:?}");
        assert!(lines[3].ends_with("until 1 d after the restore."), "{lines:?}");
    }
}
