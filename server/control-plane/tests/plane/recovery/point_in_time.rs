//! A project is restored to a moment, from the archive of the write-ahead log of its server.

use std::path::Path;
use std::time::{Duration, Instant};

use model::{
    BackupKind, BackupState, Operation, PointInTimeDraft, ProblemKind, RecoveryWindow, StepStatus,
    VerificationState,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{DATA, DATABASE, SHOP, newest, rows, upload};
use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

const BLOG: &str = "blog";
/// Removes everything, as an operator with the wrong window open does.
const DISASTER: &str = "truncate things, \"Ünï \"\"code\"; drop table pgbench_history";

/// A fleet with two projects on one archived server. The rows of the first include those of `pgbench`.
async fn archived() -> (World, Running) {
    let mut world = World::new().await;
    world.use_real_databases().await;
    world.archive_wal();
    let plane = world.start().await;
    plane.create(world.draft(SHOP)).await;
    plane.create(world.draft(BLOG)).await;
    let data = DATA.replace("insert into", "alter table things no force row level security; insert into");
    world.real().sql(DATABASE, &data).await;
    pgbench(&world).await;
    world.real().sql("proj_blog", "create table posts (id int); insert into posts values (1)").await;
    std::fs::write(upload(&world), "upload").unwrap();
    window(&plane).await;
    (world, plane)
}

/// Tables with foreign keys, and 100,000 rows.
async fn pgbench(world: &World) {
    world.real().create("bench").await;
    let mut command = world.real().program("pgbench", "bench", DATABASE);
    command.env("PGOPTIONS", format!("-c role={DATABASE}"));
    let output = command.args(["--initialize", "--quiet", "--foreign-keys", "--scale=1"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The content of the tables of `pgbench`.
async fn digest(world: &World) -> String {
    let tables = ["accounts", "branches", "tellers"].map(|table| {
        format!("(select count(*) || ':' || sum(hashtextextended(t::text, 0)) from pgbench_{table} t)")
    });
    world.real().text(DATABASE, &format!("select concat_ws(' ', {})", tables.join(", "))).await
}

/// Waits until the first base backup is complete.
async fn window(plane: &Running) -> RecoveryWindow {
    eventually("a window", async || {
        plane.backups().recovery(&ines(), &id(SHOP)).await.unwrap().windows.last().copied()
    })
    .await
}

/// Now, by the clock of the server.
async fn now(world: &World) -> OffsetDateTime {
    let format = r#"YYYY-MM-DD"T"HH24:MI:SS.US"Z""#;
    let query = format!("select to_char(clock_timestamp() at time zone 'utc', '{format}')");
    OffsetDateTime::parse(&world.real().text("postgres", &query).await, &Rfc3339).unwrap()
}

async fn restore_to(plane: &Running, at: OffsetDateTime) -> control_plane::Result<Operation> {
    let at = at.format(&Rfc3339).unwrap();
    let draft = PointInTimeDraft { at, confirm: SHOP.into(), backup_first: false };
    plane.backups().restore_to(&ines(), &id(SHOP), &draft).await
}

/// The processes of this program whose arguments or working folder are in the folder.
fn processes(name: &str, folder: &Path) -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_it = |pid: &i32| {
        let process = Path::new("/proc").join(pid.to_string());
        let comm = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        let line = std::fs::read_to_string(process.join("cmdline")).unwrap_or_default();
        let cwd = std::fs::read_link(process.join("cwd")).unwrap_or_default();
        comm.trim_end() == name && (line.contains(&folder.display().to_string()) || cwd.starts_with(folder))
    };
    pids.filter(is_it).collect()
}

/// Waits until nothing of a side cluster is left.
async fn nothing_is_left(world: &World) {
    let side = world.real().wal_folder().join("side");
    eventually("no side cluster", async || {
        let empty = std::fs::read_dir(&side).map_or(true, |mut entries| entries.next().is_none());
        (empty && processes("postgres", &side).is_empty()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_project_is_restored_to_just_before_a_truncate_across_a_killed_receiver() {
    let (world, plane) = archived().await;
    let before = digest(&world).await;
    kill_the_receiver(&world).await;
    world
        .real()
        .sql(DATABASE, "insert into things (body) select i::text from generate_series(1, 500) i")
        .await;
    let at = now(&world).await;
    world.real().sql(DATABASE, DISASTER).await;
    world.real().sql("proj_blog", "insert into posts values (2)").await;
    assert_eq!(rows(&world).await, "0");

    refused_outside(&plane).await;
    let begun = Instant::now();
    let restored = plane.succeeds(&restore_to(&plane, at).await.unwrap()).await;
    eprintln!("restored in {} ms", begun.elapsed().as_millis());
    for step in &restored.steps {
        assert_eq!(step.status, StepStatus::Done, "{step:#?}");
        eprintln!(
            "{:?} {:?}",
            step.step,
            step.finished_at.zip(step.started_at).map(|(end, begin)| end - begin)
        );
    }
    assert_eq!((rows(&world).await.as_str(), digest(&world).await), ("1500", before));
    assert_eq!(world.real().text(DATABASE, "select count(*) from pgbench_history").await, "0");
    assert_eq!(world.real().text("proj_blog", "select count(*) from posts").await, "2", "another project");
    assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "upload", "uploads stay");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
    let backup = newest(&plane).await;
    assert_eq!((backup.kind, backup.state), (BackupKind::PointInTime, BackupState::Complete));
    assert_eq!((backup.taken_at, backup.verification.state), (Some(at), VerificationState::Verified));
    nothing_is_left(&world).await;

    // and back to the disaster
    let undone = plane.backups().undo(&ines(), &id(SHOP), restored.id).await.unwrap();
    plane.succeeds(&undone).await;
    assert_eq!(rows(&world).await, "0");
}

async fn kill_the_receiver(world: &World) {
    let folder = world.real().wal_folder();
    let [first] = processes("pg_receivewal", &folder)[..] else { panic!("one receiver") };
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(first), nix::sys::signal::Signal::SIGKILL).unwrap();
    eventually("another receiver", async || {
        let receivers = processes("pg_receivewal", &folder);
        (receivers.len() == 1 && receivers[0] != first).then_some(())
    })
    .await;
}

async fn refused_outside(plane: &Running) {
    let window = window(plane).await;
    for at in
        [window.earliest - Duration::from_secs(1), OffsetDateTime::now_utc() + Duration::from_secs(3600)]
    {
        let refused = restore_to(plane, at).await.unwrap_err().problem();
        let accepted = &refused.errors[0].accepted;
        assert_eq!((refused.kind, refused.errors[0].field.as_str()), (ProblemKind::Invalid, "at"), "{at}");
        assert!(
            accepted.starts_with(&window.earliest.date().to_string()) && accepted.contains(" to "),
            "{accepted}"
        );
    }
}

#[tokio::test]
async fn a_restore_to_a_time_that_is_killed_or_cancelled_leaves_nothing_behind() {
    let (world, mut plane) = archived().await;
    let at = now(&world).await;
    let side = world.real().wal_folder().join("side");
    for moment in [0, 150, 400] {
        // nothing is committed after the time in the first round
        let restored = restore_to(&plane, at).await.unwrap();
        eventually("a side cluster", async || side.join(restored.id.to_string()).exists().then_some(()))
            .await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        plane.kill().await;
        eventually("no server", async || processes("postgres", &side).is_empty().then_some(())).await;
        plane = world.start().await;
        plane.succeeds(&restored).await;
        assert_eq!(rows(&world).await, "1000", "{moment} ms");
        nothing_is_left(&world).await;
        world.real().sql(DATABASE, DISASTER).await;
    }
    window(&plane).await;
    let restored = restore_to(&plane, at).await.unwrap();
    eventually("a side cluster", async || side.join(restored.id.to_string()).exists().then_some(())).await;
    plane.operations().cancel(&ines(), restored.id).await.unwrap();
    let over = plane.over(restored.id).await;
    assert_eq!((over.status, rows(&world).await.as_str()), (model::OperationStatus::Cancelled, "0"));
    nothing_is_left(&world).await;
}
