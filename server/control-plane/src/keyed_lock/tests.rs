use futures::FutureExt as _;

use super::KeyedLock;

#[tokio::test]
async fn one_key_waits_and_another_does_not() {
    let locks = KeyedLock::default();
    let held = locks.lock(&"shop").await;
    assert!(locks.lock(&"shop").now_or_never().is_none(), "the same key waits");
    assert!(locks.lock(&"blog").now_or_never().is_some(), "another key is free");
    drop(held);
    assert!(locks.lock(&"shop").now_or_never().is_some(), "the key is free again");
}

#[tokio::test]
async fn keys_that_are_free_take_no_memory() {
    let locks = KeyedLock::default();
    for number in 0..100 {
        drop(locks.lock(&number).await);
    }
    assert_eq!(locks.locks.lock().unwrap().len(), 1);
}
