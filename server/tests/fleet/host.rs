//! Host commands, in parallel and beside a server.

use std::io::Write as _;
use std::process::{Child, Stdio};

use nix::sys::signal::Signal;

use crate::api::until;
use crate::world::World;

/// A running command that prompts for a password.
fn running(world: &World, arguments: &[&str]) -> Child {
    let mut command = world.fleet(arguments);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
    child
}

fn creating(world: &World, email: &str) -> Child {
    running(world, &["operator", "create", email, "--password-stdin"])
}

fn succeeds(child: Child) {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn two_commands_at_once_on_a_new_data_directory_both_succeed_and_leave_nothing_running() {
    let world = World::new();
    for child in ["ines@example.com", "otto@example.com"].map(|email| creating(&world, email)) {
        succeeds(child);
    }
    assert_eq!(world.processes("postgres"), [0; 0]);
}

/// In the registry: delays an operator's change while there is a row in the table `held`.
const HOLD: &str = "do $$ begin
    create table held as select 1 as one;
    create function hold() returns trigger language plpgsql as $hold$ begin
        while exists (select from held) loop perform pg_sleep(0.02); end loop;
        return new;
    end $hold$;
    create trigger hold before update on operators for each row execute function hold();
end $$";
const HELD: &str = "select count(*)::text from pg_stat_activity where wait_event = 'PgSleep'";

#[test]
fn a_command_does_not_stop_the_postgres_that_a_server_adopted_from_it() {
    let mut world = World::started();
    world.token();
    world.sql(HOLD);
    world.end(Signal::SIGTERM);
    let command = running(&world, &["operator", "reset", "ines@example.com", "--password-stdin"]);
    let users = world.data().join("postgres.users");
    until("the command uses Postgres", || {
        std::fs::read_to_string(&users).is_ok_and(|word| !word.is_empty()).then_some(())
    });
    until("it is in the middle", || (world.sql(HELD) == "1").then_some(()));
    let postgres = world.postmaster();
    world.start();
    assert_eq!(world.sql(HELD), "1", "the command is still there");
    world.sql("delete from held");
    succeeds(command);
    assert!(postgres.is_some(), "the command started it");
    assert_eq!(world.postmaster(), postgres);
    world.end(Signal::SIGTERM);
    assert_eq!(world.processes("postgres"), [0; 0], "the server stops it");
}

#[test]
fn a_server_that_ends_leaves_postgres_to_a_command_that_still_uses_it() {
    let mut world = World::started();
    world.token();
    world.sql(HOLD);
    let command = running(&world, &["operator", "reset", "ines@example.com", "--password-stdin"]);
    until("it is in the middle", || (world.sql(HELD) == "1").then_some(()));
    world.end(Signal::SIGTERM);
    world.sql("delete from held");
    succeeds(command);
    assert_eq!(world.processes("postgres"), [0; 0], "the command stops it");
}

#[test]
fn a_command_beside_a_killed_server_leaves_the_postgres_that_instances_use() {
    let mut world = World::started();
    world.created("acme");
    let postgres = world.postmaster();
    world.end(Signal::SIGKILL);
    succeeds(creating(&world, "otto@example.com"));
    assert_eq!(world.postmaster(), postgres);
    world.start();
    world.has_status("acme", "running");
}

#[test]
fn a_registry_of_another_version_is_left_alone_with_a_way_out() {
    let mut world = World::started();
    world.token();
    let mut create = world.fleet(&["token", "create", "--operator", "ines@example.com"]);
    for (shift, way_out) in [("version - 1", "atomo-fleet migrate"), ("version + 9001", "newer program")] {
        world.sql(&format!("update _sqlx_migrations set version = {shift}"));
        let before = world.sql("select string_agg(m::text, ' ') from _sqlx_migrations m");
        let output = create.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(way_out), "{told}");
        assert_eq!(world.sql("select string_agg(m::text, ' ') from _sqlx_migrations m"), before);
    }
    world.sql("update _sqlx_migrations set version = version - 9000");
    assert!(create.output().unwrap().status.success());
}
