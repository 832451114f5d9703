//! What an instance gets, what it does not, and what nobody sees.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{Fixture, id, listen, session, tell, until};
use control_plane::ports::Failure;
use control_plane::ports::driver::{Driver, DriverError, Follow, InstanceSpec, LogQuery, Release};
use control_plane::testing::conformance::driver::DriverFixture;
use driver_process::{ProcessDriver, ProcessSettings};
use futures::StreamExt;

const SECRET: &str = "planted-Zq8vK3-secret";

fn secret_spec(fixture: &Fixture) -> InstanceSpec {
    let mut spec = fixture.spec(&id("shop"));
    spec.env.push(("JWT_SECRET".into(), SECRET.to_owned().into()));
    spec.env.push(("PRINT".into(), format!("url postgres://u:{SECRET}@h/db").into()));
    spec.redact.push(SECRET.to_owned().into());
    spec
}

#[tokio::test]
async fn an_instance_has_its_environment_and_nothing_else() {
    let fixture = Fixture::new();
    let mut spec = fixture.spec(&id("shop"));
    spec.env = vec![
        ("NAME".into(), "value = with\nlines".to_owned().into()),
        ("PORT".into(), "1".to_owned().into()),
    ];
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    let address = spec.address.given().unwrap();
    let schema = spec.schema.folder().unwrap().join("schema.ts");
    let mut expected = vec![
        format!("ATOMO_SCHEMA_PATH={}", schema.display()),
        format!("HOST={}", address.ip()),
        "NAME=value = with".to_owned(),
        format!("PORT={}", address.port()),
        format!("STORAGE_LOCAL_DIR={}", spec.media.folder().unwrap().display()),
        "lines".to_owned(),
    ];
    expected.sort();
    let answer = tell(&seen, "env");
    let mut lines: Vec<_> = answer.lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn an_instance_stands_alone() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    let home = tell(&seen, "home");
    assert_eq!(Path::new(&home), fixture.folder_of(&shop).join("home").canonicalize().unwrap());
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0, "its folder is empty");
    assert_eq!(fs::metadata(fixture.folder_of(&shop)).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(tell(&seen, "stdin"), "0 bytes");
    let limits = tell(&seen, "limits");
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_ascii_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max core file size"), "0");
    assert!(limit("Max open files").parse::<u32>().unwrap() > 1024);
    let status = tell(&seen, "status");
    assert!(status.contains("NoNewPrivs:\t1") && status.contains("SigBlk:\t0000000000000000"), "{status}");
    let record = fixture.record(&shop);
    let stat = |pid: u32| keeper::process::Stat::read(pid).unwrap();
    let (keeper, instance) = (stat(record.keeper.pid), stat(record.instance.pid));
    assert_eq!((keeper.session, instance.session), (record.keeper.pid, record.keeper.pid));
    assert_eq!((keeper.group, instance.group), (record.keeper.pid, record.instance.pid));
}

#[tokio::test]
async fn no_secret_is_in_an_argument_a_file_or_a_log() {
    let fixture = Fixture::new();
    let spec = secret_spec(&fixture);
    let seen = fixture.driver.ensure_running(&spec).await.unwrap();
    assert!(tell(&seen, "env").contains(SECRET), "the instance itself has it");
    tell(&seen, &format!("shout {SECRET}"));
    tell(&seen, "print done");
    let record = fixture.record(&spec.key);
    for pid in session(record.keeper) {
        let cmdline = fs::read(format!("/proc/{pid}/cmdline")).unwrap();
        assert!(!String::from_utf8_lossy(&cmdline).contains(SECRET));
    }
    let keeper_env = fs::read(format!("/proc/{}/environ", record.keeper.pid)).unwrap();
    assert_eq!(keeper_env, b"", "the keeper has no environment");
    let log = fixture.folder_of(&spec.key).join("log.1");
    let text = until("the log is written", || {
        let text = fs::read_to_string(&log).unwrap();
        (text.contains(" e [redacted]") && text.contains(" o done")).then_some(text)
    });
    assert!(text.contains("url postgres://u:[redacted]@h/db"), "{text}");
    for file in fs::read_dir(fixture.folder_of(&spec.key)).unwrap().flatten() {
        let bytes = fs::read(file.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{}", file.path().display());
    }
}

#[tokio::test]
async fn a_keeper_costs_less_than_two_megabytes() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    for _ in 0..200 {
        tell(&seen, &format!("print {}", "x".repeat(4000)));
    }
    let rollup =
        fs::read_to_string(format!("/proc/{}/smaps_rollup", fixture.record(&shop).keeper.pid)).unwrap();
    let private: u64 = rollup
        .lines()
        .filter(|line| ["Private_Clean:", "Private_Dirty:"].iter().any(|name| line.starts_with(name)))
        .map(|line| line.split_ascii_whitespace().nth(1).unwrap().parse::<u64>().unwrap())
        .sum();
    assert!(private > 0 && private < 2048, "{private} KiB\n{rollup}");
}

