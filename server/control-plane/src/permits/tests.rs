use std::time::Duration;

use super::{Permits, Pool, Priority};

const SOON: Duration = Duration::from_millis(50);

#[tokio::test]
async fn routine_work_leaves_permits_for_urgent_work() {
    let pool = Pool::new(1, 1);
    let routine = pool.acquire(Priority::Routine).await.unwrap();
    let waits = tokio::time::timeout(SOON, pool.acquire(Priority::Routine)).await;
    assert!(waits.is_err(), "the only general permit is taken");
    let urgent = tokio::time::timeout(SOON, pool.acquire(Priority::Urgent)).await;
    assert!(urgent.unwrap().is_some(), "one is kept for it");
    drop(routine);
    assert!(pool.acquire(Priority::Routine).await.is_some());
}

#[tokio::test]
async fn one_database_server_holds_up_no_other() {
    let permits = Permits::new(1);
    let (eu, us) = (permits.database(&"eu".parse().unwrap()), permits.database(&"us".parse().unwrap()));
    let mut held = Vec::new();
    for _ in 0..super::DATABASE_ACTS {
        held.push(eu.acquire(Priority::Routine).await);
    }
    let full = tokio::time::timeout(SOON, eu.acquire(Priority::Routine)).await;
    assert!(full.is_err());
    assert!(us.acquire(Priority::Routine).await.is_some());
    let again = permits.database(&"eu".parse().unwrap());
    let same = tokio::time::timeout(SOON, again.acquire(Priority::Routine)).await;
    assert!(same.is_err(), "the pool belongs to the server, not to the caller");
}
