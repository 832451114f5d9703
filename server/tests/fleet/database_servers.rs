//! Two real database servers: the embedded one and an external one with its credential in a file.

use std::os::unix::fs::PermissionsExt as _;

use nix::sys::signal::Signal;
use postgres_host::testing::{TestCluster, installed};
use serde_json::{Value, json};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection};

use crate::api::{blocking, until};
use crate::world::World;

/// A fleet with a second server `eu`, where its role is not a superuser. Fields drop in order: the fleet first.
struct Two {
    world: World,
    eu: TestCluster,
}

impl Two {
    fn start() -> Self {
        let mut world = World::new();
        let eu = blocking(async {
            let eu = TestCluster::start(installed().await.pop().unwrap()).await;
            let mut superuser = PgConnection::connect_with(&eu.admin()).await.unwrap();
            for statement in [
                "create role fleet login createdb createrole bypassrls password 'planted-eu-password'",
                "create database fleet owner fleet",
                "revoke connect on database fleet from public",
            ] {
                superuser.execute(statement).await.unwrap();
            }
            eu
        });
        let address = eu.admin().username("fleet").password("planted-eu-password").database("fleet");
        let file = world.folder.join("eu.url");
        std::fs::write(&file, format!("{}\n", address.to_url_lossy())).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        world.extra.push(("ATOMO_FLEET_DATABASE_SERVERS".into(), Self::setting(&file.display().to_string())));
        world.start();
        Self { world, eu }
    }

    fn setting(file: &str) -> String {
        format!(r#"[{{ name = "eu", region = "eu-central-1", url_file = "{file}" }}]"#)
    }

    fn server(&mut self, name: &str) -> Value {
        let all = self.world.get("/database-servers");
        all["items"].as_array().unwrap().iter().find(|server| server["name"] == name).unwrap().clone()
    }

    /// Databases of projects on `eu`.
    fn there(&self) -> Vec<String> {
        blocking(async {
            let mut superuser = PgConnection::connect_with(&self.eu.admin()).await.unwrap();
            let names = "select datname::text from pg_database where datname like 'proj\\_%' order by 1";
            sqlx::query_scalar(names).fetch_all(&mut superuser).await.unwrap()
        })
    }
}

impl Drop for Two {
    fn drop(&mut self) {
        self.world.clear();
    }
}

#[test]
fn projects_live_on_the_server_that_they_name_and_each_server_is_seen_for_itself() {
    let mut two = Two::start();
    two.world.created("here");
    let mut draft = two.world.draft("there");
    (draft["database_server"], draft["pool_size"]) = (json!("eu"), json!(3));
    two.world.done("POST", "/projects", Some(draft));
    assert_eq!(two.world.through_gateway("there.localhost", "/ready"), Ok(200));
    assert_eq!(two.there(), ["proj_there"]);

    let eu = until("the instance's connections are counted", || {
        let eu = two.server("eu");
        eu["projects"][0]["in_use"].as_u64().filter(|open| *open > 0).map(|_| eu)
    });
    assert_eq!((&eu["region"], &eu["seen"]["role"]), (&json!("eu-central-1"), &json!("fleet")));
    assert_eq!(eu["seen"]["superuser"], false);
    assert_eq!(eu["seen"]["budget"]["given"], 5);
    let weights: Vec<&str> = eu["seen"]["missing_grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["weight"].as_str().unwrap())
        .collect();
    assert_eq!(weights, ["lost", "asked"], "its postgres and template1 are left open and asked for: {eu:#}");
    let here = two.server("default");
    assert_eq!((&here["seen"]["missing_grants"], &here["seen"]["superuser"]), (&json!([]), &json!(true)));
    assert!(!two.world.said().contains("planted-eu-password"), "the credential is nowhere in the log");

    two.eu.crash();
    until("eu is away", || (two.server("eu")["state"]["state"] == "away").then_some(()));
    assert_eq!(two.server("default")["state"]["state"], "up");
    assert_eq!(two.world.through_gateway("here.localhost", "/ready"), Ok(200), "the other one goes on");
    blocking(two.eu.resume());
    until("eu is back", || (two.server("eu")["state"]["state"] == "up").then_some(()));
}

#[test]
fn a_server_that_the_settings_name_no_longer_keeps_its_project() {
    let mut two = Two::start();
    let mut draft = two.world.draft("there");
    draft["database_server"] = json!("eu");
    two.world.done("POST", "/projects", Some(draft));
    two.world.end(Signal::SIGTERM); // the embedded server ends, and with it instances

    let setting = two.world.extra.pop().unwrap();
    two.world.start();
    let told = until("the project says so", || {
        let problem = two.world.project("there")["problem"].clone();
        problem.is_object().then_some(problem)
    });
    assert_eq!(told["title"], "Its database server is not configured");
    assert_eq!(two.there(), ["proj_there"]);
    two.world.end(Signal::SIGTERM);

    two.world.extra.push(setting);
    two.world.start();
    until("it runs again", || {
        (two.world.through_gateway("there.localhost", "/ready") == Ok(200)).then_some(())
    });
    assert_eq!(two.world.project("there")["problem"], Value::Null);
}

#[test]
fn a_credential_that_cannot_be_read_stops_the_start_with_the_name_of_the_server() {
    let mut world = World::new();
    let file = world.folder.join("eu.url");
    for (text, told) in [
        (None, "reading"),
        (Some("mysql://fleet:planted-eu-password@host/x"), "does not hold one postgres:// address"),
    ] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let setting = Two::setting(&file.display().to_string());
        world.extra = vec![("ATOMO_FLEET_DATABASE_SERVERS".into(), setting)];
        let output = world.fleet(&["serve"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("the server eu") && said.contains(told), "{said}");
        assert!(!said.contains("planted-eu-password"), "{said}");
    }
}
