//! The project's server is started on the copy that a verification restores. That it becomes ready on a real one is tested with the
//! real programs.

use control_plane::ports::driver::Driver as _;
use model::{BackupPolicyDraft, RestoreDraft, VerificationState};

use super::{DATABASE, SHOP, back_up, judged, no_copy_is_left, shop};
use crate::support::world::id;
use crate::support::{eventually, ines};

#[tokio::test]
async fn a_copy_that_the_server_does_not_start_on_proves_nothing_and_leaves_nothing() {
    let (world, plane) = shop().await;
    world.driver.refuse_env("ATOMO_PROJECT_ID"); // from now on no instance becomes ready
    let policy = BackupPolicyDraft { boot: Some(true), ..BackupPolicyDraft::default() };
    plane.backups().set_policy(&ines(), &id(SHOP), Some(policy)).await.unwrap();
    let backup = judged(&plane, back_up(&plane).await.id).await;
    assert_eq!(backup.verification.state, VerificationState::Failed, "{backup:#?}");
    let why = &backup.verification.differences[0];
    assert!(why.starts_with("The server does not start on the restored copy"), "{why}");
    let alerts = eventually("the fleet tells of it", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        (!fleet.backup_faults.is_empty()).then_some(fleet.backup_faults)
    })
    .await;
    assert!(
        alerts[0].what.starts_with("The last backup could not be proved: The server does not"),
        "{alerts:?}"
    );
    let listed = world.driver.list().await.unwrap();
    assert!(listed.iter().all(|(key, _)| key.is_main()), "{listed:?}");
    assert!(world.volumes_dir().join(SHOP).is_dir());
    let folders = std::fs::read_dir(world.volumes_dir()).unwrap();
    let names: Vec<String> = folders.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("_rehearsal_")), "{names:?}");
    no_copy_is_left(&world).await;
}

#[tokio::test]
async fn a_restore_to_the_present_commit_is_given_up_where_the_server_does_not_start_on_the_copy() {
    let (world, plane) = shop().await;
    world.driver.refuse_env("ATOMO_PROJECT_ID"); // from now on no instance becomes ready
    let backup = back_up(&plane).await;
    world.real().sql(DATABASE, "create table later (id int)").await;
    let draft = RestoreDraft { confirm: SHOP.into(), backup_first: false, with_schema: false };
    let restore = plane.backups().restore(&ines(), backup.id, &draft).await.unwrap();
    let failed = plane.fails(&restore).await.problem.unwrap();
    assert_eq!(failed.title, "The server does not start on the restored copy");
    let later = world.real().text(DATABASE, "select count(*) from pg_class where relname = 'later'").await;
    assert_eq!(
        (later.as_str(), world.browse("shop.example.test").await),
        ("1", Ok(200)),
        "nothing was changed"
    );
    no_copy_is_left(&world).await;
}
