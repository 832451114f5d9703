//! Facts about instances of one project beside each other.

use super::{DriverFixture, GRACE, ended, id, log, rehearsal, run, tail};

/// Both run, each under its own key, and both are listed.
pub async fn a_rehearsal_runs_beside_the_main_instance(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let shop = id("shop");
    let tried = rehearsal(&shop);
    let (_, main) = run(fixture, &shop).await;
    let (_, beside) = run(fixture, &tried).await;
    assert_ne!((main.pid, &main.address), (beside.pid, &beside.address));
    let listed: Vec<_> =
        driver.list().await.unwrap().into_iter().map(|(key, seen)| (key, seen.pid)).collect();
    assert_eq!(listed, [(shop.clone(), main.pid), (tried.clone(), beside.pid)]);
    assert_eq!(driver.inspect(&shop).await.unwrap().unwrap().pid, main.pid);
    assert_eq!(driver.inspect(&tried).await.unwrap().unwrap().pid, beside.pid);
}

/// Replacing, printing, ending and removing one leaves the other as it is.
pub async fn what_happens_to_one_is_nothing_to_the_other(fixture: &dyn DriverFixture) {
    let driver = fixture.driver();
    let shop = id("shop");
    let tried = rehearsal(&shop);
    let (_, main) = run(fixture, &shop).await;
    let (mut spec, _) = run(fixture, &tried).await;
    let is_untouched = async || driver.inspect(&shop).await.unwrap().unwrap().pid == main.pid;

    spec.digest = "second".into();
    let second = driver.ensure_running(&spec).await.unwrap();
    assert!(is_untouched().await, "its neighbour was replaced");
    fixture.print(&tried, &second, "of the rehearsal").await;
    let printed = |lines: &[model::LogLine]| lines.iter().any(|line| line.text == "of the rehearsal");
    log(&*driver, &tried, "the line is logged", printed).await;
    assert!(!printed(&tail(&*driver, &shop, 1000).await), "each has a log of its own");
    driver.ensure_stopped(&tried, GRACE).await.unwrap();
    assert!(is_untouched().await, "its neighbour was stopped");
    driver.remove(&tried).await.unwrap();
    assert!(is_untouched().await, "its neighbour was removed");
    assert_eq!(driver.list().await.unwrap().len(), 1);

    let (_, again) = run(fixture, &tried).await;
    driver.remove(&shop).await.unwrap();
    assert_eq!(driver.inspect(&tried).await.unwrap().unwrap().pid, again.pid, "the main one was removed");
    assert_eq!(driver.inspect(&shop).await.unwrap(), None);
}

/// Another driver finds it under the key that it was started with, and hears of its end.
pub async fn a_rehearsal_is_adopted(fixture: &dyn DriverFixture) {
    let tried = rehearsal(&id("shop"));
    let (_, seen) = run(fixture, &tried).await;
    let driver = fixture.restarted();
    assert_eq!(driver.list().await.unwrap()[0].0, tried);
    fixture.kill(&tried, &seen).await;
    assert_eq!(ended(&*driver, &tried).await.exit.unwrap().signal, Some(9));
}
