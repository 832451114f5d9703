use control_plane::testing::conformance::gateway::table;

use super::project;
use crate::features::CaddyFeatures;
use crate::own::OwnCertificates;
use crate::render::{Cache, rendered};
use crate::rendered::Rendered;
use crate::settings::RenderSettings;

const REASON: &str = "loading new config: loading http app module: provision http: server atomo_https: setting up \
    route handlers: route NUMBER: loading handler modules: position 0: loading module 'reverse_proxy': no";

fn fleet() -> Rendered {
    let settings = RenderSettings::new("127.0.0.1:80".parse().unwrap(), "127.0.0.1:443".parse().unwrap());
    let table =
        table(&[("acme-crm", "crm.example.test", &["a.example.test"]), ("other", "example.test", &[])]);
    rendered(&table, &settings, CaddyFeatures::default(), &OwnCertificates::new(), &mut Cache::default())
}

#[test]
fn the_route_that_caddy_names_leads_to_its_project() {
    let rendered = fleet();
    for (server, routes) in [("atomo_http", &rendered.http), ("atomo_https", &rendered.https)] {
        for (number, route) in routes.iter().enumerate() {
            let reason = REASON.replace("atomo_https", server).replace("NUMBER", &number.to_string());
            assert_eq!(project(&reason, &rendered), route.project, "{reason}");
        }
    }
    let ours = rendered.https.iter().filter(|route| route.project.is_some());
    assert_eq!(ours.count(), 2, "both projects have a route to be named");
}

#[test]
fn the_name_that_caddy_cannot_certify_leads_to_its_project() {
    let policies = "loading tls app module: provision tls: provisioning automation policy 1: cannot apply more than one \
                    automation policy to host";
    for (name, id) in [("a.example.test", "acme-crm"), ("example.test", "other")] {
        assert_eq!(project(&format!("{policies}: {name} (x)."), &fleet()), Some(id.parse().unwrap()));
    }
    for text in ["", ": nobody.example.test", ": a.example.test, example.test"] {
        assert_eq!(project(&format!("{policies}{text}"), &fleet()), None, "{text}");
    }
}

#[test]
fn a_fault_elsewhere_is_nobodys() {
    for reason in [
        REASON.replace("NUMBER", "900"),
        REASON.replace("atomo_https", "theirs").replace("NUMBER", "1"),
        "http app module: start: listening on 127.0.0.1:8080: bind: address already in use".into(),
        String::new(),
    ] {
        assert_eq!(project(&reason, &fleet()), None, "{reason}");
    }
}
