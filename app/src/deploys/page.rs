//! The deploys of a project: what runs, what the repository has ahead, one commit compared, and the deploys so far.

use leptos::prelude::*;
use model::{
    Action, CommitInfo, Deploy, DeployDraft, DeployProposal, Page, Project, RepositoryAhead, Target,
};

use super::api::{get_ahead, get_deploys, get_diff, get_plan, get_proposals};
use super::compare::{Compared, Comparison};
use super::history::DeployRows;
use super::proposal::Proposed;
use crate::address::{Address, query};
use crate::components::{PagedList, Section, Sha, When, content, cursor, main_content, quiet_content};
use crate::document::Document;
use crate::error::AppError;
use crate::projects::ProjectPage;
use crate::session::may;

/// The page. `to` in its address is the commit that is compared.
pub(crate) async fn deploys_page() -> Document {
    let id = ProjectPage::id();
    let deploys = async { get_deploys(id.clone()?, cursor()).await };
    let ahead = async { get_ahead(ProjectPage::id()?).await };
    let proposals = async { get_proposals(ProjectPage::id()?).await };
    let (page, deploys, ahead, proposals) = futures::join!(ProjectPage::load(), deploys, ahead, proposals);
    let proposal = proposals.ok().and_then(|proposals| proposals.into_iter().next());
    let compared = match page.project() {
        Some(project) => compared(project).await,
        None => None,
    };
    page.document_with("Deploys of ", |view| {
        let content = main_content(view, true, |view| {
            view! { <Content project=view.project deploys ahead proposal compared/> }
        });
        view! { <div class="page" data-page="deploy">{content}</div> }
    })
}

/// The commit and the release in the address, compared with what runs; `None` if there are none.
async fn compared(project: &Project) -> Option<Comparison> {
    let text = |name: &str| query(name).unwrap_or_default().trim().to_owned();
    let (to, release) = (text("to"), text("release"));
    if (to.is_empty() && release.is_empty()) || !may(Action::ProjectDeploy, Target::Project(&project.id)) {
        return None;
    }
    let draft =
        DeployDraft { r#ref: to, release, path: text("path"), repo: text("repo"), ..DeployDraft::default() };
    let plan = get_plan(project.id.clone(), draft).await;
    let diff = match &plan {
        Ok(plan) => {
            let commits = [&plan.from, &plan.to].map(|version| version.schema_ref.commit().clone());
            let [from, to] = commits;
            get_diff(project.id.clone(), from, to).await
        }
        Err(error) => Err(error.clone()),
    };
    Some((plan, diff))
}

#[component]
fn Content(
    project: Project,
    deploys: Result<Page<Deploy>, AppError>,
    ahead: Result<RepositoryAhead, AppError>,
    proposal: Option<DeployProposal>,
    compared: Option<Comparison>,
) -> impl IntoView {
    if let Some(file) = project.schema_ref.volume() {
        let text = format!(
            "The project follows {file}: each change of the file is applied by itself. There are no commits to deploy or to roll \
             back to until the schema is a commit again."
        );
        let next = deploys.as_ref().ok().and_then(|page| page.next_cursor.clone());
        let rows = content(deploys, move |page| {
            view! { <PagedList path=Address::current().path next><DeployRows deploys=page.items/></PagedList> }
        });
        return view! {
            <Section id="ahead" title="Development"><p class="soft">{text}</p></Section>
            <Section id="history" title="Deploys">{rows}</Section>
        }
        .into_any();
    }
    let (path, id) = (Address::current().path, project.id.to_string());
    let may_deploy = may(Action::ProjectDeploy, Target::Project(&project.id));
    let picker = may_deploy.then(|| view! { <Picker project=project.clone() ahead=ahead.clone().ok()/> });
    let compared = compared.map(|compared| view! { <Compared project=project.clone() compared/> });
    let proposed = proposal.map(|proposal| view! { <Proposed proposal/> });
    view! {
        {proposed}
        {picker}
        {compared}
        <div class="split" data-aside="wide">
            <Section id="history" title="Deploys">
                {content(deploys, move |page| {
                    let next = page.next_cursor.clone();
                    view! { <PagedList path next><DeployRows deploys=page.items/></PagedList> }
                })}
            </Section>
            <aside class="stack aside">
                <Section id="ahead" title="Repository ahead">
                    {quiet_content(ahead, move |ahead| view! { <Ahead id ahead may_deploy/> })}
                </Section>
            </aside>
        </div>
    }
    .into_any()
}

/// What runs, and the field of the commit to compare it with.
#[component]
fn Picker(project: Project, ahead: Option<RepositoryAhead>) -> impl IntoView {
    let commits = ahead.map(|ahead| ahead.commits).unwrap_or_default();
    let option = |commit: &CommitInfo| {
        let label = format!("{}, {}", commit.summary, commit.author);
        view! { <option value=commit.sha.to_string()>{label}</option> }
    };
    let options = commits.iter().map(option).collect_view();
    let (path, typed) = (Address::current().path, query("to").unwrap_or_default());
    view! {
        <form class="toolbar compare" method="get" action=path>
            <span class="soft">"Declared"</span>
            <Sha commit=project.schema_ref.commit().clone()/>
            <label class="pick">
                <span>"Commit"</span>
                <input class="input mono" name="to" value=typed list="commits" autocomplete="off" spellcheck="false"
                    placeholder="40 hex digits" size="42" required/>
            </label>
            <datalist id="commits">{options}</datalist>
            <button class="button">"Compare"</button>
        </form>
    }
    .into_any()
}

/// Later commits of the schema file.
#[component]
fn Ahead(id: String, ahead: RepositoryAhead, may_deploy: bool) -> impl IntoView {
    let unknown = (!ahead.present_is_known).then(|| {
        view! { <p class="hint">"The declared commit is not among the last 50 of the default branch: it is on another branch, older, or was removed from the history. Its file is on this machine and serves."</p> }
    });
    if ahead.commits.is_empty() {
        return view! { {unknown}<p class="soft">"No later commit of the default branch changes the schema file."</p> }
            .into_any();
    }
    let row = |commit: CommitInfo| {
        let href = format!("/projects/{id}/deploys?to={}", commit.sha);
        let label = format!("Compare {}", commit.sha.short());
        let compare = may_deploy
            .then(|| view! { <a class="button" data-size="s" href=href aria-label=label>"Compare"</a> });
        view! {
            <li>
                <Sha commit=commit.sha/>
                <span>{commit.summary}<br/><span class="faint">{commit.author}", "<When at=commit.at/></span></span>
                {compare}
            </li>
        }
    };
    let rows = ahead.commits.into_iter().map(row).collect_view();
    view! { {unknown}<ol class="deploys">{rows}</ol> }.into_any()
}
