//! The event stream in the browser: an `EventSource` that reconnects, and is closed while the page is in the background,
//! because a browser allows six connections for all pages of a site.
//!
//! A connection can die without an error. The server sends something every 15 s; after a longer silence the connection is
//! closed and opened again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::Hint;
use time::OffsetDateTime;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

use super::silence::is_dead;
use super::{Clock, Connection, Live};
use crate::session::api::get_session;

const PATH: &str = "/api/v1/events";
const RETRY: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_secs(5);

struct Line {
    live: Live,
    clock: Clock,
    open: RefCell<Option<EventSource>>,
    /// When the last message arrived: the age of the page without a connection.
    heard: Cell<OffsetDateTime>,
    /// When this connection was opened, or when its last message arrived.
    stirred: Cell<OffsetDateTime>,
}

/// Connects, and stays connected while the page is visible.
pub(super) fn start(live: Live) {
    let clock = Clock::current();
    let now = clock.now_untracked();
    let (heard, stirred) = (Cell::new(now), Cell::new(now));
    let wire = Rc::new(Line { live, clock, open: RefCell::default(), heard, stirred });
    follow_visibility(&wire);
    connect(&wire);
    set_interval(move || give_up_when_silent(&wire), LOOK);
}

fn follow_visibility(line: &Rc<Line>) {
    let line = Rc::clone(line);
    let changed = Closure::<dyn FnMut()>::new(move || {
        if document().hidden() {
            line.close();
            line.live.connection.set(Connection::Off);
        } else if line.open.borrow().is_none() {
            connect(&line);
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
}

fn connect(line: &Rc<Line>) {
    line.stirred.set(line.clock.now_untracked());
    let Ok(source) = EventSource::new(PATH) else { return };
    let opened = line.on(|line| {
        line.hear();
        line.live.connection.set(Connection::Live);
        line.live.wake(None);
    });
    let alive = line.on(|line| line.hear());
    let failed = line.on(failed);
    let hinted = {
        let line = Rc::clone(line);
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            line.hear();
            let hint = event.data().as_string().and_then(|text| serde_json::from_str::<Hint>(&text).ok());
            line.live.wake(hint.as_ref());
        })
    };
    let _ = source.add_event_listener_with_callback("alive", alive.into_js_value().unchecked_ref());
    source.set_onopen(Some(opened.into_js_value().unchecked_ref()));
    source.set_onmessage(Some(hinted.into_js_value().unchecked_ref()));
    source.set_onerror(Some(failed.into_js_value().unchecked_ref()));
    *line.open.borrow_mut() = Some(source);
}

impl Line {
    fn on(self: &Rc<Self>, act: impl Fn(&Rc<Self>) + 'static) -> Closure<dyn FnMut()> {
        let line = Rc::clone(self);
        Closure::new(move || act(&line))
    }

    fn hear(&self) {
        let now = self.clock.now_untracked();
        self.heard.set(now);
        self.stirred.set(now);
    }

    fn close(&self) {
        if let Some(source) = self.open.borrow_mut().take() {
            source.close();
        }
    }

    fn cut(&self) {
        if self.live.connection.get_untracked() != Connection::LoggedOut {
            self.live.connection.set(Connection::Cut(self.heard.get()));
        }
    }
}

/// An `EventSource` reconnects after a cut, but not after a response such as 401 or 502.
fn failed(line: &Rc<Line>) {
    line.cut();
    let ended = line.open.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
    if ended {
        line.close();
        tell_when_logged_out(line.live);
        let line = Rc::clone(line);
        let again = move || {
            if line.open.borrow().is_none() && !document().hidden() {
                connect(&line);
            }
        };
        set_timeout(again, RETRY);
    }
}

fn tell_when_logged_out(live: Live) {
    if live.connection.get_untracked() != Connection::LoggedOut {
        spawn_local(async move {
            let logged_out = get_session().await.is_ok_and(|session| session.me.is_none());
            if logged_out && matches!(live.connection.get_untracked(), Connection::Cut(_)) {
                live.connection.set(Connection::LoggedOut);
            }
        });
    }
}

fn give_up_when_silent(line: &Rc<Line>) {
    let dead = line.open.borrow().is_some() && is_dead(line.stirred.get(), line.clock.now_untracked());
    if dead {
        line.close();
        line.cut();
        connect(line);
    }
}
