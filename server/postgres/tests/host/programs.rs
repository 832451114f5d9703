//! What other programs make of it: the address in psql, and what the server's log says.

use std::process::{Command, Stdio};
use std::sync::Arc;

use control_plane::ports::postgres_host::PostgresHost as _;
use postgres_host::testing::{TestCluster, installed};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::{Admin, World, spec};

#[tokio::test]
async fn psql_takes_the_address_unchanged() {
    for binaries in installed().await {
        let psql = binaries.folder.join("psql");
        let world = World::on(Arc::new(TestCluster::start(binaries).await), Admin::Superuser).await;
        let mut wished = spec("acme-crm");
        wished.password = SecretString::from("a/b?c#d@e:f%41 é'\"&host=elsewhere");
        world.host.ensure_database(&wished).await.unwrap();
        let url = world.host.url(&wished.name, &wished.password);
        let mut command = Command::new(&psql);
        command.args([url.expose_secret(), "--no-psqlrc", "--tuples-only", "--no-align", "--command"]);
        command.arg("select current_user || ' in ' || current_database()").stdin(Stdio::null());
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            "proj_acme-crm in proj_acme-crm",
            "{told}"
        );
    }
}

#[tokio::test]
async fn the_servers_log_never_has_a_password() {
    for binaries in installed().await {
        let world = World::on(Arc::new(TestCluster::start(binaries).await), Admin::Superuser).await;
        let mut superuser = world.superuser("postgres").await;
        for statement in ["alter system set log_statement = 'all'", "select pg_reload_conf()"] {
            sqlx::query(statement).execute(&mut superuser).await.unwrap();
        }
        let mut wished = spec("acme-crm");
        wished.password = SecretString::from("planted-password");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        let log = loop {
            world.host.ensure_database(&wished).await.unwrap(); // until the reloaded setting counts
            let log = world.server.log();
            if log.contains("SCRAM-SHA-256$") || std::time::Instant::now() > deadline {
                break log;
            }
        };
        assert!(log.contains("SCRAM-SHA-256$"), "statements are logged, the verifier with them");
        assert!(!log.contains("planted-password"), "but the password is not");
    }
}
