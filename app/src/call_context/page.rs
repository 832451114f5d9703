//! Cookies of the dashboard's appearance, and the page of a form.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use model::Problem;

use super::{Request, flash};
use crate::error::AppError;

/// One year.
const KEPT_S: u32 = 365 * 24 * 3600;

/// Whether an open page is fetched again because of a hint, not by its operator.
pub(crate) fn is_refetch() -> bool {
    use_context::<Parts>().is_some_and(|parts| parts.headers.contains_key("x-refetch"))
}

/// The value of a cookie of the request.
pub(crate) fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}

/// Sets a cookie for a year. `word` is one of our own constants, never input.
pub(crate) fn set_cookie(name: &'static str, word: &'static str) {
    let cookie = format!("{name}={word}; Path=/; Max-Age={KEPT_S}; SameSite=Lax");
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(SET_COOKIE, cookie);
    }
}

/// Tells the browser to drop the pages that it keeps for its back button: the next user must not see them.
pub(crate) fn forget_pages() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response
            .insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    }
}

/// The page of this request's form, as a path on this server.
pub(crate) fn came_from() -> Result<String, AppError> {
    Ok(flash::page_of(Request::current()?.header("referer")))
}

/// Sets the status of the page that is being rendered.
pub(crate) fn page_status(problem: &Problem) {
    if let (Some(response), Ok(status)) =
        (use_context::<ResponseOptions>(), StatusCode::from_u16(problem.status))
    {
        response.set_status(status);
    }
}
