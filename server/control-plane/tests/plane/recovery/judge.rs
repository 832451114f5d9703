//! A database that others have made, with nearly everything that Postgres has, is judged by another program: `pg_dump` reads the same
//! before the backup and after the restore.

use std::collections::BTreeSet;

use super::{DATABASE, SHOP, back_up, judged, no_copy_is_left, restore};
use crate::support::World;

/// Partitions, inheritance, forced row security, domains, composite and generated columns, materialized views, rules, triggers, grants,
/// names with quotes and unicode.
const EVERYTHING: &str = include_str!("../../../../postgres/tests/host/copies/schema.sql");
const JUDGE: &str = "judge";

/// Every line of a plain dump but those that are different in each dump, in no order: that of rows is not restored.
fn dumped(world: &World) -> Vec<String> {
    let output = world.real().program("pg_dump", JUDGE, DATABASE).arg("--no-comments").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let random = |line: &&str| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict");
    let mut lines: Vec<String> = text.lines().filter(random).map(str::to_owned).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn what_pgbench_and_a_schema_of_everything_made_is_restored_unchanged() {
    let mut world = World::new().await;
    world.use_real_databases().await;
    let plane = world.start().await;
    plane.create(world.draft(SHOP)).await;
    let real = world.real();
    real.create(JUDGE).await;
    let mut reader = real.connect("postgres").await;
    sqlx::raw_sql("create role reader").execute(&mut reader).await.unwrap();
    let mut bench = real.program("pgbench", JUDGE, DATABASE);
    bench.env("PGOPTIONS", format!("-c role={DATABASE}")).args(["-i", "-q", "-s", "1", "--foreign-keys"]);
    let made = bench.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    real.sql(DATABASE, EVERYTHING).await;
    let before = dumped(&world);
    assert!(before.len() > 100_000, "{}", before.len());

    let backup = judged(&plane, back_up(&plane).await.id).await;
    assert!(backup.is_verified(), "{:#?}", backup.verification);
    real.sql(
        DATABASE,
        "drop table pgbench_history; delete from pgbench_accounts where aid > 10; drop table child",
    )
    .await;
    plane.succeeds(&restore(&plane, backup.id).await.unwrap()).await;
    let after = dumped(&world);
    let (was, is): (BTreeSet<&String>, BTreeSet<&String>) = (before.iter().collect(), after.iter().collect());
    let different: Vec<_> = was.symmetric_difference(&is).take(20).collect();
    assert!(different.is_empty() && before.len() == after.len(), "{different:#?}");
    no_copy_is_left(&world).await;
}
