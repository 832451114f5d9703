//! The webhook of a repository: its address, its secret once, and what it received.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Action, Problem, Repository, RepositoryId, Target, Webhook};

use super::api::{CreateWebhook, RemoveWebhook, get_repositories};
use crate::address::segment;
use crate::components::{Crumb, Fact, Facts, OneTimeSecretPanel, PageHead, PostButton, When, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::session::{Flash, permitted};

const TITLE: &str = "Webhook of a repository";

/// The page.
pub(crate) async fn webhook_page() -> Document {
    let repository = repository(segment(2).parse().ok()).await;
    let content = view! {
        <div class="page" data-page="webhook">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/settings", "Settings")]/>
            {main_content(repository, true, |repository| view! { <Content repository/> })}
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

async fn repository(id: Option<RepositoryId>) -> Result<Repository, AppError> {
    let known = get_repositories().await?.into_iter().find(|known| Some(known.id) == id);
    known.ok_or_else(|| Problem::not_found("such repository").into())
}

#[component]
fn Content(repository: Repository) -> impl IntoView {
    let new = Flash::secret_of(CreateWebhook::url()).map(|new| {
        view! { <OneTimeSecretPanel title="Secret of the webhook" secret=new.secret/> }
    });
    let path = format!("/hooks/repositories/{}", repository.id);
    let buttons = permitted(
        Action::RepositoryWebhook,
        Target::Fleet,
        || view! { <Buttons repository=repository.clone()/> },
    );
    let received = repository.webhook.clone().map(received);
    view! {
        <div class="stack">
            <p class="soft">"The git host reports each push to this address. A push to the default branch that changes the schema file of a project is proposed on the page Deploys of the project. Nothing is deployed by it."</p>
            {new}
            <Facts>
                <Fact name="Repository"><code class="break">{repository.url.to_string()}</code></Fact>
                <Fact name="Address"><span>"The public address of this dashboard, followed by "<code class="break">{path}</code></span></Fact>
                <Fact name="Content type"><code>"application/json"</code></Fact>
                <Fact name="Event"><span>"Push"</span></Fact>
                {received}
            </Facts>
            {buttons}
        </div>
    }
    .into_any()
}

fn received(webhook: Webhook) -> AnyView {
    let last = match webhook.last_delivery_at {
        Some(at) => view! { <When at/> }.into_any(),
        None => view! { <span>"none yet"</span> }.into_any(),
    };
    let problem = webhook.problem.map(|text| view! { <Fact name="Problem"><span>{text}</span></Fact> });
    let (made_at, by) = (webhook.created_at, webhook.created_by.label());
    view! {
        <Fact name="Secret"><span>"created "<When at=made_at/>" by "{by}</span></Fact>
        <Fact name="Last delivery">{last}</Fact>
        {problem}
    }
    .into_any()
}

/// Create or replace, and remove.
#[component]
fn Buttons(repository: Repository) -> impl IntoView {
    let fields = || vec![("id", repository.id.to_string())];
    let Some(_) = repository.webhook else {
        return view! {
            <div class="buttons">
                <PostButton action=CreateWebhook::url() fields=fields() text="Create webhook" busy="Creating webhook" icon="plus"/>
            </div>
        }
        .into_any();
    };
    view! {
        <p class="soft">"Another secret replaces the present one: deliveries are refused until the git host has it. Without the webhook pushes are not reported; proposals stay."</p>
        <div class="buttons">
            <PostButton action=CreateWebhook::url() fields=fields() text="Replace secret" busy="Replacing secret"/>
            <PostButton action=RemoveWebhook::url() fields=fields() text="Remove webhook" busy="Removing webhook" kind="danger"/>
        </div>
    }
    .into_any()
}
