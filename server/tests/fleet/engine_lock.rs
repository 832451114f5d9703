//! Two servers on one registry: the second one is refused, and what the first one runs is left alone.

use std::process::Stdio;

use nix::sys::signal::Signal;
use postgres_host::testing::{TestCluster, installed};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection};

use crate::api::{blocking, until};
use crate::world::World;

/// Two sets of settings, each with a data directory and ports of its own, over one registry. They go first.
struct Two {
    first: World,
    second: World,
    postgres: TestCluster,
}

impl Two {
    fn new() -> Self {
        let postgres = blocking(async { TestCluster::start(installed().await.swap_remove(0)).await });
        let url = postgres.admin().to_url_lossy().to_string();
        let world = || {
            let mut world = World::new();
            world.extra.push(("ATOMO_FLEET_DATABASE_URL".into(), url.clone()));
            world
        };
        Self { first: world(), second: world(), postgres }
    }

    fn run(&self, statement: &str) {
        blocking(async {
            let mut connection = PgConnection::connect_with(&self.postgres.admin()).await.unwrap();
            connection.execute(statement).await.unwrap();
        });
    }
}

impl Drop for Two {
    fn drop(&mut self) {
        self.second.clear();
        self.first.clear();
    }
}

#[test]
fn a_second_server_on_the_same_registry_ends_and_says_which_one_to_stop() {
    let mut two = Two::new();
    two.first.start();
    two.first.created("acme");
    let running = two.first.processes("atomo-standin");

    let migrate = ["secrets", "migrate", "--from", "sealed", "--to", "ssm"];
    for command in [&["serve"][..], &["reconcile", "--once"], &["migrate"], &migrate] {
        let output = two.second.fleet(command).stdin(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if command[0] != "secrets" {
            assert_eq!(output.status.code(), Some(69), "{command:?}: {text}");
        }
        assert!(!output.status.success(), "{command:?}");
        assert!(text.contains(&format!("the process {} on ", two.first.pid())), "{command:?}: {text}");
        assert!(text.contains("Stop that one first"), "{command:?}: {text}");
    }

    assert!(two.second.processes("atomo-standin").is_empty(), "nothing is started twice");
    assert_eq!(two.first.processes("atomo-standin"), running);
    assert_eq!(two.first.project("acme")["status"], "running");
    two.first.end(Signal::SIGTERM);
    two.second.start();
}

#[test]
fn a_server_whose_lock_is_lost_goes_on_in_another_term() {
    let mut two = Two::new();
    two.first.start();
    two.run(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'atomo-fleet engine lock' and datname = current_database()",
    );
    until("it works again", || two.first.said().contains("the engine works again").then_some(()));
    two.first.created("acme");
}
