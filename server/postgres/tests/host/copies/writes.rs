//! Whether rows can be added to a copy.

use control_plane::ports::database_copies::{DatabaseCopies as _, TableWrites};
use model::{WriteOutcome, WriteTried};
use sqlx::Executor as _;

use super::workshop::workshops;
use crate::support::Admin;

const TABLES: &str = "
    create type mood as enum ('sad');
    create table plain (id serial primary key, title text not null, mood mood not null, at timestamptz not null default now());
    create table full_one (id int primary key, code text unique not null);
    insert into full_one values (1, 'a');
    create table child (id serial primary key, parent int not null references full_one);
    create table left_over (id serial primary key, title text not null, note text not null);
    create table odd (id serial primary key, place point not null);";

fn writes(table: &str, columns: &[&str]) -> TableWrites {
    TableWrites { table: table.into(), columns: columns.iter().map(|name| (*name).into()).collect() }
}

#[tokio::test]
async fn only_a_column_that_nobody_fills_refuses_a_row_and_nothing_stays() {
    for workshop in workshops(Admin::Superuser).await {
        workshop.project().await.execute(TABLES).await.unwrap();
        let dump = workshop.dump().await;
        let copy = workshop.restored(1, &dump).await;
        let asked = [
            writes("plain", &["id", "title", "mood", "at"]),
            writes("full_one", &["id", "code"]),
            writes("child", &["id", "parent"]),
            writes("left_over", &["id", "title"]),
            writes("odd", &["id", "place"]),
            writes("absent", &["id"]),
        ];
        let tried = workshop.copies.try_writes(&copy, &asked).await.unwrap();

        let (refused, rest): (Vec<&WriteTried>, Vec<&WriteTried>) =
            tried.iter().partition(|tried| matches!(tried.outcome, WriteOutcome::Refused { .. }));
        let columns: Vec<_> = refused
            .iter()
            .map(|tried| match &tried.outcome {
                WriteOutcome::Refused { column, .. } => (tried.table.as_str(), column.as_str()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(columns, [("left_over", "note")]);
        let added = rest.iter().filter(|tried| tried.outcome == WriteOutcome::Added);
        assert_eq!(
            added.map(|tried| tried.table.as_str()).collect::<Vec<_>>(),
            ["plain", "full_one", "child"]
        );
        for (at, named) in [(4, "place"), (5, "absent")] {
            let outcome = &tried[at].outcome;
            assert!(
                matches!(outcome, WriteOutcome::NotTried { message } if message.contains(named)),
                "{outcome:?}"
            );
        }
        assert_eq!(workshop.contents(&copy).await.tables, dump.contents.tables);
    }
}
