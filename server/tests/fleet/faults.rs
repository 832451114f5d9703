//! A failed start or step says what is wrong and what to do.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use nix::sys::signal::Signal;

use crate::api::until;
use crate::browser::Browser;
use crate::world::World;

/// The output of a failed start.
fn refused(world: &World) -> String {
    let output = world.fleet(&["serve"]).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_second_server_on_one_data_directory_names_the_first() {
    let mut world = World::started();
    let first = world.pid().to_string();
    let listen = world.listen;
    world.listen = crate::world::free_port();
    let said = refused(&world);
    world.listen = listen;
    assert!(said.contains(&first) && said.contains("in use"), "{said}");
}

#[test]
fn a_wrong_setting_stops_the_start_with_its_name_its_value_and_what_is_accepted() {
    let mut world = World::new();
    world.extra.push(("ATOMO_FLEET_GATEWAY_HTTPS".into(), "sideways".into()));
    world.extra.push(("ATOMO_FLEET_POOLSIZE".into(), "3".into()));
    let said = refused(&world);
    assert!(said.contains("ATOMO_FLEET_POOLSIZE"), "{said}");
    world.extra.pop();
    let said = refused(&world);
    assert!(
        said.contains("ATOMO_FLEET_GATEWAY_HTTPS") && said.contains("sideways") && said.contains("Accepted"),
        "{said}"
    );
}

#[test]
fn a_taken_port_is_named() {
    let world = World::new();
    let _taken = TcpListener::bind(("127.0.0.1", world.listen)).unwrap();
    let said = refused(&world);
    assert!(said.contains(&world.listen.to_string()) && said.contains("ATOMO_FLEET_LISTEN"), "{said}");
}

#[test]
fn a_taken_port_of_the_gateway_is_named_on_the_page_and_all_goes_on_once_it_is_free() {
    let mut world = World::new();
    let taken = TcpListener::bind(("127.0.0.1", world.https)).unwrap();
    world.start();
    let browser = Browser::open(&mut world);
    let named = format!("port 127.0.0.1:{} is taken", world.https);
    until("the page says what is in the way", || browser.page("/").1.contains(&named).then_some(()));
    assert!(world.processes("caddy").is_empty());
    let draft = world.draft("acme");
    let operation = world.command("POST", "/projects", Some(draft));
    drop(taken);
    assert_eq!(world.ended(&operation)["status"], "succeeded");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn a_start_that_fails_stops_what_it_started_and_leaves_what_it_found() {
    let mut world = World::started();
    world.created("acme");
    let key = world.data().join("secrets.key");
    let with_mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    let running = |world: &World| ["atomo-standin", "caddy", "postgres"].map(|it| world.processes(it).len());
    let found = (world.postmaster(), world.processes("caddy"), world.processes("atomo-standin"));
    world.end(Signal::SIGKILL);
    with_mode(0o644);
    assert!(refused(&world).contains("secrets.key"));
    let left = (world.postmaster(), world.processes("caddy"), world.processes("atomo-standin"));
    assert_eq!(left, found, "what ran already");
    with_mode(0o600);
    world.start();
    world.end(Signal::SIGTERM);
    with_mode(0o644);
    assert!(refused(&world).contains("secrets.key"));
    assert_eq!(running(&world), [0; 3], "what it started itself");
    with_mode(0o600);
}

#[test]
fn a_key_file_that_others_can_read_stops_the_start() {
    let mut world = World::started();
    world.created("acme");
    world.end(Signal::SIGTERM);
    let key = world.data().join("secrets.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = refused(&world);
    assert!(said.contains("secrets.key") && said.contains("644"), "{said}");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    world.start();
    world.has_status("acme", "running");
}

#[test]
fn an_upstream_port_that_is_taken_costs_a_create_nothing() {
    let mut world = World::started();
    let port = world.first_upstream();
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let draft = world.draft("acme");
    let operation = world.command("POST", "/projects", Some(draft));
    let ended = world.ended(&operation);
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    let (_, project) = world.ask("GET", "/projects/acme", None);
    let upstream = project["upstream"].as_str().unwrap();
    assert!(!upstream.ends_with(&format!(":{port}")), "{upstream}");
}
