//! From a request to a page: caller, flash, permission to enter, the page's own function, HTML.

use std::future::Future;
use std::sync::PoisonError;

use crate::address::{Address, with_query};
use crate::call_context::flash;
use crate::document::Document;
use crate::frame::Banners;
use crate::session::api::get_session;
use crate::session::{Flash, SessionAnswer, provide_permissions};
use crate::site::Site;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use leptos::prelude::{Owner, provide_context};
use leptos::reactive::computed::ScopedFuture;
use leptos_axum::ResponseOptions;

/// Scripts and styles come from this origin only; none is inline, so no nonce is needed.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action \
     'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
);
/// Checked again at every visit, but kept for the back button. A page with a secret is not kept at all.
const FRESH: HeaderValue = HeaderValue::from_static("private, no-cache");
const NOT_STORED: HeaderValue = HeaderValue::from_static("no-store");
/// The rules by which a browser fetches a page when its link is about to be followed.
const SPECULATION_RULES: HeaderName = HeaderName::from_static("speculation-rules");
const RULES: HeaderValue = HeaderValue::from_static("\"/speculation-rules.json\"");

/// Answers with the rules. Browsers accept them by this type only.
pub(crate) async fn speculation_rules() -> Response {
    let headers = [(CONTENT_TYPE, "application/speculationrules+json"), (CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("speculation-rules.json")).into_response()
}

/// Answers with a page of an operator. Anonymous callers are sent to the log-in and back.
pub(crate) async fn framed<F>(site: Site, parts: Parts, page: fn() -> F) -> Response
where
    F: Future<Output = Document> + Send,
{
    answer(site, parts, async move |site: &Site| {
        let session = get_session().await;
        if let Ok(session) = &session
            && session.me.is_none()
        {
            return Err(entrance(session.needs_setup));
        }
        provide_permissions(&session);
        provide_context(SessionAnswer(session.clone()));
        let (content, banners) = futures::join!(page(), Banners::load(session.err()));
        Ok(content.framed(&site.assets, banners))
    })
    .await
}

/// Answers with a page that needs no log-in.
pub(crate) async fn bare<F>(site: Site, parts: Parts, page: fn() -> F) -> Response
where
    F: Future<Output = Document> + Send,
{
    answer(site, parts, async move |site: &Site| Ok(page().await.bare(&site.assets))).await
}

/// Runs `render` in the context of the request.
async fn answer(
    site: Site,
    parts: Parts,
    render: impl AsyncFnOnce(&Site) -> Result<String, String>,
) -> Response {
    let address = Address::of(&parts.uri);
    let response = ResponseOptions::default();
    let owner = Owner::new_root(None);
    provide_context(site.plane.clone());
    provide_context(address.clone());
    provide_context(parts);
    provide_context(response.clone());
    let rendered = ScopedFuture::new(async {
        let flash = flash(&address).await;
        let secret = flash.as_ref().is_some_and(|flash| flash.shown.is_some());
        provide_context(flash);
        (render(&site).await, secret)
    });
    let (html, secret) = rendered.await;
    drop(owner);
    let mut answer = match html {
        Ok(html) => Html(html).into_response(),
        Err(elsewhere) => return Redirect::to(&elsewhere).into_response(),
    };
    let set = response.0.read().unwrap_or_else(PoisonError::into_inner);
    *answer.status_mut() = set.status.unwrap_or(StatusCode::OK);
    let headers = answer.headers_mut();
    headers.extend(set.headers.clone());
    decorate(headers, secret);
    answer
}

fn decorate(headers: &mut HeaderMap, secret: bool) {
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(CACHE_CONTROL, if secret { NOT_STORED } else { FRESH });
    headers.insert(SPECULATION_RULES, RULES);
}

/// The flash that the address names.
async fn flash(address: &Address) -> Option<Flash> {
    let ticket = address.query.get("flash")?;
    flash::take(&ticket).await.ok().flatten()
}

/// Where to redirect an anonymous caller: to the log-in and back, or to the setup if there is no operator.
fn entrance(needs_setup: bool) -> String {
    if needs_setup {
        return "/setup".to_owned();
    }
    let here = Address::current().text;
    with_query("/login", &[("next", if here == "/" { "" } else { &here })])
}
