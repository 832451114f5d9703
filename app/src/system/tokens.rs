//! Tokens for programs: made, shown once, revoked.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::ApiToken;

use super::api::{CreateToken, RevokeToken, get_tokens};
use crate::components::{
    Attempt, CommandForm, Empty, Load, PostButton, ProblemBanner, Section, ShownOnce, Submit, Table,
    TextField, When,
};
use crate::error::AppError;
use crate::session::{Flashes, Shown};

/// The section of the settings.
#[component]
pub(super) fn TokensPanel() -> impl IntoView {
    let create = ServerAction::<CreateToken>::new();
    let revoke = ServerAction::<RevokeToken>::new();
    let tokens = Resource::new(move || (create.version().get(), revoke.version().get()), |_| get_tokens());
    let refused =
        Signal::derive(move || revoke.value().get().and_then(Result::err).map(AppError::into_problem));
    view! {
        <Section id="tokens" title="API tokens">
            <p class="soft">"A token may do what you may do. atomoctl and programs send it in the header Authorization."</p>
            <ProblemBanner problem=refused/>
            <New create/>
            <Load data=tokens children=move |tokens| view! { <Rows tokens revoke/> }/>
            <CommandForm action=create children=|attempt| view! { <Fields attempt/> }/>
        </Section>
    }
    .into_any()
}

/// The token that was just made.
#[component]
fn New(create: ServerAction<CreateToken>) -> impl IntoView {
    let flashes = Flashes::current();
    let show =
        |made: Shown| view! { <ShownOnce title=format!("New token {}", made.subject) secret=made.secret/> };
    let now = move || create.value().get().and_then(Result::ok).flatten().map(show);
    let before = move || Suspend::new(async move { flashes.shown(CreateToken::url()).await.map(show) });
    view! {
        <Transition>{before}</Transition>
        {now}
    }
    .into_any()
}

#[component]
fn Rows(tokens: Vec<ApiToken>, revoke: ServerAction<RevokeToken>) -> impl IntoView {
    if tokens.is_empty() {
        return view! { <Empty icon="key" title="No token yet" detail="atomoctl login makes one for you; programs get one here."/> }.into_any();
    }
    let rows = tokens.into_iter().map(move |token| {
        let used = token.last_used_at.map_or_else(|| "never".into_any(), |at| view! { <When at/> }.into_any());
        view! {
            <tr>
                <th scope="row">{token.name}</th>
                <td class="soft"><When at=token.created_at/></td>
                <td class="soft">{used}</td>
                <td class="soft"><When at=token.expires_at/></td>
                <td><div class="buttons row-buttons">
                    <PostButton action=revoke fields=vec![("id", token.id.to_string())] text="Revoke" kind="danger" size="s"/>
                </div></td>
            </tr>
        }
    });
    view! { <Table label="API tokens" heads=&["Name", "Made", "Used", "Ends", "Actions"]>{rows.collect_view()}</Table> }.into_any()
}

#[component]
fn Fields(attempt: Attempt) -> impl IntoView {
    view! {
        <TextField id="token_name" name="name" label="Name of the token" text=RwSignal::new(String::new()) fault=attempt.fault("name")
            hint="What it is for, such as ci-deploy.".to_owned()/>
        <Submit pending=attempt.pending text="Create token" busy="Creating token" kind=""/>
    }
    .into_any()
}
