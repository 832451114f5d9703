//! Backups of the control plane: context, call, answer.

use leptos::prelude::*;
use model::{Action, FleetRecovery, Target};

use crate::call_context::ExposeSecret as _;
use crate::error::AppError;
use crate::session::{OneTimeSecret, may};

/// How the control plane can be recovered.
pub(crate) async fn get_recovery() -> Result<FleetRecovery, AppError> {
    crate::call_context::ask(
        |context| async move { context.plane.fleet_backups().recovery(&context.op).await },
    )
    .await
}

/// As [`get_recovery`], for pages of something else; `None` if the caller may not see it.
pub(crate) async fn get_recovery_if_allowed() -> Result<Option<FleetRecovery>, AppError> {
    if !may(Action::FleetBackupView, Target::Fleet) {
        return Ok(None);
    }
    get_recovery().await.map(Some)
}

/// Takes a backup of the control plane and proves it.
#[server(prefix = "/actions", endpoint = "create_fleet_backup")]
pub(crate) async fn create_fleet_backup() -> Result<(), AppError> {
    let create = |context: crate::call_context::CallContext| async move {
        context.plane.fleet_backups().create(&context.op).await
    };
    crate::call_context::command((), create, |operation| format!("/operations/{}", operation.id)).await
}

/// Makes a recovery key and shows its private part once. The subject is its fingerprint.
#[server(prefix = "/actions", endpoint = "make_recovery_key")]
pub(crate) async fn make_recovery_key() -> Result<Option<OneTimeSecret>, AppError> {
    crate::call_context::show_once((), String::new(), async || {
        let made = crate::call_context::ask(|context| async move {
            let made = context.plane.fleet_backups().make_recovery_key(&context.op).await?;
            Ok(made.identity.expose_secret().to_owned())
        });
        made.await
    })
    .await
}
