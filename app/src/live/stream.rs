//! The browser's side of the connection: an `EventSource`, opened again when it ends, and closed while the page is in
//! the background, because a browser has only six connections for all pages of one site.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use model::Hint;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{Clock, Connection, Live};

const PATH: &str = "/api/v1/events";
const RETRY: Duration = Duration::from_secs(3);

type Open = Rc<RefCell<Option<EventSource>>>;

/// Opens the connection and keeps it open for as long as the page is looked at.
pub(super) fn start(live: Live) {
    let clock = Clock::current();
    let open: Open = Rc::default();
    follow_visibility(live, clock, Rc::clone(&open));
    connect(live, clock, &open);
}

fn follow_visibility(live: Live, clock: Clock, open: Open) {
    let changed = Closure::<dyn FnMut()>::new(move || {
        if document().hidden() {
            if let Some(source) = open.borrow_mut().take() {
                source.close();
            }
            live.connection.set(Connection::Off);
        } else if open.borrow().is_none() {
            connect(live, clock, &open);
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
}

fn connect(live: Live, clock: Clock, open: &Open) {
    let Ok(source) = EventSource::new(PATH) else { return };
    let opened = Closure::<dyn FnMut()>::new(move || {
        live.connection.set(Connection::Live);
        live.wake(None);
    });
    let hinted = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let hint = event.data().as_string().and_then(|text| serde_json::from_str::<Hint>(&text).ok());
        live.wake(hint.as_ref());
    });
    let failed = on_failure(live, clock, open);
    source.set_onopen(Some(opened.into_js_value().unchecked_ref()));
    source.set_onmessage(Some(hinted.into_js_value().unchecked_ref()));
    source.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    *open.borrow_mut() = Some(source);
}

/// A browser tries again by itself after a cut, but not after an answer such as 502.
fn on_failure(live: Live, clock: Clock, open: &Open) -> Closure<dyn FnMut()> {
    let open = Rc::clone(open);
    Closure::new(move || {
        if !matches!(live.connection.get_untracked(), Connection::Cut(_)) {
            live.connection.set(Connection::Cut(clock.now_untracked()));
        }
        let ended = open.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        if ended {
            open.borrow_mut().take();
            let open = Rc::clone(&open);
            let again = move || {
                if open.borrow().is_none() && !document().hidden() {
                    connect(live, clock, &open);
                }
            };
            set_timeout(again, RETRY);
        }
    })
}
