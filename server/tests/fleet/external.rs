//! External Postgres and Caddy: they are used and left running.

use std::path::PathBuf;

use gateway_caddy::child::{CaddyBinary, CaddyChild, ChildSettings};
use nix::sys::signal::Signal;
use postgres_host::testing::{TestCluster, installed};
use sqlx::ConnectOptions as _;

use crate::api::{blocking, until};
use crate::world::World;

/// A fleet on external parts. Fields drop in order: the fleet first.
struct Guest {
    world: World,
    caddy: Option<CaddyChild>,
    _postgres: TestCluster,
}

impl Guest {
    fn on_postgres() -> Self {
        let mut world = World::new();
        let postgres = blocking(async { TestCluster::start(installed().await.swap_remove(0)).await });
        let url = postgres.admin().to_url_lossy().to_string();
        world.extra.push(("ATOMO_FLEET_DATABASE_URL".into(), url));
        Self { world, caddy: None, _postgres: postgres }
    }

    fn on_postgres_and_caddy() -> Self {
        let mut guest = Self::on_postgres();
        let world = &mut guest.world;
        let named = std::env::var_os("ATOMO_FLEET_CADDY_BIN").map(PathBuf::from);
        let caddy = blocking(async {
            let settings = ChildSettings {
                binary: CaddyBinary::find(named.as_deref(), &[]).await.unwrap(),
                folder: world.folder.join("somebody's"),
                http: ([127, 0, 0, 1], world.http).into(),
                https: ([127, 0, 0, 1], world.https).into(),
            };
            CaddyChild::ensure(&settings).await.unwrap()
        });
        world.extra.push(("ATOMO_FLEET_CADDY_ADMIN".into(), caddy.admin().to_string()));
        guest.caddy = Some(caddy);
        guest
    }

    /// Instances and Caddys.
    fn running(&self) -> [Vec<u32>; 2] {
        [self.world.processes("atomo-standin"), self.world.processes("caddy")]
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.world.clear();
        if let Some(caddy) = self.caddy.take() {
            blocking(caddy.stop(std::time::Duration::from_secs(5))).unwrap();
        }
    }
}

/// The fleet stops and starts again: its project is served all the time, by the same processes.
fn is_left_running_and_adopted(guest: &mut Guest) {
    guest.world.start();
    guest.world.created("acme");
    let before = guest.running();
    assert_eq!(before.clone().map(|pids| pids.len()), [1, 1]);
    let ca = guest.world.ca();
    guest.world.end(Signal::SIGTERM);
    assert_eq!(guest.running(), before);
    assert_eq!(guest.world.through(&ca, "acme.localhost", "/ready"), Ok(200), "without a control plane");
    guest.world.start();
    until("it is seen as ready", || {
        (guest.world.project("acme")["observed"]["ready"]["seen"] == "present").then_some(())
    });
    assert_eq!(guest.running(), before, "adopted, not replaced");
    assert!(guest.world.processes("postgres").is_empty(), "no Postgres of its own");
}

#[test]
fn with_somebody_elses_postgres_instances_and_caddy_go_on_unless_all_shall_stop() {
    let mut guest = Guest::on_postgres();
    is_left_running_and_adopted(&mut guest);
    guest.world.end(Signal::SIGTERM);
    guest.world.serve = vec!["serve", "--stop-all"];
    guest.world.start();
    guest.world.end(Signal::SIGTERM);
    assert_eq!(guest.running(), [[0; 0], [0; 0]]);
    guest.world.start();
    until("it is started again", || {
        (guest.world.through_gateway("acme.localhost", "/ready") == Ok(200)).then_some(())
    });
}

#[test]
fn somebody_elses_caddy_is_used_and_never_stopped() {
    let mut guest = Guest::on_postgres_and_caddy();
    is_left_running_and_adopted(&mut guest);
    let caddy = guest.world.processes("caddy");
    assert!(!guest.world.data().join("caddy").exists(), "no Caddy of its own");
    guest.world.end(Signal::SIGTERM);
    guest.world.serve = vec!["serve", "--stop-all"];
    guest.world.start();
    guest.world.end(Signal::SIGTERM);
    assert_eq!(guest.running(), [vec![], caddy], "it is not ours");
}
