//! Few at a time.

use std::time::Duration;

use model::ProblemKind;

use super::{AT_ONCE, HashPermits, hash, verify};

#[tokio::test]
async fn who_cannot_be_served_soon_is_told_when_to_come_back() {
    let permits = HashPermits { patience: Duration::from_millis(20), ..HashPermits::default() };
    let mut taken = Vec::new();
    for _ in 0..AT_ONCE {
        taken.push(permits.take().await.unwrap());
    }

    let refused = permits.take().await.err().expect("no permit is left").problem();

    assert_eq!((refused.kind, refused.retry_after_s), (ProblemKind::TooMany, Some(5)));
    taken.pop();
    permits.take().await.unwrap();
}

#[tokio::test]
async fn a_turn_ends_with_its_work_and_not_with_who_waits_for_it() {
    let permits = HashPermits { patience: Duration::from_secs(20), ..HashPermits::default() };
    for _ in 0..AT_ONCE * 2 {
        let permit = permits.take().await.unwrap();
        // given up before it is done
        let given_up = tokio::time::timeout(Duration::ZERO, verify(permit, "a wrong one".into(), None)).await;
        assert!(given_up.is_err());
    }
    let kept = hash(permits.take().await.unwrap(), "a right one".into()).await.unwrap();
    for (password, right) in [("a right one", true), ("a wrong one", false)] {
        let permit = permits.take().await.unwrap();
        assert_eq!(verify(permit, password.into(), Some(kept.clone())).await.unwrap().0, right);
    }
    assert_eq!(permits.free.available_permits(), AT_ONCE);
}
