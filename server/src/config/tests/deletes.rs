//! The settings of deletes with the database.

use control_plane::settings::DeletePolicy;
use model::ApprovalPolicy;

use super::*;

#[test]
fn deletes_have_the_documented_defaults() {
    let of = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).unwrap().backups.deletes;
    assert_eq!(of(&[]), DeletePolicy::default());
    let chosen = of(&[("DELETE_APPROVAL", "always"), ("DELETE_BACKUP_HOURS", "24"), ("TRASH_DAYS", "30")]);
    assert_eq!(chosen.approval, ApprovalPolicy::Always);
    assert_eq!((chosen.backup_age.as_secs(), chosen.trash.as_secs()), (24 * 3600, 30 * 24 * 3600));
}

#[test]
fn a_wrong_setting_of_deletes_is_named() {
    let wrong = [
        ("DELETE_APPROVAL", "sometimes"),
        ("DELETE_BACKUP_HOURS", "0"),
        ("DELETE_REQUEST_DAYS", "31"),
        ("TRASH_DAYS", "0"),
    ];
    let error = Config::of(&raw(&wrong).unwrap()).unwrap_err().to_string();
    for (name, value) in wrong {
        assert!(error.contains(&format!("ATOMO_FLEET_{name} = {value:?}")), "{name} is missing in {error}");
    }
}
