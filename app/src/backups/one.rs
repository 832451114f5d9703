//! One backup: what it has, what was proved, where it is, and how to restore it by hand.

use leptos::prelude::*;
use model::{Backup, BackupId, Problem};

use super::api::get_backup;
use super::by_hand::{ByHand, has_media, parts};
use super::proof::{BackupMark, Mark, compared, contents, kind, taken};
use super::table::{Acts, duration};
use crate::address::segment;
use crate::components::{Banner, Fact, Facts, Figure, Section, Sha, When, main_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::text::{NONE, minute, took_ms};

/// The backup that the address names, of the project that it names.
pub(super) async fn backup() -> Result<Backup, AppError> {
    let text = segment(3);
    let id: BackupId = text.parse().map_err(|_| Problem::not_found(format!("backup {text}")))?;
    get_backup(ProjectPage::id()?, id).await
}

/// The page.
pub(crate) async fn backup_page() -> Document {
    let (page, backup) = futures::join!(ProjectPage::load(), backup());
    let acts = backup.as_ref().ok().cloned();
    let page = page.with_buttons(|_| {
        view! { <div class="acts">{acts.map(|backup| view! { <Acts backup size=""/> })}</div> }.into_any()
    });
    page.document_with("Backup of ", move |_| {
        let content = main_content(backup, true, |backup| view! { <Content backup/> });
        view! { <div class="page" data-page="backup">{content}</div> }
    })
}

#[component]
fn Content(backup: Backup) -> impl IntoView {
    let mark = Mark::of(&backup);
    let problem = backup.problem.clone().map(|problem| {
        let detail = problem.detail_below_title();
        view! { <Banner tone="bad" icon="down" title=problem.title detail/> }
    });
    let back = format!("/projects/{}/backups", backup.project_id);
    let (encrypted, media) = (backup.encrypted, has_media(&backup));
    let is_complete = backup.state == model::BackupState::Complete;
    view! {
        <div class="title">
            <h2>{format!("Backup of {} UTC", minute(taken(&backup)))}</h2>
            <BackupMark mark/>
            <a class="more" href=back>"All backups"</a>
        </div>
        {problem}
        <div class="split" data-aside="wide">
            <div class="stack">
                <Proof backup=backup.clone()/>
                {is_complete.then(|| view! { <Archive archive=backup.archive.clone() encrypted media/> })}
            </div>
            <aside class="stack aside"><BackupFacts backup/></aside>
        </div>
    }
    .into_any()
}

/// What was compared, what differed, and how long it took.
#[component]
fn Proof(backup: Backup) -> impl IntoView {
    let proof = backup.verification.clone();
    let text = match Mark::of(&backup) {
        Mark::Verified => "The backup was restored into a copy, which was equal to what was backed up.",
        Mark::NotProved => {
            "The backup could not be restored into a copy, or the copy was different. Take another backup."
        }
        Mark::Unverified => "The backup was not restored yet. Whether it can be is not known.",
        Mark::Running => "The archive is being written. Its verification follows.",
        Mark::Failed => "The backup was not completed; there is nothing to restore.",
        Mark::Removed => "The archive was removed; there is nothing to restore.",
    };
    let differences = proof.differences.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let is_different = !proof.differences.is_empty();
    let verified = proof.at.is_some();
    view! {
        <Section id="proof" title="Proof">
            <p>{text}</p>
            {is_different.then(|| view! { <ul class="will" data-tone="bad" aria-label="Differences">{differences}</ul> })}
            {verified.then(|| view! {
                <Facts>
                    <Fact name="Compared">{compared(&backup)}</Fact>
                    <Fact name="Verified">{proof.at.map(|at| view! { <When at/> })}</Fact>
                    <Fact name="Restore took">{proof.restore_ms.map_or_else(|| NONE.to_owned(), took_ms)}</Fact>
                    <Fact name="Restore and comparison">{proof.duration_ms.map_or_else(|| NONE.to_owned(), took_ms)}</Fact>
                </Facts>
            })}
        </Section>
    }
    .into_any()
}

/// Place and parts of the archive, and the commands.
#[component]
fn Archive(archive: String, encrypted: bool, media: bool) -> impl IntoView {
    let sealed = if encrypted { "to the age recipients of the fleet" } else { "no" };
    view! {
        <Section id="archive" title="Archive">
            <Facts>
                <Fact name="Place"><span class="mono">{archive}</span></Fact>
                <Fact name="Encrypted">{sealed}</Fact>
                <Fact name="Parts"><span class="mono">{parts(encrypted, media).join(", ")}</span></Fact>
            </Facts>
            <ByHand encrypted media open=true/>
        </Section>
    }
    .into_any()
}

#[component]
fn BackupFacts(backup: Backup) -> impl IntoView {
    let size = |size: Option<model::ByteSize>| size.map_or_else(|| NONE.to_owned(), |size| size.to_string());
    let sizes = [backup.database_bytes, backup.media_bytes, backup.stored_bytes].map(size);
    let [database, media, archive] = sizes;
    let (taken_at, took, content) = (taken(&backup), duration(&backup), contents(&backup));
    view! {
        <Section id="facts" title="Backup">
            <Facts>
                <Fact name="Taken"><When at=taken_at/></Fact>
                <Fact name="Reason">{kind(backup.kind)}</Fact>
                <Fact name="Requested by">{backup.actor.label()}</Fact>
                <Fact name="Duration">{took}</Fact>
                <Fact name="Content">{content}</Fact>
                <Fact name="Database"><Figure text=database/></Fact>
                <Fact name="Uploads"><Figure text=media/></Fact>
                <Fact name="Archive size"><Figure text=archive/></Fact>
                {backup.commit.clone().map(|commit| view! { <Fact name="Schema commit"><Sha commit/></Fact> })}
                {backup.server.clone().map(|server| view! { <Fact name="Database server">{server}</Fact> })}
                <Fact name="Operation"><a class="link" href=format!("/operations/{}", backup.operation_id)>"Open the operation"</a></Fact>
                <Fact name="Backup ID"><span class="mono">{backup.id.to_string()}</span></Fact>
            </Facts>
        </Section>
    }
    .into_any()
}
