use super::LatestBackups;
use crate::backups::proof::tests::{backup, unverified};

#[test]
fn a_project_has_its_newest_backup_and_its_newest_verified_one() {
    let (old, proved, new) = (backup(1), backup(2), unverified(3));
    let id = old.project_id.clone();
    let latest = LatestBackups::from(vec![proved.clone(), new.clone(), old]);
    let of = latest.of(&id).unwrap();
    assert_eq!((of.newest.as_ref(), of.verified.as_ref()), (Some(&new), Some(&proved)));
    assert_eq!(latest.verified(&"other".parse().unwrap()), None);
}
