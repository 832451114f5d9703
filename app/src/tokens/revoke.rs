//! Revocation of a token. It is guarded, because programs that use it stop working. Dialog and page have the same
//! content.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::{ApiToken, Problem, TokenId};
use time::OffsetDateTime;

use super::api::{RevokeToken, get_tokens};
use crate::components::{
    Confirm, Crumb, Load, PageHead, PostButton, ProblemBanner, Removed, close_dialog, refusal,
};
use crate::data::fetched;
use crate::error::AppError;
use crate::live::Clock;
use crate::text::ago;

/// The page.
#[component]
pub(crate) fn RevokeTokenPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").and_then(|id| id.parse::<TokenId>().ok());
    let token = fetched(
        || (),
        move |()| async move {
            let known = get_tokens().await?.into_iter().find(|known| Some(known.id) == id);
            known.ok_or_else(|| AppError::from(Problem::not_found("such token")))
        },
    );
    view! {
        <div class="page" data-page="confirm">
            <PageHead title="Revoke a token" crumbs=vec![Crumb::new("/settings", "Settings")]/>
            <Load data=token main=true titled=true children=|token| view! { <RevokeQuestion token/> }/>
        </div>
    }
    .into_any()
}

/// The confirmation.
#[component]
pub(super) fn RevokeQuestion(token: ApiToken) -> impl IntoView {
    let revoke = ServerAction::<RevokeToken>::new();
    let refused = refusal(revoke);
    Effect::new(move |_| {
        if let Some(Ok(())) = revoke.value().get() {
            close_dialog();
            Removed::<ApiToken>::count();
        }
    });
    let fields = vec![("id", token.id.to_string())];
    let will = revokes(&token, Clock::current().now_untracked());
    view! {
        <ProblemBanner problem=refused/>
        <Confirm question=format!("Revoke {}?", token.name) will back="/settings">
            <PostButton action=revoke fields text="Revoke token" kind="danger"/>
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
