//! Few at a time.

use std::time::Duration;

use model::ProblemKind;

use super::{AT_ONCE, Turns, hash, verify};

#[tokio::test]
async fn who_cannot_be_served_soon_is_told_when_to_come_back() {
    let turns = Turns { patience: Duration::from_millis(20), ..Turns::default() };
    let mut taken = Vec::new();
    for _ in 0..AT_ONCE {
        taken.push(turns.take().await.unwrap());
    }

    let refused = turns.take().await.err().expect("no turn is left").problem();

    assert_eq!((refused.kind, refused.retry_after_s), (ProblemKind::TooMany, Some(5)));
    taken.pop();
    turns.take().await.unwrap();
}

#[tokio::test]
async fn a_turn_ends_with_its_work_and_not_with_who_waits_for_it() {
    let turns = Turns { patience: Duration::from_secs(20), ..Turns::default() };
    for _ in 0..AT_ONCE * 2 {
        let turn = turns.take().await.unwrap();
        // given up before it is done
        let given_up = tokio::time::timeout(Duration::ZERO, verify(turn, "a wrong one".into(), None)).await;
        assert!(given_up.is_err());
    }
    let kept = hash(turns.take().await.unwrap(), "a right one".into()).await.unwrap();
    for (password, right) in [("a right one", true), ("a wrong one", false)] {
        let turn = turns.take().await.unwrap();
        assert_eq!(verify(turn, password.into(), Some(kept.clone())).await.unwrap().0, right);
    }
    assert_eq!(turns.free.available_permits(), AT_ONCE);
}
