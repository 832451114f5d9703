//! Databases at the limits: very many tables, and one very large row. Small in the suite, whole in `make soak-recovery`.

use super::{DATABASE, back_up, judged, restore, rows, shop};
use crate::support::World;

/// Whether the suite has hours.
fn whole() -> bool {
    std::env::var("ATOMO_FLEET_TEST_RECOVERY_ROUNDS").is_ok()
}

/// Takes a backup, proves it, restores it after a change, and returns how many tables it had.
async fn goes_through(world: &World, plane: &crate::support::Running, change: &str) -> u64 {
    let backup = judged(plane, back_up(plane).await.id).await;
    assert!(backup.is_verified(), "{:#?}", backup.verification);
    world.real().sql(DATABASE, change).await;
    plane.succeeds(&restore(plane, backup.id).await.unwrap()).await;
    assert_eq!(rows(world).await, "1000");
    backup.tables.unwrap()
}

#[tokio::test]
async fn very_many_tables_go_through() {
    let (world, plane) = shop().await;
    let (hundreds, each) = if whole() { (100, 100) } else { (3, 100) };
    for hundred in 0..hundreds {
        // one transaction each: all tables in one would fill the server's table of locks
        let tables = format!(
            "do $$ begin for i in 1..{each} loop
               execute format('create table t_{hundred}_%s (id int primary key, name text default %L)', i, 'x');
               execute format('insert into t_{hundred}_%s values (1)', i);
             end loop; end $$"
        );
        world.real().sql(DATABASE, &tables).await;
    }
    let tables = goes_through(&world, &plane, "drop table t_1_1, t_1_2").await;
    assert_eq!(tables, hundreds * each + 2);
    assert_eq!(world.real().text(DATABASE, "select name from t_1_2").await, "x");
}

#[tokio::test]
async fn a_very_large_row_goes_through() {
    let (world, plane) = shop().await;
    let megabytes = if whole() { 240 } else { 24 };
    // 4 values of a row; one value may have 1 GB, and a row as text too
    let large = format!(
        "create table large (id int primary key, a bytea, b bytea, c text, d text);
         insert into large select 1, r, r, t, t from
           (select decode(repeat(md5('x'), 65536 * {megabytes} / 4), 'hex') r, repeat(md5('y') || 'ü', 32768 * {megabytes} / 8) t) v"
    );
    world.real().sql(DATABASE, &large).await;
    let digest = "select md5(a) || md5(b) || md5(c) || md5(d) || octet_length(a) from large";
    let before = world.real().text(DATABASE, digest).await;
    goes_through(&world, &plane, "update large set a = 'x', d = null").await;
    assert_eq!(world.real().text(DATABASE, digest).await, before);
}