#[tokio::test]
async fn what_it_uses_and_used_is_told() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let seen = fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    tell(&seen, "home");
    let running = fixture.driver.figures(&shop, &seen).await;
    assert!(running.memory.unwrap().bytes() > 100_000 && running.peak_memory >= running.memory);
    fixture.exit(&shop, &seen, 0).await;
    until("the exit is seen", || fixture.record(&shop).end.map(|_| ()));
    let ended = fixture.driver.inspect(&shop).await.unwrap().unwrap();
    let ended = fixture.driver.figures(&shop, &ended).await;
    assert!(ended.peak_memory.unwrap().bytes() > 100_000);
}

#[tokio::test]
async fn a_program_that_is_no_program_is_refused_by_name() {
    let fixture = Fixture::new();
    let mut spec = fixture.spec(&id("shop"));
    let text = fixture.folder.path().join("text");
    fs::write(&text, "no program at all").unwrap();
    for (mode, reason) in [(0o644, "denied"), (0o755, "program")] {
        fs::set_permissions(&text, fs::Permissions::from_mode(mode)).unwrap();
        spec.release = Release::Program(text.clone());
        let fault = fixture.driver.ensure_running(&spec).await.unwrap_err();
        assert!(
            matches!(&fault, DriverError::Release { release, .. } if *release == spec.release),
            "{fault:?}"
        );
        assert!(fault.to_string().to_lowercase().contains(reason), "{fault}");
        assert_eq!(fixture.driver.inspect(&spec.key).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let fixture = Fixture::new();
    let spec = fixture.spec(&id("shop"));
    // A file where the folder should be: also root cannot write into it.
    fs::write(fixture.run_dir(), "").unwrap();
    let fault = fixture.driver.ensure_running(&spec).await.unwrap_err();
    assert!(
        matches!(&fault, DriverError::Storage { path, .. } if path.starts_with(fixture.run_dir())),
        "{fault:?}"
    );
    assert!(fault.is_transient());
    fixture.driver.probe().await.unwrap_err();
    fs::remove_file(fixture.run_dir()).unwrap();

    let folder = fixture.folder_of(&spec.key);
    fs::create_dir_all(folder.join("record.new")).unwrap();
    let fault = fixture.driver.ensure_running(&spec).await.unwrap_err();
    assert!(matches!(&fault, DriverError::Storage { path, .. } if *path == folder), "{fault:?}");
    drop(listen(spec.address.given().unwrap()));
    fs::remove_dir(folder.join("record.new")).unwrap();
    assert!(fixture.driver.ensure_running(&spec).await.unwrap().is_running());
}

#[tokio::test]
async fn a_keeper_that_is_not_there_is_named() {
    let fixture = Fixture::new();
    let keeper = fixture.folder.path().join("no-keeper");
    let driver = ProcessDriver::new(ProcessSettings { run_dir: fixture.run_dir(), keeper });
    for fault in [
        driver.ensure_running(&fixture.spec(&id("shop"))).await.unwrap_err(),
        driver.probe().await.unwrap_err(),
    ] {
        assert!(
            matches!(&fault, DriverError::Away { .. }) && fault.to_string().contains("no-keeper"),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn a_follower_may_be_there_first() {
    let fixture = Fixture::new();
    let shop = id("shop");
    let mut lines = fixture.driver.logs(&shop, LogQuery { tail: 10, follow: Follow::Yes }).await.unwrap();
    let next = tokio::spawn(async move { lines.next().await });
    fixture.driver.ensure_running(&fixture.spec(&shop)).await.unwrap();
    let line = tokio::time::timeout(std::time::Duration::from_secs(10), next).await.unwrap().unwrap();
    assert!(line.unwrap().unwrap().text.starts_with("started, pid "));
}

#[tokio::test]
async fn twenty_start_at_once() {
    let fixture = Fixture::new();
    let specs: Vec<_> = (0..20).map(|number| fixture.spec(&id(&format!("shop-{number}")))).collect();
    let started =
        futures::future::join_all(specs.iter().map(|spec| fixture.driver.ensure_running(spec))).await;
    assert!(
        started.iter().all(|seen| seen.as_ref().is_ok_and(model::InstanceSeen::is_running)),
        "{started:?}"
    );
    assert_eq!(fixture.driver.list().await.unwrap().len(), 20);
    let version = fixture.driver.probe().await.unwrap().name;
    assert!(version.starts_with("process (atomo-keeper "), "{version}");
}
