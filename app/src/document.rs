//! The HTML document around the content of a page.

use leptos::prelude::*;
use model::{OperationId, ProjectId};
use time::OffsetDateTime;

use crate::frame::{Banners, Bar};
use crate::html::Html;
use crate::keyboard::Keyboard;
use crate::session::Theme;
use crate::site::Assets;

/// Seconds after which a browser without JavaScript loads a wall screen again.
const WALL_REFRESH: &str = "15";

/// A page: its title, its subject and its content.
pub(crate) struct Document {
    title: String,
    subject: Subject,
    content: AnyView,
    layout: Layout,
}

/// The layout of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// With the navigation bar.
    Standard,
    /// Of a wall layout: without bar and controls, dark unless the operator chose light, fetched again also without JavaScript.
    Wall,
}

/// What a page is about: the hints of the event stream after which the page script fetches it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Not about the fleet; never fetched again.
    Nothing,
    /// All projects, operations and parts.
    Fleet,
    /// One project and its operations.
    Project(ProjectId),
    /// One operation.
    Operation(OperationId),
}

impl Subject {
    /// The value of `data-subject`, which the page script reads.
    fn word(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Fleet => Some("fleet".to_owned()),
            Self::Project(id) => Some(format!("project:{id}")),
            Self::Operation(id) => Some(format!("operation:{id}")),
        }
    }
}

impl Document {
    /// A page. `title` is the document title, without the name of the product.
    pub(crate) fn new(title: impl Into<String>, subject: Subject, content: impl IntoView + 'static) -> Self {
        let content = content.into_view().into_any();
        Self { title: title.into(), subject, content, layout: Layout::Standard }
    }

    /// The same page for a wall screen.
    pub(crate) fn on_wall(self) -> Self {
        Self { layout: Layout::Wall, ..self }
    }

    /// The HTML of an operator's page: with the navigation bar and the banners, unless it is for a wall screen.
    pub(super) fn framed(self, assets: &Assets, banners: Banners) -> String {
        let desk = self.layout == Layout::Standard;
        let subject = self.subject.word();
        let now = now_ms();
        let pending = banners.pending;
        let body = view! {
            {desk.then(|| view! { <a class="skip" href="#main">"Skip to content"</a> <Bar pending/> })}
            <main id="main" tabindex="-1" data-subject=subject data-now=now data-build=assets.build.clone()>
                {desk.then(|| banners.view())}
                {self.content}
            </main>
            {desk.then(|| view! { <Keyboard/> })}
        };
        html(&self.title, self.layout, assets, body.into_any())
    }

    /// The HTML of a page without a bar: log-in and set-up. Its content has the `<main>`.
    pub(super) fn bare(self, assets: &Assets) -> String {
        html(&self.title, self.layout, assets, self.content)
    }
}

/// The server's clock in milliseconds since 1970, from which the page script continues relative times.
fn now_ms() -> String {
    (OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).to_string()
}

/// The whole document. The head is written as text: a view puts markers between its parts, which a title would show.
fn html(title: &str, layout: Layout, assets: &Assets, body: AnyView) -> String {
    let title = if title.is_empty() { "Atomo Fleet".to_owned() } else { format!("{title} - Atomo Fleet") };
    let body = without_markers(&body.to_html());
    let mut html = Html::with_capacity(body.len() + 1024);
    let wall = layout == Layout::Wall;
    let theme = Theme::current().word().or(wall.then_some("dark"));
    let theme: Vec<(&str, &str)> = theme.map(|word| ("data-theme", word)).into_iter().collect();
    html.raw("<!DOCTYPE html>").open("html", &[&[("lang", "en")], &*theme].concat()).open("head", &[]);
    html.open("meta", &[("charset", "utf-8")]);
    html.open("meta", &[("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    html.open("meta", &[("name", "color-scheme"), ("content", "light dark")]);
    html.open("meta", &[("name", "description"), ("content", "Control plane of a fleet of Atomo projects")]);
    html.element("title", &[], &title);
    if wall {
        html.open("noscript", &[]).open("meta", &[("http-equiv", "refresh"), ("content", WALL_REFRESH)]);
        html.close("noscript");
    }
    html.open("link", &[("rel", "icon"), ("type", "image/svg+xml"), ("href", "/favicon.svg")]);
    html.open("link", &[("rel", "stylesheet"), ("href", &assets.style)]);
    html.element("script", &[("type", "module"), ("src", &assets.script)], "").close("head");
    html.open("body", &[]).raw(&body).close("body").close("html");
    html.finish()
}

/// The HTML of a view without the markers by which a browser would find its parts again. Text is escaped, so none of it
/// looks like a marker; a text area would show one.
fn without_markers(html: &str) -> String {
    html.replace("<!>", "").replace("<!--<() />-->", "")
}
