//! The backups of the control plane, as a section of other pages and as a table.

use leptos::prelude::*;
use model::{BackupState, FleetBackup, FleetRecovery, SecretsBackup, VerificationState};

use crate::components::{Banner, Empty, Fact, Facts, Icon, Section, Table, When};
use crate::text::{NONE, thousands, took_ms};

/// What backups and settings show of the recovery, with the link to its page.
#[component]
pub(crate) fn RecoveryPanel(recovery: FleetRecovery) -> impl IntoView {
    let link = view! { <a class="link" href="/settings/recovery">"Recovery"</a> }.into_any();
    view! {
        <Section id="control-plane" title="Control plane" beside=Some(link)>
            <Faults faults=recovery.faults.clone()/>
            <KeyFacts recovery/>
        </Section>
    }
    .into_any()
}

/// A banner for each thing that is wrong.
#[component]
pub(super) fn Faults(faults: Vec<String>) -> impl IntoView {
    let banner = |fault: String| {
        let (title, detail) = fault
            .split_once(". ")
            .map(|(title, detail)| (title.to_owned(), detail.to_owned()))
            .unwrap_or_default();
        let title = if title.is_empty() { fault.trim_end_matches('.').to_owned() } else { title };
        view! { <Banner tone="warn" icon="unverified" title detail/> }
    };
    faults.into_iter().map(banner).collect_view().into_any()
}

/// Key, place, newest proof and next backup.
#[component]
pub(super) fn KeyFacts(recovery: FleetRecovery) -> impl IntoView {
    let verified = recovery.verified().map(|backup| backup.taken_at.unwrap_or(backup.started_at));
    let key = match &recovery.key {
        Some(key) => view! { <code>{key.fingerprint.clone()}</code> {made(key.made_at)} }.into_any(),
        None if recovery.secrets_external => {
            view! { "none; the secrets are outside this machine" }.into_any()
        }
        None => {
            view! { <span class="status" data-tone="warn"><Icon name="unverified"/>"None"</span> }.into_any()
        }
    };
    let next = recovery.next_run;
    view! {
        <Facts>
            <Fact name="Recovery key">{key}</Fact>
            <Fact name="Newest proof">{verified.map_or_else(|| "none".into_any(), |at| view! { <When at/> }.into_any())}</Fact>
            <Fact name="Next backup">{next.map_or_else(|| "off".into_any(), |at| view! { <When at/> }.into_any())}</Fact>
            <Fact name="Archives"><span class="break">{recovery.place}</span></Fact>
        </Facts>
    }
    .into_any()
}

fn made(at: Option<time::OffsetDateTime>) -> AnyView {
    match at {
        Some(at) => view! { <small>" made "<When at/></small> }.into_any(),
        None => view! { <small>" named by ATOMO_FLEET_RECOVERY_RECIPIENT"</small> }.into_any(),
    }
}

/// The table.
#[component]
pub(super) fn BackupRows(backups: Vec<FleetBackup>) -> impl IntoView {
    if backups.is_empty() {
        return view! {
            <Empty icon="archive" title="No backup of the control plane yet"
                detail="It holds the registry and, sealed to the recovery key, the secrets. One is taken when a recovery key is made, and then by schedule."/>
        }
        .into_any();
    }
    let rows = backups.into_iter().map(|backup| view! { <Row backup/> }).collect_view();
    view! {
        <Table label="Backups of the control plane" heads=&["Taken", "Proof", "Secrets", "Rows", "Archive", "A restore takes"]>{rows}</Table>
    }
    .into_any()
}

#[component]
fn Row(backup: FleetBackup) -> impl IntoView {
    let operation = format!("/operations/{}", backup.operation_id);
    let (tone, icon, proof) = proof(&backup);
    let why = backup.problem.as_ref().map(|problem| problem.title.clone());
    let why = why.or_else(|| backup.verification.differences.first().cloned());
    let secrets = match (backup.secrets, backup.recovery_key) {
        (Some(SecretsBackup::Sealed), Some(key)) => view! { <code>{key}</code> }.into_any(),
        (Some(SecretsBackup::External), _) => "references".into_any(),
        (Some(_), _) => "none".into_any(),
        (None, _) => NONE.into_any(),
    };
    let restore = backup.verification.restore_ms.map_or_else(|| NONE.to_owned(), took_ms);
    let size = backup.stored_bytes.map_or_else(|| NONE.to_owned(), |bytes| bytes.to_string());
    let rows =
        backup.rows.and_then(|rows| usize::try_from(rows).ok()).map_or_else(|| NONE.to_owned(), thousands);
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=operation><When at=backup.taken_at.unwrap_or(backup.started_at)/></a></th>
            <td><span class="status" data-tone=tone><Icon name=icon/>{proof}</span>{why.map(|why| view! { <small>{why}</small> })}</td>
            <td>{secrets}</td>
            <td class="num">{rows}</td>
            <td class="num">{size}</td>
            <td class="num">{restore}</td>
        </tr>
    }
    .into_any()
}

/// Tone, icon and word of the proof.
fn proof(backup: &FleetBackup) -> (&'static str, &'static str, &'static str) {
    match (backup.state, backup.verification.state) {
        (BackupState::Failed, _) => ("bad", "down", "Failed"),
        (BackupState::Running, _) => ("move", "unknown", "Running"),
        (BackupState::Removed, _) => ("idle", "unknown", "Removed"),
        (BackupState::Complete, VerificationState::Verified) => ("ok", "verified", "Verified"),
        (BackupState::Complete, VerificationState::Failed) => ("bad", "down", "Verification failed"),
        (BackupState::Complete, VerificationState::Unverified) => ("warn", "unverified", "Not verified"),
    }
}
