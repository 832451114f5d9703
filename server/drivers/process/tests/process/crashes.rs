//! What is left, and what is done about it, when somebody is killed.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use control_plane::testing::instance::free_address;

use crate::support::{Fixture, example, gone, id, pid, session, tell, until};
use control_plane::ports::driver::{AddressRequest, Driver, Follow, LogQuery};
use control_plane::testing::conformance::driver::DriverFixture;
use futures::StreamExt;
use keeper::process::ProcessKey;
use model::LogStream;
use nix::sys::signal::{Signal, kill};

/// The fastest of so many: the machine that runs the tests may be busy.
const ATTEMPTS: usize = 5;
const NOTICED_WITHIN: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_killed_control_plane_leaves_its_instance_to_the_next() {
    let fixture = Fixture::new();
    let spec = fixture.spec(&id("shop"));
    let mut control_plane = Command::new(example("control_plane"))
        .arg(fixture.run_dir())
        .args([example("keeper"), example("instance")])
        .arg(spec.address.given().unwrap().to_string())
        .arg(spec.media.folder().unwrap())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(control_plane.stdout.take().unwrap()).read_line(&mut said).unwrap();
    control_plane.kill().unwrap();
    control_plane.wait().unwrap();

    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    assert_eq!(seen.pid.unwrap().to_string(), said.trim(), "it is the same process");
    assert_eq!(tell(&seen, "print still here"), "printed");
    fixture.driver.ensure_stopped(&spec.key, Duration::from_secs(5)).await.unwrap();
    assert_eq!(fixture.driver.inspect(&spec.key).await.unwrap().unwrap().exit.unwrap().signal, Some(15));
}

#[tokio::test]
async fn a_killed_instance_is_hinted_at_within_a_quarter_of_a_second() {
    let fixture = Fixture::new();
    let spec = fixture.spec(&id("shop"));
    // Another driver's eyes: the instance is not its child's child.
    let watcher = fixture.restarted();
    let mut fastest = Duration::MAX;
    for _ in 0..ATTEMPTS {
        let seen = fixture.driver.ensure_running(&spec).await.unwrap();
        let mut changes = watcher.changes();
        let killed = Instant::now();
        kill(pid(seen.pid.unwrap()), Signal::SIGKILL).unwrap();
        let exit = loop {
            assert_eq!(changes.next().await, Some(spec.key.clone()));
            if let Some(exit) = watcher.inspect(&spec.key).await.unwrap().unwrap().exit {
                break exit;
            }
        };
        fastest = fastest.min(killed.elapsed());
        assert_eq!((exit.code, exit.signal), (None, Some(9)));
    }
    assert!(fastest < NOTICED_WITHIN, "{fastest:?}");
}

#[tokio::test]
async fn a_killed_keeper_takes_its_instance_along_and_that_is_noticed() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    let first = fixture.driver.ensure_running(&spec).await.unwrap();
    let mut changes = fixture.driver.changes();
    let record = fixture.record(&shop);
    kill(pid(record.keeper.pid), Signal::SIGKILL).unwrap();
    assert_eq!(changes.next().await, Some(shop.clone()));
    gone(record.instance);

    let seen = fixture.driver.inspect(&shop).await.unwrap().unwrap();
    let exit = seen.exit.unwrap();
    assert_eq!((exit.code, exit.signal), (None, None), "nobody saw how");
    let again = fixture.restarted().inspect(&shop).await.unwrap().unwrap();
    assert_eq!(again.exit.unwrap().at, exit.at, "it is written down once");
    let lines = fixture.driver.logs(&shop, LogQuery { tail: 1, follow: Follow::No }).await.unwrap();
    let last = lines.collect::<Vec<_>>().await.pop().unwrap().unwrap();
    assert!(last.stream == LogStream::Platform && last.text.contains("keeper"), "{last:?}");

    let second = fixture.driver.ensure_running(&spec).await.unwrap();
    assert!(second.is_running() && second.pid != first.pid);
    assert_eq!(tell(&second, "print again"), "printed");
}

#[tokio::test]
async fn what_outlives_a_killed_keeper_is_ended_before_anything_new_starts() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    let first = fixture.driver.ensure_running(&spec).await.unwrap();
    let child = ProcessKey::of(tell(&first, "fork").parse().unwrap()).unwrap();
    let record = fixture.record(&shop);
    kill(pid(record.keeper.pid), Signal::SIGKILL).unwrap();
    gone(record.keeper);
    gone(record.instance);
    assert!(child.is_alive(), "a grandchild is not killed by the kernel");

    let seen = fixture.driver.inspect(&shop).await.unwrap().unwrap();
    assert!(seen.is_running() && seen.digest != spec.digest, "{seen:?}");
    let second = fixture.driver.ensure_running(&spec).await.unwrap();
    assert!(!child.is_alive());
    assert_eq!(second.digest, spec.digest);
}

