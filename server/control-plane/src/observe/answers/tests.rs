//! An instance hangs once it left requests unanswered for a while, counted from when the first of them was sent.

use super::*;

fn instance() -> InstanceSeen {
    InstanceSeen {
        digest: "d".into(),
        release: "standin".into(),
        limits: None,
        address: "127.0.0.1:21000".into(),
        pid: Some(1),
        started_at: OffsetDateTime::UNIX_EPOCH,
        exit: None,
    }
}

fn shop() -> ProjectId {
    "shop".parse().unwrap()
}

/// How an instance answered to a request that was sent so many seconds ago: not at all.
fn silent(seconds: u64) -> Readiness {
    Readiness::Silent { asked: Instant::now().checked_sub(Duration::from_secs(seconds)).unwrap() }
}

#[test]
fn one_request_without_an_answer_is_not_enough() {
    let seen = Observations::default();
    seen.note_answer(&shop(), &instance(), Readiness::Ready);
    assert!(!seen.note_answer(&shop(), &instance(), silent(2)), "the time-out of one request");
}

#[test]
fn silence_counts_from_when_the_first_request_was_sent() {
    let seen = Observations::default();
    seen.note_answer(&shop(), &instance(), Readiness::Ready);
    assert!(seen.note_answer(&shop(), &instance(), silent(3)));
    assert!(seen.note_answer(&shop(), &instance(), silent(0)), "a later request does not begin it anew");
}

#[test]
fn an_answer_ends_the_silence() {
    let seen = Observations::default();
    let answers =
        [(Readiness::Ready, false), (silent(3), true), (Readiness::Refuses, false), (silent(0), false)];
    for (answer, hangs) in answers {
        assert_eq!(seen.note_answer(&shop(), &instance(), answer), hangs, "{answer:?}");
    }
}

#[test]
fn an_instance_that_was_never_ready_is_starting() {
    let seen = Observations::default();
    assert!(!seen.note_answer(&shop(), &instance(), silent(60)));
}
