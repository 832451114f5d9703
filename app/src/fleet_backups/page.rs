//! The page *Recovery of the control plane*.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, FleetRecovery, Target};

use super::api::{CreateFleetBackup, MakeRecoveryKey, get_recovery};
use super::kit::RecoveryKit;
use super::panel::{BackupRows, Faults, KeyFacts};
use crate::components::{Attempt, CommandForm, Crumb, PageHead, PostButton, Section, Submit, main_content};
use crate::document::{Document, Subject};
use crate::session::{Flash, may};

const TITLE: &str = "Recovery of the control plane";

/// The page.
pub(crate) async fn recovery_page() -> Document {
    let recovery = get_recovery().await;
    let create = may(Action::FleetBackupCreate, Target::Fleet).then(|| {
        view! { <PostButton action=CreateFleetBackup::url() fields=Vec::new() text="Back up now" busy="Backing up" icon="archive" kind="primary"/> }
            .into_any()
    });
    let content = view! {
        <div class="page" data-page="recovery">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/settings", "Settings")] buttons=create/>
            {main_content(recovery, true, |recovery| view! { <Content recovery/> })}
        </div>
    };
    Document::new(TITLE, Subject::Fleet, content)
}

#[component]
fn Content(recovery: FleetRecovery) -> impl IntoView {
    let key = recovery.key.clone();
    let made = Flash::secret_of(MakeRecoveryKey::url()).zip(key.clone());
    let kit = made.map(|(made, key)| {
        view! { <RecoveryKit key identity=made.secret place=recovery.place.clone()/> }
    });
    let backups = recovery.backups.clone();
    let by_setting = key.as_ref().is_some_and(|key| key.made_at.is_none());
    view! {
        {kit}
        <Faults faults=recovery.faults.clone()/>
        <div class="split">
            <div class="stack">
                <Section id="backups" title="Backups of the control plane"><BackupRows backups/></Section>
            </div>
            <aside class="stack aside">
                <Section id="key" title="Recovery key">
                    <KeyFacts recovery/>
                    {(!by_setting && may(Action::RecoveryKeyMake, Target::Fleet)).then(|| view! { <Make exists=key.is_some()/> })}
                </Section>
            </aside>
        </div>
    }
    .into_any()
}

/// The form of a new key, behind a fold where there is one already.
#[component]
fn Make(exists: bool) -> impl IntoView {
    let attempt = Attempt::of::<MakeRecoveryKey>();
    let text = if exists { "Make another recovery key" } else { "Make recovery key" };
    let effect = if exists {
        "Later backups are sealed to the new key. Earlier archives are opened by the former key only: keep both."
    } else {
        "The private key is shown once, on a page to print. It is not stored, here or in an archive. A backup that is sealed to it is taken at once."
    };
    let form = view! {
        <p class="soft">{effect}</p>
        <CommandForm attempt>
            <Submit text busy="Making a key" kind=if exists { "" } else { "primary" }/>
        </CommandForm>
    };
    if !exists {
        return form.into_any();
    }
    view! { <details><summary class="link">"Replace the key"</summary>{form}</details> }.into_any()
}
