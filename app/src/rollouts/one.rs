//! One rollout: its progress, its members, and what an operator can do.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Problem, Rollout, RolloutId, RolloutMemberState, RolloutState, Target};

use super::api::{CancelRollout, ResumeRollout, get_rollout};
use super::marks::{StateMark, progress};
use super::members::Members;
use crate::address::segment;
use crate::components::{
    Crumb, Fact, Facts, PageHead, PostButton, ProblemPanel, Section, When, main_content,
};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::may;

/// The page.
pub(crate) async fn rollout_page() -> Document {
    let rollout = rollout().await;
    let title = rollout
        .as_ref()
        .map_or_else(|_| "Rollout".to_owned(), |rollout| format!("Rollout of {}", rollout.target.label()));
    let content = view! {
        <div class="page" data-page="rollout">
            <PageHead title=title.clone() crumbs=vec![Crumb::new("/rollouts", "Rollouts")]/>
            {main_content(rollout, true, |rollout| view! { <Content rollout/> })}
        </div>
    };
    Document::new(title, Subject::Fleet, content)
}

async fn rollout() -> Result<Rollout, AppError> {
    let text = segment(1);
    let id: RolloutId = text.parse().map_err(|_| Problem::not_found(format!("rollout {text}")))?;
    get_rollout(id).await
}

#[component]
fn Content(rollout: Rollout) -> impl IntoView {
    let problem = rollout.problem.clone().map(|problem| view! { <ProblemPanel problem/> });
    let members = rollout.members.clone();
    view! {
        {problem}
        <div class="split" data-aside="wide">
            <Section id="members" title="Projects"><Members members/></Section>
            <aside class="stack aside"><RolloutFacts rollout/></aside>
        </div>
    }
    .into_any()
}

#[component]
fn RolloutFacts(rollout: Rollout) -> impl IntoView {
    let options = rollout.options;
    let then = if options.at_once == 1 {
        "then one at a time".to_owned()
    } else {
        format!("then {} at a time", options.at_once)
    };
    let bake = match options.bake_s {
        0 => "not awaited".to_owned(),
        seconds => format!("{seconds} s after the deploy of the first one"),
    };
    let backup = match (options.backup_first, options.pause) {
        (false, _) => "none first; the newest verified one counts",
        (true, false) => "first, of each",
        (true, true) => "first, of each, while it is stopped",
    };
    let (state, reason, actor) = (rollout.state, rollout.reason.clone(), rollout.actor.label());
    let (done, begun_at, ended_at) = (progress(&rollout.counts), rollout.begun_at, rollout.ended_at);
    view! {
        <Section id="facts" title="Rollout">
            <Facts>
                <Fact name="State"><StateMark state/></Fact>
                <Fact name="Progress">{done}</Fact>
                <Fact name="Reason">{reason}</Fact>
                <Fact name="Order">{format!("One project first, {then}")}</Fact>
                <Fact name="Health">{bake}</Fact>
                <Fact name="Backup">{backup}</Fact>
                <Fact name="Deployed for">{actor}</Fact>
                <Fact name="Begun"><When at=begun_at/></Fact>
                {ended_at.map(|at| view! { <Fact name="Ended"><When at/></Fact> })}
            </Facts>
            <Acts rollout/>
        </Section>
    }
    .into_any()
}

/// The buttons that apply, for a caller who may deploy what is left.
#[component]
fn Acts(rollout: Rollout) -> impl IntoView {
    let left = |state| !matches!(state, RolloutMemberState::Succeeded | RolloutMemberState::Skipped);
    let mut rest = rollout.members.iter().filter(|member| left(member.state));
    if rollout.state.is_over()
        || !rest.all(|member| may(Action::ProjectDeploy, Target::Project(&member.project_id)))
    {
        return ().into_any();
    }
    let id = rollout.id.to_string();
    let resume = |skip: &str| vec![("id", id.clone()), ("skip", skip.to_owned())];
    let again = (rollout.state == RolloutState::Paused).then(|| {
        let (again, skip) = (resume("false"), resume("true"));
        view! {
            <PostButton action=ResumeRollout::url() fields=again text="Try again" busy="Resuming" kind="primary"/>
            <PostButton action=ResumeRollout::url() fields=skip text="Pass over and go on" busy="Resuming"/>
        }
    });
    let cancel = vec![("id", id.clone())];
    view! {
        <div class="buttons">
            {again}
            <PostButton action=CancelRollout::url() fields=cancel text="Cancel rollout" busy="Cancelling" kind="danger"/>
        </div>
        <p class="hint">"After a cancel no further project begins. Projects under way finish, and those that are done stay as they are."</p>
    }
    .into_any()
}
