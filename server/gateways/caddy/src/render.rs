//! The route table as Caddy's configuration. Pure: golden files hold the result.
//!
//! Precedence for every request: hostnames of projects, then their aliases, then `X-Atomo-Project`, then 404. The
//! first two are settled before anything is rendered ([`names`]), so a host belongs to exactly one route and no
//! header can take it away.

mod cache;
mod names;
mod pages;
mod policies;
mod routes;

use control_plane::ports::gateway::{Route, RouteSeen, RouteTable, RouteTarget};
use model::ProjectId;
use serde_json::{Value, json};

use crate::features::CaddyFeatures;
use crate::identifiers::{HTTP, HTTPS, OWN_TAG, TLS_POLICY};
use crate::live::Wanted;
use crate::own::{OwnCertificate, OwnCertificates};
use crate::rendered::Rendered;
use crate::settings::{Acme, Issuer, RenderSettings};
pub(crate) use cache::Cache;
use names::Names;
use routes::Context;

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
    let rendered = rendered(table, settings, features, own_certificates, &mut Cache::default());
    let wanted = Wanted::of(&Value::Null, &rendered);
    serde_json::from_slice(&wanted.whole).unwrap_or_default()
}

/// The same in parts. What `cache` has of an earlier rendering is not rendered again.
pub(crate) fn rendered(
    table: &RouteTable,
    settings: &RenderSettings,
    features: CaddyFeatures,
    own_certificates: &OwnCertificates,
    cache: &mut Cache,
) -> Rendered {
    let names = Names::of(table);
    let context = Context { table, names: &names, settings, features };
    cache.begin(table, features);
    let mut apps = json!({
        "http": { "servers": {
            HTTP: server(context, &settings.http.to_string()),
            HTTPS: server(context, &settings.https.to_string()),
        } },
    });
    apps["http"]["servers"][HTTP]["automatic_https"] = json!({ "disable": true });
    apps["http"]["servers"][HTTPS]["automatic_https"] =
        json!({ "disable_redirects": true, "disable_certificates": true });
    apps["http"]["servers"][HTTPS]["tls_connection_policies"] = json!([{}]);
    certificates(&mut apps, &names, settings, own_certificates);
    if settings.issuer == Issuer::Internal {
        apps["pki"] = json!({ "certificate_authorities": { "local": { "install_trust": false } } });
    }
    Rendered {
        config: json!({ "apps": apps }),
        http: routes::http(context, &mut cache.http),
        https: routes::https(context, &mut cache.https),
        seen: routes::reached(context).map(|(id, route)| (id.clone(), seen(&names, id, route))).collect(),
    }
}

/// What the gateway says of a route when it is asked.
fn seen(names: &Names<'_>, id: &ProjectId, route: &Route) -> RouteSeen {
    RouteSeen {
        hosts: names.of_project(id).iter().filter_map(|name| name.parse().ok()).collect(),
        upstream: match route.target {
            RouteTarget::Upstream(address) => Some(address.to_string()),
            RouteTarget::Maintenance => None,
        },
        edge: Some(route.edge.clone()),
    }
}

fn certificates(
    apps: &mut Value,
    names: &Names<'_>,
    settings: &RenderSettings,
    own_certificates: &OwnCertificates,
) {
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
}

fn server(context: Context<'_>, listen: &str) -> Value {
    let mut server = json!({
        "listen": [listen],
        "protocols": ["h1", "h2"],
        "routes": null,
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
