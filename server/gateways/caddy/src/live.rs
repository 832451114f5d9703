//! What a Caddy has, and what it should have: both as the bytes that its admin API gives and takes.

use std::collections::BTreeMap;

use bytes::Bytes;
use control_plane::ports::gateway::RouteSeen;
use model::ProjectId;
use serde_json::{Map, Value};

use crate::identifiers::{HTTP, HTTPS};
use crate::rendered::Rendered;
use crate::{json, merge, read};

/// A whole configuration as it was read.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) etag: String,
    text: Bytes,
    /// All of it but the routes of our servers, which are null.
    pub(crate) rest: Value,
    /// Our routes by project.
    pub(crate) routes: BTreeMap<ProjectId, RouteSeen>,
}

impl Live {
    /// Parses what was read.
    pub(crate) fn parse(etag: String, text: Bytes) -> Result<Self, serde_json::Error> {
        let mut rest: Value = serde_json::from_slice(&text)?;
        let routes = read::routes(&rest["apps"]);
        for server in [HTTP, HTTPS] {
            if let Some(routes) = rest.pointer_mut(&format!("/apps/http/servers/{server}/routes")) {
                *routes = Value::Null;
            }
        }
        Ok(Self { etag, text, rest, routes })
    }

    /// Whether this was read: then nothing has to be parsed.
    pub(crate) fn is(&self, etag: &str, text: &Bytes) -> bool {
        self.etag == etag && self.text == *text
    }

    /// What was read, when it is what was wanted to the byte.
    pub(crate) fn expected(etag: &str, text: &Bytes, wanted: &Wanted, rendered: &Rendered) -> Option<Self> {
        (text.trim_ascii_end() == wanted.whole).then(|| Self {
            etag: etag.to_owned(),
            text: text.clone(),
            rest: wanted.rest.clone(),
            routes: rendered.seen.clone(),
        })
    }

    /// Whether it is what is wanted: byte for byte, or else in what it means.
    pub(crate) fn serves(&self, wanted: &Wanted) -> bool {
        let parsed = |text: &[u8]| serde_json::from_slice::<Value>(text).ok();
        self.text.trim_ascii_end() == wanted.whole
            // another order or another way of writing a number is no difference
            || (self.rest == wanted.rest && parsed(&self.text) == parsed(&wanted.whole))
    }
}

/// What a Caddy has once a rendered table is merged into it.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The value of `apps`.
    pub(crate) apps: Bytes,
    /// The whole configuration.
    pub(crate) whole: Bytes,
    rest: Value,
}

impl Wanted {
    /// Merges into `live`, a whole configuration without our routes, or null.
    pub(crate) fn of(live: &Value, rendered: &Rendered) -> Self {
        let mut rest = if live.is_object() { live.clone() } else { Value::Object(Map::new()) };
        rest["apps"] = merge::merge(live, &rendered.config);
        let mut apps = Vec::new();
        write_apps(&mut apps, &rest["apps"], rendered);
        let mut whole = Vec::with_capacity(apps.len() + 256);
        json::object(&mut whole, fields(&rest), |out, key, _| {
            let is_apps = key == "apps";
            out.extend_from_slice(if is_apps { &apps } else { &[] });
            is_apps
        });
        Self { apps: apps.into(), whole: whole.into(), rest }
    }
}

/// `apps`, with the routes of our servers in their places.
fn write_apps(out: &mut Vec<u8>, apps: &Value, rendered: &Rendered) {
    json::object(out, fields(apps), |out, app, value| {
        let is_http = app == "http";
        if is_http {
            json::object(out, fields(value), |out, key, value| {
                let is_servers = key == "servers";
                if is_servers {
                    json::object(out, fields(value), |out, name, server| {
                        write_server(out, name, server, rendered)
                    });
                }
                is_servers
            });
        }
        is_http
    });
}

/// `false` when the server is not ours.
fn write_server(out: &mut Vec<u8>, name: &str, server: &Value, rendered: &Rendered) -> bool {
    let Some(routes) = rendered.routes(name) else { return false };
    json::object(out, fields(server), |out, key, _| {
        let is_routes = key == "routes";
        if is_routes {
            out.push(b'[');
            for (index, route) in routes.iter().enumerate() {
                out.extend_from_slice(if index > 0 { b"," } else { b"" });
                out.extend_from_slice(route.text.as_bytes());
            }
            out.push(b']');
        }
        is_routes
    });
    true
}

/// The merge has made an object of whatever stood there.
fn fields(value: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}

#[cfg(test)]
mod tests;
