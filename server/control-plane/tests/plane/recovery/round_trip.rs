//! What was backed up is what is restored, and a restore can be undone.

use model::{BackupKind, ProblemKind, RestoreDraft, VerificationState};

use super::{DATABASE, SHOP, back_up, is_complete, judged, newest, restore, rows, shop, upload};
use crate::support::ines;
use crate::support::world::id;

#[tokio::test]
async fn a_backup_is_proved_restored_and_undone() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    assert_eq!(
        (backup.verification.state, backup.rows),
        (VerificationState::Verified, Some(1000)),
        "{backup:#?}"
    );
    assert!(backup.verification.compared[0].ends_with("1000 rows, by content"), "{backup:#?}");
    world
        .real()
        .sql(DATABASE, "alter table things no force row level security; delete from things where id > 10")
        .await;
    std::fs::write(upload(&world), "second").unwrap();

    let draft = RestoreDraft { confirm: SHOP.into(), backup_first: true, with_schema: true };
    let restored = plane.backups().restore(&ines(), backup.id, &draft).await.unwrap();
    plane.succeeds(&restored).await;
    assert_eq!(rows(&world).await, "1000");
    assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "first");
    let first = newest(&plane).await;
    assert_eq!((first.kind, first.rows), (BackupKind::PreRestore, Some(10)), "the data before was backed up");
    assert_eq!(world.browse("shop.example.test").await, Ok(200));

    let ways = plane.backups().set_aside(&ines(), &id(SHOP)).await.unwrap();
    assert_eq!(ways.iter().map(|way| way.operation_id).collect::<Vec<_>>(), [restored.id]);
    let undone = plane.backups().undo(&ines(), &id(SHOP), restored.id).await.unwrap();
    plane.succeeds(&undone).await;
    assert_eq!(rows(&world).await, "10");
    assert_eq!(std::fs::read_to_string(upload(&world)).unwrap(), "second");
    let ways = plane.backups().set_aside(&ines(), &id(SHOP)).await.unwrap();
    assert_eq!(
        ways.iter().map(|way| way.operation_id).collect::<Vec<_>>(),
        [undone.id],
        "the undo can be undone"
    );
    assert_eq!(world.browse("shop.example.test").await, Ok(200));
}

#[tokio::test]
async fn a_restore_is_confirmed_by_the_projects_id() {
    let (world, plane) = shop().await;
    let backup = back_up(&plane).await;
    for typed in ["", "shop-2", "SHOP"] {
        let draft = RestoreDraft { confirm: typed.into(), backup_first: false, with_schema: true };
        let refused = plane.backups().restore(&ines(), backup.id, &draft).await.unwrap_err().problem();
        assert_eq!(
            (refused.kind, refused.errors[0].field.as_str()),
            (ProblemKind::Invalid, "confirm"),
            "{typed}"
        );
    }
    assert_eq!(rows(&world).await, "1000");
}

#[tokio::test]
async fn one_recovery_at_a_time_works_on_a_project() {
    let (_world, plane) = shop().await;
    let backup = back_up(&plane).await;
    let first = restore(&plane, backup.id).await.unwrap();
    let second = restore(&plane, backup.id).await.unwrap_err().problem();
    assert_eq!((second.kind, second.operation), (ProblemKind::Conflict, Some(first.id)));
    let delete = plane.projects().delete(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert_eq!((delete.kind, delete.operation), (ProblemKind::Conflict, Some(first.id)));
    let create = plane.backups().create(&ines(), &id(SHOP)).await.unwrap_err().problem();
    assert_eq!((create.kind, create.operation), (ProblemKind::Conflict, Some(first.id)));
    plane.succeeds(&first).await;
    assert!(is_complete(&back_up(&plane).await));
}

#[tokio::test]
async fn the_archive_of_a_backup_that_is_removed_goes() {
    let (world, plane) = shop().await;
    let backup = judged(&plane, back_up(&plane).await.id).await;
    let folder = world.archives_dir().join(SHOP).join(backup.id.to_string());
    assert!(folder.join("SHA256SUMS").is_file());
    plane.backups().remove(&ines(), backup.id).await.unwrap();
    assert!(!folder.exists());
    let refused = restore(&plane, backup.id).await.unwrap_err().problem();
    assert_eq!(refused.title, "The backup is not complete");
}
