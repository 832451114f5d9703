//! API tokens in the settings.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::ApiToken;

use super::api::{CreateToken, get_tokens};
use super::revoke::RevokeQuestion;
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, Load, OneTimeSecretPanel, Removed, Section, Submit, Table,
    TextField, When, answer,
};
use crate::data::fetched;
use crate::session::{Flashes, OneTimeSecret};

/// The section.
#[component]
pub(crate) fn TokensPanel() -> impl IntoView {
    let create = ServerAction::<CreateToken>::new();
    let revoked = Removed::<ApiToken>::provide();
    let tokens = fetched(move || (create.version().get(), revoked.get()), |_| get_tokens());
    view! {
        <Section id="tokens" title="API tokens">
            <p class="soft">"A token has your permissions. atomoctl and other programs send it in the header Authorization."</p>
            <New create/>
            <Load data=tokens children=move |tokens| view! { <Rows tokens/> }/>
            <CommandForm action=create children=move |attempt| view! { <Fields attempt create/> }/>
        </Section>
    }
    .into_any()
}

/// The new token, shown once.
#[component]
fn New(create: ServerAction<CreateToken>) -> impl IntoView {
    let flashes = Flashes::current();
    let show = |created: OneTimeSecret| view! { <OneTimeSecretPanel title=format!("New token {}", created.subject) secret=created.secret/> };
    let made = answer(create);
    let now = move || made.get().flatten().map(show);
    let before = move || Suspend::new(async move { flashes.shown(CreateToken::url()).await.map(show) });
    view! {
        <Transition>{before}</Transition>
        {now}
    }
    .into_any()
}

#[component]
fn Rows(tokens: Vec<ApiToken>) -> impl IntoView {
    if tokens.is_empty() {
        return view! { <Empty icon="key" title="No token yet" detail="atomoctl login creates one; create one here for other programs."/> }.into_any();
    }
    let rows = tokens.into_iter().map(|token| view! { <Row token/> }).collect_view();
    view! { <Table label="API tokens" heads=&["Name", "Made", "Used", "Ends", "Actions"]>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(token: ApiToken) -> impl IntoView {
    let used = token.last_used_at.map_or_else(|| "never".into_any(), |at| view! { <When at/> }.into_any());
    let (page, label) = (format!("/settings/tokens/{}/revoke", token.id), format!("Revoke {}", token.name));
    view! {
        <tr>
            <th scope="row">{token.name.clone()}</th>
            <td class="soft"><When at=token.created_at/></td>
            <td class="soft">{used}</td>
            <td class="soft"><When at=token.expires_at/></td>
            <td><div class="buttons row-buttons">
                <Guarded href=page text="Revoke" label kind="danger" size="s"
                    children=move || view! { <RevokeQuestion token=token.clone()/> }/>
            </div></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Fields(attempt: Attempt, create: ServerAction<CreateToken>) -> impl IntoView {
    let name = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(Ok(_)) = create.value().get() {
            name.set(String::new());
        }
    });
    view! {
        <TextField id="token_name" name="name" label="Name of the token" text=name fault=attempt.fault("name")
            hint="What it is for, such as ci-deploy.".to_owned()/>
        <Submit pending=attempt.pending text="Create token" busy="Creating token" kind=""/>
    }
    .into_any()
}
