//! The release of a project: desired, running and reported; change and rollback.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::Project;

use super::api::ChangeRelease;
use super::form::release::ReleaseForm;
use crate::components::{Attempt, CommandForm, Fact, Facts, Input, MadeFrom, PostButton, Submit, TextField};
use crate::text::NONE;

/// Text for a project without a release of its own.
const FLEETS: &str = "the fleet default";

/// The panel in the settings.
#[component]
pub(super) fn ReleasePanel(project: Project) -> impl IntoView {
    let attempt = Attempt::of::<ChangeRelease>();
    let now = || project.release.as_ref().map(ToString::to_string).unwrap_or_default();
    let typed = attempt.typed().unwrap_or_else(|| ReleaseForm { release: now() });
    let (id, generation) = (project.id.to_string(), project.generation);
    let rollback = project.release_before.as_ref().map(|before| {
        let made_from = ("generation", generation.to_string());
        let fields = vec![("id", id.clone()), made_from, ("form[release]", before.to_string())];
        let text = format!("Roll back to {before}");
        view! { <PostButton action=ChangeRelease::url() fields text icon="restart"/> }
    });
    view! {
        <Releases project/>
        {rollback}
        <CommandForm attempt=attempt.clone()>
            <input type="hidden" name="id" value=id/>
            <MadeFrom attempt=attempt.clone() generation/>
            <TextField id="release_ref" name="form[release]" label="Release" optional="empty: the present release of the fleet"
                input=Input::Code text=typed.release fault=attempt.fault("release")
                hint="An image by tag or digest, or the file name of a program beside the fleet's own."/>
            <div class="buttons"><Submit text="Change release" busy="Changing release" kind=""/></div>
        </CommandForm>
        <p class="hint">
            "The release is fetched before the running instance is touched; then requests are held at the gateway while the instance is \
             replaced. A newer release migrates the database, and an older one may not run on it again."
        </p>
    }
    .into_any()
}

/// Desired release, running release and reported version.
#[component]
fn Releases(project: Project) -> impl IntoView {
    let desired = project.release.as_ref().map_or_else(|| FLEETS.to_owned(), ToString::to_string);
    let running = project.observed.facts.instance.present().filter(|instance| instance.is_running());
    let running = running.map_or_else(|| NONE.to_owned(), |instance| instance.release.clone());
    let reported = project.observed.facts.ready.present().map_or_else(
        || NONE.to_owned(),
        |release| match &release.commit {
            Some(commit) => format!("{} of {commit}", release.version),
            None => release.version.clone(),
        },
    );
    let previous = project.release_before.as_ref().map(ToString::to_string);
    view! {
        <Facts>
            <Fact name="Desired"><span class="mono">{desired}</span></Fact>
            <Fact name="Running"><span class="mono">{running}</span></Fact>
            <Fact name="Reported version"><span class="mono">{reported}</span></Fact>
            {previous.map(|previous| view! { <Fact name="Previous"><span class="mono">{previous}</span></Fact> })}
        </Facts>
    }
    .into_any()
}
