//! The route table as Caddy's configuration. Pure: golden files hold the result.
//!
//! Precedence for every request: hostnames of projects, then their aliases, then `X-Atomo-Project`, then 404. The
//! first two are settled before anything is rendered ([`names`]), so a host belongs to exactly one route and no
//! header can take it away.

mod names;
mod pages;
mod routes;

use control_plane::ports::gateway::RouteTable;
use serde_json::{Value, json};

use crate::features::CaddyFeatures;
use crate::settings::{Issuer, RenderSettings};
use names::Names;

/// The server of plain HTTP.
pub(crate) const HTTP: &str = "atomo_http";
/// The server of HTTPS.
pub(crate) const HTTPS: &str = "atomo_https";
/// The `@id` of our TLS policy; its subjects are the names that are ours.
pub(crate) const TLS_POLICY: &str = "atomo_tls";

/// A complete Caddy configuration that serves this table and nothing else.
///
/// Without any name it holds no TLS policy: one without subjects would apply to every name.
pub fn render(table: &RouteTable, settings: &RenderSettings, features: CaddyFeatures) -> Value {
    let names = Names::of(table);
    let mut apps = json!({
        "http": { "servers": {
            HTTP: server(settings, &settings.http.to_string(), &routes::http(table, &names, settings, features)),
            HTTPS: server(settings, &settings.https.to_string(), &routes::https(table, &names, settings, features)),
        } },
    });
    apps["http"]["servers"][HTTP]["automatic_https"] = json!({ "disable": true });
    apps["http"]["servers"][HTTPS]["automatic_https"] =
        json!({ "disable_redirects": true, "disable_certificates": true });
    apps["http"]["servers"][HTTPS]["tls_connection_policies"] = json!([{}]);
    let subjects: Vec<&str> = names.all().collect();
    if !subjects.is_empty() {
        apps["tls"] = json!({
            "automation": { "policies": [
                { "@id": TLS_POLICY, "subjects": subjects, "issuers": [issuer(&settings.issuer)] },
            ] },
            "certificates": { "automate": subjects },
        });
    }
    if settings.issuer == Issuer::Internal {
        apps["pki"] = json!({ "certificate_authorities": { "local": { "install_trust": false } } });
    }
    json!({ "apps": apps })
}

fn server(settings: &RenderSettings, listen: &str, routes: &[Value]) -> Value {
    json!({
        "listen": [listen],
        "protocols": ["h1", "h2"],
        "routes": routes,
        "errors": { "routes": [pages::maintenance(settings.retry_after)] },
    })
}

fn issuer(issuer: &Issuer) -> Value {
    match issuer {
        Issuer::Internal => json!({ "module": "internal" }),
        Issuer::Acme { email, directory } => {
            let mut acme = json!({ "module": "acme" });
            if let Some(email) = email {
                acme["email"] = json!(email);
            }
            if let Some(directory) = directory {
                acme["ca"] = json!(directory);
            }
            acme
        }
    }
}
