//! Revocation of a token. It is guarded, because programs that use the token stop working.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{ApiToken, Problem, TokenId};
use time::OffsetDateTime;

use super::api::{RevokeToken, get_tokens};
use crate::address::segment;
use crate::components::{Confirm, Crumb, PageHead, PostButton, main_content};
use crate::document::{Document, Subject};
use crate::error::AppError;
use crate::text::ago;

const TITLE: &str = "Revoke a token";

/// The confirmation page.
pub(crate) async fn revoke_token_page() -> Document {
    let token = token(segment(2).parse().ok()).await;
    let content = view! {
        <div class="page" data-page="confirm">
            <PageHead title=TITLE crumbs=vec![Crumb::new("/settings", "Settings")]/>
            <div data-dialog-content="">{main_content(token, true, |token| view! { <RevokeQuestion token/> })}</div>
        </div>
    };
    Document::new(TITLE, Subject::Nothing, content)
}

/// The token of the caller with this id.
async fn token(id: Option<TokenId>) -> Result<ApiToken, AppError> {
    let known = get_tokens().await?.into_iter().find(|known| Some(known.id) == id);
    known.ok_or_else(|| Problem::not_found("such token").into())
}

/// The question: effects of the revocation, and the button.
#[component]
fn RevokeQuestion(token: ApiToken) -> impl IntoView {
    let fields = vec![("id", token.id.to_string())];
    let will = revokes(&token, OffsetDateTime::now_utc());
    view! {
        <Confirm question=format!("Revoke {}?", token.name) will back="/settings">
            <PostButton action=RevokeToken::url() fields text="Revoke token" busy="Revoking token" kind="danger"/>
        </Confirm>
    }
    .into_any()
}

fn revokes(token: &ApiToken, now: OffsetDateTime) -> Vec<String> {
    let used = token
        .last_used_at
        .map_or_else(|| "It was never used.".to_owned(), |at| format!("It was last used {}.", ago(at, now)));
    vec![
        format!("Programs that use it are rejected from now on. {used}"),
        "Projects and other tokens are not affected.".to_owned(),
        "This cannot be undone; create a new token to replace it.".to_owned(),
    ]
}
