//! Single tables of a backup in a database beside that of the project.

use model::{SetAsideReason, TablesDraft};

use super::{DATABASE, SHOP, back_up, no_copy_is_left, rows, shop};
use crate::support::world::id;
use crate::support::{eventually, ines};

fn draft(tables: &[&str]) -> TablesDraft {
    TablesDraft { tables: tables.iter().map(|name| (*name).to_owned()).collect() }
}

#[tokio::test]
async fn tables_are_restored_beside_the_project_and_dropped_again() {
    let (world, plane) = shop().await;
    world
        .real()
        .sql(DATABASE, r#"insert into "Ünï ""code" (thing) values (null), (null); create table other as select 1 as one"#)
        .await;
    let backup = super::judged(&plane, back_up(&plane).await.id).await;
    world
        .real()
        .sql(DATABASE, "alter table things no force row level security; delete from \"Ünï \"\"code\"; delete from things")
        .await;
    let unknown = plane.backups().restore_tables(&ines(), backup.id, &draft(&["nothing"])).await;
    assert_eq!(unknown.unwrap_err().problem().errors[0].field, "tables");

    let wanted = draft(&["things", "Ünï \"code"]);
    let made = plane.backups().restore_tables(&ines(), backup.id, &wanted).await.unwrap();
    let made = plane.succeeds(&made).await;
    assert_eq!(made.steps[1].note.as_deref(), Some("2 tables with 1002 rows, equal to the backup"));
    let side = plane.backups().set_aside(&ines(), &id(SHOP)).await.unwrap().remove(0);
    assert_eq!((side.reason, side.operation_id), (SetAsideReason::Tables, made.id));
    let tables = "select string_agg(tablename || ' of ' || tableowner, ', ' order by tablename)
                  from pg_tables where schemaname = 'public'";
    assert_eq!(
        world.real().text(&side.database, tables).await,
        "things of proj_shop, Ünï \"code of proj_shop"
    );
    assert_eq!(world.real().text(&side.database, "select count(*) from things").await, "1000");
    let connects = format!("select has_database_privilege('proj_shop', '{}', 'connect')", side.database);
    assert_eq!(world.real().text("postgres", &connects).await, "true");
    assert_eq!(rows(&world).await, "0", "the project is not touched");
    assert!(plane.backups().undo(&ines(), &id(SHOP), made.id).await.is_err(), "it is no way back");

    let dropped = plane.backups().drop_side(&ines(), &id(SHOP), made.id).await.unwrap();
    plane.succeeds(&dropped).await;
    eventually("it is gone", async || (world.real().names().await == [DATABASE]).then_some(())).await;
    no_copy_is_left(&world).await;
}
