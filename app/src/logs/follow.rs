//! The log stream in the browser. It reconnects, and is closed while the page is in the background, because a browser
//! allows six connections for all pages of a site.

use std::time::Duration;

use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use model::ProjectId;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit, Response};

use super::feed::Feed;
use super::split::Pieces;

const RETRY: Duration = Duration::from_secs(3);

/// Keeps the feed up to date while the calling view exists. Every connection starts with the last `tail` lines.
pub(super) fn follow(id: &ProjectId, tail: u32, feed: Feed) {
    let path = StoredValue::new(format!("/api/v1/projects/{id}/logs?follow=true&tail={tail}"));
    let visible = RwSignal::new(!document().hidden());
    let changed = move |_| visible.set(!document().hidden());
    let listener = window_event_listener_untyped("visibilitychange", changed);
    on_cleanup(move || listener.remove());
    Effect::new(move |_| {
        if visible.get() {
            // cancelled with this run of the effect: when the page is hidden, and with the view
            spawn_local_scoped_with_cancellation(async move {
                loop {
                    read(&path.get_value(), feed).await;
                    rest().await;
                }
            });
        }
    });
}

/// Reads until the stream ends.
async fn read(path: &str, feed: Feed) {
    let Some(stream) = Stream::open(path).await else { return };
    let mut pieces = Pieces::default();
    let mut overlap = true;
    while let Some(piece) = stream.next().await {
        let new = pieces.push(&piece);
        if !new.is_empty() && !feed.add(new, &mut overlap) {
            return;
        }
    }
}

/// A response that is read as it arrives. Dropping it aborts the request.
struct Stream {
    request: AbortController,
    reader: ReadableStreamDefaultReader,
}

impl Stream {
    async fn open(path: &str) -> Option<Self> {
        let request = AbortController::new().ok()?;
        let init = RequestInit::new();
        init.set_signal(Some(&request.signal()));
        let asked = window().fetch_with_str_and_init(path, &init);
        let answer: Response = JsFuture::from(asked).await.ok()?.dyn_into().ok()?;
        let body = answer.body().filter(|_| answer.ok())?;
        Some(Self { request, reader: body.get_reader().dyn_into().ok()? })
    }

    async fn next(&self) -> Option<Vec<u8>> {
        let piece = JsFuture::from(self.reader.read()).await.ok()?;
        let bytes = Reflect::get(&piece, &"value".into()).ok()?.dyn_into::<Uint8Array>().ok()?;
        Some(bytes.to_vec())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.request.abort();
    }
}

async fn rest() {
    let (done, waited) = futures::channel::oneshot::channel::<()>();
    set_timeout(move || drop(done), RETRY);
    let _ = waited.await;
}
