//! The project's server is started on the copy that a verification restores. That it becomes ready on a real one is tested with the
//! real programs.

use control_plane::ports::driver::Driver as _;
use model::{BackupPolicyDraft, VerificationState};

use super::{SHOP, back_up, judged, no_copy_is_left, shop};
use crate::support::world::id;
use crate::support::{eventually, ines};

#[tokio::test]
async fn a_copy_that_the_server_does_not_start_on_proves_nothing_and_leaves_nothing() {
    let (world, plane) = shop().await; // its instances know no restored database
    let policy = BackupPolicyDraft { boot: Some(true), ..BackupPolicyDraft::default() };
    plane.backups().set_policy(&ines(), &id(SHOP), Some(policy)).await.unwrap();
    let backup = judged(&plane, back_up(&plane).await.id).await;
    assert_eq!(backup.verification.state, VerificationState::Failed, "{backup:#?}");
    let why = &backup.verification.differences[0];
    assert!(why.starts_with("The server does not start on the restored copy"), "{why}");
    let alerts = eventually("the fleet tells of it", async || {
        let fleet = plane.fleet().get(&ines()).await.unwrap();
        (!fleet.backup_alerts.is_empty()).then_some(fleet.backup_alerts)
    })
    .await;
    assert!(alerts[0].what.starts_with("The last backup could not be proved: The server does not"), "{alerts:?}");
    let listed = world.driver.list().await.unwrap();
    assert!(listed.iter().all(|(key, _)| key.is_main()), "{listed:?}");
    assert!(world.volumes_dir().join(SHOP).is_dir());
    let folders = std::fs::read_dir(world.volumes_dir()).unwrap();
    let names: Vec<String> = folders.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("_rehearsal_")), "{names:?}");
    no_copy_is_left(&world).await;
}
