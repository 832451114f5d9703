//! The route table as Caddy's configuration. Pure: golden files hold the result.
//!
//! Precedence for every request: hostnames of projects, then their aliases, then `X-Atomo-Project`, then 404. The
//! first two are settled before anything is rendered ([`names`]), so a host belongs to exactly one route and no
//! header can take it away.

mod names;
mod pages;
mod policies;
mod routes;

use control_plane::ports::gateway::RouteTable;
use serde_json::{Value, json};

use crate::features::CaddyFeatures;
use crate::own::{OwnCertificate, OwnCertificates};
use crate::settings::{Acme, Issuer, RenderSettings};
use names::Names;
use routes::Context;

/// The server of plain HTTP.
pub(crate) const HTTP: &str = "atomo_http";
/// The server of HTTPS.
pub(crate) const HTTPS: &str = "atomo_https";
/// The `@id` of our TLS policy; its subjects are the names that are ours.
pub(crate) const TLS_POLICY: &str = "atomo_tls";
/// The tag of certificates that are ours.
pub(crate) const OWN_TAG: &str = "atomo";

/// A complete Caddy configuration that serves this table and nothing else.
///
/// Names with a certificate of the operator get none from an issuer. Without any other name it holds no TLS policy: one
/// without subjects would apply to every name.
pub fn render(
    table: &RouteTable,
    settings: &RenderSettings,
    features: CaddyFeatures,
    own_certificates: &OwnCertificates,
) -> Value {
    let names = Names::of(table);
    let context = Context { table, names: &names, settings, features };
    let mut apps = json!({
        "http": { "servers": {
            HTTP: server(context, &settings.http.to_string(), &routes::http(context)),
            HTTPS: server(context, &settings.https.to_string(), &routes::https(context)),
        } },
    });
    apps["http"]["servers"][HTTP]["automatic_https"] = json!({ "disable": true });
    apps["http"]["servers"][HTTPS]["automatic_https"] =
        json!({ "disable_redirects": true, "disable_certificates": true });
    apps["http"]["servers"][HTTPS]["tls_connection_policies"] = json!([{}]);
    let (own, issued): (Vec<&str>, Vec<&str>) =
        names.all().partition(|name| own_certificates.contains_key(*name));
    if !issued.is_empty() {
        apps["tls"] = json!({
            "automation": { "policies": [
                { "@id": TLS_POLICY, "subjects": issued, "issuers": [issuer(settings)] },
            ] },
            "certificates": { "automate": issued },
        });
    }
    let files: Vec<Value> = own.iter().filter_map(|name| own_certificates.get(*name)).map(files).collect();
    if !files.is_empty() {
        apps["tls"]["certificates"]["load_files"] = json!(files);
    }
    if settings.issuer == Issuer::Internal {
        apps["pki"] = json!({ "certificate_authorities": { "local": { "install_trust": false } } });
    }
    json!({ "apps": apps })
}

fn server(context: Context<'_>, listen: &str, routes: &[Value]) -> Value {
    let mut server = json!({
        "listen": [listen],
        "protocols": ["h1", "h2"],
        "routes": routes,
        "errors": { "routes": [pages::maintenance(context.settings.retry_after)] },
    });
    let proxies = &context.table.edge.trusted_proxies;
    if context.features.client_ip && !proxies.is_empty() {
        server["trusted_proxies"] = json!({ "source": "static", "ranges": proxies });
        server["trusted_proxies_strict"] = json!(1);
    }
    server
}

fn issuer(settings: &RenderSettings) -> Value {
    match &settings.issuer {
        Issuer::Internal => json!({ "module": "internal" }),
        Issuer::Acme(Acme { email, directory, roots }) => {
            let mut acme = json!({ "module": "acme" });
            if let Some(email) = email {
                acme["email"] = json!(email);
            }
            if let Some(directory) = directory {
                acme["ca"] = json!(directory);
            }
            if let Some(roots) = roots {
                acme["trusted_roots_pem_files"] = json!([roots.path]);
            }
            challenges(&mut acme, settings);
            acme
        }
    }
}

/// The authority asks at 80 and 443. Where somebody forwards these to us, Caddy is told not to listen there itself: it may
/// not be allowed to.
fn challenges(acme: &mut Value, settings: &RenderSettings) {
    for (challenge, port, usual) in
        [("http", settings.http.port(), 80), ("tls-alpn", settings.https.port(), 443)]
    {
        if port != usual {
            acme["challenges"][challenge] = json!({ "alternate_port": port });
        }
    }
}

/// The tags say that they are ours, and what stood in the files when they were judged.
fn files(own: &OwnCertificate) -> Value {
    json!({
        "certificate": own.certificate,
        "key": own.key,
        "tags": [OWN_TAG, format!("sha256:{}", own.digest)],
    })
}
