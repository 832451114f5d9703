//! Edge policies through real gateways, the oldest and the newest, to real instances.

use std::path::PathBuf;

use serde_json::json;

use crate::api::until;
use crate::world::World;

/// The gateway of the other tests, and the oldest supported one.
fn gateways() -> Vec<Vec<(String, String)>> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let tools = variable("TOOLS_DIR").or_else(|| Some(cache?.join("atomo-fleet/tools"))).unwrap();
    let oldest = tools.join("caddy-oldest/usr/bin/caddy");
    assert!(oldest.is_file(), "the oldest Caddy is needed too: run scripts/setup --test");
    vec![vec![], vec![("ATOMO_FLEET_CADDY_BIN".to_owned(), oldest.display().to_string())]]
}

fn started(extra: Vec<(String, String)>) -> World {
    let mut world = World::new();
    world.extra = extra;
    world.start();
    world
}

#[test]
fn a_rate_limit_holds_for_its_project_whoever_counts() {
    for extra in gateways() {
        let mut world = started(extra);
        world.created("shop");
        world.created("blog");
        let limit = json!({"edge": {"rate_limit": {"requests": 5, "window_s": 600}}});
        let ended = world.done("PATCH", "/projects/shop", Some(limit));
        let steps = ended["steps"].to_string();
        assert!(steps.contains("point_route") && steps.contains("ensure_instance"), "{steps}");
        let ca = world.ca();
        let answers: Vec<u16> =
            (0..8).map(|_| world.through(&ca, "shop.localhost", "/version").unwrap()).collect();
        // the control plane's own requests come from this address too and may have used some of the five
        let taken = answers.iter().take_while(|status| **status == 200).count();
        assert!(
            (1..=5).contains(&taken) && answers[taken..].iter().all(|status| *status == 429),
            "{answers:?}"
        );
        assert_eq!(
            world.through(&ca, "blog.localhost", "/version"),
            Ok(200),
            "the other one has its own count"
        );
        let view = world.get("/gateway");
        assert_eq!(view["rate_limiter"], "instances", "and the page says who counts: {view}");
    }
}

#[test]
fn a_policy_of_the_fleet_is_served_and_lasts_over_a_restart() {
    for extra in gateways() {
        let mut world = started(extra);
        world.created("shop");
        let deny = json!({"generation": 1, "policy": {"deny": ["127.0.0.0/8", "::1"]}});
        let (status, kept) = world.ask("PUT", "/gateway/edge", Some(deny));
        assert_eq!((status, &kept["policy"]["deny"][0]), (200, &json!("127.0.0.0/8")));
        let ca = world.ca();
        until("visitors are turned away", || {
            (world.through(&ca, "shop.localhost", "/ready") == Ok(403)).then_some(())
        });
        world.end(nix::sys::signal::Signal::SIGTERM);
        world.start();
        until("they still are", || (world.through(&ca, "shop.localhost", "/ready") == Ok(403)).then_some(()));
        assert_eq!(world.ask("PUT", "/gateway/edge", Some(json!({"generation": 2}))).0, 200);
        until("they are let in again", || {
            (world.through(&ca, "shop.localhost", "/ready") == Ok(200)).then_some(())
        });
        assert_eq!(
            world.through(&ca, "shop.localhost", "/metrics"),
            Ok(404),
            "what is blocked by default is"
        );
    }
}

#[test]
fn the_certificate_of_a_name_is_told_with_its_source() {
    let mut world = World::new();
    let folder = world.folder.join("certificates");
    std::fs::create_dir(&folder).unwrap();
    world.extra.push(("ATOMO_FLEET_CERTIFICATES".into(), folder.display().to_string()));
    world.start();
    world.created("shop");
    let mut told = |what: &str, is: &dyn Fn(&serde_json::Value) -> bool| {
        until(what, || {
            let view = world.get("/gateway");
            let found =
                view["certificates"].as_array().unwrap().iter().find(|one| one["host"] == "shop.localhost");
            found.filter(|one| is(one)).cloned()
        })
    };
    let issued = told("it is the gateway's own", &|one| one["seen"]["seen"] == "present");
    assert_eq!(
        (&issued["source"], &issued["alert"], &issued["project_id"]),
        (&json!("internal"), &json!(false), &json!("shop"))
    );
    std::fs::write(folder.join("shop.localhost.crt"), "hello").unwrap();
    let fault = told("the fault is told", &|one| one["fault"].is_string());
    let text = fault["fault"].as_str().unwrap();
    assert!(text.contains("shop.localhost.key is missing") && fault["alert"] == true, "{fault}");
    std::fs::remove_file(folder.join("shop.localhost.crt")).unwrap();
    told("and is over", &|one| one["fault"].is_null() && one["alert"] == false);
}
