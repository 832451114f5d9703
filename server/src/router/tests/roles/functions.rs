//! Every server function of the dashboard, and who may call it.

use model::action::Action;

use super::Access::{self, LoggedIn, May, MayAnywhere, Public};

pub(super) const NONE: &str = "018f3c5e-0000-7000-8000-000000000000";

/// Every function with a request that would be accepted. `OPERATION` is an operation of `shop`, `COMMIT` a commit.
pub(super) const FUNCTIONS: &[(&str, Access, &str)] = &[
    ("set_up", Public, "code=x&email=a&password=b&again=b"),
    ("log_in", Public, "email=a&password=b&next=/"),
    ("log_out", Public, ""),
    ("set_theme", Public, "theme=dark"),
    ("find", MayAnywhere(Action::FleetView), "typed=shop"),
    (
        "check_project",
        May(Action::ProjectCreate),
        "form[id]=third&form[schema][repo]=REPO&form[schema][path]=PATH&form[schema][commit]=COMMIT",
    ),
    ("load_commits", LoggedIn, "form[id]=third"),
    ("load_commit_choices", LoggedIn, "generation=1&form[repo]=REPO&form[path]=PATH"),
    ("remove_retained_database", May(Action::RetainedDatabaseRemove), "id=shop"),
    ("retry_operation", May(Action::OperationRetry), "id=OPERATION"),
    ("cancel_operation", May(Action::OperationCancel), "id=OPERATION"),
    ("put_secret", May(Action::SecretPut), "id=shop&name=API_KEY&value=planted"),
    ("admin_password", May(Action::ProjectAdminPassword), "id=shop"),
    (
        "create_project",
        May(Action::ProjectCreate),
        "form[id]=shop&form[schema][repo]=REPO&form[schema][path]=PATH&form[schema][commit]=COMMIT",
    ),
    (
        "edit_project",
        May(Action::ProjectEdit),
        "id=shop&generation=1&form[display_name]=X&form[hostname]=shop.example",
    ),
    (
        "change_commit",
        May(Action::ProjectDeploy),
        "id=shop&generation=1&form[repo]=REPO&form[path]=PATH&form[commit]=COMMIT",
    ),
    (
        "change_limits",
        May(Action::ProjectLimits),
        "id=shop&generation=1&form[memory]=512 MiB&form[cpu]=1&form[pids]=300&form[restarts]=9",
    ),
    ("change_release", May(Action::ProjectRelease), "id=shop&generation=1&form[release]="),
    (
        "change_environment",
        May(Action::ProjectEdit),
        "id=shop&generation=1&form[env][0][name]=GREETING&form[env][0][value]=hello",
    ),
    (
        "change_environment_text",
        May(Action::ProjectEdit),
        "id=shop&generation=1&form[env_text]=GREETING%3Dhello",
    ),
    ("change_pool", May(Action::ProjectLimits), "id=shop&generation=1&form[pool_size]=6"),
    ("set_project_edge", May(Action::ProjectEdge), "id=shop&generation=1&form[allow]="),
    ("start_project", May(Action::ProjectStart), "id=shop"),
    ("stop_project", May(Action::ProjectStop), "id=shop"),
    ("restart_project", May(Action::ProjectRestart), "id=shop"),
    ("delete_project", May(Action::ProjectDelete), "id=shop&confirm=shop"),
    ("request_delete", May(Action::ProjectDrop), "id=shop&confirm=shop"),
    ("approve_delete_request", MayAnywhere(Action::ProjectDropApprove), "id=NONE&confirm=shop&reason="),
    ("refuse_delete_request", MayAnywhere(Action::ProjectDropApprove), "id=NONE&reason=not+now"),
    ("withdraw_delete_request", MayAnywhere(Action::ProjectDrop), "id=NONE"),
    ("undelete_project", May(Action::ProjectUndelete), "id=shop"),
    (
        "switch_delete_protection",
        May(Action::ProjectProtect),
        "id=shop&generation=1&form[delete_protection]=on",
    ),
    ("check_drift", May(Action::DriftCheck), "id=shop"),
    ("accept_drift", MayAnywhere(Action::DriftAccept), "id=NONE&reason=known"),
    ("fix_drift", MayAnywhere(Action::DriftFix), "id=NONE"),
    ("snooze_drift", MayAnywhere(Action::DriftSnooze), "id=NONE&days=7&reason=later"),
    ("create_backup", May(Action::BackupCreate), "id=shop"),
    ("verify_backup", MayAnywhere(Action::BackupVerify), "id=NONE"),
    ("remove_backup", MayAnywhere(Action::BackupRemove), "id=NONE&project=shop"),
    (
        "restore_backup",
        MayAnywhere(Action::BackupRestore),
        "id=NONE&form[confirm]=shop&form[backup_first]=true&form[with_schema]=true",
    ),
    (
        "restore_to_time",
        May(Action::BackupRestore),
        "id=shop&form[at]=2026-11-30T12:00:00Z&form[confirm]=shop&form[backup_first]=true",
    ),
    ("restore_tables", MayAnywhere(Action::BackupRestoreTables), "id=NONE&tables=things"),
    ("drop_side_database", May(Action::DatabaseDrop), "id=shop&operation=OPERATION"),
    ("restore_backup_new", MayAnywhere(Action::BackupRestoreNew), "backup=NONE&form[id]=third"),
    ("clone_project", May(Action::ProjectClone), "source=shop&form[id]=third"),
    ("set_expiry", May(Action::ProjectExpiry), "id=shop&expires=2d"),
    ("undo_restore", May(Action::BackupUndo), "id=shop&operation=OPERATION&confirm=shop"),
    ("set_backup_policy", May(Action::BackupSchedule), "id=shop&form[schedule]=every 6h&form[last]=3"),
    ("reset_backup_policy", May(Action::BackupSchedule), "id=shop"),
    ("create_fleet_backup", May(Action::FleetBackupCreate), ""),
    ("make_recovery_key", May(Action::RecoveryKeyMake), ""),
    ("set_fleet_edge", May(Action::GatewayEdge), "generation=1&form[trusted_proxies]="),
    ("test_repository", May(Action::RepositoryBrowse), "id=NONE"),
    (
        "add_repository",
        May(Action::RepositoryAdd),
        "form[url]=REPO&form[username]=&form[credential]=&form[host_key]=",
    ),
    ("remove_repository", May(Action::RepositoryRemove), "id=NONE"),
    (
        "add_image_registry",
        May(Action::ImageRegistryAdd),
        "form[host]=ghcr.io&form[username]=u&form[password]=planted",
    ),
    ("remove_image_registry", May(Action::ImageRegistryRemove), "id=NONE"),
    ("remove_orphan", May(Action::OrphanRemove), "id=shop"),
    ("create_token", May(Action::TokenCreate), "name=ci"),
    ("revoke_token", May(Action::TokenRevoke), "id=NONE"),
];
