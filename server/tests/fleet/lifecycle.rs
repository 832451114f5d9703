//! Stop, start, edit, delete; and the fleet's own stop and start.

use std::io::Write as _;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::json;

use crate::api::until;
use crate::browser::Browser;
use crate::world::World;

#[test]
fn a_stopped_project_stays_stopped_over_a_restart_of_the_server_and_a_running_one_comes_back() {
    let mut world = World::started();
    world.created("resting");
    world.created("working");
    world.done("POST", "/projects/resting/stop", None);
    assert_eq!(world.through_gateway("resting.localhost", "/ready"), Ok(503), "the maintenance page");
    world.end(Signal::SIGTERM);
    for program in ["atomo-standin", "atomo-keeper", "caddy", "postgres"] {
        assert_eq!(world.processes(program), [0; 0], "{program} is left behind");
    }
    world.start();
    until("the working one is back", || {
        (world.through_gateway("working.localhost", "/ready") == Ok(200)).then_some(())
    });
    let resting = world.project("resting");
    assert_eq!(
        (resting["status"].as_str(), resting["desired_state"].as_str()),
        (Some("stopped"), Some("stopped"))
    );
    assert_eq!(world.processes("atomo-standin").len(), 1);
    world.done("POST", "/projects/resting/start", None);
    assert_eq!(world.through_gateway("resting.localhost", "/ready"), Ok(200));
}

#[test]
fn an_interrupt_ends_everything_too_and_it_comes_back() {
    let mut world = World::started();
    world.created("acme");
    world.end(Signal::SIGINT);
    for program in ["atomo-standin", "atomo-keeper", "caddy", "postgres"] {
        assert_eq!(world.processes(program), [0; 0], "{program} is left behind");
    }
    world.start();
    until("it is back", || (world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(()));
    assert_eq!(world.project("acme")["desired_state"], "running");
}

#[test]
fn a_request_that_is_never_sent_to_its_end_keeps_nothing_from_stopping() {
    let mut world = World::started();
    let mut half = std::net::TcpStream::connect(("127.0.0.1", world.listen)).unwrap();
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n").unwrap();
    world.token(); // the server has seen the half by then
    world.end(Signal::SIGTERM);
    assert_eq!(world.processes("postgres"), [0; 0]);
    assert!(world.said().contains("cut off"), "it was still open:\n{}", world.said());
}

#[test]
fn a_log_that_somebody_reads_ends_with_the_server_and_keeps_nothing_running() {
    let mut world = World::started();
    world.created("acme");
    let browser = Browser::open(&mut world);
    let pid = Pid::from_raw(i32::try_from(world.pid()).unwrap());

    let read =
        browser.follow("/api/v1/projects/acme/logs?follow=true", || kill(pid, Signal::SIGTERM).unwrap());

    assert!(read.lines().count() > 1, "{read}");
    until("the server has ended", || world.has_ended().then_some(()));
    for program in ["atomo-standin", "atomo-keeper", "caddy", "postgres"] {
        assert_eq!(world.processes(program), [0; 0], "{program} is left behind");
    }
}

#[test]
fn an_edited_hostname_is_served_and_the_old_one_retires() {
    let mut world = World::started();
    world.created("acme");
    let before = world.project("acme")["observed"]["instance"]["value"]["pid"].clone();
    world.done(
        "PATCH",
        "/projects/acme",
        Some(json!({"hostname": "new.localhost", "aliases": ["also.localhost"]})),
    );
    assert_eq!(world.through_gateway("new.localhost", "/ready"), Ok(200));
    assert_eq!(world.through_gateway("also.localhost", "/ready"), Ok(200));
    assert!(world.through_gateway("acme.localhost", "/ready").is_err(), "the old name is no longer served");
    assert_eq!(
        world.project("acme")["observed"]["instance"]["value"]["pid"],
        before,
        "the instance was left alone"
    );
}

#[test]
fn another_environment_replaces_the_instance() {
    let mut world = World::started();
    world.created("acme");
    let before = world.project("acme")["observed"]["instance"]["value"]["pid"].clone();
    world.done("PATCH", "/projects/acme", Some(json!({"env": {"CORS_ORIGINS": "https://example.com"}})));
    let after = world.project("acme");
    assert_ne!(after["observed"]["instance"]["value"]["pid"], before);
    assert_eq!(after["env"], json!({"CORS_ORIGINS": "https://example.com"}));
    assert_eq!(world.processes("atomo-standin").len(), 1, "never two on one database");
}

#[test]
fn a_deleted_project_leaves_its_database_which_a_new_one_may_take_over() {
    let mut world = World::started();
    world.created("acme");
    world.done("DELETE", "/projects/acme", None);
    assert_eq!(world.ask("GET", "/projects/acme", None).0, 404);
    let retained = world.get("/retained-databases");
    assert_eq!(retained["items"][0]["project_id"], "acme");
    assert_eq!(world.processes("atomo-standin").len(), 0);
    assert!(world.through_gateway("acme.localhost", "/ready").is_err());
    let draft = world.draft("acme");
    let (status, problem) = world.ask("POST", "/projects", Some(draft));
    assert_eq!(status, 409, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("proj_acme"), "{problem}");
    let mut draft = world.draft("acme");
    draft["reuse_database"] = json!(true);
    world.done("POST", "/projects", Some(draft));
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    assert_eq!(world.get("/retained-databases")["items"], json!([]));
}
