//! The release of a project: desired beside running; change, and way back.

use leptos::prelude::*;
use model::Project;

use super::api::ChangeRelease;
use super::form::release::ReleaseForm;
use crate::components::{
    Attempt, CommandForm, Fact, Facts, Input, MadeFrom, PostButton, ProblemBanner, Submit, TextField, refusal,
};
use crate::text::NONE;

/// Text for a project without a release of its own.
const FLEETS: &str = "what the fleet runs";

/// The panel in the settings.
#[component]
pub(super) fn ReleasePanel(project: Project) -> impl IntoView {
    let change = ServerAction::<ChangeRelease>::new();
    let back = ServerAction::<ChangeRelease>::new();
    let refused = refusal(back);
    let now = ReleaseForm { release: project.release.as_ref().map(ToString::to_string).unwrap_or_default() };
    let (id, generation) = (project.id.to_string(), project.generation);
    let before = project.release_before.as_ref().map(|before| {
        let made_from = ("generation", generation.to_string());
        let fields = vec![("id", id.clone()), made_from, ("form[release]", before.to_string())];
        let text = format!("Go back to {before}");
        view! { <PostButton action=back fields text icon="restart"/> }
    });
    let fields = move |attempt: Attempt| {
        let typed = attempt.typed::<ReleaseForm>().unwrap_or_else(|| now.clone());
        let pending = attempt.pending;
        view! {
            <input type="hidden" name="id" value=id.clone()/>
            <MadeFrom attempt=attempt.clone() generation/>
            <TextField id="release_ref" name="form[release]" label="Release" optional="empty: what the fleet runs now" input=Input::Code
                text=RwSignal::new(typed.release) fault=attempt.fault("release")
                hint="An image by tag or digest, or the file name of a program beside the fleet's own.".to_owned()/>
            <div class="buttons"><Submit pending text="Change release" busy="Changing release" kind=""/></div>
        }
    };
    view! {
        <Runs project/>
        <ProblemBanner problem=refused/>
        {before}
        <CommandForm action=change check=|change: &ChangeRelease| change.form.check() children=fields/>
        <p class="hint">
            "It is fetched before the present instance is touched; then requests wait at the gateway while the instance is replaced. \
             A newer release migrates the database, and an older one may not run on it again."
        </p>
    }
    .into_any()
}

/// Desired release, running release and reported version.
#[component]
fn Runs(project: Project) -> impl IntoView {
    let wanted = project.release.as_ref().map_or_else(|| FLEETS.to_owned(), ToString::to_string);
    let running = project.observed.facts.instance.present().filter(|instance| instance.is_running());
    let runs = running.map_or_else(|| NONE.to_owned(), |instance| instance.release.clone());
    let says = project.observed.facts.ready.present().map_or_else(
        || NONE.to_owned(),
        |release| match &release.commit {
            Some(commit) => format!("{} of {commit}", release.version),
            None => release.version.clone(),
        },
    );
    let before = project.release_before.as_ref().map(ToString::to_string);
    view! {
        <Facts>
            <Fact name="Wanted"><span class="mono">{wanted}</span></Fact>
            <Fact name="Runs"><span class="mono">{runs}</span></Fact>
            <Fact name="Says of itself"><span class="mono">{says}</span></Fact>
            {before.map(|before| view! { <Fact name="Before"><span class="mono">{before}</span></Fact> })}
        </Facts>
    }
    .into_any()
}
