//! All events of a filter in one answer, which is written page by page.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use control_plane::operators::stream_grant::StreamGrant;
use control_plane::{Error, Result};
use futures::stream::{self, BoxStream, StreamExt as _};
use model::{Problem, ProblemKind, ProjectEvent};

use super::csv;
use super::query::Format;
use crate::api::events::UNBUFFERED;

impl Format {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    const fn disposition(self) -> &'static str {
        match self {
            Self::Jsonl => "attachment; filename=\"audit.jsonl\"",
            Self::Csv => "attachment; filename=\"audit.csv\"",
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Jsonl => "",
            Self::Csv => csv::HEADER,
        }
    }

    fn page(self, events: &[ProjectEvent]) -> serde_json::Result<String> {
        let mut text = String::new();
        for event in events {
            match self {
                Self::Jsonl => {
                    text.push_str(&serde_json::to_string(event)?);
                    text.push('\n');
                }
                Self::Csv => csv::append(&mut text, event),
            }
        }
        Ok(text)
    }
}

/// The response. An error after its begin, and the end of the caller's access, close the connection, so a client can detect an
/// incomplete export.
pub fn answer(
    pages: BoxStream<'static, Result<Vec<ProjectEvent>>>,
    format: Format,
    grant: StreamGrant,
) -> Response {
    let head = stream::once(async move { Ok(format.head().to_owned()) });
    let body = head.chain(granted(pages, grant).map(move |page| Ok(format.page(&page?)?)));
    let body = body.inspect(|part: &std::result::Result<String, axum::BoxError>| {
        if let Err(error) = part {
            tracing::warn!(%error, "an export of the audit trail was cut: {error}");
        }
    });
    let headers = [(CONTENT_TYPE, format.content_type()), (CONTENT_DISPOSITION, format.disposition())];
    (UNBUFFERED, headers, Body::from_stream(body)).into_response()
}

/// The pages, with an error as the last one if the grant ends before them.
fn granted(
    pages: BoxStream<'static, Result<Vec<ProjectEvent>>>,
    grant: StreamGrant,
) -> BoxStream<'static, Result<Vec<ProjectEvent>>> {
    stream::try_unfold((pages, Box::pin(grant.ended())), |(mut pages, mut ended)| async move {
        tokio::select! {
            biased;
            () = &mut ended => Err(access_ended()),
            page = pages.next() => page.transpose().map(|page| page.map(|page| (page, (pages, ended)))),
        }
    })
    .boxed()
}

fn access_ended() -> Error {
    let detail =
        "The server stops, or the session or token of the caller ended or has other permissions now.";
    Problem::new(ProblemKind::Unauthenticated, "The access ended", detail).into()
}
