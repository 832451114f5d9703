//! Backups, their proof, restores and their undo, on a real database server and real folders.

mod boot;
mod by_hand;
mod clones;
mod crashes;
mod damage;
mod deletes;
mod extremes;
mod faults;
mod fleet;
mod judge;
mod new_project;
mod point_in_time;
mod round_trip;
mod soak;
mod tables;
mod uploads;

use std::path::PathBuf;

use model::{Backup, BackupId, BackupState, Operation, RestoreDraft, VerificationState};

use crate::support::world::id;
use crate::support::{Running, World, eventually, ines};

/// The project of these tests, and its database.
const SHOP: &str = "shop";
const DATABASE: &str = "proj_shop";

/// A schema with what databases have, and its rows.
const DATA: &str = r#"
    create type state as enum ('new', 'done');
    create table things (
      id bigint generated always as identity primary key, body text not null, state state not null default 'new',
      extra jsonb, long_body text generated always as (body || body) stored);
    create table "Ünï ""code" (thing bigint references things (id), at timestamptz default now());
    alter table things enable row level security;
    alter table things force row level security;
    create policy own on things using (body = current_setting('app.me', true));
    insert into things (body, extra) select md5(i::text), jsonb_build_object('i', i) from generate_series(1, 1000) i;
"#;

/// A fleet with one project that has rows and an upload, on a real database server.
async fn shop() -> (World, Running) {
    let mut world = World::new().await;
    world.use_real_databases().await;
    let plane = world.start().await;
    plane.create(world.draft(SHOP)).await;
    // rows are written past the forced policy of their owner
    let data = format!(
        "{}; alter table things no force row level security",
        DATA.replace("insert into", "alter table things no force row level security; insert into")
    );
    world.real().sql(DATABASE, &data).await;
    world.real().sql(DATABASE, "alter table things force row level security").await;
    std::fs::write(upload(&world), "first").unwrap();
    (world, plane)
}

fn upload(world: &World) -> PathBuf {
    world.volumes_dir().join(SHOP).join("media").join("logo.txt")
}

/// The rows of the project, as an operator counts them.
async fn rows(world: &World) -> String {
    world.real().text(DATABASE, "select count(*) from things").await
}

/// Takes a backup and waits until it is complete.
async fn back_up(plane: &Running) -> Backup {
    let operation = plane.backups().create(&ines(), &id(SHOP)).await.unwrap();
    plane.succeeds(&operation).await;
    newest(plane).await
}

async fn newest(plane: &Running) -> Backup {
    let page = plane.backups().list(&ines(), &id(SHOP), None).await.unwrap();
    page.items.into_iter().next().expect("a backup")
}

/// Waits until the backup was verified, well or not.
async fn judged(plane: &Running, backup: BackupId) -> Backup {
    eventually("the backup is verified", async || {
        let backup = plane.backups().get(&ines(), backup).await.unwrap();
        (backup.verification.state != VerificationState::Unverified).then_some(backup)
    })
    .await
}

/// Opens the restore of a backup, without a backup of the present data.
async fn restore(plane: &Running, backup: BackupId) -> control_plane::Result<Operation> {
    let draft = RestoreDraft { confirm: SHOP.into(), backup_first: false, with_schema: true };
    plane.backups().restore(&ines(), backup, &draft).await
}

/// Waits until no database of an operation is left but those that are set aside.
async fn no_copy_is_left(world: &World) {
    eventually("no copy is left", async || {
        let names = world.real().names().await;
        names.iter().all(|name| !name.contains("_r_")).then_some(())
    })
    .await;
}

fn is_complete(backup: &Backup) -> bool {
    backup.state == BackupState::Complete
}