#[tokio::test]
async fn a_stop_leaves_no_process_of_an_instance_that_has_children() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    tell(&seen, "fork");
    let keeper = fixture.record(&shop).keeper;
    assert_eq!(session(keeper).len(), 3, "keeper, instance, child");
    fixture.driver.ensure_stopped(&shop, Duration::from_secs(5)).await.unwrap();
    assert_eq!(session(keeper), Vec::<u32>::new());
}

#[tokio::test]
async fn an_instance_that_ignores_the_request_is_killed_after_the_grace() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    spec.env.push(("IGNORE_TERM".into(), "1".to_owned().into()));
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    tell(&seen, "home");
    let asked = Instant::now();
    fixture.driver.ensure_stopped(&shop, Duration::from_millis(400)).await.unwrap();
    let waited = asked.elapsed();
    assert!(waited >= Duration::from_millis(400), "{waited:?}");
    let exit = fixture.driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap();
    assert_eq!((exit.code, exit.signal), (None, Some(9)));
}

#[tokio::test]
async fn the_keeper_keeps_to_the_grace_of_a_control_plane_that_died() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut spec = fixture.spec(&shop);
    spec.env.push(("IGNORE_TERM".into(), "1".to_owned().into()));
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    tell(&seen, "home");
    let keeper = fixture.record(&shop).keeper;
    let ended = fixture.driver.ensure_stopped(&shop, Duration::from_secs(2));
    let died = tokio::time::timeout(Duration::from_secs(1), ended).await;
    assert!(died.is_err() && keeper.is_alive(), "nobody is there to kill it at the end of its grace");
    gone(keeper);
    let exit = fixture.driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap();
    assert_eq!(exit.signal, Some(9), "long before the keeper's own limit");
}

#[tokio::test]
async fn a_keeper_that_is_asked_by_somebody_else_ends_its_instance_properly() {
    let fixture = Fixture::new();
    let shop = id("shop");
    fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    let record = fixture.record(&shop);
    kill(pid(record.keeper.pid), Signal::SIGTERM).unwrap();
    gone(record.keeper);
    let exit = fixture.driver.inspect(&shop).await.unwrap().unwrap().exit.unwrap();
    assert_eq!(exit.signal, Some(15));
}

#[tokio::test]
async fn a_pid_that_was_given_again_is_nobody_of_ours() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.driver.ensure_stopped(&shop, Duration::ZERO).await.unwrap();
    let mut bystander = Command::new(example("instance")).arg("wait").spawn().unwrap();
    let key = ProcessKey::of(bystander.id()).unwrap();
    let mut record = fixture.record(&shop);
    record.end = None;
    record.keeper = ProcessKey { started: key.started - 1, ..key };
    record.instance = record.keeper;
    record.write(&fixture.folder_of(&shop)).unwrap();

    assert!(!fixture.driver.inspect(&shop).await.unwrap().unwrap().is_running());
    fixture.driver.ensure_stopped(&shop, Duration::ZERO).await.unwrap();
    assert!(fixture.driver.ensure_running(&spec).await.unwrap().is_running());
    assert!(key.is_alive(), "the bystander was not touched");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

#[tokio::test]
async fn after_a_boot_nothing_runs() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    fixture.driver.ensure_stopped(&shop, Duration::ZERO).await.unwrap();
    let mut record = fixture.record(&shop);
    let me = ProcessKey::of(std::process::id()).unwrap();
    (record.boot, record.end, record.keeper, record.instance) = ("another".into(), None, me, me);
    record.write(&fixture.folder_of(&shop)).unwrap();
    assert!(!fixture.driver.inspect(&shop).await.unwrap().unwrap().is_running());
    assert!(fixture.driver.ensure_running(&spec).await.unwrap().is_running());
}

#[tokio::test]
async fn nobody_starts_where_a_keeper_is_at_work() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let spec = fixture.spec(&shop);
    fixture.driver.ensure_running(&spec).await.unwrap();
    let record = fixture.record(&shop);
    // As after a crash between the start of the keeper and its record.
    std::fs::remove_file(fixture.folder_of(&shop).join("record")).unwrap();
    let mut other = spec.clone();
    other.address = AddressRequest::Given(free_address(26_000));
    let fault = fixture.driver.ensure_running(&other).await.unwrap_err();
    assert!(fault.to_string().contains("another keeper"), "{fault}");
    record.write(&fixture.folder_of(&shop)).unwrap();
    until("the keeper is found again", || record.keeper.is_alive().then_some(()));
    assert_eq!(fixture.driver.ensure_running(&spec).await.unwrap().pid, Some(record.instance.pid));
}
