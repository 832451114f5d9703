//! One deploy: what was expected, what the rehearsal showed, how it ended.

use leptos::prelude::*;
use model::{Deploy, DeployId, Problem, SchemaDiff};

use super::api::{get_deploy, get_diff};
use super::diff::{Diff, summary};
use super::findings::Findings;
use super::history::{Acts, StateMark, duration};
use super::rehearsal::RehearsalSection;
use crate::address::segment;
use crate::components::{Fact, Facts, ProblemPanel, Section, Sha, When, main_content, quiet_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;

/// The page.
pub(crate) async fn deploy_page() -> Document {
    let (page, deploy) = futures::join!(ProjectPage::load(), deploy());
    let diff = match &deploy {
        Ok(deploy) => {
            let [from, to] = [&deploy.from, &deploy.to].map(|version| version.schema_ref.commit().clone());
            get_diff(deploy.project_id.clone(), from, to).await
        }
        Err(error) => Err(error.clone()),
    };
    page.document_with("Deploy of ", |_| {
        let content = main_content(deploy, true, |deploy| view! { <Content deploy diff/> });
        view! { <div class="page" data-page="deploy">{content}</div> }
    })
}

/// The deploy that the address names.
pub(super) async fn deploy() -> Result<Deploy, AppError> {
    let text = segment(3);
    let id = text.parse::<DeployId>().map_err(|_| Problem::not_found(format!("deploy {text}")))?;
    get_deploy(ProjectPage::id()?, id).await
}

#[component]
fn Content(deploy: Deploy, diff: Result<SchemaDiff, AppError>) -> impl IntoView {
    let problem = deploy.problem.clone().map(|problem| view! { <ProblemPanel problem/> });
    let id = deploy.project_id.to_string();
    let rehearsal =
        deploy.rehearsal.clone().map(|rehearsal| view! { <RehearsalSection project=id rehearsal/> });
    let difference = diff.as_ref().ok().map(summary);
    let beside = difference.map(|text| view! { <span class="faint">{text}</span> }.into_any());
    view! {
        {problem}
        <div class="split" data-aside="wide">
            <div class="stack">
                <Findings preflight=deploy.preflight.clone()/>
                <Section id="diff" title="Schema" beside=beside>
                    {quiet_content(diff, |diff| view! { <Diff diff/> })}
                </Section>
            </div>
            <aside class="stack aside">
                <DeployFacts deploy/>
                {rehearsal}
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn DeployFacts(deploy: Deploy) -> impl IntoView {
    let (state, took) = (deploy.state, duration(&deploy));
    let acts = view! { <Acts deploy=deploy.clone() size=""/> };
    let (from, to) = (deploy.from.schema_ref.commit().clone(), deploy.commit.sha.clone());
    let (operation, id) = (format!("/operations/{}", deploy.operation_id), deploy.project_id.to_string());
    let release = deploy.to.release.as_ref().map(ToString::to_string);
    let backup = deploy.backup_id.map(|backup| format!("/projects/{id}/backups/{backup}"));
    view! {
        <Section id="facts" title="Deploy">
            <Facts>
                <Fact name="State"><StateMark state/></Fact>
                <Fact name="Commit"><Sha commit=to/>" "{deploy.commit.summary.clone()}</Fact>
                <Fact name="Author">{deploy.commit.author.clone()}", "<When at=deploy.commit.at/></Fact>
                <Fact name="Before"><Sha commit=from/></Fact>
                {release.map(|release| view! { <Fact name="Release"><span class="mono">{release}</span></Fact> })}
                <Fact name="Requested by">{deploy.actor.label()}", "<When at=deploy.requested_at/></Fact>
                <Fact name="Duration">{took}</Fact>
                {backup.map(|href| view! { <Fact name="Backup"><a class="link" href=href>"Taken before the change"</a></Fact> })}
                {deploy.undo_until.map(|at| view! { <Fact name="Undo with data">"until "<When at/></Fact> })}
                <Fact name="Operation"><a class="link" href=operation>"Open the operation"</a></Fact>
            </Facts>
            <div class="buttons">{acts}</div>
        </Section>
    }
    .into_any()
}
