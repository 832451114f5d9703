//! A project's credential opens its own database and nothing else.

use std::os::unix::fs::PermissionsExt as _;
use std::str::FromStr as _;

use nix::sys::signal::Signal;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};

use crate::api::blocking;
use crate::behind::mode;
use crate::world::World;

/// The `DATABASE_URL` in the environment of the running instance of a project.
fn url_of(world: &mut World, id: &str) -> String {
    let pid = world.project(id)["observed"]["instance"]["value"]["pid"].as_u64().unwrap();
    let block = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    let variables = String::from_utf8(block).unwrap();
    variables.split('\0').find_map(|pair| pair.strip_prefix("DATABASE_URL=")).unwrap().to_owned()
}

#[test]
fn two_projects_cannot_read_each_others_database() {
    let mut world = World::started();
    world.created("first");
    world.created("second");
    let url = url_of(&mut world, "first");
    let own = PgConnectOptions::from_str(&url).unwrap();
    blocking(async {
        let mut connection = PgConnection::connect_with(&own).await.expect("its own database opens");
        sqlx::query("select * from things")
            .execute(&mut connection)
            .await
            .expect("its own table can be read");
        let refused = sqlx::query("drop database proj_first").execute(&mut connection).await;
        assert!(refused.is_err(), "a project cannot drop its own database");
        for other in ["proj_second", "postgres", "template1", "atomo_fleet"] {
            let error = PgConnection::connect_with(&own.clone().database(other)).await.expect_err(other);
            assert!(error.to_string().contains("permission denied"), "{other}: {error}");
        }
    });
}

#[test]
fn nobody_else_on_the_machine_can_enter_the_folders_of_a_project() {
    let mut world = World::started();
    world.created("first");
    let folders =
        ["first", "first/schema", "first/media"].map(|name| world.data().join("projects").join(name));
    for folder in &folders {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    world.end(Signal::SIGTERM);
    world.start();
    world.has_status("first", "running");
    for folder in &folders {
        assert_eq!(mode(folder), 0o700, "{} was opened, and is closed at the start", folder.display());
    }
}

#[test]
fn psql_takes_the_url_unchanged() {
    let mut world = World::started();
    world.created("first");
    let url = url_of(&mut world, "first");
    let output =
        std::process::Command::new("psql").args([&url, "-Atc", "select current_user"]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "proj_first",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
