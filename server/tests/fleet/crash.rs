//! `kill -9` at every step.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::api::until;
use crate::world::World;

/// Whether the operation has reached this step.
fn has_begun(world: &mut World, operation: &str, step: &str) -> bool {
    let now = world.get(&format!("/operations/{operation}"));
    now["status"] == "succeeded"
        || now["steps"].as_array().unwrap().iter().any(|s| s["step"] == step && s["status"] != "waiting")
}

#[test]
fn a_server_killed_in_the_middle_of_a_create_goes_on_after_a_restart() {
    let mut world = World::started();
    for (index, step) in ["ensure_secrets", "ensure_database", "ensure_instance", "await_ready", "sync_route"]
        .iter()
        .enumerate()
    {
        let id = format!("cut-{index}");
        let draft = world.draft(&id);
        let operation = world.command("POST", "/projects", Some(draft));
        until("the step has begun", || has_begun(&mut world, &operation, step).then_some(()));
        world.end(Signal::SIGKILL);
        world.start();
        let ended = world.ended(&operation);
        assert_eq!(ended["status"], "succeeded", "killed at {step}: {ended:#}");
        assert_eq!(world.through_gateway(&format!("{id}.localhost"), "/ready"), Ok(200));
        assert_eq!(world.processes("atomo-standin").len(), index + 1, "one instance a project");
        let all = (index + 1).to_string();
        for count in ["pg_database where datname", "pg_roles where rolname"] {
            let of =
                |pattern: &str| world.sql(&format!("select count(*)::text from {count} like '{pattern}'"));
            assert_eq!(of(&format!("proj\\_{id}")), "1", "killed at {step}: {count}");
            assert_eq!(of("proj\\_%"), all, "killed at {step}: {count}, and none beside");
        }
        assert_eq!(world.routes_of(&format!("{id}.localhost")), 1, "killed at {step}");
    }
}

#[test]
fn a_killed_server_leaves_everything_running_and_adopts_it() {
    let mut world = World::started();
    world.created("acme");
    let running = |world: &World| ["atomo-standin", "caddy", "atomo-keeper"].map(|it| world.processes(it));
    let (before, postgres) = (running(&world), world.postmaster());
    assert!(before.iter().all(|pids| pids.len() == 1) && postgres.is_some(), "{before:?} {postgres:?}");
    world.end(Signal::SIGKILL);
    assert_eq!((running(&world), world.postmaster()), (before.clone(), postgres));
    world.start();
    until("it is seen as healthy", || {
        (world.project("acme")["observed"]["ready"]["seen"] == "present").then_some(())
    });
    assert_eq!((running(&world), world.postmaster()), (before, postgres), "adopted, not replaced");
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn a_killed_instance_comes_back_by_itself() {
    let mut world = World::started();
    world.created("acme");
    let pid = world.processes("atomo-standin")[0];
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
    until("another one answers", || {
        let new = world.processes("atomo-standin").first().is_some_and(|new| *new != pid);
        (new && world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(())
    });
    until("the reconciler says so", || {
        let operations = world.get("/operations?project=acme");
        let first = operations["items"][0].clone();
        (first["kind"] == "converge" && first["actor"] == "reconciler" && first["status"] == "succeeded")
            .then_some(())
    });
    assert_eq!(world.project("acme")["status"], "running");
}

#[test]
fn a_killed_caddy_comes_back_with_its_routes() {
    let mut world = World::started();
    world.created("acme");
    let pid = world.processes("caddy")[0];
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
    until("the project answers again", || {
        (world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(())
    });
    assert_ne!(world.processes("caddy"), [pid]);
}

#[test]
fn a_killed_postgres_comes_back_by_itself() {
    let mut world = World::started();
    world.created("acme");
    let pid = world.postmaster().unwrap();
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), Signal::SIGKILL).unwrap();
    until("another one works", || world.postmaster().filter(|new| *new != pid));
    until("the fleet can be asked again", || {
        (world.ask("GET", "/projects/acme", None).0 == 200).then_some(())
    });
    until("the project answers", || {
        (world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(())
    });
    world.created("another");
    assert_eq!(world.project("acme")["status"], "running");
    assert_eq!(world.processes("atomo-standin").len(), 2);
}
