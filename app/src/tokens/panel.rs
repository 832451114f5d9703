//! API tokens in the settings.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::ApiToken;

use super::api::CreateToken;
use crate::components::{
    Attempt, CommandForm, Empty, Guarded, OneTimeSecretPanel, Section, Submit, Table, TextField, When,
    content,
};
use crate::error::AppError;
use crate::session::Flash;

/// The section.
#[component]
pub(crate) fn TokensPanel(tokens: Result<Vec<ApiToken>, AppError>) -> impl IntoView {
    let new = Flash::secret_of(CreateToken::url()).map(|new| {
        view! { <OneTimeSecretPanel title=format!("New token {}", new.subject) secret=new.secret/> }
    });
    view! {
        <Section id="tokens" title="API tokens">
            <p class="soft">"A token has your permissions. atomoctl and other programs send it in the Authorization header."</p>
            {new}
            {content(tokens, |tokens| view! { <Rows tokens/> })}
            <Create/>
        </Section>
    }
    .into_any()
}

#[component]
fn Rows(tokens: Vec<ApiToken>) -> impl IntoView {
    if tokens.is_empty() {
        return view! { <Empty icon="key" title="No token yet" detail="atomoctl login creates one; create one here for other programs."/> }.into_any();
    }
    let rows = tokens.into_iter().map(|token| view! { <Row token/> }).collect_view();
    view! { <Table label="API tokens" heads=&["Name", "Created", "Last used", "Expires", "Actions"]>{rows}</Table> }
        .into_any()
}

#[component]
fn Row(token: ApiToken) -> impl IntoView {
    let used = token.last_used_at.map_or_else(|| "never".into_any(), |at| view! { <When at/> }.into_any());
    let (page, label) = (format!("/settings/tokens/{}/revoke", token.id), format!("Revoke {}", token.name));
    view! {
        <tr>
            <th scope="row">{token.name}</th>
            <td class="soft"><When at=token.created_at/></td>
            <td class="soft">{used}</td>
            <td class="soft"><When at=token.expires_at/></td>
            <td><div class="buttons row-buttons"><Guarded href=page text="Revoke" label kind="danger" size="s"/></div></td>
        </tr>
    }
    .into_any()
}

/// The form of a new token.
#[component]
fn Create() -> impl IntoView {
    let attempt = Attempt::of::<CreateToken>();
    let (name, fault) = (attempt.typed_text("name").unwrap_or_default(), attempt.fault("name"));
    view! {
        <CommandForm attempt>
            <TextField id="token_name" name="name" label="Name of the token" text=name fault
                hint="What it is used for, such as ci-deploy."/>
            <Submit text="Create token" busy="Creating token" kind=""/>
        </CommandForm>
    }
    .into_any()
}
